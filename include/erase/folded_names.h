/* folded_names.h -- what folded history calls those who are erased.
 *
 * History that was folded cannot be applied again, so what it says of them is taken out line by
 * line (docs/decisions/0063).  All parts of that ask here whom and what a line is about.
 */
#ifndef ERASE_FOLDED_NAMES_H
#define ERASE_FOLDED_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/str.h"
#include "erase/gather.h"
#include "erase/redact.h"

/* Zero-initialisable but for the first members. */
struct folded_names {
	struct redactor *r;          /* whose fate is asked, and the texts to search for */
	const struct intern *passed; /* orders that were theirs, by folded_plan */
	const struct gather *gather; /* their ids, addresses and orders */
	bool is_removal;             /* their orders go, too */
	/* set by folded_names_make */
	struct intern shown; /* their ids as a cell of an export has them */
	/* set by folded_packed_read */
	struct intern pages; /* "<snapshot>/<page>" of pages called after one of them, ... */
	struct str *renamed; /* ... and what they are called now, by their numbers */
	size_t cap;
	struct arena arena;
};

/* folded_names_make(g): after everything is gathered. */
void folded_names_make(struct folded_names *g);

/* folded_names_is(g, id): one of them.  folded_names_shows(g, cell): the same, as exported. */
bool folded_names_is(const struct folded_names *g, struct str id);
bool folded_names_shows(const struct folded_names *g, struct str cell);

/* folded_names_ordered(g, id): an order that is or was theirs.  folded_names_removes(g, id): and
 * goes with them; one that is somebody else's by now does not. */
bool folded_names_ordered(const struct folded_names *g, struct str id);
bool folded_names_removes(const struct folded_names *g, struct str id);

/* folded_names_rename(g, snapshot, page, name): the page has another name.  folded_names_page: its
 * name now, ${page} if that is another's. */
void folded_names_rename(
    struct folded_names *g, struct str snapshot, struct str page, struct str name);
struct str folded_names_page(const struct folded_names *g, struct str snapshot, struct str page);

void folded_names_release(struct folded_names *g);

#endif /* ERASE_FOLDED_NAMES_H */
