#include "timemachine/diff_side.h"

#include <stdlib.h>

#include "account/terms_history.h"
#include "base/timestamp.h"
#include "bases/pruned.h"
#include "record/field.h"
#include "snapshot/store.h"
#include "timemachine/nearest.h"

/* ---- Which of the two it is */

static int
fail_pruned(struct diff_side *side, struct err *e)
{
	struct str *there, first = { 0 };
	size_t n;

	if (store_list(&side->a, side->account, &there, &n, e) < 0)
		return -1;
	for (size_t i = n; i-- > 0 && str_cmp(there[i], side->snapshot) > 0;)
		first = there[i];
	err_set(e, ERR_FAILED, "snapshot %.*s was pruned", STR_ARG(side->snapshot));
	return nearest_advise(side->account, side->snapshot, first, e);
}

/* A snapshot that is there is read, whether there is a base of it or not. */
static int
find(struct diff_side *side, const char *id, struct err *e)
{
	struct err why = ERR_INIT;
	struct pruned_snapshot *pruned;
	struct str *bases;
	size_t pruned_n, n;

	side->snapshot = str_c(id);
	if (store_snapshot_find(&side->a, side->account, id, &side->manifest, &why) == 0) {
		side->manifest_sha256 = str_copy(&side->a, str_c(side->manifest.sha256.hex));
		return 0;
	}
	if (why.kind == ERR_USAGE) {
		if (fold_manifest_list(&side->a, side->account, &bases, &n, e) < 0 ||
		    pruned_load(&side->a, side->account, &pruned, &pruned_n, e) < 0)
			return -1;
		side->is_base =
		    n > 0 && bsearch(&side->snapshot, bases, n, sizeof(*bases), str_order) != NULL;
		if (side->is_base)
			return 0;
		if (pruned_find(pruned, pruned_n, side->snapshot) != NULL)
			return fail_pruned(side, e);
	}
	*e = why;
	return -1;
}

/* ---- A snapshot */

/* The settings of the time, so that the same records are at fault. */
static int
find_terms(struct diff_side *side, struct err *e)
{
	int rc = terms_history_load(&side->terms, side->account, side->snapshot, e);

	if (rc < 0 && e->kind == ERR_SETTINGS) {
		*e = (struct err)ERR_INIT;
		rc = 0;
	}
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	terms_release(&side->terms);
	return terms_present_unlisted(&side->terms, side->account, e);
}

static void
describe_pages(struct diff_side *side)
{
	size_t n = side->manifest.n;

	side->pages = arena_zero(&side->a, n, sizeof(*side->pages));
	side->page_locations = arena_zero(&side->a, n, sizeof(*side->page_locations));
	for (size_t i = 0; i < n; i++) {
		const struct manifest_page *p = &side->manifest.pages[i];

		side->pages[i] = (struct source_page){ side->snapshot,
			{ p->path, p->sha256, p->resource, p->location }, .is_pruned = false };
		side->page_locations[i] = intern_add(side->locations, p->location);
	}
}

/* Only orders are read by time. */
static void
list_seen(struct diff_side *side, enum entity entity)
{
	const struct read_snapshot *in = &side->in;
	struct diff_side_record *list = arena_array(&side->a, in->seen_n[entity], sizeof(*list));

	for (size_t i = 0; i < in->seen_n[entity]; i++) {
		const struct seen *s = in->seen[entity][i];

		list[i] = (struct diff_side_record){ .id = seen_id(s),
			.hash = seen_hash(s),
			.page = s->page,
			.index = s->index,
			.location = side->page_locations[s->page],
			.created = entity == ENTITY_ORDER ? seen_created(s) : 0 };
	}
	side->list[entity] = list;
	side->n[entity] = in->seen_n[entity];
}

static int
read_pages(struct diff_side *side, struct str only, struct err *e)
{
	const struct run run = {
		.account = side->account,
		.jobs = side->jobs,
		.snapshot = side->snapshot,
		.as_of = side->manifest.taken_at,
		.manifest = &side->manifest,
		.records = &side->terms.settings.records,
	};
	const struct read_source source = {
		.run = &run, .locations = side->page_locations, .only = only
	};

	read_snapshot_release(&side->in);
	if (read_snapshot_read(&side->in, &source, e) < 0)
		return -1;
	for (size_t i = 0; i < ENTITIES; i++) {
		side->complete[i] = complete_find(&side->a, &side->in, &source, (enum entity)i);
		list_seen(side, (enum entity)i);
	}
	return 0;
}

/* ---- A base */

/* A base at work: nothing is refused that was read once. */
struct listing {
	struct diff_side *side;
	struct record_settings lenient;
	struct schema schema;
	struct record_reader reader;
	struct intern unknown;
	struct arena scratch;
	struct buf list[ENTITIES];
};

