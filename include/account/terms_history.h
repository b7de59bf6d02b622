/* terms_history.h -- terms/: the settings and rules that were in force with each snapshot.
 *
 * terms/<id>.json, and beside it terms/<id>.suppress.txt where there is a suppression list, hold
 * from that snapshot on until the next such file.  Snapshots that were applied before are applied
 * again with the terms of their time, others with the account's own (docs/decisions/0018).
 */
#ifndef ACCOUNT_TERMS_HISTORY_H
#define ACCOUNT_TERMS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "account/terms.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Zero-initialisable; may be released after any call, failed or not. */
struct terms_history {
	const char *account;
	struct str *ids; /* of the files, sorted */
	size_t n;
	struct str until; /* the last snapshot that was ever applied; empty: none is known */
	struct terms loaded;
	struct str loaded_id;
	struct arena arena;
};

/*
 * terms_history_open(h, account, e):
 * What was applied before is told by diffs/ and exports/ and by terms_history_mark.  Without any of
 * them, and without a state, all snapshots count as applied if there are terms.
 */
int terms_history_open(struct terms_history *h, const char *account, struct err *e) ERR_MUST;

/* terms_history_mark(account, forget, e): before the state is made anew, or with ${forget} removed:
 * note in it which snapshots were applied before, so that an interrupted rebuild goes on as it
 * began.  The state is removed only if every file of terms/ can be read.
 * Errors:  ERR_SETTINGS: one cannot; the state is as it was. */
int terms_history_mark(const char *account, bool forget, struct err *e) ERR_MUST;

/* terms_history_was_applied(h, id): the snapshot is to be applied with the terms of its time. */
bool terms_history_was_applied(const struct terms_history *h, struct str id);

/*
 * terms_history_at(h, id, out, e):
 * Those in force with the snapshot: of the last file up to it, else of the first one.  They are
 * borrowed from ${h} until the next call.
 * Returns: 1, 0 if there is no file at all, -1.
 * Errors:  ERR_SETTINGS: a file cannot be read.
 */
int terms_history_at(
    struct terms_history *h, struct str id, const struct terms **out, struct err *e) ERR_MUST;

/* terms_history_load(t, account, id, e): the same once, into ${t}. */
int terms_history_load(struct terms *t, const char *account, struct str id, struct err *e) ERR_MUST;

/* terms_history_accepts(h, id, e): 1 if terms/ notes that a mass change of that snapshot was
 * accepted, 0, -1. */
int terms_history_accepts(struct terms_history *h, struct str id, struct err *e) ERR_MUST;

/*
 * terms_history_follow(h, id, t, is_accepted, e):
 * The snapshot is about to be applied with ${t}: write its files where they differ from those
 * before it or a mass change is accepted; else remove what a killed run left there.
 */
int terms_history_follow(struct terms_history *h, struct str id, const struct terms *t,
    bool is_accepted, struct err *e) ERR_MUST;

/* terms_history_make(h, id, t, e): write ${t} for the first snapshot, where terms/ is missing. */
int terms_history_make(
    struct terms_history *h, struct str id, const struct terms *t, struct err *e) ERR_MUST;

void terms_history_release(struct terms_history *h);

#endif /* ACCOUNT_TERMS_HISTORY_H */
