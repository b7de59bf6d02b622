#include <stdio.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "timemachine/diff_stored.h"
#include "command/command.h"
#include "command/json_out.h"
#include "command/find_customer.h"
#include "timemachine/audit.h"
#include "delta/delta.h"
#include "lib/json_writer.h"

static const char help[] =
    "Without an option: every diff with its counts, and the sha256 of its\n"
    "uncompressed bytes, which the next diff names.\n"
    "\n"
    "  --customer CUSTOMER  one customer's history (id, email or mobile): "
    "each\n"
    "                       change of their record and their orders, with the\n"
    "                       diff, the page, the record in it and the page's\n"
    "                       sha256; of their profile fields; their segments\n"
    "  --field FIELD        with --customer: each value this field of the\n"
    "                       profile ever had, and what moved it\n"
    "  --field POINTER      each change of this place in any record,\n"
    "                       /totals/finalTotal for one\n"
    "  --verify             the chain of diffs, every page and export: as\n"
    "                       'flowstory verify' does\n"
    "  --json               as JSON\n";

struct auditing {
	const struct options *o;
	struct arena a;
	struct state s;
	struct str path; /* of a record; empty: none */
	size_t field;    /* EXPLAIN_FIELD_COUNT: all */
	struct past_records records;
	struct moment *list;
	size_t n;
	struct err *e;
};

static void
print_counts(const uint64_t *c)
{
	printf("  %7llu %7llu %7llu", (unsigned long long)c[DELTA_ADDED],
	    (unsigned long long)c[DELTA_CHANGED], (unsigned long long)c[DELTA_REMOVED]);
}

static void
add_counts(struct doc *d, const char *name, const uint64_t *c)
{
	struct doc *x = doc_in_object(d, name);

	for (int i = 0; i < 4; i++)
		doc_u64(x, delta_op_name((enum delta_op)i), c[i]);
}

static void
print_diff(const struct applied *at)
{
	printf("%.*s", STR_ARG(at->id));
	print_counts(at->customers);
	print_counts(at->orders);
	printf("  %11llu  %.12s\n", (unsigned long long)at->quarantined, at->diff_sha256.p);
}

static void
add_diff(struct doc *d, struct arena *a, const struct applied *at)
{
	struct doc *x = doc_in_object(d, NULL);

	doc_text(x, "snapshot", at->id);
	doc_text(x, "diff", str_printf(a, "diffs/%.*s.jsonl.gz", STR_ARG(at->id)));
	doc_text(x, "diff_sha256", at->diff_sha256);
	doc_text(x, "manifest_sha256", at->manifest_sha256);
	add_counts(x, "customers", at->customers);
	add_counts(x, "orders", at->orders);
	doc_u64(x, "quarantined", at->quarantined);
}

static int
list_diffs(struct auditing *g)
{
	struct doc *d = g->o->json ? doc_array() : NULL;
	int rc = 1;

	if (d == NULL)
		printf("%16s  %23s  %23s\n%-16s  %7s %7s %7s  %7s %7s %7s  "
		       "%11s  %s\n",
		    "", "customers", "orders", "snapshot", "added", "changed", "removed", "added",
		    "changed", "removed", "quarantined", "diff sha256");
	for (uint32_t i = 1; rc > 0 && i <= g->s.totals.applied; i++) {
		struct applied at;

		rc = state_applied(&g->s, i, &at, g->e);
		if (rc > 0 && d == NULL)
			print_diff(&at);
		else if (rc > 0)
			add_diff(d, &g->a, &at);
	}
	if (d != NULL)
		json_out_print(d);
	return rc > 0 ? 0 : rc < 0 ? -1 : state_broken(g->e, "a snapshot is missing");
}

/* Whether the moment is to be shown, and of the record events which. */
static const struct field_event *
field_of(const struct auditing *g, const struct moment *m)
{
	for (size_t i = 0; i < m->fields_n; i++)
		if (m->fields[i].field == g->field)
			return &m->fields[i];
	return NULL;
}

static bool
is_shown(const struct auditing *g, const struct moment *m)
{
	return g->field == EXPLAIN_FIELD_COUNT || field_of(g, m) != NULL;
}

/* What moves a field: the record it is read from, or the orders it is made of;
 * the coming and going of the customer moves all. */
static bool
moves(const struct auditing *g, const struct record_event *v)
{
	enum basis basis;

	if (g->field == EXPLAIN_FIELD_COUNT)
		return true;
	basis = explain_profile_fields[g->field].basis;
	if (v->entity == ENTITY_CUSTOMER)
		return basis == BASIS_RECORD || v->op != DELTA_CHANGED;
	return (v->was != NULL && explain_profile_uses(basis, v->was)) ||
	       (v->is != NULL && explain_profile_uses(basis, v->is));
}

