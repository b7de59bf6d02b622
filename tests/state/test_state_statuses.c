/* Goal: orders and money by status are those of the orders known, whatever happened to them. */
#include "state/state_statuses.h"

#include "support/account.h"

#define ORDER(id, more) "{'id':'" id "','createdAt':'2026-01-01'" more "}"
#define TOTAL(cents) ",'totals':{'finalTotal':" cents "}"
#define STATUS(text) ",'orderStatus':'" text "'"

/* "sold 2 3.50; " a status, as cents. */
static void
expect_statuses(struct account *g, const char *want)
{
	struct status_total *list;
	struct buf b = { 0 };
	size_t n;

	cr_assert(state_statuses_list(&g->a, &g->s, &list, &n, &g->e) == 0, "%s", g->e.msg);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%.*s %llu %lld; ", STR_ARG(list[i].status),
		    (unsigned long long)list[i].orders, (long long)list[i].cents);
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s, not %s", STR_ARG(buf_view(&b)), want);
	buf_release(&b);
}

Test(state_statuses, orders_count_under_the_status_they_show)
{
	static const struct page first[] = {
		ORDERS("[" ORDER("1", STATUS("Sold") TOTAL("1.5") ",'customerId':'a'") "," ORDER(
		    "2", STATUS("sold") TOTAL("-3")) "," ORDER("3",
		    STATUS("pending")) "," ORDER("4", STATUS("Voided") TOTAL("2")) "," ORDER("5",
		    STATUS("sold") TOTAL("4") ",'voided':true") "," ORDER("6", TOTAL("0.05")) "]"),
		{ 0 }
	};
	static const struct page next[] = {
		ORDERS("[" ORDER("1", STATUS("Sold") TOTAL("1.5") ",'customerId':'b'") "," ORDER(
		    "3", STATUS("sold") TOTAL("7")) "," ORDER("5",
		    STATUS("sold") TOTAL("4")) "," ORDER("7", STATUS("awaiting") TOTAL("1")) "]"),
		{ 0 }
	};
	static const struct page none[] = { ORDERS("[]"), { 0 } };

	for (size_t i = 0; i < COUNT(ways); i++) {
		struct account g;

		account_begin(&g);
		g.way = ways[i];
		expect_statuses(&g, "");
		account_apply(&g, first);
		expect_statuses(&g, " 1 5; pending 1 0; sold 2 -150; voided 2 600; ");
		account_apply(&g, next);
		expect_statuses(&g, "awaiting 1 100; sold 3 1250; ");
		account_apply(&g, none);
		expect_statuses(&g, "");
		account_end(&g);
	}
}

Test(state_statuses, a_sum_that_is_too_large_is_refused)
{
	struct state_statuses c = { 0 };
	struct account g;

	account_begin(&g);
	state_statuses_note(&c, 1, false, INT64_MAX, 1);
	state_statuses_note(&c, 1, false, 1, 1);
	cr_expect(state_statuses_write(&c, &g.s, &g.e) == -1 && g.e.kind == ERR_FAILED);
	state_statuses_release(&c);
	account_end(&g);
}
