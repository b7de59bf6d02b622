#include "ledger/orders.h"

#include "base/arena.h"
#include "base/pack.h"
#include "base/sort.h"
#include "base/words.h"
#include "ledger/history.h"

/* Sightings lie all over memory when visited by id, so some are fetched ahead.
 */
#define AHEAD 16

/* An order on its way into the tables that are not sorted by its id. */
struct put {
	const struct sighting *seen;
	int64_t created;
	uint32_t customer; /* its place in the order of customers */
	uint32_t location;
};

/* What the numbers of a lexicon are here. */
struct meaning {
	uint32_t *words;     /* numbers in the state */
	uint32_t *customers; /* places in the order in which the keys of sales
				have them */
	bool *is_touched;    /* by customer */
};

struct applying {
	struct state *s;
	const struct intake_source *source;
	const struct intake *in;
	const struct delta *d;
	struct touching *touching;
	bool is_fresh; /* there are no orders yet: every table is appended to */
	struct arena arena;
	struct meaning *meanings; /* by lexicon */
	struct put *puts;	  /* by id */
	size_t puts_n;
	struct buf key, row, items;
	struct err *e;
};

void
touching_unknown(
    struct touching *t, const struct lexicon *lexicon, struct str list)
{
	uint32_t field;

	while (sighting_next(&list, &field) > 0)
		(void)words_add(&t->unknown, lexicon->unknown.texts[field]);
}

void
touching_release(struct touching *t)
{
	words_release(&t->customers);
	words_release(&t->unknown);
}

static void
fetch_ahead(const struct sighting *later, const struct sighting *soon)
{
	if (later != NULL)
		__builtin_prefetch(later);
	if (soon == NULL)
		return;
	__builtin_prefetch(soon->p);
	__builtin_prefetch(soon->p + 64);
	__builtin_prefetch(soon->p + 128);
}

static int
put_row(
    struct applying *g, enum state_table table, struct str key, struct str row)
{
	if ((g->is_fresh ? kv_append : kv_put)(
		g->s->txn, table, key, row, g->e) < 0)
		return -1;
	return state_spill(g->s, g->e);
}

/* All texts of one kind, of all lexica, each once, in the order of their bytes.
 */
static uint32_t *
merge_words(const struct words *all, uint32_t *n)
{
	uint32_t *order = mem_alloc(all->n * sizeof(*order));

	*n = all->n > 0 ? all->n - 1 : 0; /* without the empty one */
	if (*n > 0)
		sort_texts(all->texts + 1, *n, order);
	for (uint32_t i = 0; i < *n; i++)
		order[i]++;
	return order;
}

/* Words get their numbers in the order of their bytes, whoever read them first.
 */
static int
number_words(struct applying *g)
{
	struct words all = { 0 };
	uint32_t *order, n;
	int rc = 0;

	for (size_t i = 0; i < g->in->jobs; i++)
		for (uint32_t k = 1; k < g->in->lexica[i].words.n; k++)
			(void)words_add(&all, g->in->lexica[i].words.texts[k]);
	order = merge_words(&all, &n);
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		uint32_t number;

		rc = names_put(&g->s->names, g->s->txn, all.texts[order[i]],
		    &g->s->totals.names, &number, g->e);
	}
	mem_free(order);
	words_release(&all);
	for (size_t i = 0; rc == 0 && i < g->in->jobs; i++) {
		const struct words *w = &g->in->lexica[i].words;
		uint32_t *list = arena_zero(&g->arena, w->n + 1, sizeof(*list));

		g->meanings[i].words = list;
		for (uint32_t k = 1; rc == 0 && k < w->n; k++)
			rc = names_find(&g->s->names, g->s->txn, w->texts[k],
			    &list[k], g->e);
	}
	return rc;
}

/* The place of each customer in the order of the keys of sales: those begin
 * with a length. */
