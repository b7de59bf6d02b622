#include "state/rule_terms.h"

#include <assert.h>

#include "base/arena.h"
#include "base/pack.h"
#include "state/rows.h"

int
rule_terms_follow(struct state *s, struct str rules, struct str settings, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_RULE_TERMS, e);
	struct buf key = { 0 }, row = { 0 };
	struct str last_key, last;
	int rc;

	if (c == NULL)
		return -1;
	pack_text(&row, rules);
	pack_text(&row, settings);
	rc = kv_last(c, &last_key, &last, e);
	kv_cursor_close(c);
	if (rc == 0 || (rc > 0 && !str_eq(last, buf_view(&row))))
		rc = kv_append(s->txn, TABLE_RULE_TERMS,
		    row_key_number(&key, (uint32_t)s->totals.applied), buf_view(&row), e);
	buf_release(&key);
	buf_release(&row);
	return rc < 0 ? -1 : 0;
}

static int
read_terms(struct arena *a, struct kv_cur *c, struct buf *found, struct err *e)
{
	struct str key, row;
	int rc = kv_seek(c, STR(""), &key, &row, e);

	while (rc > 0) {
		struct unpack k = unpack_of(key);
		struct unpack u = unpack_of(str_copy(a, row));
		struct rule_terms t = { .since = unpack_key_u32(&k) };

		t.rules = unpack_text(&u);
		t.settings = unpack_text(&u);
		if (k.bad || u.bad)
			return state_broken(e, "the terms' row");
		buf_add(found, &t, sizeof(t));
		rc = kv_next(c, &key, &row, e);
	}
	return rc;
}

int
rule_terms_list(
    struct arena *a, struct state *s, struct rule_terms **list, size_t *n, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_RULE_TERMS, e);
	struct buf found = { 0 };
	int rc;

	if (c == NULL)
		return -1;
	rc = read_terms(a, c, &found, e);
	kv_cursor_close(c);
	*n = found.n / sizeof(**list);
	*list = arena_array(a, *n + 1, sizeof(**list));
	if (*n > 0)
		memcpy(*list, found.p, found.n);
	buf_release(&found);
	if (rc == 0 && (*n == 0 || (*list)[0].since != 1))
		return state_broken(e, "the terms of the first snapshot");
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
