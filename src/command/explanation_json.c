#include "timemachine/explanation.h"

#include "base/timestamp.h"
#include "command/json_out.h"
#include "lib/json_writer.h"

static const char *
counts_as(const struct explain_order *o)
{
	if (o->kind.purchase)
		return "purchase";
	return o->kind.completed ? "refund" : "nothing";
}

static void
add_values(struct arena *a, struct doc *d, const struct explain_profile *p)
{
	struct doc *list = doc_in_array(d, "values");

	for (size_t i = 0; i < EXPLAIN_FIELD_COUNT; i++) {
		const struct explain_field *f = &explain_profile_fields[i];
		struct doc *y = doc_in_object(list, NULL), *orders;

		doc_text(y, "field", str_c(f->name));
		doc_text(y, "value", p->values[i]);
		doc_text(y, "from", str_c(explanation_basis(f->basis)));
		if (f->basis == BASIS_RECORD) {
			const char *why = explanation_dropped(a, p, i);

			if (why[0] != '\0')
				doc_text(y, "dropped", str_c(why));
			continue;
		}
		orders = doc_in_array(y, "orders");
		for (size_t k = 0; k < p->orders_n; k++)
			if (explain_profile_uses(f->basis, &p->orders[k]))
				doc_text(orders, NULL, p->orders[k].x->order.id);
	}
}

static void
add_orders(struct arena *a, struct doc *d, const struct explain_profile *p)
{
	struct doc *list = doc_in_array(d, "orders");

	for (size_t i = 0; i < p->orders_n; i++) {
		const struct explain_order *o = &p->orders[i];
		const struct order *x = &o->x->order;
		struct doc *y = doc_in_object(list, NULL);

		doc_text(y, "id", x->id);
		doc_text(y, "created", explanation_time(a, x->created));
		doc_text(y, "time", explanation_time(a, x->time));
		doc_text(y, "status", x->status);
		doc_text(y, "type", x->type);
		doc_text(y, "total", explanation_total(a, x));
		doc_text(y, "counts_as", str_c(counts_as(o)));
		doc_text(y, "why", explanation_why(a, o));
		json_out_place(y, o->x);
	}
}

static struct str
exact_time(struct arena *a, int64_t us)
{
	struct buf b = { 0 };
	struct str s;

	timestamp_format_exact(&b, us);
	s = str_copy(a, buf_view(&b));
	buf_release(&b);
	return s;
}

static void
add_segments(struct arena *a, struct doc *d, const struct explanation *x)
{
	struct doc *list = doc_in_array(d, "segments");

	for (size_t i = 0; i < x->segments_n; i++) {
		const struct explained *y = &x->segments[i];
		struct doc *z = doc_in_object(list, NULL);

		doc_text(z, "slug", y->segment->slug);
		doc_text(z, "name", y->segment->name);
		doc_bool(z, "member", y->is_member);
		doc_text(z, "reason", y->reason);
		if (y->has_stay) {
			doc_text(z, "since", y->since);
			doc_text(z, "entered", y->entered);
		}
		if (y->until.n > 0) {
			doc_text(z, "until", y->until);
			doc_text(z, "left", y->left);
		}
		if (y->changes == TIMESTAMP_NEVER)
			doc_null(z, "changes");
		else
			doc_text(z, "changes", exact_time(a, y->changes));
	}
}

void
explanation_json(struct arena *a, const struct explanation *x)
{
	const struct explain_profile *p = x->profile_at;
	struct doc *d = doc_object();

	doc_text(d, "customer", p->profile.id);
	doc_text(d, "snapshot", p->snapshot);
	doc_text(d, "as_of", explanation_time(a, p->as_of));
	doc_bool(d, "contact", p->standing->reason == SKIPPED_NONE);
	doc_text(d, "left_out", str_c(skipped_name(p->standing->reason)));
	doc_text(d, "kept", p->standing->detail);
	json_out_place(doc_in_object(d, "record"), p->record);
	if (!x->is_one_segment) {
		add_values(a, d, p);
		add_orders(a, d, p);
	}
	add_segments(a, d, x);
	json_out_print(d);
}
