#include "ledger/apply.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/pack.h"

#define BREAKER_LEAST 10 /* records; contract, section 7 */

struct applying {
	struct arena *a;
	struct state *s;
	const struct intake_source *source;
	const struct intake *in;
	const struct delta *d;
	uint32_t **numbers;     /* by page: its words' numbers, 0 not asked yet */
	struct str *touched;
	size_t touched_n, touched_cap;
	struct words unknown;
	struct buf key, row, items;
	struct err *e;
};

int
apply_locations(struct state *s, const struct manifest *m, uint32_t *numbers,
    struct err *e)
{
	for (size_t i = 0; i < m->n; i++)
		if (names_put(&s->names, s->txn, m->pages[i].location,
		        &s->totals.names, &numbers[i], e) < 0)
			return -1;
	return 0;
}

static int
trip(uint64_t removed, uint64_t known, int64_t percent_cents,
    const char *what, struct err *e)
{
	/* removed / known > percent / 100, in whole numbers */
	if (removed < BREAKER_LEAST ||
	    removed * 10000 <= known * (uint64_t)percent_cents)
		return 0;
	err_set(e, ERR_BREAKER, "it would remove %llu of %llu %s",
	    (unsigned long long)removed, (unsigned long long)known, what);
	return err_advise(e, "Nothing was written. If that is right, run "
	                     "'flowstory process --accept-mass-change'.");
}

int
apply_breaker(const struct state *s, const struct delta *d,
    const struct ledger_settings *settings, struct err *e)
{
	int64_t percent = 0;

	if (!money_parse(settings->breaker_percent, &percent))
		return err_set(e, ERR_INTERNAL, "breaker_percent is no number");
	if (trip(d->counts[ENTITY_CUSTOMER][OP_REMOVED], s->totals.customers,
	        percent, "customers", e) < 0)
		return -1;
	return trip(d->counts[ENTITY_ORDER][OP_REMOVED], s->totals.orders,
	    percent, "orders", e);
}

static void
touch(struct applying *g, struct str customer)
{
	if (customer.n == 0)
		return;
	if (g->touched_n > 0 &&
	    str_eq(g->touched[g->touched_n - 1], customer))
		return;
	if (g->touched_n == g->touched_cap) {
		g->touched_cap = g->touched_cap == 0 ? 64 : 2 * g->touched_cap;
		g->touched = mem_resize(
		    g->touched, g->touched_cap, sizeof(*g->touched));
	}
	g->touched[g->touched_n++] = str_copy(g->a, customer);
}

static int
by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Sorted, each once, in the arena. */
static struct str *
sorted_set(struct arena *a, const struct str *list, size_t n, size_t *kept)
{
	struct str *out = arena_array(a, n, sizeof(*out));

	*kept = 0;
	if (n > 0)
		memcpy(out, list, n * sizeof(*out));
	qsort(out, n, sizeof(*out), by_text);
	for (size_t i = 0; i < n; i++)
		if (*kept == 0 || !str_eq(out[*kept - 1], out[i]))
			out[(*kept)++] = out[i];
	return out;
}

static void
note_unknown(struct applying *g, const struct sighting *s, struct str list)
{
	uint32_t word;

	while (intake_next(&list, &word) > 0)
		(void)words_add(
		    &g->unknown, g->in->pages[s->page].words[word]);
}

/* The number in the state of a page's word. */
static int
number_of(struct applying *g, uint32_t page, uint32_t *word)
{
	uint32_t *numbers = g->numbers[page];

	if (*word == 0)
		return 0;
	if (numbers == NULL)
		numbers = g->numbers[page] = arena_zero(
		    g->a, g->in->pages[page].words_n, sizeof(*numbers));
	if (numbers[*word] == 0 &&
	    names_put(&g->s->names, g->s->txn,
	        g->in->pages[page].words[*word], &g->s->totals.names,
	        &numbers[*word], g->e) < 0)
		return -1;
	*word = numbers[*word];
	return 0;
}

