/* Goal: what a snapshot changes is told record by record, the last good copy of
 * an id speaking for it. */
#include "delta/delta.h"

#include "support/account.h"

#define O "'createdAt':'2026-01-01'"

static void
expect_counts(struct account *g, enum entity entity, uint64_t added, uint64_t changed,
    uint64_t removed, uint64_t unchanged)
{
	const uint64_t *c = g->delta.counts[entity];

	cr_expect(c[DELTA_ADDED] == added && c[DELTA_CHANGED] == changed &&
	              c[DELTA_REMOVED] == removed && c[DELTA_UNCHANGED] == unchanged,
	    "+%d ~%d -%d =%d", (int)c[0], (int)c[1], (int)c[2], (int)c[3]);
}

Test(delta, records_are_added_changed_removed_or_unchanged)
{
	static const struct page first[] = { CUSTOMERS("[{'id':'a'},{'id':'b'},{'id':'c','n':1}]"),
		{ 0 } };
	static const struct page next[] = { CUSTOMERS("[{'id':'d'},{'id':'c','n':2},{'id':'a'}]"),
		{ 0 } };
	struct account g;

	account_begin(&g);
	account_expect(&g, first, "+a +b +c |");
	account_apply(&g, first);
	account_expect(&g, next, "-b ~c +d |");
	expect_counts(&g, ENTITY_CUSTOMER, 1, 1, 1, 1);
	cr_expect(str_eq(g.delta.ops[ENTITY_CUSTOMER][1].changes,
	    STR("[{\"path\":\"/n\",\"before\":1,\"after\":2}]")));
	account_apply(&g, next);
	account_expect(&g, next, " |");
	expect_counts(&g, ENTITY_CUSTOMER, 0, 0, 0, 3);
	account_end(&g);
}

Test(delta, the_last_good_copy_counts)
{
#define AT "'createdAt':'2026-01-01'"
#define BAD "{'id':'a','customerId':{}," AT "}"
	static const struct page first[] = { CUSTOMERS("[{'id':'a','n':1}]"),
		ORDERS("[{'id':'a','n':1," AT "}]"), { 0 } };
	static const struct {
		const char *what;
		struct page pages[4];
		const char *want;
	} rows[] = {
		{ "the last page",
		    { CUSTOMERS("[{'id':'a','n':2}]"), CUSTOMERS("[{'id':'a','n':1}]") }, " |" },
		{ "the last page, which is another",
		    { CUSTOMERS("[{'id':'a','n':1}]"), CUSTOMERS("[{'id':'a','n':2}]") }, "~a |" },
		{ "the last page, which is another and not whole",
		    { CUSTOMERS("[{'id':'a','n':1}]"), CUSTOMERS("[{'id':'a','n':3},{'id':'b'}]"),
		        SOME_CUSTOMERS("[{'id':'a','n':2}]") },
		    "~a +b |" },
		{ "the last of three in a page",
		    { CUSTOMERS("[{'id':'a','n':2},null,{'id':'a','n':3},"
		                "{'id':'a','n':1}]") },
		    " |" },
		{ "a known one between others",
		    { CUSTOMERS("[{'id':'a','n':2}]"), CUSTOMERS("[{'id':'a','n':1}]"),
		        CUSTOMERS("[{'id':'a','n':3}]") },
		    "~a |" },
		{ "a known one, then one at fault",
		    { ORDERS("[{'id':'a','n':2," AT "}]"), ORDERS("[{'id':'a','n':1," AT "}]"),
		        ORDERS("[" BAD "]") },
		    " |" },
		{ "the last in its page", { CUSTOMERS("[{'id':'a','n':1},{'id':'a','n':2}]") },
		    "~a |" },
		{ "the last one is quarantined",
		    { ORDERS("[{'id':'a','n':2," AT "}]"), ORDERS("[" BAD "]") }, " | ~a" },
		{ "all are quarantined", { ORDERS("[" BAD "]") }, " |" },
	};

	for (size_t i = 0; i < COUNT(rows) * COUNT(ways); i++) {
		size_t row = i / COUNT(ways);
		struct account g;

		account_begin(&g);
		g.way = ways[i % COUNT(ways)];
		account_apply(&g, first);
		account_judge(&g, rows[row].pages);
		cr_expect(str_eq(account_ops(&g), str_c(rows[row].want)), "%s: '%.*s'",
		    rows[row].what, STR_ARG(account_ops(&g)));
		account_end(&g);
	}
}

