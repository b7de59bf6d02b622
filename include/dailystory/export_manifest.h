/* export_manifest.h -- the files of an export that speak of it as a whole.
 *
 * segments.json, rules.json, settings.json, fields.csv, suppress.txt (the suppression list in
 * force, when it is new), manifest.json.
 */
#ifndef DAILYSTORY_EXPORT_MANIFEST_H
#define DAILYSTORY_EXPORT_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "dailystory/csv_rows.h"
#include "state/state.h"
#include "segment/segment.h"

struct export_manifest_source {
	struct str snapshot;
	int64_t as_of;
	const struct applied *applied; /* NULL: a whole export, not of one snapshot's changes */
	bool is_accepted;
	const struct segment_set *rules;
	struct str settings_text;
	struct str suppress_text; /* empty: not written */
};

/* export_manifest_write(f, s, source, e): finishes all files of the export; nothing may be written
 * after it. */
int export_manifest_write(struct files *f, struct state *s,
    const struct export_manifest_source *source, struct err *e) ERR_MUST;

#endif /* DAILYSTORY_EXPORT_MANIFEST_H */
