#include "timemachine/explain_profile.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "segment/rule_fields.h"

const struct explain_field explain_profile_fields[EXPLAIN_FIELD_COUNT] = {
#define X(name, basis, column) { name, basis, column },
	EXPLAIN_FIELDS(X)
#undef X
};

size_t
explain_profile_find(const char *name)
{
	size_t i = 0;

	while (i < EXPLAIN_FIELD_COUNT && strcmp(explain_profile_fields[i].name, name) != 0)
		i++;
	return i;
}

int
explain_profile_terms(struct terms *t, const struct rule_terms *stored, struct err *e)
{
	*t = (struct terms){ 0 };
	if (settings_parse_terms(&t->settings, "settings of the snapshot", stored->settings, e) < 0)
		return -1;
	return segment_parse(&t->arena, "rules of the snapshot", stored->rules, &t->rules, e);
}

bool
explain_profile_uses(enum basis basis, const struct explain_order *o)
{
	switch (basis) {
	case BASIS_RECORD:
		return false;
	case BASIS_COMPLETED:
		return o->kind.completed;
	case BASIS_PURCHASES:
		return o->kind.purchase;
	case BASIS_LAST_PURCHASE:
		return o->is_last_purchase;
	case BASIS_FIRST_PURCHASE:
		return o->is_first_purchase;
	case BASIS_LAST_ORDER:
		return o->is_last;
	}
	return false;
}

static int
by_created(const void *x, const void *y)
{
	const struct order *a = &((const struct explain_order *)x)->x->order;
	const struct order *b = &((const struct explain_order *)y)->x->order;

	if (a->created != b->created)
		return a->created < b->created ? -1 : 1;
	return str_cmp(a->id, b->id);
}

/* First and last purchase by time, the last order by creation (contract, section 4). */
static void
mark_orders(struct explain_profile *p)
{
	struct explain_order *first = NULL, *last = NULL;

	for (size_t i = 0; i < p->orders_n; i++) {
		struct explain_order *o = &p->orders[i];
		const struct order *x = &o->x->order;

		if (!o->kind.purchase)
			continue;
		if (first == NULL || x->time < first->x->order.time)
			first = o;
		if (last == NULL || x->time > last->x->order.time ||
		    (x->time == last->x->order.time && str_cmp(x->id, last->x->order.id) > 0))
			last = o;
	}
	if (first != NULL)
		first->is_first_purchase = last->is_last_purchase = true;
	if (p->orders_n > 0)
		p->orders[p->orders_n - 1].is_last = true;
}

static void
find_orders(struct arena *a, const struct past_records *records, struct explain_profile *p)
{
	const struct record_settings *settings = &p->terms->settings.records;

	p->orders = arena_zero(a, records->orders_n, sizeof(*p->orders));
	for (size_t i = 0; i < records->orders_n; i++) {
		const struct record_version *x = past_records_order(records, i, p->number);

		if (x == NULL)
			continue;
		p->orders[p->orders_n++] = (struct explain_order){
			.x = x,
			.kind = record_order_kind(settings, x->order.status, x->order.voided,
			    x->order.undoes_sale, x->order.total),
		};
	}
	if (p->orders_n > 0)
		qsort(p->orders, p->orders_n, sizeof(*p->orders), by_created);
	mark_orders(p);
}

static void
set_values(struct arena *a, struct explain_profile *p)
{
	struct contact contact;
	struct buf b = { 0 };

	contact_make(a, &p->profile, p->as_of, p->terms->settings.export.list_separator, &contact);
	if (p->profile.first_order_date != TIMESTAMP_NONE)
		timestamp_format_exact(&b, p->profile.first_order_date);
	for (size_t i = 0; i < EXPLAIN_FIELD_COUNT; i++)
		p->values[i] = explain_profile_fields[i].column == COLUMN_COUNT
		                   ? str_copy(a, buf_view(&b))
		                   : contact.cells[explain_profile_fields[i].column];
	buf_release(&b);
}

/* The orders that are named must add up to the values. */
static int
check_totals(const struct explain_profile *p, struct err *e)
{
	int64_t spent = 0;
	uint64_t purchases = 0;

	for (size_t i = 0; i < p->orders_n; i++) {
		const struct explain_order *o = &p->orders[i];

		spent += o->kind.completed ? o->x->order.total : 0;
		purchases += o->kind.purchase;
	}
	if (spent == p->profile.total_spent && purchases == p->profile.total_orders)
		return 0;
	return err_set(e, ERR_INTERNAL, "the orders of the customer do not add up to the totals");
}

/* Of locations only the present is kept: what they were called, and where an order was read, may
 * have been something else then.  The memberships were stored at the time, so they go before. */
static int
check_memberships(struct state *s, const struct past_records *records,
    const struct explain_profile *p, struct err *e)
{
	const struct segment_set *rules = &p->terms->rules;
	bool is_vague = p->number != s->totals.applied && rule_fields_ask_stores(rules);

	for (size_t i = 0; i < rules->n; i++) {
		const struct past_membership *membership;
		uint32_t number;
		bool is_member;

		if (dictionary_find(&s->words, s->txn, rules->list[i].slug, &number, e) < 0)
			return -1;
		membership = past_records_membership(records, number, p->number);
		is_member =
		    membership != NULL && (membership->until == 0 || membership->until > p->number);
		if (is_vague)
			p->member[i] = is_member;
		if (p->member[i] == is_member)
			continue;
		err_set(e, ERR_INTERNAL, "the state and the rule disagree about segment '%.*s'",
		    STR_ARG(rules->list[i].slug));
		return err_advise(e, "Run 'flowstory process --rebuild'; if this happens again, "
		                     "please report it.");
	}
	return 0;
}

int
explain_profile_make(struct arena *a, struct state *s, const struct past_records *records,
    const struct terms *terms, uint32_t number, struct explain_profile *out, struct err *e)
{
	struct applied at;
	int rc;

	if (state_applied_must(s, number, &at, e) < 0)
		return -1;
	*out = (struct explain_profile){
		.number = number, .snapshot = str_copy(a, at.id), .as_of = at.as_of, .terms = terms
	};
	find_orders(a, records, out);
	rc =
	    past_records_profile(a, s, records, &terms->settings.records, number, &out->profile, e);
	if (rc <= 0)
		return rc;
	out->record = past_records_at(&records->customer, number);
	out->status = past_records_status(records, number);
	set_values(a, out);
	out->member = arena_zero(a, terms->rules.n + 1, sizeof(bool));
	segment_eval(&terms->rules, &out->profile, out->as_of, out->member);
	if (check_totals(out, e) < 0)
		return -1;
	return check_memberships(s, records, out, e);
}
