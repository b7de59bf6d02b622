/* Goal: who entered and left is told with the first cause that holds, and what
 * is stored says the same the next time. */
#include "segment/membership.h"

#include "support/account.h"
#include "segment/rule.h"

/* A set of segments of these slugs, each with a rule that says its number. */
static struct segment_set
set_of(struct account *g, const char *const *slugs, const char *const *rules)
{
	struct buf b = { 0 };
	struct segment_set set;

	for (size_t i = 0; slugs[i] != NULL; i++)
		buf_printf(&b,
		    "%s{\"name\":\"N\",\"slug\":\"%s\",\"where\":{\"field\":"
		    "\"fh_total_orders\",\"op\":\">=\",\"value\":%s}}",
		    i == 0 ? "[" : ",", slugs[i], rules[i]);
	buf_z(&b, b.n == 0 ? "[]" : "]");
	cr_assert(segment_parse(&g->a, "s", buf_view(&b), &set, &g->e) == 0, "%s", g->e.msg);
	buf_release(&b);
	return set;
}

static struct tallies
load(struct account *g, const struct segment_set *set, const struct segment_set *before)
{
	struct tallies t;

	cr_assert(tallies_load(&g->a, &g->s, set, before, &t, &g->e) == 0, "%s", g->e.msg);
	return t;
}

/* "+slug cause", "-slug cause" or "=slug" for each segment somebody is or was
 * in. */
static void
expect_list(struct account *g, const struct tallies *t, struct str before, const bool *member,
    struct circumstances c, const char *want, struct buf *now)
{
	struct transition *list;
	struct buf b = { 0 };
	size_t n;

	cr_assert(transition_list(&g->a, t, before, member, c, 7, &list, &n, now, &g->e) == 0, "%s",
	    g->e.msg);
	for (size_t i = 0; i < n; i++) {
		bool same = list[i].was && list[i].is;

		buf_z(&b, i > 0 ? " " : "");
		buf_char(&b, same ? '=' : list[i].is ? '+' : '-');
		buf_str(&b, list[i].tally->slug);
		buf_printf(&b, "%s%s", same ? "" : ":", same ? "" : cause_name(list[i].cause));
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s, not %s", STR_ARG(buf_view(&b)), want);
	buf_release(&b);
}

static const char *const slugs[] = { "b", "a", "c", NULL };
static const char *const rules[] = { "1", "2", "3" };
static const struct segment_set nothing;

Test(transition, the_cause_is_the_first_that_holds)
{
	static const struct {
		struct circumstances c;
		bool redefined;
		const char *cause;
	} rows[] = {
		{ { false, false, false, false }, false, "clock" },
		{ { false, false, false, false }, true, "definition" },
		{ { false, false, false, true }, false, "definition" },
		{ { false, false, true, false }, true, "data" },
		{ { false, false, true, true }, false, "data" },
		{ { false, true, true, false }, true, "removed" },
		{ { true, false, true, false }, true, "baseline" },
	};
	static const char *const one[] = { "a", NULL };
	static const char *const was[] = { "1" }, *const now[] = { "2" };
	struct account g;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct segment_set set = set_of(&g, one, now);
		struct segment_set before = rows[i].redefined ? set_of(&g, one, was) : set;
		struct tallies t = load(&g, &set, &before);
		struct buf m = { 0 };
		char want[32];
		bool member[1] = { true };

		cr_expect(t.any_redefined == rows[i].redefined);
		snprintf(want, sizeof(want), "+a:%s", rows[i].cause);
		expect_list(&g, &t, STR(""), member, rows[i].c, want, &m);
		snprintf(want, sizeof(want), "-a:%s", rows[i].cause);
		{
			struct str stored = str_copy(&g.a, buf_view(&m));

			buf_reset(&m);
			expect_list(&g, &t, stored, NULL, rows[i].c, want, &m);
			cr_expect(m.n == 0, "in none");
		}
		buf_release(&m);
	}
	account_end(&g);
}

Test(transition, tallies_are_sorted_and_keep_their_numbers)
{
	struct account g;
	struct segment_set set;
	struct tallies t, again;

	account_begin(&g);
	set = set_of(&g, slugs, rules);
	t = load(&g, &set, &nothing);
	cr_assert(t.n == 3);
	cr_expect(str_eq(t.list[0].slug, STR("a")) && t.list[0].rule == 1);
	cr_expect(str_eq(t.list[1].slug, STR("b")) && t.list[1].rule == 0);
	cr_expect(t.any_redefined && t.list[0].is_redefined, "all are new");
	cr_expect(tallies_of_rule(&t, 2) == &t.list[2]);
	t.list[0].members = 5;
	t.list[0].contacts = 4;
	t.list[0].entered = 3;
	cr_assert(tallies_store(&g.s, &t, &g.e) == 0);

	again = load(&g, &set, &set);
	cr_assert(again.n == 3);
	cr_expect(!again.any_redefined);
	cr_expect(again.list[0].members == 5 && again.list[0].contacts == 4);
	cr_expect(again.list[0].entered == 0, "of this snapshot none yet");
	cr_expect(again.list[0].number == t.list[0].number);

	cr_assert(tallies_read(&g.a, &g.s, &again, &g.e) == 0);
	cr_expect(again.n == 3 && again.list[0].entered == 3);
	cr_expect(tallies_match(&again, &set, &g.e) == 0);
	cr_expect(again.list[1].rule == 0 && again.list[1].is_current);
	account_end(&g);
}

