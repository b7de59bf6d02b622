#include "rule.h"

#include <stdlib.h>

#include "base/num.h"
#include "base/timestamp.h"
#include "profile/values.h"

int64_t
eval_time_minus(int64_t a, int64_t b)
{
	int64_t v;

	if (__builtin_sub_overflow(a, b, &v))
		return b > 0 ? INT64_MIN : INT64_MAX;
	return v;
}

static int64_t
days_to_birthday(int32_t born, int32_t today, int64_t age)
{
	int64_t last = day_birthday(born, (uint64_t)age) / TIMESTAMP_DAY;

	/* The next one lies beyond the calendar only after the year 9998. */
	if (last == today)
		return 0;
	return day_birthday(born, (uint64_t)age + 1) / TIMESTAMP_DAY - today;
}

struct eval
eval_of(const struct profile *p, int64_t as_of)
{
	struct eval x = { .p = p, .as_of = as_of, .birth = TIMESTAMP_NONE };
	int32_t today = timestamp_day(as_of);

	if (p->birthdate == DAY_NONE || p->birthdate > today)
		return x;
	x.birth = p->birthdate * TIMESTAMP_DAY;
	x.age = day_years(p->birthdate, today);
	x.to_birthday = days_to_birthday(p->birthdate, today, x.age);
	return x;
}

static const void *
place(const struct eval *x, size_t at)
{
	return (const char *)x->p + at;
}

int64_t
eval_point(const struct rule_value *b, int64_t as_of)
{
	if (b->months > 0)
		return timestamp_months_before(as_of, b->months);
	return b->relative ? eval_time_minus(as_of, b->floor) : b->floor;
}

bool
eval_counts(const struct eval *x, const struct rule *r, const struct profile_order *o)
{
	return (o->is_purchase || r->field->type == RULE_FIELD_MONEY) &&
	       o->time >= eval_point(r->within, x->as_of);
}

/* The sum or the number of the orders of a span. */
static int64_t
add_up(const struct eval *x, const struct rule *r)
{
	bool is_money = r->field->type == RULE_FIELD_MONEY;
	int64_t sum = 0;

	/* All of the customer's money together fits, so each part does. */
	for (size_t i = 0; i < x->p->orders_n; i++)
		if (eval_counts(x, r, &x->p->orders[i]))
			sum += is_money ? x->p->orders[i].cents : 1;
	return sum;
}

bool
eval_integer(const struct eval *x, const struct rule *r, int64_t *v)
{
	const struct rule_field *f = r->field;
	const void *p = place(x, f->at);
	uint64_t count;

	switch (f->type) {
	case RULE_FIELD_BOOL:
		*v = *(const enum tri *)p == TRI_TRUE;
		return *(const enum tri *)p != TRI_ABSENT;
	case RULE_FIELD_COUNT:
		if (r->within != NULL) {
			*v = add_up(x, r);
			return true;
		}
		count = *(const uint64_t *)p;
		*v = count > INT64_MAX ? INT64_MAX : (int64_t)count;
		return true;
	case RULE_FIELD_MONEY:
		*v = r->within != NULL ? add_up(x, r) : *(const int64_t *)p;
		return true;
	case RULE_FIELD_TIME:
		*v = *(const int64_t *)p;
		return *v != TIMESTAMP_NONE;
	case RULE_FIELD_DAY:
		*v = x->birth;
		return x->birth != TIMESTAMP_NONE;
	case RULE_FIELD_AGE:
		*v = x->age;
		return x->birth != TIMESTAMP_NONE;
	case RULE_FIELD_BIRTHDAY:
		*v = x->to_birthday;
		return x->birth != TIMESTAMP_NONE;
	case RULE_FIELD_TEXT:
	case RULE_FIELD_LIST:
	case RULE_FIELD_DECIMAL:
		break;
	}
	return false;
}

struct str
eval_text(const struct eval *x, const struct rule_field *f)
{
	return *(const struct str *)place(x, f->at);
}

size_t
eval_list(const struct eval *x, const struct rule_field *f, const struct str **list)
{
	*list = *(struct str *const *)place(x, f->at);
	return *(const size_t *)place(x, f->count_at);
}

static unsigned
relation(int order)
{
	return order < 0 ? RULE_LESS : order > 0 ? RULE_GREATER : RULE_EQUAL;
}

unsigned
eval_relation(const struct rule_value *b, int64_t v, int64_t as_of)
{
	int64_t floor = eval_point(b, as_of);

	if (v != floor)
		return v < floor ? RULE_LESS : RULE_GREATER;
	return b->rest ? RULE_LESS : RULE_EQUAL;
}

/* The list of an order that the field is made of. */
static size_t
list_of(const struct rule_field *f, const struct profile_order *o, const struct str **list)
{
	bool is_products = f->at == offsetof(struct profile, products);

	if (f->at == offsetof(struct profile, stores)) {
		*list = &o->store;
		return 1;
	}
	*list = is_products ? o->products : o->categories;
	return o->items_n;
}

