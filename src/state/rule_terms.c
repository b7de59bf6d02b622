#include "state/rule_terms.h"

#include <assert.h>

#include "base/arena.h"
#include "base/pack.h"
#include "state/rows.h"

int
rule_terms_follow(struct state *s, const struct rule_terms *now, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_RULE_TERMS, e);
	struct buf key = { 0 }, row = { 0 };
	struct str ignored, at, last = { 0 };
	int rc;

	pack_text(&row, now->rules);
	pack_text(&row, now->settings);
	pack_text(&row, now->suppress_sha256);
	while ((rc = kv_next(c, &ignored, &at, e)) > 0)
		last = at;
	kv_cursor_close(c);
	if (rc == 0 && !str_eq(last, buf_view(&row)))
		rc = kv_append(s->txn, TABLE_RULE_TERMS,
		    row_key_number(&key, (uint32_t)s->totals.applied), buf_view(&row), e);
	buf_release(&key);
	buf_release(&row);
	return rc < 0 ? -1 : 0;
}

int
rule_terms_list(
    struct arena *a, struct state *s, struct rule_terms **list, size_t *n, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_RULE_TERMS, e);
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
		if (k.bad || u.bad || (found.n == sizeof(x) && x.since != 1)) {
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
