/* Goal: whoever reads beside a transaction sees what it sees, and not what it writes afterwards. */
#include <criterion/criterion.h>

#include "place.h"

#define KEYS 60
#define ROUNDS 400

static const size_t drawn_from[] = { FIRST, SECOND, OF_IDS, BEHIND_FOUR, PART_ONE, PART_TWO };

static unsigned
draw(uint64_t *seed, unsigned n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % n;
}

static struct str
key_at(unsigned i, char *out)
{
	snprintf(out, 16, "%c%03u%c%x", 'a' + i % 3, i, i % 2 == 0 ? '-' : 'Z', i * 7);
	return str_c(out);
}

static void
write_some(struct place *p, struct kv_txn *t, uint64_t *seed, unsigned n)
{
	char key[16], value[24];

	for (unsigned i = 0; i < n; i++) {
		size_t table = drawn_from[draw(seed, COUNT(drawn_from))];
		struct str k = key_at(draw(seed, KEYS), key);

		snprintf(value, sizeof(value), "%u", draw(seed, 1000));
		if (draw(seed, 3) == 0)
			cr_assert(kv_del(t, table, k, &p->e) >= 0, "%s", p->e.msg);
		else
			put(p, t, table, k, draw(seed, 9) == 0 ? STR("") : str_c(value));
	}
}

/* Every table as text, each key as a walk and as a question have it. */
static struct str
all_of(struct place *p, struct kv_txn *t, struct arena *a)
{
	struct buf b = { 0 };
	struct str key, value, again, out;
	uint64_t n, walked;
	char name[16];

	for (size_t i = 0; i < COUNT(drawn_from); i++) {
		struct kv_cursor *c = kv_all(t, drawn_from[i], &p->e);

		for (walked = 0; kv_next(c, &key, &value, &p->e) > 0; walked++) {
			buf_printf(&b, "%.*s=%.*s;", STR_ARG(key), STR_ARG(value));
			cr_assert(kv_get(t, drawn_from[i], key, &again, &p->e) == 1);
			cr_assert(str_eq(value, again));
		}
		for (unsigned k = 0; k < KEYS; k += 7) {
			struct str from = key_at(k, name);
			int rc = kv_seek(c, from, &key, &value, &p->e);

			buf_printf(&b, "%d", rc);
			if (rc == 1)
				buf_printf(&b, "%.*s=%.*s,", STR_ARG(key), STR_ARG(value));
			buf_printf(&b, "%d|", kv_get(t, drawn_from[i], from, &value, &p->e));
		}
		kv_cursor_close(c);
		c = kv_scan(t, drawn_from[i], STR(""), &p->e);
		cr_assert(kv_seek(c, STR("b"), &key, &value, &p->e) >= 0);
		kv_cursor_close(c);
		cr_assert(kv_count(t, drawn_from[i], &n, &p->e) == 0 && n == walked);
		buf_char(&b, '\n');
	}
	out = str_copy(a, buf_view(&b));
	buf_release(&b);
	return out;
}

Test(kv_overlay, a_view_sees_what_the_transaction_saw)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true), *view;
	struct arena a = { 0 };
	uint64_t seed = 5;

	write_some(&p, t, &seed, 150);
	commit(&p, t);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct str want, got;

		t = begin(&p, true);
		kv_share_begin(t);
		for (unsigned k = 0; k < 3; k++) {
			write_some(&p, t, &seed, draw(&seed, 40));
			cr_assert(kv_share(t));
			want = all_of(&p, t, &a);
			view = kv_view(t, &p.e);
			cr_assert(view != NULL, "%s", p.e.msg);
			write_some(&p, t, &seed, draw(&seed, 10));
			got = all_of(&p, view, &a);
			cr_assert(str_eq(want, got), "round %u\n%.*s\n%.*s", i, STR_ARG(want),
			    STR_ARG(got));
			kv_abort(view);
			arena_reset(&a);
		}
		if (i % 2 == 0)
			commit(&p, t);
		else
			kv_abort(t);
	}
	arena_release(&a);
	place_end(&p);
}

Test(kv_overlay, a_view_is_not_written_to)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true), *view;

	kv_share_begin(t);
	put(&p, t, FIRST, STR("a"), STR("1"));
	cr_assert(kv_share(t));
	view = kv_view(t, &p.e);
	cr_expect(kv_put(view, FIRST, STR("b"), STR("2"), &p.e) < 0);
	expect_value(&p, view, FIRST, STR("a"), "1");
	kv_abort(view);
	kv_abort(t);
	place_end(&p);
}

/* So nobody takes what was committed before for what is. */
Test(kv_overlay, a_view_is_not_asked_for_what_is_not_kept)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true), *view;
	char *large = mem_zero(1 << 20, 1);
	struct str value;

	kv_share_begin(t);
	for (unsigned i = 0; i < 40; i++)
		put(&p, t, OF_A_WRITER, STR("a"), str_of(large, 1 << 20));
	cr_assert(kv_del(t, OF_A_WRITER, STR("b"), &p.e) == 0);
	cr_assert(kv_share(t), "it takes no room");
	view = kv_view(t, &p.e);
	cr_expect(kv_get(view, OF_A_WRITER, STR("a"), &value, &p.e) < 0);
	cr_expect(p.e.kind == ERR_INTERNAL);
	cr_expect(kv_all(view, OF_A_WRITER, &p.e) == NULL);
	cr_expect(kv_get(t, OF_A_WRITER, STR("a"), &value, &p.e) == 1 && value.n == 1 << 20);
	kv_abort(view);
	kv_abort(t);
	mem_free(large);
	place_end(&p);
}

/* Without a beginning, after a table was emptied, and after more than is kept. */
Test(kv_overlay, what_is_not_all_there_is_not_shared)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	char *large = mem_zero(1 << 20, 1);

	cr_expect(!kv_share(t));
	put(&p, t, FIRST, STR("a"), STR("1"));
	kv_share_begin(t);
	cr_expect(!kv_share(t), "begun too late");
	kv_abort(t);
	t = begin(&p, true);
	kv_share_begin(t);
	cr_assert(kv_clear(t, FIRST, &p.e) == 0);
	cr_expect(!kv_share(t));
	kv_abort(t);
	t = begin(&p, true);
	kv_share_begin(t);
	for (unsigned i = 0; i < 40; i++)
		put(&p, t, FIRST, STR("a"), str_of(large, 1 << 20));
	cr_expect(!kv_share(t));
	kv_abort(t);
	mem_free(large);
	place_end(&p);
}
