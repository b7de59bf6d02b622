#include "delta/apply_orders.h"

#include "base/arena.h"
#include "base/pack.h"
#include "base/sort.h"
#include "base/intern.h"
#include "delta/arrange.h"
#include "delta/bulk_write.h"
#include "state/buyers.h"
#include "state/versions.h"
#include "delta/renumber.h"

#define AHEAD 16

struct applying {
	struct state *s;
	const struct read_source *source;
	const struct read_snapshot *in;
	const struct delta *d;
	struct touching *touching;
	bool is_fresh; /* there are no orders yet: every table is appended to */
	struct renumber meanings;
	bool *is_moved;           /* by change: it was created at another time or place */
	const struct seen **puts; /* what was added, by id, then what moved,
	                                 then what else was changed */
	size_t puts_n, moved_n;   /* all; to the end of what moved */
	const struct seen **list; /* the same in another order */
	struct arena arena;
	struct buf key, created;
	struct err *e;
};

void
touching_unknown(struct touching *t, const struct seen_dictionary *lexicon, struct str list)
{
	uint32_t field;

	while (seen_next_number(&list, &field) > 0)
		(void)intern_add(&t->unknown, lexicon->unknown.texts[field]);
}

void
touching_release(struct touching *t)
{
	intern_release(&t->customers);
	intern_release(&t->unknown);
}

/* Move an order's money in or out of the running totals. */
static int
count_order(struct applying *g, bool is_guest, int64_t cents, int sign)
{
	struct totals *t = &g->s->totals;

	cents *= sign;
	t->orders += (uint64_t)(int64_t)sign;
	if (is_guest)
		t->guest_orders += (uint64_t)(int64_t)sign;
	if (__builtin_add_overflow(t->completed, cents, &t->completed) ||
	    (is_guest && __builtin_add_overflow(t->guest, cents, &t->guest)))
		return err_set(g->e, ERR_FAILED, "the sum of all orders is too large to count");
	return 0;
}

/* The money of an order that was known goes out again. */
static int
discount_sale(struct applying *g, bool is_guest, const struct sale *sale)
{
	struct order_kind kind;
	struct str status;

	if (dictionary_text(&g->s->names, g->s->txn, sale->status, &status, g->e) < 0)
		return -1;
	kind = record_order_kind(
	    g->source->settings, status, sale->voided, sale->undoes_sale, sale->total);
	return count_order(g, is_guest, kind.completed ? sale->total : 0, -1);
}

/* The number in the state of who bought, by that in the lexicon. */
static uint32_t
buyer_of(const struct applying *g, const struct seen *s, uint32_t customer)
{
	return g->meanings.list[s->lexicon].buyers[customer];
}

/* What of an order decides where it stands in the tables. */
struct standpoint {
	uint32_t buyer, location;
	int64_t created;
	bool is_gone;
};

static struct standpoint
standpoint_of(const struct applying *g, const struct delta_record *op)
{
	const struct seen *s = op->seen;

	if (op->op == DELTA_REMOVED)
		return (struct standpoint){ .is_gone = true };
	return (struct standpoint){ buyer_of(g, s, seen_buyer(s)), g->source->locations[s->page],
		seen_created(s), false };
}

/* Take the order out of where it does not stand any more, its sale being that
 * of g->key; what stays there is put over it. */
static int
leave(struct applying *g, const struct delta_record *op, const struct known_order *known,
    bool *is_moved)
{
	struct standpoint now = standpoint_of(g, op);
	bool is_theirs = !now.is_gone && now.buyer == known->buyer;
	bool is_then = !now.is_gone && now.created == known->created;

	*is_moved = !is_then || now.location != known->location;
	(void)row_key_created(&g->created, known->location, known->created, op->id);
	if (!is_theirs && versions_former_order(g->s, known->buyer, op->id, g->e) < 0)
		return -1;
	if (!(is_theirs && is_then) && kv_del(g->s->txn, TABLE_SALES, buf_view(&g->key), g->e) < 0)
		return -1;
	return *is_moved && kv_del(g->s->txn, TABLE_CREATED, buf_view(&g->created), g->e) < 0 ? -1
	                                                                                      : 0;
}

/* Take an order that was known out of the totals, and out of every table but
 * its own row unless it stays where it was. */
