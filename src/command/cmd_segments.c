/* cmd_segments.c -- flowstory segments: sizes, sentences, who entered and left. */
#include <stdio.h>
#include <string.h>

#include "account/terms.h"
#include "command/command.h"
#include "timemachine/count_due.h"
#include "command/find_customer.h"
#include "command/json_out.h"
#include "command/print_members.h"
#include "command/print_table.h"
#include "lib/json_writer.h"
#include "segment/membership.h"
#include "state/rows.h"
#include "timemachine/segment_preview.h"
#include "timemachine/segment_sizes.h"

static const char help[] =
    "Lists each segment with its size, its rule as a sentence, and how many customers\n"
    "entered and left it with the last snapshot applied.\n";

struct segments_options {
	const char *at, *rules, *members;
	bool due, csv, json;
};

static const struct option options[] = {
	OPTION(struct segments_options, at, "--at", .value = "ID",
	    .help = "as of another snapshot, from its export", .is_exclusive = true,
	    .needs = NEEDS_ACCOUNT),
	OPTION(struct segments_options, rules, "--rules", .value = "FILE",
	    .help = "preview the segments that these rules would give as of the\n"
	            "last snapshot, compared with the segments of the same slug;\n"
	            "nothing is written",
	    .is_exclusive = true, .needs = NEEDS_STATE),
	OPTION(struct segments_options, due, "--due",
	    .help = "show instead how many will enter and leave through time\n"
	            "alone in the 24 hours and the 7 days after the last\n"
	            "snapshot",
	    .is_exclusive = true, .needs = NEEDS_STATE),
	OPTION(struct segments_options, members, "--members", .value = "SLUG",
	    .help = "list instead the members of one segment, by fh_id", .is_exclusive = true,
	    .needs = NEEDS_STATE),
	OPTION(struct segments_options, csv, "--csv",
	    .help = "print the members as CSV, with their addresses"),
	OPTION(struct segments_options, json, "--json", .help = "print JSON"),
	{ 0 },
};

struct line {
	struct segment_size size;
	struct due due;
};

struct listing {
	struct invocation *x;
	struct line *lines;
	size_t n;
};

static void
print_sizes(const struct listing *g, struct doc *list)
{
	static const struct print_table_column columns[] = {
		{ "name", NULL, 0, NULL },
		{ "slug", NULL, 0, NULL },
		{ "rule", NULL, 0, NULL },
		{ "members", "members", 9, NULL },
		{ "contacts", "contacts", 9, NULL },
		{ "entered", "entered", 8, NULL },
		{ "left", "left", 8, NULL },
		{ NULL, "segment", 0, NULL },
		{ 0 },
	};

	if (list == NULL)
		print_table_headings(columns);
	for (size_t i = 0; i < g->n; i++) {
		const struct segment_size *l = &g->lines[i].size;
		struct str name = str_printf(&g->x->a, "%.*s (%.*s)\n%.*s", STR_ARG(l->name),
		    STR_ARG(l->slug), STR_ARG(l->sentence));

		print_table_row(columns, list,
		    (const struct print_table_cell[]){ CELL_TEXT(l->name), CELL_TEXT(l->slug),
		        CELL_TEXT(l->sentence), CELL(l->members), CELL(l->contacts),
		        CELL(l->entered), CELL(l->left), CELL_TEXT(name) });
	}
}

static void
print_due(const struct listing *g, struct doc *list)
{
	static const struct print_table_column columns[] = {
		{ "name", NULL, 0, NULL },
		{ "slug", NULL, 0, NULL },
		{ "rule", NULL, 0, NULL },
		{ "members", "members", 9, NULL },
		{ "contacts", NULL, 0, NULL },
		{ "enter", "enter", 8, "in_24_hours" },
		{ "leave", "leave", 8, "in_24_hours" },
		{ "enter", "enter", 8, "in_7_days" },
		{ "leave", "leave", 8, "in_7_days" },
		{ NULL, "segment", 0, NULL },
		{ 0 },
	};

	if (list == NULL) {
		printf("%9s %17s %17s\n", "", "in 24 hours", "in 7 days");
		print_table_headings(columns);
	}
	for (size_t i = 0; i < g->n; i++) {
		const struct segment_size *l = &g->lines[i].size;
		const struct due *due = &g->lines[i].due;
		struct str name =
		    str_printf(&g->x->a, "%.*s (%.*s)", STR_ARG(l->name), STR_ARG(l->slug));

		print_table_row(columns, list,
		    (const struct print_table_cell[]){ CELL_TEXT(l->name), CELL_TEXT(l->slug),
		        CELL_TEXT(l->sentence), CELL(l->members), CELL(l->contacts),
		        CELL(due->entered[DUE_DAY]), CELL(due->left[DUE_DAY]),
		        CELL(due->entered[DUE_WEEK]), CELL(due->left[DUE_WEEK]), CELL_TEXT(name) });
	}
}

/* What an export recorded. */
static int
list_at(struct listing *g, const char *id, struct err *e)
{
	struct err why = ERR_INIT;
	struct segment_size *list;

	if (strchr(id, '/') != NULL ||
	    segment_sizes_load(&g->x->a, g->x->o->account, str_c(id), &list, &g->n, &why) < 0) {
		if (why.kind == ERR_FAILED) {
			*e = why;
			return -1;
		}
		err_set(e, ERR_USAGE, "there is no export of a snapshot '%s'", id);
		return err_advise(e, "exports/ has a directory for each snapshot.");
	}
	g->lines = arena_zero(&g->x->a, g->n, sizeof(*g->lines));
	for (size_t i = 0; i < g->n; i++)
		g->lines[i].size = list[i];
	return 0;
}

