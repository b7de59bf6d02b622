/* change.c -- of the generator: what happens between two snapshots. */
#include "world.h"

#define LATE_COMPLETIONS 50 /* percent of the waiting orders, each time */

/* Make one change to an order. */
static void
change_order(struct world *w, uint32_t n, uint64_t roll)
{
	struct order *o = &w->order[n];

	if (o->status == STATUS_PENDING) {
		o->status = roll % 5 ? STATUS_SOLD : STATUS_CANCELLED;
		o->finished = (uint16_t)w->snapshot;
	} else if (o->status == STATUS_SOLD && !o->voided && roll % 8 == 0) {
		o->voided = true;
	} else if (o->edits < UINT16_MAX) {
		o->edits++;
	}
}

static void
change_customer(struct world *w, uint32_t i, uint64_t roll)
{
	struct customer *c = &w->customer[i];
	uint64_t span = (uint64_t)(w->taken - w->before);

	if (c->edits < UINT16_MAX)
		c->edits++;
	c->updated = w->before + (int64_t)(roll % span);
}

/* Change a share of the orders from the position on that ${from} gives. */
static uint32_t
change_orders(struct world *w, int64_t from, uint64_t dice)
{
	uint32_t ppm = w->opt->changed_ppm, changed = 0;

	for (uint32_t s = 0; s < w->opt->locations && ppm > 0; s++) {
		const struct shop *shop = &w->shop[s];

		for (uint32_t i = world_position(w, s, from); i < shop->count; i++) {
			uint32_t n = shop->order[i];
			uint64_t roll = hash3(w->opt->seed, dice, n);
			bool waits = w->order[n].status == STATUS_PENDING;

			if (roll % 1000000 >= ppm && !(waits && roll % 100 < LATE_COMPLETIONS))
				continue;
			change_order(w, n, mix(roll));
			changed++;
		}
	}
	return changed;
}

/* Void one order that the windows had left behind. */
static void
void_late(struct world *w, uint64_t roll)
{
	struct rng r = { roll };
	const struct shop *s = &w->shop[rng_under(&r, w->opt->locations)];
	uint32_t old =
	    world_position(w, (uint32_t)(s - w->shop), w->before - w->before % DAY - 3 * DAY);

	for (int i = 0; old > 0 && i < 100; i++) {
		struct order *o = &w->order[s->order[rng_under(&r, old)]];

		if (o->status != STATUS_SOLD || o->voided)
			continue;
		o->voided = true;
		return;
	}
}

/* Some customer that a list shows; NOBODY if it is hard to find one. */
static uint32_t
somebody(const struct world *w, struct rng *r)
{
	for (int i = 0; i < 100; i++) {
		uint32_t who = rng_under(r, w->customers);

		if (world_lists(w, who))
			return who;
	}
	return NOBODY;
}

static void
merge(struct world *w, uint64_t roll)
{
	struct rng r = { roll };
	uint32_t from = somebody(w, &r);
	uint32_t into = somebody(w, &r);

	if (from == into || from == NOBODY || into == NOBODY)
		return;
	w->customer[into].halves += w->customer[from].halves;
	change_customer(w, into, rng_next(&r));
	w->customer[from].merged = into;
}

/* ${count} orders since the last snapshot, some of them of new customers. */
static void
sell(struct world *w, uint32_t count, uint64_t dice)
{
	uint32_t all = w->opt->customers;
	struct sales sales;

	sales_init(&sales, w->opt->first - SALES_HISTORY, w->before, w->taken, count,
	    hash3(w->opt->seed, dice, 1));
	for (uint32_t i = 0; i < count; i++) {
		int64_t at = sales_next(&sales);
		uint64_t roll = hash3(w->opt->seed, dice, i + 2);
		uint32_t who = NOBODY;

		if (i % 100 == 3 || (i == 0 && count <= 3)) {
			/* the next list has that buyer, not this one */
			who = world_join(w, at, w->snapshot + 1);
		} else if (i % 7 == 1) {
			who = world_join(w, at, w->snapshot);
		} else if (i % 100 == 16) {
			world_refund(w, at);
			continue;
		} else if (roll % 100 >= 3 && all > 0) {
			who = world_buyer(w, roll, all);
		}
		world_sell(w, at, who, NOBODY);
		if (who != NOBODY)
			w->customer[who].halves += under(mix(roll), 40);
	}
}

/* Changes of customers alone; ${count} of them if the list is no full one. */
static void
change_customers(struct world *w, uint32_t count, uint64_t dice)
{
	struct rng r = { hash3(w->opt->seed, dice, 0) };
	uint32_t ppm = w->opt->changed_ppm;

	for (uint32_t i = 0; i < w->customers; i++) {
		uint64_t roll = hash3(w->opt->seed, dice, i + 1);

		if (w->customer[i].appears == w->snapshot)
			w->customer[i].updated = w->taken - SECOND;
		else if (w->full_customers && world_lists(w, i) && roll % 1000000 < ppm)
			change_customer(w, i, mix(roll));
	}
	for (uint32_t i = 0; !w->full_customers && i < count; i++) {
		uint32_t who = somebody(w, &r);

		if (who != NOBODY)
			change_customer(w, who, rng_next(&r));
	}
	/* everybody sees the points grow, so merging is rare */
	for (uint32_t i = 0; w->full_customers && ppm > 0 && i < 1 + w->opt->customers / 5000; i++)
		merge(w, rng_next(&r));
}

void
world_next(struct world *w)
{
	const struct options *opt = w->opt;
	uint64_t dice;
	uint32_t changed, added = opt->added;
	bool full;

	w->snapshot++;
	w->before = w->taken;
	w->taken = world_time(opt, w->snapshot);
	dice = STREAM_CHANGE + 10 * (uint64_t)w->snapshot;
	full = opt->full_every > 0 && (w->snapshot - 1) % opt->full_every == 0;
	if (w->snapshot == opt->snapshots && opt->last_added > 0)
		added = opt->last_added;
	w->full_customers = full;
	w->full_orders = full && !opt->orders_windowed;
	changed = change_orders(w, w->full_orders ? INT64_MIN : world_from(w), dice);
	if (w->full_orders && opt->changed_ppm > 0)
		void_late(w, hash3(opt->seed, dice, 0));
	change_customers(w, changed, dice + 1);
	sell(w, added, dice + 2);
}
