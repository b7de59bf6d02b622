/* cmd_audit.c -- flowstory audit: what changed when, and which file proves it. */
#include <stdio.h>

#include "base/timestamp.h"
#include "command/command.h"
#include "command/find_customer.h"
#include "command/json_out.h"
#include "command/print_changes.h"
#include "command/print_table.h"
#include "delta/delta.h"
#include "lib/json_writer.h"
#include "timemachine/audit.h"
#include "timemachine/diff_stored.h"

static const char help[] =
    "Without an option it lists every diff with its counts and the sha256 of its\n"
    "uncompressed bytes, which the next diff names.\n";

struct audit_options {
	const char *customer, *field;
	bool verify, json;
	struct str path; /* --field as a place in a record; empty: none */
	size_t only;     /* --field as a field of the profile; EXPLAIN_FIELD_COUNT: all */
};

static const struct option options[] = {
	OPTION(struct audit_options, customer, "--customer", .value = "CUSTOMER",
	    .help = "the history of one customer (id, email or mobile):\n"
	            "each change to their record and orders, with the\n"
	            "diff, the page, the place in it and the page's\n"
	            "sha256; to their profile; and to their segments",
	    .needs = NEEDS_STATE | NEEDS_FEW),
	OPTION(struct audit_options, field, "--field", .value = "FIELD",
	    .help = "with --customer: each value this field of the profile\n"
	            "ever had, and what changed it; without: each change\n"
	            "of a place in the records, such as /totals/finalTotal"),
	OPTION(struct audit_options, verify, "--verify", .help = "do what 'flowstory verify' does",
	    .needs = NEEDS_ACCOUNT),
	OPTION(struct audit_options, json, "--json", .help = "print JSON"),
	{ 0 },
};

