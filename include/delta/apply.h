/* apply.h -- write a delta into the state: records, sales, running totals.
 *
 * Profiles are not written here: apply_result names the customers whose profiles are to be rebuilt
 * (profile/profile.h).
 */
#ifndef DELTA_APPLY_H
#define DELTA_APPLY_H

#include <stddef.h>

#include "base/err.h"
#include "delta/apply_drops.h"
#include "delta/delta.h"
#include "delta/read_snapshot.h"
#include "record/record.h"
#include "state/state.h"

struct arena;

/*
 * apply_locations(s, m, numbers, e):
 * The number of each page's location, given out if new; ${numbers} has m->n places.
 */
int apply_locations(
    struct state *s, const struct manifest *m, uint32_t *numbers, struct err *e) ERR_MUST;

/* apply_breaker(s, d, settings, e): ERR_BREAKER if the delta removes too many records (contract,
 * section 7). */
int apply_breaker(const struct state *s, const struct delta *d,
    const struct record_settings *settings, struct err *e) ERR_MUST;

/* Ids of customers whose own record or any of whose orders changed, sorted, each once. */
struct apply_result {
	struct str *ids;
	size_t n;
	struct str *unknown_fields; /* of added and changed records, sorted, each once */
	size_t unknown_n;
	struct apply_drop *drops; /* by entity, id, field */
	size_t drops_n;
	uint64_t held_back[ENTITIES]; /* removals that a quarantined record without an id kept */
	uint64_t in_two_locations;    /* order ids that came in pages of two locations */
	bool is_in_two_new;           /* one of them did not with the snapshot before */
	bool is_quarantine_new;       /* nor was one of the quarantined records */
};

/* apply_delta(a, s, source, in, d, out, e): s->totals.applied is the new snapshot's number already;
 * ${out} lies in ${a}. */
int apply_delta(struct arena *a, struct state *s, const struct read_source *source,
    const struct read_snapshot *in, const struct delta *d, struct apply_result *out,
    struct err *e) ERR_MUST;

#endif /* DELTA_APPLY_H */