/* The sale with the state's numbers in place of the page's; its items lie in g->items. */
static int
translate(struct applying *g, const struct sighting *s, struct sale *sale)
{
	struct str items = sale->items;
	struct item_names item;

	if (number_of(g, s->page, &sale->status) < 0 ||
	    number_of(g, s->page, &sale->type) < 0 ||
	    number_of(g, s->page, &sale->budtender) < 0)
		return -1;
	buf_reset(&g->items);
	while (item_next(&items, &item) > 0) {
		if (number_of(g, s->page, &item.product) < 0 ||
		    number_of(g, s->page, &item.category) < 0)
			return -1;
		item_pack(&g->items, item);
	}
	sale->items = buf_view(&g->items);
	return 0;
}

/* Move an order's money in or out of the running totals. */
static int
count_sale(struct applying *g, struct str customer, const struct sale *sale,
    int sign)
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
	if (customer.n == 0)
		t->guest_orders += (uint64_t)(int64_t)sign;
	if (__builtin_add_overflow(t->completed, cents, &t->completed) ||
	    (customer.n == 0 &&
	        __builtin_add_overflow(t->guest, cents, &t->guest)))
		return err_set(g->e, ERR_FAILED,
		    "the sum of all orders is too large to count");
	return 0;
}

/* Take an order that was known out of every table but its own row. */
static int
forget_order(struct applying *g, struct str id)
{
	struct known_order known;
	struct sale sale;
	struct str row;
	struct kv_txn *t = g->s->txn;
	int rc = kv_get(t, TABLE_ORDERS, id, &row, g->e);

	if (rc < 0)
		return -1;
	if (rc == 0 || !known_order_unpack(row, &known))
		return state_broken(g->e, "an order's row");
	touch(g, known.customer);
	rc = kv_get(t, TABLE_SALES, key_sale(&g->key, known.customer, id),
	    &row, g->e);
	if (rc < 0)
		return -1;
	if (rc == 0 || !sale_unpack(row, &sale))
		return state_broken(g->e, "a sale's row");
	if (count_sale(g, known.customer, &sale, -1) < 0)
		return -1;
	(void)key_created(&g->row, known.location, known.created, id);
	if (kv_del(t, TABLE_SALES, buf_view(&g->key), g->e) < 0 ||
	    kv_del(t, TABLE_CREATED, buf_view(&g->row), g->e) < 0)
		return -1;
	return 0;
}

/* ORDERS grows in the order of ids; the two tables sorted otherwise come after, each in its own order. */
static int
put_order(struct applying *g, const struct delta_op *op, bool fresh)
{
	struct order_facts f = intake_order(op->seen);
	struct known_order known = {
		.hash = f.hash,
		.place = { (uint32_t)g->s->totals.applied, op->seen->page,
		    op->seen->index },
		.location = g->source->locations[op->seen->page],
		.created = f.sale.created,
		.customer = f.customer,
	};

	note_unknown(g, op->seen, f.unknown);
	if (translate(g, op->seen, &f.sale) < 0 ||
	    count_sale(g, f.customer, &f.sale, 1) < 0)
		return -1;
	buf_reset(&g->row);
	known_order_pack(&g->row, &known);
	return (fresh ? kv_append : kv_put)(g->s->txn, TABLE_ORDERS, op->id,
	    buf_view(&g->row), g->e);
}

/* An order on its way into a table with other keys. */
struct sorted_op {
	struct str first;   /* customer, or empty */
	uint64_t number;    /* location, or 0 */
	int64_t created;    /* or 0 */
	const struct delta_op *op;
};