static int
find_created(struct listing *g, const struct fold_record *r, int64_t *created, struct err *e)
{
	struct record_fault fault;
	struct order order;

	arena_reset(&g->scratch);
	if (!timestamp_parse_id(r->snapshot, &g->reader.taken_at) ||
	    !record_read_order(&g->reader, &g->scratch, r->text, &order, &fault))
		return err_set(e, ERR_DAMAGED, "a record of the base cannot be read");
	*created = order.created;
	return 0;
}

static int
add_record(struct listing *g, const struct fold_record *r, struct err *e)
{
	struct diff_side *side = g->side;
	const struct fold_reader *from = &side->reader;
	struct source_page *page = &side->pages[from->pages - 1];
	struct diff_side_record x = { .id = str_copy(&side->a, r->id),
		.hash = r->hash,
		.page = (uint32_t)from->pages - 1,
		.index = from->index,
		.location = intern_add(side->locations, r->location) };

	if (r->entity == ENTITY_ORDER && find_created(g, r, &x.created, e) < 0)
		return -1;
	*page = (struct source_page){ .snapshot = side->snapshot,
		.is_pruned = true,
		.origin = { .base = side->snapshot,
		    .path = from->page->path,
		    .sha256 = from->page->sha256 } };
	(void)fold_reader_resource(from->page->path, &page->origin.resource);
	buf_add(&g->list[r->entity], &x, sizeof(x));
	return 0;
}

static int
by_id(const void *x, const void *y)
{
	return str_cmp(
	    ((const struct diff_side_record *)x)->id, ((const struct diff_side_record *)y)->id);
}

static int
list_records(struct listing *g, struct err *e)
{
	struct diff_side *side = g->side;
	struct fold_record r;
	int rc;

	while ((rc = fold_reader_record(&side->reader, &r, e)) > 0)
		if ((side->only.n == 0 || str_eq(r.id, side->only)) && add_record(g, &r, e) < 0)
			return -1;
	for (size_t i = 0; i < ENTITIES; i++) {
		side->list[i] =
		    buf_list(&g->list[i], &side->a, sizeof(*side->list[i]), &side->n[i]);
		if (side->n[i] > 1)
			qsort(side->list[i], side->n[i], sizeof(*side->list[i]), by_id);
	}
	return rc;
}

static int
read_base(struct diff_side *side, struct err *e)
{
	struct listing g = { .side = side, .lenient = { .completed_n = 0 } };
	int rc = fold_reader_open(&side->reader, side->account, side->snapshot, e);

	schema_init(&g.schema);
	g.reader = (struct record_reader){
		.schema = &g.schema, .settings = &g.lenient, .unknown = { .words = &g.unknown }
	};
	side->manifest_sha256 = side->reader.m.manifest_sha256;
	side->pages = arena_zero(&side->a, side->reader.m.n, sizeof(*side->pages));
	if (rc == 0)
		rc = list_records(&g, e);
	for (size_t i = 0; i < ENTITIES; i++)
		buf_release(&g.list[i]);
	record_reader_release(&g.reader);
	intern_release(&g.unknown);
	arena_release(&g.scratch);
	return rc;
}

/* ---- Either */

int
diff_side_load(struct diff_side *side, const char *id, struct err *e)
{
	if (find(side, id, e) < 0)
		return -1;
	if (side->is_base)
		return read_base(side, e);
	if (find_terms(side, e) < 0)
		return -1;
	describe_pages(side);
	return read_pages(side, side->only, e);
}

int
diff_side_reread(struct diff_side *side, struct err *e)
{
	return side->is_base ? 0 : read_pages(side, (struct str){ 0 }, e);
}

bool
diff_side_holds(const struct diff_side *side, enum entity entity, struct str id)
{
	const struct diff_side_record want = { .id = id };

	if (side->n[entity] > 0 &&
	    bsearch(&want, side->list[entity], side->n[entity], sizeof(want), by_id) != NULL)
		return true;
	return quarantine_has(&side->in.quarantine, entity, id);
}

struct str
diff_side_page(const struct diff_side *side, const struct diff_side_record *r)
{
	return record_text_place(&side->pages[r->page], r->index).path;
}

const struct source_page *
diff_side_source(struct arena *a, const struct diff_side *side, const struct diff_side_record *r)
{
	struct source_page *x;

	if (!side->is_base)
		return &side->pages[r->page];
	x = arena_array(a, 1, sizeof(*x));
	*x = side->pages[r->page];
	x->origin.index = r->index;
	return x;
}

void
diff_side_release(struct diff_side *side)
{
	read_snapshot_release(&side->in);
	terms_release(&side->terms);
	fold_reader_release(&side->reader);
	arena_release(&side->a);
}
