/* Goal: every kind of field reads what the contract lets it hold, tells absent
 * from unreadable, and nothing else. */
#include "record/field.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/timestamp.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* One JSON value as the member of an object. */
struct value {
	struct arena a;
	struct json j;
	struct buf text;
	uint32_t node;
};

static struct value
value_of(const char *json)
{
	struct value v = { 0 };
	struct json_fault f;

	buf_printf(&v.text, "{\"x\":%s}", json);
	cr_assert(json_read(&v.j, buf_view(&v.text), &f), "%s: %s", json, f.what);
	v.node = json_find(&v.j, 0, STR("x"));
	return v;
}

static void
value_end(struct value *v)
{
	arena_release(&v->a);
	json_release(&v->j);
	buf_release(&v->text);
}

typedef enum field_state text_reader(struct arena *, const struct json *, uint32_t, struct str *);

struct text_case {
	const char *json;
	int state;
	const char *want;
};

static void
check_texts(text_reader *read, const struct text_case *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct value v = value_of(rows[i].json);
		struct str out;
		int state = (int)read(&v.a, &v.j, v.node, &out);

		cr_expect(state == rows[i].state, "%s: %d", rows[i].json, state);
		if (state == FIELD_IS_READ)
			cr_expect(str_eq(out, str_c(rows[i].want)), "%s: '%.*s'", rows[i].json,
			    STR_ARG(out));
		else if (state == FIELD_IS_ABSENT)
			cr_expect(out.n == 0, "%s: not empty", rows[i].json);
		value_end(&v);
	}
}

Test(field, a_text_is_text_or_a_numbers_digits)
{
	static const struct text_case rows[] = {
		{ "\"a\"", 1, "a" },
		{ "\"  a b \\t\"", 1, "a b" },
		{ "\"\\u00a0a\\u3000\"", 1, "a" },
		{ "\"a\\u0000b\\nc\"", 1, "a b c" },
		{ "\"a\\u009fb\"", 1, "a b" },
		{ "\"a\\u200bb\"", 1,
		    "a\xe2\x80\x8b"
		    "b" },
		{ "12", 1, "12" },
		{ "-1.50e+3", 1, "-1.50e+3" },
		{ "80202.0", 1, "80202" },
		{ "9007199254740993.000", 1, "9007199254740993" },
		{ "12.50", 1, "12.50" },
		{ "100", 1, "100" },
		{ "\"80202.0\"", 1, "80202.0" },
		{ "123456789012345678901234567890", 1, "123456789012345678901234567890" },
		{ "\"true\"", 1, "true" },
		{ "null", 0, "" },
		{ "\"\"", 0, "" },
		{ "\" \\t\\n\"", 0, "" },
		{ "\"\\u0000\"", 0, "" },
		{ "\"\\u0001 \\u007f\"", 0, "" },
		{ "true", -1, "" },
		{ "false", -1, "" },
		{ "[]", -1, "" },
		{ "[\"a\"]", -1, "" },
		{ "{}", -1, "" },
		{ "\"\\u200b \\u202ea\\u200db\\ufeff\"", 1,
		    "a\xe2\x80\x8d"
		    "b" },
		{ "\"\\u2069\\u061c\"", 0, "" },
		{ "\"a\\ud83d\"", 1, "a\xef\xbf\xbd" },
	};

	check_texts(field_text, rows, COUNT(rows));
}

Test(field, an_id_is_text_or_an_integer_by_its_form)
{
	static const struct text_case rows[] = {
		{ "\"5f0c\"", 1, "5f0c" },
		{ "\" 7 \"", 1, "7" },
		{ "7", 1, "7" },
		{ "-7", 1, "-7" },
		{ "0", 1, "0" },
		{ "18446744073709551616000", 1, "18446744073709551616000" },
		{ "\"a\\u0001b\"", 1, "a\001b" },
		{ "\"1.5\"", 1, "1.5" },
		{ "null", 0, "" },
		{ "\"\"", 0, "" },
		{ "\"  \"", 0, "" },
		{ "7.0", 1, "7" },
		{ "-0.00", 1, "-0" },
		{ "100", 1, "100" },
		{ "\"7.0\"", 1, "7.0" },
		{ "\"\\u200b7\\u2060\"", 1, "7" },
		{ "7.01", -1, "" },
		{ "7.0e0", -1, "" },
		{ "1e3", -1, "" },
		{ "1E3", -1, "" },
		{ "true", -1, "" },
		{ "{}", -1, "" },
		{ "[1]", -1, "" },
	};

	check_texts(field_id, rows, COUNT(rows));
}

