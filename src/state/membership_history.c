#include "state/membership_history.h"

#include "base/arena.h"
#include "base/pack.h"

/* No slug has this number: the row is a contact status that ended. */
#define NO_SLUG 0

static int
put(struct state *s, struct str customer, uint32_t until, uint32_t slug, const struct buf *row,
    struct err *e)
{
	struct buf key = { 0 };
	int rc;

	pack_key_text(&key, customer);
	pack_key_u32(&key, until);
	pack_key_u32(&key, slug);
	rc = kv_put(s->txn, TABLE_PAST_MEMBERSHIPS, buf_view(&key), buf_view(row), e);
	buf_release(&key);
	return rc;
}

int
membership_history_put(
    struct state *s, struct str customer, const struct past_membership *p, struct err *e)
{
	struct buf row = { 0 };
	int rc;

	pack_u64(&row, p->was.since);
	pack_u64(&row, p->was.cause);
	pack_u64(&row, p->left);
	rc = put(s, customer, p->until, p->was.slug, &row, e);
	buf_release(&row);
	return rc;
}

int
membership_history_put_status(
    struct state *s, struct str customer, const struct past_status *p, struct err *e)
{
	struct buf row = { 0 };
	int rc;

	pack_u64(&row, p->reason);
	pack_text(&row, p->detail);
	rc = put(s, customer, p->until, NO_SLUG, &row, e);
	buf_release(&row);
	return rc;
}

/* ${key} is what follows the customer. */
static bool
add_row(
    struct arena *a, struct str key, struct str row, struct buf *memberships, struct buf *statuses)
{
	struct unpack k = unpack_of(key), u = unpack_of(row);
	uint32_t until = unpack_key_u32(&k), slug = unpack_key_u32(&k);
	struct past_membership x = { .until = until, .was.slug = slug };
	struct past_status y = { .until = until };

	if (slug == NO_SLUG) {
		y.reason = (enum skipped_reason)unpack_u64(&u);
		y.detail = str_copy(a, unpack_text(&u));
		buf_add(statuses, &y, sizeof(y));
		return !k.bad && !u.bad && y.reason < SKIPPED_COUNT;
	}
	x.was.since = (uint32_t)unpack_u64(&u);
	x.was.cause = (uint32_t)unpack_u64(&u);
	x.left = (uint32_t)unpack_u64(&u);
	buf_add(memberships, &x, sizeof(x));
	return !k.bad && !u.bad;
}

int
membership_history_read(struct arena *a, struct state *s, struct str customer,
    struct membership_history *out, struct err *e)
{
	struct buf prefix = { 0 }, memberships = { 0 }, statuses = { 0 };
	struct kv_cur *c;
	struct str key, row;
	int rc;

	pack_key_text(&prefix, customer);
	c = kv_scan(s->txn, TABLE_PAST_MEMBERSHIPS, buf_view(&prefix), e);
	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct str rest = str_of(key.p + prefix.n, key.n - prefix.n);

		if (!add_row(a, rest, row, &memberships, &statuses)) {
			rc = state_broken(e, "the row of a membership that ended");
			break;
		}
	}
	kv_cursor_close(c);
	buf_release(&prefix);
	out->memberships =
	    buf_list(&memberships, a, sizeof(*out->memberships), &out->memberships_n);
	out->statuses = buf_list(&statuses, a, sizeof(*out->statuses), &out->statuses_n);
	return rc;
}
