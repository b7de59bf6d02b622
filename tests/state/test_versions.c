/* Goal: what was known before can be found again: every version of a record,
 * every order that was a customer's, memberships that ended, terms; and nothing
 * of it is written before something ends. */
#include "state/versions.h"

#include "support/account.h"
#include "timemachine/past_records.h"
#include "state/membership_history.h"
#include "state/rule_terms.h"

#define ORDER(id, customer, total)                                                                 \
	"{'id':'" id "','customerId':'" customer                                                   \
	"','createdAt':'2026-01-01','orderStatus':'sold','totals':{"                               \
	"'finalTotal':" total "}}"
#define PEOPLE CUSTOMERS("[{'id':'a'},{'id':'b'}]")

static uint64_t
rows_of(struct account *g, enum state_table table)
{
	uint64_t n = 0;

	cr_assert(kv_count(g->s.txn, table, &n, &g->e) == 0);
	return n;
}

/* "1-3 4-" with an x behind a removal. */
static struct str
versions(struct account *g, enum entity entity, const char *id)
{
	struct version *list;
	struct buf b = { 0 };
	struct str out;
	size_t n;

	cr_assert(
	    versions_list(&g->a, &g->s, entity, str_c(id), &list, &n, &g->e) == 0, "%s", g->e.msg);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&b, "%s%u-", i > 0 ? " " : "", list[i].place.snapshot);
		if (list[i].until > 0)
			buf_printf(&b, "%u%s", list[i].until, list[i].is_removed ? "x" : "");
	}
	out = str_copy(&g->a, buf_view(&b));
	buf_release(&b);
	return out;
}

static void
expect_versions(struct account *g, enum entity entity, const char *id, const char *want)
{
	struct str found = versions(g, entity, id);

	cr_expect(str_eq(found, str_c(want)), "%s: %.*s, not %s", id, STR_ARG(found), want);
}

Test(history, a_first_snapshot_writes_none_of_it)
{
	struct account g;

	account_begin(&g);
	account_apply(&g, (struct page[]){ PEOPLE, ORDERS("[" ORDER("o", "a", "1") "]"), { 0 } });

	cr_expect(rows_of(&g, TABLE_VERSIONS) == 0);
	cr_expect(rows_of(&g, TABLE_FORMER_ORDERS) == 0);
	expect_versions(&g, ENTITY_CUSTOMER, "a", "1-");
	expect_versions(&g, ENTITY_ORDER, "o", "1-");
	expect_versions(&g, ENTITY_ORDER, "nothing", "");
	expect_versions(&g, ENTITY_ORDER, "", "");
	account_end(&g);
}

Test(history, versions_are_all_there_were)
{
	struct account g;

	account_begin(&g);
	account_apply(
	    &g, (struct page[]){ PEOPLE,
	            ORDERS("[" ORDER("o", "a", "1") "," ORDER("oo", "a", "1") "]"), { 0 } });
	account_apply(
	    &g, (struct page[]){
	            ORDERS("[" ORDER("o", "a", "2") "," ORDER("oo", "a", "1") "]"), { 0 } });
	account_apply(&g, (struct page[]){ ORDERS("[" ORDER("oo", "a", "1") "]"), { 0 } });
	account_apply(&g, (struct page[]){ ORDERS("[" ORDER("oo", "a", "1") "]"), { 0 } });
	account_apply(
	    &g, (struct page[]){
	            ORDERS("[" ORDER("o", "a", "2") "," ORDER("oo", "a", "1.0") "]"), { 0 } });
	account_apply(&g, (struct page[]){ ORDERS("[" ORDER("oo", "a", "1") "]"), { 0 } });

	expect_versions(&g, ENTITY_ORDER, "o", "1-2 2-3x 5-6x");
	expect_versions(&g, ENTITY_ORDER, "oo", "1-");
	expect_versions(&g, ENTITY_CUSTOMER, "a", "1-");
	account_end(&g);
}

Test(history, an_order_that_moved_is_found_under_both)
{
	struct account g;
	struct str *ids;
	size_t n;

	account_begin(&g);
	account_apply(
	    &g, (struct page[]){
	            PEOPLE, ORDERS("[" ORDER("o", "a", "1") "," ORDER("p", "a", "1") "]"), { 0 } });
	account_apply(
	    &g, (struct page[]){
	            ORDERS("[" ORDER("o", "b", "1") "," ORDER("p", "a", "1") "]"), { 0 } });

	cr_assert(versions_orders(&g.a, &g.s, STR("a"), &ids, &n, &g.e) == 0);
	cr_expect(n == 2 && str_eq(ids[0], STR("o")) && str_eq(ids[1], STR("p")));
	cr_assert(versions_orders(&g.a, &g.s, STR("b"), &ids, &n, &g.e) == 0);
	cr_expect(n == 1 && str_eq(ids[0], STR("o")));
	account_end(&g);
}