/* What is asked for, and where the answer goes. */
struct question {
	struct invocation *x;
	const struct audit_options *own;
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

static const struct print_table_column diff_columns[] = {
	{ "snapshot", "snapshot", -16, NULL },
	{ "diff", NULL, 0, NULL },
	{ "diff_sha256", NULL, 0, NULL },
	{ "manifest_sha256", NULL, 0, NULL },
	{ "added", "added", 8, "customers" },
	{ "changed", "changed", 7, "customers" },
	{ "removed", "removed", 7, "customers" },
	{ "unchanged", NULL, 0, "customers" },
	{ "added", "added", 9, "orders" },
	{ "changed", "changed", 7, "orders" },
	{ "removed", "removed", 7, "orders" },
	{ "unchanged", NULL, 0, "orders" },
	{ "quarantined", "quarantined", 12, NULL },
	{ NULL, "", 0, NULL },
	{ 0 },
};

static void
show_diff(struct question *g, const struct applied *at)
{
	const uint64_t *c = at->customers, *o = at->orders;

	print_table_row(diff_columns, g->json,
	    (const struct print_table_cell[]){ CELL_TEXT(at->id),
	        CELL_TEXT(diff_file(&g->x->a, at->id)), CELL_TEXT(at->diff_sha256),
	        CELL_TEXT(at->manifest_sha256), CELL(c[DELTA_ADDED]), CELL(c[DELTA_CHANGED]),
	        CELL(c[DELTA_REMOVED]), CELL(c[DELTA_UNCHANGED]), CELL(o[DELTA_ADDED]),
	        CELL(o[DELTA_CHANGED]), CELL(o[DELTA_REMOVED]), CELL(o[DELTA_UNCHANGED]),
	        CELL(at->quarantined), CELL_TEXT(STR("")) });
	if (g->json == NULL)
		printf("  sha256 %.*s\n", STR_ARG(at->diff_sha256));
}

static int
show_diffs(struct question *g)
{
	if (g->json == NULL) {
		printf("%16s %24s %25s\n", "", "customers", "orders");
		print_table_headings(diff_columns);
	}
	for (uint32_t i = 1; i <= g->x->s.totals.applied; i++) {
		struct applied at;

		if (state_applied_must(&g->x->s, i, &at, g->e) < 0)
			return -1;
		show_diff(g, &at);
	}
	return 0;
}

/* ---- a customer */

/* Where the text lies now that the snapshot is gone. */
static void
print_folded(const struct record_version *x)
{
	const struct origin *o = &x->from.origin;

	if (x->from.is_pruned && !record_text_is_gone(&x->from))
		printf("      in bases/%.*s/%.*s, record %u\n", STR_ARG(o->base), STR_ARG(o->path),
		    (unsigned)o->index);
}

static void
print_place(const char *word, const struct record_version *x)
{
	print_folded(x);
	printf("      %s snapshots/%.*s/%.*s, record %u%s\n"
	       "      sha256 %.*s\n",
	    word, STR_ARG(x->from.snapshot), STR_ARG(x->from.page.path), (unsigned)x->v.place.index,
	    x->from.is_pruned ? " (pruned)" : "", STR_ARG(x->from.page.sha256));
}

static void
print_record(struct question *g, const struct audit_record *x)
{
	printf("    %s %.*s %s\n", record_entity_name(x->entity),
	    STR_ARG(contact_id(&g->x->a, x->id)), delta_op_name(x->op));
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
		doc_raw(d, "changes", diff_records_json(&g->x->a, &x->changes));
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
status_text(const struct past_contact *s)
{
	if (s == NULL)
		return "not known";
	return past_contacts_was(s) ? "a contact" : skipped_name(s->reason);
}

static void
show_standing(struct doc *d, const struct audit_snapshot *m)
{
	if (m->was == NULL && m->is == NULL)
		return; /* it did not change */
	if (d == NULL) {
		printf("    %-19s  %s -> %s\n", "is", status_text(m->was), status_text(m->is));
		return;
	}
	doc_text(d, "was", str_c(status_text(m->was)));
	doc_text(d, "is", str_c(status_text(m->is)));
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
	struct str diff = diff_file(&g->x->a, m->id);
	struct buf b = { 0 };

	timestamp_format(&b, m->as_of);
	if (d == NULL) {
		printf("\n  %.*s  %.*s\n", STR_ARG(buf_view(&b)), STR_ARG(diff));
		if (m->is_new_terms)
			printf("    rules or settings changed\n");
		if (m->lacks_values)
			printf("    values cannot be told: records of the time were pruned\n");
	} else {
		doc_text(d, "snapshot", m->id);
		doc_text(d, "as_of", buf_view(&b));
		doc_text(d, "diff", diff);
		doc_bool(d, "new_terms", m->is_new_terms);
		if (m->lacks_values)
			doc_bool(d, "values_pruned", true);
	}
	buf_release(&b);
	return d;
}

static bool
is_shown_field(const struct question *g, size_t field)
{
	return g->own->only == EXPLAIN_FIELD_COUNT || g->own->only == field;
}

static void
show_snapshot(struct question *g, const struct audit_snapshot *m)
{
	bool is_all = g->own->only == EXPLAIN_FIELD_COUNT;
	struct doc *d = show_head(g, m), *list = in_array(d, "records");

	for (size_t i = 0; i < m->records_n; i++)
		if (is_all || audit_uses(g->own->only, &m->records[i]))
			show_record(g, list, &m->records[i]);
	list = in_array(d, "fields");
	for (size_t i = 0; i < m->values_n; i++)
		if (is_shown_field(g, m->values[i].field))
			show_value(list, &m->values[i]);
	if (!is_all)
		return;
	show_standing(d, m);
	list = in_array(d, "segments");
	for (size_t i = 0; i < m->segments_n; i++)
		show_segment(list, &m->segments[i]);
}

static int
show_customer(struct question *g)
{
	struct past_records_source source = { g->x->o->account, g->x->o->jobs, 0 };
	struct past_records records;
	struct audit_snapshot *list;
	struct str id;
	size_t n;

	if (find_customer(g->x->o, &g->x->a, &g->x->s, str_c(g->own->customer), &id, g->e) < 0 ||
	    past_records_load(&g->x->a, &g->x->s, &source, id, &records, g->e) < 0 ||
	    audit_customer(&g->x->a, &g->x->s, g->x->o->account, &records, &list, &n, g->e) < 0)
		return -1;
	if (g->json == NULL)
		printf("customer %.*s\n", STR_ARG(contact_id(&g->x->a, records.id)));
	for (size_t i = 0; i < n; i++) {
		bool is_shown = g->own->only == EXPLAIN_FIELD_COUNT;

		for (size_t k = 0; !is_shown && k < list[i].values_n; k++)
			is_shown = list[i].values[k].field == g->own->only;
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
	struct diff_stored d = { .account = g->x->o->account, .s = &g->x->s, .path = g->own->path };
	bool is_json = g->own->json, is_first = true;
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
check(struct invocation *x, struct err *e)
{
	struct audit_options *own = x->own;

	own->only = EXPLAIN_FIELD_COUNT;
	if (own->verify && (own->customer != NULL || own->field != NULL))
		return err_set(e, ERR_USAGE,
		    "--verify checks the whole account; it goes with neither "
		    "--customer nor --field");
	if (own->field == NULL)
		return 0;
	if (own->field[0] == '/') {
		own->path = str_c(own->field);
		return own->customer == NULL
		           ? 0
		           : err_set(e, ERR_USAGE,
		                 "--customer goes with a field of the profile, not with a place "
		                 "in a record");
	}
	own->only = explain_profile_find(own->field);
	if (own->only == EXPLAIN_FIELD_COUNT) {
		err_set(e, ERR_USAGE, "a profile has no field '%s'", own->field);
		return err_advise(e, "'flowstory explain' lists the fields. A place in the records "
		                     "begins with a slash.");
	}
	if (own->customer != NULL)
		return 0;
	err_set(e, ERR_USAGE, "a profile field needs --customer");
	return err_advise(e, "A place in the records, such as /voided, needs no customer.");
}

static int
verify(struct invocation *x, bool is_json, struct err *e)
{
	char name[] = "verify", json[] = "--json", *words[] = { name, json, NULL };

	return command_run(&cmd_verify, x->o, is_json ? 2 : 1, words, e);
}

static int
run(struct invocation *x, struct err *e)
{
	const struct audit_options *own = x->own;
	struct question g = { .x = x, .own = own, .e = e };
	int rc;

	if (own->verify)
		return verify(x, own->json, e);
	if (own->path.n > 0)
		return show_place(&g);
	g.json = own->json ? doc_array() : NULL;
	rc = own->customer != NULL ? show_customer(&g) : show_diffs(&g);
	if (rc == 0 && g.json != NULL)
		json_out_print(g.json);
	else
		doc_free(g.json);
	return rc;
}

const struct command cmd_audit = {
	.name = "audit",
	.synopsis = "[--customer CUSTOMER [--field FIELD] |\n"
	            "--field POINTER | --verify] [--json]",
	.summary = "show what changed when: diffs, one customer's history",
	.help = help,
	.options = options,
	.size = sizeof(struct audit_options),
	.needs = NEEDS_STATE,
	.is_paged = true,
	.exits = { [1] = "failed; with --verify, also: faults were found",
	    [4] = "a page or a diff is damaged" },
	.check = check,
	.run = run,
};
