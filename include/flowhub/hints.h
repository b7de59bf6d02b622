/* hints.h -- ACCOUNT/.fetch.json: what makes the next fetch cheaper, nothing
 * that makes it right.
 *
 * The page size that worked, and the customer ids Flowhub did not know.  It may
 * be deleted at any time: it is learned again
 * (docs/decisions/0004-what-fetch-remembers.md).
 */
#ifndef FLOWHUB_HINTS_H
#define FLOWHUB_HINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/intern.h"
#include "snapshot/manifest.h"

/* Zero-initialisable. */
struct memory {
	uint64_t size[RESOURCE_ORDERS + 1]; /* of pages, by resource; 0: nothing learned */
	int64_t sized_at;                   /* us */
	struct words absent;                /* ids, ... */
	int64_t *asked;                     /* ... and when, by their number: us */
	size_t asked_cap;
};

/* memory_load(m, account, now): what is too old is left out; a file that cannot
 * be read is as none. */
void memory_load(struct memory *m, const char *account, int64_t now);

/* memory_is_absent, memory_absent: Flowhub said so not long ago; says so now.
 */
bool memory_is_absent(const struct memory *m, struct str id);
void memory_absent(struct memory *m, struct str id, int64_t now);

int memory_save(const struct memory *m, const char *account, struct err *e) ERR_MUST;
void memory_release(struct memory *m);

#endif /* FLOWHUB_HINTS_H */
