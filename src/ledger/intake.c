#include "ledger/intake.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/pack.h"
#include "base/pool.h"
#include "ledger/merge.h"
#include "snapshot/page.h"
#include "snapshot/peek.h"
#include "wall/kv.h"

/* One thread's own. */
struct worker {
	struct page_reader page;
	struct record_reader reader;
	uint16_t number;
	struct arena scratch;    /* of the record in hand */
	struct arena *keep;      /* as long as the intake */
	struct lexicon *lexicon; /* the same */
	struct kv_txn *txn;
	struct facts_out out;
	struct buf sightings;    /* of the page in hand */
};

struct job {
	struct intake *in;
	const struct intake_source *source;
	struct schema schema;
	struct worker *workers;
};

/* A record on its way through a worker. */
struct candidate {
	const struct scan_record *span;
	struct str text;
	struct hash hash;
	struct str id; /* peeked; p NULL: only the strict reader can tell */
};

/* A page while it is read. */
struct page_job {
	const struct job *job;
	struct worker *w;
	struct page_intake *out;
	uint32_t page;
	enum entity entity;
	uint32_t location;
};

static struct str
keep_text(struct arena *a, struct str s)
{
	return str_of(arena_bytes(a, s.p, s.n), s.n);
}

/* What the state says of the id: the sight a record of this text is. */
static int
look_up(struct page_job *g, struct str id, struct hash hash, enum sight *out,
    struct err *e)
{
	size_t table =
	    g->entity == ENTITY_ORDER ? TABLE_ORDERS : TABLE_CUSTOMERS;
	struct known_customer customer;
	struct known_order order;
	struct str row;
	bool ok, same, here = true;
	int rc;

	*out = SIGHT_NEW;
	if (g->w->txn == NULL)
		return 0;
	rc = kv_get(g->w->txn, table, id, &row, e);
	if (rc <= 0)
		return rc;
	if (g->entity == ENTITY_ORDER) {
		ok = known_order_unpack(row, &order);
		same = hash_eq(order.hash, hash);
		here = order.location == g->location;
	} else {
		ok = known_customer_unpack(row, &customer);
		same = hash_eq(customer.hash, hash);
	}
	if (!ok)
		return state_broken(e, "the row of a record");
	*out = !same ? SIGHT_TEXT : here ? SIGHT_SAME : SIGHT_MOVED;
	return 0;
}

static void
add_sighting(struct page_job *g, const struct candidate *c, struct str id,
    enum sight sight, struct str facts)
{
	struct sighting head = {
		.page = g->page,
		.index = c->span->index & 0xffffff,
		.lexicon = g->w->number,
		.sight = sight & 3,
	};

	sighting_add(&g->w->sightings, &head, id, facts,
	    sight == SIGHT_TEXT ? c->text : (struct str){ 0 });
	g->out->n++;
}

static void
add_quarantined(struct page_job *g, const struct candidate *c,
    const struct record_fault *f)
{
	struct page_intake *out = g->out;
	struct arena *keep = g->w->keep;
	struct quarantined *q = &out->quarantined[out->quarantined_n++];
	unsigned long long at = (unsigned long long)c->span->at + f->at;

	*q = (struct quarantined){
		.page = g->page,
		.index = c->span->index,
		.entity = g->entity,
		.has_id = f->has_id,
		.id = keep_text(keep, f->id),
	};
	if (f->what != NULL)
		q->reason = str_printf(keep, "%s (byte %llu)", f->what, at);
	else
		q->reason = str_printf(
		    keep, "%s cannot be read (byte %llu)", f->field, at);
	out->has_nameless = out->has_nameless || !f->has_id;
}

