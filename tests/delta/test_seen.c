/* Goal: what is kept of a record comes out as it went in, however many lie behind one another. */
#include "delta/seen.h"

#include <criterion/criterion.h>

#include "base/arena.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct buf
all_of(const struct order *orders, size_t n, struct seen_dictionary *d,
    const struct schema_unknown *unknown)
{
	struct buf b = { 0 };
	struct seen_packer packer = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct seen head = { .page = 1,
			.index = i & 0xffffff,
			.worker = 3,
			.form = (i % 2 ? SEEN_TEXT : SEEN_NEW) & 3 };
		struct seen_known known = { { i, 2 }, { 3, 4, (uint32_t)i }, 5 };
		char id[300];

		memset(id, (int)('a' + i), sizeof(id));
		seen_pack_order(&packer, (struct hash){ i, ~i }, &unknown[i % 2], &orders[i], d);
		seen_add(&b, &head, str_of(id, 1 + 60 * i), buf_view(&packer.fields),
		    i % 2 ? str_of(id, 7 * i) : STR(""), i % 2 ? &known : NULL);
	}
	seen_number_customers(&packer, d, (void *)b.p, n);
	seen_packer_release(&packer);
	return b;
}

static void
expect_order(const struct seen *s, const struct order *want, size_t i)
{
	struct seen_order o = seen_order(s);
	struct sale sale = seen_sale(&o);
	struct record_drop drop;
	uint32_t n;

	cr_expect((uintptr_t)s % SEEN_ALIGN == 0);
	cr_expect(s->page == 1 && s->index == i && s->worker == 3);
	cr_expect(o.hash.lo == i && o.hash.hi == ~i && hash_eq(o.hash, seen_hash(s)));
	cr_expect(o.created == want->created && seen_created(s) == o.created, "%zu", i);
	cr_expect(o.customer == seen_customer_number(s) && (o.customer == 0) == (i == 2));
	cr_expect(sale.created == want->created && sale.time == want->time, "%zu", i);
	cr_expect(sale.total == want->total && sale.has_total == want->has_total, "%zu", i);
	cr_expect(sale.voided == want->voided && sale.undoes_sale == want->undoes_sale);
	cr_expect(sale.status != 0 && sale.items.n == 0);
	cr_expect((drops_next(&o.drops, &drop) > 0) == (i == 3));
	cr_expect(i != 3 || str_eq(drop.field, STR("budtender")));
	cr_expect(seen_next_number(&o.unknown, &n) == (i % 2 ? 1 : 0));
	cr_expect(seen_id(s).n == 1 + 60 * i && seen_id(s).p[60 * i] == (char)('a' + i));
	cr_expect(seen_text(s).n == (i % 2 ? 7 * i : 0));
	if (s->form == SEEN_TEXT) {
		struct seen_known known = seen_known(s);

		cr_expect(known.hash.lo == i && known.hash.hi == 2 && known.ordinal == 5);
		cr_expect(
		    known.place.snapshot == 3 && known.place.page == 4 && known.place.index == i);
	}
}

Test(seen, orders_come_out_as_they_went_in)
{
	static const struct order orders[] = {
		{ .created = 0, .time = 0 },
		{ .created = INT64_MIN, .time = INT64_MAX, .total = INT64_MIN },
		{ .created = INT64_MAX, .time = INT64_MIN, .total = INT64_MAX },
		{ .created = 1, .time = -1, .has_total = true, .voided = true },
		{ .created = -5, .time = 70, .undoes_sale = true },
	};
	uint32_t numbers[] = { 0, 200 };
	struct schema_unknown unknown[2] = { { 0 }, { .list = numbers, .n = 2 } };
	struct seen_dictionary d = { 0 };
	struct order list[COUNT(orders)];
	struct record_drop drop = { STR("budtender"), STR("[]"), DROPPED_UNREADABLE };
	struct buf b;
	const struct seen *s;

	for (size_t i = 0; i < COUNT(list); i++) {
		list[i] = orders[i];
		list[i].customer = i == 2 ? STR("") : i % 2 == 0 ? STR("even") : STR("c");
		list[i].status = STR("sold");
		list[i].drops = (struct record_drops){ &drop, i == 3, 1 };
	}
	b = all_of(list, COUNT(list), &d, unknown);
	s = (const void *)b.p;
	for (size_t i = 0; i < COUNT(list); i++) {
		expect_order(s, &list[i], i);
		cr_expect(
		    str_eq(d.customers.texts[seen_customer_number(s)], list[i].customer), "%zu", i);
		s = seen_following(s);
	}
	cr_expect((const char *)s == b.p + b.n);
	buf_release(&b);
	seen_dictionary_release(&d);
}
