/* Goal: standard fields come out as section 4 of the contract says, for every
 * odd thing a shop types into them; what is dropped says why, and nothing else
 * is dropped. */
#include "record/normalize.h"
#include "record/typed.h"

#include "base/timestamp.h"

/* ${want} is a drop, or DROP_COUNT for none. */
static void
expect_drop(unsigned got, enum normalize_drop want, const char *what)
{
	unsigned bits = want == DROP_COUNT ? 0 : 1u << want;

	cr_expect_eq(got, bits, "%s: dropped %#x, want %#x", what, got, bits);
}

Test(normalize, every_reason_has_its_name)
{
	static const char *const names[] = { "unreadable", "placeholder", "unreadable",
		"placeholder", "unreadable", "out-of-range", "out-of-range",
		"postal-code-unknown" };

	cr_assert_eq(COUNT(names), (size_t)DROP_COUNT);
	for (unsigned i = 0; i < DROP_COUNT; i++)
		cr_expect_str_eq(normalize_drop_name((enum normalize_drop)i), names[i]);
}

Test(normalize, separate_names_go_before_the_full_one)
{
	static const struct {
		const char *given, *family, *first, *last;
	} cases[] = {
		{ "Jane", "Doe", "Jane", "Doe" },
		{ "Jane", "", "Jane", "" },
		{ "", "Doe", "", "Doe" },
		{ "Doe, Jane", "A  B", "Doe, Jane", "A  B" }, /* as it is */
		{ "", "", "Full", "Name" },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str first, last;
		normalize_name(&a, str_c(cases[i].given), str_c(cases[i].family), STR("Full Name"),
		    &first, &last);
		expect_text(first, cases[i].first, cases[i].given);
		expect_text(last, cases[i].last, cases[i].family);
	}
	arena_release(&a);
}

typedef struct str normalizer(struct arena *a, struct str text);

static void
expect_pairs(normalizer *normalize, const char *const (*pairs)[2], size_t n)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < n; i++)
		expect_text(normalize(&a, str_c(pairs[i][0])), pairs[i][1], pairs[i][0]);
	arena_release(&a);
}

Test(normalize, an_address_is_street_one_and_street_two)
{
	static const char *const cases[][3] = {
		{ "", "", "" },
		{ "123 Main St", "", "123 Main St" },
		{ "", "Apt 4B", "Apt 4B" },
		{ "123 Main St", "Apt 4B", "123 Main St, Apt 4B" },
		{ "123  Main St,", ", Apt", "123  Main St,, , Apt" },
		{ "Rúa %s %n", "№ 5", "Rúa %s %n, № 5" },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++)
		expect_text(normalize_address(&a, str_c(cases[i][0]), str_c(cases[i][1])),
		    cases[i][2], cases[i][2]);
	arena_release(&a);
}

/* All that there are, so that none is missing from the table or has another's
 * letters. */
