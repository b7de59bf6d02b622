#include "delta/read_page.h"

#include <assert.h>

#include "state/page_cache.h"
#include "state/state.h"
#include "record/id.h"
#include "lib/kv.h"

/* A record on its way through a taker. */
struct candidate {
	const struct split_record *span;
	struct str text;
	struct hash hash;
	struct str id; /* peeked; p NULL: only the strict reader can tell */
};

/* A page while it is read. */
struct page_job {
	struct read_page_worker *w;
	struct read_page *out;
	uint32_t page;
	enum entity entity;
	uint32_t location;
	struct text_index *known; /* NULL: look up ids */
	size_t told;              /* sightings with facts, and so with the hash */
};

static struct str
keep_text(struct arena *a, struct str s)
{
	return str_of(arena_bytes(a, s.p, s.n), s.n);
}

/* What the state says of the id: the sight a record of this text is. */
static int
look_up(struct page_job *g, struct str id, struct hash hash, enum seen_form *out, struct err *e)
{
	size_t table = g->entity == ENTITY_ORDER ? TABLE_ORDERS : TABLE_CUSTOMERS;
	struct known_customer customer;
	struct known_order order;
	struct str row;
	bool ok, same, here = true;
	int rc;

	*out = SEEN_NEW;
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
	*out = !same ? SEEN_TEXT : here ? SEEN_SAME : SEEN_MOVED;
	return 0;
}

static void
add_sighting(struct page_job *g, const struct candidate *c, struct str id, enum seen_form sight,
    struct str facts)
{
	struct seen head = {
		.page = g->page,
		.index = c->span->index & 0xffffff,
		.lexicon = g->w->number,
		.sight = sight & 3,
	};

	seen_add(
	    &g->w->sightings, &head, id, facts, sight == SEEN_TEXT ? c->text : (struct str){ 0 });
	g->out->n++;
	g->told += facts.n > 0;
}

static void
add_quarantined(struct page_job *g, const struct candidate *c, const struct record_fault *f)
{
	struct read_page *out = g->out;
	struct arena *keep = g->w->keep;
	struct quarantined *q = &g->w->quarantined[out->quarantined_n++];
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
		q->reason = str_printf(keep, "%s cannot be read (byte %llu)", f->field, at);
	out->has_nameless = out->has_nameless || !f->has_id;
}

/* What is told of a record that was read; facts only where the text is new. */
static struct str
facts_of(struct page_job *g, const struct candidate *c, enum seen_form sight,
    const struct customer *customer, const struct order *order)
{
	struct read_page_worker *w = g->w;

	if (sight == SEEN_SAME || sight == SEEN_MOVED)
		return (struct str){ 0 };
	if (g->entity == ENTITY_ORDER)
		seen_pack_order(&w->out, c->hash, &w->reader.unknown, order, w->lexicon);
	else
		seen_pack_customer(&w->out, c->hash, &w->reader.unknown, customer);
	return buf_view(&w->out.facts);
}

/* A record whose text is not known as far as can be seen: the strict reader has
 * the word, but a text that turns out to be known is not judged again
 * (docs/decisions/0002-known-text-is-not-judged-again.md). */
static int
read_record(struct page_job *g, const struct candidate *c, struct err *e)
{
	struct read_page_worker *w = g->w;
	bool is_order = g->entity == ENTITY_ORDER;
	enum seen_form sight = SEEN_NEW;
	struct record_fault fault;
	struct customer customer;
	struct order order;
	struct str id;
	bool sound;

	arena_reset(&w->scratch);
	sound = is_order
	            ? record_read_order(&w->reader, &w->scratch, c->text, &order, &fault)
	            : record_read_customer(&w->reader, &w->scratch, c->text, &customer, &fault);
	id = !sound ? fault.id : is_order ? order.id : customer.id;
	if ((sound || fault.has_id) && look_up(g, id, c->hash, &sight, e) < 0)
		return -1;
	if (!sound && (sight == SEEN_NEW || sight == SEEN_TEXT)) {
		add_quarantined(g, c, &fault);
		return 0;
	}
	assert(g->known == NULL || sight == SEEN_NEW || sight == SEEN_TEXT);
	add_sighting(g, c, id, sight, facts_of(g, c, sight, &customer, &order));
	return 0;
}

/* By its id, if that can be had without reading. Returns 1 if there is no more
 * to do. */
static int
take_known_id(struct page_job *g, struct candidate *c, struct err *e)
{
	enum seen_form sight;

	if (g->w->txn == NULL || !id_peek(c->text, g->entity == ENTITY_ORDER, &c->id) ||
	    c->id.n > KV_KEY_MAX)
		return 0;
	if (look_up(g, c->id, c->hash, &sight, e) < 0)
		return -1;
	if (sight != SEEN_SAME && sight != SEEN_MOVED)
		return 0;
	add_sighting(g, c, c->id, sight, (struct str){ 0 });
	return 1;
}

static struct str
text_of(const struct read_page_worker *w, size_t i)
{
	const struct split_record *span = &w->page.scan.records[i];

	return str_of(w->page.text.p + span->at, span->len);
}

