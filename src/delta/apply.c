#include "delta/apply.h"

#include "base/arena.h"
#include "base/num.h"
#include "state/versions.h"
#include "delta/apply_drops.h"
#include "delta/apply_news.h"
#include "delta/apply_orders.h"
#include "delta/location_pages.h"

#define BREAKER_LEAST 10 /* records, or all there are; contract, section 7 */

struct state_update {
	struct state *s;
	const struct read_source *source;
	const struct read_snapshot *in;
	const struct delta *d;
	struct apply_affected affected;
	struct buf row, fields;
	struct err *e;
};

int
apply_locations(struct state *s, const struct manifest *m, uint32_t *numbers, struct err *e)
{
	for (size_t i = 0; i < m->n; i++)
		if (dictionary_put(&s->words, s->txn, m->pages[i].location, &numbers[i], e) < 0)
			return -1;
	return 0;
}

static int
trip(uint64_t removed, uint64_t known, int64_t percent_cents, const char *what, struct err *e)
{
	/* removed / known > percent / 100, in whole numbers */
	if (removed * 10000 <= known * (uint64_t)percent_cents ||
	    (removed < BREAKER_LEAST && removed < known))
		return 0;
	return err_set(e, ERR_BREAKER, "it would remove %llu of %llu %s",
	    (unsigned long long)removed, (unsigned long long)known, what);
}

int
apply_breaker(const struct state *s, const struct delta *d, const struct record_settings *settings,
    struct err *e)
{
	int64_t percent = 0;

	if (!money_parse(settings->breaker_percent, &percent))
		return err_set(e, ERR_INTERNAL, "breaker_percent is not a number");
	if (trip(d->counts[ENTITY_CUSTOMER][DELTA_REMOVED], s->totals.customers, percent,
	        "customers", e) < 0)
		return -1;
	return trip(d->counts[ENTITY_ORDER][DELTA_REMOVED], s->totals.orders, percent, "orders", e);
}

/* The customer's version before ends; ${before} are the answers in force with it. */
static int
end_version(struct state_update *g, const struct delta_record *r, struct answers *before)
{
	struct version was = { .place = r->before, .is_removed = r->op == DELTA_REMOVED };
	struct customer c = { .id = r->id };
	struct known_record known;

	if (state_record_must(g->s->txn, ENTITY_CUSTOMER, r->id, &known, g->e) < 0)
		return -1;
	if (!record_unpack_customer(known.fields, &c))
		return state_broken(g->e, "a customer's row");
	*before = was.answers = state_answers_of(&c);
	return versions_supersede(g->s, ENTITY_CUSTOMER, r->id, &was, g->e);
}

/* Answers that cannot be read become the last ones known, and those that end are kept. */
static int
settle_answers(struct state_update *g, const struct delta_record *r, struct answers before,
    struct seen_customer *c)
{
	struct customer now = { .id = r->id };
	struct answers last = before;

	if (r->op == DELTA_ADDED && !c->is_answer_unread)
		return 0;
	if (!record_unpack_customer(c->fields, &now))
		return err_set(g->e, ERR_INTERNAL, "a customer that was read cannot be unpacked");
	if (c->is_answer_unread) {
		if (state_answers_last(g->s, r->id, &last, g->e) < 0)
			return -1;
		(void)state_answers_settle(&now, last);
		buf_reset(&g->fields);
		record_pack_customer(&g->fields, &now);
		c->fields = buf_view(&g->fields);
	}
	return state_answers_follow(g->s, r->id, before, state_answers_of(&now), g->e);
}

static int
put_customer(
    struct state_update *g, const struct delta_record *r, struct answers before, bool is_append)
{
	const struct seen_dictionary *dictionary = &g->in->dictionaries[r->seen->worker];
	struct seen_customer c = seen_customer(r->seen);
	struct known_record known = {
		.hash = c.hash,
		.place = { (uint32_t)g->s->totals.applied, r->seen->page, r->seen->index },
	};
	uint32_t field;

	while (seen_next_number(&c.unknown, &field) > 0)
		(void)intern_add(&g->affected.unknown, dictionary->unknown.texts[field]);
	if (settle_answers(g, r, before, &c) < 0)
		return -1;
	known.fields = c.fields;
	buf_reset(&g->row);
	row_record_pack(&g->row, ENTITY_CUSTOMER, &known);
	return (is_append ? kv_append : kv_put)(
	    g->s->txn, TABLE_CUSTOMERS, r->id, buf_view(&g->row), g->e);
}

