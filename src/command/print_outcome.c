#include "command/print_outcome.h"

#include <stdio.h>

#include "base/timestamp.h"
#include "command/json_out.h"
#include "command/message.h"
#include "command/print_table.h"
#include "delta/delta.h"
#include "lib/json_writer.h"
#include "segment/membership.h"

#define ULL(n) ((unsigned long long)(n))

static void
say_changes(const struct options *o, const struct outcome *x)
{
	const uint64_t *c = x->applied.customers, *r = x->applied.orders;
	const struct say_number numbers[] = {
		{ "customers_added", c[DELTA_ADDED] },
		{ "customers_changed", c[DELTA_CHANGED] },
		{ "customers_removed", c[DELTA_REMOVED] },
		{ "orders_added", r[DELTA_ADDED] },
		{ "orders_changed", r[DELTA_CHANGED] },
		{ "orders_removed", r[DELTA_REMOVED] },
		{ "contacts", x->contacts },
		{ "opt_outs", x->opt_outs },
		{ "events", x->events },
		{ "quarantined", x->applied.quarantined },
	};
	char text[256];

	snprintf(text, sizeof(text),
	    "%.*s: customers +%llu ~%llu -%llu, orders +%llu ~%llu -%llu, "
	    "%llu contact%s and %llu event%s written",
	    STR_ARG(x->applied.id), ULL(c[DELTA_ADDED]), ULL(c[DELTA_CHANGED]),
	    ULL(c[DELTA_REMOVED]), ULL(r[DELTA_ADDED]), ULL(r[DELTA_CHANGED]),
	    ULL(r[DELTA_REMOVED]), ULL(x->contacts), say_plural(x->contacts), ULL(x->events),
	    say_plural(x->events));
	say_numbers(o, SAY_INFO, text, numbers, sizeof(numbers) / sizeof(numbers[0]));
}

static void
warn_of_faults(const struct options *o, const struct outcome *x)
{
	const struct applied *y = &x->applied;

	if (y->quarantined > 0)
		say(o, SAY_WARNING, "%.*s: %llu %s quarantined, see exports/%.*s/quarantine.jsonl",
		    STR_ARG(y->id), ULL(y->quarantined),
		    y->quarantined == 1 ? "record is" : "records are", STR_ARG(y->id));
	for (size_t i = 0; i < ENTITIES; i++)
		if (y->held_back[i] > 0)
			say(o, SAY_WARNING,
			    "%.*s: %llu missing %s%s kept: a record without a readable id is "
			    "quarantined",
			    STR_ARG(y->id), ULL(y->held_back[i]),
			    record_entity_name((enum entity)i), say_plural(y->held_back[i]));
	if (y->in_two_locations > 0)
		say(o, SAY_WARNING, "%.*s: %llu order%s in pages of two locations", STR_ARG(y->id),
		    ULL(y->in_two_locations), say_plural(y->in_two_locations));
	if (x->was_replaced)
		say(o, SAY_WARNING,
		    "%.*s: replaced an existing export with different content; if you imported the "
		    "old one, import this one too",
		    STR_ARG(y->id));
}

void
print_outcome(const struct options *o, const struct outcome *x)
{
	say_changes(o, x);
	warn_of_faults(o, x);
}

/* ---- A plan */

struct planned {
	const struct pending *pending;
	struct outcome x;
	const struct totals *totals; /* as they would be */
	struct membership_counts tallies;
};

static const struct print_table_column segment_columns[] = {
	{ NULL, "segments", -11, NULL },
	{ "slug", NULL, 0, NULL },
	{ "entered", "entered", 8, NULL },
	{ "left", "left", 8, NULL },
	{ "members", "members", 8, NULL },
	{ NULL, "", 0, NULL },
	{ 0 },
};

static void
print_segments(const struct membership_counts *t, struct doc *list)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct membership_count *y = &t->list[i];

		print_table_row(segment_columns, list,
		    (const struct print_table_cell[]){ CELL_TEXT(STR("")), CELL_TEXT(y->slug),
		        CELL(y->entered), CELL(y->left), CELL(y->members), CELL_TEXT(y->slug) });
	}
}

static void
print_op_counts(const char *what, const uint64_t *n)
{
	printf("%-12s", what);
	for (int i = 0; i < 4; i++)
		printf("%s%llu %s", i == 0 ? "" : ", ", (unsigned long long)n[i],
		    delta_op_name((enum delta_op)i));
	putchar('\n');
}

