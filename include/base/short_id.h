/* short_id.h -- an id in fewer bytes, for keys: a UUID in 20 in place of 36.
 *
 * What is packed sorts as bytes just as the ids themselves do, whatever they are, and each id comes
 * out again as it was.  Nine hexadecimal digits (small letters) or hyphens take five bytes; from
 * the first other byte on an id stays as it is, and the five bytes before it are filled up.
 *
 * What is packed and may be the beginning of another: then the other goes on with a byte of
 * SHORT_ID_NEXT at least.
 */
#ifndef BASE_SHORT_ID_H
#define BASE_SHORT_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define SHORT_ID_NEXT 8

/* Bytes that an id of ${n} takes at most, and those of which ${n} are packed. */
#define SHORT_ID_MAX(n) (2 * (n) + 5)
#define SHORT_ID_WAS(n) (2 * (n))

/* short_id_pack(id, out): into SHORT_ID_MAX(id.n) bytes at ${out}; returns how many it took. */
size_t short_id_pack(struct str id, char *out);

/* short_id_unpack(packed, out, n): the id into SHORT_ID_WAS(packed.n) bytes at ${out}; false if
 * it is damaged so that nobody can say which it was. */
bool short_id_unpack(struct str packed, char *out, size_t *n);

#endif /* BASE_SHORT_ID_H */
