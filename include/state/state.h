/* state.h -- what is known after the last snapshot applied, as tables.
 *
 * The state is a view: everything in it follows from snapshots/ and can be
 * rebuilt to the same bytes.  One transaction applies one snapshot (the first one: see
 * state_spill). docs/state.md draws every row.
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "state/dictionary.h"
#include "record/normalize.h"
#include "state/tables.h"
#include "snapshot/manifest.h"
#include "lib/sha256.h"
#include "lib/kv.h"

struct arena;

/* Changes with every change of a row's shape; a state of another version is rebuilt. */
#define STATE_VERSION 4

/* Running totals, kept in step with every change. Money in cents. */
struct totals {
	uint64_t applied;       /* snapshots; also the last one's number */
	uint64_t names, buyers; /* the greatest numbers given out */
	uint64_t customers, orders;
	uint64_t guest_orders, unattributed_orders;
	int64_t completed;    /* over completed orders ... */
	int64_t profiles;     /* ... of known customers, */
	int64_t guest;        /* without a customer, */
	int64_t unattributed; /* of a customer not known yet */
	uint64_t dropped[DROP_COUNT];
	uint64_t skipped[SKIPPED_COUNT]; /* [SKIPPED_NONE]: contacts */
};

/* One applied snapshot. */
struct applied {
	struct str id;
	int64_t as_of;
	struct str manifest_sha256, diff_sha256;
	struct str export_sha256;         /* of the export's manifest, which names all its files */
	uint64_t customers[4], orders[4]; /* added changed removed unchanged */
	uint64_t quarantined;
};

struct state {
	struct kv *kv;
	struct kv_txn *txn;
	struct dictionary names;
	struct totals totals;
	bool writable;
	bool is_fresh; /* no snapshot is applied: without totals of this version the tables are
	                  nobody's */
};

/*
 * state_open(s, account, writable, e):
 * Begin a transaction on ACCOUNT/state; made if writable and not there.
 * Returns: 1 open; 0 not there (or of another STATE_VERSION) and not writable;
 *          -1. A writable open of another version empties the state.
 */
int state_open(struct state *s, const char *account, bool writable, struct err *e) ERR_MUST;

/* state_open_quick: writable; a power cut may spoil it, so only for one that can be made again. */
int state_open_quick(struct state *s, const char *account, struct err *e) ERR_MUST;

/* state_begin: the next transaction after state_commit. */
int state_begin(struct state *s, struct err *e) ERR_MUST;

/* state_commit(s, e): the totals are stored and all of it becomes true at once. */
int state_commit(struct state *s, struct err *e) ERR_MUST;

/* state_spill(s, e): once in a while while much is written. The first snapshot's rows go to the
 * file in pieces then, so that they need not all lie in memory; until state_commit they are no
 * state. No cursor may be open, and no view of a row be kept across it. */
int state_spill(struct state *s, struct err *e) ERR_MUST;

/* state_expect(s, n): so many rows of a table come in this transaction; where they are many, they
 * do not gather. */
void state_expect(struct state *s, size_t n);

/* state_share(s, e): 1 if state_view sees all that was written: of a first snapshot, whose rows go
 * to the file now. 0: only this transaction sees it. No cursor and no view of a row, as above. */
int state_share(struct state *s, struct err *e) ERR_MUST;

/* state_view(s, view, e): a state to read what is committed, on a thread of its own; ends before
 * ${s}. */
int state_view(const struct state *s, struct state *view, struct err *e) ERR_MUST;
void state_view_end(struct state *view);

/* state_close(s): what is not committed is forgotten. Harmless on a zeroed one. */
void state_close(struct state *s);

/* state_forget(account, e): the whole state away. */
int state_forget(const char *account, struct err *e) ERR_MUST;

/* Small texts by name ("rules", "settings", "segments"): 1 found, 0 absent, -1. The view is valid
 * until the next write. */
int state_meta(struct state *s, const char *name, struct str *value, struct err *e) ERR_MUST;
int state_meta_put(struct state *s, const char *name, struct str value, struct err *e) ERR_MUST;

/* state_applied(s, number, out, e): 1 found, 0 absent. */
int state_applied(struct state *s, uint32_t number, struct applied *out, struct err *e) ERR_MUST;
int state_applied_put(
    struct state *s, uint32_t number, const struct applied *row, struct err *e) ERR_MUST;

/* A page of an applied snapshot: all it takes to read it again. */
struct applied_page {
	struct str path, sha256;
	enum resource resource;
};
/* state_page(s, snapshot, page, out, e): it must be there. */
int state_page(struct state *s, uint32_t snapshot, uint32_t page, struct applied_page *out,
    struct err *e) ERR_MUST;
int state_page_put(struct state *s, uint32_t snapshot, uint32_t page,
    const struct applied_page *row, struct err *e) ERR_MUST;

#endif /* STATE_STATE_H */
