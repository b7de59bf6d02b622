/* cmd_fields.c -- flowstory fields: what a rule can ask for, and the values there are. */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/intern.h"
#include "command/command.h"
#include "command/json_out.h"
#include "command/print_table.h"
#include "lib/json_writer.h"
#include "profile/profile.h"
#include "segment/rule_fields.h"

static const char help[] =
    "Lists the fields that a rule can ask for, with their types and operators.\n"
    "flowstory-rules(5) says what each means.\n";

struct fields_options {
	const char *values;
	bool json;
};

static const struct option options[] = {
	OPTION(struct fields_options, values, "--values", .value = "FIELD",
	    .help = "list instead the values of a text or list field, each with\n"
	            "the number of customers who have it, most frequent first",
	    .needs = NEEDS_STATE),
	OPTION(struct fields_options, json, "--json", .help = "print JSON"),
	{ 0 },
};

static void
print_fields(struct arena *a)
{
	static const struct print_table_column columns[] = {
		{ NULL, "field", -20, NULL },
		{ NULL, "type", -7, NULL },
		{ NULL, "operators", 0, NULL },
		{ 0 },
	};
	struct rule_field_shape f;

	print_table_headings(columns);
	for (size_t i = 0; rule_fields_shape(a, i, &f); i++) {
		struct str ops =
		    str_printf(a, "%.*s%s", STR_ARG(f.ops), f.has_within ? ", within" : "");

		print_table_row(columns, NULL,
		    (const struct print_table_cell[]){
		        CELL_TEXT(str_c(f.name)), CELL_TEXT(str_c(f.type)), CELL_TEXT(ops) });
	}
}

static void
add_ops(struct doc *d, struct str ops)
{
	while (ops.n > 0) {
		const char *end = memchr(ops.p, ' ', ops.n);
		size_t n = end == NULL ? ops.n : (size_t)(end - ops.p);

		doc_text(d, NULL, str_of(ops.p, n));
		n += end != NULL;
		ops = str_of(ops.p + n, ops.n - n);
	}
}

static void
print_fields_json(struct arena *a)
{
	struct doc *d = doc_array();
	struct rule_field_shape f;

	for (size_t i = 0; rule_fields_shape(a, i, &f); i++) {
		struct doc *x = doc_in_object(d, NULL);

		doc_text(x, "field", str_c(f.name));
		doc_text(x, "type", str_c(f.type));
		add_ops(doc_in_array(x, "operators"), f.ops);
		doc_bool(x, "within", f.has_within);
	}
	json_out_print(d);
}

/* The values of one field, counted. */
struct census {
	struct state *s;
	struct arena scratch;
	struct intern texts;
	struct value {
		struct str text;
		uint64_t customers;
	} * values; /* by number of ${texts} */
	size_t cap;
	size_t field;
};

static void
count_values(struct census *c, const struct profile *p)
{
	const struct str *list;
	size_t n = rule_fields_values(c->field, p, &list);

	for (size_t i = 0; i < n; i++) {
		uint32_t k = intern_add(&c->texts, list[i]);

		c->values = mem_reach(c->values, k, &c->cap, sizeof(*c->values));
		c->values[k].text = c->texts.texts[k];
		c->values[k].customers++;
	}
}

static int
count_profiles(struct census *c, struct err *e)
{
	struct kv_cursor *cursor = kv_all(c->s->txn, TABLE_PROFILES, e);
	struct str id, row;
	int rc;

	while ((rc = kv_next(cursor, &id, &row, e)) > 0) {
		struct profile p = { .id = id };

		if (profile_unpack(&c->scratch, c->s, row, &p, e) < 0) {
			rc = -1;
			break;
		}
		count_values(c, &p);
		arena_reset(&c->scratch);
	}
	kv_cursor_close(cursor);
	return rc;
}

static int
by_customers(const void *x, const void *y)
{
	const struct value *a = x, *b = y;

	if (a->customers != b->customers)
		return a->customers > b->customers ? -1 : 1;
	return str_cmp(a->text, b->text);
}

static const struct print_table_column value_columns[] = {
	{ NULL, "customers", 9, NULL },
	{ NULL, "value", 0, NULL },
	{ 0 },
};

static void
print_values(const struct census *c, bool is_json)
{
	struct doc *d = is_json ? doc_array() : NULL;

	if (!is_json)
		print_table_headings(value_columns);
	for (size_t i = 1; i < c->texts.n; i++) {
		const struct value *v = &c->values[i];
		struct doc *x = is_json ? doc_in_object(d, NULL) : NULL;

		if (!is_json) {
			print_table_row(value_columns, NULL,
			    (const struct print_table_cell[]){
			        CELL(v->customers), CELL_TEXT(v->text) });
			continue;
		}
		doc_text(x, "value", v->text);
		doc_u64(x, "customers", v->customers);
	}
	if (is_json)
		json_out_print(d);
}

static int
find_field(struct arena *a, const char *name, size_t *out, struct err *e)
{
	struct rule_field_shape f;
	size_t i = 0;

	while (rule_fields_shape(a, i, &f) && strcmp(f.name, name) != 0)
		i++;
	*out = i;
	if (!rule_fields_shape(a, i, &f)) {
		err_set(e, ERR_USAGE, "there is no field '%s'", name);
		return err_advise(e, "'flowstory fields' lists all of them.");
	}
	if (f.has_values)
		return 0;
	err_set(e, ERR_USAGE, "'%s' is a %s", name, f.type);
	return err_advise(e, "Only text and list fields have values to list.");
}

static int
list_values(struct census *c, struct invocation *x, struct err *e)
{
	const struct fields_options *own = x->own;

	if (find_field(&c->scratch, own->values, &c->field, e) < 0 || count_profiles(c, e) < 0)
		return -1;
	if (c->texts.n > 2)
		qsort(c->values + 1, c->texts.n - 1, sizeof(*c->values), by_customers);
	print_values(c, own->json);
	return 0;
}

static int
check(struct invocation *x, struct err *e)
{
	const struct fields_options *own = x->own;
	size_t field;

	return own->values == NULL ? 0 : find_field(&x->a, own->values, &field, e);
}

static int
run(struct invocation *x, struct err *e)
{
	const struct fields_options *own = x->own;
	struct census c = { .s = &x->s };
	int rc = 0;

	if (own->values != NULL)
		rc = list_values(&c, x, e);
	else
		(own->json ? print_fields_json : print_fields)(&x->a);
	intern_release(&c.texts);
	mem_free(c.values);
	arena_release(&c.scratch);
	return rc;
}

const struct command cmd_fields = {
	.name = "fields",
	.synopsis = "[--values FIELD] [--json]",
	.summary = "list what a rule can ask for",
	.help = help,
	.options = options,
	.size = sizeof(struct fields_options),
	.needs = NEEDS_ACCOUNT,
	.is_paged = true,
	.check = check,
	.run = run,
};
