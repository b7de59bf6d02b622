/* Goal: a state is all of a commit or nothing of it, and one of another
 * version, or broken, is found out. */
#include "state/state.h"

#include "support/account.h"
#include "base/pack.h"

/* Close and open again. */
static int
reopen(struct account *g, bool writable)
{
	state_close(&g->s);
	return state_open(&g->s, g->dir, writable, &g->e);
}

static void
expect_meta(struct account *g, const char *name, const char *want)
{
	struct str value = { 0 };
	int rc = state_meta(&g->s, name, &value, &g->e);

	cr_expect(rc == (want != NULL), "%s: %d", name, rc);
	if (rc == 1 && want != NULL)
		cr_expect(str_eq(value, str_c(want)), "%s: %.*s", name, STR_ARG(value));
}

Test(state, there_is_none_to_read_before_the_first_commit)
{
	struct account g;

	account_begin(&g);
	cr_expect(reopen(&g, false) == 0);
	state_close(&g.s);
	cr_assert(state_forget(g.dir, &g.e) == 0);
	cr_expect(state_open(&g.s, g.dir, false, &g.e) == 0, "no directory");
	account_end(&g);
}

Test(state, what_is_committed_is_there_again)
{
	struct account g;

	account_begin(&g);
	g.s.totals = (struct totals){ .applied = 3,
		.customers = 5,
		.completed = INT64_MIN,
		.profiles = INT64_MAX,
		.guest = -1,
		.skipped = { 9, 8 } };
	g.s.words.last = 4;
	cr_assert(state_meta_put(&g.s, "rules", STR("[]"), &g.e) == 0);
	cr_assert(state_commit(&g.s, &g.e) == 0, "%s", g.e.msg);
	for (int writable = 0; writable < 2; writable++) {
		cr_assert(reopen(&g, writable) == 1, "%s", g.e.msg);
		cr_expect(g.s.totals.applied == 3 && g.s.words.last == 4);
		cr_expect(g.s.totals.completed == INT64_MIN);
		cr_expect(g.s.totals.profiles == INT64_MAX);
		cr_expect(g.s.totals.guest == -1);
		cr_expect(g.s.totals.skipped[1] == 8);
		expect_meta(&g, "rules", "[]");
	}
	account_end(&g);
}

Test(state, what_is_not_committed_is_forgotten)
{
	struct account g;

	account_begin(&g);
	cr_assert(state_commit(&g.s, &g.e) == 0);
	cr_assert(state_begin(&g.s, &g.e) == 1);
	g.s.totals.applied = 7;
	cr_assert(state_meta_put(&g.s, "rules", STR("x"), &g.e) == 0);
	cr_assert(reopen(&g, true) == 1, "%s", g.e.msg);
	cr_expect(g.s.totals.applied == 0);
	expect_meta(&g, "rules", NULL);
	account_end(&g);
}

/* Put a row of totals that is ours but for what ${spoil} does. */
static void
store_totals(struct account *g, struct str row)
{
	cr_assert(state_meta_put(&g->s, "totals", row, &g->e) == 0);
	cr_assert(kv_commit(g->s.txn, &g->e) == 0);
	g->s.txn = NULL;
}

Test(state, one_of_another_version_is_emptied_by_a_writer_alone)
{
	struct account g;
	struct buf row = { 0 };

	account_begin(&g);
	cr_assert(state_meta_put(&g.s, "rules", STR("old"), &g.e) == 0);
	pack_u64(&row, STATE_VERSION + 1);
	buf_z(&row, "whatever it holds");
	store_totals(&g, buf_view(&row));
	cr_expect(reopen(&g, false) == 0, "nothing for a reader");
	cr_assert(reopen(&g, true) == 1, "%s", g.e.msg);
	expect_meta(&g, "rules", NULL);
	expect_meta(&g, "totals", NULL);
	cr_expect(state_share(&g.s, &g.e) == 1, "made as a first one is");
	cr_expect(reopen(&g, false) == 0, "and nothing until it is whole");
	buf_release(&row);
	account_end(&g);
}

/* As a version before would leave it: some of the tables, and these totals. */
static void
store_fewer_tables(struct account *g, struct str totals)
{
	char *dir = file_join(&g->a, g->dir, "state");

	state_close(&g->s);
	cr_assert(state_forget(g->dir, &g->e) == 0);
	cr_assert(dir_make(dir, &g->e) == 0);
	g->s = (struct state){ .kv = kv_open(dir, table_list(), TABLE_PAGES + 1, KV_WRITE, &g->e) };
	cr_assert(g->s.kv != NULL, "%s", g->e.msg);
	g->s.txn = kv_begin(g->s.kv, true, &g->e);
	store_totals(g, totals);
}

Test(state, one_of_another_version_may_lack_tables)
{
	struct account g;
	struct buf row = { 0 };

	account_begin(&g);
	pack_u64(&row, STATE_VERSION - 1);
	store_fewer_tables(&g, buf_view(&row));
	cr_expect(reopen(&g, false) == 0, "%s", g.e.msg);
	cr_assert(reopen(&g, true) == 1, "%s", g.e.msg);
	expect_meta(&g, "totals", NULL);
	buf_release(&row);
	account_end(&g);
}