Test(normalize, a_states_full_name_becomes_its_letters)
{
	static const char *const cases[][2] = { { "Alabama", "AL" }, { "Alaska", "AK" },
		{ "Arizona", "AZ" }, { "Arkansas", "AR" }, { "California", "CA" },
		{ "Colorado", "CO" }, { "Connecticut", "CT" }, { "Delaware", "DE" },
		{ "District of Columbia", "DC" }, { "Florida", "FL" }, { "Georgia", "GA" },
		{ "Hawaii", "HI" }, { "Idaho", "ID" }, { "Illinois", "IL" }, { "Indiana", "IN" },
		{ "Iowa", "IA" }, { "Kansas", "KS" }, { "Kentucky", "KY" }, { "Louisiana", "LA" },
		{ "Maine", "ME" }, { "Maryland", "MD" }, { "Massachusetts", "MA" },
		{ "Michigan", "MI" }, { "Minnesota", "MN" }, { "Mississippi", "MS" },
		{ "Missouri", "MO" }, { "Montana", "MT" }, { "Nebraska", "NE" }, { "Nevada", "NV" },
		{ "New Hampshire", "NH" }, { "New Jersey", "NJ" }, { "New Mexico", "NM" },
		{ "New York", "NY" }, { "North Carolina", "NC" }, { "North Dakota", "ND" },
		{ "Ohio", "OH" }, { "Oklahoma", "OK" }, { "Oregon", "OR" },
		{ "Pennsylvania", "PA" }, { "Puerto Rico", "PR" }, { "Rhode Island", "RI" },
		{ "South Carolina", "SC" }, { "South Dakota", "SD" }, { "Tennessee", "TN" },
		{ "Texas", "TX" }, { "Utah", "UT" }, { "Vermont", "VT" }, { "Virginia", "VA" },
		{ "Washington", "WA" }, { "West Virginia", "WV" }, { "Wisconsin", "WI" },
		{ "Wyoming", "WY" } };
	struct arena a = { 0 };

	cr_assert_eq(COUNT(cases), (size_t)52);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str name = str_c(cases[i][0]);
		expect_text(normalize_state(&a, name), cases[i][1], cases[i][0]);
		expect_text(normalize_state(&a, str_upper(&a, name)), cases[i][1], cases[i][0]);
		expect_text(normalize_state(&a, str_lower(&a, name)), cases[i][1], cases[i][0]);
	}
	arena_release(&a);
}

Test(normalize, any_other_state_stays_but_two_letters)
{
	static const char *const cases[][2] = { { "", "" }, { "co", "CO" }, { "Co", "CO" },
		{ "CO", "CO" }, { "zz", "ZZ" }, { "bc", "BC" }, { "C", "C" }, { "c", "c" },
		{ "c1", "c1" }, { "c.", "c." }, { "col", "col" }, { "Colo.", "Colo." },
		{ "Washington DC", "Washington DC" }, { "Washington, D.C.", "Washington, D.C." },
		{ "New  York", "New  York" }, { "NewYork", "NewYork" },
		{ "Coloradoo", "Coloradoo" }, { "Colorad", "Colorad" }, { "Guam", "Guam" },
		{ "Ontario", "Ontario" }, { "Virgin Islands", "Virgin Islands" },
		{ "The Kansas", "The Kansas" }, { "é", "é" }, { "ñc", "ñc" },
		{ "Québec", "Québec" }, { "New" NBSP "York", "New" NBSP "York" } };

	expect_pairs(normalize_state, cases, COUNT(cases));
}

static struct str
postal_of_us(struct arena *a, struct str zip)
{
	return normalize_postal(a, zip, COUNTRY_US);
}

Test(normalize, a_postal_code_takes_its_usual_form)
{
	static const char *const cases[][2] = { { "", "" }, { "80202", "80202" },
		{ "80202-1234", "80202" }, { "802021234", "80202" }, { "7102", "07102" },
		{ "0102", "00102" }, { "501", "00501" }, { "000", "00000" }, { "12", "12" },
		{ "1", "1" }, { "802022", "802022" }, { "8020212", "8020212" },
		{ "80202123", "80202123" }, { "8020212345", "8020212345" }, { "80202-", "80202-" },
		{ "80202-123", "80202-123" }, { "80202-12345", "80202-12345" },
		{ "8020-21234", "8020-21234" }, { "80202 1234", "80202 1234" },
		{ "80202-123a", "80202-123A" }, { "8020a", "8020A" }, { "710a", "710A" },
		{ "-501", "-501" }, { "+501", "+501" }, { "5.01", "5.01" },
		{ "k1a 0b1", "K1A 0B1" }, { "sw1a 1aa", "SW1A 1AA" }, { "co 80202", "CO 80202" },
		{ "éa", "éA" }, { "80202" EN_DASH "1234", "80202" EN_DASH "1234" },
		{ "٧١", "٧١" } };

	expect_pairs(postal_of_us, cases, COUNT(cases));
}

