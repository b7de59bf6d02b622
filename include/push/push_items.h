/* push_items.h -- the first of what is to be sent, in the order of a run.
 *
 * However many there are, only so many are kept, so that the memory of a push does not grow with
 * the account: when these are sent, what is left is planned again.  All of them are in the hash.
 */
#ifndef PUSH_PUSH_ITEMS_H
#define PUSH_PUSH_ITEMS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "lib/sha256.h"
#include "push/acked.h"
#include "push/standing.h"
#include "push/wanted.h"

/* That a plan keeps: more than are sent in ten minutes by default.  Under AddressSanitizer few, so
 * that tests go from one plan to the next. */
#if defined(__SANITIZE_ADDRESS__)
#define PUSH_ITEMS_MOST 16
#else
#define PUSH_ITEMS_MOST 8192
#endif

/* In the order of a run, after what protects. */
enum push_item_kind {
	PUSH_OPT_OUT,
	PUSH_GONE_ITEM,
	PUSH_CHANGED,
	PUSH_NEW,
	PUSH_SEGMENT, /* a static one, that members are added to */
	PUSH_ITEM_KINDS
};

struct push_item {
	enum push_item_kind kind;
	struct str fh_id; /* of an opt-out: whose contact has the address, or will have; or "".  Of
	                   * a segment: who alone is added, or "": all */
	unsigned channel; /* of an opt-out: enum opt_out_channel */
	struct str address; /* of an opt-out; of a segment its slug */
	struct str since;   /* of an opt-out: the snapshot's id */
	unsigned calls;
	bool has_row;            /* of a customer; false: the status alone (standing.h) */
	enum standing_step step; /* what is to become of the status in the end */
	bool was_refused;        /* in an earlier push, as it is now */
	bool protects;           /* without it somebody could be written to who may not be */
	bool frees;              /* of a row: it takes an address away that refuses */
	bool is_moving;          /* of an opt-out: such a row is to take the address away first */
};

/* Zero-initialisable. */
struct push_items {
	struct push_item *list; /* in order, once they are finished */
	size_t n, cap;
	size_t most; /* that are kept; 0: all */
	bool is_cut; /* there were more */
	const struct push_item
	    *after; /* NULL, or an opt-out: those up to it are in the hash alone */
	struct arena texts;
	struct sha256_stream *hashes[PUSH_ITEM_KINDS]; /* of each kind, as they were added */
};

/* push_items_kind(w, acked): of a customer.  New, too, is a contact that was found or made, and has
 * no row yet. */
enum push_item_kind push_items_kind(const struct wanted *w, const struct acked *acked);

/* push_items_add(x, item, body): ${body} is all that is sent.  Of one kind they are added in the
 * same order every time. */
void push_items_add(struct push_items *x, const struct push_item *item, struct str body);

/* push_items_mark(x, kind, of, fh_id): that customer is part of an item that says only how many
 * they are; for the hash. */
void push_items_mark(
    struct push_items *x, enum push_item_kind kind, struct str of, struct str fh_id);

/* push_items_copy(a, item, out): its texts lie in ${a}. */
void push_items_copy(struct arena *a, const struct push_item *item, struct push_item *out);

/* push_items_is_first(item): an opt-out, or what protects: these come before all else. */
bool push_items_is_first(const struct push_item *item);

/* push_items_finish(x): in order; the hash is that of all that were added. */
struct sha256 push_items_finish(struct push_items *x);
void push_items_release(struct push_items *x);

#endif /* PUSH_PUSH_ITEMS_H */
