#include "delta/read_snapshot.h"

#include <stdlib.h>

#include "base/pool.h"
#include "delta/merge.h"
#include "state/state.h"
#include "lib/kv.h"

/* A good part of all that is known: one record in so many. By ids it costs 1.2
 * us a record read, by texts 0.1 us a record known. */
#define LARGE_SHARE 8
#define RECORD_BYTES 256 /* of a page as stored, if its manifest does not count them */

struct job {
	struct read_snapshot *in;
	const struct read_source *source;
	struct schema schema;
	struct read_page_worker *takers;
};

bool
read_snapshot_holds(enum resource r, enum entity entity)
{
	return r != RESOURCE_LOCATIONS && read_page_entity(r) == entity;
}

bool
read_snapshot_is_large(uint64_t n, uint64_t known)
{
	return n > 0 && n >= known / LARGE_SHARE;
}

/* How many records the manifest promises; a guess will do. */
static uint64_t
promised(const struct manifest *m, enum entity entity)
{
	uint64_t n = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct manifest_page *p = &m->pages[i];
		uint64_t records = p->records > 0 ? p->records : p->bytes / RECORD_BYTES;

		if (read_snapshot_holds(p->resource, entity))
			n += records < SPLIT_RECORDS ? records : SPLIT_RECORDS;
	}
	return n;
}

/* Choose the way for each entity. */
static int
begin_known(
    struct read_snapshot *in, const struct read_source *source, struct kv_txn *t, struct err *e)
{
	static const size_t tables[] = { TABLE_CUSTOMERS, TABLE_ORDERS };

	for (size_t x = 0; x < ENTITIES; x++) {
		uint64_t n, have = promised(source->manifest, (enum entity)x);

		if (kv_count(t, tables[x], &n, e) < 0)
			return -1;
		if (source->way == READ_BY_ID ||
		    (source->way == READ_BY_SIZE && !read_snapshot_is_large(have, n)))
			continue;
		if (text_index_build(&in->known[x], t, (enum entity)x, e) < 0)
			return -1;
	}
	return 0;
}

static int
begin_taker(struct job *job, struct read_page_worker *w, size_t number, struct err *e)
{
	if (w->keep != NULL)
		return 0;
	w->source = job->source;
	w->known = job->in->known;
	w->number = (uint16_t)number;
	w->keep = &job->in->arenas[number];
	w->lexicon = &job->in->lexica[number];
	w->reader.schema = &job->schema;
	w->reader.settings = job->source->settings;
	w->reader.unknown.words = &w->lexicon->unknown;
	if (job->source->kv == NULL)
		return 0;
	w->txn = kv_begin(job->source->kv, false, e);
	return w->txn == NULL ? -1 : 0;
}

static int
page_piece(void *context, size_t worker, size_t i, struct err *e)
{
	struct job *job = context;
	struct read_page_worker *w = &job->takers[worker];

	if (begin_taker(job, w, worker, e) < 0 ||
	    read_page(w, (uint32_t)i, &job->in->pages[i], e) < 0)
		return -1;
	if (job->source->pages_done != NULL)
		atomic_fetch_add(job->source->pages_done, 1);
	return 0;
}

static int
read_pages(struct read_snapshot *in, const struct read_source *source, struct err *e)
{
	struct job job = { .in = in, .source = source };
	int rc;

	job.takers = mem_zero(source->jobs, sizeof(*job.takers));
	schema_init(&job.schema);
	rc = pool_run(source->jobs, source->manifest->n, page_piece, &job, e);
	for (size_t i = 0; i < source->jobs; i++) {
		kv_abort(job.takers[i].txn);
		read_page_worker_release(&job.takers[i]);
	}
	mem_free(job.takers);
	return rc;
}

