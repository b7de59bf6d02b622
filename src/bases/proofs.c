#include "bases/proofs.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "flowhub/coverage.h"
#include "snapshot/store.h"

/* The days of the orders of one location that newer snapshots proved. */
struct proved {
	struct str id;
	bool *days;
	bool is_whole; /* nothing older can add a day */
};

struct proofs {
	struct arena a;
	struct proved *list;
	size_t n, cap;
	int32_t days; /* from 1970 on, to the last snapshot */
	struct proofs_bounds bounds;
	int64_t customers; /* TIMESTAMP_NONE: not found yet */
	int64_t oldest;
};

/* NULL: it was given up. */
static struct proved *
location_of(struct proofs *g, struct str id, int64_t taken_at)
{
	for (size_t i = 0; i < g->n; i++)
		if (str_eq(g->list[i].id, id))
			return &g->list[i];
	if (taken_at <= g->bounds.since)
		return NULL;
	g->list = mem_grow(g->list, g->n, &g->cap, sizeof(*g->list));
	g->list[g->n] = (struct proved){ .id = str_copy(&g->a, id),
		.days = arena_zero(&g->a, (size_t)g->days + 1, sizeof(bool)) };
	return &g->list[g->n++];
}

static void
add_orders(struct proofs *g, const struct manifest_page *p, int64_t taken_at)
{
	struct proved *l = location_of(g, p->location, taken_at);
	int64_t from = 0, to = g->days, first = g->bounds.first;

	if (l == NULL || l->is_whole)
		return;
	if (p->scope.kind == SCOPE_CREATED) {
		from = timestamp_day(p->scope.from);
		to = timestamp_day(p->scope.to - 1) + 1;
	} else if (p->scope.kind != SCOPE_ALL) {
		return;
	}
	l->is_whole = p->scope.kind == SCOPE_ALL;
	for (int64_t day = from < first ? first : from; day < to && day < g->days; day++) {
		if (l->days[day])
			continue;
		l->days[day] = true;
		g->oldest = taken_at;
	}
}

static void
add_customers(struct proofs *g, const struct manifest_page *p, int64_t taken_at)
{
	bool is_all =
	    p->scope.kind == SCOPE_ALL ||
	    (p->scope.kind == SCOPE_UPDATED && str_eq(p->scope.detail, STR(COVERAGE_EVER)));

	if (!is_all || g->customers != TIMESTAMP_NONE)
		return;
	g->customers = taken_at;
	g->oldest = taken_at;
}

static void
add_snapshot(struct proofs *g, const struct manifest *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->pages[i].resource == RESOURCE_ORDERS)
			add_orders(g, &m->pages[i], m->taken_at);
		else if (m->pages[i].resource == RESOURCE_CUSTOMERS)
			add_customers(g, &m->pages[i], m->taken_at);
}

/* Newest first: the last snapshot that adds something is the oldest one needed. */
int
proofs_oldest(const char *account, const struct str *ids, size_t n,
    const struct proofs_bounds *bounds, int64_t *out, struct err *e)
{
	struct proofs g = { .bounds = *bounds, .customers = TIMESTAMP_NONE, .oldest = INT64_MAX };
	int64_t last;
	int rc = 0;

	if (n > 0 && timestamp_parse_id(ids[n - 1], &last))
		g.days = (int32_t)timestamp_day(last) + 1;
	if (g.bounds.first < 0)
		g.bounds.first = 0;
	for (size_t i = n; rc == 0 && i > 0; i--) {
		struct arena a = { 0 };
		struct manifest m;

		rc = store_manifest(&a, account, ids[i - 1], &m, e);
		if (rc == 0)
			add_snapshot(&g, &m);
		arena_release(&a);
	}
	*out = g.oldest;
	mem_free(g.list);
	arena_release(&g.a);
	return rc;
}
