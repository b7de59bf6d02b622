/* kv_internal.h -- between kv.c and its neighbours: a transaction, steps over a tree of LMDB, what
 * lies over it.
 */
#ifndef LIB_KV_INTERNAL_H
#define LIB_KV_INTERNAL_H

#include "base/write_back.h"
#include "kv_overlay.h"
#include "lib/kv.h"

enum kv_move {
	KV_TO_FIRST,
	KV_TO_KEY, /* the first that is >= the given one */
	KV_ON,     /* the next */
	KV_TO_LAST,
	KV_BACK /* the one before */
};

struct kv_walk {
	void *cursor; /* LMDB's */
	const struct kv_table *table;
	const uint64_t *writes; /* of the transaction so far */
	bool is_writable;
	/* Of a view: what lies over the tree, and where the walk is in both. */
	const struct kv_overlay *over;
	unsigned tree;
	size_t at;
	struct {
		bool is_there;
		struct str key, value;
	} below;
	bool is_below, is_above; /* where the entry came from that it gave last */
};

int kv_walk_open(struct kv_walk *w, struct kv_txn *t, size_t table, struct err *e) ERR_MUST;

/* kv_walk_move: 1 and the entry, its key as it lies in the store; 0 at the end; -1.  Of LMDB's tree
 * alone; kv_merged_move: with what lies over it, if anything does.  The first move is not KV_ON. */
int kv_walk_move(struct kv_walk *w, enum kv_move move, struct str from, struct str *key,
    struct str *value, struct err *e) ERR_MUST;
int kv_merged_move(struct kv_walk *w, enum kv_move move, struct str from, struct str *key,
    struct str *value, struct err *e) ERR_MUST;
void kv_walk_close(struct kv_walk *w);

/* kv_walk_broken(e): -1: a key that cannot be. */
int kv_walk_broken(struct err *e);

/* The last page of the table that rows were appended to last. */
struct kv_fill {
	size_t table, leaves; /* leaves: so many the table had then; 0: nothing is known */
	size_t used;          /* bytes of it */
	size_t key_n;
	char key[KV_KEY_MAX + 1]; /* the last row's */
};

/* LMDB's. */
struct MDB_txn;
struct MDB_cursor;

struct kv_txn {
	struct kv *kv;
	struct MDB_txn *txn;
	bool writable;
	uint64_t writes;   /* so far; tells cursors to find their place again */
	uint64_t written;  /* bytes */
	uint64_t early_at; /* so many, and what it wrote goes to the disk before its commit */
	struct write_back back;
	struct kv_fill fill;
	struct kv_overlay *own;         /* what it wrote, or NULL */
	const struct kv_overlay *under; /* of a view: what is laid over the tree, or NULL */
	/* By table, opened at its first use: a cursor looks first at the page it was at, and keys
	 * come in order most of the time (puts get twice as fast). */
	struct MDB_cursor *cursors[];
};

struct kv_walk_shape {
	uint64_t entries;    /* of the table's tree */
	size_t leaves, page; /* of it, bytes of one */
	size_t room;         /* that is to be left in each */
};

/* kv_walk_fill: of the transaction, and how large the table is, without what lies over it. */
struct kv_fill *kv_walk_fill(struct kv_txn *t, size_t table, struct kv_walk_shape *shape);

/* kv_walk_append: kv_append without regard to room. */
int kv_walk_append(
    struct kv_txn *t, size_t table, struct str key, struct str value, struct err *e) ERR_MUST;

#endif /* LIB_KV_INTERNAL_H */
