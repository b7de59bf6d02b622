#include "ledger/intake.h"

#include <assert.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/pack.h"
#include "base/pool.h"
#include "base/words.h"
#include "snapshot/page.h"
#include "snapshot/peek.h"
#include "wall/kv.h"

/* One thread's own. */
struct worker {
	struct page_reader page;
	struct record_reader reader;
	struct words words;      /* of the page in hand */
	struct arena scratch;    /* of the record in hand */
	struct arena *keep;      /* as long as the intake */
	struct kv_txn *txn;
	struct buf facts, items;
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

const char *
entity_name(enum entity e)
{
	return e == ENTITY_CUSTOMER ? "customer" : "order";
}

static struct str
keep_text(struct arena *a, struct str s)
{
	return str_of(arena_bytes(a, s.p, s.n), s.n);
}

/* Text with its length in front, as one pointer. */
static const char *
keep_counted(struct arena *a, struct str s)
{
	uint32_t n = (uint32_t)s.n;
	char *p = arena_alloc(a, sizeof(n) + s.n);

	memcpy(p, &n, sizeof(n));
	memcpy(p + sizeof(n), s.p, s.n);
	return p;
}

static struct str
counted(const char *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return str_of(p + sizeof(n), n);
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

static struct sighting *
add_sighting(struct page_job *g, const struct candidate *c, struct str id,
    enum sight sight)
{
	struct sighting *s = &g->out->sightings[g->out->n++];

	*s = (struct sighting){
		.id = arena_bytes(g->w->keep, id.p, id.n),
		.id_len = (uint8_t)id.n,
		.page = g->page,
		.index = c->span->index,
		.sight = (uint8_t)sight,
	};
	return s;
}

static void
pack_head(struct worker *w, struct hash hash)
{
	buf_reset(&w->facts);
	pack_fixed(&w->facts, hash.lo);
	pack_fixed(&w->facts, hash.hi);
	buf_reset(&w->items);
	for (size_t i = 0; i < w->reader.unknown.n; i++)
		pack_u64(&w->items, w->reader.unknown.list[i]);
	pack_text(&w->facts, buf_view(&w->items));
}

static void
pack_order(struct worker *w, const struct order *o)
{
	struct sale s = {
		.created = o->created,
		.time = o->time,
		.total = o->total,
		.has_total = o->has_total,
		.voided = o->voided,
		.undoes_sale = o->undoes_sale,
		.status = words_add(&w->words, o->status),
		.type = words_add(&w->words, o->type),
		.budtender = words_add(&w->words, o->budtender),
	};

	buf_reset(&w->items);
	for (size_t i = 0; i < o->items_n; i++)
		item_pack(&w->items,
		    (struct item_names){
		        words_add(&w->words, o->items[i].product),
		        words_add(&w->words, o->items[i].category) });
	s.items = buf_view(&w->items);
	pack_text(&w->facts, o->customer);
	sale_pack(&w->facts, &s);
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
	struct sighting *s;
	enum sight sight;
	struct str id;
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
	s = add_sighting(g, c, id, sight);
	if (sight == SIGHT_SAME || sight == SIGHT_MOVED)
		return 0;
	pack_head(w, c->hash);
	if (g->entity == ENTITY_ORDER)
		pack_order(w, &order);
	else
		customer_pack(&w->facts, &customer);
	s->facts = keep_counted(w->keep, buf_view(&w->facts));
	if (sight == SIGHT_TEXT)
		s->raw = keep_counted(w->keep, c->text);
	return 0;
}

static int
take_record(struct page_job *g, const struct scan_record *span, struct err *e)
{
	struct candidate c = {
		.span = span,
		.text = str_of(g->w->page.text.p + span->at, span->len),
	};
	enum sight sight;

	c.hash = hash_of(c.text);
	if (g->w->txn != NULL &&
	    peek_id(c.text, g->entity == ENTITY_ORDER, &c.id) &&
	    c.id.n <= KV_KEY_MAX) {
		if (look_up(g, c.id, c.hash, &sight, e) < 0)
			return -1;
		if (sight == SIGHT_SAME || sight == SIGHT_MOVED) {
			add_sighting(g, &c, c.id, sight);
			return 0;
		}
	}
	return read_record(g, &c, e);
}

static void
keep_words(struct page_job *g)
{
	struct words *w = &g->w->words;
	struct str *texts = arena_array(g->w->keep, w->n, sizeof(*texts));

	for (uint32_t i = 0; i < w->n; i++)
		texts[i] = keep_text(g->w->keep, w->texts[i]);
	g->out->words = texts;
	g->out->words_n = w->n;
	words_reset(w);
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

	out->sightings =
	    arena_array(g->w->keep, scan->n, sizeof(*out->sightings));
	out->quarantined = list;
	for (size_t i = 0; rc == 0 && i < scan->n; i++)
		rc = take_record(g, &scan->records[i], e);
	out->quarantined = arena_array(
	    g->w->keep, out->quarantined_n, sizeof(*out->quarantined));
	if (out->quarantined_n > 0)
		memcpy(out->quarantined, list,
		    out->quarantined_n * sizeof(*list));
	mem_free(list);
	keep_words(g);
	return rc;
}

static int
begin_worker(struct job *job, struct worker *w, struct arena *keep,
    struct err *e)
{
	if (w->keep != NULL)
		return 0;
	w->keep = keep;
	w->reader.schema = &job->schema;
	w->reader.settings = job->source->settings;
	w->reader.unknown.words = &w->words;
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

	if (begin_worker(job, g.w, &job->in->arenas[worker], e) < 0)
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
		words_release(&w->words);
		arena_release(&w->scratch);
		buf_release(&w->facts);
		buf_release(&w->items);
	}
	mem_free(job->workers);
}

/* The first eight bytes of an id as a number, so that most comparisons look no further. */
struct sort_key {
	uint64_t prefix;
	struct sighting *s;
};

static uint64_t
prefix_of(const struct sighting *s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 8; i++)
		v = v << 8 | (i < s->id_len ? (unsigned char)s->id[i] : 0);
	return v;
}