/* A record whose text is not known under a peeked id: the strict reader has the word. */
static int
read_record(struct page_job *g, const struct candidate *c, struct err *e)
{
	struct worker *w = g->w;
	struct record_fault fault;
	struct customer customer;
	struct order order;
	struct str id, facts = { 0 };
	enum sight sight;
	bool sound;

	arena_reset(&w->scratch);
	if (g->entity == ENTITY_ORDER)
		sound = order_read(
		    &w->reader, &w->scratch, c->text, &order, &fault);
	else
		sound = customer_read(
		    &w->reader, &w->scratch, c->text, &customer, &fault);
	if (!sound) {
		add_quarantined(g, c, &fault);
		return 0;
	}
	id = g->entity == ENTITY_ORDER ? order.id : customer.id;
	if (look_up(g, id, c->hash, &sight, e) < 0)
		return -1;
	if (sight == SIGHT_NEW || sight == SIGHT_TEXT) {
		if (g->entity == ENTITY_ORDER)
			facts_order(&w->out, c->hash, &w->reader.unknown,
			    &order, w->lexicon);
		else
			facts_customer(
			    &w->out, c->hash, &w->reader.unknown, &customer);
		facts = buf_view(&w->out.facts);
	}
	add_sighting(g, c, id, sight, facts);
	return 0;
}

static int
take_record(struct page_job *g, const struct scan_record *span, struct err *e)
{
	struct candidate c = {
		.span = span,
		.text = str_of(g->w->page.text.p + span->at, span->len),
	};
	struct str only = g->job->source->only;
	enum sight sight;

	if (only.n > 0 &&
	    peek_id(c.text, g->entity == ENTITY_ORDER, &c.id) &&
	    !str_eq(c.id, only))
		return 0;
	c.hash = hash_of(c.text);
	if (g->w->txn != NULL &&
	    peek_id(c.text, g->entity == ENTITY_ORDER, &c.id) &&
	    c.id.n <= KV_KEY_MAX) {
		if (look_up(g, c.id, c.hash, &sight, e) < 0)
			return -1;
		if (sight == SIGHT_SAME || sight == SIGHT_MOVED) {
			add_sighting(g, &c, c.id, sight, (struct str){ 0 });
			return 0;
		}
	}
	return read_record(g, &c, e);
}

static void *
keep_aligned(struct arena *a, const struct buf *b)
{
	void *p = arena_alloc(a, b->n);

	if (b->n > 0)
		memcpy(p, b->p, b->n);
	return p;
}

/* Sized for the worst, then given back: most records are sound. */
static int
read_page(struct page_job *g, struct err *e)
{
	const struct scan *scan = &g->w->page.scan;
	struct page_intake *out = g->out;
	struct quarantined *list =
	    mem_zero(scan->n + 1, sizeof(*out->quarantined));
	int rc = 0;

	out->quarantined = list;
	buf_reset(&g->w->sightings);
	for (size_t i = 0; rc == 0 && i < scan->n; i++)
		rc = take_record(g, &scan->records[i], e);
	out->sightings = keep_aligned(g->w->keep, &g->w->sightings);
	out->quarantined = arena_array(
	    g->w->keep, out->quarantined_n, sizeof(*out->quarantined));
	if (out->quarantined_n > 0)
		memcpy(out->quarantined, list,
		    out->quarantined_n * sizeof(*list));
	mem_free(list);
	return rc;
}

static int
begin_worker(struct job *job, struct worker *w, size_t number, struct err *e)
{
	if (w->keep != NULL)
		return 0;
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
	const struct intake_source *source = job->source;
	const struct manifest_page *m = &source->manifest->pages[i];
	struct page_job g = {
		.job = job,
		.w = &job->workers[worker],
		.out = &job->in->pages[i],
		.page = (uint32_t)i,
		.entity = m->resource == RESOURCE_ORDERS ? ENTITY_ORDER
		                                         : ENTITY_CUSTOMER,
		.location = source->locations[i],
	};

	if (begin_worker(job, g.w, worker, e) < 0)
		return -1;
	if (page_load(&g.w->page, source->account, source->snapshot, m->path,
	        m->sha256, e) < 0)
		return -1;
	if (page_scan(&g.w->page, m->resource, e) < 0)
		return -1;
	if (read_page(&g, e) < 0)
		return -1;
	if (source->pages_done != NULL)
		atomic_fetch_add(source->pages_done, 1);
	return 0;
}