static void
print_place(const char *word, const struct record_version *x)
{
	printf("      %s snapshots/%.*s/%.*s, record %u\n"
	       "      sha256 %.*s\n",
	    word, STR_ARG(x->from.snapshot), STR_ARG(x->from.page.path), (unsigned)x->v.place.index,
	    STR_ARG(x->from.page.sha256));
}

static void
print_record(struct arena *a, const struct record_event *v)
{
	printf("    %s %.*s %s\n", record_entity_name(v->entity), STR_ARG(contact_id(a, v->id)),
	    delta_op_name(v->op));
	if (v->after != NULL)
		print_place("read in", v->after);
	if (v->op == DELTA_REMOVED)
		print_place("last read in", v->before);
	diff_records_text(&v->compared, 6);
}

static void
print_value(struct str v)
{
	if (v.p == NULL)
		printf("(none)");
	else
		printf("%.*s", v.n == 0 ? 1 : (int)v.n, v.n == 0 ? "-" : v.p);
}

static void
print_field(const struct field_event *f)
{
	printf("    %-19s  ", explain_profile_fields[f->field].name);
	print_value(f->before);
	printf(" -> ");
	print_value(f->after);
	putchar('\n');
}

static const char *
standing_text(const struct past_status *s)
{
	if (s == NULL)
		return "not known";
	return s->reason == SKIPPED_NONE ? "a contact" : skipped_name(s->reason);
}

static void
print_rest(const struct auditing *g, const struct moment *m)
{
	for (size_t i = 0; i < m->fields_n; i++)
		if (g->field == EXPLAIN_FIELD_COUNT || m->fields[i].field == g->field)
			print_field(&m->fields[i]);
	if (g->field != EXPLAIN_FIELD_COUNT)
		return;
	if (m->was != NULL || m->is != NULL)
		printf("    %-19s  %s -> %s\n", "is", standing_text(m->was), standing_text(m->is));
	for (size_t i = 0; i < m->segments_n; i++)
		printf("    %-19s  %.*s, cause %.*s\n",
		    m->segments[i].is_entered ? "enters" : "leaves", STR_ARG(m->segments[i].slug),
		    STR_ARG(m->segments[i].cause));
}

static void
print_moment(struct auditing *g, const struct moment *m)
{
	struct buf b = { 0 };

	timestamp_format(&b, m->as_of);
	printf("\n  %.*s  diffs/%.*s.jsonl.gz\n", STR_ARG(buf_view(&b)), STR_ARG(m->snapshot));
	if (m->is_new_terms)
		printf("    rules or settings changed\n");
	for (size_t i = 0; i < m->records_n; i++)
		if (moves(g, &m->records[i]))
			print_record(&g->a, &m->records[i]);
	print_rest(g, m);
	buf_release(&b);
}

static void
add_record(struct doc *list, const struct record_event *v)
{
	struct doc *x = doc_in_object(list, NULL);
	struct buf b = { 0 };

	doc_text(x, "entity", str_c(record_entity_name(v->entity)));
	doc_text(x, "id", v->id);
	doc_text(x, "op", str_c(delta_op_name(v->op)));
	if (v->after != NULL)
		json_out_place(doc_in_object(x, "read"), v->after);
	if (v->before != NULL)
		json_out_place(doc_in_object(x, "previous"), v->before);
	if (v->op == DELTA_CHANGED) {
		diff_records_json(&b, &v->compared);
		buf_char(&b, '\0');
		doc_raw(x, "changes", str_of(b.p, b.n - 1));
	}
	buf_release(&b);
}

static void
add_value(struct doc *d, const char *name, struct str v)
{
	if (v.p == NULL)
		doc_null(d, name);
	else
		doc_text(d, name, v);
}

static void
add_rest(const struct auditing *g, struct doc *d, const struct moment *m)
{
	struct doc *fields = doc_in_array(d, "fields"), *list;

	for (size_t i = 0; i < m->fields_n; i++) {
		const struct field_event *f = &m->fields[i];
		struct doc *x;

		if (g->field != EXPLAIN_FIELD_COUNT && f->field != g->field)
			continue;
		x = doc_in_object(fields, NULL);
		doc_text(x, "field", str_c(explain_profile_fields[f->field].name));
		add_value(x, "before", f->before);
		add_value(x, "after", f->after);
	}
	if (g->field != EXPLAIN_FIELD_COUNT)
		return;
	doc_text(d, "was", str_c(standing_text(m->was)));
	doc_text(d, "is", str_c(standing_text(m->is)));
	list = doc_in_array(d, "segments");
	for (size_t i = 0; i < m->segments_n; i++) {
		struct doc *x = doc_in_object(list, NULL);

		doc_text(x, "event", m->segments[i].is_entered ? STR("entered") : STR("left"));
		doc_text(x, "segment", m->segments[i].slug);
		doc_text(x, "cause", m->segments[i].cause);
	}
}

