#include "erase/folded_gather.h"

#include "account/account.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "bases/fold_reader.h"
#include "erase/folded_text.h"

#define CUSTOMERS "0" /* ENTITY_CUSTOMER, as versions have it */

struct gathering {
	const struct folded_gather *f;
	struct gather *out;
	struct intern numbers;     /* of them as buyers, as text */
	struct str *bases, *diffs; /* snapshots */
	size_t bases_n, at;        /* the diff at hand */
	struct intern came;        /* ids of them that a diff added, ... */
	size_t *since;             /* ... and which diff did last, by their numbers */
	size_t cap;
	struct arena a; /* of one line */
	struct json json;
	struct err *e;
};

static bool
is_theirs(struct gathering *g, struct str id)
{
	return id.n > 0 && g->out->fate(g->out->context, id) != REDACT_NOT;
}

/* Whose an address is, as gather_address takes it. */
static struct str
owner(struct gathering *g, struct str id)
{
	return is_theirs(g, id) ? id : (struct str){ 0 };
}

static void
note_person(struct gathering *g, struct str id)
{
	gather_id(g->out, id);
	(void)intern_add(&g->out->folded, id);
	(void)intern_add(&g->out->seen, id);
}

/* ---- Bases */

static int
read_records(struct gathering *g, struct fold_reader *reader)
{
	struct fold_record x;
	int64_t as_of;
	int rc;

	while ((rc = fold_reader_record(reader, &x, g->e)) > 0) {
		bool is_order = x.entity == ENTITY_ORDER;

		if (timestamp_parse_id(x.snapshot, &as_of))
			g->out->redactor.reader.taken_at = as_of;
		if (gather_record(g->out, is_order, x.text) && is_order)
			(void)intern_add(&g->out->orders, x.id);
	}
	return rc;
}

/* The i-th part of a list; empty if it is no text. */
static struct str
part(struct gathering *g, uint32_t list, uint32_t i)
{
	const struct json_node *n = g->json.nodes;
	uint32_t at = list + 1;

	if (n[list].kind != JSON_ARRAY || i >= n[list].count)
		return (struct str){ 0 };
	while (i-- > 0)
		at = n[at].next;
	return n[at].kind == JSON_STRING ? json_text(&g->a, &g->json, at) : (struct str){ 0 };
}

/* A list of addresses, each after its channel. */
static void
add_exported(struct gathering *g, uint32_t row, struct str id)
{
	const struct json_node *n = g->json.nodes;

	for (uint32_t i = row + 1; i < n[row].next; i++)
		if (n[i].kind == JSON_STRING) {
			struct str s = json_text(&g->a, &g->json, i);

			if (s.n > 0 && (unsigned char)s.p[0] < ' ')
				gather_address(g->out, id, str_from(s, 1));
		}
}

static void
add_past(struct gathering *g, uint32_t row, struct str id)
{
	for (uint32_t i = 2; i <= 3; i++)
		if (part(g, row, i).n > 0)
			gather_address(g->out, id, part(g, row, i));
}

static struct str
number_of(struct gathering *g, uint32_t key)
{
	return g->json.nodes[key].count > 0 ? json_raw(&g->json, key + 1) : (struct str){ 0 };
}

/* What the files of a snapshot were. */
static void
note_digests(struct gathering *g, uint32_t row)
{
	struct folded_digests *was = g->f->was;
	struct folded_digest *x;

	if (was == NULL)
		return;
	x = folded_digests_put(was, part(g, row, 0));
	x->diff = str_copy(&was->arena, part(g, row, 3));
	x->export = str_copy(&was->arena, part(g, row, 4));
}

static void
read_rest(struct gathering *g, struct str table, uint32_t key, uint32_t row)
{
	bool is_version = str_eq(table, STR("versions"));
	struct str id = part(g, key, is_version ? 1 : 0);

	if (is_version && !str_eq(number_of(g, key), STR(CUSTOMERS)))
		return;
	if (is_theirs(g, id))
		note_person(g, id);
	if (str_eq(table, STR("exported")))
		add_exported(g, row, owner(g, id));
	else if (str_eq(table, STR("past_contacts")))
		add_past(g, row, owner(g, id));
}

/* What a table says of whom its rows are about; of others only which addresses they have or had. */
static void
read_row(struct gathering *g, struct str table, uint32_t key, uint32_t row)
{
	bool is_address = str_eq(table, STR("emails")) || str_eq(table, STR("mobiles"));
	struct str id = part(g, key, 0);

	if (str_eq(table, STR("snapshots"))) {
		note_digests(g, row);
	} else if (str_eq(table, STR("buyer_ids"))) {
		id = part(g, row, 0);
		if (is_theirs(g, id)) {
			note_person(g, id);
			(void)intern_add(&g->numbers, number_of(g, key));
		}
	} else if (str_eq(table, STR("former_orders"))) {
		if (intern_find(&g->numbers, number_of(g, key)) != 0)
			(void)intern_add(&g->out->orders, part(g, key, 1));
	} else if (is_address) {
		gather_address(g->out, owner(g, part(g, key, 1)), id);
	} else {
		read_rest(g, table, key, row);
	}
}

static int
read_memory(struct gathering *g, struct fold_reader *reader)
{
	struct json_fault fault;
	struct str line;
	int rc;

	intern_reset(&g->numbers);
	while ((rc = fold_reader_line(reader, &line, g->e)) > 0) {
		const struct json_node *n;

		arena_reset(&g->a);
		if (!json_read(&g->json, line, &fault))
			continue;
		n = g->json.nodes;
		if (n[0].kind != JSON_ARRAY || n[0].count != 3 || n[1].kind != JSON_STRING ||
		    n[n[1].next].kind != JSON_ARRAY)
			continue;
		read_row(g, json_text(&g->a, &g->json, 1), n[1].next, n[n[1].next].next);
	}
	return rc;
}

