#include "delta/apply.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/sort.h"
#include "state/versions.h"
#include "delta/apply_orders.h"

#define BREAKER_LEAST 10 /* records; contract, section 7 */

struct applying {
	struct state *s;
	const struct read_source *source;
	const struct read_snapshot *in;
	const struct delta *d;
	struct touching touching;
	struct buf row;
	struct err *e;
};

int
apply_locations(struct state *s, const struct manifest *m, uint32_t *numbers, struct err *e)
{
	for (size_t i = 0; i < m->n; i++)
		if (dictionary_put(&s->names, s->txn, m->pages[i].location, &s->totals.names,
		        &numbers[i], e) < 0)
			return -1;
	return 0;
}

static int
trip(uint64_t removed, uint64_t known, int64_t percent_cents, const char *what, struct err *e)
{
	/* removed / known > percent / 100, in whole numbers */
	if (removed < BREAKER_LEAST || removed * 10000 <= known * (uint64_t)percent_cents)
		return 0;
	err_set(e, ERR_BREAKER, "it would remove %llu of %llu %s", (unsigned long long)removed,
	    (unsigned long long)known, what);
	return err_advise(e, "Nothing was written. If that is right, run "
	                     "'flowstory process --accept-mass-change'.");
}

int
apply_breaker(const struct state *s, const struct delta *d, const struct record_settings *settings,
    struct err *e)
{
	int64_t percent = 0;

	if (!money_parse(settings->breaker_percent, &percent))
		return err_set(e, ERR_INTERNAL, "breaker_percent is no number");
	if (trip(d->counts[ENTITY_CUSTOMER][DELTA_REMOVED], s->totals.customers, percent,
	        "customers", e) < 0)
		return -1;
	return trip(d->counts[ENTITY_ORDER][DELTA_REMOVED], s->totals.orders, percent, "orders", e);
}

static int
put_customer(struct applying *g, const struct delta_record *op, bool fresh)
{
	struct seen_customer f = seen_customer(op->seen);
	struct known_customer known = {
		.hash = f.hash,
		.place = { (uint32_t)g->s->totals.applied, op->seen->page, op->seen->index },
		.fields = f.fields,
	};

	touching_unknown(&g->touching, &g->in->lexica[op->seen->lexicon], f.unknown);
	buf_reset(&g->row);
	known_customer_pack(&g->row, &known);
	return (fresh ? kv_append : kv_put)(
	    g->s->txn, TABLE_CUSTOMERS, op->id, buf_view(&g->row), g->e);
}

static int
apply_customers(struct applying *g)
{
	struct totals *t = &g->s->totals;
	bool fresh = t->customers == 0;
	struct delta_walk w = { .d = g->d, .entity = ENTITY_CUSTOMER };
	struct delta_record next;

	while (delta_next(&w, &next) > 0) {
		const struct delta_record *op = &next;

		(void)intern_add(&g->touching.customers, op->id);
		if (op->op != DELTA_ADDED && versions_supersede(g->s, ENTITY_CUSTOMER, op->id,
		                                 op->op == DELTA_REMOVED, op->before, g->e) < 0)
			return -1;
		if (op->op == DELTA_REMOVED) {
			t->customers--;
			if (kv_del(g->s->txn, TABLE_CUSTOMERS, op->id, g->e) < 0)
				return -1;
			continue;
		}
		t->customers += op->op == DELTA_ADDED;
		if (put_customer(g, op, fresh) < 0 || state_spill(g->s, g->e) < 0)
			return -1;
	}
	return 0;
}

/* The text is another but means the same: only the hash follows. */
static int
restamp_customer(struct applying *g, const struct seen *s)
{
	struct known_customer known;
	struct str row, id = seen_id(s);
	int rc = kv_get(g->s->txn, TABLE_CUSTOMERS, id, &row, g->e);

	if (rc < 0)
		return -1;
	if (rc == 0 || !known_customer_unpack(row, &known))
		return state_broken(g->e, "a customer's row");
	known.hash = seen_customer(s).hash;
	buf_reset(&g->row);
	known_customer_pack(&g->row, &known);
	return kv_put(g->s->txn, TABLE_CUSTOMERS, id, buf_view(&g->row), g->e);
}

static int
restamp(struct applying *g)
{
	const struct delta *d = g->d;

	for (size_t i = 0; i < d->refreshed_n[ENTITY_CUSTOMER]; i++)
		if (restamp_customer(g, d->refreshed[ENTITY_CUSTOMER][i]) < 0)
			return -1;
	for (size_t i = 0; i < d->refreshed_n[ENTITY_ORDER]; i++) {
		const struct seen *seen = d->refreshed[ENTITY_ORDER][i];

		if (apply_orders_refresh(g->s, seen, g->source->locations[seen->page], g->e) < 0)
			return -1;
	}
	return 0;
}

/* The words of a set in the order of their bytes, in the arena. */
static struct str *
sorted_words(struct arena *a, const struct intern *w, size_t *n)
{
	uint32_t *order = mem_alloc(w->n * sizeof(*order));
	struct str *out;

	*n = w->n > 0 ? w->n - 1 : 0; /* without the empty one */
	out = arena_array(a, *n, sizeof(*out));
	if (*n > 0)
		sort_texts(w->texts + 1, *n, order);
	for (size_t i = 0; i < *n; i++)
		out[i] = str_copy(a, w->texts[1 + order[i]]);
	mem_free(order);
	return out;
}

int
apply_delta(struct arena *a, struct state *s, const struct read_source *source,
    const struct read_snapshot *in, const struct delta *d, struct apply_result *touched,
    struct err *e)
{
	struct applying g = { .s = s, .source = source, .in = in, .d = d, .e = e };
	int rc = -1;

	if (apply_orders(s, source, in, d, &g.touching, e) == 0 && apply_customers(&g) == 0 &&
	    restamp(&g) == 0) {
		touched->ids = sorted_words(a, &g.touching.customers, &touched->n);
		touched->unknown_fields = sorted_words(a, &g.touching.unknown, &touched->unknown_n);
		rc = 0;
	}
	touching_release(&g.touching);
	buf_release(&g.row);
	return rc;
}
