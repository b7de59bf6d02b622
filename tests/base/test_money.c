/* Goal: money is read from its digits and rounded half away from zero. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NINES_12 "999999999999"
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

Test(money, rounds_half_away_from_zero)
{
	static const struct {
		const char *in;
		int64_t cents;
	} rows[] = {
		{ "40.255", 4026 },
		{ "-40.255", -4026 },
		{ "40.254", 4025 },
		{ "40.2549999999999999999999999999999999", 4025 },
		{ "40.2550000000000000000000000000000001", 4026 },
		{ "1.005", 101 },
		{ "0.005", 1 },
		{ "-0.005", -1 },
		{ "0.00499999999999999999999999999999999", 0 },
		{ "-0.004", 0 },
		{ "0.0005", 0 },
		{ "0.0009", 0 },
		{ "5e-3", 1 },
		{ "5e-4", 0 },
		{ "49e-4", 0 },
		{ "0", 0 },
		{ "-0", 0 },
		{ "0e999999999999999999999", 0 },
		{ "12", 1200 },
		{ "+12.5", 1250 },
		{ "012.50", 1250 },
		{ "1e2", 10000 },
		{ "1.5E+2", 15000 },
		{ "9.995", 1000 },
		{ "99.995", 10000 },
		{ "-999.995", -100000 },
		{ "0.1", 10 },
		{ "0.01", 1 },
		{ "0.1e-1", 1 },
		{ "12345678901.23", 1234567890123 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t cents = 77;

		cr_expect(money_parse(str_c(rows[i].in), &cents), "%s", rows[i].in);
		cr_expect_eq(cents, rows[i].cents, "%s: %lld", rows[i].in, (long long)cents);
	}
}

Test(money, needs_no_more_digits_than_any_number)
{
	static const struct {
		const char *in;
		bool good;
		int64_t cents;
	} rows[] = {
		{ "5e-63", true, 0 },
		{ "5e-64", false, 7 },
		{ "5e-999999999999999999999", false, 7 },
		{ "-0e-999999999999999999999", true, 0 },
		{ "1." ZEROS_60 "001", true, 100 },
		{ "1." ZEROS_60 "0001", false, 7 },
		{ "1." ZEROS_60 ZEROS_60, true, 100 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t cents = 7;

		cr_expect_eq(
		    money_parse(str_c(rows[i].in), &cents), rows[i].good, "%s", rows[i].in);
		cr_expect_eq(cents, rows[i].cents, "%s: %lld", rows[i].in, (long long)cents);
	}
}

Test(money, limit_is_checked_before_rounding)
{
	static const struct {
		const char *in;
		bool good;
		int64_t cents;
	} rows[] = {
		{ NINES_12, true, MONEY_LIMIT - 100 },
		{ NINES_12 ".99", true, MONEY_LIMIT - 1 },
		{ NINES_12 ".994", true, MONEY_LIMIT - 1 },
		{ NINES_12 ".995", true, MONEY_LIMIT },
		{ "-" NINES_12 ".9999999999999999", true, -MONEY_LIMIT },
		{ "1000000000000", false, 0 },
		{ "-1000000000000", false, 0 },
		{ "1000000000000.00", false, 0 },
		{ "0001000000000000", false, 0 },
		{ "1e12", false, 0 },
		{ "1e11", true, MONEY_LIMIT / 10 },
		{ "1e999999999999999999999", false, 0 },
		{ "0.1e13", false, 0 },
		{ "0.1e12", true, MONEY_LIMIT / 10 },
		{ "1" ZEROS_60 "e-60", true, 100 },
		{ "1" ZEROS_60 "e-48", false, 0 },
		{ "000000000000000000001", true, 100 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t cents = 0;

		cr_expect_eq(
		    money_parse(str_c(rows[i].in), &cents), rows[i].good, "%s", rows[i].in);
		cr_expect_eq(cents, rows[i].cents, "%s: %lld", rows[i].in, (long long)cents);
	}
}

/* Thousandths of a cent, rounded by plain integers. */
static int64_t
rounded(int64_t thousandths)
{
	int64_t m = thousandths < 0 ? -thousandths : thousandths;
	int64_t cents = m / 1000 + (m % 1000 >= 500);

	return thousandths < 0 ? -cents : cents;
}

