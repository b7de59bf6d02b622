/* Goal: every version's answer is read, and nothing else is taken for one. */
#include <criterion/criterion.h>

#include <stdint.h>

#include "flowhub/response.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NONE UINT64_MAX

static const struct {
	enum resource resource;
	const char *body;
	size_t n;
	uint64_t total;
	const char *id; /* of the first record */
} answers[] = {
	{ RESOURCE_CUSTOMERS, "{\"customers\":[{\"_id\":\"a\"}]}", 1, NONE, "a" },
	{ RESOURCE_CUSTOMERS, "{\"data\":[{\"id\":7},null]}", 1, NONE, "7" },
	{ RESOURCE_CUSTOMERS, " [{\"id\":\"\",\"_id\":\" b \"}]", 1, NONE, "b" },
	{ RESOURCE_CUSTOMERS, "{\"customers\":[]}", 0, NONE, NULL },
	{ RESOURCE_CUSTOMERS, "{\"data\":null,\"error\":\"\"}", 0, NONE, NULL },
	{ RESOURCE_CUSTOMER, "{\"customer\":{\"_id\":\"a\"}}", 1, NONE, "a" },
	{ RESOURCE_CUSTOMER, "{\"data\":{\"id\":\"a\"}}", 1, NONE, "a" },
	{ RESOURCE_CUSTOMER, "{\"id\":\"a\",\"status\":\"active\"}", 1, NONE, "a" },
	{ RESOURCE_ORDERS, "{\"total\":2,\"orders\":[{\"id\":12345678901234567890},{}]}", 2, 2,
	    "12345678901234567890" },
	{ RESOURCE_ORDERS, "{\"orders\":[],\"total\":\"0\"}", 0, 0, NULL },
	{ RESOURCE_ORDERS, "{\"total\":0}", 0, 0, NULL },
	{ RESOURCE_ORDERS, "{\"total\":0,\"orders\":null}", 0, 0, NULL },
	{ RESOURCE_ORDERS, "{\"orders\":[{\"orderId\":\"x\"}]}", 1, NONE, "x" },
	{ RESOURCE_ORDERS, "{\"total\":1,\"orders\":[{\"id\":\"\\uD800\"}]}", 1, 1,
	    "\xef\xbf\xbd" },
	{ RESOURCE_ORDERS, "{\"total\":1,\"orders\":[{\"id\":1.5}]}", 1, 1, "" },
	{ RESOURCE_LOCATIONS,
	    "{\"status\":200,\"data\":[null,{\"importId\":\"i\"},"
	    "{\"locationId\":9}]}",
	    2, NONE, "i" },
};

Test(response, answers)
{
	struct response v = { 0 };

	for (size_t i = 0; i < COUNT(answers); i++) {
		struct err e = ERR_INIT;

		cr_assert(response_read(&v, str_c(answers[i].body), answers[i].resource, &e) == 0,
		    "row %zu: %s", i, e.msg);
		cr_expect(v.n == answers[i].n, "row %zu: %zu", i, v.n);
		cr_expect(v.has_total == (answers[i].total != NONE));
		if (v.has_total)
			cr_expect(v.total == answers[i].total, "row %zu", i);
		if (answers[i].id != NULL)
			cr_expect(str_eq(v.records[0].id, str_c(answers[i].id)), "row %zu: %.*s", i,
			    STR_ARG(v.records[0].id));
	}
	response_release(&v);
}

static const struct {
	enum resource resource;
	const char *body;
} others[] = {
	{ RESOURCE_ORDERS, "" },
	{ RESOURCE_ORDERS, "  \n" },
	{ RESOURCE_ORDERS, "null" },
	{ RESOURCE_ORDERS, "<html></html>" },
	{ RESOURCE_ORDERS, "{}" },
	{ RESOURCE_ORDERS, "{\"message\":\"sorry\"}" },
	{ RESOURCE_ORDERS, "{\"total\":0,\"orders\":[],\"message\":\"sorry\"}" },
	{ RESOURCE_CUSTOMERS, "{\"data\":[],\"message\":\"sorry\"}" },
	{ RESOURCE_ORDERS, "{\"error\":[\"x\"],\"total\":0,\"orders\":[]}" },
	{ RESOURCE_ORDERS, "{\"error\":true,\"total\":0,\"orders\":[]}" },
	{ RESOURCE_ORDERS, "{\"status\":500,\"total\":0,\"orders\":[]}" },
	{ RESOURCE_ORDERS, "{\"status\":\"500\",\"total\":0,\"orders\":[]}" },
	{ RESOURCE_ORDERS, "{\"status\":\"error\",\"total\":0,\"orders\":[]}" },
	{ RESOURCE_ORDERS, "{\"success\":false,\"total\":0,\"orders\":[]}" },
	{ RESOURCE_ORDERS, "{\"errors\":[\"x\"],\"total\":0,\"orders\":[]}" },
	{ RESOURCE_ORDERS, "{\"total\":1,\"orders\":{\"message\":\"x\"}}" },
	{ RESOURCE_ORDERS, "{\"total\":-1,\"orders\":[]}" },
	{ RESOURCE_ORDERS, "{\"total\":{},\"orders\":[]}" },
	{ RESOURCE_ORDERS, "{\"total\":1,\"orders\":[{\"id\":1}" },
	{ RESOURCE_ORDERS, "{\"total\":0,\"orders\":[]} trailing" },
	{ RESOURCE_CUSTOMERS, "{\"total\":0}" },
	{ RESOURCE_CUSTOMERS, "{\"customer\":{\"id\":1}}" },
	{ RESOURCE_CUSTOMERS, "{\"status\":\"fail\",\"data\":[]}" },
	{ RESOURCE_CUSTOMERS, "{\"data\":{\"message\":\"sorry\"}}" },
	{ RESOURCE_CUSTOMERS, "{\"data\":\"sorry\"}" },
	{ RESOURCE_CUSTOMER, "{\"data\":null}" },
	{ RESOURCE_CUSTOMER, "{\"data\":{}}" },
	{ RESOURCE_CUSTOMER, "{\"message\":\"sorry\"}" },
	{ RESOURCE_LOCATIONS, "{\"status\":401,\"data\":[]}" },
};

Test(response, anything_else_is_refused)
{
	struct response v = { 0 };

	for (size_t i = 0; i < COUNT(others); i++) {
		struct err e = ERR_INIT;

		cr_expect(response_read(&v, str_c(others[i].body), others[i].resource, &e) == -1,
		    "row %zu was taken", i);
		cr_expect(e.msg[0] != '\0');
	}
	response_release(&v);
}

Test(response, an_order_names_its_customer)
{
	struct response v = { 0 };
	struct err e = ERR_INIT;

	cr_assert(response_read(&v,
	              STR("{\"total\":3,\"orders\":[{\"id\":1,\"customerId\":7},"
	                  "{\"id\":2,\"customerId\":null},"
	                  "{\"id\":3,\"customerId\":\" c \"}]}"),
	              RESOURCE_ORDERS, &e) == 0,
	    "%s", e.msg);
	cr_expect(str_eq(v.records[0].customer, STR("7")));
	cr_expect(v.records[1].customer.n == 0);
	cr_expect(str_eq(v.records[2].customer, STR("c")));
	response_release(&v);
}
