#include "delta/read_page.h"

#include <assert.h>

#include "state/state.h"
#include "record/id.h"
#include "lib/kv.h"

/* A page while it is read. */
struct page_job {
	struct read_page_worker *w;
	struct read_page *out;
	uint32_t page;
	enum entity entity;
	uint32_t location;
	struct text_index *known; /* NULL: by id */
	size_t hashed;            /* copies that have fields, and so the hash */
};

/* A record by its id. */
struct copy {
	struct str id;
	enum seen_form form;
	struct seen_known known; /* of a known id */
};

static bool
is_known(const struct copy *c)
{
	return c->form == SEEN_SAME || c->form == SEEN_MOVED;
}

/* What a record with this id and text is, by the state. */
static int
look_up(struct page_job *g, struct str id, struct hash hash, struct copy *out, struct err *e)
{
	struct known_record known;
	int rc;

	*out = (struct copy){ .id = id, .form = SEEN_NEW };
	if (g->w->txn == NULL)
		return 0;
	rc = state_record(g->w->txn, g->entity, id, &known, e);
	if (rc <= 0)
		return rc;
	out->known = (struct seen_known){ known.hash, known.place, TEXT_INDEX_NONE };
	if (!hash_eq(known.hash, hash))
		out->form = SEEN_TEXT;
	else if (g->entity == ENTITY_ORDER && known.location != g->location)
		out->form = SEEN_MOVED;
	else
		out->form = SEEN_SAME;
	if (g->known != NULL)
		text_index_find(g->known, &known.hash, 1, &out->known.ordinal);
	return 0;
}

static struct str
text_of(const struct read_page_worker *w, size_t i)
{
	const struct split_record *span = &w->page.scan.records[i];

	return str_of(w->page.text.p + span->at, span->len);
}

static void
add_copy(struct page_job *g, size_t i, const struct copy *c, struct str fields)
{
	struct read_page_worker *w = g->w;
	struct seen head = {
		.page = g->page,
		.index = w->page.scan.records[i].index & 0xffffff,
		.worker = w->number,
		.form = c->form & 3,
	};
	struct str text = c->form == SEEN_TEXT ? text_of(w, i) : STR("");

	seen_add(&w->copies, &head, c->id, fields, text, &c->known);
	g->out->n++;
	g->hashed += fields.n > 0;
}

static void
add_quarantined(struct page_job *g, size_t i, const struct record_fault *f)
{
	struct read_page *out = g->out;
	struct arena *keep = g->w->keep;
	const struct split_record *span = &g->w->page.scan.records[i];
	struct quarantined *q = &g->w->quarantined[out->quarantined_n++];
	unsigned long long at = page_parts_byte(&g->w->parts, span->at) + f->at;

	*q = (struct quarantined){
		.page = g->page,
		.index = span->index,
		.entity = g->entity,
		.has_id = f->has_id,
		.hash = g->w->hashes[i],
		.id = str_of(arena_bytes(keep, f->id.p, f->id.n), f->id.n),
	};
	if (f->what != NULL)
		q->reason = str_printf(keep, "%s (byte %llu)", f->what, at);
	else
		q->reason = str_printf(keep, "%s cannot be read (byte %llu)", f->field, at);
	out->has_nameless = out->has_nameless || !f->has_id;
}

/* Of a record whose text is new. */
static struct str
pack_fields(
    struct page_job *g, size_t i, const struct customer *customer, const struct order *order)
{
	struct read_page_worker *w = g->w;
	const struct schema_unknown *unknown = &w->reader.unknown;

	g->out->drops_n += g->entity == ENTITY_ORDER ? order->drops.n : customer->drops.n;
	if (g->entity == ENTITY_ORDER)
		seen_pack_order(&w->packer, w->hashes[i], unknown, order, w->dictionary);
	else
		seen_pack_customer(&w->packer, w->hashes[i], unknown, customer);
	return buf_view(&w->packer.fields);
}

/* A record that is not known as far as can be told without reading it.  The strict reader decides,
 * but a text that turns out to be known is not judged again
 * (docs/decisions/0002-known-text-is-not-judged-again.md). */
static int
read_strictly(struct page_job *g, size_t i, struct err *e)
{
	struct read_page_worker *w = g->w;
	bool is_order = g->entity == ENTITY_ORDER, is_sound;
	struct str text = text_of(w, i);
	struct copy copy = { .form = SEEN_NEW };
	struct record_fault fault;
	struct customer customer;
	struct order order;

	arena_reset(&w->scratch);
	is_sound = is_order
	               ? record_read_order(&w->reader, &w->scratch, text, &order, &fault)
	               : record_read_customer(&w->reader, &w->scratch, text, &customer, &fault);
	copy.id = !is_sound ? fault.id : is_order ? order.id : customer.id;
	if ((is_sound || fault.has_id) && look_up(g, copy.id, w->hashes[i], &copy, e) < 0)
		return -1;
	assert(!is_known(&copy) || g->known == NULL);
	if (is_known(&copy))
		add_copy(g, i, &copy, STR(""));
	else if (is_sound)
		add_copy(g, i, &copy, pack_fields(g, i, &customer, &order));
	else
		add_quarantined(g, i, &fault);
	return 0;
}

