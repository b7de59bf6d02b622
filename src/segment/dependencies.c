#include "reader.h"

#include "base/arena.h"
#include "lib/sha256.h"

#define CYCLE_SHOWN 200 /* bytes of slugs in a message */

enum mark {
	UNSEEN = 0,
	OPEN,
	DONE
};

/* A walk along the references, deepest first. */
struct walk {
	struct reader *rd;
	enum mark *marks;
	uint32_t *path; /* the open segments, each referring to the next */
	size_t path_n;
	uint32_t *order;
	size_t order_n;
};

/* "a → b → a": the open segments, from the one that the reference leads back to. */
static int
cycle(struct walk *w, const struct rule *reference)
{
	const struct segment *list = w->rd->set->list;
	struct str again = list[reference->segment].slug;
	struct buf b = { 0 };
	size_t i = w->path_n;

	while (w->path[i - 1] != reference->segment)
		i--;
	for (i--; i < w->path_n && b.n < CYCLE_SHOWN; i++) {
		buf_str(&b, list[w->path[i]].slug);
		buf_z(&b, " → ");
	}
	if (i < w->path_n)
		buf_z(&b, "… → ");
	reader_fault(w->rd, reference->at, "Remove one of these references.",
	    "segments refer to each other in a cycle: %.*s%.*s", STR_ARG(buf_view(&b)),
	    STR_ARG(again));
	buf_release(&b);
	return -1;
}

/* Recursive; no deeper than SEGMENT_MAX. */
static int
visit(struct walk *w, uint32_t i)
{
	const struct rule *r = w->rd->set->list[i].where;

	w->marks[i] = OPEN;
	w->path[w->path_n++] = i;
	for (const struct rule *end = r + r->size; r < end; r++) {
		if (r->kind != RULE_SEGMENT)
			continue;
		if (w->marks[r->segment] == OPEN)
			return cycle(w, r);
		if (w->marks[r->segment] == UNSEEN && visit(w, r->segment) != 0)
			return -1;
	}
	w->path_n--;
	w->marks[i] = DONE;
	w->order[w->order_n++] = i;
	return 0;
}

/*
 * A digest stands for the text of a segment referred to: written out, a chain of segments that each
 * refer twice to the next would double with every link.
 */
static void
add_effective(struct reader *rd, struct sha256 *digests, uint32_t i)
{
	struct segment *s = &rd->set->list[i];
	const struct rule *end = s->where + s->where->size;
	struct buf b = { 0 };

	buf_str(&b, s->source);
	for (const struct rule *r = s->where; r < end; r++)
		if (r->kind == RULE_SEGMENT)
			buf_printf(&b, " %s", digests[r->segment].hex);
	s->effective = str_copy(rd->a, buf_view(&b));
	digests[i] = sha256_of(s->effective);
	buf_release(&b);
}

int
dependencies_order(struct reader *rd)
{
	size_t n = rd->set->n;
	struct sha256 *digests = arena_array(rd->a, n, sizeof(*digests));
	struct walk w = {
		.rd = rd,
		.marks = arena_zero(rd->a, n, sizeof(*w.marks)),
		.path = arena_array(rd->a, n, sizeof(*w.path)),
		.order = arena_array(rd->a, n, sizeof(*w.order)),
	};

	for (uint32_t i = 0; i < n; i++)
		if (w.marks[i] == UNSEEN && visit(&w, i) != 0)
			return -1;
	rd->set->order = w.order;
	for (size_t k = 0; k < n; k++)
		add_effective(rd, digests, w.order[k]);
	return 0;
}
