#include "delta/quarantine.h"

#include <stdlib.h>

#include "base/arena.h"

static void
list_ids(struct arena *a, struct quarantine *q, enum entity entity)
{
	struct str *ids = arena_array(a, q->n, sizeof(*ids));
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < q->n; i++)
		if (q->list[i].entity == entity && q->list[i].has_id)
			ids[n++] = q->list[i].id;
	if (n > 0)
		qsort(ids, n, sizeof(*ids), str_order);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !str_eq(ids[kept - 1], ids[i]))
			ids[kept++] = ids[i];
	q->ids[entity] = ids;
	q->ids_n[entity] = kept;
}

struct quarantine
quarantine_make(struct arena *a, struct quarantined *list, size_t n)
{
	struct quarantine q = { .list = list, .n = n };

	for (size_t i = 0; i < n; i++) {
		list[i].id = str_copy(a, list[i].id);
		list[i].reason = str_copy(a, list[i].reason);
	}
	for (size_t i = 0; i < ENTITIES; i++)
		list_ids(a, &q, (enum entity)i);
	return q;
}

bool
quarantine_has(const struct quarantine *q, enum entity entity, struct str id)
{
	size_t n = q->ids_n[entity];

	return n > 0 && bsearch(&id, q->ids[entity], n, sizeof(id), str_order) != NULL;
}
