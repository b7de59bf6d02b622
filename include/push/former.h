/* former.h -- contacts of who was erased: deleted, and known by salted hashes alone.
 *
 * DailyStory may find a deleted contact again by its address, for another customer; it is not to be
 * theirs.  The hash of its id tells nothing of anybody, but says that it is one; that of whose it
 * was, that somebody who comes back with the same id has it again.  In the journal they are the
 * fields of a line that names nobody (JOURNAL_ERASED).
 */
#ifndef PUSH_FORMER_H
#define PUSH_FORMER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "push/fold_rows.h"
#include "push/journal_line.h"
#include "push/view.h"

/* The contact's id, and whose it was; hashes of books_erased. */
#define FORMER_FIELDS 2
#define FORMER_DSID STR("dsid")
#define FORMER_WHOSE STR("fh_id")

/* Why a row is a dead letter: its address was that of somebody who was erased, of whom nothing else
 * is said. */
#define FORMER_ERASED STR("DailyStory had it of a customer who was erased")

/* former_put(f, x): such a line, into the view; one without these fields says nothing.
 * former_line(key, row, out): a row of VIEW_FORMER as fields of such a line; false: it is none. */
void former_put(struct fold *f, const struct journal_line *x);
bool former_line(struct str key, struct str row, struct journal_field out[FORMER_FIELDS]);

/* former_find(v, asked, is_theirs, e): 1 it was the contact of somebody who was erased, and whether
 * that one is who asks; 0; -1.  Errors: ERR_FAILED if the row cannot be. */
int former_find(struct view *v, const struct journal_field asked[FORMER_FIELDS], bool *is_theirs,
    struct err *e) ERR_MUST;

/* former_forget(v, n, e): by another salt none is recognised any more; ${n}: how many were. */
int former_forget(struct view *v, uint64_t *n, struct err *e) ERR_MUST;

#endif /* PUSH_FORMER_H */
