#include "state/membership_history.h"

#include "base/arena.h"
#include "base/pack.h"

/* No slug has this number: the row is a standing's. */
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

struct finding {
	struct arena *a;
	struct buf stays, standings;
};

/* ${key} is what follows the customer. */
static bool
take_row(struct finding *f, struct str key, struct str row)
{
	struct unpack k = unpack_of(key), u = unpack_of(row);
	uint32_t until = unpack_key_u32(&k), slug = unpack_key_u32(&k);

	if (slug == NO_SLUG) {
		struct past_status x = { .until = until };

		x.reason = (enum skipped_reason)unpack_u64(&u);
		x.detail = str_copy(f->a, unpack_text(&u));
		buf_add(&f->standings, &x, sizeof(x));
		return !k.bad && !u.bad && x.reason < SKIPPED_COUNT;
	}
	struct past_membership x = { .until = until };

	x.was.slug = slug;
	x.was.since = (uint32_t)unpack_u64(&u);
	x.was.cause = (uint32_t)unpack_u64(&u);
	x.left = (uint32_t)unpack_u64(&u);
	buf_add(&f->stays, &x, sizeof(x));
	return !k.bad && !u.bad;
}

/* What was collected, in the arena; the buffer is given back. */
static void *
settle(struct arena *a, struct buf *b, size_t size, size_t *n)
{
	void *p = arena_alloc(a, b->n + 1);

	*n = b->n / size;
	if (b->n > 0)
		memcpy(p, b->p, b->n);
	buf_release(b);
	return p;
}

int
membership_history_read(struct arena *a, struct state *s, struct str customer,
    struct membership_history *out, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_PAST_MEMBERSHIPS, e);
	struct finding f = { .a = a };
	struct buf from = { 0 };
	struct str key, row;
	int rc;

	if (c == NULL)
		return -1;
	pack_key_text(&from, customer);
	rc = kv_seek(c, buf_view(&from), &key, &row, e);
	while (rc > 0 && str_starts(key, buf_view(&from))) {
		if (!take_row(&f, str_of(key.p + from.n, key.n - from.n), row))
			rc = state_broken(e, "a passage's row");
		else
			rc = kv_next(c, &key, &row, e);
	}
	kv_cursor_close(c);
	buf_release(&from);
	out->stays = settle(a, &f.stays, sizeof(*out->stays), &out->stays_n);
	out->standings = settle(a, &f.standings, sizeof(*out->standings), &out->standings_n);
	return rc < 0 ? -1 : 0;
}
