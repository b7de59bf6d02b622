#include "segment/rule_fields.h"

#include "rule.h"

#include "base/arena.h"
#include "base/near.h"
#include "profile/values.h"

#define PLACE(member) offsetof(struct profile, member)
#define ANY_ORDER                                                                                  \
	(1U << RULE_EQ | 1U << RULE_NE | 1U << RULE_LT | 1U << RULE_LE | 1U << RULE_GT |           \
	    1U << RULE_GE | 1U << RULE_IN | 1U << RULE_EXISTS)

static const struct rule_field fields[] = {
	{ "fh_id", RULE_FIELD_TEXT, "customer id", PLACE(id), 0 },
	{ "fh_cust_type", RULE_FIELD_TEXT, "customer type", PLACE(cust_type), 0 },
	{ "fh_isloyal", RULE_FIELD_BOOL, "loyalty flag", PLACE(is_loyal), 0 },
	{ "fh_points", RULE_FIELD_DECIMAL, "loyalty point balance", PLACE(points), 0 },
	{ "fh_products", RULE_FIELD_LIST, "product list", PLACE(products), PLACE(products_n) },
	{ "fh_categories", RULE_FIELD_LIST, "category list", PLACE(categories),
	    PLACE(categories_n) },
	{ "fh_med_id", RULE_FIELD_TEXT, "medical id", PLACE(med_id), 0 },
	{ "fh_last_budtender", RULE_FIELD_TEXT, "last budtender", PLACE(last_budtender), 0 },
	{ "fh_total_spent", RULE_FIELD_MONEY, "total spent", PLACE(total_spent), 0 },
	{ "fh_total_orders", RULE_FIELD_COUNT, "total orders", PLACE(total_orders), 0 },
	{ "fh_last_ordertype", RULE_FIELD_TEXT, "last order type", PLACE(last_ordertype), 0 },
	{ "fh_last_orderstatus", RULE_FIELD_TEXT, "last order status", PLACE(last_orderstatus), 0 },
	{ "fh_last_orderdate", RULE_FIELD_TIME, "last order date", PLACE(last_orderdate), 0 },
	{ "first_order_date", RULE_FIELD_TIME, "first order date", PLACE(first_order_date), 0 },
	{ "first_name", RULE_FIELD_TEXT, "first name", PLACE(first_name), 0 },
	{ "last_name", RULE_FIELD_TEXT, "last name", PLACE(last_name), 0 },
	{ "email", RULE_FIELD_TEXT, "email address", PLACE(email), 0 },
	{ "mobile", RULE_FIELD_TEXT, "mobile number", PLACE(mobile), 0 },
	{ "city", RULE_FIELD_TEXT, "city", PLACE(city), 0 },
	{ "state", RULE_FIELD_TEXT, "state", PLACE(state), 0 },
	{ "postal_code", RULE_FIELD_TEXT, "postal code", PLACE(postal_code), 0 },
	{ "birthdate", RULE_FIELD_DAY, "birthdate", PLACE(birthdate), 0 },
	{ "age", RULE_FIELD_AGE, "age", PLACE(birthdate), 0 },
	{ "days_to_birthday", RULE_FIELD_BIRTHDAY, "number of days to the birthday",
	    PLACE(birthdate), 0 },
	{ "stores", RULE_FIELD_LIST, "store list", PLACE(stores), PLACE(stores_n) },
	{ "last_store", RULE_FIELD_TEXT, "last store", PLACE(last_store), 0 },
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static const struct {
	const char *name;
	unsigned accepts;
} ops[] = {
	[RULE_EQ] = { "=", RULE_EQUAL },
	[RULE_NE] = { "!=", RULE_LESS | RULE_GREATER },
	[RULE_LT] = { "<", RULE_LESS },
	[RULE_LE] = { "<=", RULE_LESS | RULE_EQUAL },
	[RULE_GT] = { ">", RULE_GREATER },
	[RULE_GE] = { ">=", RULE_GREATER | RULE_EQUAL },
	[RULE_IN] = { "in", RULE_EQUAL },
	[RULE_CONTAINS] = { "contains", 0 },
	[RULE_EXISTS] = { "exists", 0 },
};
#define OPS (sizeof(ops) / sizeof(ops[0]))

static const unsigned takes[] = {
	[RULE_FIELD_TEXT] = ANY_ORDER | 1U << RULE_CONTAINS,
	[RULE_FIELD_LIST] = 1U << RULE_CONTAINS | 1U << RULE_EXISTS,
	[RULE_FIELD_DECIMAL] = ANY_ORDER,
	[RULE_FIELD_BOOL] = 1U << RULE_EQ | 1U << RULE_NE | 1U << RULE_IN | 1U << RULE_EXISTS,
	[RULE_FIELD_COUNT] = ANY_ORDER,
	[RULE_FIELD_MONEY] = ANY_ORDER,
	[RULE_FIELD_TIME] = ANY_ORDER,
	[RULE_FIELD_DAY] = ANY_ORDER,
	[RULE_FIELD_AGE] = ANY_ORDER,
	[RULE_FIELD_BIRTHDAY] = ANY_ORDER,
};

const struct rule_field *
rule_fields_find(struct str name)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (str_eq(str_c(fields[i].name), name))
			return &fields[i];
	return NULL;
}