static void
rank_customers(struct applying *g)
{
	struct words all = { 0 };
	uint32_t *order, *ranks, n;
	struct sort_key *keys;

	for (size_t i = 0; i < g->in->jobs; i++)
		for (uint32_t k = 1; k < g->in->lexica[i].customers.n; k++)
			(void)words_add(
			    &all, g->in->lexica[i].customers.texts[k]);
	order = merge_words(&all, &n);
	keys = mem_alloc(n * sizeof(*keys));
	ranks = mem_zero(all.n, sizeof(*ranks));
	for (uint32_t i = 0; i < n; i++)
		keys[i] = (struct sort_key){ all.texts[order[i]].n, order[i] };
	sort_keys(keys, n);
	for (uint32_t i = 0; i < n; i++)
		ranks[keys[i].at] = i + 1;
	for (size_t i = 0; i < g->in->jobs; i++) {
		const struct words *w = &g->in->lexica[i].customers;
		uint32_t *list = arena_zero(&g->arena, w->n + 1, sizeof(*list));

		g->meanings[i].customers = list;
		g->meanings[i].is_touched =
		    arena_zero(&g->arena, w->n + 1, sizeof(bool));
		for (uint32_t k = 1; k < w->n; k++)
			list[k] = ranks[words_find(&all, w->texts[k])];
	}
	mem_free(keys);
	mem_free(ranks);
	mem_free(order);
	words_release(&all);
}

/* The sale with the state's numbers; its items lie in g->items. */
static void
translate(struct applying *g, const struct sighting *s, struct sale *sale)
{
	const uint32_t *numbers = g->meanings[s->lexicon].words;
	struct str items = sale->items;
	struct item_names item;

	sale->status = numbers[sale->status];
	sale->type = numbers[sale->type];
	sale->budtender = numbers[sale->budtender];
	buf_reset(&g->items);
	while (item_next(&items, &item) > 0) {
		item.product = numbers[item.product];
		item.category = numbers[item.category];
		item_pack(&g->items, item);
	}
	sale->items = buf_view(&g->items);
}

static struct str
customer_of(const struct applying *g, const struct sighting *s, uint32_t number)
{
	return number == 0 ? (struct str){ 0 }
			   : g->in->lexica[s->lexicon].customers.texts[number];
}

/* Move an order's money in or out of the running totals. */
static int
count_sale(struct applying *g, bool is_guest, const struct sale *sale, int sign)
{
	struct totals *t = &g->s->totals;
	struct order_kind kind;
	struct str status;
	int64_t cents;

	if (names_text(&g->s->names, g->s->txn, sale->status, &status, g->e) <
	    0)
		return -1;
	kind = order_kind(g->source->settings, status, sale->voided,
	    sale->undoes_sale, sale->total);
	cents = kind.completed ? sign * sale->total : 0;
	t->orders += (uint64_t)(int64_t)sign;
	if (is_guest)
		t->guest_orders += (uint64_t)(int64_t)sign;
	if (__builtin_add_overflow(t->completed, cents, &t->completed) ||
	    (is_guest && __builtin_add_overflow(t->guest, cents, &t->guest)))
		return err_set(g->e, ERR_FAILED,
		    "the sum of all orders is too large to count");
	return 0;
}

static bool
is_still_theirs(
    const struct applying *g, const struct delta_op *op, struct str customer)
{
	return op->op != OP_REMOVED &&
	       str_eq(customer,
		   customer_of(g, op->seen, sighting_order(op->seen).customer));
}

/* Take an order that was known out of every table but its own row. */
static int
forget_order(struct applying *g, const struct delta_op *op)
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
	(void)words_add(&g->touching->customers, known.customer);
	rc = kv_get(
	    t, TABLE_SALES, key_sale(&g->key, known.customer, id), &row, g->e);
	if (rc < 0)
		return -1;
	if (rc == 0 || !sale_unpack(row, &sale))
		return state_broken(g->e, "a sale's row");
	if (count_sale(g, known.customer.n == 0, &sale, -1) < 0)
		return -1;
	(void)key_created(&g->row, known.location, known.created, id);
	if (!is_still_theirs(g, op, known.customer) &&
	    history_leave(g->s, known.customer, id, g->e) < 0)
		return -1;
	if (history_supersede(g->s, ENTITY_ORDER, id, op->op == OP_REMOVED,
		op->before, g->e) < 0 ||
	    kv_del(t, TABLE_SALES, buf_view(&g->key), g->e) < 0 ||
	    kv_del(t, TABLE_CREATED, buf_view(&g->row), g->e) < 0)
		return -1;
	return 0;
}

