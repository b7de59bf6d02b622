/* kv_table.h -- what a table of the store is called, and how it lies in it.
 *
 * The keys of some tables are an id, or some bytes and then an id.  In the store it is shorter
 * (base/short_id.h): a page holds more of such keys, and a change touches fewer pages.
 *
 * Tables whose keys are the same ids may share a tree: what is known of one id then lies side by
 * side, and a change of it touches one page.  Each is a part of the tree, its number stands behind
 * the id, and a walk over one table passes over the others.
 */
#ifndef LIB_KV_TABLE_H
#define LIB_KV_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/short_id.h"
#include "base/str.h"

#define KV_KEY_MAX 511

struct kv_table {
	const char *name;
	size_t id_at;       /* where the id begins that ends each key; KV_KEY_MAX: as it is */
	const char *shared; /* the tree it shares with others, or NULL: one of its own */
	char part;          /* of that tree: below SHORT_ID_NEXT, not 0 */
	bool is_private;    /* of whoever writes: views are not to ask for it */
	size_t room;        /* bytes of each page that kv_append leaves free */
};
/* Of a table, beside its name. */
#define KV_PLAIN .id_at = KV_KEY_MAX
#define KV_ID_AT(n) .id_at = (n)
#define KV_ID KV_ID_AT(0)
#define KV_PART(tree, n) .shared = (tree), .part = (n)
#define KV_ROOM(bytes) .room = (bytes)
#define KV_PRIVATE KV_PLAIN, .is_private = true

/* Room for a key in either form. */
struct kv_table_key {
	char bytes[SHORT_ID_MAX(KV_KEY_MAX) + 1];
};

/* kv_table_tree(t): the name of the tree it lies in. */
static inline const char *
kv_table_tree(const struct kv_table *t)
{
	return t->shared == NULL ? t->name : t->shared;
}

/* kv_table_has(t, stored): whether a key of its tree is its own. */
static inline bool
kv_table_has(const struct kv_table *t, struct str stored)
{
	return t->part == 0 || (stored.n > 0 && stored.p[stored.n - 1] == t->part);
}

/* kv_table_stored(t, key, room): the key as it lies in the store; of at most KV_KEY_MAX bytes, the
 * result may be longer than that.  Borrows from the key or the room. */
struct str kv_table_stored(const struct kv_table *t, struct str key, struct kv_table_key *room);

/* kv_table_find(t, key, room): the same of the key of a row, in place; -1, ERR_INTERNAL, if none
 * has so short or so long a key. */
int kv_table_find(
    const struct kv_table *t, struct str *key, struct kv_table_key *room, struct err *e) ERR_MUST;

/* kv_table_key(t, stored, room, key): the way back of a key that is its own, of at most KV_KEY_MAX
 * bytes; false if it is damaged.  Borrows as well. */
bool kv_table_key(
    const struct kv_table *t, struct str stored, struct kv_table_key *room, struct str *key);

#endif /* LIB_KV_TABLE_H */