static void
add_moment(struct auditing *g, struct doc *d, const struct moment *m)
{
	struct doc *x = doc_in_object(d, NULL), *list;
	struct buf b = { 0 };

	timestamp_format(&b, m->as_of);
	doc_text(x, "snapshot", m->snapshot);
	doc_text(x, "as_of", buf_view(&b));
	doc_text(x, "diff", str_printf(&g->a, "diffs/%.*s.jsonl.gz", STR_ARG(m->snapshot)));
	doc_bool(x, "new_terms", m->is_new_terms);
	list = doc_in_array(x, "records");
	for (size_t i = 0; i < m->records_n; i++)
		if (moves(g, &m->records[i]))
			add_record(list, &m->records[i]);
	add_rest(g, x, m);
	buf_release(&b);
}

static void
print_timeline(struct auditing *g)
{
	struct doc *d = g->o->json ? doc_array() : NULL;

	if (d == NULL)
		printf("customer %.*s\n", STR_ARG(contact_id(&g->a, g->records.id)));
	for (size_t i = 0; i < g->n; i++) {
		if (!is_shown(g, &g->list[i]))
			continue;
		if (d == NULL)
			print_moment(g, &g->list[i]);
		else
			add_moment(g, d, &g->list[i]);
	}
	if (d != NULL)
		json_out_print(d);
}

static int
audit_customer(struct auditing *g, const char *name)
{
	struct past_records_source source = { g->o->account, g->o->jobs, 0 };
	struct str id;

	if (find_customer(g->o, &g->a, &g->s, str_c(name), &id, g->e) < 0 ||
	    past_records_load(&g->a, &g->s, &source, id, &g->records, g->e) < 0 ||
	    audit_make(&g->a, &g->s, &g->records, &g->list, &g->n, g->e) < 0)
		return -1;
	print_timeline(g);
	return 0;
}

/* A field of the profile, or with a slash a place in the records. */
static int
choose_field(struct auditing *g, const char *customer, const char *field)
{
	g->field = EXPLAIN_FIELD_COUNT;
	if (field == NULL)
		return 0;
	if (field[0] == '/') {
		g->path = str_c(field);
		return customer == NULL ? 0
		                        : err_set(g->e, ERR_USAGE,
		                              "--customer goes with a field of "
		                              "the profile, not "
		                              "with a place in a record");
	}
	g->field = explain_profile_find(field);
	if (g->field == EXPLAIN_FIELD_COUNT) {
		err_set(g->e, ERR_USAGE, "no field '%s' in a profile", field);
		return err_advise(g->e, "'flowstory explain' lists them, fh_total_spent for one; "
		                        "a place in the records begins with a slash.");
	}
	if (customer != NULL)
		return 0;
	err_set(g->e, ERR_USAGE, "a field of the profile needs --customer");
	return err_advise(g->e, "A place in the records, /voided for one, "
	                        "does without.");
}

static int
answer(struct auditing *g, const char *customer)
{
	if (customer != NULL)
		return audit_customer(g, customer);
	if (g->path.n > 0)
		return diff_stored_print(g->o->account, &g->s, g->path, g->o->json, g->e);
	return list_diffs(g);
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	const char *customer = NULL, *field = NULL;
	char name[] = "verify", *words[] = { name, NULL };
	bool verify = false;
	const struct arg own[] = {
		{ "--customer", NULL, NULL, &customer },
		{ "--field", NULL, NULL, &field },
		{ "--verify", NULL, &verify, NULL },
		{ "--json", NULL, &o.json, NULL },
	};
	struct auditing g = { .o = &o, .e = e };
	int rc = command_args("audit", own, 4, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "audit takes no argument");
	if (verify && customer == NULL && field == NULL)
		return cmd_verify.run(&o, 1, words, e);
	if (verify)
		return err_set(e, ERR_USAGE, "--verify checks all of the account");
	rc = choose_field(&g, customer, field);
	if (rc == 0)
		rc = find_state(&g.s, o.account, e);
	if (rc == 0)
		rc = answer(&g, customer);
	state_close(&g.s);
	arena_release(&g.a);
	return rc;
}

const struct command cmd_audit = {
	.name = "audit",
	.synopsis = "[--customer CUSTOMER [--field FIELD] | --field POINTER | "
	            "--verify] [--json]",
	.summary = "what changed when: diffs, one customer's history",
	.help = help,
	.run = run,
};
