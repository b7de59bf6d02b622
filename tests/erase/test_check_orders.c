/* Goal: an id is an order's only where whoever wrote the line, or the row, said so. */
#include <criterion/criterion.h>
#include <string.h>

#include "erase/check_orders.h"
#include "record/record.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ID "c00002"

Test(check_orders, lines_say_whose_id_it_is)
{
	static const struct {
		const char *text;
		bool is_order;
	} rows[] = {
		{ "{\"entity\":\"order\",\"id\":\"" ID "\",\"op\":\"added\"}", true },
		{ "{\"entity\":\"customer\",\"id\":\"" ID "\",\"op\":\"added\"}", false },
		{ "{\"entity\":\"order\",\"id\":\"o1\",\"note\":\"" ID "\"}", false },
		{ "{\"note\":\"{\\\"entity\\\":\\\"order\\\",\\\"id\\\":\\\"" ID "\\\"}\"}",
		    false },
		{ "entity,id,field,value,reason\norder," ID ",total,x,no number\n", true },
		{ "entity,id,field,value,reason\ncustomer," ID ",email,x,no email\n", false },
		{ "entity,id,field,value,reason\ncustomer,c1,email,\"order," ID "\",no email\n",
		    false },
		{ "[\"versions\",[1,\"" ID "\",3],[]]", true },
		{ "[\"versions\",[0,\"" ID "\",3],[]]", false },
		{ "[\"noted\",[0,\"\\u0003" ID "\"],[]]", true },
		{ "[\"noted\",[0,\"\\u0001" ID "\"],[]]", false },
		{ "[\"noted\",[1,\"" ID "\"],[]]", true },
		{ "[\"former_orders\",[17,\"" ID "\"],[]]", true },
		{ "[\"past_contacts\",[17,\"" ID "\"],[]]", false },
		{ ID, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = str_c(rows[i].text);
		size_t at = (size_t)(strstr(rows[i].text, ID) - rows[i].text);

		cr_expect_eq(check_orders_line(text, at), rows[i].is_order, "%s", rows[i].text);
	}
}

Test(check_orders, rows_are_told_by_their_table)
{
	static const struct {
		const char *table;
		bool is_key;
		char front[3];
		size_t n;
		bool is_order;
	} rows[] = {
		{ "orders", true, "", 0, true },
		{ "orders", false, "", 0, false },
		{ "sales", true, "12", 2, true },
		{ "customers", true, "", 0, false },
		{ "unattributed", true, "", 0, false },
		{ "versions", true, { ENTITY_ORDER }, 1, true },
		{ "versions", true, { ENTITY_CUSTOMER }, 1, false },
		{ "noted", true, { 0, ENTITY_ORDER << 1 | 1 }, 2, true },
		{ "noted", true, { 0, ENTITY_CUSTOMER << 1 | 1 }, 2, false },
		{ "noted", true, { 1 }, 1, true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[16];

		memcpy(text, rows[i].front, rows[i].n);
		memcpy(text + rows[i].n, ID, sizeof(ID));
		cr_expect_eq(check_orders_row(rows[i].table, rows[i].is_key,
		                 str_of(text, rows[i].n + sizeof(ID) - 1)),
		    rows[i].is_order, "row %zu: %s", i, rows[i].table);
	}
}
