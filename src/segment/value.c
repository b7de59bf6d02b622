#include "reader.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"

#define MONTHS_MAX (12 * 9999)

static const struct {
	const char *what, *advice;
} expected[] = {
	[RULE_FIELD_TEXT] = { "text", "Write it as \"CO\", in quotes." },
	[RULE_FIELD_LIST] = { "text", "Write one member of the list, in quotes." },
	[RULE_FIELD_DECIMAL] = { "a number", "Write it as 12.5, without quotes." },
	[RULE_FIELD_BOOL] = { "true or false", "Write true or false." },
	[RULE_FIELD_COUNT] = { "a number", "Write it as 2, without quotes." },
	[RULE_FIELD_MONEY] = { "a number", "Write dollars as 100 or 99.50, without quotes or $." },
	[RULE_FIELD_TIME] = { "a time",
	    "Write how long ago (\"-60d\", \"-12h\", \"-4w\", \"-6mo\", \"-1y\") "
	    "or an ISO date (\"2026-05-01\", \"2026-05-01T10:05:00Z\")." },
	[RULE_FIELD_DAY] = { "a time", "Write an ISO date (\"1990-05-01\") or how long ago "
	                               "(\"-365d\", \"-12h\", \"-4w\", \"-6mo\", \"-1y\")." },
	[RULE_FIELD_AGE] = { "a number", "Write whole years as 21, without quotes." },
	[RULE_FIELD_BIRTHDAY] = { "a number", "Write whole days as 7, without quotes." },
};

static int
wrong_value(struct reader *rd, uint32_t node, const struct rule *r)
{
	return reader_fault(rd, reader_at(rd, node), expected[r->field->type].advice,
	    "the value for '%s' must be %s", r->field->name, expected[r->field->type].what);
}

/* The number as a person writes it: $99.50 rather than 99.5. */
static struct str
spoken_number(struct arena *a, struct str token, enum rule_field_type type)
{
	struct str plain;
	const char *sign = "", *point, *tail = "";

	if (!decimal_plain(a, token, &plain))
		plain = token;
	if (type != RULE_FIELD_MONEY)
		return plain;
	if (str_starts(plain, STR("-"))) {
		sign = "-";
		plain = str_of(plain.p + 1, plain.n - 1);
	}
	point = memchr(plain.p, '.', plain.n);
	if (point != NULL && point == plain.p + plain.n - 2)
		tail = "0";
	return str_printf(a, "%s$%.*s%s", sign, STR_ARG(plain), tail);
}

static void
read_number(struct reader *rd, uint32_t node, const struct rule *r, struct rule_value *b)
{
	enum rule_field_type type = r->field->type;
	struct str token = json_raw(&rd->json, node);

	b->floor = decimal_floor(token, type == RULE_FIELD_MONEY ? 2 : 0, &b->rest);
	b->text = spoken_number(rd->a, token, type);
}

/* A bare "m" would be minutes in the settings and months to a reader of rules, so it is neither. */
static const struct {
	const char *unit, *name;
	uint32_t months; /* of one; 0: an exact span */
} units[] = {
	{ "mo", "month", 1 },
	{ "y", "year", 12 },
	{ "d", "day", 0 },
	{ "h", "hour", 0 },
	{ "w", "week", 0 },
};

static bool
read_count(struct str s, size_t u, uint64_t *count)
{
	struct str unit = str_c(units[u].unit);

	return s.n > unit.n && str_ends(s, unit) && num_u64(str_of(s.p, s.n - unit.n), count);
}

static bool
read_span(struct arena *a, struct str s, struct rule_value *b)
{
	uint64_t count;
	size_t u = 0;

	while (u < sizeof(units) / sizeof(units[0]) && !read_count(s, u, &count))
		u++;
	if (u == sizeof(units) / sizeof(units[0]))
		return false;
	if (units[u].months == 0 && !span_parse(s, &b->floor))
		return false;
	if (units[u].months > 0 && count > MONTHS_MAX / units[u].months)
		return false;
	b->months = units[u].months * (uint32_t)count;
	b->relative = true;
	b->text = str_printf(
	    a, "%llu %s%s", (unsigned long long)count, units[u].name, count == 1 ? "" : "s");
	return true;
}

static bool
read_time(struct arena *a, struct str s, struct rule_value *b)
{
	s = str_trim(s);
	if (str_starts(s, STR("-")))
		return read_span(a, str_of(s.p + 1, s.n - 1), b);
	return timestamp_parse(s, &b->floor);
}

static bool
read_bool(struct reader *rd, uint32_t node, struct rule_value *b)
{
	enum json_kind kind = reader_kind(rd, node);
	struct str s = json_raw(&rd->json, node);

	/* Text will do as well: profiles are exported with "True". */
	if (kind == JSON_STRING)
		s = reader_text(rd, node);
	else if (kind != JSON_TRUE && kind != JSON_FALSE)
		return false;
	b->floor = str_eq_nocase(s, STR("true")) ? 1 : 0;
	b->text = b->floor == 1 ? STR("true") : STR("false");
	return b->floor == 1 || str_eq_nocase(s, STR("false"));
}