Test(history, a_snapshot_is_found_by_its_id)
{
	struct account g;
	struct applied row;
	uint32_t number = 0;

	account_begin(&g);
	for (int i = 0; i < 5; i++)
		account_apply(&g, (struct page[]){ PEOPLE, { 0 } });
	for (uint32_t i = 1; i <= 5; i++) {
		struct buf id = { 0 };

		timestamp_format_id(&id, (EPOCH_DAY + (int64_t)i) * TIMESTAMP_DAY);
		buf_char(&id, '\0');
		cr_expect(state_snapshot_find(&g.s, id.p, &number, &row, &g.e) == 0);
		cr_expect(number == i);
		buf_release(&id);
	}
	cr_expect(state_snapshot_find(&g.s, NULL, &number, &row, &g.e) == 0 && number == 5);
	cr_expect(state_snapshot_find(&g.s, "20300103T000001Z", &number, &row, &g.e) == -1);
	cr_expect(state_snapshot_find(&g.s, "", &number, &row, &g.e) == -1);
	cr_expect(g.e.kind == ERR_USAGE);
	account_end(&g);
}

static int64_t
spent(struct account *g, const struct past_records *records, uint32_t number)
{
	struct profile p;
	int rc = past_records_profile(&g->a, &g->s, records, &g->settings, number, &p, &g->e);

	cr_assert(rc >= 0, "%s", g->e.msg);
	return rc == 0 ? -1 : p.total_spent;
}

Test(customer_records, a_profile_is_rebuilt_as_of_any_snapshot)
{
	struct account g;
	struct past_records_source source = { NULL, 2, 0 };
	struct past_records a, b;

	account_begin(&g);
	account_apply(
	    &g, (struct page[]){ CUSTOMERS("[{'id':'a'}]"),
	            ORDERS("[" ORDER("o", "a", "1") "," ORDER("p", "a", "10") "]"), { 0 } });
	account_apply(
	    &g, (struct page[]){
	            ORDERS("[" ORDER("o", "b", "2") "," ORDER("p", "a", "10") "]"), { 0 } });
	account_apply(&g, (struct page[]){ CUSTOMERS("[{'id':'a'},{'id':'b'}]"), { 0 } });
	account_apply(
	    &g, (struct page[]){ CUSTOMERS("[{'id':'b'}]"),
	            ORDERS("[" ORDER("o", "b", "3") "," ORDER("p", "b", "10") "]"), { 0 } });

	source.account = g.dir;
	cr_assert(past_records_load(&g.a, &g.s, &source, STR("a"), &a, &g.e) == 1, "%s", g.e.msg);
	cr_assert(past_records_load(&g.a, &g.s, &source, STR("b"), &b, &g.e) == 1, "%s", g.e.msg);
	cr_expect(spent(&g, &a, 1) == 1100 && spent(&g, &a, 2) == 1000);
	cr_expect(spent(&g, &a, 3) == 1000 && spent(&g, &a, 4) == -1);
	cr_expect(spent(&g, &b, 1) == -1 && spent(&g, &b, 2) == -1);
	cr_expect(spent(&g, &b, 3) == 200 && spent(&g, &b, 4) == 1300);
	cr_expect(spent(&g, &b, 4) == account_profile(&g, "b").total_spent);
	cr_expect(past_records_load(&g.a, &g.s, &source, STR("c"), &b, &g.e) == 0);
	account_end(&g);
}

Test(membership_history, what_ended_is_told_in_order)
{
	struct account g;
	struct past_membership list[] = { { { 7, 1, 0 }, 4, 2 }, { { 3, 1, 0 }, 2, 1 },
		{ { 7, 5, 1 }, 9, 4 } };
	struct past_membership *past;
	size_t n;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(list); i++)
		cr_assert(membership_history_put(&g.s, STR("a"), &list[i], &g.e) == 0);
	cr_assert(membership_history_put(&g.s, STR("aa"), &list[0], &g.e) == 0);

	cr_assert(membership_history_read(&g.a, &g.s, STR("a"), &past, &n, &g.e) == 0);
	cr_assert(n == 3);
	cr_expect(past[0].was.slug == 3 && past[0].until == 2);
	cr_expect(past[1].until == 4 && past[1].left == 2);
	cr_expect(past[2].was.since == 5 && past[2].was.cause == 1);
	cr_assert(membership_history_read(&g.a, &g.s, STR("b"), &past, &n, &g.e) == 0);
	cr_expect(n == 0);
	account_end(&g);
}

Test(terms, a_row_is_written_where_they_change)
{
	static const char *const rules[] = { "r", "r", "s", "s", "r" };
	struct account g;
	struct rule_terms *list;
	size_t n;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(rules); i++) {
		g.s.totals.applied = i + 1;
		cr_assert(rule_terms_follow(&g.s,
		              &(struct rule_terms){ .rules = str_c(rules[i]),
		                  .settings = STR("x"),
		                  .suppress_sha256 = STR("y") },
		              &g.e) == 0);
	}

	cr_assert(rule_terms_list(&g.a, &g.s, &list, &n, &g.e) == 0, "%s", g.e.msg);
	cr_assert(n == 3);
	cr_expect(str_eq(list[1].settings, STR("x")) && str_eq(list[1].suppress_sha256, STR("y")));
	for (size_t i = 0; i < COUNT(rules); i++)
		cr_expect(str_eq(rule_terms_at(list, n, (uint32_t)i + 1)->rules, str_c(rules[i])),
		    "%zu", i);
	cr_expect(rule_terms_at(list, n, 4)->since == 3 && rule_terms_at(list, n, 100)->since == 5);
	account_end(&g);
}
