/* Goal: numbers are read and compared by their digits alone. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ZEROS_10 "0000000000"
#define ZEROS_60 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10 ZEROS_10

/* A small generator of its own, so that a failure can be repeated. */
static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static const char *const not_numbers[] = { "", "-", "+", ".", "e", "1.", ".5", "-.5", "1.e5", "1e",
	"1e+", "1e-", "e5", "--1", "+-1", "1 ", " 1", "1,5", "1.2.3", "1e5e5", "1e5.0", "0x10",
	"1_000", "NaN", "inf", "Infinity", "12a", "a12", "1\t", "\xef\xbc\x91", "$1", "1-", "1+1" };

Test(num, what_is_no_number_is_refused_by_all)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(not_numbers); i++) {
		struct str s = str_c(not_numbers[i]), out;
		int64_t cents;

		cr_expect(!decimal_is_number(s), "'%s'", not_numbers[i]);
		cr_expect(!decimal_plain(&a, s, &out), "'%s'", not_numbers[i]);
		cr_expect(!money_parse(s, &cents), "'%s'", not_numbers[i]);
		cr_expect(!decimal_same(s, s), "'%s'", not_numbers[i]);
	}
	cr_expect(!decimal_is_number(str_of("1\0", 2)), "NUL behind");
	cr_expect(!decimal_is_number(str_of(NULL, 0)), "absent");
	arena_release(&a);
}

static const struct {
	const char *in, *out;
} plains[] = {
	{ "0", "0" },
	{ "-0", "0" },
	{ "+0.000", "0" },
	{ "0e999999999999999999999", "0" },
	{ "-0.0e-5", "0" },
	{ "12", "12" },
	{ "+12", "12" },
	{ "-12", "-12" },
	{ "007", "7" },
	{ "12.50", "12.5" },
	{ "12.00", "12" },
	{ "1200", "1200" },
	{ "0.5", "0.5" },
	{ "00.050", "0.05" },
	{ "-0.5", "-0.5" },
	{ "1e3", "1000" },
	{ "1E3", "1000" },
	{ "1e+3", "1000" },
	{ "1e-3", "0.001" },
	{ "1.5e1", "15" },
	{ "1.5e0", "1.5" },
	{ "15e-1", "1.5" },
	{ "15e-2", "0.15" },
	{ "15e-3", "0.015" },
	{ "1.25e1", "12.5" },
	{ "100e-2", "1" },
	{ "100.00e-1", "10" },
	{ "1e00000000000000000000000000000002", "100" },
	{ "1e-00000000000000000000000000000002", "0.01" },
	{ "9007199254740993", "9007199254740993" },
	{ "123456789012345678901234567890", "123456789012345678901234567890" },
	{ "0.1e1", "1" },
	{ "0.00001e5", "1" },
	{ "10203.0405060", "10203.040506" },
	{ "1" ZEROS_60 "e-60", "1" },
	{ "0." ZEROS_60 "1e61", "1" },
	{ ZEROS_60 ZEROS_60 "1." ZEROS_60 ZEROS_60, "1" },
};

Test(num, plain_is_the_one_form_of_a_value)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(plains); i++) {
		struct str out = { 0 };

		cr_expect(decimal_is_number(str_c(plains[i].in)), "'%s'", plains[i].in);
		cr_expect(decimal_plain(&a, str_c(plains[i].in), &out), "'%s'", plains[i].in);
		cr_expect(
		    str_eq(out, str_c(plains[i].out)), "'%s': '%.*s'", plains[i].in, STR_ARG(out));
	}
	arena_release(&a);
}

Test(num, plain_of_plain_is_itself)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(plains); i++) {
		struct str out = { 0 };

		cr_expect(decimal_plain(&a, str_c(plains[i].out), &out));
		cr_expect(str_eq(out, str_c(plains[i].out)), "'%s'", plains[i].out);
	}
	arena_release(&a);
}

