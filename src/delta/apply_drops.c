#include "delta/apply_drops.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"

static int
by_field(const void *x, const void *y)
{
	return str_cmp(
	    ((const struct apply_drop *)x)->drop.field, ((const struct apply_drop *)y)->drop.field);
}

/* Most snapshots of an hour have none. */
static bool
has_any(const struct manifest *m, const struct read_snapshot *in, enum entity entity)
{
	for (size_t i = 0; i < m->n; i++)
		if (read_page_holds(m->pages[i].resource, entity) && in->pages[i].drops_n > 0)
			return true;
	return false;
}

/* Those of one record, after what is in the list. */
static void
add_record(struct arena *a, struct buf *list, enum entity entity, const struct seen *seen,
    struct str packed)
{
	size_t from = list->n;
	struct apply_drop x = { .entity = entity };
	int rc;

	if (packed.n == 0)
		return;
	x.id = str_copy(a, seen_id(seen));
	while ((rc = drops_next(&packed, &x.drop)) > 0) {
		x.drop.field = str_copy(a, x.drop.field);
		x.drop.value = str_copy(a, x.drop.value);
		buf_add(list, &x, sizeof(x));
	}
	assert(rc == 0);
	qsort(list->p + from, (list->n - from) / sizeof(x), sizeof(x), by_field);
}

struct apply_drop *
apply_drops(struct arena *a, const struct manifest *m, const struct read_snapshot *in,
    const struct delta *d, size_t *n)
{
	struct buf list = { 0 };

	for (size_t i = 0; i < ENTITIES; i++) {
		struct delta_walk w = { .d = d, .entity = (enum entity)i };
		struct delta_record r;

		if (!has_any(m, in, w.entity))
			continue;
		while (delta_next(&w, &r) > 0)
			if (r.seen != NULL)
				add_record(a, &list, w.entity, r.seen,
				    w.entity == ENTITY_ORDER ? seen_order(r.seen).drops
				                             : seen_customer(r.seen).drops);
	}
	return buf_list(&list, a, sizeof(struct apply_drop), n);
}
