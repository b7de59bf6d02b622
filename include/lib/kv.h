/* kv.h -- an ordered, crash-safe key-value store in one file (LMDB).
 *
 * Keys are bytes, sorted as bytes, 1 to KV_KEY_MAX of them, in named tables.
 * There is one writer at a time and any number of readers; each reader sees the
 * last commit before it began.
 *
 * What a read returns lies in the map.  It is valid until the next write of the
 * same transaction, or its end, and must not be handed to that write.  The key
 * that a cursor gives is valid until that cursor moves or is closed, if sooner.
 *
 * Threads: a reading transaction belongs to one thread at a time, a writing one
 * to the thread that began it.  A process opens a store once at a time, for
 * LMDB's locks belong to the process.
 */
#ifndef LIB_KV_H
#define LIB_KV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "lib/kv_table.h"

struct kv; /* an open store */
struct kv_txn;
struct kv_cursor;

/* KV_LOOK reads few rows: the system reads the pages they lie in and none beside them, where
 * KV_READ lets it read ahead.  KV_QUICK writes without waiting for the disk: a power cut may spoil
 * the whole store, so it is for one that can be made again. */
enum kv_mode {
	KV_READ,
	KV_LOOK, /* both read alone: these come first */
	KV_WRITE,
	KV_QUICK
};

/* kv_open(dir, tables, n, mode, e): data.mdb and lock.mdb in dir (0600); tables made when writing.
 * A table is then named by its position in ${tables}.  Opened for reading, nothing is made or
 * changed.  ${tables} outlives the store.  Errors: ERR_FAILED if it is no store of this kind, or
 * damaged; ERR_FAILED with sys ENOENT if there is none to read; ERR_IO. */
struct kv *kv_open(
    const char *dir, const struct kv_table *tables, size_t n, enum kv_mode mode, struct err *e);
void kv_close(struct kv *kv); /* NULL is fine; after its transactions ended */

struct kv_txn *kv_begin(struct kv *kv, bool writable, struct err *e);
/* kv_commit: on the disk when it returns 0; the transaction has ended either way.
 * Errors, here and of writes: ERR_IO (sys is errno); ERR_FAILED if the map is too small. */
int kv_commit(struct kv_txn *t, struct err *e) ERR_MUST;
void kv_abort(struct kv_txn *t); /* NULL is fine */

/*
 * Other threads can read what a transaction wrote and did not commit.  kv_share_begin(t), before
 * the first write, keeps a copy of all that is written, private tables left out, up to 32 MB.
 * kv_share(t): whether it has all; then kv_view gives a reading transaction that sees what ${t} saw
 * at that kv_share, whatever is written after it.  Views are ended by kv_abort, before the next
 * kv_share and the end of ${t}.
 * In a KV_WRITE store the first of these transactions has its pages on their way to the disk before
 * its commit (decision 0108).
 */
void kv_share_begin(struct kv_txn *t);
bool kv_share(struct kv_txn *t);
struct kv_txn *kv_view(struct kv_txn *t, struct err *e);

/* kv_written(t): bytes of all keys and values written so far: about the memory it holds. */
uint64_t kv_written(const struct kv_txn *t);

/* Returns 1 found, 0 absent, -1 error. */
int kv_get(
    struct kv_txn *t, size_t table, struct str key, struct str *value, struct err *e) ERR_MUST;
int kv_put(
    struct kv_txn *t, size_t table, struct str key, struct str value, struct err *e) ERR_MUST;
/* kv_append: put of a key greater than every key of the table; faster.  It leaves the table's room
 * in each page. */
int kv_append(
    struct kv_txn *t, size_t table, struct str key, struct str value, struct err *e) ERR_MUST;
/* Returns 1 if it was there, 0 if not, -1 error. */
int kv_del(struct kv_txn *t, size_t table, struct str key, struct err *e) ERR_MUST;
/* kv_clear: empties a table, and those that share its tree. */
int kv_clear(struct kv_txn *t, size_t table, struct err *e) ERR_MUST;
/* kv_count: entries of a table; a walk over its tree if that is shared. */
int kv_count(struct kv_txn *t, size_t table, uint64_t *n, struct err *e) ERR_MUST;

/*
 * A cursor goes over a table in key order: kv_all's over all of it, kv_scan's over the keys that
 * begin with a prefix.  kv_next goes on from key to key, of a new cursor to the first; kv_seek to
 * the first of its keys that is >= ${from}.  Each gives 1 and the entry, 0 at the end, -1.  After
 * 0, kv_next stays there until the next kv_seek.  Putting and deleting through the transaction
 * between steps is allowed: kv_next then goes on after the key it was at.  ${key} NULL: nobody
 *asks, which is faster.  Of a table whose keys hold an id a prefix ends before it.
 *
 * A cursor that could not be opened is NULL with ${e} filled, and kv_next and kv_seek of it are -1,
 * so that a walk needs one check:
 *
 *	c = kv_scan(t, TABLE, prefix, e);
 *	while ((rc = kv_next(c, &key, &value, e)) > 0)
 *		...
 *	kv_cursor_close(c);
 */
struct kv_cursor *kv_scan(struct kv_txn *t, size_t table, struct str prefix, struct err *e);
static inline struct kv_cursor *
kv_all(struct kv_txn *t, size_t table, struct err *e)
{
	return kv_scan(t, table, STR(""), e);
}
int kv_seek(struct kv_cursor *c, struct str from, struct str *key, struct str *value,
    struct err *e) ERR_MUST;
int kv_next(struct kv_cursor *c, struct str *key, struct str *value, struct err *e) ERR_MUST;
/* kv_next_stored: the key as it lies in the store, which is faster: what begins it is as it is, and
 * what stands for its id sorts as ids do (kv_table.h).  It lies in the map. */
int kv_next_stored(struct kv_cursor *c, struct str *key, struct str *value, struct err *e) ERR_MUST;
/* kv_back: from entry to entry towards the first, of a new cursor the last; of kv_all's in a
 * reading transaction, and of a table whose tree is its own. */
int kv_back(struct kv_cursor *c, struct str *value, struct err *e) ERR_MUST;
void kv_cursor_close(struct kv_cursor *c); /* NULL is fine; before its transaction ends */

/* kv_version(b): a line "LMDB <version>". */
void kv_version(struct buf *b);

#endif /* LIB_KV_H */
