/* kv_internal.h -- what kv.c (the store), kv_table.c (what is in it) and kv_cursor.c (in order)
 * share. */
#ifndef LIB_KV_INTERNAL_H
#define LIB_KV_INTERNAL_H

#include "lib/kv.h"

#include <lmdb.h>

#define KV_READING "cannot read the state"

/* A table is one tree of LMDB's; one that gathers has a second for new keys.  No key is in both. */
enum {
	KV_SETTLED,
	KV_NEW,
	KV_PARTS
};

struct kv {
	MDB_env *env;
	size_t n;
	struct kv_parts {
		MDB_dbi dbi[KV_PARTS];
		unsigned n;
	} tables[];
};

/*
 * Each tree that is used gets a cursor: LMDB then looks at the page it was at
 * first, and keys come in order most of the time (puts get twice as fast).
 */
struct kv_trees {
	MDB_cursor *own[KV_PARTS];
};

struct kv_txn {
	struct kv *kv;
	MDB_txn *txn;
	bool writable, gathers;
	uint64_t writes;         /* so far; tells cursors to find their place again */
	uint64_t written;        /* bytes */
	struct kv_trees trees[]; /* by table */
};

/* kv_done(e, rc, what): what LMDB said of ${what}: 0, or -1 with ${e} filled.  It may be an errno.
 */
int kv_done(struct err *e, int rc, const char *what);

/* kv_key_fits(key, e): 0, or -1: no key has so many bytes. */
int kv_key_fits(struct str key, struct err *e);

static inline MDB_val
kv_val(struct str s)
{
	return (MDB_val){ s.n, (void *)(uintptr_t)s.p }; /* only read */
}

static inline struct str
kv_str(MDB_val v)
{
	return (struct str){ v.mv_data, v.mv_size };
}

#endif /* LIB_KV_INTERNAL_H */