static int
remove_customer(struct state_update *g, struct str id, struct answers before)
{
	const struct answers none = { TRI_ABSENT, TRI_ABSENT };

	g->s->totals.customers--;
	if (state_answers_follow(g->s, id, before, none, g->e) < 0)
		return -1;
	return kv_del(g->s->txn, TABLE_CUSTOMERS, id, g->e) < 0 ? -1 : 0;
}

static int
apply_customers(struct state_update *g)
{
	struct totals *t = &g->s->totals;
	bool is_append = t->customers == 0;
	struct delta_walk w = { .d = g->d, .entity = ENTITY_CUSTOMER };
	struct delta_record r;

	while (delta_next(&w, &r) > 0) {
		struct answers before = { TRI_ABSENT, TRI_ABSENT };

		(void)intern_add(&g->affected.customers, r.id);
		if (r.op != DELTA_ADDED && end_version(g, &r, &before) < 0)
			return -1;
		if (r.op == DELTA_REMOVED) {
			if (remove_customer(g, r.id, before) < 0)
				return -1;
			continue;
		}
		t->customers += r.op == DELTA_ADDED;
		if (put_customer(g, &r, before, is_append) < 0 || state_spill(g->s, g->e) < 0)
			return -1;
	}
	return 0;
}

/* The text is another but means the same: only the hash changes. */
static int
refresh_customer(struct state_update *g, const struct seen *s)
{
	struct known_record known;
	struct str id = seen_id(s);

	if (state_record_must(g->s->txn, ENTITY_CUSTOMER, id, &known, g->e) < 0)
		return -1;
	known.hash = seen_hash(s);
	buf_reset(&g->row);
	row_record_pack(&g->row, ENTITY_CUSTOMER, &known);
	return kv_put(g->s->txn, TABLE_CUSTOMERS, id, buf_view(&g->row), g->e);
}

static int
refresh(struct state_update *g)
{
	const struct delta *d = g->d;

	for (size_t i = 0; i < d->refreshed_n[ENTITY_CUSTOMER]; i++)
		if (refresh_customer(g, d->refreshed[ENTITY_CUSTOMER][i]) < 0)
			return -1;
	for (size_t i = 0; i < d->refreshed_n[ENTITY_ORDER]; i++) {
		const struct seen *seen = d->refreshed[ENTITY_ORDER][i];

		if (apply_orders_refresh(g->s, seen, g->source->locations[seen->page],
		        &g->affected.customers, g->e) < 0)
			return -1;
	}
	return 0;
}

/* The texts of a set in the order of their bytes, in the arena. */
static struct str *
sorted_texts(struct arena *a, const struct intern *w, size_t *n)
{
	uint32_t all, *sorted = intern_sorted(w, &all);
	struct str *out = arena_array(a, all, sizeof(*out));

	for (uint32_t i = 0; i < all; i++)
		out[i] = str_copy(a, w->texts[sorted[i]]);
	*n = all;
	mem_free(sorted);
	return out;
}

int
apply_delta(struct arena *a, struct state *s, const struct read_source *source,
    const struct read_snapshot *in, const struct delta *d, struct apply_result *out, struct err *e)
{
	struct state_update g = { .s = s, .source = source, .in = in, .d = d, .e = e };
	struct apply_news news;
	int rc = -1;

	if (apply_orders(s, source, in, d, &g.affected, e) == 0 && apply_customers(&g) == 0 &&
	    refresh(&g) == 0 && location_pages_apply(s, source, &g.affected.customers, e) == 0 &&
	    apply_news(s, in, &news, e) == 0) {
		out->ids = sorted_texts(a, &g.affected.customers, &out->n);
		out->unknown_fields = sorted_texts(a, &g.affected.unknown, &out->unknown_n);
		out->in_two_locations = news.in_two_locations;
		out->is_in_two_new = news.is_in_two_new;
		out->is_quarantine_new = news.is_quarantine_new;
		memcpy(out->held_back, d->held_back, sizeof(out->held_back));
		out->drops = apply_drops(a, source->run->manifest, in, d, &out->drops_n);
		rc = 0;
	}
	intern_release(&g.affected.customers);
	intern_release(&g.affected.unknown);
	buf_release(&g.row);
	buf_release(&g.fields);
	return rc;
}
