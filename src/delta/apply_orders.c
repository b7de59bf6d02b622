#include "delta/apply_orders.h"

#include "base/arena.h"
#include "base/pack.h"
#include "base/sort.h"
#include "base/intern.h"
#include "delta/bulk_write.h"
#include "state/location_names.h"
#include "state/state_statuses.h"
#include "state/versions.h"
#include "profile/totals.h"

#define AHEAD 16

/* The orders of a delta on their way into the tables. */
struct order_job {
	struct state *s;
	const struct read_source *source;
	const struct read_snapshot *in;
	const struct delta *d;
	struct apply_affected *affected;
	bool is_append; /* there are no orders yet */
	struct seen_numbers numbers;
	struct state_statuses statuses;
	bool *is_moved;           /* by change: it was created at another time or place */
	const struct seen **puts; /* what was added, by id, then what moved, then what else was
	                             changed */
	size_t puts_n, moved_n;   /* all; to the end of what moved */
	struct arena arena;
	struct buf key, created;
	struct err *e;
};

/* Move an order's money in or out of the running totals. */
static int
count_order(struct order_job *g, bool is_guest, int64_t cents, int sign)
{
	struct totals *t = &g->s->totals;

	t->orders += (uint64_t)(int64_t)sign;
	if (is_guest)
		t->guest_orders += (uint64_t)(int64_t)sign;
	if (__builtin_mul_overflow(cents, sign, &cents) ||
	    __builtin_add_overflow(t->completed, cents, &t->completed) ||
	    (is_guest && __builtin_add_overflow(t->guest, cents, &t->guest)))
		return err_set(g->e, ERR_FAILED, "the sum of all orders is too large to count");
	return 0;
}

/* An order that was known: its money goes out again. */
static int
uncount_order(struct order_job *g, bool is_guest, const struct sale *sale)
{
	struct order_kind kind;

	if (totals_kind(g->s, g->source->run->records, sale, &kind, g->e) < 0)
		return -1;
	state_statuses_note(&g->statuses, sale->status, sale->voided, sale->total, -1);
	return count_order(g, is_guest, kind.completed ? sale->total : 0, -1);
}

static const struct seen_map *
map_of(const struct order_job *g, const struct seen *s)
{
	return &g->numbers.workers[s->worker];
}

static uint32_t
buyer_of(const struct order_job *g, const struct seen *s)
{
	return map_of(g, s)->buyers[seen_customer_number(s)];
}

static uint32_t
location_of(const struct order_job *g, const struct seen *s)
{
	return g->source->locations[s->page];
}

/* Delete the rows of an order whose keys are no longer the same; its sale's is g->key.  Where a key
 * stays, the new row replaces the old one. */
static int
delete_stale(struct order_job *g, const struct delta_record *r, const struct known_record *known,
    bool *is_moved)
{
	const struct seen *now = r->seen;
	bool is_theirs = now != NULL && buyer_of(g, now) == known->buyer;
	bool is_then = now != NULL && seen_created(now) == known->created;

	*is_moved = !is_then || location_of(g, now) != known->location;
	if (!is_theirs && versions_former_order(g->s, known->buyer, r->id, g->e) < 0)
		return -1;
	if (!(is_theirs && is_then) && kv_del(g->s->txn, TABLE_SALES, buf_view(&g->key), g->e) < 0)
		return -1;
	if (!*is_moved)
		return 0;
	(void)row_key_created(&g->created, known->location, known->created, r->id);
	return kv_del(g->s->txn, TABLE_CREATED, buf_view(&g->created), g->e) < 0 ? -1 : 0;
}

/* Take an order that was known out of the totals, and out of every table but its own where its key
 * is another now. */
