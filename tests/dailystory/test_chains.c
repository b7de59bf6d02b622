/* Goal: who is linked by shared addresses, of this snapshot and of the one before, to somebody
 * whose record changed. */
#include "dailystory/chains.h"

#include "support/account.h"

/* Everybody of the account, with their addresses in the tables; all take no part. */
static void
begin(struct account *g)
{
	static const struct {
		const char *id, *email, *mobile;
	} rows[] = {
		{ "a", "x@y.co", "" },
		{ "b", "x@y.co", "+13035551111" },
		{ "c", "", "+13035551111" },
		{ "d", "z@y.co", "+13035552222" },
		{ "e", "", "+13035552222" },
		{ "f", "", "" },
	};
	const struct page pages[] = {
		CUSTOMERS("[{'id':'a','email':'x@y.co'},"
		          "{'id':'b','email':'x@y.co','phone':'3035551111'},"
		          "{'id':'c','phone':'3035551111'},"
		          "{'id':'d','email':'z@y.co','phone':'3035552222'},"
		          "{'id':'e','phone':'3035552222'},{'id':'f'}]"),
		ORDERS("[]"),
		{ 0 },
	};
	const struct holders_place none = { 0 };

	account_begin(g);
	account_apply(g, pages);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct holders_place email = { str_c(rows[i].email), false };
		const struct holders_place mobile = { str_c(rows[i].mobile), false };

		cr_assert(holders_move(
		              &g->s, HOLDERS_EMAIL, str_c(rows[i].id), &none, &email, &g->e) == 0);
		cr_assert(holders_move(&g->s, HOLDERS_MOBILE, str_c(rows[i].id), &none, &mobile,
		              &g->e) == 0);
	}
}

static void
expect_linked(struct account *g, struct chains *c, const char *want)
{
	struct buf found = { 0 };

	for (const char *id = "abcdef"; *id != '\0'; id++) {
		bool is = false;

		cr_assert(chains_is_changed(c, str_of(id, 1), &is, &g->e) == 0, "%s", g->e.msg);
		if (is)
			buf_char(&found, *id);
	}
	cr_expect(
	    str_eq(buf_view(&found), str_c(want)), "%.*s, not %s", STR_ARG(buf_view(&found)), want);
	buf_release(&found);
	chains_release(c);
}

static struct chains
chains_of(struct account *g, const struct str *changed, size_t n)
{
	return (struct chains){
		.s = &g->s, .settings = &g->settings, .changed = changed, .changed_n = n
	};
}

Test(chains, a_change_reaches_everybody_in_the_chain_and_nobody_else)
{
	static const struct {
		const char *changed, *want;
	} rows[] = { { "a", "abc" }, { "b", "abc" }, { "c", "abc" }, { "d", "de" }, { "e", "de" },
		{ "f", "f" }, { "q", "" } };
	struct account g;

	begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str changed = str_c(rows[i].changed);
		struct chains c = chains_of(&g, &changed, 1);

		expect_linked(&g, &c, rows[i].want);
	}
	account_end(&g);
}

Test(chains, without_a_change_nobody_is_linked_to_one)
{
	struct account g;
	struct chains c;

	begin(&g);
	c = chains_of(&g, NULL, 0);
	expect_linked(&g, &c, "");
	account_end(&g);
}

/* e was reached at z@y.co before; q, who was removed, at +13035551111. */
Test(chains, an_address_of_the_snapshot_before_links_too)
{
	struct str changed = STR("q");
	struct account g;
	struct chains c;

	begin(&g);
	c = chains_of(&g, &changed, 1);
	chains_former(&c, HOLDERS_MOBILE, STR("+13035551111"), STR("q"));
	chains_former(&c, HOLDERS_EMAIL, STR("z@y.co"), STR("f"));
	expect_linked(&g, &c, "abc");

	c = chains_of(&g, &changed, 1);
	chains_former(&c, HOLDERS_MOBILE, STR("+13035551111"), STR("q"));
	chains_former(&c, HOLDERS_EMAIL, STR("z@y.co"), STR("f"));
	chains_former(&c, HOLDERS_EMAIL, STR("x@y.co"), STR("f"));
	expect_linked(&g, &c, "abcdef");
	account_end(&g);
}
