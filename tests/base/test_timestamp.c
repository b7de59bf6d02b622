/* Goal: times are read and written to the microsecond, by one calendar. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "base/timestamp.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIRST_DAY (-719162) /* 0001-01-01 */
#define LAST_DAY 2932896    /* 9999-12-31 */
#define FIRST_US (FIRST_DAY * TIMESTAMP_DAY)
#define LAST_US ((LAST_DAY + 1) * TIMESTAMP_DAY - 1)

static void
expect_text(struct buf *b, const char *want)
{
	struct str got = buf_view(b);

	cr_expect(str_eq(got, str_c(want)), "'%.*s', not '%s'", STR_ARG(got), want);
	buf_release(b);
}

/* The calendar told day by day, as everybody learns it. */
static void
tomorrow(int *y, int *m, int *d)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (*y % 4 == 0 && *y % 100 != 0) || *y % 400 == 0;

	if (++*d <= days[*m - 1] + (*m == 2 && leap))
		return;
	*d = 1;
	if (++*m <= 12)
		return;
	*m = 1;
	++*y;
}

Test(when, every_day_of_the_calendar_has_its_number)
{
	int y = 1, m = 1, d = 1;

	for (int32_t day = FIRST_DAY; day <= LAST_DAY; day++) {
		int cy, cm, cd;

		day_civil(day, &cy, &cm, &cd);
		if (cy != y || cm != m || cd != d || day_of(y, m, d) != day)
			cr_assert(false, "day %d is %d-%d-%d", day, y, m, d);
		tomorrow(&y, &m, &d);
	}
	cr_expect_eq(y, 10000, "the calendar ends with 9999");
}

Test(when, day_text_round_trips_for_every_day)
{
	for (int32_t day = FIRST_DAY; day <= LAST_DAY; day++) {
		char bytes[16];
		struct buf b = { bytes, 0, sizeof(bytes) };
		int32_t again = DAY_NONE;
		int64_t us = 0;

		day_format(&b, day);
		if (b.n != 10 || !day_parse(buf_view(&b), &again) || again != day ||
		    !timestamp_parse(buf_view(&b), &us) || us != day * TIMESTAMP_DAY)
			cr_assert(false, "day %d: %.*s", day, (int)b.n, b.p);
	}
}

