/* cmd_explain.c -- flowstory explain: where a customer's values and segments come from. */
#include <stdio.h>

#include "base/num.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "command/find_customer.h"
#include "command/json_out.h"
#include "command/print_table.h"
#include "lib/json_writer.h"
#include "timemachine/base_state.h"
#include "timemachine/explain.h"

static const char help[] =
    "CUSTOMER is an id, an email or a mobile number. Says where each value of the\n"
    "customer's profile comes from: the orders that count and those left out, with\n"
    "the reason, and the page each record lies in, with its sha256. Then lists each\n"
    "segment: its rule filled in with the customer's values, since when they are or\n"
    "are not a member and why, and when time alone will change that.\n";

struct explain_options {
	const char *at, *segment;
	bool json;
};

static const struct option options[] = {
	OPTION(struct explain_options, at, "--at", .value = "ID",
	    .help = "as of that snapshot (default: the last one applied)"),
	OPTION(struct explain_options, segment, "--segment", .value = "SLUG",
	    .help = "only this segment"),
	OPTION(struct explain_options, json, "--json", .help = "print JSON"),
	{ 0 },
};

static const char *const basis_names[] = {
	[BASIS_RECORD] = "the record",
	[BASIS_COMPLETED] = "completed orders",
	[BASIS_PURCHASES] = "purchases",
	[BASIS_LAST_PURCHASE] = "last purchase",
	[BASIS_FIRST_PURCHASE] = "first purchase",
	[BASIS_LAST_ORDER] = "last order",
};

/* Moves what was formatted out of the buffer. */
static struct str
text_of(struct explain *x, struct buf *b)
{
	struct str s = str_copy(&x->arena, buf_view(b));

	buf_release(b);
	return s;
}

static struct str
time_text(struct explain *x, int64_t us)
{
	struct buf b = { 0 };

	timestamp_format(&b, us);
	return text_of(x, &b);
}

static struct str
total_text(struct explain *x, const struct order *o)
{
	struct buf b = { 0 };

	if (o->has_total)
		money_format(&b, o->total);
	return text_of(x, &b);
}

/* ---- as text */

static void
print_standing(struct explain *x, const struct past_contact *s)
{
	struct str left_out = explain_left_out(&x->arena, s);

	if (!past_contacts_was(s)) {
		printf("  is        left out: ");
		print_table_text(22, left_out);
		return;
	}
	printf("  is        a contact of DailyStory\n");
	printf("  with      %.*s%s%.*s\n", STR_ARG(s->email),
	    s->email.n > 0 && s->mobile.n > 0 ? ", " : "", STR_ARG(s->mobile));
	if (left_out.n > 0) {
		printf("  without   ");
		print_table_text(12, left_out);
	}
}

/* Which orders to name. */
struct choice {
	enum basis basis;
	struct str member; /* of a list; p NULL: whatever is in the order */
	bool is_category;
};

static bool
is_chosen(const struct choice *c, const struct explain_order *o)
{
	const struct order *x = &o->x->order;

	if (!explain_profile_uses(c->basis, o) || c->member.p == NULL)
		return explain_profile_uses(c->basis, o);
	for (size_t i = 0; i < x->items_n; i++)
		if (str_eq(c->is_category ? x->items[i].category : x->items[i].product, c->member))
			return true;
	return false;
}

/* "#1 to #3, #7" */
static void
put_orders(struct buf *b, const struct explain_profile *p, const struct choice *c)
{
	size_t i = 0, runs = 0;

	while (i < p->orders_n) {
		size_t end = i;

		while (end < p->orders_n && is_chosen(c, &p->orders[end]))
			end++;
		if (end == i) {
			i++;
			continue;
		}
		buf_z(b, runs++ > 0 ? ", #" : "#");
		buf_u64(b, i + 1);
		if (end > i + 1) {
			buf_z(b, end > i + 2 ? " to #" : ", #");
			buf_u64(b, end);
		}
		i = end;
	}
	if (runs == 0)
		buf_z(b, "none");
}

static void
print_value(const char *name, struct str value)
{
	printf(
	    "  %-19s  %.*s", name, value.n == 0 ? 1 : (int)value.n, value.n == 0 ? "-" : value.p);
}

static void
print_list(const struct explain_profile *p, const char *name, bool is_category)
{
	const struct profile *q = &p->profile;
	const struct str *list = is_category ? q->categories : q->products;
	size_t n = is_category ? q->categories_n : q->products_n;
	struct buf b = { 0 };

	if (n == 0)
		printf("  %-19s  -\n", name);
	for (size_t i = 0; i < n; i++) {
		struct choice c = { BASIS_PURCHASES, list[i], is_category };

		buf_reset(&b);
		put_orders(&b, p, &c);
		print_value(i == 0 ? name : "", list[i]);
		printf("  (%.*s)\n", STR_ARG(buf_view(&b)));
	}
	buf_release(&b);
}

static void
print_from_record(struct explain *x, size_t field)
{
	const char *why = explain_dropped(x, field);

	print_value(explain_profile_fields[field].name, x->profile.values[field]);
	if (why[0] != '\0')
		printf("  (dropped: %s)", why);
	putchar('\n');
}

