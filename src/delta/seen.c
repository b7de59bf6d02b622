#include "delta/seen.h"

#include <assert.h>
#include <endian.h>
#include <stddef.h>

#include "base/pack.h"

/* Fields begin with the hash.  Then come, of a customer, the unknown fields, the drops, whether
 * a consent flag cannot be read, and the row of record_pack_customer; of an order when it was
 * created, its customer, the unknown fields, the drops and the row of row_sale_pack.  What the
 * tables are sorted by stands at a fixed place. */
enum fields_at {
	FIELDS_CREATED = 16,
	FIELDS_CUSTOMER = 24
};

void
seen_dictionary_release(struct seen_dictionary *d)
{
	intern_release(&d->words);
	intern_release(&d->customers);
	intern_release(&d->unknown);
}

static void
pack_hash(struct seen_packer *p, struct hash hash)
{
	buf_reset(&p->fields);
	pack_fixed(&p->fields, hash.lo);
	pack_fixed(&p->fields, hash.hi);
}

static void
pack_unknown(struct seen_packer *p, const struct schema_unknown *unknown)
{
	buf_reset(&p->list);
	for (size_t i = 0; i < unknown->n; i++)
		pack_u64(&p->list, unknown->list[i]);
	pack_text(&p->fields, buf_view(&p->list));
}

static void
pack_drops(struct seen_packer *p, const struct record_drops *drops)
{
	buf_reset(&p->list);
	drops_pack(&p->list, drops);
	pack_text(&p->fields, buf_view(&p->list));
}

void
seen_pack_customer(struct seen_packer *p, struct hash hash, const struct schema_unknown *unknown,
    const struct customer *c)
{
	pack_hash(p, hash);
	pack_unknown(p, unknown);
	pack_drops(p, &c->drops);
	pack_u64(&p->fields, c->email_consent_unread || c->text_consent_unread);
	record_pack_customer(&p->fields, c);
}

void
seen_pack_order(struct seen_packer *p, struct hash hash, const struct schema_unknown *unknown,
    const struct order *o, struct seen_dictionary *d)
{
	struct sale sale = {
		.created = o->created,
		.time = o->time,
		.total = o->total,
		.has_total = o->has_total,
		.voided = o->voided,
		.undoes_sale = o->undoes_sale,
		.status = intern_add(&d->words, o->status),
		.type = intern_add(&d->words, o->type),
		.budtender = intern_add(&d->words, o->budtender),
		.own_location = intern_add(&d->words, o->location),
	};

	pack_hash(p, hash);
	pack_fixed(&p->fields, (uint64_t)o->created);
	pack_key_u32(&p->fields, 0);
	buf_str(&p->ids, o->customer);
	buf_add(&p->lengths, &o->customer.n, sizeof(o->customer.n));
	pack_unknown(p, unknown);
	pack_drops(p, &o->drops);
	buf_reset(&p->list);
	for (size_t i = 0; i < o->items_n; i++)
		row_item_pack(
		    &p->list, (struct item_words){ intern_add(&d->words, o->items[i].product),
		                  intern_add(&d->words, o->items[i].category) });
	sale.items = buf_view(&p->list);
	row_sale_pack(&p->fields, &sale);
}

/* Returns how many; their texts and numbers are scratch. */
static size_t
number_ids(struct seen_packer *p, struct seen_dictionary *d)
{
	size_t n = p->lengths.n / sizeof(size_t), at = 0;

	buf_reset(&p->texts);
	for (size_t i = 0; i < n; i++) {
		struct str id = { p->ids.p + at, 0 };

		memcpy(&id.n, p->lengths.p + i * sizeof(id.n), sizeof(id.n));
		buf_add(&p->texts, &id, sizeof(id));
		at += id.n;
	}
	buf_reset(&p->numbers);
	buf_reserve(&p->numbers, n * sizeof(uint32_t));
	intern_add_all(&d->customers, (void *)p->texts.p, n, (void *)p->numbers.p);
	buf_reset(&p->ids);
	buf_reset(&p->lengths);
	return n;
}

