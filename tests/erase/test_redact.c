/* Goal: of an erased customer nothing stays that names them, and of anybody else everything does.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "erase/redact.h"

static enum redact_fate
fate(void *context, struct str id)
{
	(void)context;
	if (str_eq(id, STR("77")))
		return REDACT_REMOVE;
	return str_eq(id, STR("c7")) ? REDACT_GUEST : REDACT_NOT;
}

static const struct {
	bool is_order;
	const char *in, *out; /* NULL: it stays */
} cases[] = {
	{ false, "{\"id\":\"c7\",\"email\":\"x\"}", "null" },
	{ false, "{\"id\":\"\",\"_id\":\" c7 \"}", "null" },
	{ false, "{\"id\":77}", "null" },
	{ false, "{\"id\":77.0}", "null" },
	{ false, "{\"\\u0069d\":\"\\u00637\"}", "null" },
	{ false, "{\"id\":\"c8\",\"_id\":\"c7\"}", NULL },
	{ false, "{\"id\":\"C7\"}", NULL },
	{ false, "null", NULL },
	{ true, "{\"id\":\"o1\",\"customerId\":\"c8\",\"name\":\"c7\"}", NULL },
	{ true, "{\"id\":\"c7\",\"customerId\":\"c8\"}", NULL },
	{ true, "{\"id\":\"o1\",\"customerId\":77}", "null" },
	{ true,
	    "{ \"id\" : \"o1\" ,\"customerId\":\"c7\",\"name\":\"Ann\",\"totals\":{\"finalTotal\": "
	    "1.50,\"tip\":\"Ann\"}}",
	    "{\"id\":\"o1\",\"totals\":{\"finalTotal\":1.50}}" },
	{ true,
	    "{\"customerId\":\"c7\",\"orderId\":\"\\u006f1\",\"itemsInCart\":[null,{\"sku\":1,"
	    "\"title1\":\"P\",\"tax\":[]},7],"
	    "\"budtender\":\"Bud\",\"payments\":[]}",
	    "{\"orderId\":\"\\u006f1\",\"itemsInCart\":[null,{\"title1\":\"P\"},0],\"budtender\":"
	    "\"Bud\"}" },
	{ true, "{\"id\":\"o1\",\"customerId\":\"c7\",\"totals\":\"Ann\",\"itemsInCart\":{}}",
	    "{\"id\":\"o1\",\"totals\":0,\"itemsInCart\":0}" },
	{ true, "{\"id\":\"o1\",\"customerId\":\"c7\",\"totals\":null,\"itemsInCart\":\"\"}",
	    "{\"id\":\"o1\",\"totals\":null,\"itemsInCart\":null}" },
	{ true,
	    "{\"id\":\"o1\",\"customerId\":\"c7\",\"orderStatus\":[\"Ann\"],\"itemsInCart\":[{"
	    "\"productName\":\"For ann@example.com\"}]}",
	    "{\"id\":\"o1\",\"orderStatus\":[],\"itemsInCart\":[{\"productName\":null}]}" },
	/* others, who tell of them */
	{ false, "{\"id\":\"c8\",\"email\":\"ann@example.com\"}", NULL },
	{ false, "{\"id\":\"c8\",\"by\":\"Ann@example.com\",\"x\":1}",
	    "{\"id\":\"c8\",\"by\":null,\"x\":1}" },
	{ false, "{\"id\":\"c8\",\"by\":{\"a\":[1,\"\\u0061nn@example.com\"]}}",
	    "{\"id\":\"c8\",\"by\":{\"a\":[1,null]}}" },
	{ false, "{\"id\":\"c8\",\"groups\":[{\"name\":\"of ann@example.com\"}]}",
	    "{\"id\":\"c8\",\"groups\":[{\"name\":null}]}" },
	{ false, "{\"id\":\"c8\",\"ann@example.com\":1}", "{\"id\":\"c8\",\"erased 1\":1}" },
	{ false, "{\"id\":\"c8\",\"city\":\"ann@example.com\"}", NULL },
	{ true,
	    "{\"id\":\"o1\",\"customerId\":\"c8\",\"createdAt\":\"2026-01-01\",\"totals\":{},"
	    "\"itemsInCart\":[{\"productName\":\"ann@example.com\",\"memo\":\"ann@example.com\"}]}",
	    "{\"id\":\"o1\",\"customerId\":\"c8\",\"createdAt\":\"2026-01-01\",\"totals\":{},"
	    "\"itemsInCart\":[{\"productName\":\"ann@example.com\",\"memo\":null}]}" },
	/* what cannot be read */
	{ false, "{\"id\":\"c8\",\"email\":\"ann@example.com\",}", "{}" },
	{ false, "{\"email\":\"ann@example.com\"}", "{}" },
	{ false, "\"ann@example.com\"", "{}" },
	{ true, "{\"id\":\"o1\",\"memo\":\"ann@example.com\"}", "{\"id\":\"o1\"}" },
	{ true, "{\"id\":7,\"customerId\":{},\"memo\":\"ann@example.com\"}", "{\"id\":\"7\"}" },
	{ true, "{\"id\":\"o1\",\"customerId\":\"c7\"", NULL },
	{ false, "", NULL },
};