static int
read_one(struct reader *rd, uint32_t node, const struct rule *r, struct rule_value *b)
{
	enum json_kind kind = reader_kind(rd, node);
	bool ok = false;

	*b = (struct rule_value){ 0 };
	switch (r->field->type) {
	case RULE_FIELD_TEXT:
	case RULE_FIELD_LIST:
		ok = kind == JSON_STRING;
		if (ok)
			b->text = reader_text(rd, node);
		break;
	case RULE_FIELD_BOOL:
		ok = read_bool(rd, node, b);
		break;
	case RULE_FIELD_TIME:
	case RULE_FIELD_DAY:
		ok = kind == JSON_STRING && read_time(rd->a, reader_text(rd, node), b);
		break;
	case RULE_FIELD_DECIMAL:
	case RULE_FIELD_COUNT:
	case RULE_FIELD_MONEY:
	case RULE_FIELD_AGE:
	case RULE_FIELD_BIRTHDAY:
		ok = kind == JSON_NUMBER;
		if (ok)
			read_number(rd, node, r, b);
		break;
	}
	return ok ? 0 : wrong_value(rd, node, r);
}

/* Equal values may be said in two ways (28 days, 4 weeks). */
static int
by_text(const void *a, const void *b)
{
	const struct rule_value *x = a, *y = b;

	return str_cmp(x->text, y->text);
}

static int
by_number(const void *a, const void *b)
{
	const struct rule_value *x = a, *y = b;
	int order = decimal_cmp(x->text, y->text);

	return order != 0 ? order : by_text(a, b);
}

static int
by_integer(const void *a, const void *b)
{
	const struct rule_value *x = a, *y = b;

	if (x->relative != y->relative)
		return x->relative ? 1 : -1;
	if (x->months != y->months)
		return x->months < y->months ? -1 : 1;
	if (x->floor != y->floor)
		return x->floor < y->floor ? -1 : 1;
	return x->rest != y->rest ? x->rest - y->rest : by_text(a, b);
}

static int
read_array(struct reader *rd, uint32_t node, struct rule *r)
{
	const struct json_node *array = &rd->json.nodes[node];
	int (*order)(const void *, const void *) = by_integer;
	struct rule_value *list;
	uint32_t at = node + 1;

	if (array->kind != JSON_ARRAY)
		return reader_fault(rd, array->at, "Write [first, second, ...].",
		    "the value for 'in' must be an array");
	list = arena_array(rd->a, array->count, sizeof(*list));
	for (uint32_t i = 0; i < array->count; i++) {
		if (read_one(rd, at, r, &list[i]) != 0)
			return -1;
		at = rd->json.nodes[at].next;
	}
	if (r->field->type == RULE_FIELD_TEXT)
		order = by_text;
	else if (r->field->type == RULE_FIELD_DECIMAL)
		order = by_number;
	qsort(list, array->count, sizeof(*list), order);
	r->values = list;
	r->values_n = r->exact_n = array->count;
	while (r->exact_n > 0 && list[r->exact_n - 1].months > 0)
		r->exact_n--;
	return 0;
}

static int
read_wanted(struct reader *rd, uint32_t node, struct rule *r)
{
	enum json_kind kind = reader_kind(rd, node);

	r->wanted = kind == JSON_TRUE;
	if (kind == JSON_TRUE || kind == JSON_FALSE)
		return 0;
	return reader_fault(rd, reader_at(rd, node), "Write true or false, without quotes.",
	    "the value for 'exists' must be true or false");
}

int
value_read(struct reader *rd, uint32_t node, struct rule *r)
{
	struct rule_value *b;

	if (r->op == RULE_EXISTS)
		return read_wanted(rd, node, r);
	if (r->op == RULE_IN)
		return read_array(rd, node, r);
	b = arena_alloc(rd->a, sizeof(*b));
	r->values = b;
	r->values_n = 1;
	return read_one(rd, node, r, b);
}

int
value_within(struct reader *rd, uint32_t node, struct rule *r)
{
	struct rule_value *b = arena_zero(rd->a, 1, sizeof(*b));

	if (!rule_fields_takes_within(r->field))
		return reader_fault(rd, reader_at(rd, node),
		    "It goes with fh_total_spent, fh_total_orders, fh_products, fh_categories and "
		    "stores.",
		    "'within' does not suit field '%s'", r->field->name);
	if (reader_kind(rd, node) != JSON_STRING || !read_span(rd->a, reader_text(rd, node), b))
		return reader_fault(rd, reader_at(rd, node),
		    "Write it as \"90d\", \"12h\", \"4w\", \"6mo\" or \"1y\".",
		    "'within' must be a span");
	r->within = b;
	return 0;
}
