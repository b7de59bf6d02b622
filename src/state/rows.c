#include "state/rows.h"

#include "base/arena.h"
#include "base/pack.h"

static void
pack_hash(struct buf *b, struct hash h)
{
	pack_fixed(b, h.lo);
	pack_fixed(b, h.hi);
}

static struct hash
unpack_hash(struct unpack *u)
{
	struct hash h;

	h.lo = unpack_fixed(u);
	h.hi = unpack_fixed(u);
	return h;
}

static void
pack_place(struct buf *b, struct place p)
{
	pack_u64(b, p.snapshot);
	pack_u64(b, p.page);
	pack_u64(b, p.index);
}

static struct place
unpack_place(struct unpack *u)
{
	struct place p;

	p.snapshot = (uint32_t)unpack_u64(u);
	p.page = (uint32_t)unpack_u64(u);
	p.index = (uint32_t)unpack_u64(u);
	return p;
}

static bool
ended(const struct unpack *u)
{
	return !u->bad && u->p == u->end;
}

void
row_record_pack(struct buf *b, enum entity entity, const struct known_record *k)
{
	pack_hash(b, k->hash);
	pack_place(b, k->place);
	if (entity == ENTITY_CUSTOMER) {
		buf_str(b, k->fields);
		return;
	}
	pack_u64(b, k->location);
	pack_fixed(b, (uint64_t)k->created);
	pack_u64(b, k->buyer);
}

bool
row_record_unpack(struct str row, enum entity entity, struct known_record *k)
{
	struct unpack u = unpack_of(row);

	*k = (struct known_record){ .hash = unpack_hash(&u) };
	k->place = unpack_place(&u);
	if (entity == ENTITY_CUSTOMER) {
		k->fields = unpack_rest(&u);
		return ended(&u);
	}
	k->location = (uint32_t)unpack_u64(&u);
	k->created = (int64_t)unpack_fixed(&u);
	k->buyer = (uint32_t)unpack_u64(&u);
	return ended(&u);
}

#define SALE_HAS_TOTAL 1U
#define SALE_VOIDED 2U
#define SALE_UNDOES 4U

void
row_sale_pack(struct buf *b, const struct sale *s)
{
	unsigned flags = (s->has_total ? SALE_HAS_TOTAL : 0) | (s->voided ? SALE_VOIDED : 0) |
	                 (s->undoes_sale ? SALE_UNDOES : 0);

	pack_u64(b, flags);
	/* most often the same time; what overflows comes back */
	pack_i64(b, (int64_t)((uint64_t)s->time - (uint64_t)s->created));
	pack_i64(b, s->total);
	pack_u64(b, s->status);
	pack_u64(b, s->type);
	pack_u64(b, s->budtender);
	pack_u64(b, s->page_location);
	pack_u64(b, s->own_location);
	buf_str(b, s->items);
}

bool
row_sale_unpack(struct str row, int64_t created, struct sale *s)
{
	struct unpack u = unpack_of(row);
	uint64_t flags = unpack_u64(&u);

	s->has_total = (flags & SALE_HAS_TOTAL) != 0;
	s->voided = (flags & SALE_VOIDED) != 0;
	s->undoes_sale = (flags & SALE_UNDOES) != 0;
	s->created = created;
	s->time = (int64_t)((uint64_t)created + (uint64_t)unpack_i64(&u));
	s->total = unpack_i64(&u);
	s->status = (uint32_t)unpack_u64(&u);
	s->type = (uint32_t)unpack_u64(&u);
	s->budtender = (uint32_t)unpack_u64(&u);
	s->page_location = (uint32_t)unpack_u64(&u);
	s->own_location = (uint32_t)unpack_u64(&u);
	s->items = unpack_rest(&u);
	return ended(&u);
}

void
row_item_pack(struct buf *b, struct item_words item)
{
	pack_u64(b, item.product);
	pack_u64(b, item.category);
}

/* Take what ${u} has read off the front of ${list}. */
static int
advance(struct str *list, const struct unpack *u)
{
	size_t n = (size_t)((const char *)u->p - list->p);

	if (u->bad)
		return -1;
	list->p += n;
	list->n -= n;
	return 1;
}

int
row_item_next(struct str *items, struct item_words *out)
{
	struct unpack u = unpack_of(*items);

	if (items->n == 0)
		return 0;
	out->product = (uint32_t)unpack_u64(&u);
	out->category = (uint32_t)unpack_u64(&u);
	return advance(items, &u);
}

