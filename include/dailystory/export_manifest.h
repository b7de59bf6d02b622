/* export_manifest.h -- the files of an export that describe it as a whole: segments.json,
 * fields.csv, manifest.json.
 */
#ifndef DAILYSTORY_EXPORT_MANIFEST_H
#define DAILYSTORY_EXPORT_MANIFEST_H

#include "base/err.h"
#include "dailystory/csv_rows.h"
#include "dailystory/export_source.h"
#include "state/state.h"

/* export_manifest_write(f, s, source, e): finishes all files of the export; nothing may be written
 * after it.  fields.csv is part of the first export, and of whole lists. */
int export_manifest_write(struct csv_rows *f, struct state *s, const struct export_source *source,
    struct err *e) ERR_MUST;

#endif /* DAILYSTORY_EXPORT_MANIFEST_H */