Test(field, an_id_has_at_most_240_bytes)
{
	for (size_t n = ID_MAX - 1; n <= ID_MAX + 1; n++) {
		for (int quoted = 0; quoted < 2; quoted++) {
			struct buf b = { 0 };
			struct value v;
			struct str id;
			enum field_state s;

			buf_z(&b, quoted ? "\" " : "");
			for (size_t i = 0; i < n; i++)
				buf_char(&b, '1');
			buf_z(&b, quoted ? " \"" : "");
			buf_char(&b, '\0');
			v = value_of(b.p);

			s = field_id(&v.a, &v.j, v.node, &id);
			cr_expect(s == (n <= ID_MAX ? FIELD_IS_READ : FIELD_IS_UNREADABLE),
			    "%zu bytes, quoted %d: %d", n, quoted, s);
			if (s == FIELD_IS_READ)
				cr_expect(id.n == n);
			value_end(&v);
			buf_release(&b);
		}
	}
}

Test(field, a_date_is_text_that_is_not_cleaned)
{
	static const struct text_case rows[] = {
		{ "\" 1990-05-15 \"", 1, "1990-05-15" },
		{ "\"1990-05-15\\u0001\"", 1, "1990-05-15\001" },
		{ "\"\\u0001\"", 0, "" },
		{ "null", 0, "" },
		{ "19900515", -1, "" },
		{ "true", -1, "" },
		{ "{}", -1, "" },
	};

	check_texts(field_date, rows, COUNT(rows));
}

Test(field, a_flag_is_a_boolean_or_a_word_or_number_for_it)
{
	static const struct {
		const char *json;
		int state, want;
	} rows[] = {
		{ "true", 1, TRI_TRUE },
		{ "false", 1, TRI_FALSE },
		{ "\"TRUE\"", 1, TRI_TRUE },
		{ "\" False \"", 1, TRI_FALSE },
		{ "null", 0, TRI_ABSENT },
		{ "\"\"", 0, TRI_ABSENT },
		{ "\" \"", 0, TRI_ABSENT },
		{ "\"\\u0001\"", 0, TRI_ABSENT },
		{ "\"Yes\"", 1, TRI_TRUE },
		{ "\"NO\"", 1, TRI_FALSE },
		{ "\"y\"", 1, TRI_TRUE },
		{ "\"N\"", 1, TRI_FALSE },
		{ "\" 1\\u200b\"", 1, TRI_TRUE },
		{ "\"0\"", 1, TRI_FALSE },
		{ "1", 1, TRI_TRUE },
		{ "1.0", 1, TRI_TRUE },
		{ "10e-1", 1, TRI_TRUE },
		{ "0", 1, TRI_FALSE },
		{ "-0", 1, TRI_FALSE },
		{ "0e7", 1, TRI_FALSE },
		{ "\"1.0\"", -1, TRI_ABSENT },
		{ "\"tru\"", -1, TRI_ABSENT },
		{ "\"on\"", -1, TRI_ABSENT },
		{ "2", -1, TRI_ABSENT },
		{ "-1", -1, TRI_ABSENT },
		{ "0.5", -1, TRI_ABSENT },
		{ "[true]", -1, TRI_ABSENT },
		{ "{}", -1, TRI_ABSENT },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct value v = value_of(rows[i].json);
		enum tri t;
		int state = (int)field_bool(&v.a, &v.j, v.node, &t);

		cr_expect(state == rows[i].state && (int)t == rows[i].want, "%s: %d, %d",
		    rows[i].json, state, (int)t);
		value_end(&v);
	}
}

Test(field, a_number_is_a_number_or_numeric_text)
{
	static const struct text_case rows[] = {
		{ "12", 1, "12" },
		{ "12.50", 1, "12.5" },
		{ "-0", 1, "0" },
		{ "1e3", 1, "1000" },
		{ "\" +007.500 \"", 1, "7.5" },
		{ "\"1E-2\"", 1, "0.01" },
		{ "null", 0, "" },
		{ "\"\"", 0, "" },
		{ "\"12x\"", -1, "" },
		{ "\".5\"", -1, "" },
		{ "\"1,000\"", -1, "" },
		{ "\"NaN\"", -1, "" },
		{ "\"0x10\"", -1, "" },
		{ "1e65", -1, "" },
		{ "1e-65", -1, "" },
		{ "1e999999999999999999999", -1, "" },
		{ "true", -1, "" },
		{ "[]", -1, "" },
	};

	check_texts(field_decimal, rows, COUNT(rows));
}

