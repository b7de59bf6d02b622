#include "push/imported.h"

struct marking {
	struct push *p;
	uint32_t number; /* of the snapshot */
	uint64_t n;
	struct arena a;
	struct err *e;
};

/* A contact's row as the files have it: without membership, and with a number that refuses texts.
 * ${number}: of the snapshot it was written with.  Returns: 1; 0 no contact; -1. */
static int
load_row(struct marking *g, struct journal_line *x, uint32_t *number)
{
	const struct push_settings files = { .membership = PUSH_NONE, .text_opt_out = STR("any") };
	struct wanted_source plain = g->p->source;
	const struct acked nothing = { 0 };
	struct exported last = { 0 };
	struct wanted w;
	struct str row;
	int rc = kv_get(plain.s->txn, TABLE_EXPORTED, x->fh_id, &row, g->e);

	plain.push = &files;
	if (rc > 0 && !row_exported_unpack(row, &last))
		return state_broken(g->e, "what was exported last");
	if (rc < 0 || wanted_make(&g->a, &plain, x->fh_id, &nothing, &w, g->e) < 0)
		return -1;
	*number = last.row_snapshot;
	x->fields = wanted_fields_hashes(&g->a, plain.books, w.fields, w.fields_n, &x->fields_n);
	return w.gone.n == 0 && last.row_snapshot > 0;
}

/* A row that is newer than the import says something else than DailyStory has: who has one is found
 * and sent as if new. */
static int
mark_one(struct marking *g, struct str fh_id)
{
	struct journal_line x = { .fh_id = fh_id,
		.op = JOURNAL_CONTACT,
		.snapshot = g->p->source.last.id,
		.reason = STR("imported") };
	struct acked acked;
	uint32_t number = 0;
	int rc = books_contact(&g->p->books, &g->a, fh_id, &acked, g->e);

	if (rc < 0 || acked.dsid.n > 0 || acked.is_imported)
		return rc < 0 ? -1 : 0;
	rc = load_row(g, &x, &number);
	if (rc <= 0 || number > g->number)
		return rc < 0 ? -1 : 0;
	g->n++;
	return books_note(&g->p->books, &x, g->e);
}

static int
walk(struct marking *g)
{
	struct kv_cursor *c = kv_all(g->p->s.txn, TABLE_CONTACT_STATUS, g->e);
	struct str fh_id, row;
	int rc;

	while ((rc = kv_next(c, &fh_id, &row, g->e)) > 0) {
		rc = mark_one(g, fh_id);
		arena_reset(&g->a);
		if (rc < 0)
			break;
	}
	kv_cursor_close(c);
	return rc;
}

int
imported_mark(struct push *p, const char *id, uint64_t *n, struct err *e)
{
	struct marking g = { .p = p, .e = e };
	struct applied ignored;
	int rc = state_snapshot_find(&p->s, id, &g.number, &ignored, e);

	if (rc == 0)
		rc = walk(&g);
	if (rc == 0)
		rc = books_keep(&p->books, e);
	arena_release(&g.a);
	*n = g.n;
	return rc;
}
