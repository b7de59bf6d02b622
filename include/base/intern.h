/* intern.h -- a set of texts, each with a dense number in order of arrival.
 *
 * Number 0 is the empty text, always there.  The set owns copies of its texts.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* Zero-initialisable. */
struct intern {
	struct arena arena;
	struct str *texts; /* by number; [0] is "" once n > 0 */
	uint32_t n, cap;   /* n counts [0] */
	uint64_t *slots;   /* open addressing: hash and number; 0 is empty */
	uint32_t slots_cap;
};

/* intern_add(w, text): its number, given out if it is new. */
uint32_t intern_add(struct intern *w, struct str text);

/* intern_add_all(w, list, n, numbers): intern_add of each; where there are so many texts that they
 * lie in no cache, a third of the time. */
void intern_add_all(struct intern *w, const struct str *list, size_t n, uint32_t *numbers);

/* intern_find(w, text): its number, or 0 (also for ""). */
uint32_t intern_find(const struct intern *w, struct str text);

/* intern_sorted(w, n): the numbers of all texts but "", ${n} of them, in the order of their bytes.
 * The list is the caller's (mem_free). */
uint32_t *intern_sorted(const struct intern *w, uint32_t *n);

void intern_reset(struct intern *w); /* empty, memory kept */
void intern_release(struct intern *w);

#endif /* BASE_INTERN_H */
