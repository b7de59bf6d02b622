#include "push/imported.h"

#include "push/imported_rows.h"

#define CUSTOM STR("extendedProperties")

struct marking {
	struct push *p;
	uint32_t number; /* of the snapshot */
	struct imported *out;
	struct imported_rows rows; /* of who changed since */
	struct arena a;
	struct err *e;
};

static int
note(struct marking *g, struct str fh_id, const struct journal_field *fields, size_t n)
{
	struct journal_line x = { .fh_id = fh_id,
		.op = JOURNAL_CONTACT,
		.snapshot = g->p->source.last.id,
		.fields = fields,
		.fields_n = n,
		.reason = STR("imported") };

	g->out->n++;
	return books_note(&g->p->books, &x, g->e);
}

/* ---- Who is as they were then */

/* A contact's row as the files have it: without membership, and with a number that refuses texts.
 * Returns: 1 it is noted; 0 they are no contact; -1. */
static int
note_wanted(struct marking *g, struct str fh_id)
{
	const struct push_settings files = { .membership = PUSH_NONE, .text_opt_out = STR("any") };
	struct wanted_source plain = g->p->source;
	const struct acked nothing = { 0 };
	const struct journal_field *fields;
	struct wanted w;
	size_t n;

	plain.push = &files;
	if (wanted_make(&g->a, &plain, fh_id, &nothing, &w, g->e) < 0)
		return -1;
	if (w.gone.n > 0)
		return 0;
	fields = wanted_fields_hashes(&g->a, plain.books, w.fields, w.fields_n, &n);
	return note(g, fh_id, fields, n) < 0 ? -1 : 1;
}

/* Whom we deleted since is there no more. */
static int
mark_one(struct marking *g, struct str fh_id, struct str row)
{
	struct exported last;
	struct acked acked;
	int rc;

	if (!row_exported_unpack(row, &last))
		return state_broken(g->e, "what was exported last");
	rc = books_contact(&g->p->books, &g->a, fh_id, &acked, g->e);
	if (rc < 0 || acked.dsid.n > 0 || acked.is_imported)
		return rc < 0 ? -1 : 0;
	if (last.row_snapshot > 0 && last.row_snapshot <= g->number)
		rc = note_wanted(g, fh_id);
	else
		rc = 0;
	if (rc == 0 && last.addresses.n > 0 && !acked.is_deleted)
		(void)intern_add(&g->rows.asked, fh_id);
	return rc < 0 ? -1 : 0;
}

static int
walk(struct marking *g)
{
	struct kv_cursor *c = kv_all(g->p->s.txn, TABLE_EXPORTED, g->e);
	struct str fh_id, row;
	int rc;

	while ((rc = kv_next(c, &fh_id, &row, g->e)) > 0) {
		rc = mark_one(g, fh_id, row);
		arena_reset(&g->a);
		if (rc < 0)
			break;
	}
	kv_cursor_close(c);
	return rc;
}

/* ---- Who changed since */

/* An address belongs to whom a newer row gave it. */
static int
is_others(struct marking *g, struct str fh_id, struct journal_field field)
{
	struct str holder;
	int rc = books_holder(&g->p->books, &g->a, field.key, field.hash, &holder, g->e);

	return rc > 0 ? !str_eq(holder, fh_id) : rc;
}

/* The texts of an object of the row. */
static int
add_fields(struct marking *g, struct str fh_id, const struct json *j, uint32_t object,
    struct journal_field *list, size_t *n, bool *has_address)
{
	for (uint32_t i = object + 1; i < j->nodes[object].next; i = j->nodes[i + 1].next) {
		struct journal_field f = { .key = json_text(&g->a, j, i) };
		bool is_address = str_eq(f.key, STR("email")) || str_eq(f.key, STR("mobilePhone"));
		int rc = 0;

		if (j->nodes[i + 1].kind != JSON_STRING)
			continue;
		f.hash = books_hash(&g->p->books, f.key, json_text(&g->a, j, i + 1));
		if (is_address)
			rc = is_others(g, fh_id, f);
		if (rc < 0)
			return -1;
		*has_address = *has_address || (is_address && rc == 0);
		if (rc == 0)
			list[(*n)++] = f;
	}
	return 0;
}

/* Without an address of their own nothing finds their contact: who has it now, is it. */
static int
note_row(void *context, struct str fh_id, const struct json *j, struct err *e)
{
	struct marking *g = context;
	struct journal_field *list = arena_array(&g->a, j->n, sizeof(*list));
	uint32_t custom = json_find(j, 0, CUSTOM);
	bool has_address = false;
	size_t n = 0;
	int rc = add_fields(g, fh_id, j, 0, list, &n, &has_address);

	(void)e;
	if (rc == 0)
		rc = add_fields(g, fh_id, j, custom, list, &n, &has_address);
	if (rc == 0 && has_address)
		rc = note(g, fh_id, list, n);
	arena_reset(&g->a);
	return rc;
}

/* Who is in no file came later, as long as all of the files are there. */
static int
mark_changed(struct marking *g)
{
	struct imported *out = g->out;

	if (imported_rows_read(&g->rows, note_row, g, g->e) < 0)
		return -1;
	for (uint32_t i = 1; g->rows.has_gaps && i < g->rows.asked.n; i++) {
		if (g->rows.is_found[i])
			continue;
		out->lost = arena_grow(
		    &g->p->a, out->lost, out->lost_n, &out->lost_cap, sizeof(*out->lost));
		out->lost[out->lost_n++] = str_copy(&g->p->a, g->rows.asked.texts[i]);
	}
	return 0;
}

int
imported_mark(struct push *p, const char *id, struct imported *out, struct err *e)
{
	struct marking g = { .p = p, .out = out, .e = e };
	struct applied ignored;
	int rc = state_snapshot_find(&p->s, id, &g.number, &ignored, e);

	*out = (struct imported){ 0 };
	g.rows.account = p->account;
	g.rows.s = &p->s;
	g.rows.number = g.number;
	if (rc == 0)
		rc = walk(&g);
	if (rc == 0)
		rc = mark_changed(&g);
	if (rc == 0)
		rc = books_keep(&p->books, e);
	imported_rows_release(&g.rows);
	arena_release(&g.a);
	return rc;
}
