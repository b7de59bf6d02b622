/* Goal: every row of the state comes out as it went in, and one that is cut is
 * refused, as far as its shape can tell. */
#include "profile/values.h"
#include "state/rows.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "lib/kv.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A kind of row: packs its sample, and packs again what it unpacked.  The last
 * ${rest} bytes are text whose length the row does not say. */
struct kind {
	const char *name;
	void (*pack)(struct buf *);
	bool (*again)(struct arena *, struct str, struct buf *);
	size_t rest;
};

static const struct hash hash = { 1, UINT64_MAX };
static const struct place place = { UINT32_MAX, 0, 300 };

static void
pack_known_customer(struct buf *b)
{
	struct known_record k = { .hash = hash, .place = place, .fields = STR("fields") };

	row_record_pack(b, ENTITY_CUSTOMER, &k);
}

static bool
again_known_customer(struct arena *a, struct str row, struct buf *b)
{
	struct known_record k;
	bool ok = row_record_unpack(row, ENTITY_CUSTOMER, &k);

	row_record_pack(b, ENTITY_CUSTOMER, &k);
	return ok;
}

static void
pack_known_order(struct buf *b)
{
	struct known_record k = { .hash = hash,
		.place = place,
		.location = 128,
		.created = INT64_MIN,
		.buyer = UINT32_MAX };

	row_record_pack(b, ENTITY_ORDER, &k);
}

static bool
again_known_order(struct arena *a, struct str row, struct buf *b)
{
	struct known_record k;
	bool ok = row_record_unpack(row, ENTITY_ORDER, &k);

	row_record_pack(b, ENTITY_ORDER, &k);
	return ok;
}

static void
pack_sale(struct buf *b)
{
	struct sale s = { .created = -1,
		.time = INT64_MAX,
		.total = INT64_MIN,
		.has_total = true,
		.undoes_sale = true,
		.status = UINT32_MAX,
		.type = 1,
		.budtender = 200,
		.items = STR("\1\2\3\4") };

	row_sale_pack(b, &s);
}

static bool
again_sale(struct arena *a, struct str row, struct buf *b)
{
	struct sale s;
	bool ok = row_sale_unpack(row, -1, &s);

	row_sale_pack(b, &s);
	return ok;
}

static void
pack_status(struct buf *b)
{
	struct contact_status s = { .reason = SKIPPED_SHARED_MOBILE,
		.detail = STR("c2"),
		.due = TIMESTAMP_NEVER,
		.takes_part = true,
		.holds_mobile = true,
		.memberships = STR("\1\1\1") };

	row_contact_status_pack(b, &s);
}

static bool
again_status(struct arena *a, struct str row, struct buf *b)
{
	struct contact_status s;
	bool ok = row_contact_status_unpack(row, &s);

	row_contact_status_pack(b, &s);
	return ok;
}

static void
pack_exported(struct buf *b)
{
	struct exported x = {
		.row = hash, .row_snapshot = 7, .known = UINT32_MAX, .addresses = STR("\4\2a@b")
	};

	row_exported_pack(b, &x);
}

static bool
again_exported(struct arena *a, struct str row, struct buf *b)
{
	struct exported x;
	bool ok = row_exported_unpack(row, &x);

	row_exported_pack(b, &x);
	return ok;
}

static void
pack_owed(struct buf *b)
{
	row_owed_pack(b, UINT64_MAX, UINT32_MAX);
}

static bool
again_owed(struct arena *a, struct str row, struct buf *b)
{
	uint64_t customers;
	uint32_t since;
	bool ok = row_owed_unpack(row, &customers, &since);

	row_owed_pack(b, customers, since);
	return ok;
}