/* In the byte order of unpack_key_u32. */
static void
set_customer(struct seen *s, uint32_t number)
{
	number = htobe32(number);
	memcpy(s->kept + FIELDS_CUSTOMER, &number, sizeof(number));
}

void
seen_number_customers(
    struct seen_packer *p, struct seen_dictionary *d, struct seen *copies, size_t n)
{
	size_t all = number_ids(p, d), next = 0;
	struct seen *s = copies;

	for (size_t i = 0; next < all && i < n; i++) {
		if (s->fields_n > 0)
			set_customer(s, ((const uint32_t *)(const void *)p->numbers.p)[next++]);
		s = (void *)(uintptr_t)seen_following(s);
	}
	assert(next == all);
}

void
seen_packer_release(struct seen_packer *p)
{
	buf_release(&p->fields);
	buf_release(&p->list);
	buf_release(&p->ids);
	buf_release(&p->lengths);
	buf_release(&p->texts);
	buf_release(&p->numbers);
}

void
seen_add(struct buf *b, const struct seen *head, struct str id, struct str fields, struct str text,
    const struct seen_known *known)
{
	static const char padding[SEEN_ALIGN];
	struct seen s = *head;
	uint32_t text_n = (uint32_t)text.n;

	s.id_len = id.n & 0xff;
	s.fields_n = fields.n & 0x3fffffff;
	assert(s.id_len == id.n && s.fields_n == fields.n);
	buf_add(b, &s, offsetof(struct seen, kept));
	buf_str(b, fields);
	buf_str(b, id);
	if (s.form == SEEN_TEXT) {
		assert(text_n == text.n);
		buf_add(b, known, sizeof(*known));
		buf_add(b, &text_n, sizeof(text_n));
		buf_str(b, text);
	}
	buf_add(b, padding, -b->n % SEEN_ALIGN);
}

struct seen_known
seen_known(const struct seen *s)
{
	struct str id = seen_id(s);
	struct seen_known known;

	assert(s->form == SEEN_TEXT);
	memcpy(&known, id.p + id.n, sizeof(known));
	return known;
}

struct str
seen_text(const struct seen *s)
{
	struct str id = seen_id(s);
	const char *at = id.p + id.n + sizeof(struct seen_known);
	uint32_t n = 0;

	if (s->form != SEEN_TEXT)
		return (struct str){ 0 };
	memcpy(&n, at, sizeof(n));
	return str_of(at + sizeof(n), n);
}

const struct seen *
seen_following(const struct seen *s)
{
	struct str last = s->form == SEEN_TEXT ? seen_text(s) : seen_id(s);
	size_t n = (size_t)(last.p + last.n - (const char *)s);

	n += -n % SEEN_ALIGN;
	return (const void *)((const char *)s + n);
}

static struct unpack
fields_from(const struct seen *s, size_t at)
{
	return unpack_of(str_of((const char *)s->kept + at, s->fields_n - at));
}

static struct unpack
unpack_hash(const struct seen *s, struct hash *hash)
{
	struct unpack u = fields_from(s, 0);

	hash->lo = unpack_fixed(&u);
	hash->hi = unpack_fixed(&u);
	return u;
}

struct hash
seen_hash(const struct seen *s)
{
	struct hash hash;

	(void)unpack_hash(s, &hash);
	return hash;
}

struct seen_customer
seen_customer(const struct seen *s)
{
	struct seen_customer c;
	struct unpack u = unpack_hash(s, &c.hash);

	c.unknown = unpack_text(&u);
	c.drops = unpack_text(&u);
	c.is_answer_unread = unpack_u64(&u) != 0;
	c.fields = unpack_rest(&u);
	return c;
}

struct seen_order
seen_order(const struct seen *s)
{
	struct seen_order o;
	struct unpack u = unpack_hash(s, &o.hash);

	o.created = (int64_t)unpack_fixed(&u);
	o.customer = unpack_key_u32(&u);
	o.unknown = unpack_text(&u);
	o.drops = unpack_text(&u);
	assert(!u.bad);
	o.sale = unpack_rest(&u);
	return o;
}

