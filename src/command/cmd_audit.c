#include <stdio.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "command/find_customer.h"
#include "command/json_out.h"
#include "command/print_changes.h"
#include "delta/delta.h"
#include "lib/json_writer.h"
#include "timemachine/audit.h"
#include "timemachine/diff_stored.h"

static const char help[] =
    "Without an option: every diff with its counts, and the sha256 of its\n"
    "uncompressed bytes, which the next diff names.\n"
    "\n"
    "  --customer CUSTOMER  one customer's history (id, email or mobile): each\n"
    "                       change of their record and their orders, with the\n"
    "                       diff, the page, the record in it and the page's\n"
    "                       sha256; of their profile fields; their segments\n"
    "  --field FIELD        with --customer: each value this field of the\n"
    "                       profile ever had, and what changed it\n"
    "  --field POINTER      each change of this place in any record,\n"
    "                       /totals/finalTotal for one\n"
    "  --verify             the chain of diffs, every page and export: as\n"
    "                       'flowstory verify' does\n"
    "  --json               as JSON\n";

/* What is asked for, and where the answer goes. */
struct question {
	const struct options *o;
	struct arena a;
	struct state s;
	struct str path;  /* of a record; empty: none */
	size_t field;     /* EXPLAIN_FIELD_COUNT: all */
	struct doc *json; /* an array; NULL: text */
	struct err *e;
};

/* Each show_ function prints its part as text where ${list} or ${d} is NULL, and else adds it. */

static struct doc *
in_array(struct doc *d, const char *name)
{
	return d == NULL ? NULL : doc_in_array(d, name);
}

static struct str
diff_file(struct arena *a, struct str snapshot)
{
	return str_printf(a, "diffs/%.*s.jsonl.gz", STR_ARG(snapshot));
}

/* ---- the list of diffs */

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
show_diff(struct question *g, const struct applied *at)
{
	struct doc *d;

	if (g->json == NULL) {
		printf("%.*s", STR_ARG(at->id));
		print_counts(at->customers);
		print_counts(at->orders);
		printf("  %11llu  %.12s\n", (unsigned long long)at->quarantined, at->diff_sha256.p);
		return;
	}
	d = doc_in_object(g->json, NULL);
	doc_text(d, "snapshot", at->id);
	doc_text(d, "diff", diff_file(&g->a, at->id));
	doc_text(d, "diff_sha256", at->diff_sha256);
	doc_text(d, "manifest_sha256", at->manifest_sha256);
	add_counts(d, "customers", at->customers);
	add_counts(d, "orders", at->orders);
	doc_u64(d, "quarantined", at->quarantined);
}

static int
show_diffs(struct question *g)
{
	if (g->json == NULL)
		printf("%16s  %23s  %23s\n%-16s  %7s %7s %7s  %7s %7s %7s  "
		       "%11s  %s\n",
		    "", "customers", "orders", "snapshot", "added", "changed", "removed", "added",
		    "changed", "removed", "quarantined", "diff sha256");
	for (uint32_t i = 1; i <= g->s.totals.applied; i++) {
		struct applied at;

		if (state_applied_must(&g->s, i, &at, g->e) < 0)
			return -1;
		show_diff(g, &at);
	}
	return 0;
}

/* ---- a customer */

static void
print_place(const char *word, const struct record_version *x)
{
	printf("      %s snapshots/%.*s/%.*s, record %u\n"
	       "      sha256 %.*s\n",
	    word, STR_ARG(x->from.snapshot), STR_ARG(x->from.page.path), (unsigned)x->v.place.index,
	    STR_ARG(x->from.page.sha256));
}

static void
print_record(struct question *g, const struct audit_record *x)
{
	printf("    %s %.*s %s\n", record_entity_name(x->entity), STR_ARG(contact_id(&g->a, x->id)),
	    delta_op_name(x->op));
	if (x->after != NULL)
		print_place("read in", x->after);
	if (x->op == DELTA_REMOVED)
		print_place("last read in", x->before);
	print_changes(&x->changes, 6);
}