Test(normalize, a_postal_code_of_another_country_stays_as_it_is)
{
	static const char *const cases[] = { "501", "k1a 0b1", "80202-1234", "802021234" };
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		expect_text(
		    normalize_postal(&a, str_c(cases[i]), COUNTRY_CANADA), cases[i], cases[i]);
		expect_text(
		    normalize_postal(&a, str_c(cases[i]), COUNTRY_OTHER), cases[i], cases[i]);
	}
	arena_release(&a);
}

Test(normalize, no_country_is_the_us)
{
	static const struct {
		const char *name;
		enum normalize_country want;
	} cases[] = {
		{ NULL, COUNTRY_US },
		{ "", COUNTRY_US },
		{ ".", COUNTRY_US },
		{ "US", COUNTRY_US },
		{ "u.s.a.", COUNTRY_US },
		{ ". us .", COUNTRY_US },
		{ "United States", COUNTRY_US },
		{ "UNITED STATES OF AMERICA", COUNTRY_US },
		{ "CA", COUNTRY_CANADA },
		{ "c.a.n", COUNTRY_CANADA },
		{ "canada", COUNTRY_CANADA },
		{ "U S", COUNTRY_OTHER },
		{ "United  States", COUNTRY_OTHER },
		{ "America", COUNTRY_OTHER },
		{ "DE", COUNTRY_OTHER },
		{ "-", COUNTRY_OTHER },
		{ "1", COUNTRY_OTHER },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++)
		cr_expect(normalize_country(&a, str_c(cases[i].name)) == cases[i].want, "%s",
		    cases[i].name);
	arena_release(&a);
}

Test(normalize, reasons_are_told_by_their_bits)
{
	static const struct str mobiles[] = { { "+17205550100", 12 } };
	static const struct str emails[] = { { "no@no.com", 9 } };
	const struct phone_rules rules = { false, mobiles, 1 };
	struct arena a = { 0 };
	unsigned dropped = 0;

	normalize_email(&a, STR("NO@no.com"), emails, 1, &dropped);
	normalize_phone(&a, STR("720 555 0100"), &rules, &dropped);
	cr_expect_eq(
	    dropped, 1u << DROP_EMAIL_PLACEHOLDER | 1u << DROP_MOBILE_PLACEHOLDER, "%#x", dropped);
	dropped = 0;
	expect_text(
	    normalize_mobile(&a, STR("720 555 0100"), &dropped), "+17205550100", "an entry");
	expect_text(
	    normalize_email(&a, STR("<NO@no.com>"), NULL, 0, &dropped), "no@no.com", "an entry");
	cr_expect_eq(dropped, 0u, "%#x", dropped);
	arena_release(&a);
}