static void
print_from_orders(const struct explain_profile *p, size_t field)
{
	const struct explain_field *f = &explain_profile_fields[field];
	struct choice c = { .basis = f->basis };
	struct buf b = { 0 };

	if (f->column == COLUMN_PRODUCTS || f->column == COLUMN_CATEGORIES) {
		print_list(p, f->name, f->column == COLUMN_CATEGORIES);
		return;
	}
	put_orders(&b, p, &c);
	print_value(f->name, p->values[field]);
	printf("  (%s: %.*s)\n", basis_names[f->basis], STR_ARG(buf_view(&b)));
	buf_release(&b);
}

static void
print_values(struct explain *x)
{
	printf("\nvalues from the record\n");
	for (size_t i = 0; i < EXPLAIN_FIELD_COUNT; i++)
		if (explain_profile_fields[i].basis == BASIS_RECORD)
			print_from_record(x, i);
	printf("\nvalues from the orders\n");
	for (size_t i = 0; i < EXPLAIN_FIELD_COUNT; i++)
		if (explain_profile_fields[i].basis != BASIS_RECORD)
			print_from_orders(&x->profile, i);
}

/* In the page that holds it now. */
static uint32_t
index_of(const struct record_version *x)
{
	return record_text_place(&x->from, x->v.place.index).index;
}

static void
print_orders(struct explain *x)
{
	const struct explain_profile *p = &x->profile;

	printf("\norders\n");
	if (p->orders_n == 0)
		printf("  none\n");
	for (size_t i = 0; i < p->orders_n; i++) {
		const struct explain_order *o = &p->orders[i];
		struct str why = explain_order_why(&x->arena, o);

		printf("  #%-3zu %.*s  %-10.*s %10.*s  %s%s%.*s\n"
		       "       order %.*s, page %zu, record %u\n",
		    i + 1, STR_ARG(time_text(x, o->x->order.created)), STR_ARG(o->x->order.status),
		    STR_ARG(total_text(x, &o->x->order)), o->kind.completed ? "counts" : "left out",
		    why.n > 0 ? ": " : "", STR_ARG(why),
		    STR_ARG(contact_id(&x->arena, o->x->order.id)), explain_page(x, &o->x->from),
		    (unsigned)index_of(o->x));
	}
}

static void
print_segment(struct explain *x, const struct explain_segment *y)
{
	printf("  %.*s (%.*s)\n", STR_ARG(y->segment->name), STR_ARG(y->segment->slug));
	if (y->is_member)
		printf("    a member since %.*s, cause %.*s\n", STR_ARG(y->since),
		    STR_ARG(y->entered));
	else if (y->was_member)
		printf("    not a member: left with %.*s, cause %.*s; was one since %.*s, "
		       "cause %.*s\n",
		    STR_ARG(y->until), STR_ARG(y->left), STR_ARG(y->since), STR_ARG(y->entered));
	else
		printf("    not a member, never has been one\n");
	printf("    ");
	print_table_text(4, y->reason);
	if (y->changes == TIMESTAMP_NEVER)
		printf("    will not change without new data\n");
	else
		printf("    time alone makes them %s %s %.*s\n", y->is_member ? "leave" : "enter",
		    y->changes % TIMESTAMP_SECOND == 0 ? "on" : "after",
		    STR_ARG(time_text(x, y->changes)));
}

static void
print_text(struct explain *x)
{
	const struct explain_profile *p = &x->profile;

	printf("customer %.*s\n", STR_ARG(p->values[0]));
	printf("  as of     %.*s, snapshot %.*s\n", STR_ARG(time_text(x, p->as_of)),
	    STR_ARG(p->snapshot));
	print_standing(x, p->status);
	printf("  record    page 1, record %u\n", (unsigned)index_of(p->record));
	if (x->only == NULL) {
		print_values(x);
		print_orders(x);
	}
	printf("\nsegments\n");
	for (size_t i = 0; i < x->segments_n; i++)
		print_segment(x, &x->segments[i]);
	printf("\npages\n");
	for (size_t i = 0; i < x->pages_n; i++) {
		const struct record_text_place at = record_text_place(x->pages[i], 0);

		printf("  %-3zu %s/%.*s/%.*s\n"
		       "      sha256 %.*s\n",
		    i + 1, at.top, STR_ARG(at.id), STR_ARG(at.path), STR_ARG(at.sha256));
	}
}

/* ---- as JSON */

static void
add_value(struct explain *x, struct doc *list, size_t field)
{
	const struct explain_field *f = &explain_profile_fields[field];
	const struct explain_profile *p = &x->profile;
	struct doc *d = doc_in_object(list, NULL), *orders;

	doc_text(d, "field", str_c(f->name));
	doc_text(d, "value", p->values[field]);
	doc_text(d, "from", str_c(basis_names[f->basis]));
	if (f->basis == BASIS_RECORD) {
		const char *why = explain_dropped(x, field);

		if (why[0] != '\0')
			doc_text(d, "dropped", str_c(why));
		return;
	}
	orders = doc_in_array(d, "orders");
	for (size_t i = 0; i < p->orders_n; i++)
		if (explain_profile_uses(f->basis, &p->orders[i]))
			doc_text(orders, NULL, p->orders[i].x->order.id);
}

