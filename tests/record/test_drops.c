/* Goal: dropped fields survive being packed, and what is shown of a value is cleaned and cut. */
#include "record/drops.h"

#include <criterion/criterion.h>

#include "base/arena.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

Test(drops, every_reason_has_its_name)
{
	cr_expect_str_eq(drop_reason_name(DROPPED_UNREADABLE), "unreadable");
	cr_expect_str_eq(drop_reason_name(DROPPED_PLACEHOLDER), "placeholder");
	cr_expect_str_eq(drop_reason_name(DROPPED_OUT_OF_RANGE), "out-of-range");
	cr_expect(DROPPED_REASONS == 3);
}

Test(drops, packed_they_come_out_the_same)
{
	struct arena a = { 0 };
	struct record_drops d = { 0 };
	struct record_drop out;
	struct buf b = { 0 };
	struct str rest;

	for (size_t i = 0; i < 9; i++)
		drops_add(&a, &d, str_printf(&a, "itemsInCart/%zu/type", i),
		    i % 2 == 0 ? STR("{}") : STR(""), (enum drop_reason)(i % DROPPED_REASONS));
	drops_pack(&b, &d);
	rest = buf_view(&b);
	for (size_t i = 0; i < d.n; i++) {
		cr_assert(drops_next(&rest, &out) == 1, "%zu", i);
		cr_expect(str_eq(out.field, d.list[i].field) &&
		          str_eq(out.value, d.list[i].value) && out.reason == d.list[i].reason);
	}
	cr_expect(drops_next(&rest, &out) == 0);
	for (size_t n = 1; n < 4; n++) {
		rest = str_of(b.p, n);
		cr_expect(drops_next(&rest, &out) == -1, "cut at %zu", n);
	}
	buf_release(&b);
	arena_release(&a);
}

Test(drops, a_value_is_shown_as_it_came)
{
	static const struct {
		const char *json, *want;
	} rows[] = {
		{ "\" a\\u0007b \"", "a b" },
		{ "\"\\ud83d\\u200b\"", "\xef\xbf\xbd" },
		{ "[ 1.50 , \"x y\", {\"b\" : null, \"a\":true} ]",
		    "[1.50,\"x y\",{\"b\":null,\"a\":true}]" },
		{ "[\"\\u0041\\ud83d\"]", "[\"\\u0041\\ufffd\"]" },
		{ "[\"\x7f\"]", "[\" \"]" },
		{ "-1e3", "-1e3" },
		{ "false", "false" },
	};
	struct json j = JSON_INIT;
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct json_fault f;
		struct str shown;

		cr_assert(json_read(&j, str_c(rows[i].json), &f), "%s", rows[i].json);
		shown = drops_value(&a, &j, 0);
		cr_expect(
		    str_eq(shown, str_c(rows[i].want)), "%s: %.*s", rows[i].json, STR_ARG(shown));
	}
	json_release(&j);
	arena_release(&a);
}

Test(drops, a_value_is_cut_by_characters)
{
	struct json j = JSON_INIT;
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct json_fault f;

	buf_char(&b, '"');
	for (size_t i = 0; i < DROP_VALUE_MAX; i++)
		buf_z(&b, "\xf0\x9f\x98\x80");
	buf_z(&b, "x\"");
	cr_assert(json_read(&j, buf_view(&b), &f));
	cr_expect(drops_value(&a, &j, 0).n == (size_t)4 * DROP_VALUE_MAX);
	buf_release(&b);
	json_release(&j);
	arena_release(&a);
}
