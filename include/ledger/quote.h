/* quote.h -- records out of the pages that hold them, word for word.
 *
 * Each page is proved by its digest and read once, several at a time.
 */
#ifndef LEDGER_QUOTE_H
#define LEDGER_QUOTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "ledger/rows.h"
#include "ledger/state.h"

struct arena;

/* A page somebody quotes from. */
struct source_page {
	struct str snapshot; /* its id */
	struct known_page page;
};

struct quote {
	const struct source_page *from; /* one pointer a page */
	uint32_t index;                 /* of the record in it */
	struct str text;                /* out */
};

/*
 * quote_read(a, account, list, n, jobs, e):
 * Fill in the texts, in a. The order of the list is kept.
 * Errors: ERR_DAMAGED if a page is no longer what it was.
 */
int quote_read(struct arena *a, const char *account, struct quote *list,
    size_t n, size_t jobs, struct err *e) ERR_MUST;

/* quote_page(a, s, at, out, e): the page of a place in an applied snapshot, in a. */
int quote_page(struct arena *a, struct state *s, struct place at,
    struct source_page *out, struct err *e) ERR_MUST;

#endif /* LEDGER_QUOTE_H */
