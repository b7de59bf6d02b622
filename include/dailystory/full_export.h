/* full_export.h -- export files out of the state as it is: everything, or what was exported since.
 *
 * Contract section 8, export.  Nothing in the state changes.
 */
#ifndef DAILYSTORY_FULL_EXPORT_H
#define DAILYSTORY_FULL_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "dailystory/export_dir.h"
#include "dailystory/export_settings.h"
#include "state/state.h"
#include "segment/segment.h"

struct full_export_source {
	struct str snapshot; /* the last one applied */
	int64_t as_of;
	uint32_t since; /* rows exported with a later snapshot's number; 0: everything */
	const struct segment_set *rules; /* those stored with the state */
	const struct export_settings *settings;
	struct str settings_text;
};

/* full_export_write(o, s, source, e): the files; the caller commits. */
int full_export_write(struct export_dir *o, struct state *s,
    const struct full_export_source *source, struct err *e) ERR_MUST;

#endif /* DAILYSTORY_FULL_EXPORT_H */