static int
merge_pages(struct read_snapshot *in, const struct manifest *m, enum entity entity, struct err *e)
{
	const struct seen **all;
	struct merged merged;
	size_t n = 0, at = 0;
	int rc;

	for (size_t i = 0; i < m->n; i++)
		n += read_snapshot_holds(m->pages[i].resource, entity) ? in->pages[i].n : 0;
	all = mem_alloc(n * sizeof(*all));
	for (size_t i = 0; i < m->n; i++) {
		const struct seen *s = in->pages[i].sightings;

		if (!read_snapshot_holds(m->pages[i].resource, entity))
			continue;
		for (size_t k = 0; k < in->pages[i].n; k++) {
			all[at++] = s;
			s = seen_following(s);
		}
	}
	rc = merge_copies(all, n, in->jobs, &merged, e);
	in->seen[entity] = merged.seen;
	in->seen_n[entity] = merged.n;
	memcpy(in->forms_n[entity], merged.sights, sizeof(merged.sights));
	return rc;
}

static void
merge_quarantined(struct read_snapshot *in, const struct manifest *m)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < m->n; i++)
		n += in->pages[i].quarantined_n;
	in->quarantined = arena_array(&in->arena, n, sizeof(*in->quarantined));
	in->quarantined_n = n;
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < in->pages[i].quarantined_n; k++) {
			struct quarantined q = in->pages[i].quarantined[k];

			q.id = str_copy(&in->arena, q.id);
			q.reason = str_copy(&in->arena, q.reason);
			in->quarantined[at++] = q;
		}
	for (size_t e = 0; e < ENTITIES; e++) {
		struct str *ids = arena_array(&in->arena, n, sizeof(*ids));
		size_t ids_n = 0, kept = 0;

		for (size_t i = 0; i < n; i++)
			if (in->quarantined[i].entity == e && in->quarantined[i].has_id)
				ids[ids_n++] = in->quarantined[i].id;
		qsort(ids, ids_n, sizeof(*ids), str_order);
		for (size_t i = 0; i < ids_n; i++)
			if (kept == 0 || !str_eq(ids[kept - 1], ids[i]))
				ids[kept++] = ids[i];
		in->present[e] = ids;
		in->present_n[e] = kept;
	}
}

/* The record whose text a sighting replaces. */
static int
find_ordinal(struct kv_txn *t, const struct text_index *k, const struct seen *s, enum entity entity,
    uint32_t *ordinal, struct err *e)
{
	struct known_customer customer;
	struct known_order order;
	struct str row;
	bool ok;
	int rc;

	if (entity == ENTITY_ORDER) {
		rc = kv_get(t, TABLE_ORDERS, seen_id(s), &row, e);
		ok = rc > 0 && known_order_unpack(row, &order);
	} else {
		rc = kv_get(t, TABLE_CUSTOMERS, seen_id(s), &row, e);
		ok = rc > 0 && known_customer_unpack(row, &customer);
	}
	if (rc < 0)
		return -1;
	if (!ok)
		return state_broken(e, "the row of a record");
	text_index_find(k, entity == ENTITY_ORDER ? &order.hash : &customer.hash, 1, ordinal);
	return 0;
}

/* What counts among the copies with another text stays, unless the known one was
 * seen after it. */
static int
settle_sightings(struct read_snapshot *in, enum entity entity, struct kv_txn *t, struct err *e)
{
	struct text_index *k = &in->known[entity];
	const struct seen **seen = in->seen[entity];
	size_t n = in->seen_n[entity], kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct seen *s = seen[i];
		uint32_t ordinal;

		if (s->sight == SEEN_TEXT) {
			if (find_ordinal(t, k, s, entity, &ordinal, e) < 0)
				return -1;
			if (!text_index_supersede(k, ordinal, s->page, s->index))
				continue;
		}
		seen[kept++] = s;
	}
	in->forms_n[entity][SEEN_TEXT] -= n - kept;
	in->seen_n[entity] = kept;
	return 0;
}

static bool
is_moved(const struct text_index *k, const uint32_t *locations, size_t ordinal)
{
	uint64_t mark = text_index_mark(k, ordinal);

	return k->locations != NULL && mark >= TEXT_INDEX_SEEN &&
	       k->locations[ordinal] != locations[text_index_mark_page(mark)];
}

/* Returns how many moved. */
static size_t
count_marks(struct text_index *k, const uint32_t *locations)
{
	size_t moved = 0;

	for (size_t i = 0; i < k->n; i++) {
		if (is_moved(k, locations, i))
			moved++;
		else if (text_index_mark(k, i) >= TEXT_INDEX_SEEN)
			k->unchanged++;
		else if (text_index_mark(k, i) == TEXT_INDEX_UNSEEN)
			k->unseen++;
	}
	return moved;
}