Test(num, plain_takes_64_digits_and_no_more)
{
	static const struct {
		const char *in;
		bool good;
	} rows[] = {
		{ "1" ZEROS_60 "000", true },
		{ "1" ZEROS_60 "0000", false },
		{ "-1e63", true },
		{ "-1e64", false },
		{ "1e999999999999999999999999", false },
		{ "1e-63", true },
		{ "-1e-63", true },
		{ "1e-64", false },
		{ "1e-999999999999999999999999", false },
		{ "1" ZEROS_60 "00.1", true },
		{ "-1" ZEROS_60 "00.1", true },
		{ "1" ZEROS_60 "00.11", false },
		{ "0.1" ZEROS_60 "01", true },
		{ "0.1" ZEROS_60 "001", false },
		{ "12e62", true },
		{ "12e63", false },
		{ "12e-63", true },
		{ "12e-64", false },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str out = STR("");
		size_t digits = 0;

		cr_expect_eq(
		    decimal_plain(&a, str_c(rows[i].in), &out), rows[i].good, "'%s'", rows[i].in);
		for (size_t k = 0; k < out.n; k++)
			digits += ascii_digit(out.p[k]);
		cr_expect_eq(digits, rows[i].good ? DECIMAL_DIGITS : 0, "'%s': %zu digits",
		    rows[i].in, digits);
	}
	arena_release(&a);
}

Test(num, every_spelling_of_a_value_has_one_plain_form)
{
	struct arena a = { 0 };
	uint64_t state = 88172645463325252;

	for (int round = 0; round < 20000; round++) {
		int64_t v = (int64_t)(next_random(&state) >> 20) % 1000000000;
		int shift = (int)(next_random(&state) % 12);
		int zeros = (int)(next_random(&state) % 5);
		struct arena_mark m = arena_mark(&a);
		struct str x, y, px = { 0 }, py = { 0 };

		x = str_printf(&a, "%lld%0*de-%d", (long long)v, shift + 1, 0, shift + 1 + zeros);
		y = str_printf(&a, "+00%lldE-000%d", (long long)v, zeros);
		cr_expect(decimal_plain(&a, x, &px), "%.*s", STR_ARG(x));
		cr_expect(decimal_plain(&a, y, &py), "%.*s", STR_ARG(y));
		cr_expect(str_eq(px, py), "%.*s and %.*s: %.*s and %.*s", STR_ARG(x), STR_ARG(y),
		    STR_ARG(px), STR_ARG(py));
		cr_expect_eq(decimal_cmp(px, py), 0);
		cr_expect(decimal_same(x, y) && decimal_same(px, x));
		arena_back(&a, m);
	}
	arena_release(&a);
}

Test(num, cmp_is_the_order_of_values)
{
	static const char *const rising[] = {
		"-100000000000000000000000000000000000000000000000000000000000"
		"00000000000000000",
		"-10000000000000000000000",
		"-100.5",
		"-100",
		"-99.99",
		"-10",
		"-9",
		"-1.01",
		"-1",
		"-0.5",
		"-0.05",
		"0",
		"0.001",
		"0.0011",
		"0.01",
		"0.1",
		"0.11",
		"0.9",
		"1",
		"1.0000000000000000000001",
		"1.1",
		"2",
		"9.99",
		"10",
		"99",
		"99.5",
		"100",
		"100.01",
		"9007199254740992",
		"9007199254740993",
		"10000000000000000000000",
		"100000000000000000000000000000000000000000000000000000000000"
		"00000000000000000",
	};

	for (size_t i = 0; i < COUNT(rising); i++) {
		for (size_t j = 0; j < COUNT(rising); j++) {
			int got = decimal_cmp(str_c(rising[i]), str_c(rising[j]));

			cr_expect_eq((got > 0) - (got < 0), (i > j) - (i < j), "'%s' and '%s'",
			    rising[i], rising[j]);
		}
	}
}

