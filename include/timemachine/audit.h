/* audit.h -- one customer's history: what each snapshot changed for them. */
#ifndef TIMEMACHINE_AUDIT_H
#define TIMEMACHINE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "delta/delta.h"
#include "timemachine/diff_records.h"
#include "timemachine/explain_profile.h"

struct arena;

/* A record of theirs that was added, changed or removed. */
struct audit_record {
	enum entity entity;
	struct str id;
	enum delta_op op;
	const struct record_version *before, *after; /* NULL: not known */
	const struct explain_order *was, *is; /* an order among theirs before, now; or NULL */
	struct diff_records changes;
};

/* A value of the profile that is another; p NULL: no profile. */
struct audit_value {
	size_t field;
	struct str before, after;
};

struct audit_segment {
	struct str slug, cause;
	bool is_entered;
};

/* What one snapshot changed for the customer. */
struct audit_snapshot {
	struct str id;
	int64_t as_of;
	bool is_new_terms;                   /* rules or settings changed */
	const struct past_contact *was, *is; /* a change of status, or both NULL */
	struct audit_record *records;
	size_t records_n;
	bool lacks_values; /* records of the time were pruned: values cannot be told */
	struct audit_value *values;
	size_t values_n;
	struct audit_segment *segments;
	size_t segments_n;
};

/* audit_customer(a, s, account, records, list, n, e): oldest first, without snapshots that changed
 * nothing; the records were read for all snapshots.  Of what was pruned, changes come out of the
 * stored diffs, and there are no values of the profile. */
int audit_customer(struct arena *a, struct state *s, const char *account,
    const struct past_records *records, struct audit_snapshot **list, size_t *n,
    struct err *e) ERR_MUST;

/* audit_uses(field, x): the value of that field is made of this record. */
bool audit_uses(size_t field, const struct audit_record *x);

#endif /* TIMEMACHINE_AUDIT_H */
