#include "erase/check_orders.h"

#include <string.h>

#include "record/record.h"
#include "state/state_noted.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* As the programs that write them do; a text that holds one of these has its quotes escaped. */
static const char *const fronts[] = {
	"\"entity\":\"order\",\"id\":\"",
	"\norder,",
	"[\"versions\",[1,\"",
	"[\"noted\",[0,\"\\u0003",
	"[\"noted\",[1,\"",
};

/* Whose it was before: the number of a customer stands between. */
static bool
is_former(struct str front)
{
	if (!str_ends(front, STR(",\"")))
		return false;
	front.n -= 2;
	while (front.n > 0 && ascii_digit(front.p[front.n - 1]))
		front.n--;
	return str_ends(front, STR("[\"former_orders\",["));
}

bool
check_orders_line(struct str text, size_t at)
{
	for (size_t i = 0; i < COUNT(fronts); i++)
		if (str_ends(str_of(text.p, at), str_c(fronts[i])))
			return true;
	return is_former(str_of(text.p, at));
}

/* The keys of these begin or end with the id of an order, and hold that of no customer. */
static bool
is_of_orders(const char *table)
{
	static const char *const tables[] = { "orders", "sales", "created", "former_orders" };

	for (size_t i = 0; i < COUNT(tables); i++)
		if (strcmp(table, tables[i]) == 0)
			return true;
	return false;
}

bool
check_orders_row(const char *table, bool is_key, struct str text)
{
	if (!is_key || text.n < 2)
		return false;
	if (strcmp(table, "versions") == 0)
		return text.p[0] == ENTITY_ORDER;
	if (strcmp(table, "noted") == 0)
		return text.p[0] == NOTED_TWO_LOCATIONS || text.p[1] >> 1 == ENTITY_ORDER;
	return is_of_orders(table);
}
