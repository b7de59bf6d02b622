/* csv_rows.h -- the files of an export, filled a row at a time.
 *
 * Contract section 7.  Rows come in the order of fh_id.  Which file a row belongs to, its header
 * and where a file is full is decided here; who is in it is not.
 */
#ifndef DAILYSTORY_CSV_ROWS_H
#define DAILYSTORY_CSV_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "dailystory/export_dir.h"
#include "delta/read_snapshot.h"
#include "segment/membership.h"
#include "state/rows.h"

/* The files contacts-0001, contacts-0002, ... of one format. */
struct csv_rows_series {
	const char *suffix;
	unsigned number;
	struct export_file *file; /* NULL: none open */
};

enum csv_rows_segment {
	CSV_ROWS_ENTERED,
	CSV_ROWS_LEFT,
	CSV_ROWS_MEMBERS,
	CSV_ROWS_SEGMENT_FILES
};

struct csv_rows {
	struct export_dir *dir;
	const struct membership_counts *counts;
	bool csv_bom;
	uint64_t contacts; /* rows in all files of a series */
	struct csv_rows_series csv, json;
	struct export_file *events, *opt_outs, *skipped, *quarantine;
	/* CSV_ROWS_SEGMENT_FILES for each count; NULL: not yet. */
	struct export_file **segments;
	struct buf row;
};

/* csv_rows_begin(f, dir, counts, csv_bom, e): opens the files that are always there. */
int csv_rows_begin(struct csv_rows *f, struct export_dir *dir, const struct membership_counts *t,
    bool csv_bom, struct err *e) ERR_MUST;

/* csv_rows_contact(f, csv, json, e): the rows of contact_csv and contact_json. */
int csv_rows_contact(struct csv_rows *f, struct str csv, struct str json, struct err *e) ERR_MUST;

/* csv_rows_segment(f, which, count, row, e): the row of contact_segment_csv in a file of the
 * segment with that place among the counts. */
int csv_rows_segment(struct csv_rows *f, enum csv_rows_segment which, size_t count, struct str row,
    struct err *e) ERR_MUST;

/* csv_rows_opt_out(f, row, e): the row of contact_opt_out_csv. */
int csv_rows_opt_out(struct csv_rows *f, struct str row, struct err *e) ERR_MUST;

/* csv_rows_events(f, lines, n, e): so many lines of events.jsonl. */
int csv_rows_events(struct csv_rows *f, struct str lines, size_t n, struct err *e) ERR_MUST;

int csv_rows_skipped(struct csv_rows *f, struct str id, enum skipped_reason reason,
    struct str detail, struct err *e) ERR_MUST;
int csv_rows_quarantined(struct csv_rows *f, const struct manifest *m, const struct quarantined *q,
    struct err *e) ERR_MUST;

/* csv_rows_text(f, path, text, rows, e): a file given whole. */
int csv_rows_text(
    struct csv_rows *f, const char *path, struct str text, uint64_t rows, struct err *e) ERR_MUST;

/* csv_rows_end(f, e): complete the contacts' files that are open. */
int csv_rows_end(struct csv_rows *f, struct err *e) ERR_MUST;
void csv_rows_release(struct csv_rows *f);

#endif /* DAILYSTORY_CSV_ROWS_H */
