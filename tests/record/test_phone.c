/* Goal: the number comes out of whatever stands round it; what is none is dropped and says why. */
#include "record/phone.h"
#include "record/typed.h"

#define REP10(x) x x x x x x x x x x

/* ${want} is DROPPED_REASONS for none. */
static void
expect_drop(enum drop_reason got, enum drop_reason want, const char *what)
{
	cr_expect(got == want, "%s: dropped %d, want %d", what, (int)got, (int)want);
}

static void
expect_of(const char *in, bool is_abroad, const char *want, enum drop_reason why)
{
	static const struct str placeholders[] = { { "+13035550100", 12 },
		{ "+447911123456", 13 } };
	const struct phone_rules rules = { is_abroad, placeholders, COUNT(placeholders) };
	struct arena a = { 0 };
	enum drop_reason dropped;
	struct str got = phone_read(&a, str_c(in), &rules, &dropped);

	expect_text(got, want, in);
	expect_drop(dropped, why, in);
	arena_release(&a);
}

static void
expect_mobile(const char *in, const char *want)
{
	bool is_dropped = want[0] == '\0' && in != NULL && in[0] != '\0';

	expect_of(in, false, want, is_dropped ? DROPPED_UNREADABLE : DROPPED_REASONS);
}

Test(phone, a_phone_becomes_e164)
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
		{ "+23456789", "+23456789" },
		{ "+442079460958", "+442079460958" },
		{ "+44 (0) 20 7946 0958", "+442079460958" },
		{ "+234567890123456", "+234567890123456" },
		{ "+20000000", "+20000000" },
	};

	for (size_t i = 0; i < COUNT(kept); i++)
		expect_mobile(kept[i][0], kept[i][1]);
}

Test(phone, what_is_no_phone_is_dropped)
{
	static const char *const refused[] = { "1234567890", "0205550100", "1205550100",
		"7200550100", "7201550100", "10205550100", "11205550100", "17200550100",
		"17201550100", "+10205550100", "+17201550100", "555-0100", "720555010",
		"72055501000", "27205550100", "172055501000", "442079460958", "+2345678",
		"+12345678", "+1", "+1720555010", "+172055501000", "+", "+2345678901234567",
		"+0123456789", "+ 0 23456789", "++17205550100", "+1+7205550100", "7205550100+",
		"(+1) 720 555 0100", "-", "()", "( ) - . /", " ", "0", "*7205550100",
		"720-KIND-BUD-1", "720_555_0100", "720\\5550100", "call me", "n/a", "ext 5", "#",
		"call 7205550100", "x7205550100", "720" ZWSP "5550100", "＋17205550100",
		"٧٢٠5550100", "7205550100\n7205550101", "720 555 0100 / 720 555 0101",
		"7205550100 (c4)", "7205550100 (cell]", "7205550100 ext=5", "0049305550112",
		REP10("7205550") };

	for (size_t i = 0; i < COUNT(refused); i++)
		expect_mobile(refused[i], "");
}

Test(phone, what_stands_round_it_is_cut)
{
	static const char *const kept[] = { "tel:7205550100", "TEL: +1 720 555 0100",
		"'+17205550100", "''tel:'7205550100", "720-555-0100 x12", "720-555-0100 ext. 5",
		"7205550100#5", "7205550100 # 5", "7205550100;ext=5",
		"7205550100 EXTENSION" NBSP "9", "7205550100ext5", "7205550100 ext 9 x2",
		"720-555-0100,", "720-555-0100;. ,", "7205550100 cell", "7205550100 cell phone",
		"7205550100 (cell)", "7205550100 [ho me].", "7205550100{c}(d)",
		"7205550100 (c" NBSP "d) work x5 (e)", "720-555-0100 x",
		"\xe2\x80\xaa"
		"720-555-0100\xe2\x80\xac",
		"7205550100 next 5" };

	for (size_t i = 0; i < COUNT(kept); i++)
		expect_mobile(kept[i], "+17205550100");
}

Test(phone, dashes_and_spaces_of_any_kind_part_digits)
{
	static const char *const kept[] = { "720" EN_DASH "555" EN_DASH "0100", "720−5550100",
		"720" NBSP "555" NBSP "0100", "720" EM_SPACE "555" WIDE_SPACE "0100",
		"720\xe2\x80\x90"
		"555\xe2\x80\x95"
		"0100",
		"720\xef\xb9\x98"
		"555\xef\xb9\xa3"
		"0100",
		"720\xef\xbc\x8d"
		"5550100" };

	for (size_t i = 0; i < COUNT(kept); i++)
		expect_mobile(kept[i], "+17205550100");
}

Test(phone, a_zero_behind_a_country_code_goes)
{
	static const char *const cases[][2] = {
		{ "+49 (0)30 5550112", "+49305550112" },
		{ "+44(0)2079460958", "+442079460958" },
		{ "+353-(0)1 5550112", "+35315550112" },
		{ "+49(0)(0)305550", "+490305550" }, /* once */
		{ "+4930(0)5550112", "+493005550112" },
		{ "+1 (0) 720 555 0100", "" },
		{ "(0)7205550100", "" },
		{ "+(0)4930555011", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		expect_mobile(cases[i][0], cases[i][1]);
}

Test(phone, placeholders_are_told_apart)
{
	static const char *const refused[] = { "0000000000", "2222222222", "+1 555 555 5555",
		"1-999-999-9999", "303.555.0100", "+1 303 555 0100 x5", "+2222222222",
		"+(555) 555-5555" };

	for (size_t i = 0; i < COUNT(refused); i++)
		expect_of(refused[i], false, "", DROPPED_PLACEHOLDER);
	expect_of("+44 7911 123456", true, "", DROPPED_PLACEHOLDER);
	expect_of("+22222222222", false, "+22222222222", DROPPED_REASONS);
}

Test(phone, ten_digits_abroad_are_no_number)
{
	expect_of("7205550100", true, "", DROPPED_UNREADABLE);
	expect_of("17205550100", true, "", DROPPED_UNREADABLE);
	expect_of("+17205550100", true, "+17205550100", DROPPED_REASONS);
	expect_of("+49305550112", true, "+49305550112", DROPPED_REASONS);
	expect_of("0000000000", true, "", DROPPED_PLACEHOLDER);
}