/* What time alone will change in the lines. */
static int
add_due(struct listing *g, const struct segment_set *set, struct err *e)
{
	struct due *due = arena_zero(&g->x->a, set->n + 1, sizeof(*due));
	struct applied last;
	uint32_t number;

	if (state_snapshot_find(&g->x->s, NULL, &number, &last, e) < 0 ||
	    count_due(&g->x->a, &g->x->s, set, last.as_of, due, e) < 0)
		return -1;
	for (size_t i = 0; i < g->n; i++)
		g->lines[i].due = due[i];
	return 0;
}

static struct str
sentence_of(struct arena *a, const struct segment_set *set, size_t i)
{
	struct buf b = { 0 };
	struct str text;

	segment_sentence(set, i, &b);
	text = str_copy(a, buf_view(&b));
	buf_release(&b);
	return text;
}

/* The rules stored with the last snapshot, and the sizes stored with them. */
static int
list_now(struct listing *g, struct err *e)
{
	const struct segments_options *own = g->x->own;
	struct segment_set set;
	struct membership_counts t;
	struct str text;
	int rc = state_meta(&g->x->s, "rules", &text, e);

	if (rc <= 0)
		return rc;
	if (segment_parse(
	        &g->x->a, "rules of the last snapshot", str_copy(&g->x->a, text), &set, e) < 0 ||
	    membership_counts_read(&g->x->a, &g->x->s, &t, e) < 0 ||
	    membership_counts_match(&t, &set, e) < 0)
		return -1;
	g->n = set.n;
	g->lines = arena_zero(&g->x->a, set.n, sizeof(*g->lines));
	for (size_t i = 0; i < set.n; i++) {
		const struct membership_count *y = membership_counts_of_rule(&t, i);

		g->lines[i].size = (struct segment_size){ .name = set.list[i].name,
			.slug = y->slug,
			.sentence = sentence_of(&g->x->a, &set, i),
			.members = y->members,
			.contacts = y->contacts,
			.entered = y->entered,
			.left = y->left };
	}
	return own->due ? add_due(g, &set, e) : 0;
}

/* Compared with the members by the stored rules; ${number} is that of the slug in the state's
 * dictionary, 0: it is not there. */
static void
count_member(const struct segment_preview *p, size_t i, uint32_t number, struct segment_size *out)
{
	struct str rest = p->status.memberships;
	struct membership m;
	bool was = false;

	while (number != 0 && row_membership_next(&rest, &m) > 0)
		was = was || m.slug == number;
	out->members += p->member[i];
	out->contacts += p->member[i] && row_is_contact(&p->status);
	out->entered += p->member[i] && !was;
	out->left += was && !p->member[i];
}

static int
count_members(struct listing *g, const struct segment_set *set, const uint32_t *numbers,
    struct segment_preview *p, struct err *e)
{
	int rc = segment_preview_begin(p, &g->x->s, set, e);

	while (rc >= 0 && (rc = segment_preview_next(p, e)) > 0)
		for (size_t i = 0; i < set->n; i++)
			count_member(p, i, numbers[i], &g->lines[i].size);
	return rc;
}

static int
list_preview(struct listing *g, const char *file, struct err *e)
{
	struct arena *a = &g->x->a;
	struct state *s = &g->x->s;
	struct segment_preview p = { .rules = NULL };
	struct segment_set set;
	uint32_t *numbers;
	int rc;

	if (terms_rules(a, g->x->o->account, file, &set, e) < 0)
		return -1;
	g->n = set.n;
	g->lines = arena_zero(a, g->n, sizeof(*g->lines));
	numbers = arena_zero(a, g->n, sizeof(*numbers));
	for (size_t i = 0; i < g->n; i++) {
		g->lines[i].size.name = set.list[i].name;
		g->lines[i].size.slug = set.list[i].slug;
		g->lines[i].size.sentence = sentence_of(a, &set, i);
		if (dictionary_find(&s->words, s->txn, set.list[i].slug, &numbers[i], e) < 0)
			return -1;
	}
	rc = count_members(g, &set, numbers, &p, e);
	segment_preview_end(&p);
	return rc;
}

static int
check(struct invocation *x, struct err *e)
{
	const struct segments_options *own = x->own;

	if (own->csv && (own->members == NULL || own->json))
		return err_set(e, ERR_USAGE, "--csv goes with --members, and not with --json");
	return 0;
}

static int
list_members(struct invocation *x, struct err *e)
{
	const struct segments_options *own = x->own;
	enum members_form form = own->json ? MEMBERS_JSON : own->csv ? MEMBERS_CSV : MEMBERS_TABLE;

	return print_members(&x->s, str_c(own->members), form, e);
}

static int
run(struct invocation *x, struct err *e)
{
	const struct segments_options *own = x->own;
	struct listing g = { .x = x };
	struct doc *list;
	int rc;

	if (own->members != NULL)
		return list_members(x, e);
	rc = own->at != NULL      ? list_at(&g, own->at, e)
	     : own->rules != NULL ? list_preview(&g, own->rules, e)
	                          : list_now(&g, e);
	if (rc < 0)
		return -1;
	list = own->json ? doc_array() : NULL;
	(own->due ? print_due : print_sizes)(&g, list);
	if (own->json)
		json_out_print(list);
	return STATUS_DONE;
}

const struct command cmd_segments = {
	.name = "segments",
	.synopsis = "[--at ID | --rules FILE | --due | --members SLUG [--csv]] [--json]",
	.summary = "list sizes, rules as sentences, who entered and left",
	.help = help,
	.options = options,
	.size = sizeof(struct segments_options),
	.needs = NEEDS_STATE | NEEDS_FEW,
	.is_paged = true,
	.check = check,
	.run = run,
};
