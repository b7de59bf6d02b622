/* derive.h -- diffs, exports and the state again, from the snapshots as they are now.
 *
 * Beside the account's own, by the pipeline and with the terms of each time; then the two change
 * places.
 */
#ifndef ERASE_DERIVE_H
#define ERASE_DERIVE_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/str.h"

/* What is made, in the account. */
#define DERIVE_DIR ".erase"

struct derive {
	const char *account;
	size_t jobs;
	const struct host *host;
	atomic_size_t *pages_done; /* may be NULL */
};

/* derive_check(d, e): whether settings and terms can be read, before anything is changed. */
int derive_check(const struct derive *d, struct err *e) ERR_MUST;

/*
 * derive_build(d, e):
 * Make all of it in DERIVE_DIR, durable and marked (swap.h).  Whoever was applied is applied again,
 * whatever the mass-change breaker says; where only the erasure makes it speak, terms/ notes that
 * the change is accepted. Returns: 1; 0 if nothing was ever applied, and nothing is made; -1.
 */
int derive_build(const struct derive *d, struct err *e) ERR_MUST;

/* derive_swap(account, e): they take their places; the bookmark of imports by hand follows the
 * chain. */
int derive_swap(const char *account, struct err *e) ERR_MUST;

/* derive_head(a, account, dir, out, e): sha256 of the last diff that a state knows, ${dir} being
 * DERIVE_DIR or "": of the account itself.  Empty: nothing was applied. */
int derive_head(
    struct arena *a, const char *account, const char *dir, struct str *out, struct err *e) ERR_MUST;

#endif /* ERASE_DERIVE_H */