Test(num, same_compares_exponents_of_any_size)
{
	static const struct {
		const char *x, *y;
		bool want;
	} rows[] = {
		{ "1", "1.0", true },
		{ "1", "10e-1", true },
		{ "1", "1.1", false },
		{ "1", "-1", false },
		{ "0", "-0.0e77", true },
		{ "0", "1e-999999999999999999999999", false },
		{ "100", "1e2", true },
		{ "123", "12.3e1", true },
		{ "123", "1230", false },
		{ "12", "102", false },
		{ "1e999999", "10e999998", true },
		{ "1e999999", "1e999998", false },
		{ "1e100000000000000000000", "1e100000000000000000000", true },
		{ "1e100000000000000000000", "1e100000000000000000001", false },
		{ "1e100000000000000000000", "10e99999999999999999999", true },
		{ "10e100000000000000000000", "1e100000000000000000001", true },
		{ "1e-100000000000000000000", "0.1e-99999999999999999999", true },
		{ "1e-100000000000000000000", "10e-100000000000000000001", true },
		{ "1e100000000000000000000", "1e-100000000000000000000", false },
		{ "1e18446744073709551616", "1e0", false },
		{ "1e9223372036854775808", "1e-9223372036854775808", false },
		{ "1e000000000000000000000000000005", "100000", true },
		{ "0.001e1", "1e-2", true },
		{ "1e5", "1e-5", false },
		{ "10e-1", "0.1e1", true },
		{ "9007199254740993", "9007199254740992", false },
		{ "9007199254740993.0", "9007199254740993", true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect_eq(decimal_same(str_c(rows[i].x), str_c(rows[i].y)), rows[i].want,
		    "%s and %s", rows[i].x, rows[i].y);
		cr_expect_eq(decimal_same(str_c(rows[i].y), str_c(rows[i].x)), rows[i].want,
		    "%s and %s", rows[i].y, rows[i].x);
	}
}

Test(num, same_agrees_with_shifted_points)
{
	struct arena a = { 0 };

	/* 12 0s 3 times ten to the power of 10^20 + k, the point anywhere. */
	for (int at = 0; at <= 60; at++) {
		struct arena_mark m = arena_mark(&a);
		struct str x = str_printf(
		    &a, "3%0*d.0e%s%02d", 60 - at + 1, 0, "100000000000000000000000000000", at);
		struct str y = STR("3e100000000000000000000000000000"
		                   "61");
		struct str z = STR("3e100000000000000000000000000000"
		                   "62");

		cr_expect(decimal_same(x, y), "%.*s", STR_ARG(x));
		cr_expect(!decimal_same(x, z), "%.*s", STR_ARG(x));
		arena_back(&a, m);
	}
	arena_release(&a);
}

Test(num, u64_takes_digits_up_to_its_end)
{
	static const struct {
		const char *in;
		bool good;
		uint64_t value;
	} rows[] = {
		{ "0", true, 0 },
		{ "007", true, 7 },
		{ "18446744073709551615", true, UINT64_MAX },
		{ "00000000000000000000000018446744073709551615", true, UINT64_MAX },
		{ "18446744073709551616", false, 5 },
		{ "18446744073709551620", false, 5 },
		{ "99999999999999999999", false, 5 },
		{ "184467440737095516150", false, 5 },
		{ "", false, 5 },
		{ "+1", false, 5 },
		{ "-1", false, 5 },
		{ " 1", false, 5 },
		{ "1 ", false, 5 },
		{ "1.0", false, 5 },
		{ "0x1", false, 5 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t v = 5;

		cr_expect_eq(num_u64(str_c(rows[i].in), &v), rows[i].good, "'%s'", rows[i].in);
		cr_expect_eq(v, rows[i].value, "'%s'", rows[i].in);
	}
}

Test(num, digits_alone_are_plain_as_the_long_way_says)
{
	struct arena a = { 0 };
	char text[DECIMAL_DIGITS + 8];

	for (size_t n = 1; n <= DECIMAL_DIGITS + 2; n++)
		for (size_t kind = 0; kind < 4; kind++) {
			struct str x = { 0 }, y = { 0 };
			bool is_plain;

			memset(text, kind == 3 ? '0' : '9', n);
			text[0] = kind == 0 ? '0' : kind == 1 ? '1' : text[0];
			text[n - 1] = kind == 1 ? '0' : text[n - 1];
			is_plain = decimal_plain(&a, str_of(text, n), &x);
			memcpy(text + n, "e0", 2);
			cr_expect(decimal_plain(&a, str_of(text, n + 2), &y) == is_plain);
			cr_expect(str_eq(x, y), "%.*s: %.*s", (int)n, text, STR_ARG(x));
		}
	arena_release(&a);
}
