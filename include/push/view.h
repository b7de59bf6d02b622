/* view.h -- what was acked, as tables: push/state, and in memory what is newer.
 *
 * A view of the journal that may be deleted at any time.  What changes lies in memory until
 * view_flush, so that nobody who looks waits for a push at work, and a look writes nothing.
 */
#ifndef PUSH_VIEW_H
#define PUSH_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "lib/kv.h"

#define VIEW_FLUSH_ROWS 2000 /* so many changed rows are enough to store them */

/* table, its name; key -> row */
#define VIEW_TABLES(X)                                                                             \
	X(VIEW_META, "meta")           /* "place" -> journal_place, numbers; VIEW_WHOLE */         \
	X(VIEW_CONTACTS, "contacts")   /* fh_id -> struct acked */                                 \
	X(VIEW_DSIDS, "dsids")         /* dsid -> fh_id */                                         \
	X(VIEW_FORMER, "former")       /* dsid of one that was deleted -> fh_id; or former.h */    \
	X(VIEW_ADDRESSES, "addresses") /* key and hash of an address: fold_holders.h */            \
	X(VIEW_OPT_OUTS, "opt_outs")   /* key and hash of an address -> struct acked_opt_out */    \
	X(VIEW_SEGMENTS, "segments")   /* slug -> id; slug, 0, fh_id -> snapshot */                \
	X(VIEW_LETTERS, "letters")     /* "c" fh_id, "o" key of an opt-out -> nothing; "s" slug -> \
	                                  acked_opt_out of its letter alone */

/* In VIEW_META once the first push is over (push_first.h). */
#define VIEW_WHOLE STR("whole")

enum view_table {
#define X(table, name) table,
	VIEW_TABLES(X)
#undef X
	VIEW_COUNT
};

struct view_changes {
	struct intern keys;
	struct str *rows; /* by number; p NULL: deleted */
	size_t cap;
};

/* Zero-initialisable. */
struct view {
	struct kv *kv; /* NULL: nothing is stored */
	struct kv_txn *txn;
	bool writable;
	struct view_changes changes[VIEW_COUNT];
	struct arena arena; /* rows that changed */
	size_t changed;     /* rows, since the last flush */
};

/* view_open(v, dir, writable, e): dir is ACCOUNT/push; a store that cannot be read is as none, and
 * is made anew if writable. */
int view_open(struct view *v, const char *dir, bool writable, struct err *e) ERR_MUST;

/* view_empty(v, e): all that is stored is forgotten, in memory alone until the next flush. */
int view_empty(struct view *v, const char *dir, struct err *e) ERR_MUST;

/* view_get(v, table, key, row, e): 1 found; 0; -1.  The row is valid until the next view_put of the
 * key or view_flush. */
int view_get(
    struct view *v, enum view_table table, struct str key, struct str *row, struct err *e) ERR_MUST;
void view_put(struct view *v, enum view_table table, struct str key, struct str row);
void view_del(struct view *v, enum view_table table, struct str key);

/* view_flush(v, e): what changed is stored.  No cursor may be open. */
int view_flush(struct view *v, struct err *e) ERR_MUST;

/* All rows of a table, in the order of their keys; what changes meanwhile is not seen. */
struct view_cursor {
	struct view *v;
	enum view_table table;
	struct kv_cursor *stored;
	struct str key, row;   /* the stored one that comes next, if it is read */
	bool has_row, has_end; /* of what is stored */
	uint32_t *sorted;      /* the changes */
	uint32_t next, count;  /* among them */
};
struct view_cursor view_all(struct view *v, enum view_table table, struct err *e);
int view_next(struct view_cursor *c, struct str *key, struct str *row, struct err *e) ERR_MUST;
void view_end(struct view_cursor *c);

/* view_keys(a, v, table, list, n, e): the keys of all rows, in ${a}, for whoever changes them. */
int view_keys(struct arena *a, struct view *v, enum view_table table, struct str **list, size_t *n,
    struct err *e) ERR_MUST;

void view_close(struct view *v);

#endif /* PUSH_VIEW_H */