static int
take_record(struct page_job *g, size_t i, struct err *e)
{
	struct read_page_worker *w = g->w;
	struct candidate c = {
		.span = &w->page.scan.records[i],
		.text = text_of(w, i),
	};
	int rc = 0;

	if (g->known == NULL) {
		c.hash = w->texts[i] = hash_of(c.text);
		rc = take_known_id(g, &c, e);
	} else if (w->ordinals[i] != TEXT_INDEX_NONE) {
		text_index_see(g->known, w->ordinals[i], g->page, c.span->index);
		rc = 1;
	} else
		c.hash = w->texts[i];
	return rc == 0 ? read_record(g, &c, e) : rc < 0 ? -1 : 0;
}

/* Only the records that are seen at a glance to have another id than the one
 * that is asked for. */
static void
drop_others(struct page_job *g)
{
	struct split *scan = &g->w->page.scan;
	struct str only = g->w->source->only, id;
	size_t n = 0;

	for (size_t i = 0; i < scan->n; i++)
		if (!id_peek(text_of(g->w, i), g->entity == ENTITY_ORDER, &id) || str_eq(id, only))
			scan->records[n++] = scan->records[i];
	scan->n = n;
}

/* Room for a page of n records. */
static void
make_room(struct read_page_worker *w, size_t n)
{
	if (n <= w->cap)
		return;
	w->cap = n;
	w->texts = mem_resize(w->texts, n, sizeof(*w->texts));
	w->ordinals = mem_resize(w->ordinals, n, sizeof(*w->ordinals));
	w->quarantined = mem_resize(w->quarantined, n, sizeof(*w->quarantined));
}

static void
keep_page(struct page_job *g)
{
	struct read_page *out = g->out;
	struct read_page_worker *w = g->w;

	out->sightings = arena_copy(w->keep, w->sightings.p, w->sightings.n);
	out->quarantined =
	    arena_copy(w->keep, w->quarantined, out->quarantined_n * sizeof(*out->quarantined));
	if (g->told < out->records)
		out->texts = arena_copy(w->keep, w->texts, out->records * sizeof(*out->texts));
}

static int
read_page(struct page_job *g, struct err *e)
{
	struct read_page_worker *w = g->w;
	size_t n;

	if (g->w->source->only.n > 0)
		drop_others(g);
	n = g->out->records = w->page.scan.n;
	make_room(w, n);
	buf_reset(&w->sightings);
	if (g->known != NULL) {
		for (size_t i = 0; i < n; i++)
			w->texts[i] = hash_of(text_of(w, i));
		text_index_find(g->known, w->texts, n, w->ordinals);
	}
	for (size_t i = 0; i < n; i++)
		if (take_record(g, i, e) < 0)
			return -1;
	keep_page(g);
	return 0;
}

/* A page that was read before, of which every text is the one read last, says
 * all it has to say by its digest. Null elements are not counted here: among
 * themselves its records keep their order, and that is all it takes. Returns 1
 * recognised, 0, -1. */
static int
recognise(struct page_job *g, const struct manifest_page *m, struct err *e)
{
	struct read_page_worker *w = g->w;
	struct str row;
	size_t n;
	int rc = page_cache_find(w->txn, &w->key, m, &row, e);

	if (rc <= 0)
		return rc;
	n = page_cache_n(row);
	make_room(w, n);
	page_cache_hashes(row, w->texts);
	text_index_find(g->known, w->texts, n, w->ordinals);
	for (size_t i = 0; i < n; i++)
		if (w->ordinals[i] == TEXT_INDEX_NONE)
			return 0;
	for (size_t i = 0; i < n; i++)
		text_index_see(g->known, w->ordinals[i], g->page, (uint32_t)i);
	g->out->records = n;
	g->out->is_recognised = true;
	return 1;
}

static int
read_or_recognise(struct page_job *g, const struct manifest_page *m, struct err *e)
{
	const struct read_source *source = g->w->source;
	struct page_reader *page = &g->w->page;
	int rc = page_open(page, source->account, source->snapshot, m->path, m->sha256, e);

	if (rc == 0 && g->known != NULL)
		rc = recognise(g, m, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (page_inflate(page, m->path, e) < 0 || page_scan(page, m->resource, e) < 0)
		return -1;
	return read_page(g, e);
}

enum entity
read_page_entity(enum resource r)
{
	return r == RESOURCE_ORDERS ? ENTITY_ORDER : ENTITY_CUSTOMER;
}

int
read_page(struct read_page_worker *w, uint32_t page, struct read_page *out, struct err *e)
{
	const struct manifest_page *m = &w->source->manifest->pages[page];
	struct page_job g = {
		.w = w,
		.out = out,
		.page = page,
		.entity = read_page_entity(m->resource),
		.location = w->source->locations[page],
	};

	if (m->resource != RESOURCE_LOCATIONS && w->known[g.entity].is_on)
		g.known = &w->known[g.entity];
	return read_or_recognise(&g, m, e);
}

void
read_page_worker_release(struct read_page_worker *w)
{
	page_reader_release(&w->page);
	record_reader_release(&w->reader);
	arena_release(&w->scratch);
	seen_packer_release(&w->out);
	buf_release(&w->key);
	mem_free(w->texts);
	mem_free(w->ordinals);
	buf_release(&w->sightings);
	mem_free(w->quarantined);
}