ParameterizedTestParameters(redact, records)
{
	static size_t row[sizeof(cases) / sizeof(cases[0])];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		row[i] = i;
	return cr_make_param_array(size_t, row, sizeof(row) / sizeof(row[0]));
}

ParameterizedTest(size_t *r, redact, records)
{
	struct search s = { 0 };
	struct redactor g = { .fate = fate, .search = &s, .taken_at = INT64_C(1800000000000000) };
	struct buf out = { 0 };
	enum redact_kind kind;

	search_add(&s, SEARCH_EMAIL, STR("ann@example.com"));
	kind = redact_record(&g, cases[*r].is_order, str_c(cases[*r].in), &out);
	cr_expect_eq(kind == REDACTED_NOTHING, cases[*r].out == NULL, "row %zu", *r);
	cr_expect(str_eq(buf_view(&out), str_c(cases[*r].out)), "row %zu: %.*s", *r,
	    STR_ARG(buf_view(&out)));
	buf_release(&out);
	redact_release(&g);
	search_release(&s);
}

/* ---- Pages */

static void
expect_page(enum resource resource, const char *in, size_t n, const char *want)
{
	const char *const members[] = { manifest_resource(resource), "data", NULL };
	struct redactor g = { .fate = fate };
	struct split scan = { 0 };
	struct err e = ERR_INIT;
	struct buf out = { 0 };

	cr_assert_eq(split_page(&scan, str_c(in), members, NULL, &e), 0, "%s", e.msg);
	cr_expect_eq(redact_page(&g, resource, str_c(in), &scan, &out), n, "%s", in);
	cr_expect(str_eq(buf_view(&out), str_c(want)), "%.*s", STR_ARG(buf_view(&out)));
	split_release(&scan);
	buf_release(&out);
	redact_release(&g);
}

Test(redact, positions_and_bytes_of_others_stay)
{
	expect_page(RESOURCE_CUSTOMERS,
	    "{\"customers\": [ {\"id\":\"c6\"} , null,{\"id\":\"c7\"}, {\"id\": \"c8\"}] }", 1,
	    "{\"customers\": [ {\"id\":\"c6\"} , null,null, {\"id\": \"c8\"}] }");
	expect_page(RESOURCE_CUSTOMERS, "{\"customers\":[{\"id\":\"c6\"}]}", 0, "");
	expect_page(RESOURCE_LOCATIONS, "{\"locations\":[{\"id\":\"c7\"}]}", 0, "");
}

Test(redact, a_body_that_is_one_record_stays_a_list)
{
	expect_page(RESOURCE_CUSTOMER, " {\"id\":\"c7\"}", 1, " []");
	expect_page(RESOURCE_CUSTOMER, "{\"customer\":{\"id\":\"c7\"}}", 1, "{\"customer\":null}");
}

Test(redact, a_file_of_both_kinds_loses_both)
{
	const char *both =
	    "{\"customers\":[{\"id\":\"77\"},{\"id\":\"c8\"}],\"orders\":[{\"id\":\"o\","
	    "\"customerId\":\"77\"},{\"id\":\"p\",\"customerId\":\"c8\"}]}";
	const char *want = "{\"customers\":[null,{\"id\":\"c8\"}],\"orders\":[null,{\"id\":\"p\","
	                   "\"customerId\":\"c8\"}]}";

	expect_page(RESOURCE_CUSTOMERS, both, 2, want);
	expect_page(RESOURCE_ORDERS, both, 2, want);
}