Test(normalize, a_birthdate_is_a_date_or_the_date_of_a_time)
{
	static const struct {
		const char *in;
		int y, m, d;
	} cases[] = {
		{ "1990-05-15", 1990, 5, 15 },
		{ "1900-01-01", 1900, 1, 1 },
		{ "2000-02-29", 2000, 2, 29 },
		{ "9999-12-31", 9999, 12, 31 }, /* the future is judged later */
		{ "1990-05-15T00:00:00Z", 1990, 5, 15 },
		{ "1990-05-15T00:00:00.000Z", 1990, 5, 15 },
		{ "1990-05-15T23:59:59.999999999Z", 1990, 5, 15 },
		{ "1990-05-15 00:00", 1990, 5, 15 },
		{ "1990-05-15T00:00:00+10:00", 1990, 5, 15 }, /* the 14th in UTC */
		{ "1990-05-15T23:00:00-0700", 1990, 5, 15 },  /* the 16th in UTC */
		{ "1900-01-01T00:00:00+14:00", 1900, 1, 1 },
		{ "1990-05-15T05:00:00+05", 1990, 5, 15 },
		{ "05/15/1990", 1990, 5, 15 },
		{ "5/5/1990", 1990, 5, 5 },
		{ "12/1/1990", 1990, 12, 1 },
		{ "2/29/2004", 2004, 2, 29 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned dropped = 0;
		int32_t day = normalize_birthdate(str_c(cases[i].in), &dropped);
		int32_t want = day_of(cases[i].y, cases[i].m, cases[i].d);
		cr_expect_eq(day, want, "%s: day %d", cases[i].in, day);
		expect_drop(dropped, DROP_COUNT, cases[i].in);
	}
}

Test(normalize, a_birthdate_that_is_none_is_dropped)
{
	static const struct {
		const char *in;
		enum normalize_drop why;
	} cases[] = {
		{ "", DROP_COUNT },
		{ "1899-12-31", DROP_BIRTHDATE_1900 },
		{ "1899-12-31T23:59:59-12:00", DROP_BIRTHDATE_1900 },
		{ "0001-01-01T00:00:00Z", DROP_BIRTHDATE_1900 },
		{ "0001-01-01", DROP_BIRTHDATE_1900 },
		{ "0001-01-01T00:00:00+01:00", DROP_BIRTHDATE_1900 },
		{ "0000-00-00", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-02-31", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-02-29", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-13-01", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-00-01", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-5-15", DROP_BIRTHDATE_UNREADABLE },
		{ "19900515", DROP_BIRTHDATE_UNREADABLE },
		{ "5/15/90", DROP_BIRTHDATE_UNREADABLE },
		{ "15/5/1990", DROP_BIRTHDATE_UNREADABLE },
		{ "02/29/1990", DROP_BIRTHDATE_UNREADABLE },
		{ "005/15/1990", DROP_BIRTHDATE_UNREADABLE },
		{ "5//1990", DROP_BIRTHDATE_UNREADABLE },
		{ "5/1x/1990", DROP_BIRTHDATE_UNREADABLE },
		{ "5/15/1990Z", DROP_BIRTHDATE_UNREADABLE },
		{ "12/31/1899", DROP_BIRTHDATE_1900 },
		{ "1990/05/15", DROP_BIRTHDATE_UNREADABLE },
		{ "15 May 1990", DROP_BIRTHDATE_UNREADABLE },
		{ "1990", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-05", DROP_BIRTHDATE_UNREADABLE },
		{ "642729600", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-05-15T", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-05-15Z", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-05-15 junk", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-05-15T24:00:00Z", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-05-15T12:60:00Z", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-05-15T12:00:60Z", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-05-15  12:00", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-05-15t12:00:00z", DROP_BIRTHDATE_UNREADABLE },
		{ "1990-05-150", DROP_BIRTHDATE_UNREADABLE },
		{ "-1990-05-15", DROP_BIRTHDATE_UNREADABLE },
		{ "1990" EN_DASH "05-15", DROP_BIRTHDATE_UNREADABLE },
		{ "unknown", DROP_BIRTHDATE_UNREADABLE },
		{ "null null n", DROP_BIRTHDATE_UNREADABLE },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned dropped = 0;
		int32_t day = normalize_birthdate(str_c(cases[i].in), &dropped);
		cr_expect_eq(day, DAY_NONE, "%s: day %d", cases[i].in, day);
		expect_drop(dropped, cases[i].why, cases[i].in);
	}
}

Test(normalize, reasons_add_up)
{
	struct arena a = { 0 };
	unsigned dropped = 0;

	normalize_email(&a, STR("none"), NULL, 0, &dropped);
	normalize_mobile(&a, STR("none"), &dropped);
	normalize_birthdate(STR("none"), &dropped);

	cr_expect_eq(dropped,
	    1u << DROP_EMAIL_INVALID | 1u << DROP_MOBILE_INVALID | 1u << DROP_BIRTHDATE_UNREADABLE,
	    "%#x", dropped);
	arena_release(&a);
}