Test(transition, a_segment_taken_out_is_left_and_forgotten)
{
	static const char *const fewer[] = { "c", "b", NULL };
	static const char *const fewer_rules[] = { "3", "1" };
	struct account g;
	struct segment_set set, less;
	struct tallies t;
	struct circumstances quiet = { 0 };
	struct buf m = { 0 };
	bool all[3] = { true, true, true };
	struct str stored;

	account_begin(&g);
	set = set_of(&g, slugs, rules);
	less = set_of(&g, fewer, fewer_rules);
	t = load(&g, &set, &nothing);
	expect_list(&g, &t, STR(""), all, quiet, "+a:definition +b:definition +c:definition", &m);
	cr_assert(tallies_store(&g.s, &t, &g.e) == 0);
	stored = str_copy(&g.a, buf_view(&m));

	t = load(&g, &less, &set);
	cr_expect(t.any_redefined && t.n == 3 && !t.list[0].is_current);
	cr_expect(!t.list[1].is_redefined, "b moved in the file, no more");
	buf_reset(&m);
	expect_list(&g, &t, stored, all, quiet, "-a:definition =b =c", &m);
	cr_assert(tallies_store(&g.s, &t, &g.e) == 0);
	stored = str_copy(&g.a, buf_view(&m));

	t = load(&g, &less, &less);
	cr_expect(t.n == 2 && !t.any_redefined);
	buf_reset(&m);
	expect_list(&g, &t, stored, all, quiet, "=b =c", &m);
	cr_expect(str_eq(stored, buf_view(&m)), "nothing changed");

	t = load(&g, &set, &less);
	buf_reset(&m);
	expect_list(&g, &t, stored, all, quiet, "+a:definition =b =c", &m);
	buf_release(&m);
	account_end(&g);
}

Test(transition, a_membership_keeps_when_and_why_it_began)
{
	struct account g;
	struct segment_set set;
	struct tallies t;
	struct buf first = { 0 }, m = { 0 };
	struct membership one;
	struct str list;
	bool member[3] = { false, true, false };

	account_begin(&g);
	set = set_of(&g, slugs, rules);
	t = load(&g, &set, &set);
	row_membership_pack(&first, (struct membership){ t.list[0].number, 3, CAUSE_BASELINE });
	expect_list(&g, &t, buf_view(&first), member, (struct circumstances){ .is_touched = true },
	    "=a", &m);
	list = buf_view(&m);
	cr_assert(row_membership_next(&list, &one) == 1);
	cr_expect(one.since == 3 && one.cause == CAUSE_BASELINE);
	member[1] = false;
	member[0] = true;
	buf_reset(&m);
	expect_list(&g, &t, buf_view(&first), member, (struct circumstances){ .is_touched = true },
	    "-a:data +b:data", &m);
	list = buf_view(&m);
	cr_assert(row_membership_next(&list, &one) == 1);
	cr_expect(one.slug == t.list[1].number && one.since == 7 && one.cause == CAUSE_DATA);
	buf_release(&first);
	buf_release(&m);
	account_end(&g);
}

Test(transition, memberships_that_cannot_be_are_a_broken_state)
{
	static const struct str rows[] = { { "\x80", 1 }, { "\x63\1\1", 3 },
		{ "\1", 1 } }; /* cut, of no segment, cut */
	struct account g;
	struct segment_set set;
	struct tallies t;

	account_begin(&g);
	set = set_of(&g, slugs, rules);
	t = load(&g, &set, &set);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct transition *list;
		struct buf m = { 0 };
		size_t n;

		cr_expect(transition_list(&g.a, &t, rows[i], NULL, (struct circumstances){ 0 }, 7,
		              &list, &n, &m, &g.e) == -1,
		    "row %zu", i);
		cr_expect(g.e.kind == ERR_FAILED);
		buf_release(&m);
	}
	account_end(&g);
}

Test(transition, stored_tallies_that_cannot_be_are_a_broken_state)
{
	static const struct str rows[] = { { "", 0 }, { "\x80", 1 }, { "\xff\xff\xff\x7f", 4 },
		{ "\1\1a\1", 4 } };
	struct account g;
	struct tallies t;
	struct segment_set set;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_assert(state_meta_put(&g.s, "segments", rows[i], &g.e) == 0);
		cr_expect(tallies_read(&g.a, &g.s, &t, &g.e) == -1, "row %zu", i);
	}
	set = set_of(&g, slugs, rules);
	cr_assert(state_meta_put(&g.s, "segments", STR("\1\1z\1\0\0\0\0"), &g.e) == 0);
	cr_assert(tallies_read(&g.a, &g.s, &t, &g.e) == 0);
	cr_expect(tallies_match(&t, &set, &g.e) == -1, "no rule for z");
	account_end(&g);
}

Test(transition, before_the_first_snapshot_there_are_none)
{
	struct account g;
	struct tallies t;

	account_begin(&g);
	cr_assert(tallies_read(&g.a, &g.s, &t, &g.e) == 0);
	cr_expect(t.n == 0 && !t.any_redefined);
	account_end(&g);
}