static int
by_id(const void *x, const void *y)
{
	const struct sort_key *a = x, *b = y;
	int c;

	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	c = str_cmp(sighting_id(a->s), sighting_id(b->s));
	if (c != 0)
		return c;
	if (a->s->page != b->s->page)
		return a->s->page < b->s->page ? -1 : 1;
	return a->s->index < b->s->index ? -1 : a->s->index > b->s->index;
}

static bool
is_of(const struct manifest_page *p, enum entity entity)
{
	return p->resource == RESOURCE_ORDERS
	    ? entity == ENTITY_ORDER
	    : p->resource != RESOURCE_LOCATIONS && entity == ENTITY_CUSTOMER;
}

static void
merge_sightings(struct intake *in, const struct manifest *m,
    enum entity entity)
{
	struct sort_key *keys;
	size_t n = 0, at = 0;

	for (size_t i = 0; i < m->n; i++)
		n += is_of(&m->pages[i], entity) ? in->pages[i].n : 0;
	keys = mem_alloc(n * sizeof(*keys) + 1);
	for (size_t i = 0; i < m->n; i++) {
		if (!is_of(&m->pages[i], entity))
			continue;
		for (size_t k = 0; k < in->pages[i].n; k++) {
			struct sighting *s = &in->pages[i].sightings[k];

			keys[at++] = (struct sort_key){ prefix_of(s), s };
		}
	}
	qsort(keys, n, sizeof(*keys), by_id);
	in->seen[entity] = arena_array(&in->arena, n, sizeof(**in->seen));
	in->seen_n[entity] = n;
	for (size_t i = 0; i < n; i++)
		in->seen[entity][i] = keys[i].s;
	mem_free(keys);
}

static int
by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
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
		for (size_t k = 0; k < in->pages[i].quarantined_n; k++)
			in->quarantined[at++] = in->pages[i].quarantined[k];
	for (size_t e = 0; e < ENTITIES; e++) {
		struct str *ids = arena_array(&in->arena, n, sizeof(*ids));
		size_t ids_n = 0, kept = 0;

		for (size_t i = 0; i < n; i++)
			if (in->quarantined[i].entity == e &&
			    in->quarantined[i].has_id)
				ids[ids_n++] = in->quarantined[i].id;
		qsort(ids, ids_n, sizeof(*ids), by_text);
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
	job.workers = mem_zero(source->jobs, sizeof(*job.workers));
	schema_init(&job.schema);
	rc = pool_run(source->jobs, m->n, page_piece, &job, e);
	end_workers(&job, source->jobs);
	if (rc < 0)
		return -1;
	merge_sightings(in, m, ENTITY_CUSTOMER);
	merge_sightings(in, m, ENTITY_ORDER);
	merge_quarantined(in, m);
	return 0;
}

void
intake_release(struct intake *in)
{
	for (size_t i = 0; in->arenas != NULL && i < in->jobs; i++)
		arena_release(&in->arenas[i]);
	mem_free(in->arenas);
	arena_release(&in->arena);
	*in = (struct intake){ 0 };
}

static struct unpack
open_facts(const struct sighting *s, struct hash *hash, struct str *unknown)
{
	struct unpack u = unpack_of(counted(s->facts));

	hash->lo = unpack_fixed(&u);
	hash->hi = unpack_fixed(&u);
	*unknown = unpack_text(&u);
	return u;
}

struct customer_facts
intake_customer(const struct sighting *s)
{
	struct customer_facts f;
	struct unpack u = open_facts(s, &f.hash, &f.unknown);

	f.fields = unpack_rest(&u);
	return f;
}

struct order_facts
intake_order(const struct sighting *s)
{
	struct order_facts f;
	struct unpack u = open_facts(s, &f.hash, &f.unknown);
	bool ok;

	f.customer = unpack_text(&u);
	ok = sale_unpack(unpack_rest(&u), &f.sale);
	assert(ok);
	(void)ok;
	return f;
}

int
intake_next(struct str *list, uint32_t *number)
{
	struct unpack u = unpack_of(*list);

	if (list->n == 0)
		return 0;
	*number = (uint32_t)unpack_u64(&u);
	*list = str_of((const char *)u.p, (size_t)(u.end - u.p));
	return 1;
}

struct str
intake_raw(const struct sighting *s)
{
	return counted(s->raw);
}
