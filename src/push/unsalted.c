#include "push/unsalted.h"

#include "push/begun.h"
#include "push/former.h"
#include "push/owed.h"

/* At work. */
struct forgetting {
	struct unsalted *u;
	struct books *books;
	struct arena a;
	struct err *e;
};

static struct str
name_of(struct arena *a, unsigned channel, struct str dsid)
{
	return str_printf(a, "%c%.*s", (char)channel, STR_ARG(dsid));
}

/* Whether the contact has the address that it was told of, as far as was acked: both hashes are of
 * the old salt.  One that is nobody's was found by that address. */
static int
has_it(struct forgetting *g, struct str dsid, const struct journal_field *address, bool *out)
{
	struct acked acked;
	struct str owner;
	const uint64_t *hash = NULL;
	int rc = books_owner(g->books, &g->a, dsid, &owner, g->e);

	*out = rc == 0;
	if (rc > 0)
		rc = books_contact(g->books, &g->a, owner, &acked, g->e);
	if (rc > 0)
		hash = acked_field(&acked, address->key);
	*out = *out || (hash != NULL && *hash == address->hash);
	return rc < 0 ? -1 : 0;
}

static int
keep_told(struct forgetting *g, const struct journal_field *address, const struct acked_opt_out *x)
{
	unsigned channel = owed_channel(address->key);
	struct unsalted *u = g->u;
	struct str dsids = x->dsids;

	while (dsids.n > 0) {
		const char *space = memchr(dsids.p, ' ', dsids.n);
		size_t n = space == NULL ? dsids.n : (size_t)(space - dsids.p);
		struct str dsid = str_of(dsids.p, n);
		bool has;

		dsids = str_from(dsids, space == NULL ? n : n + 1);
		if (has_it(g, dsid, address, &has) < 0)
			return -1;
		if (has) {
			uint32_t i = intern_add(&u->told, name_of(&g->a, channel, dsid));

			u->since = mem_reach(u->since, i, &u->cap, sizeof(*u->since));
			u->since[i] = str_copy(&u->a, x->since);
		}
	}
	return 0;
}

static int
forget_opt_out(struct forgetting *g, struct str key)
{
	struct view *v = &g->books->view;
	struct journal_field address;
	struct acked_opt_out x;
	struct str row;
	int rc = view_get(v, VIEW_OPT_OUTS, key, &row, g->e);

	if (rc <= 0)
		return rc;
	if (!acked_opt_out_unpack(row, &x) || !fold_rows_parse_address(key, &address))
		return fold_rows_broken(g->e);
	if (x.is_acked && keep_told(g, &address, &x) < 0)
		return -1;
	view_del(v, VIEW_OPT_OUTS, key);
	view_del(v, VIEW_LETTERS, str_printf(&g->a, "o%.*s", STR_ARG(key)));
	return 0;
}

static int
forget_address(struct forgetting *g, struct str key)
{
	view_del(&g->books->view, VIEW_ADDRESSES, key);
	return 0;
}

/* Who was imported by hand is found by what was imported. */
static int
forget_fields(struct forgetting *g, struct str fh_id)
{
	struct acked x;

	if (books_contact(g->books, &g->a, fh_id, &x, g->e) < 0)
		return -1;
	x.fields_n = 0;
	begun_unname(&g->a, &x);
	g->u->imported += x.is_imported;
	x.is_imported = false;
	return fold_set(&g->books->fold, fh_id, &x, g->e);
}

typedef int forget_fn(struct forgetting *g, struct str key);

static int
forget_all(struct forgetting *g, enum view_table table, forget_fn *fn)
{
	struct arena a = { 0 };
	struct str *list;
	size_t n;
	int rc = view_keys(&a, &g->books->view, table, &list, &n, g->e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = fn(g, list[i]);
		arena_reset(&g->a);
	}
	arena_release(&a);
	return rc;
}

int
unsalted_forget(struct unsalted *u, struct books *books, struct err *e)
{
	struct forgetting g = { .u = u, .books = books, .e = e };
	int rc = forget_all(&g, VIEW_OPT_OUTS, forget_opt_out);

	if (rc == 0)
		rc = forget_all(&g, VIEW_ADDRESSES, forget_address);
	if (rc == 0)
		rc = forget_all(&g, VIEW_CONTACTS, forget_fields);
	if (rc == 0)
		rc = former_forget(&books->view, &u->unrecognised, e);
	arena_release(&g.a);
	return rc;
}

bool
unsalted_was_told(const struct unsalted *u, unsigned channel, struct str dsid, struct str *since)
{
	struct arena a = { 0 };
	uint32_t i = intern_find(&u->told, name_of(&a, channel, dsid));

	arena_release(&a);
	if (i == 0)
		return false;
	*since = u->since[i];
	return true;
}

void
unsalted_release(struct unsalted *u)
{
	intern_release(&u->told);
	mem_free(u->since);
	arena_release(&u->a);
}