Test(money, agrees_with_integer_rounding)
{
	uint64_t state = 2463534242;
	struct arena a = { 0 };

	for (int round = 0; round < 100000; round++) {
		int64_t v = (int64_t)(next_random(&state) >> 4) % INT64_C(10000000000000000);
		struct arena_mark m = arena_mark(&a);
		int64_t cents = 0, again = 0;
		struct str s, t;

		if (round % 2 == 0)
			v = v % 1000000;
		if (round % 3 == 0)
			v = -v;
		s = str_printf(&a, "%s%lld.%05lld", v < 0 ? "-" : "",
		    (long long)(v < 0 ? -v : v) / 100000, (long long)(v < 0 ? -v : v) % 100000);
		t = str_printf(&a, "%llde-5", (long long)v);
		cr_assert(money_parse(s, &cents), "%.*s", STR_ARG(s));
		cr_assert(money_parse(t, &again), "%.*s", STR_ARG(t));
		cr_expect_eq(cents, rounded(v), "%.*s", STR_ARG(s));
		cr_expect_eq(again, cents, "%.*s", STR_ARG(t));
		arena_back(&a, m);
	}
	arena_release(&a);
}

static void
expect_round_trip(struct arena *a, int64_t cents)
{
	struct buf b = { 0 };
	struct str plain, again = { 0 };
	int64_t x = 1, y = 1;

	money_format(&b, cents);
	plain = money_decimal(a, cents);
	cr_expect(money_parse(buf_view(&b), &x), "%lld", (long long)cents);
	cr_expect(money_parse(plain, &y), "%lld", (long long)cents);
	cr_expect_eq(x, cents, "%lld", (long long)cents);
	cr_expect_eq(y, cents, "%lld", (long long)cents);
	cr_expect(decimal_plain(a, plain, &again) && str_eq(plain, again), "%.*s is plain",
	    STR_ARG(plain));
	cr_expect(decimal_same(plain, buf_view(&b)), "%lld", (long long)cents);
	buf_release(&b);
}

Test(money, reads_what_it_wrote)
{
	uint64_t state = 362436069;
	struct arena a = { 0 };

	for (int64_t cents = -2100; cents <= 2100; cents++)
		expect_round_trip(&a, cents);
	for (int round = 0; round < 20000; round++) {
		struct arena_mark m = arena_mark(&a);
		int64_t v = (int64_t)(next_random(&state) >> 1) % MONEY_LIMIT;

		expect_round_trip(&a, v);
		expect_round_trip(&a, -v);
		arena_back(&a, m);
	}
	arena_release(&a);
}

Test(money, is_written_for_every_int64)
{
	static const struct {
		int64_t cents;
		const char *text, *plain;
	} rows[] = {
		{ 0, "0.00", "0" },
		{ 1, "0.01", "0.01" },
		{ -1, "-0.01", "-0.01" },
		{ 10, "0.10", "0.1" },
		{ -10, "-0.10", "-0.1" },
		{ 99, "0.99", "0.99" },
		{ 100, "1.00", "1" },
		{ -1230, "-12.30", "-12.3" },
		{ INT64_MAX, "92233720368547758.07", "92233720368547758.07" },
		{ INT64_MIN, "-92233720368547758.08", "-92233720368547758.08" },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };

		money_format(&b, rows[i].cents);
		cr_expect(str_eq(buf_view(&b), str_c(rows[i].text)), "%s", rows[i].text);
		cr_expect(str_eq(money_decimal(&a, rows[i].cents), str_c(rows[i].plain)), "%s",
		    rows[i].plain);
		buf_release(&b);
	}
	arena_release(&a);
}

/* The short way of plain amounts against the long one, which an exponent of nothing asks for. */
static void
expect_both_ways(const char *text)
{
	char longer[32];
	int64_t x = -1, y = -1;
	bool is_money = money_parse(str_c(text), &x);

	snprintf(longer, sizeof(longer), "%se0", text);
	cr_expect(money_parse(str_c(longer), &y) == is_money && x == y, "%s: %lld, %s: %lld", text,
	    (long long)x, longer, (long long)y);
}

Test(money, plain_amounts_are_what_they_are_the_long_way)
{
	static const char signs[] = "0159.-+";
	static const char *const long_ones[] = { "99999999999", "999999999999", "9999999999999",
		"-99999999999.99", "-999999999999.99", "-9999999999999.99", "999999999999.99",
		"999999999999.995", "000000000000012.34", "0000000000000", "-0000000000000.5" };
	char text[7] = "";

	for (size_t n = 0; n < 7 * 7 * 7 * 7 * 7 * 7; n++) {
		size_t rest = n;

		for (size_t i = 0; i < 6; i++, rest /= 7)
			text[i] = signs[rest % 7];
		for (size_t from = 0; from < 6; from++)
			if (from == 0 || n % 7 == 0)
				expect_both_ways(text + from);
	}
	for (size_t i = 0; i < sizeof(long_ones) / sizeof(long_ones[0]); i++)
		expect_both_ways(long_ones[i]);
}
