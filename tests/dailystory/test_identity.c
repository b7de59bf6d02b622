/* Goal: who is left out for a reason of their own: the first that holds; and the addresses of a
 * row. */
#include "dailystory/identity.h"

#include "record/normalize.h"
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

/* Only what is held is written, and nothing of who is left out. */
Test(identity, the_addresses_of_a_row_are_those_that_are_held)
{
	static const struct {
		enum skipped_reason reason;
		bool email, mobile;
		const char *want_email, *want_mobile;
	} rows[] = {
		{ SKIPPED_NONE, true, true, "a@b.co", "+13035551234" },
		{ SKIPPED_NONE, true, false, "a@b.co", "" },
		{ SKIPPED_SHARED_EMAIL, false, true, "", "+13035551234" },
		{ SKIPPED_SHARED_MOBILE, true, false, "a@b.co", "" },
		{ SKIPPED_DUPLICATE_EMAIL, false, false, "", "" },
		{ SKIPPED_TOO_LONG, true, true, "", "" },
	};
	const struct profile p = somebody();

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct contact_status s = { .reason = rows[i].reason,
			.holds_email = rows[i].email,
			.holds_mobile = rows[i].mobile };
		struct identity_addresses want = { str_c(rows[i].want_email),
			str_c(rows[i].want_mobile) };
		struct identity_addresses found = identity_exported(&s, &p);

		cr_expect(identity_is_same(&found, &want), "row %zu", i);
	}
}