Test(when, known_times_have_their_value)
{
	static const struct {
		const char *in;
		int64_t us;
	} rows[] = {
		{ "1970-01-01", 0 },
		{ "1970-01-01T00:00", 0 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01 00:00:01", 1000000 },
		{ "1969-12-31T23:59:59.999999Z", -1 },
		{ "1969-12-31T23:59:59.9999999Z", -1 },
		{ "1969-12-31", -TIMESTAMP_DAY },
		{ "2000-02-29T12:00:00Z", INT64_C(951825600000000) },
		{ "2026-05-01T10:05:00Z", INT64_C(1777629900000000) },
		{ "2026-05-01T10:05:00", INT64_C(1777629900000000) },
		{ "2026-05-01 10:05", INT64_C(1777629900000000) },
		{ "2026-05-01 10:05Z", INT64_C(1777629900000000) },
		{ "2026-05-01T04:05:00-06:00", INT64_C(1777629900000000) },
		{ "2026-05-01T04:05:00-0600", INT64_C(1777629900000000) },
		{ "2026-05-01T04:05-06", INT64_C(1777629900000000) },
		{ "2026-05-01T15:35:00.000+05:30", INT64_C(1777629900000000) },
		{ "2026-05-02T10:04:00+23:59", INT64_C(1777629900000000) },
		{ "2026-05-01T10:05:00-00:00", INT64_C(1777629900000000) },
		{ "2026-05-01T10:05:00.1Z", INT64_C(1777629900100000) },
		{ "2026-05-01T10:05:00.123456Z", INT64_C(1777629900123456) },
		{ "2026-05-01T10:05:00.123456789Z", INT64_C(1777629900123456) },
		{ "2026-05-01T10:05:00.0000009Z", INT64_C(1777629900000000) },
		{ "2026-05-01T10:05:00.000001+00", INT64_C(1777629900000001) },
		{ "2024-12-31T23:30:00-01:00", INT64_C(1735691400000000) },
		{ "0001-01-01", FIRST_US },
		{ "0001-01-01T00:00:00Z", FIRST_US },
		{ "0001-01-01T01:00:00+01:00", FIRST_US },
		{ "9999-12-31T23:59:59.999999Z", LAST_US },
		{ "9999-12-31T23:59:59.999999999", LAST_US },
		{ "9999-12-31T22:59:59.999999-01", LAST_US },
		{ "1900-01-01", INT64_C(-2208988800000000) },
		{ "1582-10-10", INT64_C(-12219724800000000) },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t us = 77;

		cr_expect(timestamp_parse(str_c(rows[i].in), &us), "%s", rows[i].in);
		cr_expect_eq(us, rows[i].us, "%s: %lld", rows[i].in, (long long)us);
	}
}

static const char *const not_times[] = { "", "2026", "2026-05", "2026-05-", "2026-05-1",
	"2026-5-01", "26-05-01", "02026-05-01", "20260501", "2026/05/01", "2026-05-01T",
	"2026-05-01 ", " 2026-05-01", "2026-05-01Z", "2026-05-01+01:00", "2026-05-01T10",
	"2026-05-01T10:", "2026-05-01T10Z", "2026-05-01T10:5",
	"2026-05-01T10:05:", "2026-05-01T10:05:0", "2026-05-01T1005", "2026-05-01T10:05:00.",
	"2026-05-01T10:05:00.Z", "2026-05-01T10:05:00,5Z", "2026-05-01T10:05.5Z",
	"2026-05-01T10:05:00.1234567890Z", "2026-05-01T10:05:00z", "2026-05-01t10:05:00Z",
	"2026-05-01  10:05:00Z", "2026-05-01\t10:05:00Z", "2026-05-01T10:05:00 Z",
	"2026-05-01T10:05:00ZZ", "2026-05-01T10:05:00Z ", "2026-05-01T10:05:00+",
	"2026-05-01T10:05:00-", "2026-05-01T10:05:00+1",
	"2026-05-01T10:05:00+01:", "2026-05-01T10:05:00+01:0", "2026-05-01T10:05:00+010",
	"2026-05-01T10:05:00+01:000", "2026-05-01T10:05:00+24:00", "2026-05-01T10:05:00+00:60",
	"2026-05-01T10:05:00Z+01:00", "2026-05-01T10:05:00++1", "2026-05-01T24:00:00Z",
	"2026-05-01T23:60:00Z", "2026-05-01T23:59:60Z", "2026-00-01", "2026-13-01", "2026-01-00",
	"2026-01-32", "2026-04-31", "2026-02-29", "1900-02-29", "2100-02-29", "2024-02-30",
	"0000-01-01", "0000-12-31", "10000-01-01", "-001-01-01", "+2026-05-01", "2026-05-01T-1:05",
	"2026-05-01T+1:05", "2026-0a-01", "yesterday", "0001-01-01T00:00:00+00:01",
	"9999-12-31T23:59:59-00:01", "9999-12-31T23:59:59-23:59" };

Test(when, what_is_no_time_is_refused_and_leaves_the_result)
{
	for (size_t i = 0; i < COUNT(not_times); i++) {
		int64_t us = 77;

		cr_expect(!timestamp_parse(str_c(not_times[i]), &us), "'%s'", not_times[i]);
		cr_expect_eq(us, 77, "'%s'", not_times[i]);
	}
	cr_expect(!timestamp_parse(str_of("2026-05-01\0", 11), &(int64_t){ 0 }), "NUL behind");
	cr_expect(!timestamp_parse(str_of(NULL, 0), &(int64_t){ 0 }), "absent");
}

Test(when, every_cut_of_a_time_but_the_lawful_ones_is_refused)
{
	static const char text[] = "2026-05-01T10:05:00.123+05:30";
	static const size_t lawful[] = { 10, 16, 19, 21, 22, 23, 26, 29 };

	for (size_t n = 0; n < sizeof(text); n++) {
		bool want = false;
		int64_t us;

		for (size_t i = 0; i < COUNT(lawful); i++)
			want = want || lawful[i] == n;
		cr_expect_eq(timestamp_parse(str_of(text, n), &us), want, "'%.*s'", (int)n, text);
	}
}

Test(when, leap_years_follow_the_centuries)
{
	static const struct {
		const char *in;
		bool good;
	} rows[] = {
		{ "2024-02-29", true },
		{ "2023-02-29", false },
		{ "2000-02-29", true },
		{ "1600-02-29", true },
		{ "1900-02-29", false },
		{ "0004-02-29", true },
		{ "0100-02-29", false },
		{ "0400-02-29", true },
		{ "9996-02-29", true },
		{ "9999-02-29", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int32_t day;

		cr_expect_eq(day_parse(str_c(rows[i].in), &day), rows[i].good, "%s", rows[i].in);
	}
}

Test(when, day_parse_takes_a_date_alone)
{
	int32_t day = 5;

	cr_expect(!day_parse(STR("2026-05-01T00:00"), &day), "a time");
	cr_expect(!day_parse(STR("2026-05-01 "), &day), "a space");
	cr_expect(!day_parse(STR("20260501"), &day), "no dashes");
	cr_expect_eq(day, 5, "the result is left");
	cr_expect(day_parse(STR("1970-01-02"), &day), "a date");
	cr_expect_eq(day, 1, "its number");
}

Test(when, the_day_of_a_time_is_right_on_both_sides_of_1970)
{
	static const struct {
		int64_t us;
		int32_t day;
	} rows[] = {
		{ 0, 0 },
		{ 1, 0 },
		{ TIMESTAMP_DAY - 1, 0 },
		{ TIMESTAMP_DAY, 1 },
		{ -1, -1 },
		{ -TIMESTAMP_DAY, -1 },
		{ -TIMESTAMP_DAY - 1, -2 },
		{ FIRST_US, FIRST_DAY },
		{ LAST_US, LAST_DAY },
		{ TIMESTAMP_NONE, -106751992 },
		{ TIMESTAMP_NEVER, 106751991 },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(timestamp_day(rows[i].us), rows[i].day, "row %zu: %d", i,
		    timestamp_day(rows[i].us));
}

Test(when, years_are_whole_and_leaplings_wait_for_march)
{
	static const struct {
		const char *from, *to;
		int years;
	} rows[] = {
		{ "2000-06-15", "2000-06-15", 0 },
		{ "2000-06-15", "2021-06-14", 20 },
		{ "2000-06-15", "2021-06-15", 21 },
		{ "2000-06-15", "2021-05-31", 20 },
		{ "2000-06-15", "2021-07-01", 21 },
		{ "2004-02-29", "2025-02-28", 20 },
		{ "2004-02-29", "2025-03-01", 21 },
		{ "2004-02-29", "2024-02-28", 19 },
		{ "2004-02-29", "2024-02-29", 20 },
		{ "2003-02-28", "2024-02-28", 21 },
		{ "1999-12-31", "2000-01-01", 0 },
		{ "0001-01-01", "9999-12-31", 9998 },
		{ "1960-01-01", "1980-01-01", 20 },
		{ "2020-06-01", "2020-05-31", -1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int32_t from = 0, to = 0;

		cr_assert(day_parse(str_c(rows[i].from), &from));
		cr_assert(day_parse(str_c(rows[i].to), &to));
		cr_expect_eq(day_years(from, to), rows[i].years, "%s to %s: %d", rows[i].from,
		    rows[i].to, day_years(from, to));
	}
}

Test(when, the_formats_of_one_time)
{
	static const struct {
		int64_t us;
		const char *plain, *exact, *id;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "19700101T000000Z" },
		{ INT64_C(1777629900000000), "2026-05-01T10:05:00Z", "2026-05-01T10:05:00Z",
		    "20260501T100500Z" },
		{ INT64_C(1777629900120000), "2026-05-01T10:05:00Z", "2026-05-01T10:05:00.12Z",
		    "20260501T100500Z" },
		{ INT64_C(1777629900000001), "2026-05-01T10:05:00Z", "2026-05-01T10:05:00.000001Z",
		    "20260501T100500Z" },
		{ -1, "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.999999Z", "19691231T235959Z" },
		{ -500000, "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.5Z", "19691231T235959Z" },
		{ FIRST_US, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "00010101T000000Z" },
		{ LAST_US, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999Z",
		    "99991231T235959Z" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };

		timestamp_format(&b, rows[i].us);
		expect_text(&b, rows[i].plain);
		timestamp_format_exact(&b, rows[i].us);
		expect_text(&b, rows[i].exact);
		timestamp_format_id(&b, rows[i].us);
		expect_text(&b, rows[i].id);
	}
}

Test(when, the_ends_of_time_can_be_formatted_too)
{
	struct buf b = { 0 };

	timestamp_format_exact(&b, TIMESTAMP_NEVER);
	expect_text(&b, "294247-01-10T04:00:54.775807Z");
	timestamp_format_exact(&b, TIMESTAMP_NONE);
	expect_text(&b, "-290308-12-21T19:59:05.224192Z");
}

Test(when, text_round_trips_for_times_all_over_the_calendar)
{
	uint64_t state = 88172645463325252;

	for (int round = 0; round < 200000; round++) {
		char bytes[64];
		struct buf b = { bytes, 0, sizeof(bytes) };
		int64_t us, again = 0;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		us = FIRST_US + (int64_t)(state >> 1) % (LAST_US - FIRST_US);
		if (round % 4 == 1)
			us -= us % 1000;
		timestamp_format_exact(&b, us);
		if (!timestamp_parse(buf_view(&b), &again) || again != us)
			cr_assert(false, "%.*s", (int)b.n, b.p);
		buf_reset(&b);
		timestamp_format_id(&b, us);
		if (!timestamp_parse_id(buf_view(&b), &again) || again > us ||
		    us - again >= TIMESTAMP_SECOND)
			cr_assert(false, "%.*s", (int)b.n, b.p);
	}
}

Test(when, an_offset_moves_the_time_by_its_size)
{
	int64_t base = INT64_C(1777629900000000);

	for (int minutes = -23 * 60 - 59; minutes <= 23 * 60 + 59; minutes++) {
		int m = minutes < 0 ? -minutes : minutes;

		for (size_t i = 0; i < 2; i++) {
			struct buf b = { 0 };
			int64_t us = 0;

			buf_z(&b, "2026-05-01T10:05:00");
			buf_z(&b, minutes < 0 ? "-" : "+");
			if (i == 0)
				buf_printf(&b, "%02d:%02d", m / 60, m % 60);
			else
				buf_printf(&b, "%02d%02d", m / 60, m % 60);
			cr_expect(timestamp_parse(buf_view(&b), &us), "%d", minutes);
			cr_expect_eq(
			    us, base - minutes * 60 * TIMESTAMP_SECOND, "%d minutes", minutes);
			buf_release(&b);
		}
	}
}

Test(when, an_id_is_one_form_and_nothing_else)
{
	static const char *const bad[] = { "", "20260501T100500", "20260501T100500Z ",
		" 20260501T100500Z", "20260501t100500Z", "20260501T100500z", "20260501 100500Z",
		"2026-05-01T10:05:00Z", "20260501T1005Z", "20260501T240000Z", "20260501T106000Z",
		"20260501T100060Z", "20260229T100500Z", "20261301T100500Z", "00000101T000000Z",
		"20260501T100500.0Z", "20260501T100500ZZ", "2026050aT100500Z",
		"20260501T100500+00" };
	int64_t us = 77;

	for (size_t i = 0; i < COUNT(bad); i++)
		cr_expect(!timestamp_parse_id(str_c(bad[i]), &us), "'%s'", bad[i]);
	cr_expect_eq(us, 77, "the result is left");
	cr_expect(timestamp_parse_id(STR("20260501T100500Z"), &us), "the form");
	cr_expect_eq(us, INT64_C(1777629900000000), "its time");
}

Test(when, spans_lie_within_the_calendar)
{
	static const struct {
		const char *in;
		int64_t us; /* -1: refused */
	} rows[] = {
		{ "60d", 60 * TIMESTAMP_DAY },
		{ "12h", 12 * TIMESTAMP_HOUR },
		{ "4w", 28 * TIMESTAMP_DAY },
		{ "30m", 1800 * TIMESTAMP_SECOND },
		{ "45s", 45 * TIMESTAMP_SECOND },
		{ "1s", TIMESTAMP_SECOND },
		{ "007d", 7 * TIMESTAMP_DAY },
		{ "3652059d", SPAN_LIMIT },
		{ "3652060d", -1 },
		{ "521722w", 3652054 * TIMESTAMP_DAY },
		{ "521723w", -1 },
		{ "315537897600s", SPAN_LIMIT },
		{ "315537897601s", -1 },
		{ "18446744073709551615w", -1 },
		{ "99999999999999999999d", -1 },
		{ "", -1 },
		{ "d", -1 },
		{ "60", -1 },
		{ "0d", 0 },
		{ "-60d", -1 },
		{ "+60d", -1 },
		{ "60 d", -1 },
		{ "60d ", -1 },
		{ "60D", -1 },
		{ "6.5d", -1 },
		{ "1y", -1 },
		{ "1dd", -1 },
		{ "1h30m", -1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t us = -1;

		cr_expect_eq(
		    span_parse(str_c(rows[i].in), &us), rows[i].us >= 0, "'%s'", rows[i].in);
		cr_expect_eq(us, rows[i].us, "'%s'", rows[i].in);
	}
}

Test(timestamp, an_age)
{
	cr_expect_eq(timestamp_age(5, 5), 0);
	cr_expect_eq(timestamp_age(-5, 7), 12);
	cr_expect_eq(timestamp_age(TIMESTAMP_HOUR + 7, 7), 0, "the clock was set back a little");
	cr_expect_eq(timestamp_age(TIMESTAMP_HOUR + 8, 7), TIMESTAMP_NEVER, "it was ahead");
}
