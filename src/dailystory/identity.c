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

/* By the date this long ago, so that nobody comes of age early in any US time zone. */
#define SAFE_DAY (12 * TIMESTAMP_HOUR)

static bool
is_underage(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	return x->min_age > 0 && p->birthdate != DAY_NONE && !is_future(p, as_of) &&
	       day_years(p->birthdate, timestamp_day(as_of - SAFE_DAY)) < (int64_t)x->min_age;
}

/* A birthdate that is there and cannot be used must not open the door. */
static bool
is_of_unknown_age(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	const unsigned unusable = 1U << DROP_BIRTHDATE_UNREADABLE | 1U << DROP_BIRTHDATE_1900;

	return x->min_age > 0 && ((p->dropped & unusable) != 0 || is_future(p, as_of));
}

enum skipped_reason
identity_alone(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	if (intern_find(&x->suppressed, p->email) != 0 ||
	    intern_find(&x->suppressed, p->mobile) != 0)
		return SKIPPED_SUPPRESSED;
	if (is_underage(x, p, as_of))
		return SKIPPED_UNDERAGE;
	if (is_of_unknown_age(x, p, as_of))
		return SKIPPED_AGE_UNKNOWN;
	if (p->email.n == 0 && p->mobile.n == 0)
		return SKIPPED_NO_IDENTIFIER;
	return SKIPPED_NONE;
}

static int64_t
of_age(int32_t born, uint64_t years)
{
	int64_t birthday = day_birthday(born, years);

	return birthday == TIMESTAMP_NEVER ? birthday : birthday + SAFE_DAY;
}

int64_t
identity_due(const struct export_settings *x, const struct profile *p, int64_t as_of)
{
	if (is_future(p, as_of))
		return p->birthdate * TIMESTAMP_DAY;
	if (is_underage(x, p, as_of))
		return of_age(p->birthdate, x->min_age);
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
identity_move(struct state *s, struct str id, struct str before, struct str now, struct err *e)
{
	struct buf key = { 0 };
	int rc = 0;

	if (str_eq(before, now))
		return 0;
	if (before.n > 0)
		rc = kv_del(s->txn, TABLE_EMAILS, row_key_email(&key, before, id), e);
	if (rc >= 0 && now.n > 0)
		rc = kv_put(s->txn, TABLE_EMAILS, row_key_email(&key, now, id), STR(""), e);
	buf_release(&key);
	return rc < 0 ? -1 : 0;
}

int
identity_sharing(
    struct arena *a, struct state *s, struct str email, struct str **ids, size_t *n, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_EMAILS, e);
	struct buf from = { 0 }, found = { 0 };
	struct str key, row, prefix;
	int rc;

	if (c == NULL)
		return -1;
	prefix = row_key_email(&from, email, STR(""));
	rc = kv_seek(c, prefix, &key, &row, e);
	while (rc > 0 && str_starts(key, prefix)) {
		struct str id = str_copy(a, str_of(key.p + prefix.n, key.n - prefix.n));

		buf_add(&found, &id, sizeof(id));
		rc = kv_next(c, &key, &row, e);
	}
	kv_cursor_close(c);
	*n = found.n / sizeof(**ids);
	*ids = arena_array(a, *n, sizeof(**ids));
	if (found.n > 0)
		memcpy(*ids, found.p, found.n);
	buf_release(&found);
	buf_release(&from);
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

/* The one to whom the email is written. */
static int
find_kept(struct state *s, const struct record_settings *settings, const struct str *ids, size_t n,
    struct str *kept, struct err *e)
{
	struct arena scratch = { 0 };
	struct profile best = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct profile_update f = { 0 };

		rc = profile_look(&scratch, s, settings, ids[i], &f, e);
		if (rc == 0 && !f.has)
			rc = state_broken(e, "one of those who share an email");
		if (rc == 0 && (i == 0 || is_before(&best, &f.now)))
			best = f.now;
	}
	*kept = best.id;
	arena_release(&scratch);
	return rc;
}

static void
add_decision(struct identity_decisions *out, struct str id, struct str kept)
{
	bool is_kept = str_eq(id, kept);

	if (out->n == out->cap) {
		out->cap = out->cap == 0 ? 256 : 2 * out->cap;
		out->list = mem_resize(out->list, out->cap, sizeof(*out->list));
	}
	out->list[out->n++] = (struct identity_decision){ id,
		is_kept ? SKIPPED_NONE : SKIPPED_DUPLICATE, is_kept ? (struct str){ 0 } : kept };
}

int
identity_decide(struct arena *a, struct state *s, const struct record_settings *settings,
    struct str email, struct identity_decisions *out, struct err *e)
{
	struct str *ids, kept;
	size_t n;

	if (identity_sharing(a, s, email, &ids, &n, e) < 0)
		return -1;
	if (n == 0)
		return 0;
	kept = ids[0];
	/* Most emails are one customer's. */
	if (n > 1 && find_kept(s, settings, ids, n, &kept, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		add_decision(out, ids[i], kept);
	return 0;
}
