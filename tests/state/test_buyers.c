/* Goal: whoever bought has one number, and it says who they are. */
#include "state/buyers.h"

#include "support/account.h"

#define ORDER(id, customer)                                                                        \
	"{'id':'" id "','customerId':" customer                                                    \
	",'createdAt':'2026-01-01','completedOn':'2026-01-01',"                                    \
	"'orderStatus':'sold','totals':{'finalTotal':1}}"

static uint32_t
number_of(struct account *g, const char *id)
{
	uint32_t number;

	cr_assert(buyers_find(&g->s, str_c(id), &number, &g->e) == 0, "%s", g->e.msg);
	return number;
}

static void
expect_id(struct account *g, uint32_t number, const char *want)
{
	struct str id;

	cr_assert(buyers_id(&g->s, number, &id, &g->e) == 0, "%s", g->e.msg);
	cr_expect(str_eq(id, str_c(want)), "%.*s, not %s", STR_ARG(id), want);
}

Test(buyers, numbers_go_by_snapshot_then_by_id)
{
	struct account g;

	account_begin(&g);
	account_apply(&g, (struct page[]){ ORDERS("[" ORDER("1", "'m'") "," ORDER(
	                                       "2", "'b'") "," ORDER("3", "'m'") "]"),
	                      { 0 } });
	account_apply(&g, (struct page[]){ SOME_ORDERS("[" ORDER("4", "'z'") "," ORDER(
	                                       "5", "'a'") "," ORDER("6", "'b'") "]"),
	                      { 0 } });
	cr_expect(number_of(&g, "b") == 1 && number_of(&g, "m") == 2);
	cr_expect(number_of(&g, "a") == 3 && number_of(&g, "z") == 4);
	cr_expect(g.s.totals.buyers == 4);
	expect_id(&g, 2, "m");
	expect_id(&g, 4, "z");
	account_end(&g);
}

Test(buyers, guests_and_customers_without_orders_have_none)
{
	struct account g;

	account_begin(&g);
	account_apply(&g, (struct page[]){ CUSTOMERS("[{'id':'c'}]"),
	                      ORDERS("[" ORDER("1", "null") "]"), { 0 } });
	cr_expect(number_of(&g, "") == 0 && number_of(&g, "c") == 0);
	cr_expect(g.s.totals.buyers == 0);
	expect_id(&g, 0, "");
	account_end(&g);
}

Test(buyers, a_number_outlives_the_orders)
{
	struct account g;

	account_begin(&g);
	account_apply(&g, (struct page[]){ ORDERS("[" ORDER("1", "'m'") "]"), { 0 } });
	account_apply(&g, (struct page[]){ ORDERS("[]"), { 0 } });
	cr_expect(g.s.totals.orders == 0);
	account_apply(
	    &g, (struct page[]){ ORDERS("[" ORDER("2", "'a'") "," ORDER("3", "'m'") "]"), { 0 } });
	cr_expect(number_of(&g, "m") == 1 && number_of(&g, "a") == 2);
	account_end(&g);
}

Test(buyers, a_broken_row_is_found_out)
{
	struct account g;
	uint32_t number;
	struct str id;

	account_begin(&g);
	cr_assert(kv_put(g.s.txn, TABLE_BUYERS, STR("x"), STR(""), &g.e) == 0);
	cr_expect(buyers_find(&g.s, STR("x"), &number, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED);
	g.e = (struct err)ERR_INIT;
	cr_expect(buyers_id(&g.s, 7, &id, &g.e) == -1);
	cr_expect(strstr(g.e.advice, "--rebuild") != NULL);
	account_end(&g);
}