#define STATUS_TAKES_PART 1U
#define STATUS_EMAIL 2U
#define STATUS_MOBILE 4U

void
row_contact_status_pack(struct buf *b, const struct contact_status *s)
{
	pack_u64(b, (uint64_t)s->reason << 3 | (s->takes_part ? STATUS_TAKES_PART : 0) |
	                (s->holds_email ? STATUS_EMAIL : 0) |
	                (s->holds_mobile ? STATUS_MOBILE : 0));
	pack_text(b, s->detail);
	pack_fixed(b, (uint64_t)s->due);
	buf_str(b, s->memberships);
}

bool
row_contact_status_unpack(struct str row, struct contact_status *s)
{
	struct unpack u = unpack_of(row);
	uint64_t head = unpack_u64(&u);

	s->reason = (enum skipped_reason)(head >> 3);
	s->takes_part = (head & STATUS_TAKES_PART) != 0;
	s->holds_email = (head & STATUS_EMAIL) != 0;
	s->holds_mobile = (head & STATUS_MOBILE) != 0;
	s->detail = unpack_text(&u);
	s->due = (int64_t)unpack_fixed(&u);
	s->memberships = unpack_rest(&u);
	return ended(&u) && s->reason < SKIPPED_COUNT;
}

void
row_membership_pack(struct buf *b, struct membership m)
{
	pack_u64(b, m.slug);
	pack_u64(b, m.since);
	pack_u64(b, m.cause);
}

int
row_membership_next(struct str *list, struct membership *out)
{
	struct unpack u = unpack_of(*list);

	if (list->n == 0)
		return 0;
	out->slug = (uint32_t)unpack_u64(&u);
	out->since = (uint32_t)unpack_u64(&u);
	out->cause = (uint32_t)unpack_u64(&u);
	return advance(list, &u);
}

void
row_exported_pack(struct buf *b, const struct exported *x)
{
	pack_hash(b, x->row);
	pack_u64(b, x->row_snapshot);
	pack_u64(b, x->known);
	pack_text(b, x->addresses);
}

bool
row_exported_unpack(struct str row, struct exported *x)
{
	struct unpack u = unpack_of(row);

	x->row = unpack_hash(&u);
	x->row_snapshot = (uint32_t)unpack_u64(&u);
	x->known = (uint32_t)unpack_u64(&u);
	x->addresses = unpack_text(&u);
	return ended(&u);
}

void
row_owed_pack(struct buf *b, uint64_t customers, uint32_t since)
{
	pack_u64(b, customers);
	pack_u64(b, since);
}

bool
row_owed_unpack(struct str row, uint64_t *customers, uint32_t *since)
{
	struct unpack u = unpack_of(row);

	*customers = unpack_u64(&u);
	*since = (uint32_t)unpack_u64(&u);
	return ended(&u);
}

void
row_key_dated_add(struct buf *b, uint32_t number, int64_t created, struct str order)
{
	pack_key_u32(b, number);
	pack_key_i64(b, created);
	buf_str(b, order);
}

bool
row_key_dated_unpack(struct str key, uint32_t *number, int64_t *created, struct str *order)
{
	struct unpack u = unpack_of(key);

	*number = unpack_key_u32(&u);
	*created = unpack_key_i64(&u);
	*order = unpack_rest(&u);
	return !u.bad;
}

struct str
row_key_sale(struct buf *b, uint32_t buyer, int64_t created, struct str order)
{
	buf_reset(b);
	row_key_dated_add(b, buyer, created, order);
	return buf_view(b);
}

struct str
row_key_created(struct buf *b, uint32_t location, int64_t created, struct str order)
{
	return row_key_sale(b, location, created, order);
}

struct str
row_key_former(struct buf *b, uint32_t buyer, struct str order)
{
	(void)row_key_number(b, buyer);
	buf_str(b, order);
	return buf_view(b);
}

struct str
row_key_due(struct buf *b, int64_t due, struct str customer)
{
	buf_reset(b);
	pack_key_i64(b, due);
	buf_str(b, customer);
	return buf_view(b);
}

struct str
row_key_address(struct buf *b, struct str address, struct str customer)
{
	buf_reset(b);
	pack_key_text(b, address);
	buf_str(b, customer);
	return buf_view(b);
}

struct str
row_key_number(struct buf *b, uint32_t number)
{
	buf_reset(b);
	pack_key_u32(b, number);
	return buf_view(b);
}
