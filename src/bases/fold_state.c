#include "bases/fold_state.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "bases/derive.h"
#include "bases/fold_digest.h"
#include "bases/fold_writer.h"
#include "bases/row_text.h"
#include "state/record_text.h"

/* Records whose texts are in memory together.  Those of a month lie in the same pages, in another
 * order, and each batch inflates all of these pages anew. */
#define BATCH 20000

/* A record that is to be written. */
struct listed {
	int32_t month;
	struct str id;
};

struct folding {
	const struct fold_state *f;
	struct fold_writer w;
	struct derive d;
	struct buf line, text;
	struct err *e;
};

static int32_t
month_of(int64_t us)
{
	int y, m, d;

	day_civil((int32_t)timestamp_day(us), &y, &m, &d);
	return (y - 1970) * 12 + m - 1;
}

static int
by_month(const void *x, const void *y)
{
	const struct listed *a = x, *b = y;

	return a->month != b->month ? (a->month < b->month ? -1 : 1) : str_cmp(a->id, b->id);
}

static int
list_records(
    struct folding *g, struct arena *a, enum entity entity, struct listed **list, size_t *n)
{
	struct kv_cursor *c = kv_all(g->f->s->txn, state_record_table(entity), g->e);
	struct buf found = { 0 };
	struct known_record known;
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, g->e)) > 0) {
		struct listed x = { .id = str_copy(a, key) };

		rc = state_record_row(entity, row, &known, g->e);
		if (rc < 0)
			break;
		if (entity == ENTITY_ORDER)
			x.month = month_of(known.created);
		buf_add(&found, &x, sizeof(x));
	}
	kv_cursor_close(c);
	*list = buf_list(&found, a, sizeof(**list), n);
	if (*n > 1)
		qsort(*list, *n, sizeof(**list), by_month);
	return rc;
}

/* The record as it is kept, and where its text lies. */
static int
find_record(struct folding *g, struct arena *a, enum entity entity, const struct listed *x,
    struct fold_record *out, struct source_page *from, struct place *place)
{
	struct state *s = g->f->s;
	struct known_record known;

	if (state_record_must(s->txn, entity, x->id, &known, g->e) < 0)
		return -1;
	*place = known.place;
	*out = (struct fold_record){ .entity = entity,
		.id = x->id,
		.month = x->month,
		.index = known.place.index,
		.hash = known.hash };
	if (entity == ENTITY_ORDER &&
	    dictionary_text(&s->words, s->txn, known.location, &out->location, g->e) < 0)
		return -1;
	if (record_text_source(a, s, known.place, from, g->e) < 0)
		return -1;
	out->snapshot = from->snapshot;
	out->page = from->page.path;
	out->page_sha256 = from->page.sha256;
	return 0;
}

static int
remember(struct folding *g, enum state_table table, struct str key, struct str row)
{
	buf_reset(&g->line);
	row_text_write(&g->line, table, key, row);
	return fold_writer_line(&g->w, buf_view(&g->line), g->e);
}

/* The table's row, if it is another than the record tells. */
static int
remember_unlike(struct folding *g, enum state_table table, struct str key, struct str derived)
{
	struct str row;
	int rc = kv_get(g->f->s->txn, table, key, &row, g->e);

	if (rc == 0)
		return state_broken(g->e, "a record without its rows");
	if (rc < 0 || str_eq(row, derived))
		return rc < 0 ? -1 : 0;
	return remember(g, table, key, row);
}

/* Answers that were given before, where they make the row what it is. */
static int
remember_customer(struct folding *g, const struct fold_record *r, struct place place, int64_t as_of)
{
	struct known_record known;
	struct customer c = { .id = r->id };
	struct answers answers;
	struct buf row = { 0 };
	struct str now;
	int rc;

	if (kv_get(g->f->s->txn, TABLE_CUSTOMERS, r->id, &now, g->e) < 0)
		return -1;
	if (str_eq(now, buf_view(&g->d.out.known)))
		return 0;
	if (!row_record_unpack(now, ENTITY_CUSTOMER, &known) ||
	    !record_unpack_customer(known.fields, &c))
		return state_broken(g->e, "a customer's row");
	answers = state_answers_of(&c);
	if (derive_record(&g->d, r, place, as_of, &answers, g->e) < 0)
		return -1;
	if (!str_eq(now, buf_view(&g->d.out.known)))
		return remember(g, TABLE_CUSTOMERS, r->id, now);
	buf_char(&row, (char)answers.email);
	buf_char(&row, (char)answers.text);
	rc = remember(g, TABLE_CUSTOMERS, r->id, buf_view(&row));
	buf_release(&row);
	return rc;
}

