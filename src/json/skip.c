#include "json/skip.h"

#include <string.h>

#include "base/arena.h"

/* Full words of kinds go to the stack, so that no depth is too much. */
static void
open_bracket(struct skip_walk *w, bool curly)
{
	size_t full = w->depth / 64;

	if (w->depth % 64 == 0 && full > 0) {
		if (full > w->stack_cap) {
			w->stack_cap = 2 * full;
			w->stack = mem_resize(w->stack, w->stack_cap, sizeof(*w->stack));
		}
		w->stack[full - 1] = w->kinds;
	}
	w->kinds = w->kinds << 1 | curly;
	w->depth++;
}

static bool
close_bracket(struct skip_walk *w, bool curly)
{
	if ((w->kinds & 1) != curly)
		return false;
	w->kinds >>= 1;
	w->depth--;
	if (w->depth % 64 == 0 && w->depth > 0)
		w->kinds = w->stack[w->depth / 64 - 1];
	return true;
}

/*
 * The quotes that open or close.  A backslash hides the byte after it inside
 * a string only, so text with backslashes is followed mark by mark.
 */
static uint64_t
true_quotes(struct skip_walk *w, const struct simd_block *b)
{
	uint64_t quotes = b->quote & ~(uint64_t)w->hidden;
	uint64_t marks = (b->quote | b->backslash) & ~(uint64_t)w->hidden;
	bool inside = w->inside != 0;

	w->hidden = false;
	while (marks != 0) {
		uint64_t mark = marks & -marks;
		uint64_t next = mark << 1;

		marks ^= mark;
		if ((b->quote & mark) != 0) {
			inside = !inside;
		} else if (inside) {
			w->hidden = next == 0;
			quotes &= ~next;
			marks &= ~next;
		}
	}
	return quotes;
}

/* The bytes that lie in strings, the quote that opens included. */
static uint64_t
in_strings(struct skip_walk *w, const struct simd_block *b)
{
	uint64_t bits = b->quote;

	if (b->backslash != 0 || w->hidden)
		bits = true_quotes(w, b);
	/* each bit becomes the parity of the bits up to it */
	for (unsigned shift = 1; shift < 64; shift *= 2)
		bits ^= bits << shift;
	bits ^= w->inside;
	w->inside = (uint64_t)0 - (bits >> 63);
	return bits;
}

/* Read the blocks from base on; after the end of the text there is space. */
static void
read_blocks(struct skip_walk *w)
{
	char tail[SIMD_BYTES];
	const char *p = w->text.p + w->base;
	size_t left = w->text.n - w->base;

	w->next = 0;
	w->n = left / SIMD_BYTES < w->want ? left / SIMD_BYTES : w->want;
	/* small containers must not pay for large batches */
	w->want = w->want < SKIP_BATCH ? 2 * w->want : SKIP_BATCH;
	if (w->n > 0) {
		w->read(p, w->n, w->blocks);
		return;
	}
	memset(tail, ' ', sizeof(tail));
	memcpy(tail, p, left);
	w->read(tail, 1, w->blocks);
	w->n = 1;
}

/* Returns: false at the end of the text. */
static bool
take_block(struct skip_walk *w)
{
	const struct simd_block *b;
	uint64_t outside;

	w->base += SIMD_BYTES;
	if (w->base >= w->text.n)
		return false;
	if (w->next == w->n)
		read_blocks(w);
	b = &w->blocks[w->next++];
	outside = ~in_strings(w, b);
	w->brackets = b->bracket & outside;
	w->commas = w->is_list ? b->comma & outside : 0;
	return true;
}

/* The bracket that was open at this depth when the walk came to where it is. */
static size_t
opener(const struct skip_walk *w)
{
	size_t depth = 0, found = w->from;
	bool inside = false;

	for (size_t i = w->from; i < w->at; i++) {
		char c = w->text.p[i];

		if (c == '"')
			inside = !inside;
		else if (inside)
			i += c == '\\';
		else if (c == ']' || c == '}')
			depth--;
		else if ((c == '[' || c == '{') && ++depth == w->depth)
			found = i;
	}
	return found;
}

static int
wrong_bracket(const struct skip_walk *w, struct err *e)
{
	size_t open = opener(w);

	err_set(e, ERR_DAMAGED, "'%c' closes the '%c' of byte %zu", w->text.p[w->at],
	    w->text.p[open], open);
	return err_byte(e, w->at);
}

static int
cut_short(const struct skip_walk *w, struct err *e)
{
	err_set(e, ERR_DAMAGED, "the page ends %s",
	    w->inside != 0 ? "inside a string" : "before its brackets close");
	return err_byte(e, w->text.n);
}

void
skip_start(struct skip_walk *w, struct str text, size_t from, bool is_list, enum simd_way way)
{
	w->text = text;
	w->from = from;
	w->is_list = is_list;
	w->depth = 0;
	w->brackets = w->commas = 0;
	w->inside = 0;
	w->hidden = false;
	w->read = simd_reader(way);
	w->next = w->n = 0;
	w->want = 1;
	/* one before the first, which is taken at the first step */
	w->base = from - SIMD_BYTES;
}

void
skip_resume(struct skip_walk *w, struct str text, size_t at, enum simd_way way)
{
	skip_start(w, text, at, true, way);
	open_bracket(w, false);
}

int
skip_next(struct skip_walk *w, struct err *e)
{
	for (;;) {
		uint64_t marks = w->brackets | (w->depth == 1 ? w->commas : 0);
		uint64_t later = ~(marks ^ (marks - 1));
		char c;

		if (marks == 0) {
			if (!take_block(w))
				return cut_short(w, e);
			continue;
		}
		w->brackets &= later;
		w->commas &= later;
		w->at = w->base + (unsigned)__builtin_ctzll(marks);
		c = w->text.p[w->at];
		if (c == ',')
			return 1;
		if (c == '[' || c == '{')
			open_bracket(w, c == '{');
		else if (!close_bracket(w, c == '}'))
			return wrong_bracket(w, e);
		else if (w->depth == 0)
			return 0;
	}
}

void
skip_release(struct skip_walk *w)
{
	mem_free(w->stack);
	*w = (struct skip_walk){ 0 };
}