static int
withdraw(struct order_job *g, const struct delta_record *r, bool *is_moved)
{
	const struct version was = { .place = r->before, .is_removed = r->op == DELTA_REMOVED };
	struct known_record known;
	struct sale sale;
	struct str row;
	struct kv_txn *t = g->s->txn;
	int rc;

	if (state_record_must(t, ENTITY_ORDER, r->id, &known, g->e) < 0 ||
	    dictionary_text(&g->s->buyers, t, known.buyer, &row, g->e) < 0)
		return -1;
	(void)intern_add(&g->affected->customers, row);
	rc = kv_get(
	    t, TABLE_SALES, row_key_sale(&g->key, known.buyer, known.created, r->id), &row, g->e);
	if (rc < 0)
		return -1;
	if (rc == 0 || !row_sale_unpack(row, known.created, &sale))
		return state_broken(g->e, "a sale's row");
	if (uncount_order(g, known.buyer == 0, &sale) < 0 ||
	    versions_supersede(g->s, ENTITY_ORDER, r->id, &was, g->e) < 0)
		return -1;
	return delete_stale(g, r, &known, is_moved);
}

/* What was changed or removed; what was changed is put again. */
static int
withdraw_all(struct order_job *g)
{
	const struct delta_record *ops = g->d->ops[ENTITY_ORDER];
	size_t n = g->d->ops_n[ENTITY_ORDER];

	g->is_moved = arena_array(&g->arena, n, sizeof(*g->is_moved));
	for (size_t i = 0; i < n; i++) {
		if (withdraw(g, &ops[i], &g->is_moved[i]) < 0)
			return -1;
		if (ops[i].op == DELTA_REMOVED &&
		    kv_del(g->s->txn, TABLE_ORDERS, ops[i].id, g->e) < 0)
			return -1;
	}
	return 0;
}

static void
add_changed(struct order_job *g, bool is_moved)
{
	const struct delta_record *ops = g->d->ops[ENTITY_ORDER];

	for (size_t i = 0; i < g->d->ops_n[ENTITY_ORDER]; i++)
		if (ops[i].seen != NULL && g->is_moved[i] == is_moved)
			g->puts[g->puts_n++] = ops[i].seen;
}

/* Where nothing changed, the list of what was added is enough. */
static void
list_puts(struct order_job *g)
{
	const struct delta *d = g->d;
	size_t added = d->added_n[ENTITY_ORDER];

	g->puts = d->added[ENTITY_ORDER];
	g->puts_n = g->moved_n = added;
	if (d->counts[ENTITY_ORDER][DELTA_CHANGED] == 0)
		return;
	g->puts = arena_array(&g->arena, added + d->ops_n[ENTITY_ORDER], sizeof(*g->puts));
	if (added > 0)
		memcpy(g->puts, d->added[ENTITY_ORDER], added * sizeof(*g->puts));
	add_changed(g, true);
	g->moved_n = g->puts_n;
	add_changed(g, false);
}

static void
pack_order(const void *context, const struct seen *s, struct bulk_row *out)
{
	const struct order_job *g = context;
	const struct seen_map *m = map_of(g, s);
	struct seen_order o = seen_order(s);
	struct known_record known = {
		.hash = o.hash,
		.place = { (uint32_t)g->s->totals.applied, s->page, s->index },
		.location = location_of(g, s),
		.created = o.created,
		.buyer = m->buyers[o.customer],
	};
	uint32_t field;

	seen_mark(&m->is_affected[o.customer]);
	while (seen_next_number(&o.unknown, &field) > 0)
		seen_mark(&m->is_present[field]);
	buf_str(out->to, seen_id(s));
	out->key_ends = out->to->n;
	row_record_pack(out->to, ENTITY_ORDER, &known);
}

/* The sale with the state's numbers. */
static void
pack_sale(const void *context, const struct seen *s, struct bulk_row *out)
{
	const struct seen_map *m = map_of(context, s);
	struct seen_order o = seen_order(s);
	struct sale sale = seen_sale(&o);
	struct str items = sale.items;
	struct item_words item;

	out->counts = (struct bulk_counts){ .total = sale.total,
		.status = m->words[sale.status],
		.is_voided = sale.voided,
		.is_completed = m->is_completed[sale.status] && !sale.voided };
	sale.status = out->counts.status;
	sale.type = m->words[sale.type];
	sale.budtender = m->words[sale.budtender];
	sale.page_location = location_of(context, s);
	sale.own_location = m->words[sale.own_location];
	sale.items = STR("");
	row_key_dated_add(out->to, m->buyers[o.customer], o.created, seen_id(s));
	out->key_ends = out->to->n;
	row_sale_pack(out->to, &sale);
	while (row_item_next(&items, &item) > 0)
		row_item_pack(out->to,
		    (struct item_words){ m->words[item.product], m->words[item.category] });
}

