#include "rule.h"

#include "base/num.h"
#include "base/timestamp.h"
#include "profile/values.h"

/* What stands between "is" and the value, from RULE_EQ to RULE_GE. */
static const char *const number_words[] = { "", "not ", "less than ", "at most ", "more than ",
	"at least " };
static const char *const text_words[] = { "", "not ", "alphabetically before ",
	"not alphabetically after ", "alphabetically after ", "not alphabetically before " };
static const char *const time_words[] = { "", "not ", "before ", "not after ", "after ",
	"not before " };
/* A span counts backwards and turns the order round: before means longer ago. */
static const char *const span_words[] = { "exactly ", "not exactly ", "more than ", "at least ",
	"less than ", "at most " };

/* A sentence in the making; x is NULL for the bare rule. */
struct sentence {
	const struct segment_set *set;
	const struct eval *x;
	const bool *member;
	struct buf *b;
};

static bool
is_time(const struct rule_field *f)
{
	return f->type == RULE_FIELD_TIME || f->type == RULE_FIELD_DAY;
}

static void
put_time(struct buf *b, const struct rule_field *f, int64_t us)
{
	if (f->type == RULE_FIELD_DAY && us % TIMESTAMP_DAY == 0)
		day_format(b, timestamp_day(us));
	else
		timestamp_format_exact(b, us);
}

static void
put_value(struct buf *b, const struct rule *r, const struct rule_value *v)
{
	if (r->field->type == RULE_FIELD_TEXT || r->field->type == RULE_FIELD_LIST)
		buf_json(b, v->text);
	else if (!is_time(r->field) || v->relative)
		buf_str(b, v->text);
	else
		put_time(b, r->field, v->floor);
	if (v->relative)
		buf_z(b, " ago");
}

static void
put_any_of(struct buf *b, const struct rule *r)
{
	buf_z(b, r->values_n == 0 ? "one of none" : "one of ");
	for (size_t i = 0; i < r->values_n; i++) {
		if (i > 0)
			buf_z(b, ", ");
		put_value(b, r, &r->values[i]);
	}
}

static const char *
word_of(const struct rule *r)
{
	if (r->field->type == RULE_FIELD_TEXT)
		return text_words[r->op];
	if (!is_time(r->field))
		return number_words[r->op];
	return r->values->relative ? span_words[r->op] : time_words[r->op];
}

/* What is asked of the field; ${is} goes before everything that is not a verb itself. */
static void
put_condition(struct buf *b, const struct rule *r, const char *is)
{
	bool list = r->field->type == RULE_FIELD_LIST;

	if (r->op == RULE_CONTAINS) {
		buf_z(b, list ? "includes " : "contains ");
		put_value(b, r, r->values);
		return;
	}
	buf_z(b, is);
	if (r->op == RULE_EXISTS) {
		buf_z(b, r->wanted == list ? "not " : "");
		buf_z(b, list ? "empty" : "known");
	} else if (r->op == RULE_IN) {
		put_any_of(b, r);
	} else {
		buf_z(b, word_of(r));
		put_value(b, r, r->values);
	}
}

/* Less than a day lies between the two, so that the date alone would not show why. */
static bool
is_close(const struct rule *r, int64_t v, int64_t as_of)
{
	for (size_t i = 0; i < r->values_n; i++) {
		const struct rule_value *b = &r->values[i];
		int64_t t = eval_point(b, as_of);
		int64_t apart = eval_time_minus(v, t);

		if (apart > -TIMESTAMP_DAY && apart < TIMESTAMP_DAY)
			return true;
	}
	return false;
}

