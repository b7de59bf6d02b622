/* Goal: what the first snapshot spills to the file is no state before the
 * commit, and later snapshots spill nothing. */
#include "support/account.h"
#include "base/pack.h"
#include "state/state.h"

#define ROWS 4096
#define ROW_BYTES ((size_t)32 << 10) /* all of them: more than is kept */

/* Rows enough to spill more than once. */
static void
write_much(struct account *g)
{
	char *row = mem_zero(1, ROW_BYTES);
	struct buf key = { 0 };

	for (uint32_t i = 1; i <= ROWS; i++) {
		buf_reset(&key);
		pack_key_u32(&key, i);
		cr_assert(kv_put(g->s.txn, TABLE_ORDERS, buf_view(&key), str_of(row, ROW_BYTES),
		              &g->e) == 0);
		cr_assert(state_spill(&g->s, &g->e) == 0, "%s", g->e.msg);
	}
	buf_release(&key);
	mem_free(row);
}

static uint64_t
orders(struct account *g)
{
	uint64_t n = 0;

	cr_assert(kv_count(g->s.txn, TABLE_ORDERS, &n, &g->e) == 0);
	return n;
}

Test(spill, what_was_spilled_and_not_committed_is_nothing)
{
	struct account g;

	account_begin(&g);
	write_much(&g);
	cr_expect(kv_written(g.s.txn) < ROWS * ROW_BYTES, "it spilled");
	state_close(&g.s);
	cr_expect(state_open(&g.s, g.dir, false, &g.e) == 0, "there is no state to read");
	cr_assert(state_open(&g.s, g.dir, true, &g.e) == 1, "%s", g.e.msg);
	cr_expect(orders(&g) == 0, "the next run begins with nothing");
	account_end(&g);
}

Test(spill, what_was_spilled_is_part_of_the_commit)
{
	struct account g;

	account_begin(&g);
	write_much(&g);
	g.s.totals.applied = 1;
	cr_assert(state_commit(&g.s, &g.e) == 0, "%s", g.e.msg);
	cr_assert(state_begin(&g.s, &g.e) == 1);
	cr_expect(orders(&g) == ROWS);
	account_end(&g);
}

Test(spill, a_later_snapshot_is_one_transaction)
{
	struct account g;

	account_begin(&g);
	g.s.totals.applied = 1;
	cr_assert(state_commit(&g.s, &g.e) == 0, "%s", g.e.msg);
	cr_assert(state_begin(&g.s, &g.e) == 1);
	write_much(&g);
	cr_expect(kv_written(g.s.txn) > ROWS * ROW_BYTES, "nothing spilled");
	state_close(&g.s);
	cr_assert(state_open(&g.s, g.dir, true, &g.e) == 1);
	cr_expect(orders(&g) == 0 && g.s.totals.applied == 1);
	account_end(&g);
}

Test(spill, a_view_sees_what_is_shared_of_a_first_snapshot)
{
	struct account g;
	struct state view;
	struct str row;

	account_begin(&g);
	cr_assert(kv_put(g.s.txn, TABLE_ORDERS, STR("1"), STR("x"), &g.e) == 0);
	cr_assert(state_share(&g.s, &g.e) == 1, "%s", g.e.msg);
	cr_assert(kv_put(g.s.txn, TABLE_ORDERS, STR("2"), STR("y"), &g.e) == 0);
	cr_assert(state_view(&g.s, &view, &g.e) == 0, "%s", g.e.msg);
	cr_expect(kv_get(view.txn, TABLE_ORDERS, STR("1"), &row, &g.e) == 1);
	cr_expect(kv_get(view.txn, TABLE_ORDERS, STR("2"), &row, &g.e) == 0);
	state_view_end(&view);
	state_close(&g.s);
	cr_expect(state_open(&g.s, g.dir, false, &g.e) == 0, "what is shared is no state yet");
	cr_assert(state_open(&g.s, g.dir, true, &g.e) == 1, "%s", g.e.msg);
	cr_expect(orders(&g) == 0);
	account_end(&g);
}

Test(spill, a_view_sees_what_is_shared_of_a_later_snapshot)
{
	struct account g;
	struct state view;
	struct str row;

	account_begin(&g);
	g.s.totals.applied = 1;
	cr_assert(state_commit(&g.s, &g.e) == 0, "%s", g.e.msg);
	cr_assert(state_begin(&g.s, &g.e) == 1);
	cr_assert(kv_put(g.s.txn, TABLE_ORDERS, STR("1"), STR("x"), &g.e) == 0);
	cr_assert(state_share(&g.s, &g.e) == 1, "%s", g.e.msg);
	cr_assert(kv_put(g.s.txn, TABLE_ORDERS, STR("2"), STR("y"), &g.e) == 0);
	cr_assert(state_view(&g.s, &view, &g.e) == 0, "%s", g.e.msg);
	cr_expect(kv_get(view.txn, TABLE_ORDERS, STR("1"), &row, &g.e) == 1);
	cr_expect(kv_get(view.txn, TABLE_ORDERS, STR("2"), &row, &g.e) == 0);
	state_view_end(&view);
	state_close(&g.s);
	cr_assert(state_open(&g.s, g.dir, true, &g.e) == 1, "%s", g.e.msg);
	cr_expect(orders(&g) == 0, "nothing of it is in the file");
	account_end(&g);
}