/* A known record needs no more than its id, if that can be had without reading. */
static int
read_by_id(struct page_job *g, size_t i, struct err *e)
{
	struct read_page_worker *w = g->w;
	struct str text = text_of(w, i), id;
	struct copy copy = { .form = SEEN_NEW };

	w->hashes[i] = hash_of(text);
	if (w->txn != NULL && id_peek(text, g->entity == ENTITY_ORDER, &id) && id.n <= KV_KEY_MAX &&
	    look_up(g, id, w->hashes[i], &copy, e) < 0)
		return -1;
	if (!is_known(&copy))
		return read_strictly(g, i, e);
	add_copy(g, i, &copy, STR(""));
	return 0;
}

static int
read_by_text(struct page_job *g, size_t i, struct err *e)
{
	uint32_t ordinal = g->w->ordinals[i];

	if (ordinal == TEXT_INDEX_NONE)
		return read_strictly(g, i, e);
	text_index_see(g->known, ordinal, g->page, g->w->page.scan.records[i].index);
	text_index_place(g->known, ordinal, g->location);
	return 0;
}

/* Leave the records that may have the id that is asked for. */
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
	g->w->parts.n = 0;
}

/* Room for a page of n records. */
static void
make_room(struct read_page_worker *w, size_t n)
{
	if (n <= w->cap)
		return;
	w->cap = n;
	w->hashes = mem_resize(w->hashes, n, sizeof(*w->hashes));
	w->ordinals = mem_resize(w->ordinals, n, sizeof(*w->ordinals));
	w->quarantined = mem_resize(w->quarantined, n, sizeof(*w->quarantined));
}

/* ${known} goes through the hashes that are known already. */
static void
hash_texts(struct read_page_worker *w, size_t from, size_t n, size_t *known)
{
	for (size_t i = from; i < from + n; i++) {
		const struct split_record *x = &w->page.scan.records[i];

		if (!page_parts_hash(&w->parts, known, x->at, x->len, &w->hashes[i]))
			w->hashes[i] = hash_of(text_of(w, i));
	}
}

static void
find_texts(struct page_job *g, size_t n)
{
	struct read_page_worker *w = g->w;
	size_t hashed = 0;

	for (size_t i = 0; i < w->parts.n; i++) {
		const struct page_part *x = &w->parts.list[i];
		const struct known_block *known = x->known;

		if (known != NULL)
			page_cache_hashes(known->texts, w->hashes + x->first);
		else
			hash_texts(w, x->first, x->records, &hashed);
	}
	if (w->parts.n == 0)
		hash_texts(w, 0, n, &hashed);
	text_index_find(g->known, w->hashes, n, w->ordinals);
}

/* Room for every block: most are kept. */
static void
keep_blocks(struct page_job *g)
{
	const struct page_parts *p = &g->w->parts;
	struct read_page *out = g->out;

	out->blocks = arena_array(g->w->keep, p->n, sizeof(*out->blocks));
	for (size_t i = 0; i < p->n; i++) {
		const struct page_part *x = &p->list[i];

		out->left_out_n += x->known != NULL;
		if (x->is_records_alone)
			out->blocks[out->blocks_n++] = (struct page_cache_block){
				.hash = x->hash,
				.first = x->first,
				.records = x->records,
				.text = x->text,
			};
	}
}

static void
pack_lengths(struct read_page_worker *w, size_t from, size_t n)
{
	for (size_t i = from; i < from + n; i++)
		pack_u64(&w->lengths, w->page.scan.records[i].len);
}

/* Of texts that were left out they are known. */
static struct str
known_lengths(const struct known_block *b)
{
	struct unpack u = unpack_of(b->lengths);
	const char *from = (const char *)u.p;

	for (size_t i = 0; i < page_cache_n(b->texts); i++)
		(void)unpack_u64(&u);
	return str_of(from, (size_t)((const char *)u.p - from));
}

static void
keep_lengths(struct page_job *g)
{
	struct read_page_worker *w = g->w;

	buf_reset(&w->lengths);
	for (size_t i = 0; i < w->parts.n; i++) {
		const struct page_part *x = &w->parts.list[i];

		if (x->known != NULL)
			buf_str(&w->lengths, known_lengths(x->known));
		else
			pack_lengths(w, x->first, x->records);
	}
	if (w->parts.n == 0)
		pack_lengths(w, 0, g->out->records);
	g->out->lengths = str_of(arena_bytes(w->keep, w->lengths.p, w->lengths.n), w->lengths.n);
}

static void
keep_page(struct page_job *g)
{
	struct read_page *out = g->out;
	struct read_page_worker *w = g->w;

	seen_number_customers(&w->packer, w->dictionary, (void *)w->copies.p, out->n);
	out->copies = arena_copy(w->keep, w->copies.p, w->copies.n);
	out->quarantined =
	    arena_copy(w->keep, w->quarantined, out->quarantined_n * sizeof(*out->quarantined));
	if (g->hashed < out->records)
		out->hashes = arena_copy(w->keep, w->hashes, out->records * sizeof(*out->hashes));
	keep_blocks(g);
	keep_lengths(g);
}

