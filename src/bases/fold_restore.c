#include "bases/fold_restore.h"

#include "base/arena.h"
#include "base/intern.h"
#include "base/pack.h"
#include "bases/derive.h"
#include "bases/fold_digest.h"
#include "bases/fold_reader.h"
#include "bases/row_text.h"
#include "state/origins.h"

/* Rows of a state from that version on are read.  Whoever changes the shape of a row converts the
 * lines of before here: a base is all there is of the history in it.  Version 10 had no
 * block_cache, 11 no page_lengths: nothing is known of the blocks of a page, or of where its
 * records lie, until its bytes are others.  In 12 keys lie otherwise in the store alone. */
#define OLDEST 10

/* A state that is being filled. */
struct restoring {
	struct state *s;
	struct fold_reader r;
	struct row_text line;
	struct buf totals;      /* the row that makes it a state comes last */
	struct intern places;   /* "<snapshot>/<page>", ... */
	struct place *place_of; /* ... and where that is, by its number */
	int64_t *as_of;         /* ... and of which time */
	size_t cap, as_of_cap;
	struct derive d;
	struct arena a;
	struct err *e;
};

static int
damaged(struct restoring *g, const char *what)
{
	err_set(g->e, ERR_DAMAGED, "%s", what);
	err_file(g->e, str_z(&g->a, str_printf(&g->a, "bases/%.*s", STR_ARG(g->r.m.id))));
	return err_advise(g->e, "Restore the base from a backup.");
}

/* ---- The memory */

/* A text gets the number it had, because they come in the order of their numbers. */
static int
put_word(struct restoring *g, struct dictionary *d)
{
	struct unpack u = unpack_of(buf_view(&g->line.key));
	uint32_t number;

	if (dictionary_put(d, g->s->txn, buf_view(&g->line.row), &number, g->e) < 0)
		return -1;
	return number == unpack_key_u32(&u) ? 0 : damaged(g, "a text without its number");
}

/* The first of them is the version of the state: what is made here is one of this program's. */
static void
take_totals(struct restoring *g, struct str row)
{
	struct unpack u = unpack_of(row);

	(void)unpack_u64(&u);
	buf_reset(&g->totals);
	pack_u64(&g->totals, STATE_VERSION);
	buf_str(&g->totals, unpack_rest(&u));
}

static int
put_line(struct restoring *g)
{
	const struct row_text *x = &g->line;

	if (x->table == TABLE_WORD_TEXTS)
		return put_word(g, &g->s->words);
	if (x->table == TABLE_BUYER_IDS)
		return put_word(g, &g->s->buyers);
	if (x->table == TABLE_META && str_eq(buf_view(&x->key), STR("totals"))) {
		take_totals(g, buf_view(&x->row));
		return 0;
	}
	return kv_put(g->s->txn, x->table, buf_view(&x->key), buf_view(&x->row), g->e);
}

static int
read_memory(struct restoring *g)
{
	struct str line;
	int rc;

	while ((rc = fold_reader_line(&g->r, &line, g->e)) > 0)
		if (row_text_read(&g->line, line, g->e) < 0 || put_line(g) < 0 ||
		    state_spill(g->s, g->e) < 0)
			return -1;
	return rc;
}

/* ---- Places */

static int
add_place(struct restoring *g, struct place at, struct str path)
{
	struct arena a = { 0 };
	struct applied x;
	uint32_t i = 0;
	int rc = state_applied_must(g->s, at.snapshot, &x, g->e);

	if (rc == 0) {
		i = intern_add(
		    &g->places, str_printf(&a, "%.*s/%.*s", STR_ARG(x.id), STR_ARG(path)));
		g->place_of = mem_reach(g->place_of, i, &g->cap, sizeof(*g->place_of));
		g->as_of = mem_reach(g->as_of, i, &g->as_of_cap, sizeof(*g->as_of));
		g->place_of[i] = at;
		g->as_of[i] = x.as_of;
	}
	arena_release(&a);
	return rc;
}

static int
list_places(struct restoring *g)
{
	struct kv_cursor *c = kv_all(g->s->txn, TABLE_PAGES, g->e);
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, g->e)) > 0) {
		struct unpack k = unpack_of(key), u = unpack_of(row);
		struct place at = { .snapshot = unpack_key_u32(&k) };

		at.page = unpack_key_u32(&k);
		if (add_place(g, at, unpack_text(&u)) < 0) {
			rc = -1;
			break;
		}
	}
	kv_cursor_close(c);
	return rc;
}

static int
find_place(struct restoring *g, const struct fold_record *r, struct place *place, int64_t *as_of)
{
	uint32_t i;

	arena_reset(&g->a);
	i = intern_find(
	    &g->places, str_printf(&g->a, "%.*s/%.*s", STR_ARG(r->snapshot), STR_ARG(r->page)));
	if (i == 0)
		return damaged(g, "a record of a page that no snapshot has");
	*place = g->place_of[i];
	place->index = r->index;
	*as_of = g->as_of[i];
	return 0;
}

/* ---- The records */

/* A row that the memory had stays; what there is of a customer may be answers alone. */
static int
put_known(struct restoring *g, const struct fold_record *r, struct place place, int64_t as_of)
{
	enum state_table table = state_record_table(r->entity);
	struct known_record known;
	struct answers answers;
	struct str row;
	int rc = kv_get(g->s->txn, table, r->id, &row, g->e);

	if (rc > 0 && r->entity == ENTITY_CUSTOMER && row.n == 2) {
		answers = (struct answers){ (enum tri)row.p[0], (enum tri)row.p[1] };
		if (derive_record(&g->d, r, place, as_of, &answers, g->e) < 0)
			return -1;
		rc = 0;
	}
	if (rc == 0)
		return kv_put(g->s->txn, table, r->id, buf_view(&g->d.out.known), g->e);
	if (rc < 0 || state_record_row(r->entity, row, &known, g->e) < 0)
		return -1;
	if (r->entity == ENTITY_ORDER) {
		(void)row_key_sale(&g->d.out.sale_key, known.buyer, known.created, r->id);
		(void)row_key_created(&g->d.out.created_key, known.location, known.created, r->id);
	}
	return 0;
}

