/* kv.h -- an ordered, crash-safe key-value store in one file (LMDB).
 *
 * Keys are bytes in order, at most KV_KEY_MAX; a table is named.  One writer
 * at a time; any number of readers, each seeing the last commit before it began.
 * What a read returns lies in the map: valid until the next write of this
 * transaction or its end, and not to be handed to that write.
 * A process opens a store once at a time (LMDB's locks are the process's).
 * A reading transaction belongs to one thread at a time, a writing one to that which began it.
 */
#ifndef LIB_KV_H
#define LIB_KV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define KV_KEY_MAX 511

struct kv;     /* an open store */
struct kv_txn; /* a transaction */
struct kv_cur; /* a cursor */

/* KV_QUICK writes, and a power cut may spoil the whole store: for one that can be made again. */
enum kv_mode {
	KV_READ,
	KV_WRITE,
	KV_QUICK
};

/*
 * A table.  Where keys come all over a large one, a transaction that puts some writes nearly as
 * many pages.  A table that gathers puts new keys into a part of their own, in few pages, until
 * kv_settle; nothing else shows it.
 */
struct kv_table {
	const char *name;
	bool gathers;
};

/* kv_open(dir, tables, n, mode, e): data.mdb and lock.mdb in dir (0600); tables made when writing.
 * A table is then named by its position in ${tables}.  Opened for reading, nothing is made or
 * changed. Errors: ERR_FAILED if it is no store of this kind, or damaged; ERR_FAILED with sys
 * ENOENT if there is none to read; ERR_IO. */
struct kv *kv_open(
    const char *dir, const struct kv_table *tables, size_t n, enum kv_mode mode, struct err *e);
void kv_close(struct kv *kv); /* NULL is fine; after its transactions ended */

/* kv_size(kv): bytes of the file in use. */
uint64_t kv_size(const struct kv *kv);

struct kv_txn *kv_begin(struct kv *kv, bool writable, struct err *e);
/* kv_commit: on the disk when it returns 0; the transaction has ended either way.
 * Errors, here and of writes: ERR_IO (sys is errno); ERR_FAILED if the map is too small. */
int kv_commit(struct kv_txn *t, struct err *e) ERR_MUST;
void kv_abort(struct kv_txn *t); /* NULL is fine */

/* kv_written(t): bytes of all keys and values written so far: about the memory it holds. */
uint64_t kv_written(const struct kv_txn *t);

/* Returns 1 found, 0 absent, -1 error. */
int kv_get(
    struct kv_txn *t, size_t table, struct str key, struct str *value, struct err *e) ERR_MUST;
int kv_put(
    struct kv_txn *t, size_t table, struct str key, struct str value, struct err *e) ERR_MUST;
/* kv_append: put of a key greater than every key of the table; faster. It is never gathered, and
 * what gathered is not looked at. */
int kv_append(
    struct kv_txn *t, size_t table, struct str key, struct str value, struct err *e) ERR_MUST;
/* Returns 1 if it was there, 0 if not, -1 error. */
int kv_del(struct kv_txn *t, size_t table, struct str key, struct err *e) ERR_MUST;
/* kv_clear: empties a table. */
int kv_clear(struct kv_txn *t, size_t table, struct err *e) ERR_MUST;
/* kv_count: entries of a table. */
int kv_count(struct kv_txn *t, size_t table, uint64_t *n, struct err *e) ERR_MUST;
/* kv_gather(t, on): whether new keys gather in this transaction, as they do at first; not where so
 * many come that they would settle at once. */
void kv_gather(struct kv_txn *t, bool on);
/* kv_gathered: those of them that lie apart. */
int kv_gathered(struct kv_txn *t, size_t table, uint64_t *n, struct err *e) ERR_MUST;
/* kv_settle: puts them among the others. */
int kv_settle(struct kv_txn *t, size_t table, struct err *e) ERR_MUST;

/*
 * A cursor over one table in key order.  kv_seek goes to the first key >= ${from} ("" is before
 * all); kv_next on from there, of a new cursor to the first; each gives 1 and the entry, 0 at the
 * end, -1. After 0, kv_next stays there until the next kv_seek or kv_last. Deleting or putting
 * other keys through the transaction between steps is allowed: kv_next then goes on after the key
 * it was at.
 */
struct kv_cur *kv_cursor(struct kv_txn *t, size_t table, struct err *e);
int kv_seek(
    struct kv_cur *c, struct str from, struct str *key, struct str *value, struct err *e) ERR_MUST;
int kv_next(struct kv_cur *c, struct str *key, struct str *value, struct err *e) ERR_MUST;
/* kv_last: the entry with the greatest key. */
int kv_last(struct kv_cur *c, struct str *key, struct str *value, struct err *e) ERR_MUST;
void kv_cursor_close(struct kv_cur *c); /* NULL is fine; before its transaction ends */

#endif /* LIB_KV_H */
