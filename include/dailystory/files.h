/* files.h -- the files of an export, a row at a time.
 *
 * Contract section 7.  Rows come in the order of fh_id; nothing here decides who is in them.
 */
#ifndef DAILYSTORY_FILES_H
#define DAILYSTORY_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "dailystory/contact.h"
#include "dailystory/out.h"
#include "ledger/intake.h"
#include "ledger/rows.h"
#include "segment/transition.h"

/* A series contacts-0001, contacts-0002, ... of one format. */
struct series {
	const char *suffix;     /* ".csv", ".json" */
	unsigned number;
	struct out_file *file;  /* NULL: none open */
	uint64_t rows;          /* over all its files */
};

struct files {
	struct out *out;
	const struct tallies *tallies;
	bool csv_bom;
	struct series csv, json;
	struct out_file *events, *opt_outs, *skipped, *quarantine;
	struct out_file **entered, **left, **members; /* by place in the tallies, NULL: not yet */
	struct buf row;
};

/* files_begin(f, out, tallies, csv_bom, e): the files that are always there are opened. */
int files_begin(struct files *f, struct out *out, const struct tallies *t,
    bool csv_bom, struct err *e) ERR_MUST;

int files_contact(struct files *f, const struct contact *c, struct str csv_row,
    uint32_t known, struct err *e) ERR_MUST;

enum segment_file { SEGMENT_ENTERED, SEGMENT_LEFT, SEGMENT_MEMBERS };
/* A line of segments/<slug>-entered.csv, -left.csv or <slug>.csv. */
int files_segment(struct files *f, enum segment_file which, size_t tally,
    const struct contact *c, struct err *e) ERR_MUST;

/* ${segment} empty: a customer's event. */
struct event {
	const char *event;
	struct str segment, id, email, mobile;
	int64_t at;
	enum cause cause;
};
int files_event(struct files *f, const struct event *v, struct err *e)
    ERR_MUST;

/* opt_out_row(b, c, email, text): the line of opt-outs.csv. */
void opt_out_row(struct buf *b, const struct contact *c, bool email,
    bool text);
int files_opt_out(struct files *f, struct str row, struct err *e) ERR_MUST;
int files_skipped(struct files *f, struct str id, enum standing_reason reason,
    struct str detail, struct err *e) ERR_MUST;
int files_quarantined(struct files *f, const struct manifest *m,
    const struct quarantined *q, struct err *e) ERR_MUST;

/* files_text(f, path, text, rows, e): a file given whole. */
int files_text(struct files *f, const char *path, struct str text,
    uint64_t rows, struct err *e) ERR_MUST;

/* files_end(f, e): what is still open is closed properly (a JSON array ends). */
int files_end(struct files *f, struct err *e) ERR_MUST;
void files_release(struct files *f);

#endif /* DAILYSTORY_FILES_H */
