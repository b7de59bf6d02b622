/* row_shape.h -- what the keys and rows of each table are made of, as letters.
 *
 *   1  one byte            4  u32 of a key       8  i64 of a key      k  text8
 *   v  varint              z  zigzag varint      f  fixed             t  text
 *   h  hash                r  the rest, as text  n  a text that is a list of texts
 *   w  a number of words, and the words          *  what follows, as often as there is some
 *
 * docs/state.md says what each part means.
 */
#ifndef BASES_ROW_SHAPE_H
#define BASES_ROW_SHAPE_H

#include "base/str.h"
#include "state/tables.h"

struct row_shape {
	enum state_table table;
	const char *only;      /* the shape of this key alone, or NULL */
	const char *key, *row; /* row: NULL if records or another table tell it */
};

/* row_shape_key(table): of its keys.
 * row_shape_of(table): the same; NULL: records or another table tell its rows.
 * row_shape_find(table, key): of this key's row, too. */
const char *row_shape_key(enum state_table table);
const struct row_shape *row_shape_of(enum state_table table);
const struct row_shape *row_shape_find(enum state_table table, struct str key);

#endif /* BASES_ROW_SHAPE_H */