static void
add_order(struct explain *x, struct doc *list, const struct explain_order *o)
{
	const struct order *order = &o->x->order;
	struct doc *d = doc_in_object(list, NULL);

	doc_text(d, "id", order->id);
	doc_text(d, "created", time_text(x, order->created));
	doc_text(d, "time", time_text(x, order->time));
	doc_text(d, "status", order->status);
	doc_text(d, "type", order->type);
	doc_text(d, "total", total_text(x, order));
	doc_text(d, "counts_as",
	    o->kind.purchase    ? STR("purchase")
	    : o->kind.completed ? STR("refund")
	                        : STR("nothing"));
	doc_text(d, "why", explain_order_why(&x->arena, o));
	json_out_place(d, o->x);
}

static void
add_segment(struct explain *x, struct doc *list, const struct explain_segment *y)
{
	struct doc *d = doc_in_object(list, NULL);
	struct buf b = { 0 };

	doc_text(d, "slug", y->segment->slug);
	doc_text(d, "name", y->segment->name);
	doc_bool(d, "member", y->is_member);
	doc_text(d, "reason", y->reason);
	if (y->was_member) {
		doc_text(d, "since", y->since);
		doc_text(d, "entered", y->entered);
	}
	if (y->until.n > 0) {
		doc_text(d, "until", y->until);
		doc_text(d, "left", y->left);
	}
	if (y->changes == TIMESTAMP_NEVER) {
		doc_null(d, "changes");
		return;
	}
	timestamp_format_exact(&b, y->changes);
	doc_text(d, "changes", text_of(x, &b));
}

static void
print_json(struct explain *x)
{
	const struct explain_profile *p = &x->profile;
	struct str reason = str_c(skipped_name(p->status->reason));
	bool is_contact = past_contacts_was(p->status);
	struct doc *d = doc_object(), *list;

	doc_text(d, "customer", p->profile.id);
	doc_text(d, "snapshot", p->snapshot);
	doc_text(d, "as_of", time_text(x, p->as_of));
	doc_bool(d, "contact", is_contact);
	doc_text(d, "email", p->status->email);
	doc_text(d, "mobile", p->status->mobile);
	doc_text(d, "left_out", is_contact ? STR("") : reason);
	doc_text(d, "without", is_contact ? reason : STR(""));
	doc_text(d, "holder", p->status->detail);
	json_out_place(doc_in_object(d, "record"), p->record);
	if (x->only == NULL) {
		list = doc_in_array(d, "values");
		for (size_t i = 0; i < EXPLAIN_FIELD_COUNT; i++)
			add_value(x, list, i);
		list = doc_in_array(d, "orders");
		for (size_t i = 0; i < p->orders_n; i++)
			add_order(x, list, &p->orders[i]);
	}
	list = doc_in_array(d, "segments");
	for (size_t i = 0; i < x->segments_n; i++)
		add_segment(x, list, &x->segments[i]);
	json_out_print(d);
}

static int
find_and_explain(struct invocation *x, struct state *s, struct explain *out, struct err *e)
{
	const struct explain_options *own = x->own;
	struct applied applied;
	uint32_t number;
	struct str id;

	if (state_snapshot_find(s, own->at, &number, &applied, e) < 0 ||
	    find_customer(x->o, &x->a, s, str_c(x->operands[0]), &id, e) < 0)
		return -1;
	return explain(out, s, id, number, e);
}

/* With a base that is kept, what was known then comes out of it. */
static int
explain_at(struct invocation *x, struct base_state *b, struct explain *out, struct err *e)
{
	const struct explain_options *own = x->own;
	int rc = base_state_open(b, x->o->account, own->at, e);

	return rc < 0 ? -1 : find_and_explain(x, rc > 0 ? &b->s : &x->s, out, e);
}

static int
run(struct invocation *x, struct err *e)
{
	const struct explain_options *own = x->own;
	struct explain out = { .account = x->o->account, .jobs = x->o->jobs, .only = own->segment };
	struct base_state base = { .dir = NULL };
	int rc = explain_at(x, &base, &out, e);

	if (rc == 0)
		(own->json ? print_json : print_text)(&out);
	explain_release(&out);
	base_state_close(&base);
	return rc;
}

const struct command cmd_explain = {
	.name = "explain",
	.synopsis = "CUSTOMER [--at ID] [--segment SLUG] [--json]",
	.summary = "show where a customer's values and segments come from",
	.help = help,
	.options = options,
	.size = sizeof(struct explain_options),
	.needs = NEEDS_STATE | NEEDS_FEW,
	.is_paged = true,
	.least = 1,
	.most = 1,
	.operands = "one customer: an id, an email or a mobile number",
	.exits = { [4] = "a page is damaged" },
	.run = run,
};