Test(field, money_is_rounded_half_away_from_zero)
{
	static const struct {
		const char *json;
		int state;
		int64_t cents;
	} rows[] = {
		{ "40.255", 1, 4026 },
		{ "-40.255", 1, -4026 },
		{ "40.2549999999999999999999", 1, 4025 },
		{ "0.005", 1, 1 },
		{ "-0.005", 1, -1 },
		{ "0.00499", 1, 0 },
		{ "1.005", 1, 101 },
		{ "4025e-2", 1, 4025 },
		{ "\" 12.3 \"", 1, 1230 },
		{ "999999999999.99", 1, INT64_C(99999999999999) },
		{ "999999999999.994", 1, INT64_C(99999999999999) },
		{ "1000000000000", -1, 0 },
		{ "-1000000000000", -1, 0 },
		{ "1e12", -1, 0 },
		{ "\"$12\"", 1, 1200 },
		{ "\"-$5\"", 1, -500 },
		{ "\"$-5\"", 1, -500 },
		{ "\"$+5\"", 1, 500 },
		{ "\" $1,234.50 \"", 1, 123450 },
		{ "\"-1,234,567.005\"", 1, -123456701 },
		{ "\"1,000e2\"", 1, 10000000 },
		{ "\"1234567.8\"", 1, 123456780 },
		{ "\"-0.004\"", 1, 0 },
		{ "\"+$5\"", -1, 0 },
		{ "\"$ 5\"", -1, 0 },
		{ "\"$$5\"", -1, 0 },
		{ "\"-$-5\"", -1, 0 },
		{ "\"--5\"", -1, 0 },
		{ "\"$\"", -1, 0 },
		{ "\"12,50\"", -1, 0 },
		{ "\"1,23\"", -1, 0 },
		{ "\"1234,567\"", -1, 0 },
		{ "\"1,2345\"", -1, 0 },
		{ "\",123\"", -1, 0 },
		{ "\"1,234,\"", -1, 0 },
		{ "\"1.234,567\"", -1, 0 },
		{ "\"(5.00)\"", -1, 0 },
		{ "\"999,999,999,999.994\"", 1, INT64_C(99999999999999) },
		{ "\"1,000,000,000,000\"", -1, 0 },
		{ "true", -1, 0 },
		{ "{}", -1, 0 },
		{ "null", 0, 0 },
		{ "\"\"", 0, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct value v = value_of(rows[i].json);
		int64_t cents = 0;
		int state = (int)field_money(&v.a, &v.j, v.node, &cents);

		cr_expect(state == rows[i].state, "%s: %d", rows[i].json, state);
		if (state >= 0)
			cr_expect(
			    cents == rows[i].cents, "%s: %lld", rows[i].json, (long long)cents);
		value_end(&v);
	}
}

Test(field, a_time_is_text_in_the_calendar)
{
	static const struct {
		const char *json;
		int state;
		int64_t us;
	} rows[] = {
		{ "\"1970-01-01\"", 1, 0 },
		{ "\" 1970-01-01T00:00:01Z \"", 1, 1000000 },
		{ "\"1970-01-01 01:00:00.123456789+01:00\"", 1, 123456 },
		{ "\"1969-12-31T23:59:59.9999999Z\"", 1, -1 },
		{ "null", 0, TIMESTAMP_NONE },
		{ "\"\"", 0, TIMESTAMP_NONE },
		{ "0", -1, 0 },
		{ "19700101", -1, 0 },
		{ "\"1970-02-29\"", -1, 0 },
		{ "\"0001-01-01T00:00:00+00:01\"", 1, INT64_C(-62135596860000000) },
		{ "\"9999-12-31T23:59:59-00:01\"", 1, INT64_C(253402300859000000) },
		{ "\"\\u0001\"", 0, TIMESTAMP_NONE },
		{ "\"10000-01-01\"", -1, 0 },
		{ "\"1970-01-01T24:00:00\"", -1, 0 },
		{ "\"1970-01-01T00:00:60Z\"", -1, 0 },
		{ "true", -1, 0 },
		{ "[]", -1, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct value v = value_of(rows[i].json);
		int64_t us;
		int state = (int)field_time(&v.a, &v.j, v.node, &us);

		cr_expect(state == rows[i].state, "%s: %d", rows[i].json, state);
		if (state >= 0)
			cr_expect(us == rows[i].us, "%s: %lld", rows[i].json, (long long)us);
		value_end(&v);
	}
}

Test(field, a_missing_field_is_absent)
{
	struct value v = value_of("1");
	struct str s;
	enum tri t;
	int64_t n;

	cr_expect(field_text(&v.a, &v.j, 0, &s) == FIELD_IS_ABSENT);
	cr_expect(field_id(&v.a, &v.j, 0, &s) == FIELD_IS_ABSENT);
	cr_expect(field_bool(&v.a, &v.j, 0, &t) == FIELD_IS_ABSENT);
	cr_expect(field_decimal(&v.a, &v.j, 0, &s) == FIELD_IS_ABSENT);
	cr_expect(field_money(&v.a, &v.j, 0, &n) == FIELD_IS_ABSENT && n == 0);
	cr_expect(field_time(&v.a, &v.j, 0, &n) == FIELD_IS_ABSENT && n == TIMESTAMP_NONE);
	value_end(&v);
}
