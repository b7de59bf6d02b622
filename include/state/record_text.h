/* record_text.h -- the text of records, read from the pages that hold them.
 *
 * Each page is proved by its digest and read once, several at a time.
 */
#ifndef STATE_RECORD_TEXT_H
#define STATE_RECORD_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "state/rows.h"
#include "state/state.h"

struct arena;

/* A page that holds records which are wanted. */
struct source_page {
	struct str snapshot; /* its id */
	struct applied_page page;
};

struct wanted_record {
	const struct source_page *from; /* one pointer a page */
	uint32_t index;                 /* of the record in it */
	struct str text;                /* out */
};

/*
 * record_text_read(a, account, list, n, jobs, e):
 * Fill in the texts, in a. The order of the list is kept.
 * Errors: ERR_DAMAGED if a page is no longer what it was.
 */
int record_text_read(struct arena *a, const char *account, struct wanted_record *list, size_t n,
    size_t jobs, struct err *e) ERR_MUST;

/* record_text_source(a, s, at, out, e): the page of a place in an applied snapshot, in a. */
int record_text_source(struct arena *a, struct state *s, struct place at, struct source_page *out,
    struct err *e) ERR_MUST;

#endif /* STATE_RECORD_TEXT_H */