static int
read_records(struct page_job *g, struct err *e)
{
	struct read_page_worker *w = g->w;
	size_t n;

	if (w->source->only.n > 0)
		drop_others(g);
	n = g->out->records = w->page.scan.n;
	make_room(w, n);
	buf_reset(&w->copies);
	if (g->known != NULL)
		find_texts(g, n);
	for (size_t i = 0; i < n; i++)
		if ((g->known == NULL ? read_by_id(g, i, e) : read_by_text(g, i, e)) < 0)
			return -1;
	keep_page(g);
	return 0;
}

/* By text alone: a page that was read before and holds nothing but known texts is recognised by its
 * digest.  Null elements are not counted here: the records keep their order among themselves, which
 * is enough. Returns 1 recognised, 0, -1. */
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
	page_cache_hashes(row, w->hashes);
	text_index_find(g->known, w->hashes, n, w->ordinals);
	for (size_t i = 0; i < n; i++)
		if (w->ordinals[i] == TEXT_INDEX_NONE)
			return 0;
	for (size_t i = 0; i < n; i++) {
		text_index_see(g->known, w->ordinals[i], g->page, (uint32_t)i);
		text_index_place(g->known, w->ordinals[i], g->location);
	}
	g->out->records = n;
	g->out->is_recognised = true;
	return 1;
}

static bool
are_current(struct page_job *g, const struct known_block *b)
{
	struct read_page_worker *w = g->w;
	size_t n = page_cache_n(b->texts);

	make_room(w, n);
	page_cache_hashes(b->texts, w->hashes);
	text_index_find(g->known, w->hashes, n, w->ordinals);
	for (size_t i = 0; i < n; i++)
		if (w->ordinals[i] == TEXT_INDEX_NONE)
			return false;
	return true;
}

static void
mark_known(struct page_job *g)
{
	struct page_parts *p = &g->w->parts;

	for (size_t i = 0; i < p->n; i++) {
		struct page_part *x = &p->list[i];
		const struct known_block *b =
		    known_blocks_find(&g->w->known_blocks[g->entity], x->hash);

		if (b == NULL || !are_current(g, b))
			continue;
		x->known = b;
		x->text = b->text;
		x->records = (uint32_t)page_cache_n(b->texts);
	}
}

/* What is remembered of a page must not depend on what is known: so a page that cannot be read
 * without its known blocks, and by texts that are expected, is read with all and by none, and only
 * then whole. */
static bool
read_parts(struct page_job *g, enum resource resource)
{
	struct read_page_worker *w = g->w;
	struct known_blocks_walk walk = { .blocks = &w->known_blocks[g->entity] };
	struct page_expected expected = known_blocks_expected(&walk);

	if (!page_parts_find(&w->parts, &w->page))
		return false;
	if (g->known != NULL && w->source->only.n == 0) {
		mark_known(g);
		if (page_parts_read(&w->parts, &w->page, resource, &expected))
			return true;
	}
	return page_parts_find(&w->parts, &w->page) &&
	       page_parts_read(&w->parts, &w->page, resource, NULL);
}

static int
read_text(struct page_job *g, const struct manifest_page *m, struct err *e)
{
	struct read_page_worker *w = g->w;

	if (read_parts(g, m->resource))
		return 0;
	w->parts.n = 0;
	return page_inflate(&w->page, m->path, e) < 0 ? -1 : page_scan(&w->page, m->resource, e);
}

enum entity
read_page_entity(enum resource r)
{
	return r == RESOURCE_ORDERS ? ENTITY_ORDER : ENTITY_CUSTOMER;
}

bool
read_page_holds(enum resource r, enum entity entity)
{
	return r != RESOURCE_LOCATIONS && read_page_entity(r) == entity;
}

int
read_page(struct read_page_worker *w, uint32_t page, struct read_page *out, struct err *e)
{
	const struct read_source *source = w->source;
	const struct manifest_page *m = &source->run->manifest->pages[page];
	struct page_job g = {
		.w = w,
		.out = out,
		.page = page,
		.entity = read_page_entity(m->resource),
		.location = source->locations[page],
	};
	int rc;

	if (m->resource != RESOURCE_LOCATIONS && w->known[g.entity].is_on)
		g.known = &w->known[g.entity];
	rc =
	    page_open(&w->page, source->run->account, source->run->snapshot, m->path, m->sha256, e);
	if (rc == 0 && g.known != NULL)
		rc = recognise(&g, m, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return read_text(&g, m, e) < 0 ? -1 : read_records(&g, e);
}

void
read_page_worker_release(struct read_page_worker *w)
{
	page_reader_release(&w->page);
	page_parts_release(&w->parts);
	record_reader_release(&w->reader);
	arena_release(&w->scratch);
	seen_packer_release(&w->packer);
	buf_release(&w->key);
	buf_release(&w->copies);
	buf_release(&w->lengths);
	mem_free(w->hashes);
	mem_free(w->ordinals);
	mem_free(w->quarantined);
}
