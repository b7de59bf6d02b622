/* Goal: who entered and left is told with its cause, and what is stored says the same the next
 * time. */
#include "segment/membership.h"

#include "support/account.h"
#include "segment/segment.h"

/* A set of segments of these slugs, each with a rule that says its number. */
static struct segment_set
set_of(struct account *g, const char *const *slugs, const char *const *rules)
{
	struct buf b = { 0 };
	struct segment_set set;

	for (size_t i = 0; slugs[i] != NULL; i++)
		buf_printf(&b,
		    "%c{'name':'N','slug':'%s','where':"
		    "{'field':'fh_total_orders','op':'>=','value':%s}}",
		    i == 0 ? '[' : ',', slugs[i], rules[i]);
	buf_z(&b, "]");
	buf_char(&b, '\0');
	cr_assert(segment_parse(&g->a, "s", quoted(&g->a, b.p), &set, &g->e) == 0, "%s", g->e.msg);
	buf_release(&b);
	return set;
}

static struct membership_counts
load(struct account *g, const struct segment_set *set, const struct segment_set *before)
{
	struct membership_counts t;

	cr_assert(
	    membership_counts_load(&g->a, &g->s, set, before, &t, &g->e) == 0, "%s", g->e.msg);
	return t;
}

/* "+slug:cause", "-slug:cause" or "=slug" for each segment somebody is or was in. Returns the
 * memberships to store. */
static struct str
expect_changes(struct account *g, const struct membership_counts *t, struct str before,
    const bool *member, enum cause cause, const char *want)
{
	struct membership_changes m;
	struct buf b = { 0 }, now = { 0 };
	struct str stored;

	cr_assert(membership_compare(&g->a, t, before, member, cause, 7, &m, &now, &g->e) == 0,
	    "%s", g->e.msg);
	for (size_t i = 0; i < m.n; i++) {
		const struct membership_change *c = &m.list[i];
		bool same = c->was && c->is;

		buf_printf(&b, "%s%c%.*s%s%s", i > 0 ? " " : "",
		    same    ? '='
		    : c->is ? '+'
		            : '-',
		    STR_ARG(c->count->slug), same ? "" : ":",
		    same ? "" : membership_cause_name(c->cause));
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s, not %s", STR_ARG(buf_view(&b)), want);
	stored = str_copy(&g->a, buf_view(&now));
	buf_release(&b);
	buf_release(&now);
	return stored;
}

static const char *const slugs[] = { "b", "a", "c", NULL };
static const char *const rules[] = { "1", "2", "3" };
static const struct segment_set nothing;

Test(membership, a_new_meaning_is_the_cause_where_only_time_passed)
{
	static const struct {
		enum cause cause;
		bool redefined;
		const char *entered, *left;
	} rows[] = {
		{ CAUSE_CLOCK, false, "+a:clock", "-a:clock" },
		{ CAUSE_CLOCK, true, "+a:definition", "-a:definition" },
		{ CAUSE_DEFINITION, false, "+a:definition", "-a:definition" },
		{ CAUSE_DATA, true, "+a:data", "-a:data" },
		{ CAUSE_REMOVED, true, "+a:removed", "-a:removed" },
		{ CAUSE_BASELINE, true, "+a:baseline", "-a:baseline" },
	};
	static const char *const one[] = { "a", NULL };
	static const char *const was[] = { "1" }, *const now[] = { "2" };
	struct account g;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct segment_set set = set_of(&g, one, now);
		struct segment_set before = rows[i].redefined ? set_of(&g, one, was) : set;
		struct membership_counts t = load(&g, &set, &before);
		bool member[1] = { true };
		struct str m;

		cr_expect(t.any_redefined == rows[i].redefined);
		m = expect_changes(&g, &t, STR(""), member, rows[i].cause, rows[i].entered);
		m = expect_changes(&g, &t, m, NULL, rows[i].cause, rows[i].left);
		cr_expect(m.n == 0, "in none");
	}
	account_end(&g);
}

Test(membership, counts_are_sorted_and_keep_their_numbers)
{
	struct account g;
	struct segment_set set;
	struct membership_counts t, again;

	account_begin(&g);
	set = set_of(&g, slugs, rules);
	t = load(&g, &set, &nothing);
	cr_assert(t.n == 3);
	cr_expect(str_eq(t.list[0].slug, STR("a")) && t.list[0].rule == 1);
	cr_expect(str_eq(t.list[1].slug, STR("b")) && t.list[1].rule == 0);
	cr_expect(t.any_redefined && t.list[0].is_redefined, "all are new");
	cr_expect(membership_counts_of_rule(&t, 2) == &t.list[2]);
	t.list[0].members = 5;
	t.list[0].contacts = 4;
	t.list[0].entered = 3;
	cr_assert(membership_counts_store(&g.s, &t, &g.e) == 0);

	again = load(&g, &set, &set);
	cr_assert(again.n == 3);
	cr_expect(!again.any_redefined);
	cr_expect(again.list[0].members == 5 && again.list[0].contacts == 4);
	cr_expect(again.list[0].entered == 0, "of this snapshot none yet");
	cr_expect(again.list[0].number == t.list[0].number);

	cr_assert(membership_counts_read(&g.a, &g.s, &again, &g.e) == 0);
	cr_expect(again.n == 3 && again.list[0].entered == 3);
	cr_expect(membership_counts_match(&again, &set, &g.e) == 0);
	cr_expect(again.list[1].rule == 0 && again.list[1].is_current);
	account_end(&g);
}

