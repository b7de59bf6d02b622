/* Goal: standard fields come out as section 4 of the contract says, for every
 * odd thing a shop types into them; what is dropped says why, and nothing else
 * is dropped. */
#include "record/normalize.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/timestamp.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NBSP "\xc2\xa0"
#define NEL "\xc2\x85"
#define ZWSP "\xe2\x80\x8b"
#define EM_SPACE "\xe2\x80\x83"
#define WIDE_SPACE "\xe3\x80\x80"
#define EN_DASH "\xe2\x80\x93"
#define REP10(x) x x x x x x x x x x

static void
expect_text(struct str got, const char *want, const char *what)
{
	cr_expect(str_eq(got, str_c(want)), "%s: got '%.*s', want '%s'", what, STR_ARG(got), want);
}

/* ${want} is a drop, or DROP_COUNT for none. */
static void
expect_drop(unsigned got, enum normalize_drop want, const char *what)
{
	unsigned bits = want == DROP_COUNT ? 0 : 1u << want;

	cr_expect_eq(got, bits, "%s: dropped %#x, want %#x", what, got, bits);
}

Test(normalize, every_reason_has_its_name)
{
	static const char *const names[] = { "email-invalid", "email-placeholder", "mobile-invalid",
		"birthdate-unreadable", "birthdate-before-1900", "birthdate-in-future",
		"postal-code-unknown" };

	cr_assert_eq(COUNT(names), (size_t)DROP_COUNT);
	for (unsigned i = 0; i < DROP_COUNT; i++)
		cr_expect_str_eq(normalize_drop_name((enum normalize_drop)i), names[i]);
}