static int
by_key(const void *x, const void *y)
{
	const struct sorted_op *a = x, *b = y;
	int c;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->created != b->created)
		return a->created < b->created ? -1 : 1;
	if (a->first.n != b->first.n) /* keys begin with the length */
		return a->first.n < b->first.n ? -1 : 1;
	c = str_cmp(a->first, b->first);
	return c != 0 ? c : str_cmp(a->op->id, b->op->id);
}

static int
put_sale(struct applying *g, const struct sorted_op *k, bool fresh)
{
	struct order_facts f = intake_order(k->op->seen);

	touch(g, k->first);
	if (translate(g, k->op->seen, &f.sale) < 0)
		return -1;
	buf_reset(&g->row);
	sale_pack(&g->row, &f.sale);
	return (fresh ? kv_append : kv_put)(g->s->txn, TABLE_SALES,
	    key_sale(&g->key, k->first, k->op->id), buf_view(&g->row), g->e);
}

static int
put_created(struct applying *g, const struct sorted_op *k, bool fresh)
{
	return (fresh ? kv_append : kv_put)(g->s->txn, TABLE_CREATED,
	    key_created(&g->key, (uint32_t)k->number, k->created, k->op->id),
	    STR(""), g->e);
}

static int
put_sorted(struct applying *g, bool fresh)
{
	const struct delta *d = g->d;
	size_t n = 0, ops_n = d->ops_n[ENTITY_ORDER];
	struct sorted_op *keys = mem_alloc(ops_n * sizeof(*keys) + 1);
	int rc = 0;

	for (size_t i = 0; i < ops_n; i++) {
		const struct delta_op *op = &d->ops[ENTITY_ORDER][i];

		if (op->op == OP_REMOVED)
			continue;
		keys[n++] = (struct sorted_op){
			.first = intake_order(op->seen).customer, .op = op
		};
	}
	qsort(keys, n, sizeof(*keys), by_key);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = put_sale(g, &keys[i], fresh);
	for (size_t i = 0; i < n; i++) {
		const struct sighting *s = keys[i].op->seen;

		keys[i].first = (struct str){ 0 };
		keys[i].number = g->source->locations[s->page];
		keys[i].created = intake_order(s).sale.created;
	}
	qsort(keys, n, sizeof(*keys), by_key);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = put_created(g, &keys[i], fresh);
	mem_free(keys);
	return rc;
}

static int
apply_orders(struct applying *g)
{
	const struct delta *d = g->d;
	bool fresh = g->s->totals.orders == 0;

	for (size_t i = 0; i < d->ops_n[ENTITY_ORDER]; i++) {
		const struct delta_op *op = &d->ops[ENTITY_ORDER][i];

		if (op->op != OP_ADDED && forget_order(g, op->id) < 0)
			return -1;
		if (op->op == OP_REMOVED &&
		    kv_del(g->s->txn, TABLE_ORDERS, op->id, g->e) < 0)
			return -1;
		if (op->op != OP_REMOVED && put_order(g, op, fresh) < 0)
			return -1;
	}
	return put_sorted(g, fresh);
}

static int
put_customer(struct applying *g, const struct delta_op *op)
{
	struct customer_facts f = intake_customer(op->seen);
	struct known_customer known = {
		.hash = f.hash,
		.place = { (uint32_t)g->s->totals.applied, op->seen->page,
		    op->seen->index },
		.fields = f.fields,
	};

	note_unknown(g, op->seen, f.unknown);
	buf_reset(&g->row);
	known_customer_pack(&g->row, &known);
	return kv_put(
	    g->s->txn, TABLE_CUSTOMERS, op->id, buf_view(&g->row), g->e);
}

static int
apply_customers(struct applying *g)
{
	const struct delta *d = g->d;
	struct totals *t = &g->s->totals;

	for (size_t i = 0; i < d->ops_n[ENTITY_CUSTOMER]; i++) {
		const struct delta_op *op = &d->ops[ENTITY_CUSTOMER][i];

		touch(g, op->id);
		if (op->op == OP_REMOVED) {
			t->customers--;
			if (kv_del(g->s->txn, TABLE_CUSTOMERS, op->id, g->e) <
			    0)
				return -1;
			continue;
		}
		t->customers += op->op == OP_ADDED;
		if (put_customer(g, op) < 0)
			return -1;
	}
	return 0;
}