/* Trees of another version must not outlive it: whoever is erased would be left in them. */
Test(state, nothing_is_left_of_another_version)
{
	static const struct kv_table more[] = { { .name = "meta", KV_PLAIN },
		{ .name = "as_it_was", KV_PLAIN } };
	struct account g;
	struct buf row = { 0 };
	struct kv *kv;
	char *dir;

	account_begin(&g);
	pack_u64(&row, STATE_VERSION - 1);
	store_fewer_tables(&g, buf_view(&row));
	state_close(&g.s);
	dir = file_join(&g.a, g.dir, "state");
	g.s = (struct state){ .kv = kv_open(dir, more, 2, KV_WRITE, &g.e) };
	g.s.txn = kv_begin(g.s.kv, true, &g.e);
	cr_assert(kv_put(g.s.txn, 1, STR("who"), STR("what"), &g.e) == 0);
	cr_assert(kv_commit(g.s.txn, &g.e) == 0);
	g.s.txn = NULL;
	cr_assert(reopen(&g, true) == 1, "%s", g.e.msg);
	state_close(&g.s);
	kv = kv_open(dir, more, 2, KV_READ, &g.e);
	cr_expect(kv == NULL, "the tree is there");
	cr_assert(reopen(&g, true) == 1, "%s", g.e.msg);
	buf_release(&row);
	account_end(&g);
}

Test(state, one_of_this_version_may_not_lack_tables)
{
	struct account g;
	struct str totals;

	account_begin(&g);
	cr_assert(state_commit(&g.s, &g.e) == 0);
	cr_assert(state_begin(&g.s, &g.e) == 1);
	cr_assert(state_meta(&g.s, "totals", &totals, &g.e) == 1);
	store_fewer_tables(&g, str_copy(&g.a, totals));
	cr_expect(reopen(&g, false) == -1);
	cr_expect(g.e.advice[0] != '\0', "no advice");
	account_end(&g);
}

Test(state, totals_that_are_cut_are_a_broken_state)
{
	struct account g;
	struct str stored;
	char row[256];
	size_t n;

	account_begin(&g);
	cr_assert(state_commit(&g.s, &g.e) == 0);
	cr_assert(state_begin(&g.s, &g.e) == 1);
	cr_assert(state_meta(&g.s, "totals", &stored, &g.e) == 1);
	n = stored.n;
	cr_assert(n < sizeof(row));
	memcpy(row, stored.p, n);
	for (size_t cut = 0; cut < n; cut++) {
		if (g.s.txn == NULL)
			g.s.txn = kv_begin(g.s.kv, true, &g.e);
		store_totals(&g, str_of(row, cut));
		cr_expect(state_begin(&g.s, &g.e) == -1, "cut at %zu", cut);
		cr_expect(strstr(g.e.advice, "--rebuild") != NULL);
	}
	account_end(&g);
}

Test(state, snapshots_and_pages_are_found_by_number)
{
	struct account g;
	struct applied in = { .id = STR("20261123T040000Z"),
		.as_of = INT64_C(-5),
		.manifest_sha256 = STR("m"),
		.diff_sha256 = STR(""),
		.customers = { 1, 2, 3, UINT64_MAX },
		.orders = { 5, 6, 7, 8 },
		.quarantined = 9,
		.held_back = { 10, 11 },
		.in_two_locations = 12,
		.is_in_two_new = true };
	struct applied_page page = { STR("p.json"), STR("s"), RESOURCE_ORDERS, STR("L1") };
	struct applied out;
	struct applied_page found;

	account_begin(&g);
	cr_expect(state_applied(&g.s, 1, &out, &g.e) == 0);
	cr_assert(state_applied_put(&g.s, 1, &in, &g.e) == 0);
	cr_assert(state_page_put(&g.s, 1, 0, &page, &g.e) == 0);
	page.path = STR("q.json");
	cr_assert(state_page_put(&g.s, 1, 256, &page, &g.e) == 0);

	cr_assert(state_applied(&g.s, 1, &out, &g.e) == 1);
	cr_expect(str_eq(out.id, in.id) && out.as_of == -5);
	cr_expect(str_eq(out.manifest_sha256, STR("m")));
	cr_expect(out.diff_sha256.n == 0);
	cr_expect(out.customers[3] == UINT64_MAX && out.orders[0] == 5);
	cr_expect(out.quarantined == 9 && out.in_two_locations == 12);
	cr_expect(out.held_back[ENTITY_CUSTOMER] == 10 && out.held_back[ENTITY_ORDER] == 11);
	cr_expect(out.is_in_two_new && !out.is_quarantine_new);
	cr_assert(state_page(&g.s, 1, 256, &found, &g.e) == 0);
	cr_expect(str_eq(found.path, STR("q.json")));
	cr_expect(found.resource == RESOURCE_ORDERS);
	account_end(&g);
}

Test(state, a_page_nobody_listed_is_a_broken_state)
{
	struct account g;
	struct applied_page page;

	account_begin(&g);
	cr_expect(state_page(&g.s, 1, 0, &page, &g.e) == -1);
	cr_expect(g.e.kind == ERR_FAILED);
	cr_expect(strcmp(g.e.file, "state/data.mdb") == 0);
	account_end(&g);
}

Test(state, what_is_no_state_is_said_to_be_none)
{
	struct account g;
	struct err e = ERR_INIT;
	char *dir;

	account_begin(&g);
	state_close(&g.s);
	cr_assert(state_forget(g.dir, &g.e) == 0);
	dir = file_join(&g.a, g.dir, "state");
	cr_assert(dir_make(dir, &g.e) == 0);
	cr_assert(file_save(file_join(&g.a, dir, "data.mdb"), STR("no such thing as a store\n"),
	              &g.e) == 0);
	cr_expect(state_open(&g.s, g.dir, true, &e) == -1);
	cr_expect(e.kind == ERR_FAILED, "%d: %s", (int)e.kind, e.msg);
	e = (struct err)ERR_INIT;
	cr_expect(state_open(&g.s, g.dir, false, &e) == -1);
	account_end(&g);
}

Test(state, closing_twice_is_harmless)
{
	struct account g;
	struct state none = { 0 };

	account_begin(&g);
	state_close(&g.s);
	state_close(&g.s);
	state_close(&none);
	account_end(&g);
}
