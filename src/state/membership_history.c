#include "state/membership_history.h"

#include "base/arena.h"
#include "base/pack.h"

int
membership_history_put(
    struct state *s, struct str customer, const struct past_membership *p, struct err *e)
{
	struct buf key = { 0 }, row = { 0 };
	int rc;

	pack_key_text(&key, customer);
	pack_key_u32(&key, p->until);
	pack_key_u32(&key, p->was.slug);
	pack_u64(&row, p->was.since);
	pack_u64(&row, p->was.cause);
	pack_u64(&row, p->left);
	rc = kv_put(s->txn, TABLE_PAST_MEMBERSHIPS, buf_view(&key), buf_view(&row), e);
	buf_release(&key);
	buf_release(&row);
	return rc;
}

/* ${key} is what follows the customer. */
static bool
unpack_row(struct str key, struct str row, struct past_membership *out)
{
	struct unpack k = unpack_of(key), u = unpack_of(row);

	*out = (struct past_membership){ .until = unpack_key_u32(&k) };
	out->was.slug = unpack_key_u32(&k);
	out->was.since = (uint32_t)unpack_u64(&u);
	out->was.cause = (uint32_t)unpack_u64(&u);
	out->left = (uint32_t)unpack_u64(&u);
	return !k.bad && !u.bad;
}

int
membership_history_read(struct arena *a, struct state *s, struct str customer,
    struct past_membership **list, size_t *n, struct err *e)
{
	struct buf prefix = { 0 }, found = { 0 };
	struct kv_cursor *c;
	struct str key, row;
	int rc;

	pack_key_text(&prefix, customer);
	c = kv_scan(s->txn, TABLE_PAST_MEMBERSHIPS, buf_view(&prefix), e);
	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct past_membership x;

		if (!unpack_row(str_of(key.p + prefix.n, key.n - prefix.n), row, &x)) {
			rc = state_broken(e, "the row of a membership that ended");
			break;
		}
		buf_add(&found, &x, sizeof(x));
	}
	kv_cursor_close(c);
	buf_release(&prefix);
	*list = buf_list(&found, a, sizeof(**list), n);
	return rc;
}

static bool
has(const struct buf *list, uint32_t slug)
{
	const char *end = list->p + list->n;

	for (const char *p = list->p; p != end; p += sizeof(slug))
		if (memcmp(p, &slug, sizeof(slug)) == 0)
			return true;
	return false;
}

int
membership_history_slugs(
    struct arena *a, struct state *s, uint32_t from, uint32_t **list, size_t *n, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, TABLE_PAST_MEMBERSHIPS, e);
	struct buf found = { 0 };
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct unpack k = unpack_of(key);
		uint32_t until, slug;

		(void)unpack_key_text(&k);
		until = unpack_key_u32(&k);
		slug = unpack_key_u32(&k);
		if (k.bad) {
			rc = state_broken(e, "the row of a membership that ended");
			break;
		}
		if (until > from && !has(&found, slug))
			buf_add(&found, &slug, sizeof(slug));
	}
	kv_cursor_close(c);
	*list = buf_list(&found, a, sizeof(**list), n);
	return rc;
}