/* ORDERS grows in the order of ids; the two tables sorted otherwise come after,
 * each in its own order. */
static int
put_order(struct applying *g, const struct sighting *s)
{
	struct order_facts f = sighting_order(s);
	struct meaning *m = &g->meanings[s->lexicon];
	struct known_order known = {
		.hash = f.hash,
		.place = { (uint32_t)g->s->totals.applied, s->page, s->index },
		.location = g->source->locations[s->page],
		.created = f.sale.created,
		.customer = customer_of(g, s, f.customer),
	};

	touching_unknown(g->touching, &g->in->lexica[s->lexicon], f.unknown);
	g->puts[g->puts_n++] = (struct put){
		.seen = s,
		.created = known.created,
		.customer = m->customers[f.customer],
		.location = known.location,
	};
	if (f.customer != 0)
		m->is_touched[f.customer] = true;
	buf_reset(&g->row);
	known_order_pack(&g->row, &known);
	return put_row(g, TABLE_ORDERS, sighting_id(s), buf_view(&g->row));
}

static int
put_orders(struct applying *g)
{
	const struct delta_op *ops = g->d->ops[ENTITY_ORDER];
	size_t n = g->d->ops_n[ENTITY_ORDER];

	g->puts = mem_alloc(n * sizeof(*g->puts));
	for (size_t i = 0; i < n; i++) {
		const struct delta_op *op = &ops[i];

		if (i + 2 * AHEAD < n)
			fetch_ahead(
			    ops[i + 2 * AHEAD].seen, ops[i + AHEAD].seen);
		if (op->op != OP_ADDED && forget_order(g, op) < 0)
			return -1;
		if (op->op == OP_REMOVED &&
		    kv_del(g->s->txn, TABLE_ORDERS, op->id, g->e) < 0)
			return -1;
		if (op->op != OP_REMOVED && put_order(g, op->seen) < 0)
			return -1;
	}
	return 0;
}

/* The sighting that a sorted key leads to. */
static const struct sighting *
seen_at(struct sort_key k)
{
	return (const struct sighting *)(uintptr_t)k.at;
}

static void
fetch_keys_ahead(const struct sort_key *keys, size_t i, size_t n)
{
	if (i + 2 * AHEAD < n)
		fetch_ahead(
		    seen_at(keys[i + 2 * AHEAD]), seen_at(keys[i + AHEAD]));
}

static int
put_sale(struct applying *g, const struct sighting *s)
{
	struct order_facts f = sighting_order(s);
	struct str customer = customer_of(g, s, f.customer);

	translate(g, s, &f.sale);
	if (count_sale(g, f.customer == 0, &f.sale, 1) < 0)
		return -1;
	buf_reset(&g->row);
	sale_pack(&g->row, &f.sale);
	return put_row(g, TABLE_SALES,
	    key_sale(&g->key, customer, sighting_id(s)), buf_view(&g->row));
}

static int
put_sales(struct applying *g, struct sort_key *keys)
{
	size_t n = g->puts_n;

	for (size_t i = 0; i < n; i++)
		keys[i] = (struct sort_key){ g->puts[i].customer,
			(uintptr_t)g->puts[i].seen };
	sort_keys(keys, n);
	for (size_t i = 0; i < n; i++) {
		const struct sighting *s = seen_at(keys[i]);

		fetch_keys_ahead(keys, i, n);
		if (put_sale(g, s) < 0)
			return -1;
	}
	return 0;
}

