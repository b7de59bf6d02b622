#include "delta/seen.h"

#include <assert.h>
#include <stddef.h>

#include "base/pack.h"

void
seen_dictionary_release(struct seen_dictionary *l)
{
	intern_release(&l->words);
	intern_release(&l->customers);
	intern_release(&l->unknown);
}

/* Where facts have what lies at a fixed place. */
enum facts_at {
	FACTS_CREATED = 16,
	FACTS_BUYER = 24
};

#define SALE_HAS_TOTAL 1U
#define SALE_VOIDED 2U
#define SALE_UNDOES 4U
#define SALE_HAS_UNKNOWN 8U

void
seen_add(struct buf *b, const struct seen *head, struct str id, struct str facts, struct str raw)
{
	static const char padding[SEEN_ALIGN];
	struct seen s = *head;
	uint32_t raw_n = (uint32_t)raw.n;

	s.id_len = id.n & 0xff;
	s.facts_n = facts.n & 0x3fffffff;
	assert(s.id_len == id.n && s.facts_n == facts.n);
	buf_add(b, &s, offsetof(struct seen, kept));
	buf_str(b, facts);
	buf_str(b, id);
	if (s.sight == SEEN_TEXT) {
		assert(raw_n == raw.n);
		buf_add(b, &raw_n, sizeof(raw_n));
		buf_str(b, raw);
	}
	buf_add(b, padding, -b->n % SEEN_ALIGN);
}

struct str
seen_raw(const struct seen *s)
{
	struct str id = seen_id(s);
	uint32_t n = 0;

	if (s->sight != SEEN_TEXT)
		return (struct str){ 0 };
	memcpy(&n, id.p + id.n, sizeof(n));
	return str_of(id.p + id.n + sizeof(n), n);
}

const struct seen *
seen_following(const struct seen *s)
{
	struct str last = s->sight == SEEN_TEXT ? seen_raw(s) : seen_id(s);
	size_t n = (size_t)(last.p + last.n - (const char *)s);

	n += -n % SEEN_ALIGN;
	return (const void *)((const char *)s + n);
}

static void
pack_unknown(struct seen_packer *f, const struct schema_unknown *unknown)
{
	buf_reset(&f->items);
	for (size_t i = 0; i < unknown->n; i++)
		pack_u64(&f->items, unknown->list[i]);
	pack_text(&f->facts, buf_view(&f->items));
}

static void
pack_head(struct seen_packer *f, struct hash hash)
{
	buf_reset(&f->facts);
	pack_fixed(&f->facts, hash.lo);
	pack_fixed(&f->facts, hash.hi);
}

void
seen_pack_customer(struct seen_packer *f, struct hash hash, const struct schema_unknown *unknown,
    const struct customer *c)
{
	pack_head(f, hash);
	pack_unknown(f, unknown);
	record_pack_customer(&f->facts, c);
}

/* A time that is near another takes few bytes as the way there, which may be longer than an
 * int64_t: both wrap. */
static int64_t
way(int64_t from, int64_t to)
{
	return (int64_t)((uint64_t)to - (uint64_t)from);
}

static int64_t
go(int64_t from, int64_t by)
{
	return (int64_t)((uint64_t)from + (uint64_t)by);
}

void
seen_pack_order(struct seen_packer *f, struct hash hash, const struct schema_unknown *unknown,
    const struct order *o, struct seen_dictionary *l)
{
	struct buf *b = &f->facts;

	pack_head(f, hash);
	pack_fixed(b, (uint64_t)o->created);
	pack_u64(b, intern_add(&l->customers, o->customer));
	pack_u64(b, (o->has_total ? SALE_HAS_TOTAL : 0) | (o->voided ? SALE_VOIDED : 0) |
	                (o->undoes_sale ? SALE_UNDOES : 0) |
	                (unknown->n > 0 ? SALE_HAS_UNKNOWN : 0));
	if (unknown->n > 0)
		pack_unknown(f, unknown);
	pack_i64(b, way(o->created, o->time));
	pack_i64(b, o->total);
	pack_u64(b, intern_add(&l->words, o->status));
	pack_u64(b, intern_add(&l->words, o->type));
	pack_u64(b, intern_add(&l->words, o->budtender));
	for (size_t i = 0; i < o->items_n; i++)
		row_item_pack(b, (struct item_words){ intern_add(&l->words, o->items[i].product),
		                     intern_add(&l->words, o->items[i].category) });
}

void
seen_packer_release(struct seen_packer *f)
{
	buf_release(&f->facts);
	buf_release(&f->items);
}

static struct unpack
open_facts(const struct seen *s, struct hash *hash)
{
	struct unpack u = unpack_of(seen_fields(s));

	hash->lo = unpack_fixed(&u);
	hash->hi = unpack_fixed(&u);
	return u;
}

struct hash
seen_hash(const struct seen *s)
{
	struct hash hash;

	(void)open_facts(s, &hash);
	return hash;
}

struct seen_customer
seen_customer(const struct seen *s)
{
	struct seen_customer f;
	struct unpack u = open_facts(s, &f.hash);

	f.unknown = unpack_text(&u);
	f.fields = unpack_rest(&u);
	return f;
}

/* Up to where the sale begins. */
static struct unpack
open_order(const struct seen *s, struct seen_head *h, uint64_t *flags)
{
	struct unpack u = open_facts(s, &h->hash);

	h->created = (int64_t)unpack_fixed(&u);
	h->customer = (uint32_t)unpack_u64(&u);
	*flags = unpack_u64(&u);
	h->unknown = (struct str){ 0 };
	if ((*flags & SALE_HAS_UNKNOWN) != 0)
		h->unknown = unpack_text(&u);
	return u;
}

struct seen_head
seen_head(const struct seen *s)
{
	struct seen_head h;
	uint64_t flags;
	struct unpack u = open_order(s, &h, &flags);

	assert(!u.bad);
	(void)u;
	return h;
}

struct seen_order
seen_order(const struct seen *s)
{
	struct seen_head h;
	struct seen_order f;
	uint64_t flags;
	struct unpack u = open_order(s, &h, &flags);

	f.hash = h.hash;
	f.unknown = h.unknown;
	f.customer = h.customer;
	f.sale.created = h.created;
	f.sale.has_total = (flags & SALE_HAS_TOTAL) != 0;
	f.sale.voided = (flags & SALE_VOIDED) != 0;
	f.sale.undoes_sale = (flags & SALE_UNDOES) != 0;
	f.sale.time = go(h.created, unpack_i64(&u));
	f.sale.total = unpack_i64(&u);
	f.sale.status = (uint32_t)unpack_u64(&u);
	f.sale.type = (uint32_t)unpack_u64(&u);
	f.sale.budtender = (uint32_t)unpack_u64(&u);
	f.sale.items = unpack_rest(&u);
	assert(!u.bad);
	return f;
}

int64_t
seen_created(const struct seen *s)
{
	struct unpack u =
	    unpack_of(str_of((const char *)s->kept + FACTS_CREATED, s->facts_n - FACTS_CREATED));

	return (int64_t)unpack_fixed(&u);
}

uint32_t
seen_buyer(const struct seen *s)
{
	struct unpack u =
	    unpack_of(str_of((const char *)s->kept + FACTS_BUYER, s->facts_n - FACTS_BUYER));

	return (uint32_t)unpack_u64(&u);
}

int
seen_next_number(struct str *list, uint32_t *number)
{
	struct unpack u = unpack_of(*list);

	if (list->n == 0)
		return 0;
	*number = (uint32_t)unpack_u64(&u);
	*list = str_of((const char *)u.p, (size_t)(u.end - u.p));
	return 1;
}