static int
put_sale(struct restoring *g)
{
	struct str ignored, key = buf_view(&g->d.out.sale_key);
	int rc = kv_get(g->s->txn, TABLE_SALES, key, &ignored, g->e);

	if (rc == 0)
		rc = kv_put(g->s->txn, TABLE_SALES, key, buf_view(&g->d.out.sale), g->e);
	if (rc < 0)
		return -1;
	return kv_put(g->s->txn, TABLE_CREATED, buf_view(&g->d.out.created_key), STR(""), g->e);
}

static int
put_record(struct restoring *g, const struct fold_record *r, struct place place, int64_t as_of)
{
	if (derive_record(&g->d, r, place, as_of, NULL, g->e) < 0 ||
	    put_known(g, r, place, as_of) < 0)
		return -1;
	if (r->entity == ENTITY_ORDER && put_sale(g) < 0)
		return -1;
	return state_spill(g->s, g->e);
}

/* ${with_rows}: else only where its text lies. */
static int
read_records(struct restoring *g, bool with_rows)
{
	const struct origins_base base = { g->r.m.id, (uint32_t)g->r.m.number };
	enum resource resource = RESOURCE_CUSTOMERS;
	struct fold_record r;
	size_t page = 0;
	int rc = origins_begin(g->s, &base, g->e);

	while (rc >= 0 && (rc = fold_reader_record(&g->r, &r, g->e)) > 0) {
		struct place place = { 0 };
		int64_t as_of = 0;

		if (g->r.pages != page) {
			page = g->r.pages;
			(void)fold_reader_resource(g->r.page->path, &resource);
			rc = origins_page(g->s, (uint32_t)page, g->r.page->path, g->r.page->sha256,
			    resource, g->e);
		}
		if (rc >= 0)
			rc = find_place(g, &r, &place, &as_of);
		if (rc >= 0)
			rc = origins_put(g->s, place, (uint32_t)page, g->r.index, g->e);
		if (rc >= 0 && with_rows)
			rc = put_record(g, &r, place, as_of);
	}
	return rc;
}

/* ---- The whole */

/* Only a state of this version can have the digest. */
static int
check_digest(struct restoring *g)
{
	struct sha256 digest;

	if (g->r.m.state_version != STATE_VERSION)
		return 0;
	if (fold_digest(g->s, &digest, g->e) < 0)
		return -1;
	if (str_eq(str_c(digest.hex), g->r.m.state_digest))
		return 0;
	return damaged(g, "the state made from it is not the one it was made from");
}

static int
restore(struct restoring *g)
{
	/* history gave out the numbers in another order than that of the texts */
	g->s->buyers.is_in_order = false;
	if (read_memory(g) < 0 || list_places(g) < 0 || read_records(g, true) < 0)
		return -1;
	if (g->totals.n == 0)
		return damaged(g, "the memory has no totals");
	if (kv_put(g->s->txn, TABLE_META, STR("totals"), buf_view(&g->totals), g->e) < 0 ||
	    state_reload(g->s, g->e) < 0 || check_digest(g) < 0 || state_commit(g->s, g->e) < 0)
		return -1;
	return state_begin(g->s, g->e) < 0 ? -1 : 0;
}

static void
release(struct restoring *g)
{
	fold_reader_release(&g->r);
	row_text_release(&g->line);
	buf_release(&g->totals);
	intern_release(&g->places);
	mem_free(g->place_of);
	mem_free(g->as_of);
	derive_release(&g->d);
	arena_release(&g->a);
}

int
fold_restore(const char *account, struct str name, struct state *s, struct err *e)
{
	struct restoring g = { .s = s, .d.s = s, .e = e };
	int rc = fold_reader_open(&g.r, account, name, e);

	if (rc == 0 && (g.r.m.state_version > STATE_VERSION || g.r.m.state_version < OLDEST))
		rc = err_set(e, ERR_FAILED,
		    "base %.*s was made by a version of flowstory whose rows this one does not "
		    "know",
		    STR_ARG(g.r.m.id));
	if (rc == 0)
		rc = restore(&g);
	release(&g);
	return rc;
}

/* That the base folds this history and no other: its snapshot's diff stands for all before it. */
static int
check_history(struct restoring *g)
{
	const struct fold_manifest *m = &g->r.m;
	struct applied x;
	int rc = state_applied(g->s, (uint32_t)m->number, &x, g->e);

	if (rc < 0)
		return -1;
	if (rc > 0 && str_eq(x.id, m->id) && str_eq(x.diff_sha256, m->diff_sha256))
		return 0;
	err_set(g->e, ERR_DIFFERS, "the state is not one that follows base %.*s", STR_ARG(m->id));
	return err_advise(g->e, "Run 'flowstory process --rebuild'.");
}

int
fold_restore_origins(const char *account, struct str id, struct state *s, struct err *e)
{
	struct restoring g = { .s = s, .d.s = s, .e = e };
	int rc = fold_reader_open(&g.r, account, id, e);

	if (rc == 0)
		rc = check_history(&g);
	if (rc == 0)
		rc = list_places(&g);
	if (rc == 0)
		rc = read_records(&g, false);
	release(&g);
	return rc;
}