struct sale
seen_sale(const struct seen_order *o)
{
	struct sale sale;
	bool ok = row_sale_unpack(o->sale, o->created, &sale);

	assert(ok);
	return sale;
}

int64_t
seen_created(const struct seen *s)
{
	struct unpack u = fields_from(s, FIELDS_CREATED);

	return (int64_t)unpack_fixed(&u);
}

uint32_t
seen_customer_number(const struct seen *s)
{
	struct unpack u = fields_from(s, FIELDS_CUSTOMER);

	return unpack_key_u32(&u);
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

enum kind {
	WORDS,
	BUYERS
};

static const struct intern *
set_of(const struct seen_dictionary *d, enum kind kind)
{
	return kind == BUYERS ? &d->customers : &d->words;
}

static int
put(struct state *s, enum kind kind, struct str text, uint32_t *number, struct err *e)
{
	struct dictionary *d = kind == WORDS ? &s->words : &s->buyers;

	if (dictionary_put(d, s->txn, text, number, e) < 0)
		return -1;
	return state_spill(s, e);
}

/* First each map leads to the set of all workers' texts, then on to the state. */
static int
map_kind(struct seen_numbers *m, struct state *s, const struct seen_dictionary *d, size_t workers,
    enum kind kind, struct err *e)
{
	struct intern all = { 0 };
	uint32_t **maps = mem_alloc(workers * sizeof(*maps));
	uint32_t *sorted, *numbers, n;
	int rc = 0;

	for (size_t i = 0; i < workers; i++) {
		const struct intern *set = set_of(&d[i], kind);

		maps[i] = arena_zero(&m->arena, set->n + 1, sizeof(**maps));
		for (uint32_t k = 1; k < set->n; k++)
			maps[i][k] = intern_add(&all, set->texts[k]);
		*(kind == BUYERS ? &m->workers[i].buyers : &m->workers[i].words) = maps[i];
	}
	sorted = intern_sorted(&all, &n);
	numbers = mem_zero(all.n, sizeof(*numbers));
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = put(s, kind, all.texts[sorted[i]], &numbers[sorted[i]], e);
	for (size_t i = 0; i < workers; i++)
		for (uint32_t k = 1; k < set_of(&d[i], kind)->n; k++)
			maps[i][k] = numbers[maps[i][k]];
	mem_free(maps);
	mem_free(numbers);
	mem_free(sorted);
	intern_release(&all);
	return rc;
}

static void
make_flags(struct seen_map *m, struct arena *a, const struct seen_dictionary *d,
    const struct record_settings *settings)
{
	m->is_completed = arena_zero(a, d->words.n + 1, sizeof(*m->is_completed));
	m->is_completed[0] = record_order_kind(settings, STR(""), false, false, 0).completed;
	for (uint32_t k = 1; k < d->words.n; k++)
		m->is_completed[k] =
		    record_order_kind(settings, d->words.texts[k], false, false, 0).completed;
	m->is_affected = arena_zero(a, d->customers.n + 1, sizeof(*m->is_affected));
	m->is_present = arena_zero(a, d->unknown.n + 1, sizeof(*m->is_present));
}

int
seen_renumber(struct seen_numbers *m, struct state *s, const struct seen_dictionary *d, size_t n,
    const struct record_settings *settings, struct err *e)
{
	m->workers = arena_zero(&m->arena, n, sizeof(*m->workers));
	for (size_t i = 0; i < n; i++)
		make_flags(&m->workers[i], &m->arena, &d[i], settings);
	if (map_kind(m, s, d, n, BUYERS, e) < 0)
		return -1;
	return map_kind(m, s, d, n, WORDS, e);
}

void
seen_numbers_release(struct seen_numbers *m)
{
	arena_release(&m->arena);
	*m = (struct seen_numbers){ 0 };
}
