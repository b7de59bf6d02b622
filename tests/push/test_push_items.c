/* Goal: the first of a plan are kept, in order, and what that takes does not grow with the rest. */
#include <criterion/criterion.h>
#include <malloc.h>
#include <stdio.h>

#include "push/push_items.h"

#define MOST 100

/* Kinds and customers in no order; the same ones for the same ${n}. */
static void
add(struct push_items *x, unsigned n)
{
	static const enum push_item_kind kinds[] = { PUSH_NEW, PUSH_OPT_OUT, PUSH_CHANGED,
		PUSH_GONE_ITEM };
	char id[24];

	snprintf(id, sizeof(id), "c%09u", n * 2654435761U % 1000000007U);
	push_items_add(x,
	    &(struct push_item){ .kind = kinds[n % 4], .fh_id = str_c(id), .calls = 2 }, str_c(id));
}

Test(push_items, the_first_are_those_of_all)
{
	struct push_items all = { 0 }, some = { .most = MOST };
	struct sha256 a, b;

	for (unsigned n = 0; n < 5000; n++) {
		add(&all, n);
		add(&some, n);
	}
	a = push_items_finish(&all);
	b = push_items_finish(&some);
	cr_expect_str_eq(a.hex, b.hex, "the hash is that of all");
	cr_assert(all.n == 5000 && some.n == MOST);
	for (size_t i = 0; i < MOST; i++) {
		cr_expect(all.list[i].kind == some.list[i].kind, "%zu", i);
		cr_expect(str_eq(all.list[i].fh_id, some.list[i].fh_id), "%zu", i);
		cr_expect(
		    i == 0 || str_cmp(some.list[i - 1].fh_id, some.list[i].fh_id) < 0, "%zu", i);
	}
	cr_expect(some.list[0].kind == PUSH_OPT_OUT && some.list[0].calls == 2);
	push_items_release(&all);
	push_items_release(&some);
}

/* Those that were given up are still pending. */
Test(push_items, opt_outs_up_to_one_of_them_are_not_kept)
{
	struct push_items all = { 0 }, rest = { 0 };
	struct sha256 a, b;

	for (unsigned n = 0; n < 40; n++)
		add(&all, n);
	a = push_items_finish(&all);
	rest.after = &all.list[6];
	for (unsigned n = 0; n < 40; n++)
		add(&rest, n);
	b = push_items_finish(&rest);
	cr_expect_str_eq(a.hex, b.hex, "the hash is that of all");
	cr_assert(all.list[9].kind == PUSH_OPT_OUT && all.list[10].kind != PUSH_OPT_OUT);
	cr_assert(rest.n == 33);
	for (size_t i = 0; i < rest.n; i++)
		cr_expect(str_eq(rest.list[i].fh_id, all.list[i + 7].fh_id), "%zu", i);
	push_items_release(&rest);
	push_items_release(&all);
}

Test(push_items, what_protects_follows_the_opt_outs)
{
	const struct push_item items[] = { { .kind = PUSH_GONE_ITEM, .fh_id = STR("a") },
		{ .kind = PUSH_CHANGED, .fh_id = STR("b") },
		{ .kind = PUSH_CHANGED, .fh_id = STR("d"), .protects = true },
		{ .kind = PUSH_GONE_ITEM, .fh_id = STR("e"), .protects = true },
		{ .kind = PUSH_CHANGED, .fh_id = STR("m"), .protects = true, .frees = true },
		{ .kind = PUSH_OPT_OUT, .fh_id = STR("c"), .is_moving = true },
		{ .kind = PUSH_OPT_OUT, .fh_id = STR("f") } };
	struct push_items x = { .most = 6 };
	struct buf found = { 0 };

	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++)
		push_items_add(&x, &items[i], STR(""));
	(void)push_items_finish(&x);
	for (size_t i = 0; i < x.n; i++)
		buf_str(&found, x.list[i].fh_id);
	cr_expect(str_eq(buf_view(&found), STR("fmedca")), "%.*s", STR_ARG(buf_view(&found)));
	buf_release(&found);
	push_items_release(&x);
}

Test(push_items, a_hash_is_that_of_what_is_sent)
{
	static const struct {
		const char *id, *body;
		enum push_item_kind kind;
	} others[] = { { "c2", "b", PUSH_NEW }, { "c1", "c", PUSH_NEW },
		{ "c1", "b", PUSH_CHANGED } };
	struct push_items one = { 0 };
	struct sha256 hash;

	push_items_add(&one, &(struct push_item){ .kind = PUSH_NEW, .fh_id = STR("c1") }, STR("b"));
	hash = push_items_finish(&one);
	push_items_release(&one);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct push_items x = { 0 };

		push_items_add(&x,
		    &(struct push_item){ .kind = others[i].kind, .fh_id = str_c(others[i].id) },
		    str_c(others[i].body));
		cr_expect_str_neq(push_items_finish(&x).hex, hash.hex, "row %zu", i);
		push_items_release(&x);
	}
}

#if !defined(__SANITIZE_ADDRESS__) /* which keeps what was freed */
static size_t
taken_by(unsigned n)
{
	struct push_items x = { .most = MOST };
	size_t before = mallinfo2().uordblks, most = 0;

	for (unsigned i = 0; i < n; i++) {
		add(&x, i);
		if (mallinfo2().uordblks - before > most)
			most = mallinfo2().uordblks - before;
	}
	push_items_release(&x);
	return most;
}

Test(push_items, memory_does_not_grow)
{
	size_t few = taken_by(1000), many = taken_by(50000);

	cr_expect(many < 2 * few, "%zu bytes for 1,000 rows, %zu for 50,000", few, many);
}
#endif
