/* rebuild.h -- diffs, exports and the state again, from the snapshots as they are now.
 *
 * Beside the account's own, by the pipeline and with the terms of each time; then the two change
 * places.
 */
#ifndef ERASE_REBUILD_H
#define ERASE_REBUILD_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/str.h"

/* What is made, in the account. */
#define DERIVE_DIR ".erase"

struct rebuild {
	const char *account;
	size_t jobs;
	const struct host *host;
	atomic_size_t *pages_done; /* may be NULL */
};

/* rebuild_check(d, e): whether settings and terms can be read, before anything is changed. */
int rebuild_check(const struct rebuild *d, struct err *e) ERR_MUST;

/*
 * rebuild_make(d, e):
 * Make all of it in DERIVE_DIR, durable and marked (swap.h).  Whoever was applied is applied again,
 * whatever the mass-change breaker says; where only the erasure makes it speak, terms/ notes that
 * the change is accepted. Returns: 1; 0 if nothing was ever applied, and nothing is made; -1.
 */
int rebuild_make(const struct rebuild *d, struct err *e) ERR_MUST;

/* rebuild_swap(account, e): they take their places; the bookmark of imports by hand follows the
 * chain. */
int rebuild_swap(const char *account, struct err *e) ERR_MUST;

/* rebuild_head(a, account, dir, out, e): sha256 of the last diff that a state knows, ${dir} being
 * DERIVE_DIR or "": of the account itself.  Empty: nothing was applied. */
int rebuild_head(
    struct arena *a, const char *account, const char *dir, struct str *out, struct err *e) ERR_MUST;

#endif /* ERASE_REBUILD_H */
