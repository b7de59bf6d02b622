/* state.h -- what is known after the last snapshot applied, as tables.
 *
 * The state is a view: everything in it follows from snapshots/ and is rebuilt to the same bytes.
 * docs/state.md draws every row.
 *
 * One transaction applies one snapshot, so a crash leaves the state of before or after.  A first
 * snapshot takes several commits (see state_spill), of which only the last makes it a state.
 *
 * What a read returns lies in the file: it is valid until the next write of the transaction, or its
 * end.
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "lib/kv.h"
#include "lib/sha256.h"
#include "snapshot/manifest.h"
#include "state/dictionary.h"
#include "state/rows.h"
#include "state/tables.h"

/* Changes whenever the shape of a row does, or what is read of a record; a state of another version
 * is rebuilt. */
#define STATE_VERSION 13

/* Running totals, kept in step with every change. Money in cents. */
struct totals {
	uint64_t applied; /* snapshots; also the last one's number */
	uint64_t customers, orders;
	uint64_t guest_orders, unattributed_orders;
	int64_t completed;               /* over completed orders ... */
	int64_t profiles;                /* ... of known customers, */
	int64_t guest;                   /* without a customer, */
	int64_t unattributed;            /* of a customer not known yet */
	uint64_t skipped[SKIPPED_COUNT]; /* by reason; see state_contacts */
};

/* state_contacts(t): those who are written, also without one of their addresses. */
static inline uint64_t
state_contacts(const struct totals *t)
{
	return t->skipped[SKIPPED_NONE] + t->skipped[SKIPPED_SHARED_EMAIL] +
	       t->skipped[SKIPPED_SHARED_MOBILE];
}

struct state {
	struct kv *kv;
	struct kv_txn *txn;
	struct dictionary words;  /* what repeats in orders, and slugs of segments */
	struct dictionary buyers; /* customers whom orders name */
	struct totals totals;
	bool writable;
	bool is_fresh; /* no snapshot is applied: the tables are no state yet */
};

/* Life cycle. */

/*
 * state_open(s, account, writable, e):
 * Begin a transaction on ACCOUNT/state, which is made if writable and not there.
 * Returns: 1 open; 0 not there, or of another STATE_VERSION, and not writable; -1.
 *          A writable open of another version empties the state.
 */
int state_open(struct state *s, const char *account, bool writable, struct err *e) ERR_MUST;

/* state_open_few: for reading few rows, as fast as may be where none of the file is in memory. */
int state_open_few(struct state *s, const char *account, struct err *e) ERR_MUST;

/* state_open_quick: writable; a power cut may spoil it, so it is for one that can be made again. */
int state_open_quick(struct state *s, const char *account, struct err *e) ERR_MUST;

/* state_begin: the next transaction after state_commit. */
int state_begin(struct state *s, struct err *e) ERR_MUST;

/* state_commit(s, e): the totals are stored, and all that was written becomes true at once. */
int state_commit(struct state *s, struct err *e) ERR_MUST;

/* state_reload(s, e): the totals as their row has them, of a state that was filled row by row. */
int state_reload(struct state *s, struct err *e) ERR_MUST;

/* state_close(s): what is not committed is forgotten.  Harmless on a zeroed one. */
void state_close(struct state *s);

/* state_forget(account, e): the whole state away; the directory and what else is in it stay. */
int state_forget(const char *account, struct err *e) ERR_MUST;

/* A first snapshot, and threads that read. */

/* state_spill(s, e): to be called now and then while much is written.  The rows of a first snapshot
 * go to the file in pieces, so that they need not all lie in memory; until state_commit they are no
 * state.  No cursor may be open, and no view of a row be kept across it. */
int state_spill(struct state *s, struct err *e) ERR_MUST;

/* state_share(s, e): 1 if state_view sees all that was written: a first snapshot's rows go to the
 * file for that, those of later ones are kept in memory as well.  0: they are too many, and only
 * this transaction sees them.  No cursor and no view of a row, as above; views end before it. */
int state_share(struct state *s, struct err *e) ERR_MUST;

/* state_view(s, view, e): a state that reads what was shared last, for a thread of its own; ends
 * before ${s}. */
int state_view(const struct state *s, struct state *view, struct err *e) ERR_MUST;
void state_view_end(struct state *view);

/* Small texts by name: "totals", "segments" (counts), and what the last snapshot was exported with:
 * "rules", "profile_settings", "contact_settings", "choice". */

/* state_meta(s, name, value, e): 1 found, 0 absent. */
int state_meta(struct state *s, const char *name, struct str *value, struct err *e) ERR_MUST;
int state_meta_put(struct state *s, const char *name, struct str value, struct err *e) ERR_MUST;

/* Applied snapshots, numbered from 1, and their pages. */

struct applied {
	struct str id;
	int64_t as_of;
	struct str manifest_sha256, diff_sha256;
	struct str export_sha256;         /* of the export's manifest, which names all its files */
	uint64_t customers[4], orders[4]; /* added changed removed unchanged */
	uint64_t quarantined;
	uint64_t held_back[ENTITIES]; /* removals that a quarantined record without an id kept */
	uint64_t in_two_locations;    /* orders in pages of two locations */
	bool is_quarantine_new;       /* one of the quarantined is not of the snapshot before */
	bool is_in_two_new;           /* the same of the orders */
};

/* state_applied(s, number, out, e): 1 found, 0 absent.  state_applied_must, of a number that was
 * given out: 0, or a broken state. */
int state_applied(struct state *s, uint32_t number, struct applied *out, struct err *e) ERR_MUST;
int state_applied_must(
    struct state *s, uint32_t number, struct applied *out, struct err *e) ERR_MUST;
int state_applied_put(
    struct state *s, uint32_t number, const struct applied *row, struct err *e) ERR_MUST;

/* state_snapshot_find(s, id, number, out, e): the applied snapshot of that id; NULL: the last one.
 * Errors: ERR_USAGE: none is called so, or none is applied. */
int state_snapshot_find(
    struct state *s, const char *id, uint32_t *number, struct applied *out, struct err *e) ERR_MUST;

/* All it takes to read a page again. */
struct applied_page {
	struct str path, sha256;
	enum resource resource;
	struct str location; /* empty: none is named */
};
/* state_page(s, snapshot, page, out, e): it must be there. */
int state_page(struct state *s, uint32_t snapshot, uint32_t page, struct applied_page *out,
    struct err *e) ERR_MUST;
int state_page_put(struct state *s, uint32_t snapshot, uint32_t page,
    const struct applied_page *row, struct err *e) ERR_MUST;

/* Known records. */

/* state_record(t, entity, id, out, e): 1 known, 0 not.  state_record_must: 0, or a broken state. */
int state_record(struct kv_txn *t, enum entity entity, struct str id, struct known_record *out,
    struct err *e) ERR_MUST;
int state_record_must(struct kv_txn *t, enum entity entity, struct str id, struct known_record *out,
    struct err *e) ERR_MUST;
/* state_record_row(entity, row, out, e): the same of a row at hand. */
int state_record_row(
    enum entity entity, struct str row, struct known_record *out, struct err *e) ERR_MUST;
static inline enum state_table
state_record_table(enum entity entity)
{
	return entity == ENTITY_ORDER ? TABLE_ORDERS : TABLE_CUSTOMERS;
}

#endif /* STATE_STATE_H */
