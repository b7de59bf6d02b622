#include "push/orphans.h"

#include "base/intern.h"

struct orphaning {
	struct books *books;
	struct intern ids;
	struct arena a; /* of one row */
	struct err *e;
};

static void
add_all(struct orphaning *g, struct str dsids)
{
	while (dsids.n > 0) {
		const char *space = memchr(dsids.p, ' ', dsids.n);
		size_t n = space == NULL ? dsids.n : (size_t)(space - dsids.p);

		(void)intern_add(&g->ids, str_of(dsids.p, n));
		dsids = str_from(dsids, space == NULL ? n : n + 1);
	}
}

static int
look_at(struct orphaning *g, enum view_table table, struct str row)
{
	struct acked_opt_out told;
	struct acked x;

	if (table == VIEW_OPT_OUTS && acked_opt_out_unpack(row, &told)) {
		add_all(g, told.dsids);
		add_all(g, told.letter.dsid);
		return 0;
	}
	if (table == VIEW_CONTACTS && acked_unpack(&g->a, row, &x)) {
		add_all(g, x.letter.dsid);
		add_all(g, x.status_letter.dsid);
		return 0;
	}
	return fold_rows_broken(g->e);
}

static int
walk(struct orphaning *g, enum view_table table)
{
	struct view_cursor c = view_all(&g->books->view, table, g->e);
	struct str key, row;
	int rc;

	while ((rc = view_next(&c, &key, &row, g->e)) > 0) {
		rc = look_at(g, table, row);
		arena_reset(&g->a);
		if (rc < 0)
			break;
	}
	view_end(&c);
	return rc;
}

int
orphans_find(struct arena *a, struct books *books, struct str **list, size_t *n, struct err *e)
{
	struct orphaning g = { .books = books, .e = e };
	int rc = walk(&g, VIEW_OPT_OUTS);

	*n = 0;
	if (rc == 0)
		rc = walk(&g, VIEW_CONTACTS);
	*list = arena_array(a, g.ids.n, sizeof(**list));
	for (uint32_t i = 1; rc == 0 && i < g.ids.n; i++) {
		struct str owner;

		rc = books_owner(books, &g.a, g.ids.texts[i], &owner, e);
		if (rc == 0)
			(*list)[(*n)++] = str_copy(a, g.ids.texts[i]);
		rc = rc < 0 ? -1 : 0;
	}
	intern_release(&g.ids);
	arena_release(&g.a);
	return rc;
}