static void
put_distance(struct buf *b, int64_t v, int64_t as_of, bool close)
{
	int64_t us = v <= as_of ? eval_time_minus(as_of, v) : eval_time_minus(v, as_of);
	int64_t days = us / TIMESTAMP_DAY, rest = us % TIMESTAMP_DAY;

	buf_printf(b, ", %lld day%s", (long long)days, days == 1 ? "" : "s");
	if (close && rest > 0) {
		long long s = rest / TIMESTAMP_SECOND, part = rest % TIMESTAMP_SECOND;

		buf_printf(b, " and %02lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
		if (part > 0)
			buf_printf(b, ".%06lld", part);
	}
	buf_z(b, v <= as_of ? " before" : " after");
}

static void
put_time_fact(struct buf *b, const struct rule *r, const struct eval *x, int64_t v)
{
	bool close = is_close(r, v, x->as_of);

	if (close)
		put_time(b, r->field, v);
	else
		day_format(b, timestamp_day(v));
	put_distance(b, v, x->as_of, close);
}

static void
put_integer_fact(struct buf *b, const struct rule *r, const struct eval *x)
{
	enum rule_field_type type = r->field->type;
	int64_t v;

	if (!eval_integer(x, r, &v)) {
		buf_z(b, "not known");
	} else if (is_time(r->field)) {
		put_time_fact(b, r, x, v);
	} else if (type == RULE_FIELD_MONEY) {
		buf_z(b, v < 0 ? "-$" : "$");
		money_format(b, v < 0 ? -v : v);
	} else if (type == RULE_FIELD_BOOL) {
		buf_z(b, v == 1 ? "true" : "false");
	} else {
		buf_i64(b, v);
	}
}

/* The profile's value, with its verb. */
static void
put_fact(struct buf *b, const struct rule *r, const struct eval *x)
{
	const struct rule_field *f = r->field;

	if (f->type == RULE_FIELD_LIST && r->within != NULL) {
		size_t n = 0;

		for (size_t i = 0; i < x->p->orders_n; i++)
			n += eval_counts(x, r, &x->p->orders[i]);
		buf_printf(b, "is that of %zu purchase%s", n, n == 1 ? "" : "s");
		return;
	}
	if (f->type == RULE_FIELD_LIST) {
		const struct str *list;
		size_t n = eval_list(x, f, &list);

		buf_printf(b, "has %zu entr%s", n, n == 1 ? "y" : "ies");
		return;
	}
	buf_z(b, "is ");
	if (rule_fields_is_integer(f))
		put_integer_fact(b, r, x);
	else if (eval_text(x, f).n == 0)
		buf_z(b, "not known");
	else if (f->type == RULE_FIELD_DECIMAL)
		buf_str(b, eval_text(x, f));
	else
		buf_json(b, eval_text(x, f));
}

static void
put_outcome(struct buf *b, bool holds)
{
	buf_z(b, holds ? "holds)" : "does not hold)");
}

static void
put_compare(const struct sentence *s, const struct rule *r)
{
	buf_z(s->b, r->field->noun);
	if (r->within != NULL) {
		buf_z(s->b, " in the last ");
		buf_str(s->b, r->within->text);
	}
	buf_char(s->b, ' ');
	if (s->x == NULL) {
		put_condition(s->b, r, "is ");
		return;
	}
	put_fact(s->b, r, s->x);
	buf_z(s->b, " (");
	put_condition(s->b, r, "");
	buf_z(s->b, ": ");
	put_outcome(s->b, eval_compare(s->x, r));
}

static void
put_reference(const struct sentence *s, const struct rule *r)
{
	buf_z(s->b, "is in segment ");
	buf_json(s->b, s->set->list[r->segment].name);
	if (s->x == NULL)
		return;
	buf_z(s->b, " (");
	put_outcome(s->b, s->member[r->segment]);
}

/* A list of one means the same as what is in it. */
static const struct rule *
unwrap(const struct rule *r)
{
	while (
	    (r->kind == RULE_ALL || r->kind == RULE_ANY) && r->size > 1 && r[1].size + 1 == r->size)
		r++;
	return r;
}

/* Recursive, as deep as the file's JSON; ${parent} is what it stands in. */
static void
put_rule(const struct sentence *s, const struct rule *r, enum rule_kind parent)
{
	const struct rule *end;
	bool nested;

	r = unwrap(r);
	end = r + r->size;
	switch (r->kind) {
	case RULE_COMPARE:
		put_compare(s, r);
		return;
	case RULE_SEGMENT:
		put_reference(s, r);
		return;
	case RULE_NOT:
		buf_z(s->b, "not (");
		put_rule(s, r + 1, RULE_NOT);
		buf_char(s->b, ')');
		return;
	case RULE_ALL:
	case RULE_ANY:
		break;
	}
	if (r->size == 1) {
		buf_z(s->b, r->kind == RULE_ALL ? "always" : "never");
		return;
	}
	nested = parent != r->kind && parent != RULE_NOT;
	buf_z(s->b, nested ? "(" : "");
	for (const struct rule *child = r + 1; child < end; child += child->size) {
		if (child > r + 1)
			buf_z(s->b, r->kind == RULE_ALL ? " and " : " or ");
		put_rule(s, child, r->kind);
	}
	buf_z(s->b, nested ? ")" : "");
}

void
segment_sentence(const struct segment_set *set, size_t i, struct buf *b)
{
	const struct sentence s = { .set = set, .b = b };

	/* RULE_NOT: as inside "not (", the whole needs no parentheses. */
	put_rule(&s, set->list[i].where, RULE_NOT);
}

void
segment_reason(
    const struct segment_set *set, size_t i, const struct profile *p, int64_t as_of, struct buf *b)
{
	bool member[SEGMENT_MAX];
	const struct eval x = eval_of(p, as_of);
	const struct sentence s = { .set = set, .x = &x, .member = member, .b = b };

	eval_until(&x, set, i, member);
	put_rule(&s, set->list[i].where, RULE_NOT);
}
