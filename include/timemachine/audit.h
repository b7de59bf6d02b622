/* audit.h -- one customer's history, a snapshot at a time: records, profile fields, segments.
 */
#ifndef TIMEMACHINE_AUDIT_H
#define TIMEMACHINE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "timemachine/diff_records.h"
#include "timemachine/explain_profile.h"
#include "delta/delta.h"

struct arena;

/* A record of theirs that was added, changed or removed. */
struct record_event {
	enum entity entity;
	struct str id;
	enum delta_op op;
	const struct record_version *before, *after; /* NULL: not known */
	const struct explain_order *was, *is; /* an order among theirs before, now; or NULL */
	struct diff_records compared;         /* changed */
};

/* A field of the profile with another value; p NULL: there was, or is, no profile. */
struct field_event {
	size_t field;
	struct str before, after;
};

struct segment_event {
	struct str slug, cause;
	bool is_entered;
};

/* What one snapshot changed for the customer. */
struct moment {
	struct str snapshot;
	int64_t as_of;
	bool is_new_terms;                  /* rules or settings are others than before */
	const struct past_status *was, *is; /* a change of standing, or both NULL */
	struct record_event *records;
	size_t records_n;
	struct field_event *fields;
	size_t fields_n;
	struct segment_event *segments;
	size_t segments_n;
};

/* audit_make(a, s, records, list, n, e): oldest first; the records were read in full. */
int audit_make(struct arena *a, struct state *s, const struct past_records *records,
    struct moment **list, size_t *n, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_AUDIT_H */
