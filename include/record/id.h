/* id.h -- find the id in a record's text without reading the record.
 *
 * It is only used to look up the hash of a text that was read strictly once: the same text gives
 * the same id, so a record whose text is known needs no more.  Where it finds none, the record is
 * read.
 */
#ifndef RECORD_ID_H
#define RECORD_ID_H

#include <stdbool.h>

#include "base/str.h"

/* Bytes of a usable id (docs/readings.md); two fit into a key of the state. */
#define ID_MAX 240

/*
 * id_peek(record, is_order, id):
 * The id by the chain id, _id, (orders) orderId at the record's own level, if it is text without
 * escapes or white space around it, or an integer.
 * Returns: true and a view into the record; false if only the strict reader can tell.  For every
 * record that the strict reader accepts, the id found is its id.
 */
bool id_peek(struct str record, bool is_order, struct str *id);

/* id_is_integer(s): digits, with or without a minus sign. */
bool id_is_integer(struct str s);

#endif /* RECORD_ID_H */