static int
write_record(struct folding *g, struct fold_record *r, struct place place)
{
	struct derived *x = &g->d.out;
	int64_t as_of;

	buf_reset(&g->text);
	if (g->f->text != NULL && g->f->text(g->f->context, r, &g->text) > 0)
		r->text = buf_view(&g->text);
	if (!timestamp_parse_id(r->snapshot, &as_of))
		return state_broken(g->e, "the snapshot of a record");
	if (derive_record(&g->d, r, place, as_of, NULL, g->e) < 0 ||
	    fold_writer_record(&g->w, r, g->e) < 0)
		return -1;
	if (r->entity == ENTITY_CUSTOMER)
		return remember_customer(g, r, place, as_of);
	if (remember_unlike(g, TABLE_ORDERS, r->id, buf_view(&x->known)) < 0)
		return -1;
	return remember_unlike(g, TABLE_SALES, buf_view(&x->sale_key), buf_view(&x->sale));
}

static int
write_batch(struct folding *g, enum entity entity, const struct listed *list, size_t n)
{
	struct arena a = { 0 };
	struct fold_record *records = arena_zero(&a, n, sizeof(*records));
	struct source_page *from = arena_zero(&a, n, sizeof(*from));
	struct place *places = arena_zero(&a, n, sizeof(*places));
	struct wanted_record *wanted = arena_zero(&a, n, sizeof(*wanted));
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = find_record(g, &a, entity, &list[i], &records[i], &from[i], &places[i]);
		wanted[i] = (struct wanted_record){ .from = &from[i], .index = records[i].index };
	}
	if (rc == 0)
		rc = record_text_read(&a, g->f->account, wanted, n, g->f->jobs, g->e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		records[i].text = wanted[i].text;
		rc = write_record(g, &records[i], places[i]);
	}
	arena_release(&a);
	return rc;
}

static int
write_records(struct folding *g, enum entity entity)
{
	struct arena a = { 0 };
	struct listed *list;
	size_t n;
	int rc = list_records(g, &a, entity, &list, &n);

	for (size_t i = 0; rc == 0 && i < n; i += BATCH)
		rc = write_batch(g, entity, list + i, n - i < BATCH ? n - i : BATCH);
	arena_release(&a);
	return rc;
}

/* Whether its rows come from the records, or say again what another table says. */
static bool
is_told_otherwise(size_t table)
{
	return table == TABLE_CUSTOMERS || table == TABLE_ORDERS || table == TABLE_SALES ||
	       table == TABLE_CREATED || table == TABLE_WORDS || table == TABLE_BUYERS ||
	       table == TABLE_ORIGINS;
}

static int
write_memory(struct folding *g)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < TABLE_COUNT; i++) {
		struct kv_cursor *c;
		struct str key, row;

		if (is_told_otherwise(i))
			continue;
		c = kv_all(g->f->s->txn, i, g->e);
		while ((rc = kv_next(c, &key, &row, g->e)) > 0)
			if (remember(g, (enum state_table)i, key, row) < 0) {
				rc = -1;
				break;
			}
		kv_cursor_close(c);
	}
	return rc;
}

static int
write_manifest(struct folding *g)
{
	const struct totals *t = &g->f->s->totals;
	struct fold_manifest m = { .number = t->applied, .state_version = STATE_VERSION };
	struct applied applied;
	struct sha256 digest;

	if (state_applied_must(g->f->s, (uint32_t)t->applied, &applied, g->e) < 0 ||
	    fold_digest(g->f->s, &digest, g->e) < 0)
		return -1;
	m.id = applied.id;
	m.as_of = applied.as_of;
	m.manifest_sha256 = applied.manifest_sha256;
	m.diff_sha256 = applied.diff_sha256;
	m.state_digest = str_c(digest.hex);
	m.counts = (struct fold_counts){ t->customers, t->orders, t->completed, t->profiles,
		t->guest, t->unattributed };
	return fold_writer_end(&g->w, &m, g->e);
}

int
fold_state_write(const struct fold_state *f, struct err *e)
{
	struct folding g = { .f = f,
		.w = { .dir = f->dir, .before_dir = f->before_dir, .before = f->before },
		.d.s = f->s,
		.e = e };
	int rc = fold_writer_begin(&g.w, e);

	if (rc == 0)
		rc = write_records(&g, ENTITY_CUSTOMER);
	if (rc == 0)
		rc = write_records(&g, ENTITY_ORDER);
	if (rc == 0)
		rc = write_memory(&g);
	if (rc == 0)
		rc = write_manifest(&g);
	fold_writer_release(&g.w);
	derive_release(&g.d);
	buf_release(&g.line);
	buf_release(&g.text);
	return rc;
}
