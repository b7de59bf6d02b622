/* Goal: an address that several have is held by one of them, whoever the rules of the contract
 * name; the tables list who has it. */
#include "dailystory/holders.h"

#include "support/account.h"

/* A customer, and a purchase of theirs; a date of NULL is none. */
struct row {
	const char *id, *purchase, *created;
};

static void
apply(struct account *g, const struct row *rows, size_t n)
{
	struct buf customers = { 0 }, orders = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];

		buf_printf(&customers, "%c{'id':'%s'", i == 0 ? '[' : ',', r->id);
		if (r->created != NULL)
			buf_printf(&customers, ",'createdAt':'%s'", r->created);
		buf_char(&customers, '}');
		if (r->purchase != NULL)
			buf_printf(&orders,
			    "%c{'id':'o%s%s','customerId':'%s','createdAt':'%s','orderStatus':"
			    "'sold','totals':{'finalTotal':1}}",
			    orders.n == 0 ? '[' : ',', r->id, r->purchase, r->id, r->purchase);
	}
	buf_z(&customers, "]");
	buf_z(&orders, orders.n == 0 ? "[]" : "]");
	buf_char(&customers, '\0');
	buf_char(&orders, '\0');
	{
		const struct page pages[] = { SOME_CUSTOMERS(customers.p), SOME_ORDERS(orders.p),
			{ 0 } };

		account_apply(g, pages);
	}
	buf_release(&customers);
	buf_release(&orders);
}

/* ${before}, ${now}: an address; "-a" is that of somebody who takes no part. */
static void
move(struct account *g, enum holders_kind kind, const char *id, const char *before, const char *now)
{
	const struct holders_place places[] = {
		{ str_c(before + (before[0] == '-')), before[0] != '-' },
		{ str_c(now + (now[0] == '-')), now[0] != '-' },
	};

	cr_assert(holders_move(&g->s, kind, str_c(id), &places[0], &places[1], &g->e) == 0, "%s",
	    g->e.msg);
}

/* ${context} are the ids, a character each, of those who hold an email. */
static int
holds_email(void *context, const struct profile *p, bool *out, struct err *e)
{
	(void)e;
	*out = strchr(context, p->id.p[0]) != NULL;
	return 0;
}

static bool
is_never_stored(void *context, struct str id)
{
	(void)context;
	(void)id;
	return false;
}

/* ${context} are those of whom it is, as above. */
static bool
is_stored(void *context, struct str id)
{
	return strchr(context, id.p[0]) != NULL;
}

