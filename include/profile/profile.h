/* profile.h -- a customer's profile, rebuilt from their record and all of their orders.
 *
 * Invariants
 *
 *   - A profile is never patched: whatever changed, everything is added up again (contract, section
 *     4).  profile_records adds up records that the state need not hold any more, by the same sums.
 *   - There is a profile of every known customer.  Orders of a customer who is not known count as
 *     unattributed until the customer's record comes.
 *   - The money of all completed orders is that of profiles, unattributed orders and guests.
 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "profile/values.h"
#include "record/record.h"
#include "state/state.h"

struct arena;

/* -- Rebuilding -- */

/* A profile before and now; also of a customer who is not known, who has none. */
struct profile_update {
	bool had, has;
	struct profile before, now; /* if had (without its lists), if has */
	struct str old_row, row;    /* before and now, packed */
	int64_t spent;              /* cents, by their orders, known or not */
	uint64_t orders;
};

/*
 * profile_look(a, s, settings, id, out, e):
 * The profile that the records and sales in the state make now, beside the stored one.  Nothing is
 * written.  All of it lies in ${a} or in ${s}'s dictionary.
 */
int profile_look(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, struct profile_update *out, struct err *e) ERR_MUST;

/* profile_purchase(a, s, settings, id, out, e): of that profile the last purchase and what the
 * record alone says: 1, or 0 if no such customer is known. */
int profile_purchase(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, struct profile *out, struct err *e) ERR_MUST;

/* profile_keep(s, id, f, e): write what profile_look found: the profile or the unattributed orders,
 * and the running totals. */
int profile_keep(
    struct state *s, struct str id, const struct profile_update *f, struct err *e) ERR_MUST;

/* profile_recount(s, settings, e): count the totals of completed orders and of guests from all
 * sales, after a change of settings. */
int profile_recount(
    struct state *s, const struct record_settings *settings, struct err *e) ERR_MUST;

/* profile_sums(s, e): check that completed = profiles + unattributed + guest (contract, section 4).
 * Errors: ERR_INTERNAL. */
int profile_sums(const struct state *s, struct err *e) ERR_MUST;

/* profile_records(a, s, settings, customer, orders, n, out, e): the profile these records make. */
int profile_records(struct arena *a, struct state *s, const struct record_settings *settings,
    const struct customer *customer, const struct order *const *orders, size_t n,
    struct profile *out, struct err *e) ERR_MUST;

/* -- Stored profiles -- */

/* profile_recent(a, s, settings, id, since, p, e): the completed orders from ${since} on into ${p};
 * none if that is TIMESTAMP_NEVER. */
int profile_recent(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, int64_t since, struct profile *p, struct err *e) ERR_MUST;

/* profile_record(a, s, settings, id, out, e): what the customer's record alone says, without what
 * orders add: 1, or 0 if no such customer is known. */
int profile_record(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, struct profile *out, struct err *e) ERR_MUST;

/* profile_unpack(a, s, row, out, e): a row of the table; ${out} has the id. */
int profile_unpack(
    struct arena *a, struct state *s, struct str row, struct profile *out, struct err *e) ERR_MUST;

/* profile_stored(a, s, id, out, e): 1, or 0 if there is none. */
int profile_stored(
    struct arena *a, struct state *s, struct str id, struct profile *out, struct err *e) ERR_MUST;

/* profile_stored_brief: the same without the lists of products and categories. */
int profile_stored_brief(
    struct arena *a, struct state *s, struct str id, struct profile *out, struct err *e) ERR_MUST;

#endif /* PROFILE_PROFILE_H */