static int
forget_order(struct applying *g, const struct delta_record *op, bool *is_moved)
{
	struct str id = op->id;
	struct known_order known;
	struct sale sale;
	struct str row;
	struct kv_txn *t = g->s->txn;
	int rc = kv_get(t, TABLE_ORDERS, id, &row, g->e);

	if (rc < 0)
		return -1;
	if (rc == 0 || !known_order_unpack(row, &known))
		return state_broken(g->e, "an order's row");
	if (buyers_id(g->s, known.buyer, &row, g->e) < 0)
		return -1;
	(void)intern_add(&g->touching->customers, row);
	rc = kv_get(
	    t, TABLE_SALES, row_key_sale(&g->key, known.buyer, known.created, id), &row, g->e);
	if (rc < 0)
		return -1;
	if (rc == 0 || !row_sale_unpack(row, known.created, &sale))
		return state_broken(g->e, "a sale's row");
	if (discount_sale(g, known.buyer == 0, &sale) < 0)
		return -1;
	if (versions_supersede(g->s, ENTITY_ORDER, id, op->op == DELTA_REMOVED, op->before, g->e) <
	    0)
		return -1;
	return leave(g, op, &known, is_moved);
}

/* What was changed is put again, what was removed leaves its tables. */
static int
forget_orders(struct applying *g)
{
	const struct delta_record *ops = g->d->ops[ENTITY_ORDER];
	size_t n = g->d->ops_n[ENTITY_ORDER];

	g->is_moved = arena_array(&g->arena, n, sizeof(*g->is_moved));
	for (size_t i = 0; i < n; i++) {
		if (forget_order(g, &ops[i], &g->is_moved[i]) < 0)
			return -1;
		if (ops[i].op == DELTA_REMOVED &&
		    kv_del(g->s->txn, TABLE_ORDERS, ops[i].id, g->e) < 0)
			return -1;
	}
	return 0;
}

static void
add_changed(struct applying *g, bool is_moved)
{
	const struct delta_record *ops = g->d->ops[ENTITY_ORDER];

	for (size_t i = 0; i < g->d->ops_n[ENTITY_ORDER]; i++)
		if (ops[i].seen != NULL && g->is_moved[i] == is_moved)
			g->puts[g->puts_n++] = ops[i].seen;
}

/* Only where something changed the list of what was added is not enough. */
static void
list_puts(struct applying *g)
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
	const struct applying *g = context;
	const struct renumber_map *m = &g->meanings.list[s->lexicon];
	struct seen_head f = seen_head(s);
	struct known_order known = {
		.hash = f.hash,
		.place = { (uint32_t)g->s->totals.applied, s->page, s->index },
		.location = g->source->locations[s->page],
		.created = f.created,
		.buyer = buyer_of(g, s, f.customer),
	};
	uint32_t field;

	renumber_mark(&m->is_touched[f.customer]);
	while (seen_next_number(&f.unknown, &field) > 0)
		renumber_mark(&m->is_named[field]);
	buf_str(out->to, seen_id(s));
	out->key_ends = out->to->n;
	known_order_pack(out->to, &known);
}

/* The sale with the state's numbers. */
static void
pack_sale(const void *context, const struct seen *s, struct bulk_row *out)
{
	const struct applying *g = context;
	const struct renumber_map *m = &g->meanings.list[s->lexicon];
	struct seen_order f = seen_order(s);
	struct sale *sale = &f.sale;
	struct str items = sale->items;
	struct item_words item;

	if (m->is_completed[sale->status] && !sale->voided)
		out->cents = sale->total;
	sale->status = m->words[sale->status];
	sale->type = m->words[sale->type];
	sale->budtender = m->words[sale->budtender];
	sale->items = STR("");
	row_key_dated_add(out->to, buyer_of(g, s, f.customer), sale->created, seen_id(s));
	out->key_ends = out->to->n;
	row_sale_pack(out->to, sale);
	while (row_item_next(&items, &item) > 0)
		row_item_pack(out->to,
		    (struct item_words){ m->words[item.product], m->words[item.category] });
}

static int
count_sale(void *context, struct str key, int64_t cents, struct err *e)
{
	struct unpack u = unpack_of(key);

	(void)e; /* it is ${context}'s */
	return count_order(context, unpack_key_u32(&u) == 0, cents, 1);
}

static void
pack_created(const void *context, const struct seen *s, struct bulk_row *out)
{
	const struct applying *g = context;

	row_key_dated_add(out->to, g->source->locations[s->page], seen_created(s), seen_id(s));
	out->key_ends = out->to->n;
}

static uint64_t
number_of_buyer(const void *context, const struct seen *s)
{
	return buyer_of(context, s, seen_buyer(s));
}

/* Turned, as keys have it. */
static uint64_t
creation_of(const void *context, const struct seen *s)
{
	(void)context;
	return (uint64_t)seen_created(s) ^ UINT64_C(1) << 63;
}

static uint64_t
location_of(const void *context, const struct seen *s)
{
	const struct applying *g = context;

	return g->source->locations[s->page];
}

