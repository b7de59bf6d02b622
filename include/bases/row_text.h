/* row_text.h -- a row of the state as a line of JSON, and back to the same bytes.
 *
 * A base is read by later versions too, whose rows may be packed otherwise, so what it keeps of the
 * state is text with one part a member of docs/state.md: ["exported",["C1"],["<hash>",12,8191,…]].
 * The parts of the key come first, then those of the row.  Numbers are decimal, a hash is 32
 * hexadecimal digits, text is text.  A row that this cannot say (bytes that are no UTF-8) stands
 * there whole, in hexadecimal: ["noted","0001…",""].
 *
 * Invariant: what row_text_write wrote, row_text_read makes into the same key and row, if its
 * numbers are packed as base/pack.h does it.
 */
#ifndef BASES_ROW_TEXT_H
#define BASES_ROW_TEXT_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "state/tables.h"

/* A line being read; zero-initialisable, used again for the next. */
struct row_text {
	enum state_table table; /* set by row_text_read */
	struct buf key, row;    /* the same */
};

/* row_text_write(b, table, key, row): append the line, with its end. */
void row_text_write(struct buf *b, enum state_table table, struct str key, struct str row);

/* row_text_read(x, line, e): the line without its end.
 * Errors: ERR_DAMAGED. */
int row_text_read(struct row_text *x, struct str line, struct err *e) ERR_MUST;

void row_text_release(struct row_text *x);

#endif /* BASES_ROW_TEXT_H */
