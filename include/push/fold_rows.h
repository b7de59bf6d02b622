/* fold_rows.h -- rows of the view as the fold reads and writes them. */
#ifndef PUSH_FOLD_ROWS_H
#define PUSH_FOLD_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/journal_line.h"
#include "push/view.h"

struct fold {
	struct view *view;
	uint64_t no_email, no_mobile; /* hashes of the empty address */
	uint64_t kept_mobile;         /* of ACKED_KEPT: nobody is known to have it */
	struct arena arena;           /* scratch, emptied by each line */
	struct buf row, key;
};

/* fold_rows_address(b, key, hash): the key of an address; empties ${b} first. */
struct str fold_rows_address(struct buf *b, struct str key, uint64_t hash);

/* fold_rows_parse_address(name, out): the way back; false: it is none. */
bool fold_rows_parse_address(struct str name, struct journal_field *out);

/* fold_rows_broken(e): a row of the view cannot be; it may be deleted. */
int fold_rows_broken(struct err *e);

/* fold_rows_load(f, fh_id, out, e): 1, or 0 and an empty one; in the fold's arena. */
int fold_rows_load(struct fold *f, struct str fh_id, struct acked *out, struct err *e) ERR_MUST;

/* fold_rows_store(f, fh_id, x): with its dead letter listed.  fold_rows_letter: the same of a row
 * of the kind 'c' or 'o'. */
void fold_rows_store(struct fold *f, struct str fh_id, const struct acked *x);
void fold_rows_letter(struct fold *f, char kind, struct str key, const struct acked_letter *letter);

#endif /* PUSH_FOLD_ROWS_H */
