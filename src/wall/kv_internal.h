/* kv_internal.h -- what kv.c (the store) and kv_table.c (what is in it) share. */
#ifndef WALL_KV_INTERNAL_H
#define WALL_KV_INTERNAL_H

#include "wall/kv.h"

#include <lmdb.h>

struct kv {
	MDB_env *env;
	size_t n;
	MDB_dbi tables[];
};

/*
 * Each table that is used gets a cursor: LMDB then looks at the page it was at
 * first, and keys come in order most of the time (puts get twice as fast).
 */
struct kv_txn {
	struct kv *kv;
	MDB_txn *txn;
	bool writable;
	uint64_t writes; /* so far; tells cursors to find their place again */
	uint64_t written; /* bytes */
	MDB_cursor *cursors[];
};

/* kv_done(e, rc, what): what LMDB said of ${what}: 0, or -1 with ${e} filled.  It may be an errno. */
int kv_done(struct err *e, int rc, const char *what);

#endif /* WALL_KV_INTERNAL_H */
