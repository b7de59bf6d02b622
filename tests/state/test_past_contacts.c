/* Goal: what ended for a contact is told in order, to each customer their own. */
#include "state/past_contacts.h"

#include "support/account.h"

static const struct past_contact rows[] = {
	{ .until = 9,
	    .was_known = true,
	    .reason = SKIPPED_SHARED_MOBILE,
	    .detail = { "b", 1 },
	    .email = { "a@b.co", 6 },
	    .cause = 2 },
	{ .until = 2 },
	{ .until = 4, .was_known = true, .reason = SKIPPED_TOO_LONG },
};

Test(past_contacts, what_ended_is_told_in_order)
{
	struct account g;
	struct past_contact *list;
	size_t n;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++)
		cr_assert(past_contacts_put(&g.s, STR("a"), &rows[i], &g.e) == 0);
	cr_assert(past_contacts_put(&g.s, STR("aa"), &rows[0], &g.e) == 0);
	cr_assert(past_contacts_read(&g.a, &g.s, STR("a"), &list, &n, &g.e) == 0);
	cr_assert(n == 3);
	cr_expect(list[0].until == 2 && !list[0].was_known && !past_contacts_was(&list[0]));
	cr_expect(list[1].until == 4 && list[1].was_known && !past_contacts_was(&list[1]));
	cr_expect(list[1].reason == SKIPPED_TOO_LONG);
	cr_expect(list[2].until == 9 && past_contacts_was(&list[2]) && list[2].cause == 2);
	cr_expect(list[2].reason == SKIPPED_SHARED_MOBILE && str_eq(list[2].detail, STR("b")));
	cr_expect(str_eq(list[2].email, STR("a@b.co")) && list[2].mobile.n == 0);
	cr_assert(past_contacts_read(&g.a, &g.s, STR("b"), &list, &n, &g.e) == 0);
	cr_expect(n == 0);
	account_end(&g);
}

Test(past_contacts, a_walk_over_all_names_the_customer)
{
	struct account g;
	struct past_contact x;
	struct kv_cursor *c;
	struct str key, row, customer;
	struct buf found = { 0 };

	account_begin(&g);
	cr_assert(past_contacts_put(&g.s, STR("b"), &rows[0], &g.e) == 0);
	cr_assert(past_contacts_put(&g.s, STR("a"), &rows[2], &g.e) == 0);
	c = kv_all(g.s.txn, TABLE_PAST_CONTACTS, &g.e);
	while (kv_next(c, &key, &row, &g.e) > 0) {
		cr_assert(past_contacts_unpack(key, row, &customer, &x));
		buf_printf(&found, "%.*s%u ", STR_ARG(customer), x.until);
	}
	kv_cursor_close(c);
	cr_expect(str_eq(buf_view(&found), STR("a4 b9 ")));
	buf_release(&found);
	account_end(&g);
}

Test(past_contacts, a_damaged_row_is_refused)
{
	struct past_contact x;
	struct str customer;

	cr_expect(!past_contacts_unpack(STR("\1a"), STR("\1\0\0\0\0"), &customer, &x));
	cr_expect(!past_contacts_unpack(STR("\1a\0\0\0\1"), STR("\1\0\0"), &customer, &x));
	cr_expect(!past_contacts_unpack(STR("\1a\0\0\0\1"), STR("\77\0\0\0\0"), &customer, &x));
	cr_expect(past_contacts_unpack(STR("\1a\0\0\0\1"), STR("\1\0\0\0\0"), &customer, &x));
}
