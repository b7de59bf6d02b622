/* sort.h -- sorting large lists by the bytes of their keys.
 *
 * Both sorts are stable: a list sorted by one key and then by another is sorted
 * by both.
 */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct sort_key {
	uint64_t key;
	uint64_t at; /* the caller's: where the element itself lies */
};

/* sort_keys(list, n): by key.  Cost: a pass for each byte in which keys differ.
 */
void sort_keys(struct sort_key *list, size_t n);

/* sort_texts(texts, n, order): ${order} becomes the places of the texts in the
 * order of their bytes. */
void sort_texts(const struct str *texts, size_t n, uint32_t *order);

#endif /* BASE_SORT_H */
