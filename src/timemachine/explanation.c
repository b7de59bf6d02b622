#include "timemachine/explanation.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"

/* The standing in words; a contact's is one too. */
static struct str
standing_text(struct arena *a, const struct past_status *s)
{
	if (s->reason == SKIPPED_NONE)
		return STR("a contact of DailyStory");
	if (s->detail.n > 0)
		return str_printf(
		    a, "left out: %s, %.*s is kept", skipped_name(s->reason), STR_ARG(s->detail));
	return str_printf(a, "left out: %s", skipped_name(s->reason));
}

/* Which of the orders are meant. */
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
	printf("  (%s: %.*s)\n", explanation_basis(f->basis), STR_ARG(buf_view(&b)));
	buf_release(&b);
}

static void
print_values(struct arena *a, const struct explain_profile *p)
{
	const char *why;

	printf("\nvalues from the record\n");
	for (size_t i = 0; i < EXPLAIN_FIELD_COUNT; i++) {
		if (explain_profile_fields[i].basis != BASIS_RECORD)
			continue;
		print_value(explain_profile_fields[i].name, p->values[i]);
		why = explanation_dropped(a, p, i);
		if (why[0] != '\0')
			printf("  (dropped: %s)", why);
		putchar('\n');
	}
	printf("\nvalues from the orders\n");
	for (size_t i = 0; i < EXPLAIN_FIELD_COUNT; i++)
		if (explain_profile_fields[i].basis != BASIS_RECORD)
			print_from_orders(p, i);
}

static void
print_orders(struct arena *a, const struct explanation *x)
{
	const struct explain_profile *p = x->profile_at;

	printf("\norders\n");
	if (p->orders_n == 0)
		printf("  none\n");
	for (size_t i = 0; i < p->orders_n; i++) {
		const struct explain_order *o = &p->orders[i];
		struct str why = explanation_why(a, o);

		printf("  #%-3zu %.*s  %-10.*s %10.*s  %s%s%.*s\n"
		       "       order %.*s, page %zu, record %u\n",
		    i + 1, STR_ARG(explanation_time(a, o->x->order.created)),
		    STR_ARG(o->x->order.status), STR_ARG(explanation_total(a, &o->x->order)),
		    o->kind.completed ? "counts" : "left out", why.n > 0 ? ": " : "", STR_ARG(why),
		    STR_ARG(contact_id(a, o->x->order.id)), explanation_page(x, &o->x->from),
		    (unsigned)o->x->v.place.index);
	}
}

static void
print_segment(struct arena *a, const struct explained *y)
{
	printf("  %.*s (%.*s)\n", STR_ARG(y->segment->name), STR_ARG(y->segment->slug));
	if (y->is_member)
		printf("    a member since %.*s, cause %.*s\n", STR_ARG(y->since),
		    STR_ARG(y->entered));
	else if (y->has_stay)
		printf("    no member: left with %.*s, cause %.*s; was one "
		       "since %.*s, cause %.*s\n",
		    STR_ARG(y->until), STR_ARG(y->left), STR_ARG(y->since), STR_ARG(y->entered));
	else
		printf("    no member, and never was one\n");
	printf("    %.*s\n", STR_ARG(y->reason));
	if (y->changes == TIMESTAMP_NEVER)
		printf("    time alone will not change that\n");
	else
		printf("    time alone makes them %s %s %.*s\n", y->is_member ? "leave" : "enter",
		    y->changes % TIMESTAMP_SECOND == 0 ? "on" : "after",
		    STR_ARG(explanation_time(a, y->changes)));
}

void
explanation_text(struct arena *a, const struct explanation *x)
{
	const struct explain_profile *p = x->profile_at;

	printf("customer %.*s\n", STR_ARG(p->values[0]));
	printf("  as of     %.*s, snapshot %.*s\n", STR_ARG(explanation_time(a, p->as_of)),
	    STR_ARG(p->snapshot));
	printf("  is        %.*s\n", STR_ARG(standing_text(a, p->standing)));
	printf("  record    page 1, record %u\n", (unsigned)p->record->v.place.index);
	if (!x->is_one_segment) {
		print_values(a, p);
		print_orders(a, x);
	}
	printf("\nsegments\n");
	for (size_t i = 0; i < x->segments_n; i++)
		print_segment(a, &x->segments[i]);
	printf("\npages\n");
	for (size_t i = 0; i < x->pages_n; i++)
		printf("  %-3zu snapshots/%.*s/%.*s\n"
		       "      sha256 %.*s\n",
		    i + 1, STR_ARG(x->pages[i]->snapshot), STR_ARG(x->pages[i]->page.path),
		    STR_ARG(x->pages[i]->page.sha256));
}
