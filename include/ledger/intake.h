/* intake.h -- what the pages of a snapshot hold that was not known before.
 *
 * Pages are read by several threads; each record whose text is the one read last is only noted as seen, every other is
 * read strictly.  Nothing is written here.  Then the sightings of all pages are merged by id.
 */
#ifndef LEDGER_INTAKE_H
#define LEDGER_INTAKE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "ledger/rows.h"
#include "ledger/sighting.h"
#include "ledger/settings.h"
#include "snapshot/manifest.h"

struct kv;

/* A record at fault. */
struct quarantined {
	uint32_t page, index;
	enum entity entity;
	bool has_id;
	struct str id;
	struct str reason;
};

/* What one page gave. */
struct page_intake {
	const struct sighting *sightings; /* one behind the other: sighting_next_to */
	size_t n;
	struct quarantined *quarantined;
	size_t quarantined_n;
	bool has_nameless; /* a quarantined record without a readable id */
};

struct intake {
	struct page_intake *pages; /* as many as the manifest has */
	const struct sighting **seen[ENTITIES]; /* by id, of each the copy that counts */
	size_t seen_n[ENTITIES];
	size_t sights_n[ENTITIES][SIGHTS]; /* how many of each in seen */
	struct quarantined *quarantined; /* by page, index */
	size_t quarantined_n;
	struct str *present[ENTITIES];   /* ids of quarantined records, sorted, each once */
	size_t present_n[ENTITIES];
	struct arena *arenas;            /* one a worker: the sightings */
	struct lexicon *lexica;          /* the same */
	size_t jobs;
	struct arena arena;
};

/* What the reading is done with. */
struct intake_source {
	const char *account;
	struct str snapshot;         /* its id */
	const struct manifest *manifest;
	struct kv *kv;               /* the state before; only read */
	const uint32_t *locations;   /* number of each page's location in the state; 0 none named, UINT32_MAX not known yet */
	const struct ledger_settings *settings;
	size_t jobs;
	struct str only;             /* if not empty: records that are seen at a glance to have another id are passed over */
	atomic_size_t *pages_done; /* counted up for whoever watches; may be NULL */
};

/*
 * intake_read(in, source, e):
 * Errors: ERR_DAMAGED: a page refuses the snapshot. ${in} may be released in any case.
 */
int intake_read(struct intake *in, const struct intake_source *source,
    struct err *e) ERR_MUST;
void intake_release(struct intake *in);

/* intake_forget(in): its sightings are not needed any more, and they are most of it. */
void intake_forget(struct intake *in);

#endif /* LEDGER_INTAKE_H */
