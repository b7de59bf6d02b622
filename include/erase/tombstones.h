/* tombstones.h -- ACCOUNT/erased.json: who was erased, by names that only the account's key can
 * tell.
 *
 * A tombstone holds HMACs of the id, of the emails and of the mobiles, under the 32 random bytes in
 * ACCOUNT/erased.key; the time, counts, and the head of the chain of diffs before and after.  There
 * is no personal data in it: without the key nobody can even try names out.
 */
#ifndef ERASE_TOMBSTONES_H
#define ERASE_TOMBSTONES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "lib/sha256.h"

struct doc;

#define TOMBSTONES_KEY 32 /* bytes */

/* What becomes of an erased customer's orders. */
enum tombstones_orders {
	ORDERS_GUEST, /* what names nobody stays */
	ORDERS_REMOVE
};

enum tombstones_kind {
	TOMBSTONE_ID,
	TOMBSTONE_EMAIL,
	TOMBSTONE_MOBILE
};

struct tombstone {
	struct str customer;   /* HMAC of the id, hexadecimal */
	struct str *addresses; /* HMACs of emails and mobiles, sorted */
	size_t addresses_n;
	int64_t at; /* us */
	enum tombstones_orders orders;
	uint64_t records, order_records, pages;
	uint64_t left;                      /* places that were found in the end and left */
	struct str head_before, head_after; /* sha256 of the last diff; empty: none was applied */
	struct str tool;
};

/* Zero-initialisable. */
struct tombstones {
	struct arena arena;
	struct str key;         /* empty: nobody was erased yet */
	struct tombstone *list; /* in the order they were added in */
	size_t n, cap;
};

/* tombstones_load(t, account, e): none without the file.  Errors: ERR_FAILED: a file is damaged, or
 * the key is missing. */
int tombstones_load(struct tombstones *t, const char *account, struct err *e) ERR_MUST;

/* tombstones_put(d, x): what is told of an erasure, but for whom it was of. */
void tombstones_put(struct doc *d, const struct tombstone *x);

/* tombstones_make_key(t, account, e): where there is none yet; it is on the disk when it returns.
 */
int tombstones_make_key(struct tombstones *t, const char *account, struct err *e) ERR_MUST;

/* tombstones_save(t, account, e): erased.json, durably. */
int tombstones_save(const struct tombstones *t, const char *account, struct err *e) ERR_MUST;

/* tombstones_name(t, kind, text): the HMAC; there is a key. */
struct sha256 tombstones_name(
    const struct tombstones *t, enum tombstones_kind kind, struct str text);

/* tombstones_add(t, x): a copy; one of the same customer is replaced. */
struct tombstone *tombstones_add(struct tombstones *t, const struct tombstone *x);

/* tombstones_find(t, id): the customer's tombstone, or NULL. */
const struct tombstone *tombstones_find(const struct tombstones *t, struct str id);

/* tombstones_at(t, customer): by its HMAC, or NULL. */
struct tombstone *tombstones_at(struct tombstones *t, struct str customer);

/* tombstones_has_address(t, kind, text): somebody with this address was erased. */
bool tombstones_has_address(const struct tombstones *t, enum tombstones_kind kind, struct str text);

/* tombstones_forget(t, prefix, e): take back the only one whose HMAC begins so.
 * Errors: ERR_USAGE: none, or several. */
int tombstones_forget(struct tombstones *t, struct str prefix, struct err *e) ERR_MUST;

void tombstones_release(struct tombstones *t);

#endif /* ERASE_TOMBSTONES_H */
