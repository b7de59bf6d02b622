/* world.h -- of the generator: what there is at the time of one snapshot.
 *
 * The world holds only what changes: who bought when, how often a record was
 * edited, what was voided or merged.  Everything else about record ${n} is
 * drawn from (seed, n, number of edits) when its text is written (record.h),
 * so four million orders are some 110 MB.
 */
#ifndef WORLD_H
#define WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "support/text.h"

#define NOBODY UINT32_MAX /* no customer: a guest; no original: no refund */

enum format {
	FORMAT_V0,
	FORMAT_V1,
	FORMAT_MIXED
};

enum status {
	STATUS_SOLD,
	STATUS_PENDING,
	STATUS_CANCELLED
};

/* How the goods reach the buyer; WAY_UNKNOWN: the order does not say. */
enum way {
	WAY_STORE,
	WAY_PICKUP,
	WAY_DELIVERY,
	WAY_UNKNOWN
};

/* Streams of random numbers, the second part of hash3. */
enum stream {
	STREAM_CUSTOMER = 1,
	STREAM_CUSTOMER_ID,
	STREAM_CUSTOMER_EDIT,
	STREAM_ORDER,
	STREAM_ORDER_ID,
	STREAM_ORDER_EDIT,
	STREAM_ITEM,
	STREAM_PRODUCT,
	STREAM_STAFF,
	STREAM_SALE,
	STREAM_BUYER,
	STREAM_IDLE,
	STREAM_WAY,
	STREAM_REFUND,
	STREAM_NAME,
	STREAM_TALLY,
	STREAM_CHANGE = 1000,
	STREAM_FAULT = 1000000,
};

/* The arguments, see generate.c. */
struct options {
	uint64_t seed;
	uint32_t customers, orders, locations, snapshots;
	uint32_t full_every; /* 0: only the first is full */
	uint32_t added, last_added;
	uint32_t page_size, jobs, level;
	uint32_t changed_ppm;
	int64_t first, every, last_after; /* microseconds */
	enum format format;
	bool orders_windowed, faults;
	const char *out; /* borrowed */
};

struct customer {
	int64_t created;
	int64_t updated; /* 0: a junk early date */
	uint32_t merged; /* into this customer; NOBODY: still there */
	uint32_t halves; /* loyalty points, doubled */
	uint16_t edits;
	uint16_t appears; /* the first snapshot that lists it */
};

struct order {
	int64_t created;
	uint32_t customer; /* the buyer at the time, or NOBODY */
	uint32_t original; /* the order it refunds, or NOBODY */
	uint16_t edits;
	uint16_t finished; /* 0: at the counter; else in this snapshot */
	uint8_t location;
	uint8_t status; /* enum status */
	bool voided;
};

/* The orders of one location, by createdAt. */
struct shop {
	uint32_t *order; /* owned */
	uint32_t count, size;
};

struct world {
	const struct options *opt; /* borrowed */
	uint32_t snapshot;         /* counted from 1 */
	int64_t taken, before;     /* as of this snapshot, of the one before */
	bool full_customers, full_orders;
	struct customer *customer; /* owned */
	struct order *order;       /* owned */
	struct shop *shop;         /* owned */
	uint32_t customers, orders;
	uint32_t customer_size, order_size;
};

/* The world as of the first snapshot. */
void world_init(struct world *w, const struct options *opt);

/* Let time pass until the next snapshot (change.c). */
void world_next(struct world *w);

/* A new customer that lists show from snapshot ${appears} on. */
uint32_t world_join(struct world *w, int64_t at, uint32_t appears);

/*
 * A new order of ${customer}, NOBODY for a guest, at the time ${at};
 * ${original} is the order that it refunds, or NOBODY.
 */
void world_sell(struct world *w, int64_t at, uint32_t customer, uint32_t original);

/* A refund of some earlier order of the same shop, or a guest's sale if none
 * fits. */
void world_refund(struct world *w, int64_t at);

/* Somebody who buys often, of the first ${known} customers. */
uint32_t world_buyer(const struct world *w, uint64_t roll, uint32_t known);

/* Bounds of the window of orders that an hourly snapshot reads. */
int64_t world_from(const struct world *w);
int64_t world_to(const struct world *w);

/* Is customer ${i} in the list at this snapshot? */
bool world_lists(const struct world *w, uint32_t i);

/* Does customer ${i} of the first snapshot buy anything? */
bool world_buys(const struct world *w, uint32_t i);

/* The customer that order ${n} belongs to now, merges followed; or NOBODY. */
uint32_t world_owner(const struct world *w, uint32_t n);

/* How order ${n} reaches the buyer, and how long that takes. */
enum way world_way(const struct world *w, uint32_t n);
int64_t world_delay(const struct world *w, uint32_t n);

/* When snapshot ${k}, counted from 1, is taken. */
int64_t world_time(const struct options *opt, uint32_t k);

/* The position in ${shop} of the first order created at or after ${at}. */
uint32_t world_position(const struct world *w, uint32_t shop, int64_t at);

/*
 * The times at which people buy.  A shop is open from 8 to 22 o'clock at UTC-7, busier towards the
 * evening, at weekends, and as the months go by.
 */
#define SALES_HISTORY (425 * DAY) /* orders of about 14 months */

/* An iterator over ${count} ascending times within [from, to). */
struct sales {
	int64_t begin; /* of the world: business grows from here */
	int64_t from, to;
	uint64_t step; /* weight between two sales, in 65536ths */
	uint64_t weight, passed;
	int64_t minute;
	uint32_t count, next;
	struct rng rng;
};

void sales_init(
    struct sales *s, int64_t begin, int64_t from, int64_t to, uint32_t count, uint64_t seed);

/* The next time.  To be called ${count} times. */
int64_t sales_next(struct sales *s);

#endif /* WORLD_H */