/* Does an order of the span have it?  NULL: anything. */
static bool
orders_have(const struct eval *x, const struct rule *r, const struct str *wanted)
{
	for (size_t i = 0; i < x->p->orders_n; i++) {
		const struct profile_order *o = &x->p->orders[i];
		const struct str *list;
		size_t n = eval_counts(x, r, o) ? list_of(r->field, o, &list) : 0;

		for (size_t k = 0; k < n; k++)
			if (list[k].n > 0 && (wanted == NULL || str_eq_nocase(list[k], *wanted)))
				return true;
	}
	return false;
}

static bool
list_has(const struct eval *x, const struct rule *r)
{
	const struct str *list;
	size_t n = eval_list(x, r->field, &list);

	if (r->within != NULL)
		return orders_have(x, r, &r->values->text);
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(list[i], r->values->text))
			return true;
	return false;
}

/* What is looked for among the values of in. */
struct key {
	enum rule_field_type type;
	int64_t integer;
	bool relative;
	struct str text;
};

static int
key_cmp(const void *key, const void *value)
{
	const struct key *k = key;
	const struct rule_value *v = value;

	if (k->type == RULE_FIELD_TEXT)
		return str_cmp(k->text, v->text);
	if (k->type == RULE_FIELD_DECIMAL)
		return decimal_cmp(k->text, v->text);
	if (k->relative != v->relative)
		return k->relative ? 1 : -1;
	if (k->integer != v->floor)
		return k->integer < v->floor ? -1 : 1;
	return v->rest ? -1 : 0;
}

static bool
is_in(const struct rule *r, struct key k)
{
	k.type = r->field->type;
	return r->exact_n > 0 &&
	       bsearch(&k, r->values, r->exact_n, sizeof(*r->values), key_cmp) != NULL;
}

static bool
integer_holds(const struct eval *x, const struct rule *r)
{
	int64_t v;

	if (!eval_integer(x, r, &v))
		return false;
	if (r->op != RULE_IN)
		return (eval_relation(r->values, v, x->as_of) & r->accepts) != 0;
	if (is_in(r, (struct key){ .integer = v }))
		return true;
	for (size_t i = r->exact_n; i < r->values_n; i++)
		if (eval_point(&r->values[i], x->as_of) == v)
			return true;
	/* v is as of minus a span where the span is as of minus v; spans come after points. */
	return r->exact_n > 0 && r->values[r->exact_n - 1].relative &&
	       is_in(r, (struct key){ .relative = true, .integer = eval_time_minus(x->as_of, v) });
}

static bool
text_holds(const struct eval *x, const struct rule *r)
{
	struct str s = eval_text(x, r->field);
	int order;

	if (s.n == 0)
		return false;
	if (r->op == RULE_IN)
		return is_in(r, (struct key){ .text = s });
	if (r->op == RULE_CONTAINS)
		return str_has_nocase(s, r->values->text);
	order = r->field->type == RULE_FIELD_DECIMAL ? decimal_cmp(s, r->values->text)
	                                             : str_cmp(s, r->values->text);
	return (relation(order) & r->accepts) != 0;
}

static bool
is_known(const struct eval *x, const struct rule *r)
{
	const struct rule_field *f = r->field;
	const struct str *list;
	int64_t v;

	if (f->type == RULE_FIELD_LIST && r->within != NULL)
		return orders_have(x, r, NULL);
	if (f->type == RULE_FIELD_LIST)
		return eval_list(x, f, &list) > 0;
	if (rule_fields_is_integer(f))
		return eval_integer(x, r, &v);
	return eval_text(x, f).n > 0;
}

bool
eval_compare(const struct eval *x, const struct rule *r)
{
	if (r->op == RULE_EXISTS)
		return is_known(x, r) == r->wanted;
	if (r->field->type == RULE_FIELD_LIST)
		return list_has(x, r);
	return rule_fields_is_integer(r->field) ? integer_holds(x, r) : text_holds(x, r);
}

/* Recursive, as deep as the file's JSON. */
static bool
holds(const struct eval *x, const struct rule *r, const bool *member)
{
	const struct rule *end = r + r->size;
	bool stop = r->kind == RULE_ANY;

	switch (r->kind) {
	case RULE_COMPARE:
		return eval_compare(x, r);
	case RULE_SEGMENT:
		return member[r->segment];
	case RULE_NOT:
		return !holds(x, r + 1, member);
	case RULE_ALL:
	case RULE_ANY:
		break;
	}
	for (r++; r < end; r += r->size)
		if (holds(x, r, member) == stop)
			return stop;
	return !stop;
}

void
eval_until(const struct eval *x, const struct segment_set *set, size_t last, bool *member)
{
	for (size_t k = 0; k < set->n; k++) {
		uint32_t i = set->order[k];

		member[i] = holds(x, set->list[i].where, member);
		if (i == last)
			return;
	}
}

void
segment_eval(const struct segment_set *set, const struct profile *p, int64_t as_of, bool *member)
{
	struct eval x = eval_of(p, as_of);

	eval_until(&x, set, set->n, member);
}
