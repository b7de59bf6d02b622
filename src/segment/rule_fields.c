#include "rule_internal.h"

#include "base/arena.h"
#include "profile/values.h"

#define PLACE(member) offsetof(struct profile, member)
#define ANY_ORDER                                                                                  \
	(1U << OP_EQ | 1U << OP_NE | 1U << OP_LT | 1U << OP_LE | 1U << OP_GT | 1U << OP_GE |       \
	    1U << OP_IN | 1U << OP_EXISTS)

static const struct field fields[] = {
	{ "fh_id", FIELD_TEXT, "customer id", PLACE(id), 0 },
	{ "fh_cust_type", FIELD_TEXT, "customer type", PLACE(cust_type), 0 },
	{ "fh_isloyal", FIELD_BOOL, "loyalty flag", PLACE(is_loyal), 0 },
	{ "fh_points", FIELD_DECIMAL, "loyalty point balance", PLACE(points), 0 },
	{ "fh_products", FIELD_LIST, "product list", PLACE(products), PLACE(products_n) },
	{ "fh_categories", FIELD_LIST, "category list", PLACE(categories), PLACE(categories_n) },
	{ "fh_med_id", FIELD_TEXT, "medical id", PLACE(med_id), 0 },
	{ "fh_last_budtender", FIELD_TEXT, "last budtender", PLACE(last_budtender), 0 },
	{ "fh_total_spent", FIELD_MONEY, "total spent", PLACE(total_spent), 0 },
	{ "fh_total_orders", FIELD_COUNT, "total orders", PLACE(total_orders), 0 },
	{ "fh_last_ordertype", FIELD_TEXT, "last order type", PLACE(last_ordertype), 0 },
	{ "fh_last_orderstatus", FIELD_TEXT, "last order status", PLACE(last_orderstatus), 0 },
	{ "fh_last_orderdate", FIELD_TIME, "last order date", PLACE(last_orderdate), 0 },
	{ "first_order_date", FIELD_TIME, "first order date", PLACE(first_order_date), 0 },
	{ "first_name", FIELD_TEXT, "first name", PLACE(first_name), 0 },
	{ "last_name", FIELD_TEXT, "last name", PLACE(last_name), 0 },
	{ "email", FIELD_TEXT, "email address", PLACE(email), 0 },
	{ "mobile", FIELD_TEXT, "mobile number", PLACE(mobile), 0 },
	{ "city", FIELD_TEXT, "city", PLACE(city), 0 },
	{ "state", FIELD_TEXT, "state", PLACE(state), 0 },
	{ "postal_code", FIELD_TEXT, "postal code", PLACE(postal_code), 0 },
	{ "birthdate", FIELD_DAY, "birthdate", PLACE(birthdate), 0 },
	{ "age", FIELD_AGE, "age", PLACE(birthdate), 0 },
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static const struct {
	const char *name;
	unsigned accepts;
} ops[] = {
	[OP_EQ] = { "=", REL_EQUAL },
	[OP_NE] = { "!=", REL_LESS | REL_GREATER },
	[OP_LT] = { "<", REL_LESS },
	[OP_LE] = { "<=", REL_LESS | REL_EQUAL },
	[OP_GT] = { ">", REL_GREATER },
	[OP_GE] = { ">=", REL_GREATER | REL_EQUAL },
	[OP_IN] = { "in", REL_EQUAL },
	[OP_CONTAINS] = { "contains", 0 },
	[OP_EXISTS] = { "exists", 0 },
};
#define OPS (sizeof(ops) / sizeof(ops[0]))

static const unsigned takes[] = {
	[FIELD_TEXT] = ANY_ORDER | 1U << OP_CONTAINS,
	[FIELD_LIST] = 1U << OP_CONTAINS | 1U << OP_EXISTS,
	[FIELD_DECIMAL] = ANY_ORDER,
	[FIELD_BOOL] = 1U << OP_EQ | 1U << OP_NE | 1U << OP_IN | 1U << OP_EXISTS,
	[FIELD_COUNT] = ANY_ORDER,
	[FIELD_MONEY] = ANY_ORDER,
	[FIELD_TIME] = ANY_ORDER,
	[FIELD_DAY] = ANY_ORDER,
	[FIELD_AGE] = ANY_ORDER,
};

const struct field *
field_find(struct str name)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (str_eq(str_c(fields[i].name), name))
			return &fields[i];
	return NULL;
}

bool
field_takes(const struct field *f, enum rule_op op)
{
	return (takes[f->type] >> op & 1U) != 0;
}

bool
field_is_integer(const struct field *f)
{
	return f->type >= FIELD_BOOL;
}

bool
op_find(struct str name, enum rule_op *op)
{
	for (size_t i = 0; i < OPS; i++) {
		if (!str_eq(str_c(ops[i].name), name))
			continue;
		*op = (enum rule_op)i;
		return true;
	}
	return false;
}

unsigned
op_accepts(enum rule_op op)
{
	return ops[op].accepts;
}

static void
add_word(struct buf *b, const char *word)
{
	if (b->n > 0)
		buf_char(b, ' ');
	buf_z(b, word);
}

static struct str
keep(struct arena *a, struct buf *b)
{
	struct str kept = str_copy(a, buf_view(b));

	buf_release(b);
	return kept;
}

static bool
is_fh(struct str name)
{
	return str_starts(name, STR("fh_"));
}

struct str
field_names_like(struct arena *a, struct str name)
{
	/* All of them together are too long for an advice. */
	bool wants_fh = is_fh(name);
	struct buf b = { 0 };

	for (size_t i = 0; i < FIELDS; i++)
		if (is_fh(str_c(fields[i].name)) == wants_fh)
			add_word(&b, fields[i].name);
	return keep(a, &b);
}

struct str
field_ops(struct arena *a, const struct field *f)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < OPS; i++)
		if (field_takes(f, (enum rule_op)i))
			add_word(&b, ops[i].name);
	return keep(a, &b);
}
