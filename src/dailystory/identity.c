#include "dailystory/identity.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "dailystory/centroid.h"
#include "profile/profile.h"

static bool
is_future(const struct profile *p, int64_t as_of)
{
	return p->birthdate != DAY_NONE && p->birthdate > timestamp_day(as_of);
}

static bool
is_underage(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	return x->min_age > 0 && p->birthdate != DAY_NONE && !is_future(p, as_of) &&
	       (uint64_t)day_years(p->birthdate, timestamp_day(as_of)) < x->min_age;
}

enum skipped_reason
identity_alone(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	if (intern_find(&x->suppressed, p->email) != 0 ||
	    intern_find(&x->suppressed, p->mobile) != 0)
		return SKIPPED_SUPPRESSED;
	if (is_underage(x, p, as_of))
		return SKIPPED_UNDERAGE;
	if (p->email.n == 0 && p->mobile.n == 0)
		return SKIPPED_NO_IDENTIFIER;
	return SKIPPED_NONE;
}

/* The first day on which somebody is so many years old. */
static int64_t
birthday(int32_t born, uint64_t years)
{
	int y, m, d;
	int32_t day;

	day_civil(born, &y, &m, &d);
	if (years > 9999 || y + (int)years > 9999)
		return TIMESTAMP_NEVER;
	if (m == 2 && d == 29)
		day = day_of(y + (int)years, 3, 1) -
		      (day_years(born, day_of(y + (int)years, 3, 1) - 1) >= (int)years);
	else
		day = day_of(y + (int)years, m, d);
	return day * TIMESTAMP_DAY;
}

int64_t
identity_due(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	if (is_future(p, as_of))
		return p->birthdate * TIMESTAMP_DAY;
	if (is_underage(x, p, as_of))
		return birthday(p->birthdate, x->min_age);
	return TIMESTAMP_NEVER;
}

unsigned
identity_dropped(struct arena *a, const struct profile *p, int64_t as_of)
{
	unsigned dropped = p->dropped;
	struct str lat, lon;

	if (is_future(p, as_of))
		dropped |= 1U << DROP_BIRTHDATE_FUTURE;
	if (p->postal_code.n > 0 && !centroid_find(a, p->postal_code, &lat, &lon))
		dropped |= 1U << DROP_POSTAL_UNKNOWN;
	return dropped;
}

int
identity_move(struct state *s, struct str id, const struct mailbox *before,
    const struct mailbox *now, bool *changed, struct err *e)
{
	struct buf key = { 0 };
	bool is_other = !str_eq(before->email, now->email);
	int rc = 0;

	*changed = is_other || before->last_purchase != now->last_purchase ||
	           before->created != now->created;
	if (is_other && before->email.n > 0)
		rc = kv_del(s->txn, TABLE_EMAILS, row_key_email(&key, before->email, id), e);
	if (rc >= 0 && is_other && now->email.n > 0)
		rc = kv_put(s->txn, TABLE_EMAILS, row_key_email(&key, now->email, id), STR(""), e);
	buf_release(&key);
	return rc < 0 ? -1 : 0;
}

static bool
is_before(const struct profile *a, const struct profile *b)
{
	if (a->last_purchase != b->last_purchase)
		return a->last_purchase < b->last_purchase;
	if (a->created != b->created)
		return a->created < b->created;
	return str_cmp(a->id, b->id) < 0;
}

static void
add_verdict(struct arena *a, struct verdicts *out, struct str id)
{
	if (out->n == out->cap) {
		out->cap = out->cap == 0 ? 256 : 2 * out->cap;
		out->list = mem_resize(out->list, out->cap, sizeof(*out->list));
	}
	out->list[out->n++] = (struct verdict){ str_copy(a, id), SKIPPED_NONE, { 0 } };
}

/* All who share the email. */
static int
list_mailbox(
    struct arena *a, struct state *s, struct str email, struct verdicts *out, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_EMAILS, e);
	struct buf from = { 0 };
	struct str key, row, prefix;
	int rc;

	if (c == NULL)
		return -1;
	prefix = row_key_email(&from, email, STR(""));
	rc = kv_seek(c, prefix, &key, &row, e);
	while (rc > 0 && str_starts(key, prefix)) {
		add_verdict(a, out, str_of(key.p + prefix.n, key.n - prefix.n));
		rc = kv_next(c, &key, &row, e);
	}
	buf_release(&from);
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

/* The one to whom the email is written. */
static int
find_kept(struct state *s, const struct verdict *list, size_t n, size_t *kept, struct err *e)
{
	struct arena scratch = { 0 };
	struct profile best = { 0 }, p;
	int rc = 1;

	for (size_t i = 0; rc > 0 && i < n; i++) {
		rc = profile_stored_brief(&scratch, s, list[i].id, &p, e);
		if (rc > 0 && (i == 0 || is_before(&best, &p))) {
			best = p;
			*kept = i;
		}
	}
	arena_release(&scratch);
	if (rc == 0)
		return state_broken(e, "one of a mailbox has no profile");
	return rc < 0 ? -1 : 0;
}

int
identity_decide(
    struct arena *a, struct state *s, struct str email, struct verdicts *out, struct err *e)
{
	size_t first = out->n, n, kept = 0;
	struct verdict *list;

	if (list_mailbox(a, s, email, out, e) < 0)
		return -1;
	n = out->n - first;
	if (n < 2)
		return 0; /* the usual: nobody to choose from */
	list = out->list + first;
	if (find_kept(s, list, n, &kept, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (i == kept)
			continue;
		list[i].reason = SKIPPED_DUPLICATE;
		list[i].detail = list[kept].id;
	}
	return 0;
}
