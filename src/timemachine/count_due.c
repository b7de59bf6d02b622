#include "timemachine/count_due.h"
#include "timemachine/recent_orders.h"

#include "base/arena.h"
#include "base/pack.h"
#include "base/timestamp.h"
#include "profile/values.h"
#include "profile/profile.h"
#include "segment/due.h"

static const int64_t spans[DUE_SPANS] = { TIMESTAMP_DAY, 7 * TIMESTAMP_DAY };

/* Each change of one customer's membership in one segment, in order of time. */
static void
count_segment(const struct segment_set *set, size_t i, const struct profile *p, int64_t as_of,
    bool is_member, struct due *out)
{
	int64_t at = as_of, last = as_of + spans[DUE_SPANS - 1];

	while ((at = due_one(set, i, p, at)) <= last) {
		is_member = !is_member;
		for (int k = 0; k < DUE_SPANS; k++) {
			if (at > as_of + spans[k])
				continue;
			out->entered[k] += is_member;
			out->left[k] += !is_member;
		}
	}
}

static int
count_customer(struct arena *a, struct state *s, const struct segment_set *set, int64_t as_of,
    const struct recent_orders *recent, struct str id, struct due *out, struct err *e)
{
	struct profile p;
	bool *member;
	int rc = profile_stored(a, s, id, &p, e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(e, "a profile that is due");
	if (recent_orders_add(recent, a, s, &p, e) < 0)
		return -1;
	member = arena_zero(a, set->n + 1, sizeof(*member));
	segment_eval(set, &p, as_of, member);
	for (size_t i = 0; i < set->n; i++)
		count_segment(set, i, &p, as_of, member[i], &out[i]);
	return 0;
}

/* Each row of the table up to the last span. */
static int
count_rows(struct arena *a, struct state *s, const struct segment_set *set, int64_t as_of,
    const struct recent_orders *recent, struct due *out, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, TABLE_DUE, e);
	struct arena_mark m = arena_mark(a);
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct unpack u = unpack_of(key);

		if (unpack_key_i64(&u) > as_of + spans[DUE_SPANS - 1])
			break;
		rc = count_customer(a, s, set, as_of, recent, unpack_rest(&u), out, e);
		arena_back(a, m);
		if (rc < 0)
			break;
	}
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

int
count_due(struct arena *a, struct state *s, const struct segment_set *set, int64_t as_of,
    struct due *out, struct err *e)
{
	struct recent_orders recent = { 0 };
	int rc = recent_orders_begin(a, s, set, as_of, &recent, e);

	if (rc == 0)
		rc = count_rows(a, s, set, as_of, &recent, out, e);
	recent_orders_release(&recent);
	return rc;
}