static void
pack_profile(struct buf *b)
{
	uint32_t products[] = { 1, 200, UINT32_MAX };
	struct profile p = { .is_loyal = TRI_TRUE,
		.email_consent = TRI_FALSE,
		.text_consent = TRI_ABSENT,
		.total_spent = INT64_MIN,
		.total_orders = UINT64_MAX,
		.birthdate = DAY_NONE,
		.dropped = 0x55,
		.last_orderdate = TIMESTAMP_NONE,
		.first_order_date = -1,
		.last_purchase = INT64_MAX,
		.created = 0,
		.cust_type = STR("t"),
		.points = STR("1.5"),
		.last_orderstatus = STR("voided"),
		.email = STR("a@b.c"),
		.postal_code = STR("80202"),
		.product_words = products,
		.products_n = 3 };

	values_pack(b, &p);
}

static bool
again_profile(struct arena *a, struct str row, struct buf *b)
{
	struct profile p = { .id = STR("kept") };
	bool ok = values_unpack(a, row, &p);

	cr_expect(str_eq(p.id, STR("kept")), "the id is the key's");
	if (ok)
		values_pack(b, &p);
	return ok;
}

static const struct kind kinds[] = {
	{ "known customer", pack_known_customer, again_known_customer, 6 },
	{ "known order", pack_known_order, again_known_order, 2 },
	{ "sale", pack_sale, again_sale, 4 },
	{ "status", pack_status, again_status, 3 },
	{ "exported", pack_exported, again_exported, 0 },
	{ "owed", pack_owed, again_owed, 0 },
	{ "profile", pack_profile, again_profile, 0 },
};

Test(rows, every_row_comes_out_as_it_went_in)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct buf row = { 0 }, again = { 0 };
		struct arena a = { 0 };

		kinds[i].pack(&row);
		cr_assert(kinds[i].again(&a, buf_view(&row), &again), "%s", kinds[i].name);
		cr_expect(str_eq(buf_view(&row), buf_view(&again)), "%s", kinds[i].name);
		arena_release(&a);
		buf_release(&row);
		buf_release(&again);
	}
}

Test(rows, a_row_that_is_cut_is_refused)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct buf row = { 0 }, again = { 0 };
		struct arena a = { 0 };

		kinds[i].pack(&row);
		for (size_t n = 0; n + kinds[i].rest < row.n; n++) {
			/* in memory of its own, so that a step beyond is seen
			 */
			struct str cut = str_copy(&a, str_of(row.p, n));

			cr_expect(
			    !kinds[i].again(&a, cut, &again), "%s cut at %zu", kinds[i].name, n);
		}
		arena_release(&a);
		buf_release(&row);
		buf_release(&again);
	}
}

Test(rows, a_row_with_more_behind_it_is_refused)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct buf row = { 0 }, again = { 0 };
		struct arena a = { 0 };

		kinds[i].pack(&row);
		buf_char(&row, '\0');
		if (kinds[i].rest == 0)
			cr_expect(!kinds[i].again(&a, buf_view(&row), &again), "%s", kinds[i].name);
		arena_release(&a);
		buf_release(&row);
		buf_release(&again);
	}
}

Test(rows, a_standing_for_no_known_reason_is_refused)
{
	struct buf b = { 0 };
	struct contact_status s = { .reason = SKIPPED_COUNT };

	row_contact_status_pack(&b, &s);
	cr_expect(!row_contact_status_unpack(buf_view(&b), &s));
	buf_release(&b);
}

Test(rows, a_profile_with_an_impossible_list_is_refused)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct profile p = { 0 };

	values_pack(&b, &p);
	cr_assert(b.p[b.n - 2] == 0 && b.p[b.n - 1] == 0, "two empty lists");
	b.n -= 2;
	buf_add(&b, "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9);
	cr_expect(!values_unpack(&a, buf_view(&b), &p));
	arena_release(&a);
	buf_release(&b);
}

