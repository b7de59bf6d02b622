/* Goal: what is kept of a record comes out as it went in, however many lie
 * behind one another. */
#include "delta/seen.h"

#include <criterion/criterion.h>

#include "base/arena.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct buf
all_of(const struct order *orders, size_t n, struct seen_dictionary *l,
    const struct schema_unknown *unknown)
{
	struct buf b = { 0 };
	struct seen_packer out = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct seen head = { .page = 1,
			.index = i & 0xffffff,
			.lexicon = 3,
			.sight = (i % 2 ? SEEN_TEXT : SEEN_NEW) & 3 };
		char id[300];

		memset(id, (int)('a' + i), sizeof(id));
		seen_pack_order(&out, (struct hash){ i, ~i }, &unknown[i % 2], &orders[i], l);
		seen_add(&b, &head, str_of(id, 1 + 60 * i), buf_view(&out.facts),
		    i % 2 ? str_of(id, 7 * i) : STR(""));
	}
	seen_packer_release(&out);
	return b;
}

Test(sighting, orders_come_out_as_they_went_in)
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
	struct seen_dictionary l = { 0 };
	struct order list[COUNT(orders)];
	struct buf b;
	const struct seen *s;

	for (size_t i = 0; i < COUNT(list); i++) {
		list[i] = orders[i];
		list[i].customer = i == 2 ? STR("") : STR("c");
		list[i].status = STR("sold");
	}
	b = all_of(list, COUNT(list), &l, unknown);
	s = (const void *)b.p;
	for (size_t i = 0; i < COUNT(list); i++) {
		struct seen_order f = seen_order(s);
		uint32_t n;

		cr_expect((uintptr_t)s % SEEN_ALIGN == 0);
		cr_expect(s->page == 1 && s->index == i && s->lexicon == 3);
		cr_expect(f.hash.lo == i && f.hash.hi == ~i);
		cr_expect(f.sale.created == list[i].created, "%zu", i);
		cr_expect(seen_created(s) == list[i].created, "%zu", i);
		cr_expect(f.sale.time == list[i].time, "%zu", i);
		cr_expect(f.sale.total == list[i].total, "%zu", i);
		cr_expect(f.sale.has_total == list[i].has_total);
		cr_expect(f.sale.voided == list[i].voided);
		cr_expect(f.sale.undoes_sale == list[i].undoes_sale);
		cr_expect(f.customer == seen_buyer(s));
		cr_expect((f.customer == 0) == (i == 2));
		cr_expect(f.sale.status != 0 && f.sale.items.n == 0);
		cr_expect(seen_next_number(&f.unknown, &n) == (i % 2 ? 1 : 0));
		cr_expect(seen_id(s).n == 1 + 60 * i);
		cr_expect(seen_id(s).p[60 * i] == (char)('a' + i));
		cr_expect(seen_raw(s).n == (i % 2 ? 7 * i : 0));
		s = seen_following(s);
	}
	cr_expect((const char *)s == b.p + b.n);
	buf_release(&b);
	seen_dictionary_release(&l);
}