/* Orders of one location, by creation. */
static int
put_location(
    struct applying *g, uint32_t location, struct sort_key *keys, size_t n)
{
	const uint64_t sign = UINT64_C(1) << 63; /* turned, as keys have it */

	for (size_t i = 0; i < n; i++) {
		const struct put *p = &g->puts[keys[i].at];

		keys[i] = (struct sort_key){ (uint64_t)p->created ^ sign,
			(uintptr_t)p->seen };
	}
	sort_keys(keys, n);
	for (size_t i = 0; i < n; i++) {
		fetch_keys_ahead(keys, i, n);
		if (put_row(g, TABLE_CREATED,
			key_created(&g->key, location,
			    (int64_t)(keys[i].key ^ sign),
			    sighting_id(seen_at(keys[i]))),
			STR("")) < 0)
			return -1;
	}
	return 0;
}

static int
put_created(struct applying *g, struct sort_key *keys)
{
	size_t n = g->puts_n, end;

	for (size_t i = 0; i < n; i++)
		keys[i] = (struct sort_key){ g->puts[i].location, i };
	sort_keys(keys, n);
	for (size_t i = 0; i < n; i = end) {
		uint64_t location = keys[i].key;

		for (end = i; end < n && keys[end].key == location;)
			end++;
		if (put_location(g, (uint32_t)location, keys + i, end - i) < 0)
			return -1;
	}
	return 0;
}

static void
touch_customers(struct applying *g)
{
	for (size_t i = 0; i < g->in->jobs; i++) {
		const struct words *w = &g->in->lexica[i].customers;

		for (uint32_t k = 1; k < w->n; k++)
			if (g->meanings[i].is_touched[k])
				(void)words_add(
				    &g->touching->customers, w->texts[k]);
	}
}

int
orders_apply(struct state *s, const struct intake_source *source,
    const struct intake *in, const struct delta *d, struct touching *touching,
    struct err *e)
{
	struct applying g = { .s = s,
		.source = source,
		.in = in,
		.d = d,
		.touching = touching,
		.is_fresh = s->totals.orders == 0,
		.e = e };
	struct sort_key *keys = NULL;
	int rc;

	g.meanings = arena_zero(&g.arena, in->jobs, sizeof(*g.meanings));
	rc = number_words(&g);
	if (rc == 0) {
		rank_customers(&g);
		rc = put_orders(&g);
	}
	if (rc == 0) {
		touch_customers(&g);
		keys = mem_alloc(g.puts_n * sizeof(*keys));
		rc = put_sales(&g, keys);
	}
	if (rc == 0)
		rc = put_created(&g, keys);
	mem_free(keys);
	mem_free(g.puts);
	arena_release(&g.arena);
	buf_release(&g.key);
	buf_release(&g.row);
	buf_release(&g.items);
	return rc;
}

int
orders_restamp(struct state *s, const struct sighting *seen, uint32_t location,
    struct err *e)
{
	struct buf key = { 0 }, new_row = { 0 };
	struct str row, id = sighting_id(seen);
	struct known_order known;
	uint32_t before;
	int rc = kv_get(s->txn, TABLE_ORDERS, id, &row, e);

	if (rc < 0)
		return -1;
	if (rc == 0 || !known_order_unpack(row, &known))
		return state_broken(e, "an order's row");
	if (seen->sight == SIGHT_TEXT)
		known.hash = sighting_order(seen).hash;
	before = known.location;
	known.location = location;
	known_order_pack(&new_row, &known);
	rc = kv_put(s->txn, TABLE_ORDERS, id, buf_view(&new_row), e);
	if (rc == 0 && before != location) {
		(void)key_created(&key, before, known.created, id);
		rc = kv_del(s->txn, TABLE_CREATED, buf_view(&key), e);
		(void)key_created(&key, location, known.created, id);
		if (rc >= 0)
			rc = kv_put(
			    s->txn, TABLE_CREATED, buf_view(&key), STR(""), e);
	}
	buf_release(&key);
	buf_release(&new_row);
	return rc < 0 ? -1 : 0;
}