Test(membership, a_segment_taken_out_is_left_and_forgotten)
{
	static const char *const fewer[] = { "c", "b", NULL };
	static const char *const fewer_rules[] = { "3", "1" };
	struct account g;
	struct segment_set set, less;
	struct membership_counts t;
	bool all[3] = { true, true, true };
	struct str stored, again;

	account_begin(&g);
	set = set_of(&g, slugs, rules);
	less = set_of(&g, fewer, fewer_rules);
	t = load(&g, &set, &nothing);
	stored = expect_changes(
	    &g, &t, STR(""), all, CAUSE_CLOCK, "+a:definition +b:definition +c:definition");
	cr_assert(membership_counts_store(&g.s, &t, &g.e) == 0);

	t = load(&g, &less, &set);
	cr_expect(t.any_redefined && t.n == 3 && !t.list[0].is_current);
	cr_expect(!t.list[1].is_redefined, "b moved in the file, no more");
	stored = expect_changes(&g, &t, stored, all, CAUSE_CLOCK, "-a:definition =b =c");
	cr_assert(membership_counts_store(&g.s, &t, &g.e) == 0);

	t = load(&g, &less, &less);
	cr_expect(t.n == 2 && !t.any_redefined);
	again = expect_changes(&g, &t, stored, all, CAUSE_CLOCK, "=b =c");
	cr_expect(str_eq(stored, again), "nothing changed");

	t = load(&g, &set, &less);
	expect_changes(&g, &t, stored, all, CAUSE_CLOCK, "+a:definition =b =c");
	account_end(&g);
}

Test(membership, a_membership_keeps_when_and_why_it_began)
{
	struct account g;
	struct segment_set set;
	struct membership_counts t;
	struct buf first = { 0 };
	struct membership one;
	struct str list;
	bool member[3] = { false, true, false };

	account_begin(&g);
	set = set_of(&g, slugs, rules);
	t = load(&g, &set, &set);
	row_membership_pack(&first, (struct membership){ t.list[0].number, 3, CAUSE_BASELINE });
	list = expect_changes(&g, &t, buf_view(&first), member, CAUSE_DATA, "=a");
	cr_assert(row_membership_next(&list, &one) == 1);
	cr_expect(one.since == 3 && one.cause == CAUSE_BASELINE);
	member[1] = false;
	member[0] = true;
	list = expect_changes(&g, &t, buf_view(&first), member, CAUSE_DATA, "-a:data +b:data");
	cr_assert(row_membership_next(&list, &one) == 1);
	cr_expect(one.slug == t.list[1].number && one.since == 7 && one.cause == CAUSE_DATA);
	buf_release(&first);
	account_end(&g);
}

Test(membership, memberships_that_cannot_be_are_a_broken_state)
{
	static const struct str rows[] = { { "\x80", 1 }, { "\x63\1\1", 3 },
		{ "\1", 1 } }; /* cut, of no segment, cut */
	struct account g;
	struct segment_set set;
	struct membership_counts t;

	account_begin(&g);
	set = set_of(&g, slugs, rules);
	t = load(&g, &set, &set);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct membership_changes list;
		struct buf m = { 0 };

		cr_expect(membership_compare(
		              &g.a, &t, rows[i], NULL, CAUSE_CLOCK, 7, &list, &m, &g.e) == -1,
		    "row %zu", i);
		cr_expect(g.e.kind == ERR_FAILED);
		buf_release(&m);
	}
	account_end(&g);
}

Test(membership, stored_counts_that_cannot_be_are_a_broken_state)
{
	static const struct str rows[] = { { "", 0 }, { "\x80", 1 }, { "\xff\xff\xff\x7f", 4 },
		{ "\1\1a\1", 4 } };
	struct account g;
	struct membership_counts t;
	struct segment_set set;

	account_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_assert(state_meta_put(&g.s, "segments", rows[i], &g.e) == 0);
		cr_expect(membership_counts_read(&g.a, &g.s, &t, &g.e) == -1, "row %zu", i);
	}
	set = set_of(&g, slugs, rules);
	cr_assert(state_meta_put(&g.s, "segments", STR("\1\1z\1\0\0\0\0"), &g.e) == 0);
	cr_assert(membership_counts_read(&g.a, &g.s, &t, &g.e) == 0);
	cr_expect(membership_counts_match(&t, &set, &g.e) == -1, "no rule for z");
	account_end(&g);
}

Test(membership, before_the_first_snapshot_there_are_none)
{
	struct account g;
	struct membership_counts t;

	account_begin(&g);
	cr_assert(membership_counts_read(&g.a, &g.s, &t, &g.e) == 0);
	cr_expect(t.n == 0 && !t.any_redefined);
	account_end(&g);
}
