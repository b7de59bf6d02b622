/* kv_internal.h -- what the cursors of kv_cursor.c are made of: steps over a tree of LMDB. */
#ifndef LIB_KV_INTERNAL_H
#define LIB_KV_INTERNAL_H

#include "lib/kv.h"

enum kv_move {
	KV_TO_FIRST,
	KV_TO_KEY, /* the first that is >= the given one */
	KV_ON      /* the next */
};

struct kv_walk {
	void *cursor; /* LMDB's */
	const struct kv_table *table;
	const uint64_t *writes; /* of the transaction so far */
	bool is_writable;
};

int kv_walk_open(struct kv_walk *w, struct kv_txn *t, size_t table, struct err *e) ERR_MUST;

/* kv_walk_move: 1 and the entry, its key as it lies in the store; 0 at the end; -1. */
int kv_walk_move(struct kv_walk *w, enum kv_move move, struct str from, struct str *key,
    struct str *value, struct err *e) ERR_MUST;
void kv_walk_close(struct kv_walk *w);

/* kv_walk_broken(e): -1: a key that cannot be. */
int kv_walk_broken(struct err *e);

#endif /* LIB_KV_INTERNAL_H */
