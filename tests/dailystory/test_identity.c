/* Goal: who is left out and why: the first reason that holds, and of those who share an email all
 * but one. */
#include "dailystory/identity.h"

#include "support/account.h"

static struct profile
somebody(void)
{
	return (struct profile){ .id = STR("c"),
		.email = STR("a@b.co"),
		.mobile = STR("+13035551234"),
		.birthdate = DAY_NONE,
		.last_purchase = TIMESTAMP_NONE,
		.created = TIMESTAMP_NONE };
}

static int32_t
day(const char *text)
{
	int32_t d = 0;

	cr_assert(day_parse(str_c(text), &d), "%s", text);
	return d;
}

Test(identity, the_first_reason_that_holds_counts)
{
	static const struct {
		const char *email, *mobile, *born;
		uint64_t min_age;
		enum skipped_reason want;
	} rows[] = {
		{ "a@b.co", "", NULL, 0, SKIPPED_NONE },
		{ "", "+13035551234", NULL, 0, SKIPPED_NONE },
		{ "", "", NULL, 0, SKIPPED_NO_IDENTIFIER },
		{ "", "", "2010-01-01", 21, SKIPPED_UNDERAGE },
		{ "x@b.co", "", "2010-01-01", 21, SKIPPED_SUPPRESSED },
		{ "x@b.co", "+13035551234", NULL, 0, SKIPPED_SUPPRESSED },
		{ "a@b.co", "+13035550000", NULL, 0, SKIPPED_SUPPRESSED },
		{ "a@b.co", "", "2010-01-01", 21, SKIPPED_UNDERAGE },
		{ "a@b.co", "", "2010-01-01", 0, SKIPPED_NONE },
		{ "a@b.co", "", NULL, 21, SKIPPED_NONE },
		{ "a@b.co", "", "2030-01-01", 21, SKIPPED_AGE_UNKNOWN },
		{ "a@b.co", "", "2030-01-01", 0, SKIPPED_NONE },
		{ "a@b.co", "", "2026-11-23", 21, SKIPPED_UNDERAGE },
	};
	struct export_settings x = { 0 };
	int64_t as_of = day("2026-11-23") * TIMESTAMP_DAY;

	intern_add(&x.suppressed, STR("x@b.co"));
	intern_add(&x.suppressed, STR("+13035550000"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct profile p = somebody();

		x.min_age = rows[i].min_age;
		p.email = str_c(rows[i].email);
		p.mobile = str_c(rows[i].mobile);
		if (rows[i].born != NULL)
			p.birthdate = day(rows[i].born);
		cr_expect(identity_alone(&x, &p, as_of) == rows[i].want, "row %zu: %d", i,
		    (int)identity_alone(&x, &p, as_of));
	}
	intern_release(&x.suppressed);
}

Test(identity, a_birthdate_that_was_dropped_does_not_open_the_door)
{
	static const unsigned unusable[] = { DROP_BIRTHDATE_UNREADABLE, DROP_BIRTHDATE_1900 };
	struct export_settings x = { .min_age = 21 };
	struct profile p = somebody();

	for (size_t i = 0; i < COUNT(unusable); i++) {
		p.dropped = 1U << unusable[i];
		x.min_age = 21;
		cr_expect(identity_alone(&x, &p, 0) == SKIPPED_AGE_UNKNOWN, "row %zu", i);
		x.min_age = 0;
		cr_expect(identity_alone(&x, &p, 0) == SKIPPED_NONE, "row %zu", i);
	}
}

Test(identity, nobody_is_of_age_before_noon_of_their_birthday)
{
	static const struct {
		const char *born, *of_age;
	} rows[] = {
		{ "2005-11-23", "2026-11-23" },
		{ "2004-02-29", "2025-03-01" },
		{ "2003-02-28", "2024-02-28" },
		{ "2003-03-01", "2024-03-01" },
		{ "2008-02-29", "2029-03-01" },
		{ "1999-12-31", "2020-12-31" },
		{ "9979-01-01", NULL },
	};
	struct export_settings x = { .min_age = 21 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct profile p = somebody();
		int64_t due, as_of;

		p.birthdate = day(rows[i].born);
		as_of = p.birthdate * TIMESTAMP_DAY + 1;
		due = identity_due(&x, &p, as_of);
		if (rows[i].of_age == NULL) {
			cr_expect(due == TIMESTAMP_NEVER, "row %zu", i);
			continue;
		}
		cr_expect(
		    due == day(rows[i].of_age) * TIMESTAMP_DAY + 12 * TIMESTAMP_HOUR, "row %zu", i);
		cr_expect(identity_alone(&x, &p, due - 1) == SKIPPED_UNDERAGE);
		cr_expect(identity_alone(&x, &p, due) == SKIPPED_NONE);
		cr_expect(identity_due(&x, &p, due) == TIMESTAMP_NEVER);
	}
}

Test(identity, a_leap_day_comes_round_where_the_year_has_one)
{
	struct export_settings x = { .min_age = 20 };
	struct profile p = somebody();

	p.birthdate = day("2004-02-29");
	cr_expect(identity_due(&x, &p, day("2010-01-01") * TIMESTAMP_DAY) ==
	          day("2024-02-29") * TIMESTAMP_DAY + 12 * TIMESTAMP_HOUR);
}

Test(identity, a_birthdate_in_the_future_is_due_on_its_day)
{
	struct export_settings x = { 0 };
	struct profile p = somebody();
	struct arena a = { 0 };
	int64_t on;

	p.birthdate = day("2030-06-01");
	on = p.birthdate * TIMESTAMP_DAY;
	cr_expect(identity_due(&x, &p, on - 1) == on);
	cr_expect(identity_due(&x, &p, on) == TIMESTAMP_NEVER);
	cr_expect(identity_dropped(&a, &p, on - 1) == 1U << DROP_BIRTHDATE_FUTURE);
	cr_expect(identity_dropped(&a, &p, on) == 0);
	arena_release(&a);
}

Test(identity, an_unknown_postal_code_is_dropped)
{
	struct profile p = somebody();
	struct arena a = { 0 };

	p.dropped = 1U << DROP_EMAIL_INVALID;
	p.postal_code = STR("99999999");
	cr_expect(
	    identity_dropped(&a, &p, 0) == (1U << DROP_EMAIL_INVALID | 1U << DROP_POSTAL_UNKNOWN));
	arena_release(&a);
}

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

static void
move(struct account *g, const char *id, const char *before, const char *now)
{
	cr_assert(
	    identity_move(&g->s, str_c(id), str_c(before), str_c(now), &g->e) == 0, "%s", g->e.msg);
}

/* The decisions on an email as text: "a=b" is left out for b, "b" is kept. */
static void
expect_decisions(struct account *g, const char *email, const char *want)
{
	struct identity_decisions d = { 0 };
	struct buf b = { 0 };

	cr_assert(identity_decide(&g->a, &g->s, &g->settings, str_c(email), &d, &g->e) == 0, "%s",
	    g->e.msg);
	for (size_t i = 0; i < d.n; i++) {
		buf_z(&b, i > 0 ? " " : "");
		buf_str(&b, d.list[i].id);
		if (d.list[i].reason == SKIPPED_DUPLICATE) {
			buf_char(&b, '=');
			buf_str(&b, d.list[i].detail);
		}
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s, not %s", STR_ARG(buf_view(&b)), want);
	buf_release(&b);
	mem_free(d.list);
}

Test(identity, the_table_of_emails_follows_the_customer)
{
	struct account g;

	account_begin(&g);
	move(&g, "a", "", "");
	move(&g, "a", "", "x");
	expect_decisions(&g, "x", "a");
	move(&g, "a", "x", "y");
	expect_decisions(&g, "x", "");
	expect_decisions(&g, "y", "a");
	move(&g, "a", "y", "");
	expect_decisions(&g, "y", "");
	account_end(&g);
}

Test(identity, of_those_who_share_an_email_one_is_kept)
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
		      { "c", "1969-12-31", NULL } },
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
		/* before 1970 */
		{ { { "a", "1969-01-01", NULL }, { "b", "1969-01-03", NULL },
		      { "c", "1969-01-02", NULL } },
		    "a=b b c=b" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct account g;

		account_begin(&g);
		apply(&g, cases[i].rows, COUNT(cases[i].rows));
		for (size_t k = 0; k < COUNT(cases[i].rows); k++)
			move(&g, cases[i].rows[k].id, "", "x@y.z");
		expect_decisions(&g, "x@y.z", cases[i].want);
		account_end(&g);
	}
}

