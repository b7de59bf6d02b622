#include "rule_internal.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"

struct want {
	const char *what, *advice;
};

static const struct want wants[] = {
	[FIELD_TEXT] = { "text", "write it as \"CO\", in quotes" },
	[FIELD_LIST] = { "text", "write one member of the list, in quotes" },
	[FIELD_DECIMAL] = { "a number", "write it as 12.5, without quotes" },
	[FIELD_BOOL] = { "true or false", "write true or false" },
	[FIELD_COUNT] = { "a number", "write it as 2, without quotes" },
	[FIELD_MONEY] = { "a number", "write dollars as 100 or 99.50, without quotes or $" },
	[FIELD_TIME] = { "a time",
	    "write a span back from as of (\"-60d\", \"-12h\", \"-4w\") or an "
	    "ISO date (\"2026-05-01\", \"2026-05-01T10:05:00Z\")" },
	[FIELD_DAY] = { "a time", "write an ISO date (\"1990-05-01\") or a span back from as of "
	                          "(\"-365d\", \"-12h\", \"-4w\")" },
	[FIELD_AGE] = { "a number", "write whole years as 21, without quotes" },
};

static int
wrong_value(struct reader *rd, uint32_t node, const struct rule *r)
{
	const struct want *want = &wants[r->field->type];

	reader_fault(rd, rd->json.nodes[node].at, "the value for '%s' must be %s", r->field->name,
	    want->what);
	return err_advise(rd->e, "%s", want->advice);
}

/* The number as a person writes it: $99.50 rather than 99.5. */
static struct str
spoken_number(struct arena *a, struct str token, enum field_type type)
{
	struct str plain;
	const char *sign = "", *point, *tail = "";

	if (!decimal_plain(a, token, &plain))
		plain = token;
	if (type != FIELD_MONEY)
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
read_number(struct reader *rd, uint32_t node, const struct rule *r, struct value *b)
{
	enum field_type type = r->field->type;
	struct str token = json_raw(&rd->json, node);

	b->number = number_read(rd->a, token);
	b->floor = number_floor(&b->number, type == FIELD_MONEY ? 2 : 0, &b->rest);
	b->text = spoken_number(rd->a, token, type);
}

/*
 * Days, hours and weeks only: the settings' "m" is minutes, where whoever
 * writes a rule would mean months.
 */
static bool
read_span(struct arena *a, struct str s, struct value *b)
{
	static const char units[] = "dhw";
	static const char *const names[] = { "day", "hour", "week" };
	const char *unit;
	uint64_t count;

	if (s.n < 2)
		return false;
	unit = memchr(units, s.p[s.n - 1], sizeof(units) - 1);
	if (unit == NULL || !num_u64(str_of(s.p, s.n - 1), &count) || !span_parse(s, &b->floor))
		return false;
	b->relative = true;
	b->text = str_printf(
	    a, "%llu %s%s", (unsigned long long)count, names[unit - units], count == 1 ? "" : "s");
	return true;
}

static bool
read_time(struct arena *a, struct str s, struct value *b)
{
	s = str_trim(s);
	if (str_starts(s, STR("-")))
		return read_span(a, str_of(s.p + 1, s.n - 1), b);
	return timestamp_parse(s, &b->floor);
}

static bool
read_bool(struct reader *rd, uint32_t node, struct value *b)
{
	enum json_kind kind = reader_kind(rd, node);
	struct str s = json_raw(&rd->json, node);

	/* Text is as good as the token: profiles are exported with "True". */
	if (kind == JSON_STRING)
		s = reader_text(rd, node);
	else if (kind != JSON_TRUE && kind != JSON_FALSE)
		return false;
	b->floor = str_eq_nocase(s, STR("true")) ? 1 : 0;
	b->text = b->floor == 1 ? STR("true") : STR("false");
	return b->floor == 1 || str_eq_nocase(s, STR("false"));
}

static int
read_bound(struct reader *rd, uint32_t node, const struct rule *r, struct value *b)
{
	enum json_kind kind = reader_kind(rd, node);
	bool ok = false;

	*b = (struct value){ 0 };
	switch (r->field->type) {
	case FIELD_TEXT:
	case FIELD_LIST:
		ok = kind == JSON_STRING;
		if (ok)
			b->text = reader_text(rd, node);
		break;
	case FIELD_BOOL:
		ok = read_bool(rd, node, b);
		break;
	case FIELD_TIME:
	case FIELD_DAY:
		ok = kind == JSON_STRING && read_time(rd->a, reader_text(rd, node), b);
		break;
	case FIELD_DECIMAL:
	case FIELD_COUNT:
	case FIELD_MONEY:
	case FIELD_AGE:
		ok = kind == JSON_NUMBER;
		if (ok)
			read_number(rd, node, r, b);
		break;
	}
	return ok ? 0 : wrong_value(rd, node, r);
}

static int
integer_cmp(const struct value *a, const struct value *b)
{
	if (a->relative != b->relative)
		return a->relative ? 1 : -1;
	if (a->floor != b->floor)
		return a->floor < b->floor ? -1 : 1;
	return a->rest - b->rest;
}

/* Equal values may be spoken in two ways (28 days, 4 weeks). */
static int
by_text(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	return str_cmp(x->text, y->text);
}

static int
by_number(const void *a, const void *b)
{
	const struct value *x = a, *y = b;
	int order = number_cmp(&x->number, &y->number);

	return order != 0 ? order : by_text(a, b);
}

static int
by_integer(const void *a, const void *b)
{
	int order = integer_cmp(a, b);

	return order != 0 ? order : by_text(a, b);
}

static int
read_array(struct reader *rd, uint32_t node, struct rule *r)
{
	const struct json_node *array = &rd->json.nodes[node];
	int (*order)(const void *, const void *) = by_integer;
	struct value *list;
	uint32_t at = node + 1;

	if (array->kind != JSON_ARRAY) {
		reader_fault(rd, array->at, "the value for 'in' must be an array");
		return err_advise(rd->e, "write [first, second, ...]");
	}
	list = arena_array(rd->a, array->count, sizeof(*list));
	for (uint32_t i = 0; i < array->count; i++) {
		if (read_bound(rd, at, r, &list[i]) != 0)
			return -1;
		at = rd->json.nodes[at].next;
	}
	if (r->field->type == FIELD_TEXT)
		order = by_text;
	else if (r->field->type == FIELD_DECIMAL)
		order = by_number;
	qsort(list, array->count, sizeof(*list), order);
	r->bounds = list;
	r->bounds_n = array->count;
	return 0;
}

static int
read_wanted(struct reader *rd, uint32_t node, struct rule *r)
{
	enum json_kind kind = reader_kind(rd, node);

	r->wanted = kind == JSON_TRUE;
	if (kind == JSON_TRUE || kind == JSON_FALSE)
		return 0;
	reader_fault(rd, rd->json.nodes[node].at, "the value for 'exists' must be true or false");
	return err_advise(rd->e, "write true or false, without quotes");
}

int
value_read(struct reader *rd, uint32_t node, struct rule *r)
{
	struct value *b;

	if (r->op == OP_EXISTS)
		return read_wanted(rd, node, r);
	if (r->op == OP_IN)
		return read_array(rd, node, r);
	b = arena_alloc(rd->a, sizeof(*b));
	r->bounds = b;
	r->bounds_n = 1;
	return read_bound(rd, node, r, b);
}
