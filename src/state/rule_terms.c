#include "state/rule_terms.h"

#include <assert.h>

#include "base/arena.h"
#include "base/pack.h"
#include "lib/hash.h"
#include "state/rows.h"

#define CHECK_SIZE sizeof(uint64_t)

/* Of key and texts together: verify blames a file of terms/ that differs, so the row must be known
 * to be right. */
static uint64_t
check_of(struct str key, struct str texts)
{
	struct buf b = { 0 };
	uint64_t check;

	buf_str(&b, key);
	buf_str(&b, texts);
	check = hash_of(buf_view(&b)).lo;
	buf_release(&b);
	return check;
}

static struct str
texts_of(struct str row)
{
	return str_of(row.p, row.n < CHECK_SIZE ? 0 : row.n - CHECK_SIZE);
}

int
rule_terms_follow(struct state *s, const struct rule_terms *now, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, TABLE_RULE_TERMS, e);
	struct buf key = { 0 }, row = { 0 };
	struct str at_key, at, last = { 0 };
	int rc;

	pack_text(&row, now->rules);
	pack_text(&row, now->settings);
	pack_text(&row, now->suppress_sha256);
	while ((rc = kv_next(c, &at_key, &at, e)) > 0)
		last = at;
	kv_cursor_close(c);
	if (rc == 0 && !str_eq(texts_of(last), buf_view(&row))) {
		at_key = row_key_number(&key, (uint32_t)s->totals.applied);
		pack_fixed(&row, check_of(at_key, buf_view(&row)));
		rc = kv_append(s->txn, TABLE_RULE_TERMS, at_key, buf_view(&row), e);
	}
	buf_release(&key);
	buf_release(&row);
	return rc < 0 ? -1 : 0;
}

int
rule_terms_list(
    struct arena *a, struct state *s, struct rule_terms **list, size_t *n, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, TABLE_RULE_TERMS, e);
	struct buf found = { 0 };
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct unpack k = unpack_of(key), u = unpack_of(str_copy(a, row));
		struct rule_terms x = { .since = unpack_key_u32(&k) };

		x.rules = unpack_text(&u);
		x.settings = unpack_text(&u);
		x.suppress_sha256 = unpack_text(&u);
		buf_add(&found, &x, sizeof(x));
		if (unpack_fixed(&u) != check_of(key, texts_of(row)) || k.bad || u.bad ||
		    (found.n == sizeof(x) && x.since != 1)) {
			rc = state_broken(e, "the rules and settings that were in force");
			break;
		}
	}
	kv_cursor_close(c);
	*list = buf_list(&found, a, sizeof(**list), n);
	if (rc == 0 && *n == 0)
		return state_broken(e, "the rules and settings of the first snapshot");
	return rc;
}

const struct rule_terms *
rule_terms_at(const struct rule_terms *list, size_t n, uint32_t number)
{
	size_t i = n;

	assert(n > 0 && number > 0);
	while (list[i - 1].since > number)
		i--;
	return &list[i - 1];
}
