/* Goal: of an erased customer nothing stays that names them, and of anybody else everything does.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "erase/redact.h"
#include "erase/redact_order.h"

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

/* ---- One place of a record */

static const struct {
	const char *path, *in, *out; /* NULL: nothing may stay there */
} places[] = {
	{ "/voided", "true", "true" },
	{ "/totals/finalTotal", "1.50", "1.50" },
	{ "/totals/tip", "\"Ann\"", NULL },
	{ "/totals/finalTotal/x", "1", NULL },
	{ "/totals", "{\"finalTotal\":1,\"tip\":2}", "{\"finalTotal\":1}" },
	{ "/totals", "\"Ann\"", "0" },
	{ "/totals/subTotal", "{\"x\":\"Ann\"}", "[]" },
	{ "/itemsInCart", "[{\"brand\":\"B\",\"memo\":1}]", "[{\"brand\":\"B\"}]" },
	{ "/itemsInCart/3", "{\"brand\":\"B\",\"memo\":1}", "{\"brand\":\"B\"}" },
	{ "/itemsInCart/3", "\"Ann\"", "0" },
	{ "/itemsInCart/3/brand", "\"B\"", "\"B\"" },
	{ "/itemsInCart/3/memo", "\"Ann\"", NULL },
	{ "/itemsInCart/3/brand/0", "\"Ann\"", NULL },
	{ "/budtender", "{\"name\":\"Bud\"}", "[]" },
	{ "/budtender/name", "\"Bud\"", NULL },
	{ "/fullName", "\"Ann\"", NULL },
	{ "/customerId", "\"c7\"", NULL },
	{ "/", "1", NULL },
	{ "", "1", NULL },
};

Test(redact, of_their_order_only_places_that_name_nobody_stay)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct arena a = { 0 };
		struct buf out = { 0 };
		bool stays =
		    redact_order_member(&a, str_c(places[i].path), str_c(places[i].in), &out);

		cr_expect_eq(stays, places[i].out != NULL, "%s", places[i].path);
		cr_expect(!stays || str_eq(buf_view(&out), str_c(places[i].out)), "%s: %.*s",
		    places[i].path, STR_ARG(buf_view(&out)));
		buf_release(&out);
		arena_release(&a);
	}
}

static const struct {
	bool is_order;
	const char *path, *in, *out; /* NULL: it stays */
} changes[] = {
	{ false, "/by", "\"ann@example.com\"", "null" },
	{ false, "/by", "\"bob@example.com\"", NULL },
	{ false, "/by/0/x", "\"ann@example.com\"", "null" },
	{ false, "/email", "\"ann@example.com\"", NULL },
	{ false, "/groups/0", "{\"name\":\"of ann@example.com\",\"x\":1}",
	    "{\"name\":null,\"x\":1}" },
	{ true, "/itemsInCart/0/productName", "\"ann@example.com\"", NULL },
	{ true, "/itemsInCart/0/memo", "\"ann@example.com\"", "null" },
	{ true, "/itemsInCart",
	    "[{\"productName\":\"ann@example.com\",\"memo\":\"ann@example.com\"}]",
	    "[{\"productName\":\"ann@example.com\",\"memo\":null}]" },
};

Test(redact, of_others_only_what_no_field_is_read_from_goes)
{
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct search s = { 0 };
		struct redactor g = { .fate = fate, .search = &s };
		struct buf out = { 0 };
		bool is_cut;

		search_add(&s, SEARCH_EMAIL, STR("ann@example.com"));
		is_cut = redact_change(
		    &g, changes[i].is_order, str_c(changes[i].path), str_c(changes[i].in), &out);
		cr_expect_eq(is_cut, changes[i].out != NULL, "%s", changes[i].path);
		cr_expect(str_eq(buf_view(&out), str_c(changes[i].out)), "%s: %.*s",
		    changes[i].path, STR_ARG(buf_view(&out)));
		buf_release(&out);
		redact_release(&g);
		search_release(&s);
	}
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
