#include "kv_overlay.h"

#include <stdlib.h>

#include "base/arena.h"

/* More is not kept: whoever writes so much is not waiting for few customers. */
#define KEPT_MAX ((size_t)32 << 20)

struct written {
	struct kv_overlay_row row;
	unsigned tree;
	size_t number; /* of the write; the last of a key counts */
};

struct kv_overlay {
	struct arena bytes;
	struct written *written; /* one after the other */
	size_t written_n, written_cap;
	/* Those up to the last kv_overlay_share, by tree and key, each key once.  They stay as they
	 * are until the next, whatever is written. */
	struct written *shared;
	size_t shared_n;
	size_t kept; /* bytes */
	bool is_too_large;
};

struct kv_overlay *
kv_overlay_new(void)
{
	return mem_zero(1, sizeof(struct kv_overlay));
}

void
kv_overlay_free(struct kv_overlay *o)
{
	if (o == NULL)
		return;
	mem_free(o->written);
	mem_free(o->shared);
	arena_release(&o->bytes);
	mem_free(o);
}

void
kv_overlay_give_up(struct kv_overlay *o)
{
	if (o != NULL)
		o->is_too_large = true;
}

static void
add(struct kv_overlay *o, unsigned tree, struct kv_overlay_row row)
{
	if (o == NULL || o->is_too_large)
		return;
	row.key = str_copy(&o->bytes, row.key);
	row.value = str_copy(&o->bytes, row.value);
	o->written = mem_grow(o->written, o->written_n, &o->written_cap, sizeof(*o->written));
	o->written[o->written_n] = (struct written){ row, tree, o->written_n };
	o->written_n++;
	o->kept += row.key.n + row.value.n + sizeof(*o->written);
	o->is_too_large = o->kept > KEPT_MAX;
}

void
kv_overlay_put(struct kv_overlay *o, unsigned tree, struct str key, struct str value)
{
	add(o, tree, (struct kv_overlay_row){ .key = key, .value = value });
}

void
kv_overlay_del(struct kv_overlay *o, unsigned tree, struct str key)
{
	add(o, tree, (struct kv_overlay_row){ .key = key, .is_gone = true });
}

static int
compare(unsigned tree, struct str key, const struct written *w)
{
	if (tree != w->tree)
		return tree < w->tree ? -1 : 1;
	return str_cmp(key, w->row.key);
}

static int
by_key(const void *x, const void *y)
{
	const struct written *a = x, *b = y;
	int c = compare(a->tree, a->row.key, b);

	return c != 0 ? c : a->number < b->number ? -1 : a->number > b->number;
}

bool
kv_overlay_share(struct kv_overlay *o)
{
	size_t n = 0;

	if (o == NULL || o->is_too_large)
		return false;
	mem_free(o->shared);
	o->shared = mem_alloc((o->written_n + 1) * sizeof(*o->shared));
	if (o->written_n > 0) {
		memcpy(o->shared, o->written, o->written_n * sizeof(*o->shared));
		qsort(o->shared, o->written_n, sizeof(*o->shared), by_key);
	}
	for (size_t i = 0; i < o->written_n; i++) {
		const struct written *w = &o->shared[i];

		if (n > 0 && compare(w->tree, w->row.key, &o->shared[n - 1]) == 0)
			n--;
		o->shared[n++] = *w;
	}
	o->shared_n = n;
	return true;
}

size_t
kv_overlay_find(const struct kv_overlay *o, unsigned tree, struct str key)
{
	size_t low = 0, high = o->shared_n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare(tree, key, &o->shared[mid]) > 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct kv_overlay_row *
kv_overlay_at(const struct kv_overlay *o, unsigned tree, size_t at)
{
	return at < o->shared_n && o->shared[at].tree == tree ? &o->shared[at].row : NULL;
}

const struct kv_overlay_row *
kv_overlay_get(const struct kv_overlay *o, unsigned tree, struct str key)
{
	const struct kv_overlay_row *row;

	if (o == NULL)
		return NULL;
	row = kv_overlay_at(o, tree, kv_overlay_find(o, tree, key));
	return row != NULL && str_eq(row->key, key) ? row : NULL;
}
