#include "rule_internal.h"

#include "base/timestamp.h"
#include "profile/values.h"

int64_t
time_minus(int64_t a, int64_t b)
{
	int64_t v;

	if (__builtin_sub_overflow(a, b, &v))
		return b > 0 ? INT64_MIN : INT64_MAX;
	return v;
}

int64_t
time_plus(int64_t a, int64_t b)
{
	int64_t v;

	if (__builtin_add_overflow(a, b, &v))
		return b > 0 ? INT64_MAX : INT64_MIN;
	return v;
}

struct facts
facts_of(const struct profile *p, int64_t as_of)
{
	struct facts x = { .p = p, .as_of = as_of, .birth = TIMESTAMP_NONE };
	int32_t today = timestamp_day(as_of);

	if (p->birthdate == DAY_NONE || p->birthdate > today)
		return x;
	x.birth = p->birthdate * TIMESTAMP_DAY;
	x.age = day_years(p->birthdate, today);
	return x;
}

static const void *
place(const struct facts *x, size_t at)
{
	return (const char *)x->p + at;
}

bool
fact_integer(const struct field *f, const struct facts *x, int64_t *v)
{
	const void *p = place(x, f->at);
	uint64_t count;

	switch (f->type) {
	case FIELD_BOOL:
		*v = *(const enum tri *)p == TRI_TRUE;
		return *(const enum tri *)p != TRI_ABSENT;
	case FIELD_COUNT:
		count = *(const uint64_t *)p;
		*v = count > INT64_MAX ? INT64_MAX : (int64_t)count;
		return true;
	case FIELD_MONEY:
		*v = *(const int64_t *)p;
		return true;
	case FIELD_TIME:
		*v = *(const int64_t *)p;
		return *v != TIMESTAMP_NONE;
	case FIELD_DAY:
		*v = x->birth;
		return x->birth != TIMESTAMP_NONE;
	case FIELD_AGE:
		*v = x->age;
		return x->birth != TIMESTAMP_NONE;
	case FIELD_TEXT:
	case FIELD_LIST:
	case FIELD_DECIMAL:
		break;
	}
	return false;
}

struct str
fact_text(const struct field *f, const struct facts *x)
{
	return *(const struct str *)place(x, f->at);
}

size_t
fact_list(const struct field *f, const struct facts *x, const struct str **list)
{
	*list = *(struct str *const *)place(x, f->at);
	return *(const size_t *)place(x, f->count_at);
}

static unsigned
relation(int order)
{
	return order < 0 ? REL_LESS : order > 0 ? REL_GREATER : REL_EQUAL;
}

static unsigned
integer_relation(const struct value *b, int64_t v, int64_t as_of)
{
	int64_t floor = b->relative ? time_minus(as_of, b->floor) : b->floor;

	if (v != floor)
		return v < floor ? REL_LESS : REL_GREATER;
	return b->rest ? REL_LESS : REL_EQUAL;
}

static bool
list_has(const struct rule *r, const struct facts *x)
{
	const struct str *list;
	size_t low = 0, high = fact_list(r->field, x, &list);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = str_cmp(r->bounds->text, list[mid]);

		if (order == 0)
			return true;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return false;
}

/* What in compares: one value, of its field's type. */
struct key {
	int64_t integer;
	bool relative;
	struct str text;
};

static int
key_cmp(const struct key *k, const struct value *b, enum field_type type)
{
	if (type == FIELD_TEXT)
		return str_cmp(k->text, b->text);
	if (type == FIELD_DECIMAL)
		return number_cmp_plain(k->text, &b->number);
	if (k->relative != b->relative)
		return k->relative ? 1 : -1;
	if (k->integer != b->floor)
		return k->integer < b->floor ? -1 : 1;
	return b->rest ? -1 : 0;
}

static bool
bounds_have(const struct rule *r, struct key k)
{
	size_t low = 0, high = r->bounds_n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = key_cmp(&k, &r->bounds[mid], r->field->type);

		if (order == 0)
			return true;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return false;
}

static bool
integer_holds(const struct rule *r, const struct facts *x)
{
	int64_t v;

	if (!fact_integer(r->field, x, &v))
		return false;
	if (r->op != OP_IN)
		return (integer_relation(r->bounds, v, x->as_of) & r->accepts) != 0;
	if (bounds_have(r, (struct key){ .integer = v }))
		return true;
	/* v = as of - span where as of - v = span; spans are its tail. */
	return r->bounds_n > 0 && r->bounds[r->bounds_n - 1].relative &&
	       bounds_have(r, (struct key){ .relative = true, .integer = time_minus(x->as_of, v) });
}

static bool
text_holds(const struct rule *r, const struct facts *x)
{
	struct str s = fact_text(r->field, x);
	int order;

	if (s.n == 0)
		return false;
	if (r->op == OP_IN)
		return bounds_have(r, (struct key){ .text = s });
	if (r->op == OP_CONTAINS)
		return str_has_nocase(s, r->bounds->text);
	order = r->field->type == FIELD_DECIMAL ? number_cmp_plain(s, &r->bounds->number)
	                                        : str_cmp(s, r->bounds->text);
	return (relation(order) & r->accepts) != 0;
}

static bool
is_known(const struct field *f, const struct facts *x)
{
	const struct str *list;
	int64_t v;

	if (f->type == FIELD_LIST)
		return fact_list(f, x, &list) > 0;
	if (field_is_integer(f))
		return fact_integer(f, x, &v);
	return fact_text(f, x).n > 0;
}

bool
compare_holds(const struct rule *r, const struct facts *x)
{
	if (r->op == OP_EXISTS)
		return is_known(r->field, x) == r->wanted;
	if (r->field->type == FIELD_LIST)
		return list_has(r, x);
	return field_is_integer(r->field) ? integer_holds(r, x) : text_holds(r, x);
}

/* Recursive; the depth is that of the file's JSON. */
static bool
holds(const struct rule *r, const struct facts *x, const bool *member)
{
	const struct rule *end = r + r->size;
	bool stop = r->kind == RULE_ANY;

	switch (r->kind) {
	case RULE_COMPARE:
		return compare_holds(r, x);
	case RULE_SEGMENT:
		return member[r->segment];
	case RULE_NOT:
		return !holds(r + 1, x, member);
	case RULE_ALL:
	case RULE_ANY:
		break;
	}
	for (r++; r < end; r += r->size)
		if (holds(r, x, member) == stop)
			return stop;
	return !stop;
}

void
eval_until(const struct segment_set *set, size_t last, const struct facts *x, bool *member)
{
	for (size_t k = 0; k < set->n; k++) {
		uint32_t i = set->order[k];

		member[i] = holds(set->list[i].where, x, member);
		if (i == last)
			return;
	}
}

void
segment_eval(
    const struct segment_set *set, const struct profile *p, struct segment_now now, bool *member)
{
	struct facts x = facts_of(p, now.as_of);

	eval_until(set, set->n, &x, member);
}