static int
count_sale(void *context, struct str key, const struct bulk_counts *counts, struct err *e)
{
	struct order_job *g = context;
	struct unpack u = unpack_of(key);

	(void)e; /* it is ${context}'s */
	state_statuses_note(&g->statuses, counts->status, counts->is_voided, counts->total, 1);
	return count_order(g, unpack_key_u32(&u) == 0, counts->is_completed ? counts->total : 0, 1);
}

static void
pack_created(const void *context, const struct seen *s, struct bulk_row *out)
{
	row_key_dated_add(out->to, location_of(context, s), seen_created(s), seen_id(s));
	out->key_ends = out->to->n;
}

static uint64_t
buyer_key(const void *context, const struct seen *s)
{
	return buyer_of(context, s);
}

static uint64_t
location_key(const void *context, const struct seen *s)
{
	return location_of(context, s);
}

/* The sign bit is turned, as in keys. */
static uint64_t
created_key(const void *context, const struct seen *s)
{
	(void)context;
	return (uint64_t)seen_created(s) ^ UINT64_C(1) << 63;
}

/* First by location, then by the 65,536th of a second. All locations from the 65,535th on are as
 * one, for only sorting can tell whose orders come first. */
static uint64_t
rough_created_key(const void *context, const struct seen *s)
{
	uint64_t location = location_of(context, s);

	return location < 0xffff ? location << 48 | created_key(context, s) >> 16 : UINT64_MAX;
}

static void
sort_by(const void *context, const struct seen **list, size_t n,
    uint64_t (*key)(const void *, const struct seen *))
{
	struct sort_key *keys = mem_alloc(n * sizeof(*keys));

	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			seen_prefetch(list[i + AHEAD]);
		keys[i] = (struct sort_key){ key(context, list[i]), (uintptr_t)list[i] };
	}
	sort_keys(keys, n);
	for (size_t i = 0; i < n; i++)
		list[i] = (const struct seen *)(uintptr_t)keys[i].at;
	mem_free(keys);
}

static void
sort_sales(void *context, const struct seen **list, size_t n)
{
	sort_by(context, list, n, created_key);
	sort_by(context, list, n, buyer_key);
}

static void
sort_created(void *context, const struct seen **list, size_t n)
{
	sort_by(context, list, n, created_key);
	sort_by(context, list, n, location_key);
}

/* Each table in the order of its keys; what was added and what changed, as if it were new. */
static int
put_all(struct order_job *g)
{
	static const struct bulk_order sales = { buyer_key, sort_sales };
	static const struct bulk_order created = { rough_created_key, sort_created };
	struct bulk b = {
		.s = g->s, .is_append = g->is_append, .jobs = g->source->run->jobs, .context = g
	};

	list_puts(g);
	b.list = g->puts;
	b.n = g->puts_n;
	b.table = TABLE_ORDERS;
	b.pack = pack_order;
	if (bulk_write(&b, g->e) < 0)
		return -1;
	b.table = TABLE_SALES;
	b.order = &sales;
	b.pack = pack_sale;
	b.count = count_sale;
	if (bulk_write(&b, g->e) < 0)
		return -1;
	b.table = TABLE_CREATED;
	b.n = g->moved_n;
	b.order = &created;
	b.pack = pack_created;
	b.count = NULL;
	return bulk_write(&b, g->e);
}

/* What the workers marked. */
static void
collect_affected(struct order_job *g)
{
	for (size_t i = 0; i < g->in->jobs; i++) {
		const struct seen_dictionary *d = &g->in->dictionaries[i];
		const struct seen_map *m = &g->numbers.workers[i];

		for (uint32_t k = 1; k < d->customers.n; k++)
			if (m->is_affected[k])
				(void)intern_add(&g->affected->customers, d->customers.texts[k]);
		for (uint32_t k = 1; k < d->unknown.n; k++)
			if (m->is_present[k])
				(void)intern_add(&g->affected->unknown, d->unknown.texts[k]);
	}
}

