#include "state/state_statuses.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pack.h"
#include "state/rows.h"

/* In place of a word: orders that are voided, whatever status they have. */
#define VOIDED UINT32_MAX

static int
too_large(struct err *e)
{
	return err_set(e, ERR_FAILED, "the sum of all orders of a status is too large to count");
}

static struct status_change *
change_of(struct state_statuses *c, uint32_t status, bool is_voided)
{
	if (is_voided)
		return &c->voided;
	c->by_word = mem_reach(c->by_word, status, &c->cap, sizeof(*c->by_word));
	return &c->by_word[status];
}

void
state_statuses_note(
    struct state_statuses *c, uint32_t status, bool is_voided, int64_t cents, int sign)
{
	struct status_change *x = change_of(c, status, is_voided);

	x->orders += sign;
	if (__builtin_mul_overflow(cents, sign, &cents) ||
	    __builtin_add_overflow(x->cents, cents, &x->cents))
		c->is_too_large = true;
}

static bool
unpack_row(struct str row, struct status_total *out)
{
	struct unpack u = unpack_of(row);

	out->orders = unpack_u64(&u);
	out->cents = unpack_i64(&u);
	return !u.bad && u.p == u.end && out->orders > 0;
}

static int
write_one(struct state *s, uint32_t number, struct status_change change, struct err *e)
{
	struct buf key = { 0 }, b = { 0 };
	struct status_total t = { .orders = 0 };
	struct str row;
	int rc;

	if (change.orders == 0 && change.cents == 0)
		return 0;
	rc = kv_get(s->txn, TABLE_STATUSES, row_key_number(&key, number), &row, e);
	if (rc > 0 && !unpack_row(row, &t))
		rc = state_broken(e, "the orders of a status");
	t.orders += (uint64_t)change.orders;
	if (rc >= 0 && __builtin_add_overflow(t.cents, change.cents, &t.cents))
		rc = too_large(e);
	if (rc >= 0 && t.orders > 0) {
		pack_u64(&b, t.orders);
		pack_i64(&b, t.cents);
		rc = kv_put(s->txn, TABLE_STATUSES, buf_view(&key), buf_view(&b), e);
	} else if (rc >= 0) {
		rc = kv_del(s->txn, TABLE_STATUSES, buf_view(&key), e);
	}
	buf_release(&key);
	buf_release(&b);
	return rc < 0 ? -1 : 0;
}

int
state_statuses_write(const struct state_statuses *c, struct state *s, struct err *e)
{
	if (c->is_too_large)
		return too_large(e);
	for (size_t i = 0; i < c->cap; i++)
		if (write_one(s, (uint32_t)i, c->by_word[i], e) < 0)
			return -1;
	return write_one(s, VOIDED, c->voided, e);
}

void
state_statuses_release(struct state_statuses *c)
{
	mem_free(c->by_word);
	*c = (struct state_statuses){ 0 };
}

static int
by_status(const void *x, const void *y)
{
	return str_cmp(
	    ((const struct status_total *)x)->status, ((const struct status_total *)y)->status);
}

/* The row of a status whose number is the key. */
static int
read_row(struct state *s, struct str key, struct str row, struct status_total *out, struct err *e)
{
	struct unpack u = unpack_of(key);
	uint32_t number = unpack_key_u32(&u);

	if (u.bad || !unpack_row(row, out))
		return state_broken(e, "the orders of a status");
	out->status = STR("voided");
	return number == VOIDED ? 0 : dictionary_text(&s->words, s->txn, number, &out->status, e);
}

int
state_statuses_list(
    struct arena *a, struct state *s, struct status_total **list, size_t *n, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, TABLE_STATUSES, e);
	struct buf found = { 0 };
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct status_total t;

		if (read_row(s, key, row, &t, e) < 0) {
			rc = -1;
			break;
		}
		t.status = str_copy(a, t.status);
		buf_add(&found, &t, sizeof(t));
	}
	kv_cursor_close(c);
	*list = buf_list(&found, a, sizeof(**list), n);
	if (*n > 0)
		qsort(*list, *n, sizeof(**list), by_status);
	return rc;
}