/* The text is another but means the same: only the hash follows. */
static int
restamp_customer(struct applying *g, const struct sighting *s)
{
	struct known_customer known;
	struct str row, id = sighting_id(s);

	if (kv_get(g->s->txn, TABLE_CUSTOMERS, id, &row, g->e) < 0)
		return -1;
	if (!known_customer_unpack(row, &known))
		return state_broken(g->e, "a customer's row");
	known.hash = intake_customer(s).hash;
	buf_reset(&g->row);
	known_customer_pack(&g->row, &known);
	return kv_put(
	    g->s->txn, TABLE_CUSTOMERS, id, buf_view(&g->row), g->e);
}

static int
restamp_order(struct applying *g, const struct sighting *s)
{
	uint32_t location = g->source->locations[s->page];
	struct known_order known;
	struct str row, id = sighting_id(s);
	struct kv_txn *t = g->s->txn;
	uint32_t before;

	if (kv_get(t, TABLE_ORDERS, id, &row, g->e) < 0)
		return -1;
	if (!known_order_unpack(row, &known))
		return state_broken(g->e, "an order's row");
	if (s->sight == SIGHT_TEXT)
		known.hash = intake_order(s).hash;
	before = known.location;
	known.location = location;
	buf_reset(&g->row);
	known_order_pack(&g->row, &known);
	if (kv_put(t, TABLE_ORDERS, id, buf_view(&g->row), g->e) < 0)
		return -1;
	if (before == location)
		return 0;
	if (kv_del(t, TABLE_CREATED,
	        key_created(&g->key, before, known.created, id), g->e) < 0)
		return -1;
	return kv_put(t, TABLE_CREATED,
	    key_created(&g->key, location, known.created, id), STR(""), g->e);
}

static int
restamp(struct applying *g)
{
	const struct delta *d = g->d;

	for (size_t i = 0; i < d->restamped_n[ENTITY_CUSTOMER]; i++)
		if (restamp_customer(g, d->restamped[ENTITY_CUSTOMER][i]) < 0)
			return -1;
	for (size_t i = 0; i < d->restamped_n[ENTITY_ORDER]; i++)
		if (restamp_order(g, d->restamped[ENTITY_ORDER][i]) < 0)
			return -1;
	return 0;
}

static void
finish(struct applying *g, struct touched *out)
{
	out->ids = sorted_set(g->a, g->touched, g->touched_n, &out->n);
	out->unknown_fields = NULL;
	out->unknown_n = 0;
	if (g->unknown.n > 1) {
		out->unknown_fields = sorted_set(g->a, g->unknown.texts + 1,
		    g->unknown.n - 1, &out->unknown_n);
		for (size_t i = 0; i < out->unknown_n; i++)
			out->unknown_fields[i] =
			    str_copy(g->a, out->unknown_fields[i]);
	}
}

int
apply_delta(struct arena *a, struct state *s,
    const struct intake_source *source, const struct intake *in,
    const struct delta *d, struct touched *touched, struct err *e)
{
	struct applying g = { .a = a,
		.s = s,
		.source = source,
		.in = in,
		.d = d,
		.e = e };
	int rc = -1;

	g.numbers = mem_zero(source->manifest->n + 1, sizeof(*g.numbers));
	if (apply_orders(&g) == 0 && apply_customers(&g) == 0 &&
	    restamp(&g) == 0) {
		finish(&g, touched);
		rc = 0;
	}
	mem_free(g.numbers);
	mem_free(g.touched);
	words_release(&g.unknown);
	buf_release(&g.key);
	buf_release(&g.row);
	buf_release(&g.items);
	return rc;
}