Test(rows, items_and_memberships_are_taken_one_by_one)
{
	struct buf b = { 0 };
	struct str list;
	struct item_words item;
	struct membership m;

	row_item_pack(&b, (struct item_words){ 0, UINT32_MAX });
	row_item_pack(&b, (struct item_words){ 300, 1 });
	list = buf_view(&b);
	cr_expect(
	    row_item_next(&list, &item) == 1 && item.product == 0 && item.category == UINT32_MAX);
	cr_expect(row_item_next(&list, &item) == 1 && item.product == 300 && item.category == 1);
	cr_expect(row_item_next(&list, &item) == 0 && list.n == 0);
	list = str_of(b.p, b.n - 1);
	cr_expect(row_item_next(&list, &item) == 1);
	cr_expect(row_item_next(&list, &item) == -1, "cut in the second");

	buf_reset(&b);
	row_membership_pack(&b, (struct membership){ 1, 200, 4 });
	list = buf_view(&b);
	cr_expect(
	    row_membership_next(&list, &m) == 1 && m.slug == 1 && m.since == 200 && m.cause == 4);
	cr_expect(row_membership_next(&list, &m) == 0);
	list = str_of(b.p, b.n - 1);
	cr_expect(row_membership_next(&list, &m) == -1, "cut");
	buf_release(&b);
}

/* The keys are given in the order they must have. */
static void
expect_order(const struct str *keys, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		cr_expect(str_cmp(keys[i], keys[i + 1]) < 0, "key %zu", i);
}

Test(rows, keys_sort_as_what_they_say)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct str created[6], due[4], sales[6];

	created[0] = str_copy(&a, row_key_created(&b, 0, INT64_MAX, STR("z")));
	created[1] = str_copy(&a, row_key_created(&b, 1, INT64_MIN, STR("z")));
	created[2] = str_copy(&a, row_key_created(&b, 1, -1, STR("a")));
	created[3] = str_copy(&a, row_key_created(&b, 1, 0, STR("a")));
	created[4] = str_copy(&a, row_key_created(&b, 1, 0, STR("b")));
	created[5] = str_copy(&a, row_key_created(&b, 256, -9, STR("")));
	expect_order(created, 6);
	due[0] = str_copy(&a, row_key_due(&b, TIMESTAMP_NONE, STR("z")));
	due[1] = str_copy(&a, row_key_due(&b, -1, STR("z")));
	due[2] = str_copy(&a, row_key_due(&b, 1, STR("a")));
	due[3] = str_copy(&a, row_key_due(&b, 1, STR("b")));
	expect_order(due, 4);
	/* one buyer's together, oldest first */
	sales[0] = str_copy(&a, row_key_sale(&b, 0, INT64_MAX, STR("zz")));
	sales[1] = str_copy(&a, row_key_sale(&b, 1, INT64_MIN, STR("b")));
	sales[2] = str_copy(&a, row_key_sale(&b, 1, -1, STR("z")));
	sales[3] = str_copy(&a, row_key_sale(&b, 1, 2, STR("a")));
	sales[4] = str_copy(&a, row_key_sale(&b, 1, 2, STR("b")));
	sales[5] = str_copy(&a, row_key_sale(&b, 256, -9, STR("")));
	expect_order(sales, 6);
	arena_release(&a);
	buf_release(&b);
}

Test(rows, the_longest_keys_fit_the_store)
{
	char text[255] = "";
	struct buf b = { 0 };
	struct str id = str_of(text, 240), email = str_of(text, 254);

	memset(text, 'x', sizeof(text));
	cr_expect(row_key_sale(&b, 1, 1, id).n <= KV_KEY_MAX);
	cr_expect(row_key_former(&b, 1, id).n <= KV_KEY_MAX);
	cr_expect(row_key_created(&b, 1, 1, id).n <= KV_KEY_MAX);
	cr_expect(row_key_due(&b, 1, id).n <= KV_KEY_MAX);
	cr_expect(row_key_address(&b, email, id).n <= KV_KEY_MAX);
	buf_release(&b);
}