/* The decisions on an address as text: "a=b" does not hold it but b does, "b" holds it. */
static void
expect_decisions_by(struct account *g, enum holders_kind kind, const char *address,
    const struct holders_facts *facts, const char *want)
{
	struct holders_decisions d = { 0 };
	struct buf b = { 0 };

	cr_assert(
	    holders_decide(&g->a, &g->s, &g->settings, kind, str_c(address), facts, &d, &g->e) == 0,
	    "%s", g->e.msg);
	for (size_t i = 0; i < d.n; i++) {
		buf_z(&b, i > 0 ? " " : "");
		buf_str(&b, d.list[i].id);
		if (!str_eq(d.list[i].id, d.list[i].holder)) {
			buf_char(&b, '=');
			buf_str(&b, d.list[i].holder);
		}
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s, not %s", STR_ARG(buf_view(&b)), want);
	buf_release(&b);
	mem_free(d.list);
}

static void
expect_decisions(struct account *g, enum holders_kind kind, const char *address, const char *mailed,
    const char *want)
{
	const struct holders_facts facts = { is_never_stored, holds_email,
		(void *)(uintptr_t)mailed };

	expect_decisions_by(g, kind, address, &facts, want);
}

Test(holders, the_tables_follow_the_customer)
{
	static const char *const tables[] = { "email", "mobile" };
	struct account g;

	account_begin(&g);
	for (enum holders_kind k = HOLDERS_EMAIL; k < HOLDERS_KINDS; k++) {
		move(&g, k, "a", "", "");
		move(&g, k, "a", "", "x");
		expect_decisions(&g, k, "x", "", "a");
		move(&g, k, "a", "x", "-x");
		expect_decisions(&g, k, "x", "", "");
		move(&g, k, "a", "-x", "x");
		move(&g, k, "a", "x", "y");
		expect_decisions(&g, k, "x", "", "");
		expect_decisions(&g, k, "y", "", "a");
		move(&g, k, "a", "y", "");
		expect_decisions(&g, k, "y", "", "");
		cr_expect(g.e.kind == ERR_NONE, "%s", tables[k]);
	}
	account_end(&g);
}

Test(holders, who_takes_no_part_is_listed_and_holds_nothing)
{
	struct account g;
	struct str *ids;
	size_t n;

	account_begin(&g);
	move(&g, HOLDERS_EMAIL, "a", "", "-x");
	move(&g, HOLDERS_EMAIL, "b", "", "x");
	expect_decisions(&g, HOLDERS_EMAIL, "x", "", "b");
	cr_assert(holders_sharing(&g.a, &g.s, HOLDERS_EMAIL, STR("x"), true, &ids, &n, &g.e) == 0);
	cr_expect(n == 1 && str_eq(ids[0], STR("b")));
	cr_assert(holders_sharing(&g.a, &g.s, HOLDERS_EMAIL, STR("x"), false, &ids, &n, &g.e) == 0);
	cr_expect(n == 2 && str_eq(ids[0], STR("a")));
	account_end(&g);
}

Test(holders, of_those_who_share_an_email_one_holds_it)
{
	static const struct {
		struct row rows[3];
		const char *want;
	} cases[] = {
		/* the latest purchase */
		{ { { "a", "2026-01-01", "2020-01-09" }, { "b", "2026-01-03", "2020-01-01" },
		      { "c", "2026-01-02", "2020-01-09" } },
		    "a=b b c=b" },
		/* a purchase goes before none */
		{ { { "a", NULL, "2020-01-09" }, { "b", NULL, "2020-01-09" },
		      { "c", "2000-01-01", NULL } },
		    "a=c b=c c" },
		/* then the latest created */
		{ { { "a", "2026-01-01", "2020-01-02" }, { "b", "2026-01-01", "2020-01-01" },
		      { "c", "2026-01-01", NULL } },
		    "a b=a c=a" },
		/* then the greater id */
		{ { { "a", "2026-01-01", "2020-01-01" }, { "b", "2026-01-01", "2020-01-01" },
		      { "c", "2026-01-01", "2020-01-01" } },
		    "a=c b=c c" },
		/* nothing is known of any */
		{ { { "a", NULL, NULL }, { "b", NULL, NULL }, { "c", NULL, NULL } }, "a=c b=c c" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct account g;

		account_begin(&g);
		apply(&g, cases[i].rows, COUNT(cases[i].rows));
		for (size_t k = 0; k < COUNT(cases[i].rows); k++)
			move(&g, HOLDERS_EMAIL, cases[i].rows[k].id, "", "x@y.z");
		expect_decisions(&g, HOLDERS_EMAIL, "x@y.z", "", cases[i].want);
		account_end(&g);
	}
}

Test(holders, of_those_who_share_a_mobile_one_without_an_email_holds_it)
{
	static const struct {
		struct row rows[3];
		const char *mailed, *want;
	} cases[] = {
		/* who holds no email, whenever created */
		{ { { "a", NULL, "2020-01-01" }, { "b", NULL, "2020-01-09" },
		      { "c", NULL, "2020-01-01" } },
		    "ac", "a=b b c=b" },
		/* then the earliest created */
		{ { { "a", "2026-01-03", "2020-01-03" }, { "b", NULL, "2020-01-01" },
		      { "c", NULL, "2020-01-02" } },
		    "", "a=b b c=b" },
		/* who has no date comes last */
		{ { { "a", NULL, NULL }, { "b", NULL, NULL }, { "c", NULL, "2020-01-02" } }, "abc",
		    "a=c b=c c" },
		/* then the lesser id */
		{ { { "a", NULL, "2020-01-01" }, { "b", NULL, "2020-01-01" },
		      { "c", NULL, "2020-01-01" } },
		    "", "a b=a c=a" },
		{ { { "a", NULL, NULL }, { "b", NULL, NULL }, { "c", NULL, NULL } }, "abc",
		    "a b=a c=a" },
		/* before 1970 */
		{ { { "a", NULL, "1970-01-01" }, { "b", NULL, "1969-12-31" },
		      { "c", NULL, "1970-01-02" } },
		    "abc", "a=b b c=b" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct account g;

		account_begin(&g);
		apply(&g, cases[i].rows, COUNT(cases[i].rows));
		for (size_t k = 0; k < COUNT(cases[i].rows); k++)
			move(&g, HOLDERS_MOBILE, cases[i].rows[k].id, "", "+13035551234");
		expect_decisions(
		    &g, HOLDERS_MOBILE, "+13035551234", cases[i].mailed, cases[i].want);
		account_end(&g);
	}
}

Test(holders, addresses_that_begin_alike_are_not_mixed_up)
{
	struct account g;

	account_begin(&g);
	move(&g, HOLDERS_EMAIL, "1", "", "a@b.c");
	move(&g, HOLDERS_EMAIL, "m1", "", "a@b.co");
	move(&g, HOLDERS_EMAIL, "2", "", "a@b.com");
	expect_decisions(&g, HOLDERS_EMAIL, "a@b.c", "", "1");
	expect_decisions(&g, HOLDERS_EMAIL, "a@b.co", "", "m1");
	expect_decisions(&g, HOLDERS_EMAIL, "a@b.com", "", "2");
	expect_decisions(&g, HOLDERS_EMAIL, "a@b", "", "");
	expect_decisions(&g, HOLDERS_MOBILE, "a@b.c", "", "");
	account_end(&g);
}

Test(holders, when_the_holder_leaves_or_another_buys_the_next_one_holds)
{
	static const struct row rows[] = { { "a", "2026-01-01", NULL }, { "b", "2026-01-02", NULL },
		{ "c", "2026-01-02", NULL } };
	static const struct row later[] = { { "a", "2026-01-03", NULL } };
	struct account g;

	account_begin(&g);
	apply(&g, rows, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++)
		move(&g, HOLDERS_EMAIL, rows[i].id, "", "x");
	expect_decisions(&g, HOLDERS_EMAIL, "x", "", "a=c b=c c");
	move(&g, HOLDERS_EMAIL, "c", "x", "");
	expect_decisions(&g, HOLDERS_EMAIL, "x", "", "a=b b");
	apply(&g, later, 1);
	expect_decisions(&g, HOLDERS_EMAIL, "x", "", "a b=a");
	account_end(&g);
}

/* That of ${a} is of before, so that one can tell who was asked for it. */
Test(holders, a_profile_that_is_stored_decides)
{
	static const struct row rows[] = { { "a", "2026-01-01", NULL }, { "b", "2026-01-02", NULL },
		{ "c", NULL, "2026-01-09" } };
	static const struct row later[] = { { "a", "2026-01-03", NULL } };
	static const struct {
		const char *stored, *want;
	} list[] = { { "", "a b=a c=a" }, { "b", "a b=a c=a" }, { "bc", "a b=a c=a" },
		{ "a", "a=b b c=b" }, { "abc", "a=b b c=b" } };
	struct account g;
	struct str then;

	account_begin(&g);
	apply(&g, rows, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++)
		move(&g, HOLDERS_EMAIL, rows[i].id, "", "x");
	cr_assert(kv_get(g.s.txn, TABLE_PROFILES, STR("a"), &then, &g.e) == 1);
	then = str_copy(&g.a, then);
	apply(&g, later, 1);
	cr_assert(kv_put(g.s.txn, TABLE_PROFILES, STR("a"), then, &g.e) == 0);
	for (size_t i = 0; i < COUNT(list); i++) {
		const struct holders_facts facts = { is_stored, holds_email,
			(void *)(uintptr_t)list[i].stored };

		expect_decisions_by(&g, HOLDERS_EMAIL, "x", &facts, list[i].want);
	}
	account_end(&g);
}

Test(holders, who_shares_an_address_is_a_customer)
{
	const struct holders_facts facts = { is_never_stored, holds_email, NULL };
	struct account g;
	struct holders_decisions d = { 0 };

	account_begin(&g);
	move(&g, HOLDERS_EMAIL, "a", "", "x");
	move(&g, HOLDERS_EMAIL, "b", "", "x");
	cr_expect(holders_decide(
	              &g.a, &g.s, &g.settings, HOLDERS_EMAIL, STR("x"), &facts, &d, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED);
	cr_expect(strstr(g.e.advice, "--rebuild") != NULL);
	mem_free(d.list);
	account_end(&g);
}

Test(holders, a_decision_is_found_by_id)
{
	const struct holders_facts facts = { is_never_stored, holds_email, NULL };
	struct account g;
	struct holders_decisions d = { 0 };

	account_begin(&g);
	cr_expect(holders_find(&d, STR("a")) == NULL);
	move(&g, HOLDERS_EMAIL, "b", "", "x");
	move(&g, HOLDERS_EMAIL, "a", "", "y");
	cr_assert(holders_decide(
	              &g.a, &g.s, &g.settings, HOLDERS_EMAIL, STR("x"), &facts, &d, &g.e) == 0);
	cr_assert(holders_decide(
	              &g.a, &g.s, &g.settings, HOLDERS_EMAIL, STR("y"), &facts, &d, &g.e) == 0);
	holders_sort(&d);
	cr_expect(d.n == 2 && str_eq(d.list[0].id, STR("a")));
	cr_expect(holders_find(&d, STR("b")) == &d.list[1]);
	cr_expect(holders_find(&d, STR("c")) == NULL);
	mem_free(d.list);
	account_end(&g);
}
