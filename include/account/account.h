/* account.h -- the account directory: its lock, what a killed run left there, what is to be
 * applied. */
#ifndef ACCOUNT_ACCOUNT_H
#define ACCOUNT_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/file.h"
#include "base/lock.h"
#include "base/str.h"
#include "state/state.h"

struct arena;

/* account_check(account, e): ERR_USAGE if there is no such directory, or it is no account: it holds
 * neither flowstory.json nor snapshots/ (contract, section 1). */
int account_check(const char *account, struct err *e) ERR_MUST;

/* account_unfinished(account, e): ERR_BUSY while erase.json is there: an erasure has to be finished
 * before anything else is done with the account. */
int account_unfinished(const char *account, struct err *e) ERR_MUST;

/*
 * account_lock(l, account, command, e):
 * Become the only writer, finish a prune that was interrupted, and remove what a killed run left
 * unfinished.
 * Errors: ERR_BUSY naming the holder; ERR_USAGE if there is no such directory.
 */
int account_lock(struct lock *l, const char *account, const char *command, struct err *e) ERR_MUST;

/* account_ids(a, dir, suffix, ids, n, e): the names in the directory that are an id and ${suffix},
 * without it, sorted.  Any other name is none of the program's. */
int account_ids(struct arena *a, const char *dir, struct str suffix, struct str **ids, size_t *n,
    struct err *e) ERR_MUST;

/* Snapshots that are not applied. */
struct pending {
	struct str *ids; /* later than the last snapshot applied, oldest first */
	size_t n;
	struct str *late; /* older than it, and never applied */
	size_t late_n;
};
int account_pending(struct arena *a, const char *account, struct state *s, struct pending *out,
    struct err *e) ERR_MUST;

#endif /* ACCOUNT_ACCOUNT_H */
