/* profile.h -- a profile rebuilt from the customer's record and all of their orders.
 *
 * Never patched: whatever changed, everything is added up again (contract, section 4).
 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "profile/values.h"
#include "record/record.h"
#include "record/record.h"
#include "state/state.h"

struct arena;

/*
 * profile_look(a, s, settings, id, out, e):
 * The profile as the tables of records and sales have it now, beside the one that is stored;
 * nothing is written. All of it is in ${a} or in ${s}'s names.
 */
struct profile_update {
	bool had, has;
	struct profile before, now; /* if had (without its lists), if has */
	struct str old_row, row;    /* before and now, packed */
	int64_t spent;              /* by their orders, also of a customer who is not known */
	uint64_t orders;
};
int profile_look(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, struct profile_update *out, struct err *e) ERR_MUST;

/* profile_record(a, s, settings, id, out, e): what the customer's record alone says, without what
 * orders add: 1, or 0 if no such customer is known. */
int profile_record(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str id, struct profile *out, struct err *e) ERR_MUST;

/* profile_keep(s, id, f, e): the tables of profiles and orphans and the running totals say what was
 * seen. */
int profile_keep(
    struct state *s, struct str id, const struct profile_update *f, struct err *e) ERR_MUST;

/* profile_recount(s, settings, e): completed and guest totals counted anew from all sales, after a
 * change of settings. */
int profile_recount(
    struct state *s, const struct record_settings *settings, struct err *e) ERR_MUST;

/* profile_sums(s, e): the law of contract section 4: completed = profiles + unattributed + guest.
 * Errors: ERR_INTERNAL. */
int profile_sums(const struct state *s, struct err *e) ERR_MUST;

/*
 * profile_records(a, s, settings, customer, orders, n, out, e):
 * The profile these records add up to, which the state need not hold any more: by the same sums.
 */
int profile_records(struct arena *a, struct state *s, const struct record_settings *settings,
    const struct customer *customer, const struct order *const *orders, size_t n,
    struct profile *out, struct err *e) ERR_MUST;

/* profile_unpack(a, s, row, out, e): what a row of profiles says; ${out} has the id. Errors:
 * ERR_FAILED, a broken state. */
int profile_unpack(
    struct arena *a, struct state *s, struct str row, struct profile *out, struct err *e) ERR_MUST;

/* profile_stored(a, s, id, out, e): the stored profile: 1, 0 if there is none. */
int profile_stored(
    struct arena *a, struct state *s, struct str id, struct profile *out, struct err *e) ERR_MUST;
/* profile_stored_brief: the same without its lists. */
int profile_stored_brief(
    struct arena *a, struct state *s, struct str id, struct profile *out, struct err *e) ERR_MUST;

#endif /* PROFILE_PROFILE_H */