Test(identity, emails_that_begin_alike_are_not_mixed_up)
{
	struct account g;

	account_begin(&g);
	move(&g, "1", "", "a@b.c");
	move(&g, "m1", "", "a@b.co");
	move(&g, "2", "", "a@b.com");
	expect_decisions(&g, "a@b.c", "1");
	expect_decisions(&g, "a@b.co", "m1");
	expect_decisions(&g, "a@b.com", "2");
	expect_decisions(&g, "a@b", "");
	account_end(&g);
}

Test(identity, when_the_kept_one_leaves_or_another_buys_the_next_is_kept)
{
	static const struct row rows[] = { { "a", "2026-01-01", NULL }, { "b", "2026-01-02", NULL },
		{ "c", "2026-01-02", NULL } };
	static const struct row later[] = { { "a", "2026-01-03", NULL } };
	struct account g;

	account_begin(&g);
	apply(&g, rows, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++)
		move(&g, rows[i].id, "", "x");
	expect_decisions(&g, "x", "a=c b=c c");
	move(&g, "c", "x", "");
	expect_decisions(&g, "x", "a=b b");
	apply(&g, later, 1);
	expect_decisions(&g, "x", "a b=a");
	account_end(&g);
}

Test(identity, who_shares_an_email_is_a_customer)
{
	struct account g;
	struct identity_decisions d = { 0 };

	account_begin(&g);
	move(&g, "a", "", "x");
	move(&g, "b", "", "x");
	cr_expect(identity_decide(&g.a, &g.s, &g.settings, STR("x"), &d, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED);
	cr_expect(strstr(g.e.advice, "--rebuild") != NULL);
	mem_free(d.list);
	account_end(&g);
}