int
apply_orders(struct state *s, const struct read_source *source, const struct read_snapshot *in,
    const struct delta *d, struct apply_affected *affected, struct err *e)
{
	struct order_job g = { .s = s,
		.source = source,
		.in = in,
		.d = d,
		.affected = affected,
		.is_append = s->totals.orders == 0,
		.e = e };
	int rc = seen_renumber(&g.numbers, s, in->dictionaries, in->jobs, source->run->records, e);

	if (rc == 0)
		rc = withdraw_all(&g);
	if (rc == 0)
		rc = put_all(&g);
	if (rc == 0)
		rc = state_statuses_write(&g.statuses, s, e);
	if (rc == 0)
		collect_affected(&g);
	state_statuses_release(&g.statuses);
	seen_numbers_release(&g.numbers);
	buf_release(&g.key);
	buf_release(&g.created);
	arena_release(&g.arena);
	return rc;
}

/* The order came with a page of another location: its sale says so, and who bought it is affected
 * if the new one is called otherwise. */
static int
move_sale(struct state *s, struct str id, const struct known_record *known, uint32_t location,
    struct intern *customers, struct err *e)
{
	struct buf key = { 0 }, new_row = { 0 };
	uint32_t before = 0, now = 0;
	struct sale sale;
	struct str row, buyer;
	int rc = kv_get(
	    s->txn, TABLE_SALES, row_key_sale(&key, known->buyer, known->created, id), &row, e);

	if (rc == 0 || (rc > 0 && !row_sale_unpack(row, known->created, &sale)))
		rc = state_broken(e, "a sale's row");
	if (rc > 0)
		rc = location_names_find(s, row_sale_location(&sale), &before, e);
	if (rc == 0) {
		sale.page_location = location;
		row_sale_pack(&new_row, &sale);
		rc = location_names_find(s, row_sale_location(&sale), &now, e);
	}
	if (rc == 0)
		rc = dictionary_text(&s->buyers, s->txn, known->buyer, &buyer, e);
	if (rc == 0 && before != now)
		(void)intern_add(customers, buyer);
	if (rc == 0)
		rc = kv_put(s->txn, TABLE_SALES, buf_view(&key), buf_view(&new_row), e);
	buf_release(&key);
	buf_release(&new_row);
	return rc;
}

/* The same of the row by which a window finds what it must hold. */
static int
move_created(struct state *s, struct str id, const struct known_record *known, uint32_t location,
    struct err *e)
{
	struct buf key = { 0 };
	int rc;

	(void)row_key_created(&key, known->location, known->created, id);
	rc = kv_del(s->txn, TABLE_CREATED, buf_view(&key), e);
	(void)row_key_created(&key, location, known->created, id);
	if (rc >= 0)
		rc = kv_put(s->txn, TABLE_CREATED, buf_view(&key), STR(""), e);
	buf_release(&key);
	return rc < 0 ? -1 : 0;
}

int
apply_orders_refresh(struct state *s, const struct seen *seen, uint32_t location,
    struct intern *customers, struct err *e)
{
	struct buf new_row = { 0 };
	struct str id = seen_id(seen);
	struct known_record known;
	int rc;

	if (state_record_must(s->txn, ENTITY_ORDER, id, &known, e) < 0)
		return -1;
	if (known.location != location && (move_created(s, id, &known, location, e) < 0 ||
	                                      move_sale(s, id, &known, location, customers, e) < 0))
		return -1;
	if (seen->form == SEEN_TEXT)
		known.hash = seen_hash(seen);
	known.location = location;
	row_record_pack(&new_row, ENTITY_ORDER, &known);
	rc = kv_put(s->txn, TABLE_ORDERS, id, buf_view(&new_row), e);
	buf_release(&new_row);
	return rc;
}