static void
print_skipped(const struct totals *t)
{
	struct buf b = { 0 };

	for (size_t i = 1; i < SKIPPED_COUNT; i++)
		buf_printf(&b, "%s%llu %s", i == 1 ? "" : ", ", ULL(t->skipped[i]),
		    skipped_name((enum skipped_reason)i));
	printf("%-12s", "skipped");
	print_table_text(12, buf_view(&b));
	buf_release(&b);
}

static void
print_text(const struct planned *p)
{
	const struct outcome *x = &p->x;
	struct buf b = { 0 };

	timestamp_format(&b, x->applied.as_of);
	printf(
	    "%-12s%.*s, as of %.*s\n", "snapshot", STR_ARG(x->applied.id), STR_ARG(buf_view(&b)));
	buf_release(&b);
	print_op_counts("customers", x->applied.customers);
	print_op_counts("orders", x->applied.orders);
	printf("%-12s%llu\n", "quarantined", (unsigned long long)x->applied.quarantined);
	printf("%-12s", "breaker");
	print_table_text(12, x->breaker.kind == ERR_NONE ? STR("ok") : str_c(x->breaker.msg));
	printf("%-12s%llu to write, of %llu; %llu opt-out%s\n", "contacts",
	    (unsigned long long)x->contacts, (unsigned long long)state_contacts(p->totals),
	    (unsigned long long)x->opt_outs, say_plural(x->opt_outs));
	print_skipped(p->totals);
	printf("%-12s%llu\n", "events", (unsigned long long)x->events);
	print_table_headings(segment_columns);
	print_segments(&p->tallies, NULL);
	if (p->pending->n > 1)
		printf("%-12s%zu more after this one\n", "pending", p->pending->n - 1);
	printf("%-12s%s\n", "plan", x->plan.hex);
}

static void
add_op_counts(struct doc *d, const char *name, const uint64_t *n)
{
	struct doc *x = doc_in_object(d, name);

	for (int i = 0; i < 4; i++)
		doc_u64(x, delta_op_name((enum delta_op)i), n[i]);
}

static void
print_json(const struct planned *p)
{
	const struct outcome *x = &p->x;
	struct doc *d = doc_object(), *skipped;

	doc_text(d, "plan", str_c(x->plan.hex));
	doc_text(d, "snapshot", x->applied.id);
	doc_time(d, "as_of", x->applied.as_of);
	add_op_counts(d, "customers", x->applied.customers);
	add_op_counts(d, "orders", x->applied.orders);
	doc_u64(d, "quarantined", x->applied.quarantined);
	if (x->breaker.kind == ERR_NONE)
		doc_null(d, "breaker");
	else
		doc_text(d, "breaker", str_c(x->breaker.msg));
	doc_u64(d, "contacts_written", x->contacts);
	doc_u64(d, "contacts", state_contacts(p->totals));
	doc_u64(d, "opt_outs_written", x->opt_outs);
	skipped = doc_in_object(d, "skipped");
	for (size_t i = 1; i < SKIPPED_COUNT; i++)
		doc_u64(skipped, skipped_name((enum skipped_reason)i), p->totals->skipped[i]);
	doc_u64(d, "events", x->events);
	print_segments(&p->tallies, doc_in_array(d, "segments"));
	doc_u64(d, "pending_after", p->pending->n - 1);
	json_out_print(d);
}

int
print_outcome_plan(struct catch_up *c, const struct pending *pending, bool is_json, struct err *e)
{
	struct planned p = { .pending = pending, .totals = &c->s->totals };
	bool accept = str_eq(c->pipeline.accept, pending->ids[0]);
	struct arena a = { 0 };
	int rc;

	c->pipeline.is_dry = true;
	c->pipeline.keep = FILE_NOWHERE;
	rc = catch_up_apply(c, pending->ids[0], &p.x, e);
	if (rc == 0)
		rc = membership_counts_read(&a, c->s, &p.tallies, e);
	if (rc == 0)
		(is_json ? print_json : print_text)(&p);
	arena_release(&a);
	if (rc < 0)
		return -1;
	if (p.x.breaker.kind != ERR_NONE && !accept)
		return STATUS_BREAKER;
	return p.x.has_news ? STATUS_NEWS : STATUS_DONE;
}
