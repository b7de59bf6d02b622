/* bulk_write.h -- many rows into one table: sorted and packed by several threads, written by the
 * caller in the order of their keys.
 *
 * A table that is written in the order of its keys only appends: a first snapshot takes less than
 * half the processor time and half the memory
 * (docs/decisions/0013-a-first-run-is-sorted-in-buckets.md).
 */
#ifndef DELTA_BULK_WRITE_H
#define DELTA_BULK_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "delta/seen.h"
#include "state/state.h"

/* An order of copies. */
struct bulk_order {
	/* Never falls along the order; sort decides among equal ones. */
	uint64_t (*rough)(const void *context, const struct seen *s);
	/* Sorts a part of the list exactly; equal ones stay as they stand. */
	void (*sort)(void *context, const struct seen **list, size_t n);
};

/*
 * bulk_write_sort(by, context, from, to, n, jobs, e):
 * The entries of ${from} in order into ${to}.  The list is parted into buckets that follow one
 * another and fit a cache each, then each is sorted alone.  Memory: two bytes an entry.
 */
int bulk_write_sort(const struct bulk_order *by, void *context, const struct seen *const *from,
    const struct seen **to, size_t n, size_t jobs, struct err *e) ERR_MUST;

/* What an order counts for, noted while it is packed. */
struct bulk_counts {
	int64_t total; /* cents, 0 if it has none */
	uint32_t status;
	bool is_voided, is_completed;
};

/* A row on its way: pack appends its key to ${to}, then the row itself. */
struct bulk_row {
	struct buf *to;
	size_t key_ends; /* ${to}->n after the key */
	struct bulk_counts counts;
};

struct bulk {
	struct state *s;
	enum state_table table;
	bool is_append; /* every key is greater than all that are there */
	size_t jobs;
	const struct seen *const *list; /* what rows are made of */
	size_t n;
	const struct bulk_order *order; /* of the keys; NULL: the list is in it */
	/* On any thread: the state is not changed. */
	void (*pack)(const void *context, const struct seen *s, struct bulk_row *out);
	/* On the caller's thread, before the row is written; may be NULL. */
	int (*count)(
	    void *context, struct str key, const struct bulk_counts *counts, struct err *e);
	void *context;
};
int bulk_write(const struct bulk *b, struct err *e) ERR_MUST;

#endif /* DELTA_BULK_WRITE_H */
