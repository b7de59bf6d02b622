/* split.h -- where the records of a page lie, judged by structure alone.
 *
 * One walk over an inflated page: brackets and strings, nothing inside them.  What a record
 * means, and whether it is valid JSON at all, is judged later and only if its text is new.
 * Contract section 3 "structure and content are judged apart"; docs/readings.md "Pages".
 */
#ifndef JSON_SPLIT_H
#define JSON_SPLIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "json/simd.h"
#include "json/skip.h"

/* Elements a page may list; Flowhub gives at most 10,000.  Without a limit 64 MiB of commas would
 * be as many million records, each at fault. */
#define SPLIT_RECORDS (UINT32_C(1) << 20)

/* The span of one element, without white space around it; empty for an empty place. */
struct split_record {
	uint32_t at; /* first byte in the page's text */
	uint32_t len;
	uint32_t index; /* position in the list, null elements counted */
};

/* Zero-initialisable; reused by the next scan. */
struct split {
	struct split_record *records; /* elements that are null are left out */
	size_t n, cap;
	uint32_t elements;     /* of a page: all of them, null or not */
	struct skip_walk walk; /* scratch */
	enum simd_way way;     /* for tests: every way gives the same */
	/* split_page asks it of each element of a list, which begins at that byte: where it ends,
	 * if that is known and a comma stands there; else 0.  NULL: nothing is known. */
	size_t (*known_end)(void *context, const struct split *s, size_t from);
	void *known;
};

/*
 * split_page(s, text, members, e):
 * Find the records of a page.  ${members} are the names whose value may be the list, in order of
 * preference, ending in NULL ({"orders","data",NULL}); an object with none of them is one record,
 * unless it has a member named ${empty_mark} (NULL: none), then there are none. Errors: ERR_DAMAGED
 * with the byte.
 */
int split_page(struct split *s, struct str text, const char *const *members, const char *empty_mark,
    struct err *e) ERR_MUST;

/*
 * split_part(s, text, first):
 * The records of a piece of a list: '[', then whole elements, of which the first has that index in
 * the list.  What follows the last comma counts only if the list ends there.  Nothing is judged: it
 * ends where it cannot be followed.
 */
void split_part(struct split *s, struct str text, uint32_t first);

/* split_find(s, index): the record at that position of the list, or NULL. */
const struct split_record *split_find(const struct split *s, uint32_t index);
void split_release(struct split *s);

#endif /* JSON_SPLIT_H */
