#include "push/rebuild_lost.h"

#include "push/fold.h"
#include "push/lost.h"

struct matching {
	struct books *books;
	struct lost lost;
	bool has_salt;
	bool *is_known; /* of each address */
	struct arena a; /* of one customer */
	struct err *e;
};

static bool
has_create(const struct acked *x, const struct journal_field *f, bool is_any)
{
	for (size_t i = 0; i < x->started_n; i++)
		if (str_eq(x->started[i].key, f->key) && (is_any || x->started[i].hash == f->hash))
			return true;
	return false;
}

/* One whose hash is of the old salt stays, for of who was not erased it is in no file. */
static void
add_create(struct matching *g, struct acked *x, const struct journal_field *f)
{
	struct acked_begun *list = arena_array(&g->a, x->started_n + 1, sizeof(*list));

	for (size_t i = 0; i < x->started_n; i++)
		list[i] = x->started[i];
	list[x->started_n++] = (struct acked_begun){ .key = f->key, .hash = f->hash };
	x->started = list;
}

static int
match(struct matching *g, struct str fh_id)
{
	struct acked x;
	size_t before;

	if (books_contact(g->books, &g->a, fh_id, &x, g->e) < 0)
		return -1;
	before = x.started_n;
	for (size_t i = 0; i < g->lost.n; i++) {
		const struct lost_address *of = &g->lost.list[i];
		const struct journal_field f = { of->key,
			books_hash(g->books, of->key, of->address) };

		if (!has_create(&x, &f, !g->has_salt))
			continue;
		g->is_known[i] = true;
		if (!g->has_salt)
			add_create(g, &x, &f);
	}
	return x.started_n == before ? 0 : fold_set(&g->books->fold, fh_id, &x, g->e);
}

static int
match_all(struct matching *g, struct arena *a)
{
	struct str *list;
	size_t n;
	int rc = view_keys(a, &g->books->view, VIEW_CONTACTS, &list, &n, g->e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = match(g, list[i]);
		arena_reset(&g->a);
	}
	return rc;
}

int
rebuild_lost(struct books *b, bool has_salt, uint64_t *n, struct err *e)
{
	struct matching g = { .books = b, .has_salt = has_salt, .e = e };
	struct arena a = { 0 };
	int rc = lost_load(&g.lost, b->dir, e);

	*n = 0;
	g.is_known = arena_zero(&a, g.lost.n + 1, sizeof(*g.is_known));
	if (rc == 0 && g.lost.n > 0)
		rc = match_all(&g, &a);
	for (size_t i = 0; rc == 0 && i < g.lost.n; i++)
		*n += !g.is_known[i];
	lost_release(&g.lost);
	arena_release(&g.a);
	arena_release(&a);
	return rc;
}
