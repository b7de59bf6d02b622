/* csv_rows.h -- the files of an export, a row at a time.
 *
 * Contract section 7.  Rows come in the order of fh_id; nothing here decides who is in them.
 */
#ifndef DAILYSTORY_CSV_ROWS_H
#define DAILYSTORY_CSV_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "dailystory/contact.h"
#include "dailystory/export_dir.h"
#include "delta/read_snapshot.h"
#include "state/rows.h"
#include "segment/membership.h"

/* A series contacts-0001, contacts-0002, ... of one format. */
struct series {
	const char *suffix; /* ".csv", ".json" */
	unsigned number;
	struct export_file *file; /* NULL: none open */
	uint64_t rows;            /* over all its files */
};

struct files {
	struct export_dir *out;
	const struct membership_counts *tallies;
	bool csv_bom;
	struct series csv, json;
	struct export_file *events, *opt_outs, *skipped, *quarantine;
	struct export_file **entered, **left,
	    **members; /* by place in the tallies, NULL: not yet */
	struct buf row;
};

/* files_begin(f, out, tallies, csv_bom, e): the files that are always there are opened. */
int files_begin(struct files *f, struct export_dir *out, const struct membership_counts *t,
    bool csv_bom, struct err *e) ERR_MUST;

/* files_contact(f, csv, json, e): the rows of contact_csv and contact_json. */
int files_contact(struct files *f, struct str csv, struct str json, struct err *e) ERR_MUST;

/* segment_row(b, c): the contact's line in any file of a segment. */
void segment_row(struct buf *b, const struct contact *c);

enum segment_file {
	SEGMENT_ENTERED,
	SEGMENT_LEFT,
	SEGMENT_MEMBERS
};
/* A line of segments/<slug>-entered.csv, -left.csv or <slug>.csv. */
int files_segment(
    struct files *f, enum segment_file which, size_t tally, struct str row, struct err *e) ERR_MUST;

/* What all events of one customer with one snapshot say. */
struct event_whose {
	struct str id, email, mobile;
	int64_t at;
};
/* event_whose(b, w): as it stands in the line of each. */
void event_whose(struct buf *b, const struct event_whose *w);

/* ${segment} empty: a customer's event. */
struct event {
	const char *event;
	struct str segment;
	struct str whose; /* event_whose's */
	enum cause cause;
};
/* event_row(b, v): the event as a line. */
void event_row(struct buf *b, const struct event *v);
/* files_events(f, rows, n, e): so many of these. */
int files_events(struct files *f, struct str rows, size_t n, struct err *e) ERR_MUST;

/* opt_out_row(b, c, email, text): the line of opt-outs.csv. */
void opt_out_row(struct buf *b, const struct contact *c, bool email, bool text);
int files_opt_out(struct files *f, struct str row, struct err *e) ERR_MUST;
int files_skipped(struct files *f, struct str id, enum standing_reason reason, struct str detail,
    struct err *e) ERR_MUST;
int files_quarantined(
    struct files *f, const struct manifest *m, const struct quarantined *q, struct err *e) ERR_MUST;

/* files_text(f, path, text, rows, e): a file given whole. */
int files_text(
    struct files *f, const char *path, struct str text, uint64_t rows, struct err *e) ERR_MUST;

/* files_end(f, e): what is still open is closed properly (a JSON array ends). */
int files_end(struct files *f, struct err *e) ERR_MUST;
void files_release(struct files *f);

#endif /* DAILYSTORY_CSV_ROWS_H */
