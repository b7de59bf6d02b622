/* csv_rows.h -- the files of an export, filled a row at a time.
 *
 * Contract section 7.  Rows come in the order of fh_id.  Which file a row belongs to, its header
 * and where a file is full is decided here; who is in it is not.  A file is there only if it has a
 * row.
 */
#ifndef DAILYSTORY_CSV_ROWS_H
#define DAILYSTORY_CSV_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "dailystory/export_dir.h"
#include "dailystory/identity.h"
#include "delta/apply.h"
#include "delta/read_snapshot.h"
#include "record/drops.h"
#include "segment/membership.h"
#include "state/rows.h"

/* The files contacts-0001, contacts-0002, ... of one format. */
struct csv_rows_series {
	const char *suffix;
	unsigned number;
	struct export_file *file; /* NULL: none open */
};

/* The files of which an export has one at most. */
enum csv_rows_file {
	CSV_ROWS_OPT_OUTS,
	CSV_ROWS_GONE,
	CSV_ROWS_MOVED,
	CSV_ROWS_SKIPPED,
	CSV_ROWS_DROPPED,
	CSV_ROWS_FIELDS,
	CSV_ROWS_EVENTS,
	CSV_ROWS_QUARANTINE,
	CSV_ROWS_FILES
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
	uint64_t dropped[DROPPED_REASONS]; /* rows of dropped.csv, by reason */
	/* NULL: not yet; of segments CSV_ROWS_SEGMENT_FILES for each count. */
	struct export_file *files[CSV_ROWS_FILES], **segments;
	struct buf row;
};

/* csv_rows_begin(f, dir, counts, csv_bom): nothing is written yet. */
void csv_rows_begin(
    struct csv_rows *f, struct export_dir *dir, const struct membership_counts *t, bool csv_bom);

/* csv_rows_is_too_long(csv, json, csv_bom): one of the rows of a contact makes a file too long by
 * itself, the one of CSV with its header, the one of JSON in its array. */
bool csv_rows_is_too_long(struct str csv, struct str json, bool csv_bom);

/* csv_rows_contact(f, csv, json, e): the rows of contact_csv and contact_json. */
int csv_rows_contact(struct csv_rows *f, struct str csv, struct str json, struct err *e) ERR_MUST;

/* csv_rows_segment(f, count, row, e): the row of contact_segment_csv in the list of members of the
 * segment with that place among the counts. */
int csv_rows_segment(struct csv_rows *f, size_t count, struct str row, struct err *e) ERR_MUST;

/* csv_rows_passage(f, which, count, id, x, cause, at, e): a row of CSV_ROWS_ENTERED or
 * CSV_ROWS_LEFT, with the addresses that DailyStory knows; ${at} is text. */
int csv_rows_passage(struct csv_rows *f, enum csv_rows_segment which, size_t count, struct str id,
    const struct identity_addresses *x, enum cause cause, struct str at, struct err *e) ERR_MUST;

/* csv_rows_gone(f, id, last, reason, e): who is no contact any more, with the addresses exported
 * last; csv_rows_moved: who is a contact under other addresses. */
int csv_rows_gone(struct csv_rows *f, struct str id, const struct identity_addresses *last,
    const char *reason, struct err *e) ERR_MUST;
int csv_rows_moved(struct csv_rows *f, struct str id, const struct identity_addresses *last,
    const struct identity_addresses *now, struct err *e) ERR_MUST;

/* csv_rows_opt_out(f, row, e): the row of contact_opt_out_csv. */
int csv_rows_opt_out(struct csv_rows *f, struct str row, struct err *e) ERR_MUST;

/* csv_rows_events(f, lines, n, e): so many lines of events.jsonl. */
int csv_rows_events(struct csv_rows *f, struct str lines, size_t n, struct err *e) ERR_MUST;

/* csv_rows_dropped(f, d, e): a field of a record; they come in the order of dropped.csv. */
int csv_rows_dropped(struct csv_rows *f, const struct apply_drop *d, struct err *e) ERR_MUST;

/* csv_rows_fields(f, rules, more, e): fields.csv; ${more} are further rows of it. */
int csv_rows_fields(
    struct csv_rows *f, const struct segment_set *rules, struct str more, struct err *e) ERR_MUST;

int csv_rows_skipped(struct csv_rows *f, struct str id, enum skipped_reason reason,
    struct str detail, struct err *e) ERR_MUST;
int csv_rows_quarantined(struct csv_rows *f, const struct manifest *m, const struct quarantined *q,
    struct err *e) ERR_MUST;

/* csv_rows_text(f, path, text, rows, e): a file given whole. */
int csv_rows_text(
    struct csv_rows *f, const char *path, struct str text, uint64_t rows, struct err *e) ERR_MUST;

/* csv_rows_count(f, file): its rows so far; 0 of a file that is not there. */
uint64_t csv_rows_count(const struct csv_rows *f, enum csv_rows_file file);

/* csv_rows_end(f, e): complete the contacts' files that are open. */
int csv_rows_end(struct csv_rows *f, struct err *e) ERR_MUST;
void csv_rows_release(struct csv_rows *f);

#endif /* DAILYSTORY_CSV_ROWS_H */
