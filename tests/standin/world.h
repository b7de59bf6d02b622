/* world.h -- the stand-in's own account: customers, orders, and its books over them.
 *
 * Everything follows from a seed and from how often the clock was moved on.
 */
#ifndef STANDIN_WORLD_H
#define STANDIN_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "support/text.h"

#define ID_SIZE 40

struct world_customer {
	char id[ID_SIZE];
	int64_t created, updated; /* seconds since 1970 */
	unsigned points;
	bool is_med, is_loyal;
	bool is_hidden; /* the list of all leaves it out */
	bool is_gone;   /* merged into another */
};

struct world_order {
	char id[ID_SIZE];
	size_t location;
	char customer[ID_SIZE]; /* "": a guest */
	int64_t created, completed;
	long cents;
	unsigned product, budtender;
	bool is_voided, is_pending, is_gone;
	char undoes[ID_SIZE]; /* "" */
};

struct world {
	struct rng dice;
	bool is_old;     /* generation of envelopes and ids */
	unsigned hidden; /* percent of customers the list of all leaves out */
	int64_t now;
	size_t locations;
	struct world_customer *customers;
	uint32_t customers_n, customers_size;
	struct world_order *orders; /* by createdAt */
	uint32_t orders_n, orders_size;
};

/* Orders of the last ${days} days up to now. */
void world_make(struct world *w, uint64_t seed, int64_t now, size_t locations, size_t customers,
    size_t days, size_t orders_a_day);

/* Time passes: new customers and sales, voids, edits, refunds, merges. */
void world_advance(struct world *w, int64_t seconds);

/* Single changes, for faults: the oldest order of a location vanishes; a new one is sold now; the
 * first customer of the list vanishes. */
void world_lose_order(struct world *w, size_t location);
void world_sell(struct world *w, size_t location);
void world_hide(struct world *w, size_t n); /* the first n customers, from the list */
void world_lose_customer(struct world *w);

/* Who is not gone; NULL: nobody. */
const struct world_customer *world_find_customer(const struct world *w, const char *id);

struct word world_location_id(const struct world *w, size_t location);
void world_print_locations(const struct world *w, FILE *f);
void world_print_customer(const struct world *w, const struct world_customer *c, FILE *f);
void world_print_order(const struct world *w, const struct world_order *o, FILE *f);

/* {"customers":{"<id>":{"spent":"1.00","orders":1},…},"guest":"…","unattributed":"…","completed":"…"}
 */
void world_print_books(const struct world *w, FILE *f);

#endif /* STANDIN_WORLD_H */
