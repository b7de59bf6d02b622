/* Goal: the id that is found is never another than reading the record would give; what lies deeper
 * or in strings does not count, and the common ids are found. */
#include "record/id.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "strict_id.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10

/* In a copy of exactly its size, so that a step beyond is seen. */
static bool
peek(const char *record, bool is_order, char *out, size_t cap)
{
	size_t n = strlen(record);
	char *p = malloc(n > 0 ? n : 1);
	struct str id = STR("untouched");
	bool found;

	cr_assert(p != NULL);
	memcpy(p, record, n);
	found = id_peek(str_of(p, n), is_order, &id);
	if (found) {
		cr_assert(id.p >= p && id.p + id.n <= p + n && id.n < cap);
		memcpy(out, id.p, id.n);
		out[id.n] = '\0';
	}
	free(p);
	return found;
}

static void
expect_id(const char *record, bool is_order, const char *want)
{
	char got[256] = "";
	bool found = peek(record, is_order, got, sizeof(got));

	cr_expect_eq(found, want != NULL, "%s: %s", record, found ? got : "nothing");
	if (found && want != NULL)
		cr_expect_str_eq(got, want, "%s", record);
}

Test(id, the_id_is_found_by_its_chain)
{
	static const struct {
		const char *record, *order, *customer;
	} cases[] = {
		{ "{\"id\":\"a\"}", "a", "a" },
		{ " { \"id\" : \"a b\" , \"x\" : 1 } ", "a b", "a b" },
		{ "{\"id\":12345678901234567890123}", "12345678901234567890123",
		    "12345678901234567890123" },
		{ "{\"id\":-7,\"a\":1}", "-7", "-7" },
		{ "{\"id\": 7 }", "7", "7" },
		{ "{\"x\":1,\"id\":\"a\"}", "a", "a" },
		{ "{\"_id\":\"b\"}", "b", "b" },
		{ "{\"orderId\":\"c\"}", "c", NULL },
		{ "{\"_id\":\"b\",\"id\":\"a\"}", "a", "a" },
		{ "{\"orderId\":\"c\",\"_id\":\"b\"}", "b", "b" },
		{ "{\"orderId\":\"c\",\"_id\":\"b\",\"id\":\"a\"}", "a", "a" },
		{ "{\"id\":null,\"_id\":\"b\"}", "b", "b" },
		{ "{\"id\":\"\",\"orderId\":\"c\"}", "c", NULL },
		{ "{\"_id\":\"\",\"id\":null,\"orderId\":3}", "3", NULL },
		{ "{\"id\":\"caf\xc3\xa9\"}", "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "{\"id\":\"" A60 A60 A60 A60 "\"}", A60 A60 A60 A60, A60 A60 A60 A60 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		expect_id(cases[i].record, true, cases[i].order);
		expect_id(cases[i].record, false, cases[i].customer);
	}
}

Test(id, only_the_records_own_members_count)
{
	static const struct {
		const char *record, *want;
	} cases[] = {
		{ "{\"items\":[{\"id\":\"x\"}],\"id\":\"a\"}", "a" },
		{ "{\"totals\":{\"id\":\"x\"},\"_id\":\"b\"}", "b" },
		{ "{\"items\":[{\"id\":\"x\"}]}", NULL },
		{ "{\"n\":\"\\\"id\\\":\\\"x\\\"\",\"id\":\"a\"}", "a" },
		{ "{\"n\":\"}],{\\\\\",\"id\":\"a\"}", "a" },
		{ "{\"n\":[\"]}\\\\\\\"\",{}],\"id\":\"a\"}", "a" },
		{ "{\"n\":{\"a\":\"\\\"}\",\"id\":\"x\"},\"_id\":\"b\"}", "b" },
		{ "{\"id2\":\"x\",\"Id\":\"x\",\"i\":\"x\",\"id\":\"a\"}", "a" },
		{ "{\"a\":\"id\",\"b\":\"_id\",\"_id\":\"b\"}", "b" },
		{ "{\"a\":[[],[[{}]],\"a long text before the end ]\"],"
		  "\"b\":-1.5e3,\"c\":true,\"id\":\"a\"}",
		    "a" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		expect_id(cases[i].record, true, cases[i].want);
}

Test(id, an_absent_record_has_no_id)
{
	struct str id;

	cr_expect(!id_peek((struct str){ NULL, 0 }, true, &id));
}

Test(id, what_cannot_be_told_is_left_to_the_reader)
{
	static const char *const records[] = { "", " ", "null", "7", "[1]", "\"id\"", "{}", "{",
		"{\"id\"", "{\"id\":", "{\"id\":\"a", "{\"id\":\"a\\", "{\"id\" \"a\"}",
		"{\"id\":}", "{\"a\":}", "{id:1}", "{\"a\":1 \"id\":2}", "{\"a\":[1,\"id\":2",
		"{\"a\":\"b", "{\"a\":[\"b", "{\"a\":[\"b\\", "{,\"id\":1}", "{\"\\u0069d\":\"a\"}",
		"{\"\\u0069d\":\"x\",\"_id\":\"a\"}", "{\"id\":\"a\\u0041\"}", "{\"id\":\" a\"}",
		"{\"id\":\"a \"}", "{\"id\":\"a\xc2\xa0\"}", "{\"id\":\"\xe3\x80\x80\"}",
		"{\"id\":\"\\n\"}", "{\"id\":1.5}", "{\"id\":1e3}", "{\"id\":true}", "{\"id\":{}}",
		"{\"id\":[\"a\"]}", "{\"id\":-}", "{\"id\":\"" A60 A60 A60 A60 "a\"}",
		"{\"_id\":{},\"orderId\":\"c\"}", "{\"a\":1,\"b\":2}" };

	for (size_t i = 0; i < COUNT(records); i++)
		expect_id(records[i], true, NULL);
}

static uint32_t
draw(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static void
put_record(struct buf *b, uint32_t *seed)
{
	static const char *const names[] = { "id", "_id", "orderId", "\\u0069d", "\\u005fid", "x",
		"items", "y", "id " };
	static const char *const values[] = { "\"a\"", "\"b\"", "\"\"", "null", "\" c\"",
		"\"\\u0064\"", "7", "-7", "7.0", "{}", "[]", "{\"id\":\"z\"}",
		"[{\"id\":\"z\"},\"}\"]", "true", "\"\\\"id\\\":1\"", "\" \"",
		"12345678901234567890" };
	size_t n = 1 + draw(seed) % 5;

	buf_reset(b);
	buf_char(b, '{');
	for (size_t i = 0; i < n; i++) {
		const char *name = names[draw(seed) % COUNT(names)];
		const char *value = values[draw(seed) % COUNT(values)];

		buf_printf(b, "%s\"%s\":%s", i > 0 ? "," : "", name, value);
	}
	buf_char(b, '}');
}

Test(id, it_agrees_with_the_strict_reader)
{
	struct buf b = { 0 };
	struct json j = JSON_INIT;
	struct arena a = { 0 };
	uint32_t seed = 3;
	size_t seen = 0;

	for (int round = 0; round < 200000; round++) {
		struct json_fault f;
		struct str peeked, strict;
		bool is_order = draw(&seed) % 2 == 0;

		put_record(&b, &seed);
		if (!id_peek(buf_view(&b), is_order, &peeked) || !json_read(&j, buf_view(&b), &f))
			continue;
		seen++;
		cr_assert(strict_id(&a, &j, is_order, &strict) && str_eq(peeked, strict),
		    "%.*s: %.*s", STR_ARG(buf_view(&b)), STR_ARG(peeked));
		arena_reset(&a);
	}
	cr_expect_gt(seen, 10000, "only %zu ids seen", seen);
	arena_release(&a);
	json_release(&j);
	buf_release(&b);
}