bool
rule_fields_takes(const struct rule_field *f, enum rule_op op)
{
	return (takes[f->type] >> op & 1U) != 0;
}

bool
rule_fields_is_integer(const struct rule_field *f)
{
	return f->type >= RULE_FIELD_BOOL;
}

bool
rule_fields_takes_within(const struct rule_field *f)
{
	/* Every one of these types adds up orders. */
	return f->type == RULE_FIELD_LIST || f->type == RULE_FIELD_COUNT ||
	       f->type == RULE_FIELD_MONEY;
}

bool
rule_fields_op(struct str name, enum rule_op *op)
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
rule_fields_accepts(enum rule_op op)
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

/* The words in the arena; the buffer is released. */
static struct str
words_of(struct arena *a, struct buf *b)
{
	struct str words = str_copy(a, buf_view(b));

	buf_release(b);
	return words;
}

static const char *
name_of(size_t i)
{
	return fields[i].name;
}

const char *
rule_fields_near(struct str name)
{
	return near_find(name, name_of, FIELDS);
}

static bool
is_fh(struct str name)
{
	return str_starts(name, STR("fh_"));
}

struct str
rule_fields_like(struct arena *a, struct str name)
{
	/* All of them would be too long for an advice. */
	bool wants_fh = is_fh(name);
	struct buf b = { 0 };

	for (size_t i = 0; i < FIELDS; i++)
		if (is_fh(str_c(fields[i].name)) == wants_fh)
			add_word(&b, fields[i].name);
	return words_of(a, &b);
}

struct str
rule_fields_ops(struct arena *a, const struct rule_field *f)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < OPS; i++)
		if (rule_fields_takes(f, (enum rule_op)i))
			add_word(&b, ops[i].name);
	return words_of(a, &b);
}

bool
rule_fields_shape(struct arena *a, size_t i, struct rule_field_shape *out)
{
	static const char *const types[] = {
		[RULE_FIELD_TEXT] = "text",
		[RULE_FIELD_LIST] = "list",
		[RULE_FIELD_DECIMAL] = "number",
		[RULE_FIELD_BOOL] = "flag",
		[RULE_FIELD_COUNT] = "number",
		[RULE_FIELD_MONEY] = "money",
		[RULE_FIELD_TIME] = "time",
		[RULE_FIELD_DAY] = "time",
		[RULE_FIELD_AGE] = "number",
		[RULE_FIELD_BIRTHDAY] = "number",
	};
	const struct rule_field *f = &fields[i];

	if (i >= FIELDS)
		return false;
	*out = (struct rule_field_shape){ .name = f->name,
		.type = types[f->type],
		.ops = rule_fields_ops(a, f),
		.has_within = rule_fields_takes_within(f),
		.has_values = f->type == RULE_FIELD_TEXT || f->type == RULE_FIELD_LIST };
	return true;
}

size_t
rule_fields_values(size_t i, const struct profile *p, const struct str **list)
{
	const struct rule_field *f = &fields[i];
	const void *at = (const char *)p + f->at;

	if (f->type == RULE_FIELD_LIST) {
		*list = *(struct str *const *)at;
		return *(const size_t *)(const void *)((const char *)p + f->count_at);
	}
	*list = at;
	return (*list)->n > 0;
}

bool
rule_fields_ask(const struct segment_set *set, struct str name)
{
	const struct rule_field *f = rule_fields_find(name);

	for (size_t i = 0; f != NULL && i < set->n; i++) {
		const struct rule *r = set->list[i].where, *end = r + r->size;

		for (; r < end; r++)
			if (r->kind == RULE_COMPARE && r->field->at == f->at)
				return true;
	}
	return false;
}

bool
rule_fields_ask_stores(const struct segment_set *set)
{
	return rule_fields_ask(set, STR("stores")) || rule_fields_ask(set, STR("last_store"));
}