Test(normalize, one_full_name_is_split)
{
	static const struct {
		const char *name, *first, *last;
	} cases[] = {
		{ "", "", "" },
		{ "Jane Doe", "Jane", "Doe" },
		{ "One", "One", "" },
		{ "Ana Maria de la Cruz", "Ana", "Maria de la Cruz" },
		{ "A  B   C", "A", "B C" },
		{ "Doe, Jane", "Jane", "Doe" },
		{ "Doe,Jane", "Jane", "Doe" },
		{ "Doe ,  Jane   Ann", "Jane Ann", "Doe" },
		{ "García Márquez, José", "José", "García Márquez" },
		{ ", Jane", "Jane", "" },
		{ ",Jane", "Jane", "" },
		{ "Doe,", "", "Doe" },
		{ "Doe ,", "", "Doe" },
		{ ",", "", "" },
		{ ", ,", ",", "" },
		{ "Doe, Jane, Jr.", "Jane, Jr.", "Doe" },
		{ "Jane" NBSP "Doe", "Jane", "Doe" },
		{ "J " EM_SPACE NBSP " van" WIDE_SPACE "Doe", "J", "van Doe" },
		{ "Doe," NBSP "Jane", "Jane", "Doe" },
		{ "Jane" NEL "Doe", "Jane", "Doe" },
		{ " Jane Doe ", "Jane", "Doe" }, /* not cleaned before */
		{ "Jane" ZWSP "Doe", "Jane" ZWSP "Doe", "" },
		{ "Jane" EN_DASH "Doe", "Jane" EN_DASH "Doe", "" },
		{ "Doe，Jane", "Doe，Jane", "" },
		{ "jANE dOE", "jANE", "dOE" },
		{ "🌿 🌵", "🌿", "🌵" },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str first, last, none = { 0 };
		normalize_name(&a, none, none, str_c(cases[i].name), &first, &last);
		expect_text(first, cases[i].first, cases[i].name);
		expect_text(last, cases[i].last, cases[i].name);
	}
	arena_release(&a);
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

static void
expect_email(const char *in, const char *want, enum normalize_drop why)
{
	const struct str placeholders[] = { STR("none@none.com"), STR("Test@Test.com"),
		STR("not an address") };
	struct arena a = { 0 };
	unsigned dropped = 0;
	struct str got =
	    normalize_email(&a, str_c(in), placeholders, COUNT(placeholders), &dropped);

	expect_text(got, want, in);
	expect_drop(dropped, why, in);
	arena_release(&a);
}

Test(normalize, an_address_is_kept_in_lower_case)
{
	static const char *const kept[][2] = {
		{ NULL, "" }, /* absent is not dropped */
		{ "", "" },
		{ "jane@example.com", "jane@example.com" },
		{ "Jane.DOE@Example.COM", "jane.doe@example.com" },
		{ "a@b.c", "a@b.c" },
		{ "1@2.3", "1@2.3" },
		{ "!#$%&'*+/=?^_`{|}~-@x.io", "!#$%&'*+/=?^_`{|}~-@x.io" },
		{ "-a-@b.co", "-a-@b.co" },
		{ "a.b.c@d-e.f--g.co", "a.b.c@d-e.f--g.co" },
		{ "jane+tag@mail.example.co.uk", "jane+tag@mail.example.co.uk" },
		{ "xNone@none.com", "xnone@none.com" },
		{ "none@none.com.au", "none@none.com.au" },
		{ "a@xn--nxasmq6b.com", "a@xn--nxasmq6b.com" },
	};

	for (size_t i = 0; i < COUNT(kept); i++)
		expect_email(kept[i][0], kept[i][1], DROP_COUNT);
}

Test(normalize, what_is_no_address_is_dropped)
{
	static const char *const refused[] = { "none", "n/a", "@", "a@", "@b.co", "a@b", "a@b.",
		"a@.b", "a@b..c", "a@b.c.", ".a@b.co", "a.@b.co", "a..b@b.co", ".@b.co", "a@b@c.co",
		"a b@c.co", "a@b c.co", "a@b.co ", " a@b.co", "\"a b\"@c.co", "\"a\"@c.co",
		"a\\@b.co", "a(x)@b.co", "<a@b.co>", "a@b.co,c@d.co", "a@b.co;c@d.co", "a:b@c.co",
		"a@[127.0.0.1]", "a@-b.co", "a@b-.co", "a@b.-co", "a@b.co-", "a@b_c.co", "a@b!.co",
		"mailto:a@b.co", "josé@b.co", "a@bü.co", "a@b。co", "a" NBSP "@b.co", "Ａ@b.co",
		"a" ZWSP "@b.co" };

	for (size_t i = 0; i < COUNT(refused); i++)
		expect_email(refused[i], "", DROP_EMAIL_INVALID);
}

Test(normalize, a_placeholder_is_dropped_in_any_case)
{
	expect_email("none@none.com", "", DROP_EMAIL_PLACEHOLDER);
	expect_email("NONE@None.Com", "", DROP_EMAIL_PLACEHOLDER);
	expect_email("test@test.com", "", DROP_EMAIL_PLACEHOLDER);
	expect_email("TEST@TEST.COM", "", DROP_EMAIL_PLACEHOLDER);
	expect_email("not an address", "", DROP_EMAIL_INVALID);
}

/* An address with a local part and a first label of given lengths, and short
 * labels up to a total (0: just one). */
static void
expect_lengths(size_t local, size_t label, size_t total, bool is_kept)
{
	char text[512], lower[512];
	size_t n = 0;

	for (size_t i = 0; i < local; i++)
		text[n++] = 'L';
	text[n++] = '@';
	for (size_t i = 0; i < label; i++)
		text[n++] = 'd';
	do {
		text[n++] = '.';
		text[n++] = 'x';
		if (n + 1 == total)
			text[n++] = 'x';
	} while (n < total);
	text[n] = '\0';
	cr_assert(total == 0 || n == total);
	for (size_t i = 0; i <= n; i++)
		lower[i] = ascii_lower(text[i]);
	expect_email(text, is_kept ? lower : "", is_kept ? DROP_COUNT : DROP_EMAIL_INVALID);
}

Test(normalize, lengths_of_an_address_are_limited)
{
	expect_lengths(64, 5, 0, true);
	expect_lengths(65, 5, 0, false);
	expect_lengths(1, 63, 0, true);
	expect_lengths(1, 64, 0, false);
	expect_lengths(64, 63, 254, true);
	expect_lengths(64, 63, 255, false);
	expect_lengths(1, 1, 254, true);
	expect_lengths(1, 1, 255, false);
}

static void
expect_mobile(const char *in, const char *want)
{
	struct arena a = { 0 };
	unsigned dropped = 0;
	struct str got = normalize_mobile(&a, str_c(in), &dropped);
	bool is_dropped = want[0] == '\0' && in != NULL && in[0] != '\0';

	expect_text(got, want, in);
	expect_drop(dropped, is_dropped ? DROP_MOBILE_INVALID : DROP_COUNT, in);
	arena_release(&a);
}

Test(normalize, a_phone_becomes_e164)
{
	static const char *const kept[][2] = {
		{ NULL, "" }, /* absent is not dropped */
		{ "", "" },
		{ "7205550100", "+17205550100" },
		{ "17205550100", "+17205550100" },
		{ "+17205550100", "+17205550100" },
		{ "(720) 555-0100", "+17205550100" },
		{ "720.555.0100", "+17205550100" },
		{ "720/555/0100", "+17205550100" },
		{ "1-720-555-0100", "+17205550100" },
		{ "1 (720) 555 0100", "+17205550100" },
		{ "+1 (720) 555-0100", "+17205550100" },
		{ "+ 1 720 555 0100", "+17205550100" },
		{ ")))720(555-01/00...", "+17205550100" },
		{ " 7205550100 ", "+17205550100" },
		{ "--2002000000--", "+12002000000" },
		{ "9999999999", "+19999999999" },
		{ "2222222222", "+12222222222" },
		{ "+23456789", "+23456789" },
		{ "+442079460958", "+442079460958" },
		{ "+44 (0) 20 7946 0958", "+4402079460958" },
		{ "+234567890123456", "+234567890123456" },
		{ "+20000000", "+20000000" },
	};

	for (size_t i = 0; i < COUNT(kept); i++)
		expect_mobile(kept[i][0], kept[i][1]);
}

Test(normalize, what_is_no_phone_is_dropped)
{
	static const char *const refused[] = { "0000000000", "1234567890", "0205550100",
		"1205550100", "7200550100", "7201550100", "10205550100", "11205550100",
		"17200550100", "17201550100", "+10205550100", "+17201550100", "555-0100",
		"720555010", "72055501000", "27205550100", "172055501000", "442079460958",
		"+2345678", "+12345678", "+1", "+1720555010", "+172055501000", "+",
		"+2345678901234567", "+0123456789", "+ 0 23456789", "++17205550100",
		"+1+7205550100", "7205550100+", "(+1) 720 555 0100", " +17205550100", "-", "()",
		"( ) - . /", " ", "0", "720-555-0100 x12", "720-555-0100 ext. 5", "7205550100#5",
		"7205550100,5", "720-555-0100;", "*7205550100", "720-KIND-BUD", "720_555_0100",
		"720\\5550100", "call me", "n/a", "720" EN_DASH "555" EN_DASH "0100", "720−5550100",
		"720" NBSP "555" NBSP "0100", "＋17205550100", "٧٢٠5550100",
		"7205550100\n7205550101", "720 555 0100 / 720 555 0101", REP10("7205550") };

	for (size_t i = 0; i < COUNT(refused); i++)
		expect_mobile(refused[i], "");
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

	expect_pairs(normalize_postal, cases, COUNT(cases));
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
