/* Goal: who is left out and why: the first reason that holds, and of those who
 * share an email all but one. */
#include "profile/values.h"
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
		{ "a@b.co", "", "2030-01-01", 21, SKIPPED_NONE },
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

Test(identity, somebody_is_of_age_on_their_birthday)
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
		cr_expect(due == day(rows[i].of_age) * TIMESTAMP_DAY, "row %zu", i);
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
	          day("2024-02-29") * TIMESTAMP_DAY);
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

/* Their profile is stored: it decides who of a mailbox is kept. */
static void
store(struct account *g, const char *id, int64_t last_purchase, int64_t created)
{
	struct profile p = { .last_purchase = last_purchase, .created = created };
	struct buf row = { 0 };

	values_pack(&row, &p);
	cr_assert(kv_put(g->s.txn, TABLE_PROFILES, str_c(id), buf_view(&row), &g->e) == 0);
	buf_release(&row);
}

/* The place of one whose profile is stored. */
static struct mailbox
mailbox_of(struct account *g, const char *id, const char *email)
{
	struct mailbox m = { .email = str_c(email) };
	struct profile p;
	int rc = profile_stored_brief(&g->a, &g->s, str_c(id), &p, &g->e);

	cr_assert(rc >= 0);
	if (rc > 0 && email[0] != '\0') {
		m.last_purchase = p.last_purchase;
		m.created = p.created;
	}
	return m;
}

/* Puts somebody into the mailbox; says whether that changed it. */
static bool
move(struct account *g, const char *id, const char *before, const char *now, int64_t last_purchase,
    int64_t created)
{
	struct mailbox from = mailbox_of(g, id, before), to;
	bool changed;

	store(g, id, last_purchase, created);
	to = mailbox_of(g, id, now);
	cr_assert(
	    identity_move(&g->s, str_c(id), &from, &to, &changed, &g->e) == 0, "%s", g->e.msg);
	return changed;
}

/* The verdicts on a mailbox as text: "a=b" is left out for b, "b" is kept. */
static void
expect_verdicts(struct account *g, const char *email, const char *want)
{
	struct verdicts v = { 0 };
	struct buf b = { 0 };

	cr_assert(identity_decide(&g->a, &g->s, str_c(email), &v, &g->e) == 0);
	for (size_t i = 0; i < v.n; i++) {
		buf_z(&b, i > 0 ? " " : "");
		buf_str(&b, v.list[i].id);
		if (v.list[i].reason == SKIPPED_DUPLICATE) {
			buf_char(&b, '=');
			buf_str(&b, v.list[i].detail);
		}
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s, not %s", STR_ARG(buf_view(&b)), want);
	buf_release(&b);
	mem_free(v.list);
}

Test(identity, a_mailbox_changes_with_who_is_in_it)
{
	struct account g;

	account_begin(&g);
	cr_expect(!move(&g, "a", "", "", 0, 0), "never was in one");
	cr_expect(move(&g, "a", "", "x", 1, 1));
	cr_expect(!move(&g, "a", "x", "x", 1, 1), "as before");
	cr_expect(move(&g, "a", "x", "x", 2, 1), "bought since");
	cr_expect(move(&g, "a", "x", "x", 2, 2));
	cr_expect(move(&g, "a", "x", "y", 2, 2));
	expect_verdicts(&g, "x", "");
	expect_verdicts(&g, "y", "a");
	cr_expect(move(&g, "a", "y", "", 0, 0));
	expect_verdicts(&g, "y", "");
	account_end(&g);
}

Test(identity, of_those_who_share_an_email_one_is_kept)
{
	static const struct {
		const char *what;
		int64_t purchase[3], created[3];
		const char *want;
	} rows[] = {
		{ "the latest purchase", { 1, 3, 2 }, { 9, 1, 9 }, "a=b b c=b" },
		{ "a purchase goes before none", { TIMESTAMP_NONE, TIMESTAMP_NONE, -5 },
		    { 9, 9, TIMESTAMP_NONE }, "a=c b=c c" },
		{ "then the latest created", { 1, 1, 1 }, { 2, 1, TIMESTAMP_NONE }, "a b=a c=a" },
		{ "then the greater id", { 1, 1, 1 }, { 1, 1, 1 }, "a=c b=c c" },
		{ "nothing is known of any", { TIMESTAMP_NONE, TIMESTAMP_NONE, TIMESTAMP_NONE },
		    { TIMESTAMP_NONE, TIMESTAMP_NONE, TIMESTAMP_NONE }, "a=c b=c c" },
		{ "before 1970", { -3, -1, -2 }, { 0, 0, 0 }, "a=b b c=b" },
	};
	static const char *const ids[] = { "a", "b", "c" };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct account g;

		account_begin(&g);
		for (size_t k = 0; k < 3; k++)
			move(&g, ids[k], "", "x@y.z", rows[i].purchase[k], rows[i].created[k]);
		expect_verdicts(&g, "x@y.z", rows[i].want);
		account_end(&g);
	}
}

Test(identity, emails_that_begin_alike_are_not_mixed_up)
{
	struct account g;

	account_begin(&g);
	move(&g, "1", "", "a@b.c", 1, 1);
	move(&g, "m1", "", "a@b.co", 2, 2);
	move(&g, "2", "", "a@b.com", 3, 3);
	expect_verdicts(&g, "a@b.c", "1");
	expect_verdicts(&g, "a@b.co", "m1");
	expect_verdicts(&g, "a@b.com", "2");
	expect_verdicts(&g, "a@b", "");
	account_end(&g);
}

Test(identity, when_the_kept_one_leaves_the_next_is_kept)
{
	struct account g;

	account_begin(&g);
	move(&g, "a", "", "x", 1, 1);
	move(&g, "b", "", "x", 2, 1);
	move(&g, "c", "", "x", 2, 2);
	expect_verdicts(&g, "x", "a=c b=c c");
	move(&g, "c", "x", "", 0, 0);
	expect_verdicts(&g, "x", "a=b b");
	move(&g, "a", "x", "x", 3, 1);
	expect_verdicts(&g, "x", "a b=a");
	account_end(&g);
}

Test(identity, who_shares_a_mailbox_has_a_profile)
{
	struct account g;
	struct verdicts v = { 0 };
	struct buf key = { 0 };

	account_begin(&g);
	move(&g, "b", "", "x", 1, 1);
	cr_assert(kv_put(g.s.txn, TABLE_EMAILS, row_key_email(&key, STR("x"), STR("a")), STR(""),
	              &g.e) == 0);
	cr_expect(identity_decide(&g.a, &g.s, STR("x"), &v, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED);
	cr_expect(strstr(g.e.advice, "--rebuild") != NULL);
	mem_free(v.list);
	buf_release(&key);
	account_end(&g);
}
