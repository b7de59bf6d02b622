#include "dailystory/identity.h"

#include "base/arena.h"
#include "base/pack.h"
#include "base/when.h"
#include "dailystory/centroid.h"

static bool
is_future(const struct profile *p, int64_t as_of)
{
	return p->birthdate != DAY_NONE && p->birthdate > when_day(as_of);
}

static bool
is_underage(const struct export_settings *x, const struct profile *p,
    int64_t as_of)
{
	return x->min_age > 0 && p->birthdate != DAY_NONE &&
	    !is_future(p, as_of) &&
	    (uint64_t)day_years(p->birthdate, when_day(as_of)) < x->min_age;
}

enum standing_reason
identity_alone(const struct export_settings *x, const struct profile *p,
    int64_t as_of)
{
	if (words_find(&x->suppressed, p->email) != 0 ||
	    words_find(&x->suppressed, p->mobile) != 0)
		return STANDING_SUPPRESSED;
	if (is_underage(x, p, as_of))
		return STANDING_UNDERAGE;
	if (p->email.n == 0 && p->mobile.n == 0)
		return STANDING_NO_IDENTIFIER;
	return STANDING_CONTACT;
}

/* The first day on which somebody is so many years old. */
static int64_t
birthday(int32_t born, uint64_t years)
{
	int y, m, d;
	int32_t day;

	day_civil(born, &y, &m, &d);
	if (years > 9999 || y + (int)years > 9999)
		return WHEN_NEVER;
	if (m == 2 && d == 29)
		day = day_of(y + (int)years, 3, 1) -
		    (day_years(born, day_of(y + (int)years, 3, 1) - 1) >=
		        (int)years);
	else
		day = day_of(y + (int)years, m, d);
	return day * WHEN_DAY;
}

int64_t
identity_due(const struct export_settings *x, const struct profile *p,
    int64_t as_of)
{
	if (is_future(p, as_of))
		return p->birthdate * WHEN_DAY;
	if (is_underage(x, p, as_of))
		return birthday(p->birthdate, x->min_age);
	return WHEN_NEVER;
}

unsigned
identity_dropped(struct arena *a, const struct profile *p, int64_t as_of)
{
	unsigned dropped = p->dropped;
	struct str lat, lon;

	if (is_future(p, as_of))
		dropped |= 1U << DROP_BIRTHDATE_FUTURE;
	if (p->postal_code.n > 0 &&
	    !centroid_find(a, p->postal_code, &lat, &lon))
		dropped |= 1U << DROP_POSTAL_UNKNOWN;
	return dropped;
}

int
identity_move(struct state *s, struct str id, struct str before,
    const struct mailbox *now, bool *changed, struct err *e)
{
	struct buf key = { 0 }, row = { 0 };
	struct str old;
	int rc = 0;

	*changed = false;
	if (now->email.n > 0) {
		pack_fixed(&row, (uint64_t)now->last_purchase);
		pack_fixed(&row, (uint64_t)now->created);
	}
	if (before.n > 0) {
		rc = kv_get(s->txn, TABLE_EMAILS, key_email(&key, before, id),
		    &old, e);
		*changed = rc == 0 ||
		    (rc > 0 &&
		        (!str_eq(before, now->email) ||
		            !str_eq(old, buf_view(&row))));
		if (*changed)
			rc = kv_del(s->txn, TABLE_EMAILS, buf_view(&key), e);
	} else {
		*changed = now->email.n > 0;
	}
	if (rc >= 0 && *changed && now->email.n > 0)
		rc = kv_put(s->txn, TABLE_EMAILS,
		    key_email(&key, now->email, id), buf_view(&row), e);
	buf_release(&key);
	buf_release(&row);
	return rc < 0 ? -1 : 0;
}

static bool
is_before(const struct mailbox *a, struct str a_id, const struct mailbox *b,
    struct str b_id)
{
	if (a->last_purchase != b->last_purchase)
		return a->last_purchase < b->last_purchase;
	if (a->created != b->created)
		return a->created < b->created;
	return str_cmp(a_id, b_id) < 0;
}

static void
add_verdict(struct arena *a, struct verdicts *out, struct str id)
{
	if (out->n == out->cap) {
		out->cap = out->cap == 0 ? 256 : 2 * out->cap;
		out->list =
		    mem_resize(out->list, out->cap, sizeof(*out->list));
	}
	out->list[out->n++] = (struct verdict){ .id = str_copy(a, id) };
}

int
identity_decide(struct arena *a, struct state *s, struct str email,
    struct verdicts *out, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_EMAILS, e);
	struct buf from = { 0 };
	struct mailbox best = { 0 };
	size_t first = out->n, kept = first;
	struct str key, row, prefix;
	int rc;

	if (c == NULL)
		return -1;
	prefix = key_email(&from, email, STR(""));
	rc = kv_seek(c, prefix, &key, &row, e);
	while (rc > 0 && str_starts(key, prefix)) {
		struct unpack u = unpack_of(row);
		struct mailbox m = { .email = email };
		struct str id = str_of(key.p + prefix.n, key.n - prefix.n);

		m.last_purchase = (int64_t)unpack_fixed(&u);
		m.created = (int64_t)unpack_fixed(&u);
		add_verdict(a, out, id);
		if (out->n == first + 1 ||
		    is_before(&best, out->list[kept].id, &m, id)) {
			best = m;
			kept = out->n - 1;
		}
		rc = u.bad ? state_broken(e, "a mailbox's row")
		           : kv_next(c, &key, &row, e);
	}
	for (size_t i = first; i < out->n; i++) {
		out->list[i].reason =
		    i == kept ? STANDING_CONTACT : STANDING_DUPLICATE;
		if (i != kept)
			out->list[i].detail = out->list[kept].id;
	}
	buf_release(&from);
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}
