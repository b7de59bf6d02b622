/* export.h -- one snapshot's export: who is looked at, what changed for them, the files.
 *
 * Contract sections 6 and 7.  Looked at are: customers whose records changed, those whose time has
 * come, those whose mailbox somebody else entered or left; everybody only if rules or settings
 * changed.
 */
#ifndef DAILYSTORY_EXPORT_H
#define DAILYSTORY_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dailystory/export_dir.h"
#include "dailystory/export_settings.h"
#include "delta/apply.h"
#include "delta/read_snapshot.h"
#include "record/record_settings.h"
#include "state/state.h"
#include "segment/segment.h"

/* What an export is made from. Everything is borrowed. */
struct export_source {
	struct str snapshot; /* its id */
	int64_t as_of;       /* us */
	const struct segment_set *rules;
	const struct segment_set *rules_before; /* of the snapshot before; empty at the first */
	const struct ledger_settings *ledger;
	const struct export_settings *settings;
	struct str settings_text; /* settings.json as it is written */
	bool is_recounted;        /* settings that count in profiles changed */
	bool is_everybody;        /* settings that decide who is exported, and how, changed */
	bool is_suppress_new;     /* suppress_text is not that of the snapshot before */
	bool is_accepted; /* a mass change was accepted: the breaker would have stopped it */
	const struct touched *touched;
	const struct quarantined *quarantined;
	size_t quarantined_n;
	const struct manifest *manifest; /* names the pages */
	const struct applied *applied;   /* counts */
	size_t jobs;
};

/*
 * export_write(o, s, source, e):
 * Profiles, standings, memberships and what was exported last are brought up to date in the state,
 * and the files are written into ${o}, which the caller commits.
 */
int export_write(struct export_dir *o, struct state *s, const struct export_source *source,
    struct err *e) ERR_MUST;

#endif /* DAILYSTORY_EXPORT_H */