/* First by location, then by the 65,536th of a second. All locations from the
 * 65,535th on are as one, for only sorting can tell whose orders come first. */
static uint64_t
rough_creation(const void *context, const struct seen *s)
{
	uint64_t location = location_of(context, s);

	return location < 0xffff ? location << 48 | creation_of(context, s) >> 16 : UINT64_MAX;
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
	sort_by(context, list, n, creation_of);
	sort_by(context, list, n, number_of_buyer);
}

static void
sort_created(void *context, const struct seen **list, size_t n)
{
	sort_by(context, list, n, creation_of);
	sort_by(context, list, n, location_of);
}

/* One table; in its own order, so that a first run only appends. */
static int
put_table(struct applying *g, enum state_table table)
{
	struct bulk bulk = { .s = g->s,
		.table = table,
		.is_append = g->is_fresh,
		.jobs = g->source->jobs,
		.list = g->list,
		.n = g->puts_n,
		.context = g };
	struct arrange by = { .context = g, .jobs = g->source->jobs };

	if (table == TABLE_ORDERS) {
		bulk.list = g->puts;
		bulk.pack = pack_order;
		return bulk_write(&bulk, g->e);
	}
	if (table == TABLE_SALES) {
		by.rough = number_of_buyer;
		by.sort = sort_sales;
		bulk.pack = pack_sale;
		bulk.count = count_sale;
	} else {
		by.rough = rough_creation;
		by.sort = sort_created;
		bulk.pack = pack_created;
		bulk.n = g->moved_n;
	}
	if (arrange(&by, g->puts, g->list, bulk.n, g->e) < 0)
		return -1;
	return bulk_write(&bulk, g->e);
}

static void
touch(struct applying *g)
{
	for (size_t i = 0; i < g->in->jobs; i++) {
		const struct seen_dictionary *l = &g->in->lexica[i];
		const struct renumber_map *m = &g->meanings.list[i];

		for (uint32_t k = 1; k < l->customers.n; k++)
			if (m->is_touched[k])
				(void)intern_add(&g->touching->customers, l->customers.texts[k]);
		for (uint32_t k = 1; k < l->unknown.n; k++)
			if (m->is_named[k])
				(void)intern_add(&g->touching->unknown, l->unknown.texts[k]);
	}
}

static int
put_all(struct applying *g)
{
	int rc;

	list_puts(g);
	state_expect(g->s, g->puts_n);
	g->list = mem_alloc(g->puts_n * sizeof(*g->list));
	rc = put_table(g, TABLE_ORDERS);
	if (rc == 0)
		rc = put_table(g, TABLE_SALES);
	if (rc == 0)
		rc = put_table(g, TABLE_CREATED);
	mem_free(g->list);
	return rc;
}

int
apply_orders(struct state *s, const struct read_source *source, const struct read_snapshot *in,
    const struct delta *d, struct touching *touching, struct err *e)
{
	struct applying g = { .s = s,
		.source = source,
		.in = in,
		.d = d,
		.touching = touching,
		.is_fresh = s->totals.orders == 0,
		.e = e };
	int rc = renumber_find(&g.meanings, s, in, source->settings, e);

	if (rc == 0)
		rc = forget_orders(&g);
	if (rc == 0)
		rc = put_all(&g);
	if (rc == 0)
		touch(&g);
	renumber_release(&g.meanings);
	buf_release(&g.key);
	buf_release(&g.created);
	arena_release(&g.arena);
	return rc;
}

int
apply_orders_refresh(struct state *s, const struct seen *seen, uint32_t location, struct err *e)
{
	struct buf key = { 0 }, new_row = { 0 };
	struct str row, id = seen_id(seen);
	struct known_order known;
	uint32_t before;
	int rc = kv_get(s->txn, TABLE_ORDERS, id, &row, e);

	if (rc < 0)
		return -1;
	if (rc == 0 || !known_order_unpack(row, &known))
		return state_broken(e, "an order's row");
	if (seen->sight == SEEN_TEXT)
		known.hash = seen_order(seen).hash;
	before = known.location;
	known.location = location;
	known_order_pack(&new_row, &known);
	rc = kv_put(s->txn, TABLE_ORDERS, id, buf_view(&new_row), e);
	if (rc == 0 && before != location) {
		(void)row_key_created(&key, before, known.created, id);
		rc = kv_del(s->txn, TABLE_CREATED, buf_view(&key), e);
		(void)row_key_created(&key, location, known.created, id);
		if (rc >= 0)
			rc = kv_put(s->txn, TABLE_CREATED, buf_view(&key), STR(""), e);
	}
	buf_release(&key);
	buf_release(&new_row);
	return rc < 0 ? -1 : 0;
}
