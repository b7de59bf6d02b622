/* hints.h -- ACCOUNT/.fetch.json: what makes the next fetch cheaper, but not more correct.
 *
 * The page size that worked, the customer ids Flowhub did not know, the customers whose turn comes
 * in a later run, and what was reported already.  The file may be deleted at any time; the next
 * fetches learn it again (docs/decisions/0004-what-fetch-remembers.md).
 */
#ifndef FLOWHUB_HINTS_H
#define FLOWHUB_HINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "snapshot/manifest.h"

/* Zero-initialisable. */
struct hints {
	uint64_t size[RESOURCE_ORDERS + 1]; /* of pages, by resource; 0: not learned */
	int64_t sized_at;                   /* us */
	struct intern absent;               /* ids, ... */
	int64_t *asked;                     /* ... and when, by their number: us */
	size_t asked_cap;
	/* ids of known customers the list of all left out, not read since; and who of them still is
	 * once this fetch is complete */
	struct intern waiting, later;
	struct intern told;    /* what the last complete fetch reported, ... */
	struct intern telling; /* ... and what this one does */
	int64_t silent_since;  /* us: the first fetch without an answer; TIMESTAMP_NONE: none */
};

/* hints_load(h, account, now): old hints are left out; a file that cannot be read holds none. */
void hints_load(struct hints *h, const char *account, int64_t now);

/* hints_is_absent, hints_add_absent: Flowhub said so not long ago; says so now. */
bool hints_is_absent(const struct hints *h, struct str id);
void hints_add_absent(struct hints *h, struct str id, int64_t now);

/* hints_tell(h, what): note what this fetch reports.  Returns: the last complete one did not. */
bool hints_tell(struct hints *h, struct str what);

/* hints_forget(h, is_gone, context): ids of whom that is said are hinted at no more.
 * Returns: how many there were. */
size_t hints_forget(struct hints *h, bool (*is_gone)(void *context, struct str id), void *context);

/* hints_complete(h): the fetch is complete: what it reported is news no more. */
void hints_complete(struct hints *h);

/*
 * hints_judge_silence(h, since, now, most, e):
 * A fetch that got no answer may be tried again, but not for ever: ${e} becomes a failure if there
 * was none for longer than ${most} us.  ${since} is the last answer, of the last snapshot; before
 * there is one (TIMESTAMP_NONE), the first silence is remembered.
 */
void hints_judge_silence(struct hints *h, int64_t since, int64_t now, int64_t most, struct err *e);

int hints_save(const struct hints *h, const char *account, struct err *e) ERR_MUST;
void hints_release(struct hints *h);

#endif /* FLOWHUB_HINTS_H */