static void
end_workers(struct job *job, size_t jobs)
{
	for (size_t i = 0; i < jobs; i++) {
		struct worker *w = &job->workers[i];

		kv_abort(w->txn);
		page_reader_release(&w->page);
		record_reader_release(&w->reader);
		arena_release(&w->scratch);
		facts_release(&w->out);
		buf_release(&w->sightings);
	}
	mem_free(job->workers);
}

static bool
is_of(const struct manifest_page *p, enum entity entity)
{
	return p->resource == RESOURCE_ORDERS
	    ? entity == ENTITY_ORDER
	    : p->resource != RESOURCE_LOCATIONS && entity == ENTITY_CUSTOMER;
}

static int
merge_pages(struct intake *in, const struct manifest *m, enum entity entity,
    struct err *e)
{
	const struct sighting **all;
	struct merged merged;
	size_t n = 0, at = 0;
	int rc;

	for (size_t i = 0; i < m->n; i++)
		n += is_of(&m->pages[i], entity) ? in->pages[i].n : 0;
	all = mem_alloc(n * sizeof(*all));
	for (size_t i = 0; i < m->n; i++) {
		const struct sighting *s = in->pages[i].sightings;

		if (!is_of(&m->pages[i], entity))
			continue;
		for (size_t k = 0; k < in->pages[i].n; k++) {
			all[at++] = s;
			s = sighting_next_to(s);
		}
	}
	rc = merge_sightings(all, n, in->jobs, &merged, e);
	in->seen[entity] = merged.seen;
	in->seen_n[entity] = merged.n;
	memcpy(in->sights_n[entity], merged.sights, sizeof(merged.sights));
	return rc;
}

static void
merge_quarantined(struct intake *in, const struct manifest *m)
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
			if (in->quarantined[i].entity == e &&
			    in->quarantined[i].has_id)
				ids[ids_n++] = in->quarantined[i].id;
		qsort(ids, ids_n, sizeof(*ids), str_order);
		for (size_t i = 0; i < ids_n; i++)
			if (kept == 0 || !str_eq(ids[kept - 1], ids[i]))
				ids[kept++] = ids[i];
		in->present[e] = ids;
		in->present_n[e] = kept;
	}
}

int
intake_read(struct intake *in, const struct intake_source *source,
    struct err *e)
{
	const struct manifest *m = source->manifest;
	struct job job = { .in = in, .source = source };
	int rc;

	*in = (struct intake){ .jobs = source->jobs };
	in->pages = arena_zero(&in->arena, m->n, sizeof(*in->pages));
	in->arenas = mem_zero(source->jobs, sizeof(*in->arenas));
	in->lexica = mem_zero(source->jobs, sizeof(*in->lexica));
	job.workers = mem_zero(source->jobs, sizeof(*job.workers));
	schema_init(&job.schema);
	rc = pool_run(source->jobs, m->n, page_piece, &job, e);
	end_workers(&job, source->jobs);
	if (rc < 0)
		return -1;
	if (merge_pages(in, m, ENTITY_CUSTOMER, e) < 0 ||
	    merge_pages(in, m, ENTITY_ORDER, e) < 0)
		return -1;
	merge_quarantined(in, m);
	return 0;
}

void
intake_forget(struct intake *in)
{
	for (size_t i = 0; in->arenas != NULL && i < in->jobs; i++) {
		arena_release(&in->arenas[i]);
		lexicon_release(&in->lexica[i]);
	}
	for (size_t i = 0; i < ENTITIES; i++) {
		mem_free(in->seen[i]);
		in->seen[i] = NULL;
		in->seen_n[i] = 0;
	}
	in->pages = NULL;
}

void
intake_release(struct intake *in)
{
	intake_forget(in);
	mem_free(in->arenas);
	mem_free(in->lexica);
	arena_release(&in->arena);
	*in = (struct intake){ 0 };
}
