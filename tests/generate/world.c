/* world.c -- of the generator: the world as of the first snapshot. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#define ELDERS 35 /* percent of customers from before that */
#define TRIES 24  /* to find a regular who has joined yet */

bool
world_lists(const struct world *w, uint32_t i)
{
	const struct customer *c = &w->customer[i];

	return c->merged == NOBODY && c->appears <= w->snapshot;
}

bool
world_buys(const struct world *w, uint32_t i)
{
	return hash3(w->opt->seed, STREAM_IDLE, i) % 100 >= 7;
}

uint32_t
world_owner(const struct world *w, uint32_t n)
{
	uint32_t i = w->order[n].customer;

	while (i != NOBODY && w->customer[i].merged != NOBODY)
		i = w->customer[i].merged;
	return i;
}

int64_t
world_from(const struct world *w)
{
	return w->taken - w->taken % DAY - 3 * DAY;
}

int64_t
world_to(const struct world *w)
{
	return w->taken - w->taken % DAY + DAY;
}

uint32_t
world_position(const struct world *w, uint32_t shop, int64_t at)
{
	const struct shop *s = &w->shop[shop];
	uint32_t low = 0, high = s->count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (w->order[s->order[mid]].created < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

uint32_t
world_join(struct world *w, int64_t at, uint32_t appears)
{
	uint32_t i = w->customers;
	struct customer *c;

	w->customer = grow(w->customer, &w->customer_size, i + 1, sizeof(*w->customer));
	c = &w->customer[i];
	memset(c, 0, sizeof(*c));
	c->created = c->updated = at;
	c->merged = NOBODY;
	c->appears = (uint16_t)appears;
	w->customers++;
	return i;
}

/*
 * A few customers buy very often: ranks are drawn with a density that falls
 * from 20 times the mean like the root, and rank r is the r-th of a fixed
 * shuffle.  Who has not joined yet, never buys or was merged is passed over.
 */
uint32_t
world_buyer(const struct world *w, uint64_t roll, uint32_t known)
{
	const uint64_t prime = 2654435761u;
	uint32_t all = w->opt->customers;
	struct rng r = { roll };

	for (int i = 0; i < TRIES; i++) {
		uint64_t u = rng_next(&r) >> 32;
		uint64_t place = (u * u >> 32) / 20 * 19 + u / 20;
		uint64_t rank = place * all >> 32;
		uint32_t who = (uint32_t)((rank * prime + 7) % all);

		if (who < known && world_buys(w, who) && w->customer[who].merged == NOBODY)
			return who;
	}
	for (int i = 0; i < TRIES; i++) {
		uint32_t who = rng_under(&r, known);

		if (world_buys(w, who) && w->customer[who].merged == NOBODY)
			return who;
	}
	return NOBODY;
}

/* A new order is asked about before it is in the table. */
static bool
is_refund(const struct world *w, uint32_t n)
{
	return n < w->orders && w->order[n].original != NOBODY;
}

enum way
world_way(const struct world *w, uint32_t n)
{
	uint64_t roll = hash3(w->opt->seed, STREAM_WAY, n) % 100;

	if (is_refund(w, n))
		return WAY_STORE;
	if (roll < 70)
		return WAY_STORE;
	return roll < 88 ? WAY_PICKUP : roll < 97 ? WAY_DELIVERY : WAY_UNKNOWN;
}

int64_t
world_delay(const struct world *w, uint32_t n)
{
	uint64_t roll = hash3(w->opt->seed, STREAM_WAY, n) >> 32;

	if (is_refund(w, n))
		return 0;
	switch (world_way(w, n)) {
	case WAY_PICKUP:
	case WAY_DELIVERY:
		return (int64_t)(1200 + roll % 7200) * SECOND;
	case WAY_STORE:
	case WAY_UNKNOWN:
		break;
	}
	return (int64_t)(90 + roll % 400) * SECOND;
}

int64_t
world_time(const struct options *opt, uint32_t k)
{
	int64_t at = opt->first + (int64_t)(k - 1) * opt->every;

	if (k > 1 && k == opt->snapshots && opt->last_after > 0)
		at += opt->last_after - opt->every;
	return at;
}

/* What has become of new order ${n}: some that are late in it still wait. */
static enum status
status_of(const struct world *w, uint32_t n, int64_t at, uint64_t roll)
{
	uint64_t waits = w->taken - at < 36 * 3600 * SECOND ? 40 : 1;

	if (at + world_delay(w, n) >= w->taken || roll % 1000 < waits)
		return STATUS_PENDING;
	return roll % 1000 >= 975 ? STATUS_CANCELLED : STATUS_SOLD;
}

void
world_sell(struct world *w, int64_t at, uint32_t customer, uint32_t original)
{
	uint32_t n = w->orders;
	uint64_t roll = hash3(w->opt->seed, STREAM_ORDER, n);
	uint32_t share = under(mix(roll), w->opt->locations);
	struct order *o;
	struct shop *s;

	w->order = grow(w->order, &w->order_size, n + 1, sizeof(*w->order));
	o = &w->order[n];
	memset(o, 0, sizeof(*o));
	o->created = at;
	o->customer = customer;
	o->original = original;
	if (original != NOBODY) {
		o->location = w->order[original].location;
	} else {
		/* the first shops sell more */
		o->location = (uint8_t)(roll % 3 ? share : share / 2);
		o->status = (uint8_t)status_of(w, n, at, roll >> 8);
		o->voided = o->status == STATUS_SOLD && (roll >> 40) % 50 == 0;
	}
	s = &w->shop[o->location];
	s->order = grow(s->order, &s->size, s->count + 1, sizeof(*s->order));
	s->order[s->count++] = n;
	w->orders++;
	if (customer != NOBODY && w->customer[customer].updated < at)
		w->customer[customer].updated = at;
}

void
world_refund(struct world *w, int64_t at)
{
	uint32_t n = w->orders;
	uint64_t roll = hash3(w->opt->seed, STREAM_REFUND, n);
	uint32_t back = 1 + under(roll, 200 * w->opt->locations);

	for (uint32_t i = n; i > 0 && n - i < 4096; i--) {
		const struct order *was = &w->order[i - 1];

		if (n - i < back || was->customer == NOBODY || was->original != NOBODY ||
		    was->voided || was->status != STATUS_SOLD)
			continue;
		world_sell(w, at, was->customer, i - 1);
		return;
	}
	world_sell(w, at, NOBODY, NOBODY);
}

/* Everybody who is there at the first snapshot, but for a few. */
static void
people(struct world *w)
{
	const struct options *opt = w->opt;
	uint32_t elders = (uint32_t)((uint64_t)opt->customers * ELDERS / 100);
	uint32_t every = opt->customers / (2 + opt->customers / 1000);
	int64_t first = w->taken - SALES_HISTORY - 3 * 365 * DAY;
	int64_t at, step;

	for (uint32_t i = 0; i < opt->customers; i++) {
		bool elder = i < elders;
		bool hidden = every > 1 && i % every == every / 2;
		uint64_t roll = hash3(opt->seed, STREAM_CUSTOMER, i);

		step = elder ? 3 * 365 * DAY / elders : SALES_HISTORY / (opt->customers - elders);
		at = elder ? first + i * step : w->taken - SALES_HISTORY + (i - elders) * step;
		at += (int64_t)(roll % (uint64_t)step);
		/* the list lacks some buyers for a while */
		world_join(w, at, hidden ? 2 + i / every % 2 : 1);
		w->customer[i].halves = under(roll, 1200);
		if (mix(roll) % 100 == 0)
			w->customer[i].updated = 0;
	}
}

/* Shares of all orders, in 65536ths, that fall to guests and refunds. */
struct shares {
	uint32_t guests, refunds;
};

/* ... scaled to the orders that are not somebody's first. */
static struct shares
shares_of(uint32_t orders, uint32_t buyers)
{
	uint64_t rest = orders > buyers ? orders - buyers : 1;
	uint64_t scale = (uint64_t)orders * 65536 / rest / 100;
	struct shares s;

	if (scale > 8192)
		scale = 8192;
	s.guests = (uint32_t)(3 * scale);
	s.refunds = (uint32_t)(4 * scale);
	return s;
}

/*
 * The orders of the first snapshot.  Every buyer has a first order, and those
 * are spread evenly over the list of orders, by customer number; whoever
 * joined within the history joined with that order.
 */
static void
history(struct world *w)
{
	const struct options *opt = w->opt;
	uint32_t elders = (uint32_t)((uint64_t)opt->customers * ELDERS / 100);
	uint32_t buyers = 0, known = 0;
	struct shares shares;
	struct sales sales;

	for (uint32_t i = 0; i < opt->customers; i++)
		buyers += world_buys(w, i);
	shares = shares_of(opt->orders, buyers);
	sales_init(&sales, w->taken - SALES_HISTORY, w->taken - SALES_HISTORY, w->taken,
	    opt->orders, hash3(opt->seed, STREAM_SALE, 0));
	for (uint64_t n = 0; n < opt->orders; n++) {
		int64_t at = sales_next(&sales);
		uint64_t roll = hash3(opt->seed, STREAM_BUYER, n);
		uint32_t kind = (uint32_t)(roll & 65535);

		if (known < opt->customers &&
		    (n + 1) * buyers / opt->orders > n * buyers / opt->orders) {
			while (known + 1 < opt->customers && !world_buys(w, known))
				known++;
			if (known >= elders)
				w->customer[known].created = at - (int64_t)(roll % 900) * SECOND;
			world_sell(w, at, known++, NOBODY);
		} else if (kind < shares.guests || known == 0) {
			world_sell(w, at, NOBODY, NOBODY);
		} else if (kind < shares.refunds) {
			world_refund(w, at);
		} else {
			world_sell(w, at, world_buyer(w, roll, known), NOBODY);
		}
	}
}

void
world_init(struct world *w, const struct options *opt)
{
	memset(w, 0, sizeof(*w));
	w->opt = opt;
	w->snapshot = 1;
	w->taken = opt->first;
	w->before = opt->first - SALES_HISTORY;
	w->full_customers = w->full_orders = true;
	w->shop = calloc(opt->locations, sizeof(*w->shop));
	w->order = grow(NULL, &w->order_size, opt->orders, sizeof(*w->order));
	w->customer = grow(NULL, &w->customer_size, opt->customers, sizeof(*w->customer));
	if (!w->shop)
		die("memory");
	people(w);
	history(w);
}
