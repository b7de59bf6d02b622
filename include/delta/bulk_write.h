/* bulk_write.h -- many rows of one table: packed by several threads, put by the
 * caller in their order. */
#ifndef DELTA_BULK_WRITE_H
#define DELTA_BULK_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "delta/seen.h"
#include "state/state.h"

/* A row on its way: its key is appended to ${to}, then the row itself. */
struct bulk_row {
	struct buf *to;
	size_t key_ends; /* ${to}->n after the key */
	int64_t cents;   /* for ${count} */
};

struct bulk {
	struct state *s;
	enum state_table table;
	bool is_append; /* every key is greater than all that are there */
	size_t jobs;
	/* What rows are made of, in the order of their keys. */
	const struct seen *const *list;
	size_t n;
	/* On any thread: the state is not touched. */
	void (*pack)(const void *context, const struct seen *s, struct bulk_row *out);
	/* On the caller's thread, before the row is put; may be NULL. */
	int (*count)(void *context, struct str key, int64_t cents, struct err *e);
	void *context;
};

int bulk_write(const struct bulk *b, struct err *e) ERR_MUST;

#endif /* DELTA_BULK_WRITE_H */
