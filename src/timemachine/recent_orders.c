#include "timemachine/recent_orders.h"

#include "base/timestamp.h"
#include "segment/due.h"
#include "profile/profile.h"
#include "state/rule_terms.h"
#include "timemachine/explain_profile.h"

int
recent_orders_begin(struct arena *a, struct state *s, const struct segment_set *set, int64_t as_of,
    struct recent_orders *out, struct err *e)
{
	struct rule_terms *list;
	size_t n;

	*out = (struct recent_orders){ .since = due_since(set, as_of) };
	if (out->since == TIMESTAMP_NEVER)
		return 0;
	if (rule_terms_list(a, s, &list, &n, e) < 0)
		return -1;
	return explain_profile_terms(
	    &out->terms, rule_terms_at(list, n, (uint32_t)s->totals.applied), e);
}

int
recent_orders_add(const struct recent_orders *x, struct arena *a, struct state *s,
    struct profile *p, struct err *e)
{
	return profile_recent(a, s, &x->terms.settings.records, p->id, x->since, p, e);
}

void
recent_orders_release(struct recent_orders *x)
{
	terms_release(&x->terms);
}
