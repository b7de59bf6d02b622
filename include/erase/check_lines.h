/* check_lines.h -- lines of diffs and exports that say a text is somebody else's, too.
 *
 * Where history was folded, no page tells any more whose an address was: a diff does that has it in
 * a customer's own field, and so does a row of what could not be used.  An opt-out of that time
 * names nobody: where the rewrite had to leave it, somebody else's it is.
 */
#ifndef ERASE_CHECK_LINES_H
#define ERASE_CHECK_LINES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "erase/folded.h"
#include "erase/folded_text.h"
#include "erase/search.h"
#include "json/read.h"

/* Zero-initialisable but for the first members. */
struct check_lines {
	struct search *search;
	bool (*is_gone)(void *context, struct str id);
	search_found *found;         /* told of each field of somebody else that holds a text */
	void *context;               /* of both */
	const struct folded *folded; /* of an erasure: what became of folded history, or NULL */
	/* its own */
	struct folded_text text;
	struct json json;
	struct arena a;
};

/* check_lines_are(file): it is one of those that tell; a path in the account. */
bool check_lines_are(struct str file);

/* check_lines_take(g, path, file): a file that cannot be read tells nothing. */
void check_lines_take(struct check_lines *g, const char *path, struct str file);

void check_lines_release(struct check_lines *g);

#endif /* ERASE_CHECK_LINES_H */