static const struct seen *
moved_sighting(struct arena *a, struct str id, uint64_t mark)
{
	struct seen head = {
		.page = text_index_mark_page(mark),
		.sight = SEEN_MOVED,
	};
	struct buf b = { 0 };
	void *s;

	seen_add(&b, &head, id, (struct str){ 0 }, (struct str){ 0 });
	s = arena_copy(a, b.p, b.n);
	buf_release(&b);
	return s;
}

/* Records that were read under another location have a sighting after all:
 * their rows follow. */
static int
add_moved(struct read_snapshot *in, const uint32_t *locations, size_t moved, struct kv_txn *t,
    struct err *e)
{
	const struct text_index *k = &in->known[ENTITY_ORDER];
	size_t n = in->seen_n[ENTITY_ORDER], ordinal = 0;
	const struct seen **all = mem_resize(in->seen[ENTITY_ORDER], n + moved, sizeof(*all));
	struct kv_cur *c = kv_cursor(t, TABLE_ORDERS, e);
	struct str id, row;
	int rc;

	in->seen[ENTITY_ORDER] = all;
	if (c == NULL)
		return -1;
	for (; (rc = kv_next(c, &id, &row, e)) > 0; ordinal++)
		if (is_moved(k, locations, ordinal))
			all[n++] = moved_sighting(&in->arena, id, text_index_mark(k, ordinal));
	kv_cursor_close(c);
	in->seen_n[ENTITY_ORDER] = n;
	in->forms_n[ENTITY_ORDER][SEEN_MOVED] += moved;
	return rc;
}

/* Known texts, which have no sightings, meet the copies that have. */
static int
settle(struct read_snapshot *in, const struct read_source *source, enum entity entity,
    struct kv_txn *t, struct err *e)
{
	struct text_index *k = &in->known[entity];
	size_t moved;

	if (!k->is_on)
		return 0;
	if (settle_sightings(in, entity, t, e) < 0)
		return -1;
	moved = count_marks(k, source->locations);
	return moved > 0 ? add_moved(in, source->locations, moved, t, e) : 0;
}

/* All pages by id; ${t} reads the state before, or is NULL. */
static int
merge(struct read_snapshot *in, const struct read_source *source, struct kv_txn *t, struct err *e)
{
	for (size_t i = 0; i < ENTITIES; i++) {
		if (merge_pages(in, source->manifest, (enum entity)i, e) < 0 ||
		    settle(in, source, (enum entity)i, t, e) < 0)
			return -1;
	}
	merge_quarantined(in, source->manifest);
	return 0;
}

int
read_snapshot_read(struct read_snapshot *in, const struct read_source *source, struct err *e)
{
	struct kv_txn *t = NULL;
	int rc = 0;

	*in = (struct read_snapshot){ .jobs = source->jobs };
	in->pages = arena_zero(&in->arena, source->manifest->n, sizeof(*in->pages));
	in->arenas = mem_zero(source->jobs, sizeof(*in->arenas));
	in->lexica = mem_zero(source->jobs, sizeof(*in->lexica));
	if (source->kv != NULL) {
		t = kv_begin(source->kv, false, e);
		rc = t == NULL ? -1 : begin_known(in, source, t, e);
	}
	if (rc == 0)
		rc = read_pages(in, source, e);
	if (rc == 0)
		rc = merge(in, source, t, e);
	kv_abort(t);
	return rc;
}

void
read_snapshot_forget(struct read_snapshot *in)
{
	for (size_t i = 0; in->arenas != NULL && i < in->jobs; i++) {
		arena_release(&in->arenas[i]);
		seen_dictionary_release(&in->lexica[i]);
	}
	for (size_t i = 0; i < ENTITIES; i++) {
		text_index_release(&in->known[i]);
		mem_free(in->seen[i]);
		in->seen[i] = NULL;
		in->seen_n[i] = 0;
	}
	in->pages = NULL;
}

void
read_snapshot_release(struct read_snapshot *in)
{
	read_snapshot_forget(in);
	mem_free(in->arenas);
	mem_free(in->lexica);
	arena_release(&in->arena);
	*in = (struct read_snapshot){ 0 };
}
