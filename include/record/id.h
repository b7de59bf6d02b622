/* id.h -- the id a record's text names, without reading the record.
 *
 * Used only to look up the hash of the text that was read strictly once: the same text gives the
 * same answer, so a record whose text is known needs no more.  Where peek finds nothing the record
 * is simply read.
 */
#ifndef RECORD_ID_H
#define RECORD_ID_H

#include <stdbool.h>

#include "base/str.h"

/* Bytes of an id that is usable (docs/readings.md); two of them fit into a key of the state. */
#define ID_MAX 240

/*
 * id_peek(record, is_order, id):
 * The id by the chain id, _id, (orders) orderId, at the record's own level, if it can be had by
 * looking: text without escapes that begins and ends with no white space, or an integer's digits.
 * Returns: true and a view into the record; false if it takes the strict reader to tell. For every
 * record that the strict reader accepts, a true answer equals its id.
 */
bool id_peek(struct str record, bool is_order, struct str *id);

#endif /* RECORD_ID_H */
