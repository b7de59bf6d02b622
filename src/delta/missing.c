#include "delta/missing.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pack.h"
#include "delta/complete.h"

struct judging {
	struct arena *a;
	struct state *s;
	const struct read_snapshot *in;
	enum entity entity;
	struct complete_scopes scopes;   /* what proves absence */
	struct complete_scopes doubtful; /* and what would, but for records without an id */
	struct missing_record *list;
	size_t n, cap;
	uint64_t held_back;
	struct err *e;
};

static int
compare_seen(const void *id, const void *seen)
{
	return str_cmp(*(const struct str *)id, seen_id(*(const struct seen *const *)seen));
}

static bool
is_seen(const struct judging *g, struct str id)
{
	const struct seen *const *seen = g->in->seen[g->entity];
	size_t n = g->in->seen_n[g->entity];

	return n > 0 && bsearch(&id, seen, n, sizeof(*seen), compare_seen) != NULL;
}

/* The record is in no page: it is removed if a sound read had to hold it. */
static void
judge(struct judging *g, struct str id, const struct known_record *known)
{
	if (!complete_cover(&g->doubtful, known->location, known->created))
		return;
	if (!complete_cover(&g->scopes, known->location, known->created)) {
		g->held_back++;
		return;
	}
	g->list = mem_grow(g->list, g->n, &g->cap, sizeof(*g->list));
	g->list[g->n++] = (struct missing_record){ str_copy(g->a, id), known->place };
}

/* A walk over known records by id, with the list of what was seen beside it. */
struct walk {
	size_t ordinal; /* of the record in hand */
	size_t seen;    /* the first copy that is not before its id */
};

static bool
walk_is_seen(struct walk *w, const struct judging *g, struct str id)
{
	const struct text_index *k = &g->in->known[g->entity];
	const struct seen *const *seen = g->in->seen[g->entity];
	int c = -1;

	if (k->is_on)
		return text_index_mark(k, w->ordinal) != TEXT_INDEX_UNSEEN;
	while (w->seen < g->in->seen_n[g->entity] && (c = str_cmp(seen_id(seen[w->seen]), id)) < 0)
		w->seen++;
	return w->seen < g->in->seen_n[g->entity] && c == 0;
}

/* The row of a record of which no sound copy was seen: is it one that some read had to hold? Then
 * it is removed. */
static int
judge_row(struct judging *g, struct str id, struct str row)
{
	struct known_record known;

	if (quarantine_has(&g->in->quarantine, g->entity, id))
		return 0;
	if (state_record_row(g->entity, row, &known, g->e) < 0)
		return -1;
	judge(g, id, &known);
	return 0;
}

/* Whether every id that is known was seen: then none of them is removed. */
static bool
has_seen_all(const struct judging *g)
{
	const struct text_index *k = &g->in->known[g->entity];
	uint64_t known =
	    g->entity == ENTITY_CUSTOMER ? g->s->totals.customers : g->s->totals.orders;

	if (k->is_on)
		return k->unseen == 0;
	return g->in->seen_n[g->entity] - g->in->forms_n[g->entity][SEEN_NEW] == known;
}

/* One walk over the table beside what was seen. */
static int
walk_table(struct judging *g)
{
	struct kv_cursor *c = kv_all(g->s->txn, state_record_table(g->entity), g->e);
	struct walk w = { 0 };
	struct str id, row;
	int rc;

	for (; (rc = kv_next(c, &id, &row, g->e)) > 0; w.ordinal++)
		if (!walk_is_seen(&w, g, id) && judge_row(g, id, row) < 0) {
			rc = -1;
			break;
		}
	kv_cursor_close(c);
	return rc;
}

static int
judge_created(struct judging *g, struct str id)
{
	struct known_record known;

	if (is_seen(g, id) || quarantine_has(&g->in->quarantine, g->entity, id))
		return 0;
	if (state_record_must(g->s->txn, ENTITY_ORDER, id, &known, g->e) < 0)
		return -1;
	judge(g, id, &known);
	return 0;
}

/* Only the orders that were created in the window are looked at. */
static int
walk_window(struct judging *g, const struct complete_scope *window)
{
	struct buf from = { 0 };
	struct kv_cursor *c = kv_all(g->s->txn, TABLE_CREATED, g->e);
	struct str key, row;
	int rc;

	rc = kv_seek(
	    c, row_key_created(&from, window->location, window->from, STR("")), &key, &row, g->e);
	for (; rc > 0; rc = kv_next(c, &key, &row, g->e)) {
		struct unpack u = unpack_of(key);

		if (unpack_key_u32(&u) != window->location || unpack_key_i64(&u) > window->last)
			break;
		if (judge_created(g, unpack_rest(&u)) < 0) {
			rc = -1;
			break;
		}
	}
	buf_release(&from);
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

/* Where there are only windows, each is looked into alone: an hour must not walk over all that is
 * known. */
static int
search_scopes(struct judging *g)
{
	const struct complete_scopes *p = &g->doubtful;
	bool walks = g->in->known[g->entity].is_on;

	if (p->n == 0 || has_seen_all(g))
		return 0;
	for (size_t i = 0; i < p->n; i++)
		walks = walks || complete_is_whole(&p->list[i]);
	if (walks)
		return walk_table(g);
	for (size_t i = 0; i < p->n; i++)
		if (walk_window(g, &p->list[i]) < 0)
			return -1;
	return 0;
}

static int
by_id(const void *x, const void *y)
{
	return str_cmp(
	    ((const struct missing_record *)x)->id, ((const struct missing_record *)y)->id);
}

int
missing_find(struct arena *a, struct state *s, const struct read_snapshot *in,
    const struct read_source *source, enum entity entity, struct missing *out, struct err *e)
{
	struct judging g = { .a = a,
		.s = s,
		.in = in,
		.entity = entity,
		.scopes = complete_find(a, in, source, entity),
		.doubtful = complete_find_doubtful(a, in, source, entity),
		.e = e };
	int rc = search_scopes(&g);

	if (g.n > 0)
		qsort(g.list, g.n, sizeof(*g.list), by_id);
	*out = (struct missing){ arena_copy(a, g.list, g.n * sizeof(*g.list)), g.n, g.held_back };
	mem_free(g.list);
	return rc;
}