Test(delta, what_is_only_quarantined_is_in_no_count)
{
	static const struct page first[] = { ORDERS("[{'id':'a'," AT "},{'id':'b'," AT "}]"),
		{ 0 } };
	static const struct page next[] = { ORDERS("[" BAD ",{'id':'b'," AT "}]"), { 0 } };
	struct account g;

	account_begin(&g);
	account_apply(&g, first);
	account_judge(&g, next);
	expect_counts(&g, ENTITY_ORDER, 0, 0, 0, 1);
	account_end(&g);
}

Test(delta, another_text_of_the_same_meaning_is_unchanged)
{
	static const struct page first[] = { CUSTOMERS("[{'id':'a','n':1,'s':'x'}]"), { 0 } };
	static const struct page next[] = { CUSTOMERS("[{ 's':'\\u0078', 'n':1.0, 'id':'a' }]"),
		{ 0 } };
	struct account g;

	account_begin(&g);
	account_apply(&g, first);
	account_judge(&g, next);
	cr_expect(str_eq(account_ops(&g), STR(" |")));
	cr_expect(g.delta.refreshed_n[ENTITY_CUSTOMER] == 1);
	account_apply(&g, next);
	account_judge(&g, next);
	cr_expect(
	    g.in.seen[ENTITY_CUSTOMER][0]->form == SEEN_SAME, "its text is the known one now");
	account_end(&g);
}

Test(delta, before_is_where_the_version_was_first_read)
{
	static const struct page first[] = { CUSTOMERS("[]"), CUSTOMERS("[null,{'id':'a'}]"),
		{ 0 } };
	static const struct page same[] = { CUSTOMERS("[{'id':'a'}]"), { 0 } };
	static const struct page alike[] = { CUSTOMERS("[{'id' :'a'}]"), { 0 } };
	static const struct page other[] = { CUSTOMERS("[{'id':'a','n':1}]"), { 0 } };
	static const struct page none[] = { CUSTOMERS("[]"), { 0 } };
	struct account g;
	struct place at;

	account_begin(&g);
	account_apply(&g, first);
	account_apply(&g, same);
	account_apply(&g, alike);
	account_judge(&g, other);
	at = g.delta.ops[ENTITY_CUSTOMER][0].before;
	cr_expect(at.snapshot == 1 && at.page == 1 && at.index == 1);
	account_apply(&g, other);
	account_judge(&g, none);
	at = g.delta.ops[ENTITY_CUSTOMER][0].before;
	cr_expect(at.snapshot == 4 && at.page == 0 && at.index == 0);
	account_end(&g);
}

Test(delta, ops_are_sorted_by_the_bytes_of_their_ids)
{
	static const struct page first[] = {
		ORDERS("[{'id':'b'," O "},{'id':'\xc3\xa9'," O "},{'id':'10'," O "}]"), { 0 }
	};
	static const struct page next[] = {
		ORDERS("[{'id':'a'," O "},{'id':'b','x':1," O "},{'id':'9'," O "},{'id':'ba'," O
		       "},{'id':'aaaaaaaab'," O "},{'id':'aaaaaaaaa'," O "}]"),
		{ 0 }
	};
	struct account g;

	account_begin(&g);
	account_apply(&g, first);
	account_expect(&g, next, " | -10 +9 +a +aaaaaaaaa +aaaaaaaab ~b +ba -\xc3\xa9");
	account_end(&g);
}

Test(delta, a_version_before_that_is_damaged_refuses_the_snapshot)
{
	static const struct page first[] = { CUSTOMERS("[{'id':'a','n':1}]"), { 0 } };
	static const struct page next[] = { CUSTOMERS("[{'id':'a','n':2}]"), { 0 } };
	struct account g;
	char *path;

	account_begin(&g);
	account_apply(&g, first);
	path = file_join(&g.a, g.dir, "snapshots/20300102T000000Z/page-0001.json");
	cr_assert(file_exists(path));
	cr_assert(file_save(path, STR("[{\"id\":\"a\",\"n\":3}]"), &g.e) == 0);
	cr_assert(account_read(&g, next) == 0);
	cr_expect(delta_find(&g.delta, &g.s, &g.in, &g.source, &g.e) == -1);
	cr_expect(g.e.kind == ERR_DAMAGED, "%s", g.e.msg);
	cr_expect(strstr(g.e.file, "20300102T000000Z") != NULL);
	cr_expect(strstr(g.e.advice, "backup") != NULL, "%s", g.e.advice);
	account_end(&g);
}
