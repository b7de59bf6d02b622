/* Goal: whether new keys gather apart or not, a table says the same. */
#include "place.h"

#define KEYS 400
#define STEPS 40000

/* The same is done to a table that does not gather and to one that does. */
enum {
	PLAIN = FIRST,
	GATHERS = SECOND
};

struct twins {
	struct place p;
	struct kv_txn *t;
	struct kv_cur *cursors[2];
	uint64_t random;
};

static unsigned
below(struct twins *g, unsigned n)
{
	g->random = g->random * UINT64_C(6364136223846793005) + 1;
	return (unsigned)(g->random >> 33) % n;
}

static struct str
some_key(struct twins *g, char *out)
{
	return number_key(out, below(g, KEYS));
}

static void
close_cursors(struct twins *g)
{
	for (size_t i = 0; i < 2; i++) {
		kv_cursor_close(g->cursors[i]);
		g->cursors[i] = NULL;
	}
}

static void
again(struct twins *g, bool commits)
{
	close_cursors(g);
	if (commits)
		commit(&g->p, g->t);
	else
		kv_abort(g->t);
	g->t = begin(&g->p, true);
}

/* Values differ in length, so that they move about in their pages. */
static void
put_both(struct twins *g)
{
	static const char text[] = "0123456789012345678901234567890123456789"
	                           "0123456789012345678901234567890123456789";
	char key[16];
	struct str k = some_key(g, key);
	struct str v = str_of(text, below(g, sizeof(text)));

	put(&g->p, g->t, PLAIN, k, v);
	put(&g->p, g->t, GATHERS, k, v);
}

static void
delete_both(struct twins *g)
{
	char key[16];
	struct str k = some_key(g, key);

	cr_assert(kv_del(g->t, PLAIN, k, &g->p.e) == kv_del(g->t, GATHERS, k, &g->p.e));
}

static void
expect_same(const int rc[2], const struct str key[2], const struct str value[2])
{
	cr_assert(rc[0] == rc[1], "%d, %d", rc[0], rc[1]);
	cr_assert(rc[0] >= 0);
	if (rc[0] == 0)
		return;
	cr_assert(str_eq(key[0], key[1]), "%.*s, %.*s", STR_ARG(key[0]), STR_ARG(key[1]));
	cr_assert(str_eq(value[0], value[1]), "%.*s", STR_ARG(key[0]));
}

static void
get_both(struct twins *g)
{
	char key[16];
	struct str k = some_key(g, key), keys[2] = { k, k }, v[2];
	int rc[2];

	for (size_t i = 0; i < 2; i++)
		rc[i] = kv_get(g->t, i, k, &v[i], &g->p.e);
	expect_same(rc, keys, v);
}

/* A step of a cursor over each: to a key, to the last, or on. */
static void
step_both(struct twins *g, unsigned kind)
{
	char key[16];
	struct str from = some_key(g, key), k[2], v[2];
	int rc[2];

	for (size_t i = 0; i < 2; i++) {
		struct kv_cur **c = &g->cursors[i];

		if (*c == NULL)
			*c = kv_cursor(g->t, i, &g->p.e);
		cr_assert(*c != NULL);
		if (kind == 0)
			rc[i] = kv_seek(*c, from, &k[i], &v[i], &g->p.e);
		else if (kind == 1)
			rc[i] = kv_last(*c, &k[i], &v[i], &g->p.e);
		else if (kind == 2)
			rc[i] = kv_seek(*c, STR(""), &k[i], &v[i], &g->p.e);
		else
			rc[i] = kv_next(*c, &k[i], &v[i], &g->p.e);
	}
	expect_same(rc, k, v);
}

static void
count_both(struct twins *g)
{
	uint64_t n[2];

	for (size_t i = 0; i < 2; i++)
		cr_assert(kv_count(g->t, i, &n[i], &g->p.e) == 0);
	cr_assert(n[0] == n[1], "%llu, %llu", (unsigned long long)n[0], (unsigned long long)n[1]);
}

static void
step(struct twins *g)
{
	unsigned what = below(g, 1000);

	if (what < 250)
		put_both(g);
	else if (what < 400)
		delete_both(g);
	else if (what < 500)
		get_both(g);
	else if (what < 560)
		step_both(g, what % 3);
	else if (what < 960)
		step_both(g, 3);
	else if (what < 980)
		count_both(g);
	else if (what < 984)
		kv_gather(g->t, what < 982);
	else if (what < 990)
		cr_assert(kv_settle(g->t, GATHERS, &g->p.e) == 0);
	else
		again(g, what < 997);
}

Test(kv_gather, it_makes_no_difference)
{
	struct twins g = { .p = place_new() };

	g.t = begin(&g.p, true);
	for (g.random = 1; g.random < 4; g.random++) {
		uint64_t seed = g.random;

		for (size_t i = 0; i < STEPS; i++)
			step(&g);
		again(&g, true);
		for (size_t i = 0; i < 2; i++)
			cr_assert(kv_clear(g.t, i, &g.p.e) == 0);
		count_both(&g);
		g.random = seed;
	}
	close_cursors(&g);
	kv_abort(g.t);
	place_end(&g.p);
}

Test(kv_gather, new_keys_lie_apart_until_they_settle)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	uint64_t n;

	cr_assert(kv_append(t, GATHERS, STR("b"), STR("old"), &p.e) == 0);
	put(&p, t, GATHERS, STR("a"), STR("new"));
	put(&p, t, GATHERS, STR("b"), STR("changed"));
	put(&p, t, PLAIN, STR("a"), STR("new"));
	cr_expect(kv_gathered(t, GATHERS, &n, &p.e) == 0 && n == 1);
	cr_expect(kv_gathered(t, PLAIN, &n, &p.e) == 0 && n == 0);
	commit(&p, t);
	t = begin(&p, false);
	expect_value(&p, t, GATHERS, STR("a"), "new");
	expect_value(&p, t, GATHERS, STR("b"), "changed");
	cr_expect(kv_settle(t, GATHERS, &p.e) == -1, "it only reads");
	kv_abort(t);
	t = begin(&p, true);
	kv_gather(t, false);
	put(&p, t, GATHERS, STR("c"), STR("settled"));
	put(&p, t, GATHERS, STR("a"), STR("newer"));
	cr_expect(kv_gathered(t, GATHERS, &n, &p.e) == 0 && n == 1);
	expect_value(&p, t, GATHERS, STR("a"), "newer");
	kv_abort(t);
	t = begin(&p, true);
	cr_expect(kv_settle(t, PLAIN, &p.e) == 0, "there is nothing to do");
	cr_expect(kv_settle(t, GATHERS, &p.e) == 0);
	cr_expect(kv_gathered(t, GATHERS, &n, &p.e) == 0 && n == 0);
	cr_expect(kv_count(t, GATHERS, &n, &p.e) == 0 && n == 2);
	expect_value(&p, t, GATHERS, STR("a"), "new");
	kv_abort(t);
	place_end(&p);
}
