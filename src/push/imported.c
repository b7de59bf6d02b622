#include "push/imported.h"

struct marking {
	struct push *p;
	uint32_t number; /* of the snapshot */
	uint64_t n;
	struct arena a;
	struct err *e;
};

/* A row that is newer than the import says something else than DailyStory has: who has one is found
 * and sent as if new. */
static int
mark_one(struct marking *g, struct str fh_id)
{
	struct journal_line x = { .fh_id = fh_id,
		.op = JOURNAL_CONTACT,
		.snapshot = g->p->source.last.id,
		.reason = STR("imported") };
	struct journal_field *fields;
	struct acked acked;
	uint32_t number;
	int rc = books_contact(&g->p->books, &g->a, fh_id, &acked, g->e);

	if (rc < 0 || acked.dsid.n > 0 || acked.is_imported)
		return rc < 0 ? -1 : 0;
	rc = wanted_exported(&g->a, &g->p->source, fh_id, &fields, &x.fields_n, &number, g->e);
	if (rc <= 0 || number > g->number)
		return rc < 0 ? -1 : 0;
	x.fields = fields;
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
