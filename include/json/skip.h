/* skip.h -- from a bracket to the one that closes it, whatever lies between.
 *
 * Only brackets and strings count: brackets match in kind, to any depth, and a
 * backslash hides the byte after it in strings alone.
 * Cost: one pass at memory speed; memory for depths over 64 only, a bit each.
 */
#ifndef JSON_SKIP_H
#define JSON_SKIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "json/simd.h"

#define SKIP_BATCH 32 /* blocks read at once: a call for each would cost */

/* Zero-initialisable; its memory serves the next walk, too. */
struct skip_walk {
	size_t at;    /* the byte the last step came to */
	size_t from;  /* the bracket the walk began at */
	bool is_list; /* commas of its own level are steps */
	struct str text;

	/* what is open here */
	size_t depth;    /* brackets, the first included */
	uint64_t kinds;  /* the innermost of them, a bit each: curly? */
	uint64_t *stack; /* those further out, 64 to a word */
	size_t stack_cap;

	/* the present block: what has not been passed yet */
	size_t base; /* its first byte */
	uint64_t brackets;
	uint64_t commas;
	uint64_t inside; /* it ends in a string: all ones, else 0 */
	bool hidden;     /* it ends in a backslash that hides a byte */

	/* the blocks after it */
	block_fn *read;
	struct simd_block blocks[SKIP_BATCH];
	size_t next, n, want;
};

/*
 * skip_start(w, text, from, is_list, way):
 * Begin at the bracket at byte ${from}.
 * Owns: ${w} borrows the text.
 */
void skip_start(struct skip_walk *w, struct str text, size_t from, bool is_list, enum simd_way way);

/* skip_resume(w, text, at, way): go on in a list whose bracket was passed, at byte ${at}, where one
 * of its elements begins. */
void skip_resume(struct skip_walk *w, struct str text, size_t at, enum simd_way way);

/*
 * skip_next(w, e):
 * Go on to the next comma of the list, or to the bracket that ends the walk;
 * ${w}->at is its byte.
 *
 * Returns: 1 a comma, 0 the bracket, -1 an error.
 *
 * Errors:  ERR_DAMAGED with the byte: the text ends first, or a bracket of the
 *          wrong kind closes.
 */
int skip_next(struct skip_walk *w, struct err *e) ERR_MUST;
void skip_release(struct skip_walk *w);

#endif /* JSON_SKIP_H */
