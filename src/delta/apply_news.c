#include "delta/apply_news.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pack.h"
#include "state/state_noted.h"

/* A quarantined record by its id; one without by its text, wherever it lies. */
static struct str
key_of(struct arena *a, const struct quarantined *q)
{
	struct buf b = { 0 };
	struct str out;

	pack_u64(&b, (uint64_t)q->entity << 1 | q->has_id);
	if (q->has_id) {
		buf_str(&b, q->id);
	} else {
		pack_fixed(&b, q->hash.lo);
		pack_fixed(&b, q->hash.hi);
	}
	out = str_copy(a, buf_view(&b));
	buf_release(&b);
	return out;
}

static struct str *
quarantined_keys(struct arena *a, const struct quarantine *q, size_t *n)
{
	struct str *keys = arena_array(a, q->n, sizeof(*keys));

	for (size_t i = 0; i < q->n; i++)
		keys[i] = key_of(a, &q->list[i]);
	if (q->n > 0)
		qsort(keys, q->n, sizeof(*keys), str_order);
	*n = 0;
	for (size_t i = 0; i < q->n; i++)
		if (*n == 0 || !str_eq(keys[*n - 1], keys[i]))
			keys[(*n)++] = keys[i];
	return keys;
}

int
apply_news(struct state *s, const struct read_snapshot *in, struct apply_news *out, struct err *e)
{
	struct arena a = { 0 };
	size_t n;
	const struct str *keys = quarantined_keys(&a, &in->quarantine, &n);
	int rc = state_noted_follow(s, NOTED_QUARANTINED, keys, n, &out->is_quarantine_new, e);

	out->in_two_locations = in->in_two_locations_n;
	if (rc == 0)
		rc = state_noted_follow(s, NOTED_TWO_LOCATIONS, in->in_two_locations,
		    in->in_two_locations_n, &out->is_in_two_new, e);
	arena_release(&a);
	return rc;
}
