#include "delta/read_snapshot.h"

#include "base/interrupt.h"
#include "base/pool.h"
#include "delta/merge.h"
#include "delta/two_locations.h"
#include "state/state.h"
#include "lib/kv.h"

/* A good part of all that is known: one record in so many. By id it costs 1.2 us a record read, by
 * text 0.1 us a record known. */
#define LARGE_SHARE 8
#define RECORD_BYTES 256 /* of a page as stored, if its manifest does not count them */

struct job {
	struct read_snapshot *in;
	const struct read_source *source;
	struct schema schema;
	struct read_page_worker *workers;
};

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

		if (read_page_holds(p->resource, entity))
			n += records < SPLIT_RECORDS ? records : SPLIT_RECORDS;
	}
	return n;
}

/* By id or by text, for each entity: by text an index of all known texts is needed. */
static int
choose_ways(struct read_snapshot *in, const struct read_source *source, struct kv_txn *t,
    struct kv_txn *other, struct err *e)
{
	static const size_t tables[] = { TABLE_CUSTOMERS, TABLE_ORDERS };

	for (size_t x = 0; x < ENTITIES; x++) {
		uint64_t n, have = promised(source->run->manifest, (enum entity)x);

		if (kv_count(t, tables[x], &n, e) < 0)
			return -1;
		if (source->way == READ_BY_ID ||
		    (source->way == READ_BY_SIZE && !read_snapshot_is_large(have, n)))
			continue;
		if (text_index_build(&in->known[x], t, other, (enum entity)x, e) < 0)
			return -1;
		if (in->known[x].is_on &&
		    known_blocks_build(&in->known_blocks[x], t, (enum entity)x, e) < 0)
			return -1;
	}
	return 0;
}

static int
begin_worker(struct job *job, struct read_page_worker *w, size_t number, struct err *e)
{
	if (w->keep != NULL)
		return 0;
	w->source = job->source;
	w->known = job->in->known;
	w->known_blocks = job->in->known_blocks;
	w->number = (uint16_t)number;
	w->keep = &job->in->arenas[number];
	w->dictionary = &job->in->dictionaries[number];
	w->reader.schema = &job->schema;
	w->reader.settings = job->source->run->records;
	w->reader.taken_at = job->source->run->as_of;
	w->reader.unknown.words = &w->dictionary->unknown;
	if (job->source->kv == NULL)
		return 0;
	w->txn = kv_begin(job->source->kv, false, e);
	return w->txn == NULL ? -1 : 0;
}

static int
page_piece(void *context, size_t worker, size_t i, struct err *e)
{
	struct job *job = context;
	struct read_page_worker *w = &job->workers[worker];

	if (interrupt_check(e) < 0 || begin_worker(job, w, worker, e) < 0 ||
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

	job.workers = mem_zero(source->run->jobs, sizeof(*job.workers));
	schema_init(&job.schema);
	rc = pool_run(source->run->jobs, source->run->manifest->n, page_piece, &job, e);
	for (size_t i = 0; i < source->run->jobs; i++) {
		kv_abort(job.workers[i].txn);
		read_page_worker_release(&job.workers[i]);
	}
	mem_free(job.workers);
	return rc;
}

static void
collect_quarantined(struct read_snapshot *in, size_t pages)
{
	struct quarantined *list;
	size_t n = 0, at = 0;

	for (size_t i = 0; i < pages; i++)
		n += in->pages[i].quarantined_n;
	list = arena_array(&in->arena, n, sizeof(*list));
	for (size_t i = 0; i < pages; i++)
		for (size_t k = 0; k < in->pages[i].quarantined_n; k++)
			list[at++] = in->pages[i].quarantined[k];
	in->quarantine = quarantine_make(&in->arena, list, n);
}

/* All pages by id; ${t} reads the state before, or is NULL. */
static int
merge(struct read_snapshot *in, const struct read_source *source, struct kv_txn *t, struct err *e)
{
	int rc = 0;

	collect_quarantined(in, source->run->manifest->n);
	for (size_t i = 0; rc == 0 && i < ENTITIES; i++) {
		struct merged merged = { 0 };
		struct two_locations from = { source, &merged, &in->known[i], &in->quarantine, t };

		rc = merge_pages(
		    in->pages, source->run->manifest, (enum entity)i, in->jobs, &merged, e);
		if (rc == 0 && i == ENTITY_ORDER)
			rc = two_locations_find(
			    &in->arena, &from, &in->in_two_locations, &in->in_two_locations_n, e);
		if (rc == 0 && in->known[i].is_on)
			rc = merge_known(
			    &in->arena, &merged, &in->known[i], source->locations, t, e);
		mem_free(merged.superseded);
		in->seen[i] = merged.seen;
		in->seen_n[i] = merged.n;
		memcpy(in->forms_n[i], merged.forms, sizeof(merged.forms));
	}
	return rc;
}

int
read_snapshot_read(struct read_snapshot *in, const struct read_source *source, struct err *e)
{
	struct kv_txn *t = NULL, *other = NULL;
	int rc = 0;

	*in = (struct read_snapshot){ .jobs = source->run->jobs };
	in->pages = arena_zero(&in->arena, source->run->manifest->n, sizeof(*in->pages));
	in->arenas = mem_zero(source->run->jobs, sizeof(*in->arenas));
	in->dictionaries = mem_zero(source->run->jobs, sizeof(*in->dictionaries));
	if (source->kv != NULL) {
		t = kv_begin(source->kv, false, e);
		if (t != NULL && in->jobs > 1)
			other = kv_begin(source->kv, false, e);
		rc = t == NULL || (in->jobs > 1 && other == NULL)
		         ? -1
		         : choose_ways(in, source, t, other, e);
		kv_abort(other);
	}
	if (rc == 0)
		rc = read_pages(in, source, e);
	if (rc == 0)
		rc = merge(in, source, t, e);
	for (size_t i = 0; i < ENTITIES; i++)
		known_blocks_release(&in->known_blocks[i]);
	kv_abort(t);
	return rc;
}

void
read_snapshot_forget(struct read_snapshot *in)
{
	for (size_t i = 0; in->arenas != NULL && i < in->jobs; i++) {
		arena_release(&in->arenas[i]);
		seen_dictionary_release(&in->dictionaries[i]);
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
	mem_free(in->dictionaries);
	arena_release(&in->arena);
	*in = (struct read_snapshot){ 0 };
}