static int
read_base(struct gathering *g, struct str id)
{
	struct fold_reader reader;
	int rc = fold_reader_open(&reader, g->f->bases, id, g->e);

	if (rc == 0)
		rc = read_records(g, &reader);
	if (rc == 0)
		rc = read_memory(g, &reader);
	fold_reader_release(&reader);
	return rc;
}

/* ---- Diffs */

static void
read_change(struct gathering *g, uint32_t change, struct str id)
{
	static const char *const sides[] = { "before", "after" };
	struct str path = json_find_text(&g->a, &g->json, change, "path");

	for (size_t i = 0; i < 2; i++) {
		struct str value = json_find_text(&g->a, &g->json, change, sides[i]);

		if (value.n == 0)
			continue;
		if (str_eq(path, STR("/email")) || str_eq(path, STR("/phone")))
			gather_address(g->out, owner(g, id), value);
		else if (!is_theirs(g, id))
			continue;
		else if (str_eq(path, STR("/medId")))
			search_add(&g->out->search, SEARCH_MED_ID, value);
		else if (str_eq(path, STR("/name")))
			search_add(&g->out->search, SEARCH_NAME, value);
	}
}

/* A base, and the changes from there on, tell what addresses there were. */
static bool
has_base(const struct gathering *g, struct str from, struct str to)
{
	for (size_t i = 0; i < g->bases_n; i++)
		if (str_cmp(g->bases[i], from) >= 0 && str_cmp(g->bases[i], to) < 0)
			return true;
	return false;
}

/* Lines of who comes or goes say nothing else of them. */
static void
note_presence(struct gathering *g, struct str op, struct str id)
{
	uint32_t number = intern_find(&g->came, id);
	size_t from = number == 0 ? 0 : g->since[number];

	if (str_eq(op, STR("added"))) {
		number = intern_add(&g->came, id);
		g->since = mem_reach(g->since, number, &g->cap, sizeof(*g->since));
		g->since[number] = g->at;
	} else if (str_eq(op, STR("removed")) && !has_base(g, g->diffs[from], g->diffs[g->at])) {
		for (; from < g->at; from++)
			(void)intern_add(&g->out->unseen, g->diffs[from]);
	}
}

static int
read_diff_line(void *context, struct str line, struct err *e)
{
	struct gathering *g = context;
	struct json_fault fault;
	const struct json_node *n;
	uint32_t changes;
	struct str id;

	(void)e;
	arena_reset(&g->a);
	if (!json_read(&g->json, line, &fault) || g->json.nodes[0].kind != JSON_OBJECT ||
	    !str_eq(json_find_text(&g->a, &g->json, 0, "entity"), STR("customer")))
		return 0;
	id = json_find_text(&g->a, &g->json, 0, "id");
	if (is_theirs(g, id)) {
		note_person(g, id);
		note_presence(g, json_find_text(&g->a, &g->json, 0, "op"), id);
	}
	changes = json_find(&g->json, 0, STR("changes"));
	n = g->json.nodes;
	if (changes == 0 || n[changes].kind != JSON_ARRAY)
		return 0;
	for (uint32_t i = changes + 1; i < n[changes].next; i = n[i].next)
		if (n[i].kind == JSON_OBJECT)
			read_change(g, i, id);
	return 0;
}

static int
read_diffs(struct gathering *g, struct arena *a)
{
	char *dir = file_join(a, g->f->diffs, "diffs");
	struct folded_text text = { 0 };
	size_t n;
	int rc = account_ids(a, dir, STR(FOLDED_DIFF), &g->diffs, &n, g->e);

	for (size_t i = 0; rc == 0 && i < n && str_cmp(g->diffs[i], g->f->start) <= 0; i++) {
		struct str name = str_printf(a, "%s/%.*s" FOLDED_DIFF, dir, STR_ARG(g->diffs[i]));

		g->at = i;
		rc = folded_text_load(&text, str_z(a, name), g->e);
		if (rc == 0)
			rc = folded_text_lines(buf_view(&text.text), read_diff_line, g, g->e);
	}
	folded_text_release(&text);
	return rc;
}

int
folded_gather_all(const struct folded_gather *f, struct err *e)
{
	struct gathering g = { .f = f, .out = f->out, .e = e };
	struct arena a = { 0 };
	int rc = fold_manifest_list(&a, f->bases, &g.bases, &g.bases_n, e);

	gather_ready(f->out);
	f->out->is_folded = true;
	for (size_t i = 0; rc == 0 && i < g.bases_n; i++)
		rc = read_base(&g, g.bases[i]);
	if (rc == 0)
		rc = read_diffs(&g, &a);
	f->out->is_folded = false;
	intern_release(&g.numbers);
	intern_release(&g.came);
	mem_free(g.since);
	json_release(&g.json);
	arena_release(&g.a);
	arena_release(&a);
	return rc;
}

bool
folded_gather_lists(const struct gather *g, struct str snapshot, struct str cell)
{
	struct str bare = str_starts(cell, STR("'")) ? str_from(cell, 1) : cell;

	if (cell.n == 0 || intern_find(&g->others, cell) != 0 || intern_find(&g->others, bare) != 0)
		return false;
	return intern_find(&g->past, cell) != 0 || intern_find(&g->past, bare) != 0 ||
	       intern_find(&g->unseen, snapshot) != 0;
}