static void
show_record(struct question *g, struct doc *list, const struct audit_record *x)
{
	struct doc *d;

	if (list == NULL) {
		print_record(g, x);
		return;
	}
	d = doc_in_object(list, NULL);
	doc_text(d, "entity", str_c(record_entity_name(x->entity)));
	doc_text(d, "id", x->id);
	doc_text(d, "op", str_c(delta_op_name(x->op)));
	if (x->after != NULL)
		json_out_place(doc_in_object(d, "read"), x->after);
	if (x->before != NULL)
		json_out_place(doc_in_object(d, "previous"), x->before);
	if (x->op == DELTA_CHANGED)
		doc_raw(d, "changes", diff_records_json(&g->a, &x->changes));
}

static struct str
value_text(struct str v)
{
	if (v.p == NULL)
		return STR("(none)");
	return v.n == 0 ? STR("-") : v;
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
show_value(struct doc *list, const struct audit_value *x)
{
	const char *name = explain_profile_fields[x->field].name;
	struct doc *d;

	if (list == NULL) {
		printf("    %-19s  %.*s -> %.*s\n", name, STR_ARG(value_text(x->before)),
		    STR_ARG(value_text(x->after)));
		return;
	}
	d = doc_in_object(list, NULL);
	doc_text(d, "field", str_c(name));
	add_value(d, "before", x->before);
	add_value(d, "after", x->after);
}

static const char *
standing_text(const struct past_status *s)
{
	if (s == NULL)
		return "not known";
	return s->reason == SKIPPED_NONE ? "a contact" : skipped_name(s->reason);
}

static void
show_standing(struct doc *d, const struct audit_snapshot *m)
{
	if (d != NULL) {
		doc_text(d, "was", str_c(standing_text(m->was)));
		doc_text(d, "is", str_c(standing_text(m->is)));
	} else if (m->was != NULL || m->is != NULL) {
		printf("    %-19s  %s -> %s\n", "is", standing_text(m->was), standing_text(m->is));
	}
}

static void
show_segment(struct doc *list, const struct audit_segment *x)
{
	struct doc *d;

	if (list == NULL) {
		printf("    %-19s  %.*s, cause %.*s\n", x->is_entered ? "enters" : "leaves",
		    STR_ARG(x->slug), STR_ARG(x->cause));
		return;
	}
	d = doc_in_object(list, NULL);
	doc_text(d, "event", x->is_entered ? STR("entered") : STR("left"));
	doc_text(d, "segment", x->slug);
	doc_text(d, "cause", x->cause);
}

/* What the rest goes into. */
static struct doc *
show_head(struct question *g, const struct audit_snapshot *m)
{
	struct doc *d = g->json == NULL ? NULL : doc_in_object(g->json, NULL);
	struct str diff = diff_file(&g->a, m->id);
	struct buf b = { 0 };

	timestamp_format(&b, m->as_of);
	if (d == NULL) {
		printf("\n  %.*s  %.*s\n", STR_ARG(buf_view(&b)), STR_ARG(diff));
		if (m->is_new_terms)
			printf("    rules or settings changed\n");
	} else {
		doc_text(d, "snapshot", m->id);
		doc_text(d, "as_of", buf_view(&b));
		doc_text(d, "diff", diff);
		doc_bool(d, "new_terms", m->is_new_terms);
	}
	buf_release(&b);
	return d;
}

static bool
is_asked_for(const struct question *g, size_t field)
{
	return g->field == EXPLAIN_FIELD_COUNT || g->field == field;
}

static void
show_snapshot(struct question *g, const struct audit_snapshot *m)
{
	bool is_all = g->field == EXPLAIN_FIELD_COUNT;
	struct doc *d = show_head(g, m), *list = in_array(d, "records");

	for (size_t i = 0; i < m->records_n; i++)
		if (is_all || audit_uses(g->field, &m->records[i]))
			show_record(g, list, &m->records[i]);
	list = in_array(d, "fields");
	for (size_t i = 0; i < m->values_n; i++)
		if (is_asked_for(g, m->values[i].field))
			show_value(list, &m->values[i]);
	if (!is_all)
		return;
	show_standing(d, m);
	list = in_array(d, "segments");
	for (size_t i = 0; i < m->segments_n; i++)
		show_segment(list, &m->segments[i]);
}

static int
show_customer(struct question *g, const char *name)
{
	struct past_records_source source = { g->o->account, g->o->jobs, 0 };
	struct past_records records;
	struct audit_snapshot *list;
	struct str id;
	size_t n;

	if (find_customer(g->o, &g->a, &g->s, str_c(name), &id, g->e) < 0 ||
	    past_records_load(&g->a, &g->s, &source, id, &records, g->e) < 0 ||
	    audit_customer(&g->a, &g->s, &records, &list, &n, g->e) < 0)
		return -1;
	if (g->json == NULL)
		printf("customer %.*s\n", STR_ARG(contact_id(&g->a, records.id)));
	for (size_t i = 0; i < n; i++) {
		bool is_shown = g->field == EXPLAIN_FIELD_COUNT;

		for (size_t k = 0; !is_shown && k < list[i].values_n; k++)
			is_shown = list[i].values[k].field == g->field;
		if (is_shown)
			show_snapshot(g, &list[i]);
	}
	return 0;
}

/* ---- a place in the records: of any number of lines, so they are not gathered */

static void
print_stored_json(const struct diff_stored_record *r, bool is_first)
{
	struct arena a = { 0 };
	struct buf b = { 0 };
	struct doc *d = doc_object();

	doc_text(d, "snapshot", r->snapshot);
	doc_text(d, "diff", diff_file(&a, r->snapshot));
	doc_text(d, "entity", r->entity);
	doc_text(d, "id", r->id);
	doc_text(d, "page", r->page);
	doc_raw(d, "index", r->index);
	doc_raw(d, "changes", diff_records_json(&a, &r->changes));
	doc_print_line(d, &b);
	printf("%s  %.*s", is_first ? "\n" : ",\n", STR_ARG(buf_view(&b)));
	doc_free(d);
	buf_release(&b);
	arena_release(&a);
}

static void
print_stored_text(const struct diff_stored_record *r)
{
	struct arena a = { 0 };

	printf("%.*s  %.*s %.*s  %.*s, record %.*s\n", STR_ARG(r->snapshot), STR_ARG(r->entity),
	    STR_ARG(str_clean(&a, r->id)), STR_ARG(r->page), STR_ARG(r->index));
	print_changes(&r->changes, 2);
	arena_release(&a);
}

static int
show_place(struct question *g)
{
	struct diff_stored d = { .account = g->o->account, .s = &g->s, .path = g->path };
	bool is_json = g->o->json, is_first = true;
	int rc;

	if (is_json)
		putchar('[');
	while ((rc = diff_stored_next(&d, g->e)) > 0) {
		if (is_json)
			print_stored_json(&d.record, is_first);
		else
			print_stored_text(&d.record);
		is_first = false;
	}
	if (is_json && rc == 0)
		puts(is_first ? "]" : "\n]");
	diff_stored_release(&d);
	return rc;
}

/* A field of the profile, or with a slash a place in the records. */
static int
choose_field(struct question *g, const char *customer, const char *field)
{
	g->field = EXPLAIN_FIELD_COUNT;
	if (field == NULL)
		return 0;
	if (field[0] == '/') {
		g->path = str_c(field);
		return customer == NULL ? 0
		                        : err_set(g->e, ERR_USAGE,
		                              "--customer goes with a field of the profile, "
		                              "not with a place in a record");
	}
	g->field = explain_profile_find(field);
	if (g->field == EXPLAIN_FIELD_COUNT) {
		err_set(g->e, ERR_USAGE, "no field '%s' in a profile", field);
		return err_advise(g->e, "'flowstory explain' lists them. "
		                        "A place in the records begins with a slash.");
	}
	if (customer != NULL)
		return 0;
	err_set(g->e, ERR_USAGE, "a field of the profile needs --customer");
	return err_advise(g->e, "A place in the records, such as /voided, does without.");
}

static int
answer(struct question *g, const char *customer)
{
	int rc;

	if (customer == NULL && g->path.n > 0)
		return show_place(g);
	if (g->o->json)
		g->json = doc_array();
	rc = customer != NULL ? show_customer(g, customer) : show_diffs(g);
	if (rc == 0 && g->json != NULL)
		json_out_print(g->json);
	else
		doc_free(g->json);
	return rc;
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
	struct question g = { .o = &o, .e = e };
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
