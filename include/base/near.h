/* near.h -- how near a mistyped word is to a right one. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stddef.h>

#include "base/str.h"

/* near_distance(x, y): how many letters have to be put in, taken out, changed or swapped with their
 * neighbour, in any ASCII case; 64 if either is that long. */
size_t near_distance(struct str x, struct str y);

/* near_find(text, names, n): the nearest of ${n} names; NULL if none is near enough to be meant. */
const char *near_find(struct str text, const char *(*names)(size_t i), size_t n);

#endif /* BASE_NEAR_H */
