#include "state/state_noted.h"

#include "base/arena.h"

static struct str
key_of(struct buf *b, enum noted_kind kind, struct str key)
{
	buf_reset(b);
	buf_char(b, (char)kind);
	buf_str(b, key);
	return buf_view(b);
}

/* A key that is not in the list goes; ${kept} counts the others. */
static int
forget_others(struct state *s, struct str prefix, const struct str *keys, size_t n, size_t *kept,
    struct err *e)
{
	struct kv_cursor *c = kv_scan(s->txn, TABLE_NOTED, prefix, e);
	struct buf gone = { 0 };
	struct str key, row;
	size_t at = 0;
	int rc;

	*kept = 0;
	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct str noted = str_of(key.p + prefix.n, key.n - prefix.n);

		while (at < n && str_cmp(keys[at], noted) < 0)
			at++;
		if (at < n && str_eq(keys[at], noted)) {
			++*kept;
			continue;
		}
		buf_reset(&gone); /* a key of the table must not be handed to a write */
		buf_str(&gone, key);
		rc = kv_del(s->txn, TABLE_NOTED, buf_view(&gone), e);
		if (rc < 0)
			break;
	}
	kv_cursor_close(c);
	buf_release(&gone);
	return rc;
}

int
state_noted_follow(struct state *s, enum noted_kind kind, const struct str *keys, size_t n,
    bool *is_new, struct err *e)
{
	struct buf b = { 0 }, prefix = { 0 };
	size_t kept;
	int rc = forget_others(s, key_of(&prefix, kind, STR("")), keys, n, &kept, e);

	*is_new = kept < n;
	for (size_t i = 0; rc == 0 && *is_new && i < n; i++)
		rc = kv_put(s->txn, TABLE_NOTED, key_of(&b, kind, keys[i]), STR(""), e);
	buf_release(&b);
	buf_release(&prefix);
	return rc;
}
