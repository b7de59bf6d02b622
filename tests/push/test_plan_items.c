/* Goal: what is sent, in which order and in how many calls, and what of it is counted. */
#include "push/stall.h"

#define PERSON(n)                                                                                  \
	"{'id':'c" n "','firstName':'N" n "','email':'u" n "@example.com','phone':'303555100" n    \
	"','createdAt':'2026-01-01T00:00:00Z'}"
#define SIX                                                                                        \
	"[" PERSON("1") "," PERSON("2") "," PERSON("3") "," PERSON("4") "," PERSON(                \
	    "5") "," PERSON("6") "]"
#define WEEK (7 * TIMESTAMP_DAY)
#define ID(n) "ds0123456789abcde" n

static void
expect(struct stall *t, const char *want)
{
	struct str got = stall_items(t);

	cr_expect(str_eq(got, str_c(want)), "%.*s, not %s", STR_ARG(got), want);
}

static void
open_six(struct stall *t)
{
	static const char *const ids[] = { "c1", "c2", "c3", "c4", "c5", "c6" };

	stall_open(t, SIX);
	for (size_t i = 0; i < COUNT(ids); i++)
		stall_status(t, ids[i], SKIPPED_NONE, 0);
}

/* c1 is new, c2 and c5 changed, c3 is gone, c4 stays as it is and now refuses email, c6 is new and
 * refuses it. */
static void
make_some_hour(struct stall *t)
{
	open_six(t);
	stall_bind(t, "c5", ID("5"));
	stall_bind(t, "c4", ID("4"));
	stall_bind(t, "c3", ID("3"));
	stall_bind(t, "c2", ID("2"));
	stall_status(t, "c2", SKIPPED_NONE, 1);
	stall_status(t, "c5", SKIPPED_NONE, 3);
	stall_status(t, "c3", SKIPPED_DUPLICATE_EMAIL, 0);
	stall_owe(t, OPT_OUT_EMAIL, "u4@example.com");
	stall_owe(t, OPT_OUT_EMAIL, "u6@example.com");
	stall_owe(t, OPT_OUT_TEXT, "+13035551005");
	t->push.email_opt_out = STR("optOutEmail");
	t->push.text_opt_out = STR("optOutText");
}

Test(plan_items, opt_outs_gone_changed_new_each_by_id)
{
	struct stall t;
	const struct push_plan *p;

	make_some_hour(&t);
	p = stall_plan(&t, (struct push_plan_options){ 0 });
	/* That of c6 is told before their contact is made: another may have the address. */
	expect(&t, "opt-out c4 u4@example.com 1; opt-out c5 +13035551005 1; "
	           "opt-out c6 u6@example.com 1; gone c3 1; changed c2 1; changed c5 1; new c1 2; "
	           "new c6 2");
	cr_expect(p->calls == 10);
	cr_expect(p->emails == 2 && p->texts == 1 && p->held == 0);
	cr_expect(p->there == 4 && p->bound == 4 && p->opted_out == 0);
	stall_close(&t);
}

Test(plan_items, who_refuses_is_told_by_address_where_there_is_no_flag)
{
	struct stall t;
	const struct push_plan *p;

	make_some_hour(&t);
	t.push.email_opt_out = t.push.text_opt_out = STR("");
	p = stall_plan(&t, (struct push_plan_options){ .only = STR("c4") });
	expect(&t, "opt-out c4 u4@example.com 1");
	cr_expect(p->held == 1, "the text, whoever is asked for");
	p = stall_plan(&t, (struct push_plan_options){ .only = STR("c6") });
	cr_expect(
	    p->n == 2 && p->items.list[0].kind == PUSH_OPT_OUT && p->items.list[1].kind == PUSH_NEW,
	    "also who is not there yet");
	p = stall_plan(&t, (struct push_plan_options){ .only = STR("c1") });
	expect(&t, "new c1 2");
	stall_close(&t);
}

/* What the breaker looks at. */
Test(plan_items, fields_and_reasons_are_counted)
{
	struct stall t;
	const struct push_plan *p;
	uint32_t big, ones, reason;

	make_some_hour(&t);
	p = stall_plan(&t, (struct push_plan_options){ 0 });
	big = intern_find(&p->fields.names, STR("fh_seg_big"));
	ones = intern_find(&p->fields.names, STR("fh_seg_new_ones"));
	reason = intern_find(&p->gone.names, STR("duplicate-email"));
	cr_assert(big > 0 && ones > 0 && reason > 0);
	cr_expect(p->fields.n[big] == 2 && p->fields.n[ones] == 1 && p->fields.names.n == 3,
	    "of changed contacts alone");
	cr_expect(p->gone.n[reason] == 1);
	stall_close(&t);
}

Test(plan_items, its_hash_is_that_of_what_is_sent)
{
	struct push_plan_options all = { 0 }, one = { .only = STR("c1") };
	struct stall t, other;
	char hash[SHA256_HEX + 1];

	make_some_hour(&t);
	memcpy(hash, stall_plan(&t, all)->hash, sizeof(hash));
	make_some_hour(&other);
	cr_expect_str_eq(stall_plan(&other, all)->hash, hash, "whatever the salt is");
	cr_expect(strcmp(stall_plan(&t, one)->hash, hash) != 0);
	stall_status(&t, "c2", SKIPPED_NONE, 2);
	cr_expect(strcmp(stall_plan(&t, all)->hash, hash) != 0);
	stall_close(&t);
	stall_close(&other);
}

Test(plan_items, a_dead_letter_waits_for_a_change_or_a_week)
{
	struct push_plan_options now = { .only = STR("c1") }, week = now, again = now;
	struct stall t;

	open_six(&t);
	week.now = NOW + WEEK;
	again.retries_letters = true;
	stall_reject(&t, "c1", NOW);
	cr_expect(stall_plan(&t, now)->n == 0 && t.plan.waiting == 1 && t.plan.retried == 0);
	cr_expect(stall_plan(&t, again)->n == 1 && t.plan.waiting == 0 && t.plan.retried == 1);
	cr_expect(stall_plan(&t, week)->n == 1 && t.plan.retried == 1);
	week.now--;
	cr_expect(stall_plan(&t, week)->n == 0, "not a microsecond before");
	stall_status(&t, "c1", SKIPPED_NONE, 2);
	cr_expect(stall_plan(&t, now)->n == 1 && t.plan.retried == 1, "something else is wanted");
	stall_close(&t);
}

/* Their email refuses, and DailyStory did not take that; a push was killed just before the call
 * that was to make them inactive. */
Test(plan_items, who_was_about_to_be_made_inactive_is_not_held)
{
	struct push_plan_options held = { .protects_only = true };
	struct stall t;

	open_six(&t);
	for (size_t i = 0; i < 6; i++) {
		const char id[] = { 'c', (char)('1' + i), '\0' };

		stall_bind(&t, id, i == 0 ? ID("1") : "dsother");
	}
	stall_plan(&t, held);
	expect(&t, "");
	stall_owe(&t, OPT_OUT_EMAIL, "u1@example.com");
	stall_refuse(&t, "u1@example.com", NOW);
	stall_status(&t, "c1", SKIPPED_NONE, 1);
	stall_plan(&t, held);
	expect(&t, "changed c1 3");
	stall_set_status(&t, "c1", ID("1"), ACKED_BEGUN, JOURNAL_UNKNOWN);
	stall_plan(&t, held);
	expect(&t, "changed c1 3");
	stall_set_status(&t, "c1", ID("1"), ACKED_INACTIVE, JOURNAL_ACKED);
	stall_plan(&t, held);
	expect(&t, "");
	cr_expect(t.plan.held_back == 1, "their segment waits, as they are inactive");
	stall_close(&t);
}

/* Nothing keeps them inactive any more. */
Test(plan_items, who_may_be_active_again_waits_with_a_row_that_is_held)
{
	struct push_plan_options held = { .only = STR("c1"), .protects_only = true };
	const struct push_plan_options all = { .only = STR("c1") };
	struct stall t;

	open_six(&t);
	stall_bind(&t, "c1", ID("1"));
	stall_set_status(&t, "c1", ID("1"), ACKED_INACTIVE, JOURNAL_ACKED);
	stall_plan(&t, held);
	expect(&t, "changed c1 2");
	cr_expect(t.plan.items.list[0].step == STANDING_MAKE_ACTIVE && t.plan.held_back == 0);
	stall_status(&t, "c1", SKIPPED_NONE, 1);
	stall_plan(&t, held);
	expect(&t, "");
	cr_expect(t.plan.held_back == 1, "it is pending");
	stall_plan(&t, all);
	expect(&t, "changed c1 3");
	cr_expect(t.plan.items.list[0].step == STANDING_MAKE_ACTIVE);
	stall_close(&t);
}

Test(plan_items, members_are_added_to_static_segments_once)
{
	struct stall t;

	open_six(&t);
	t.push.membership = PUSH_STATIC;
	stall_status(&t, "c1", SKIPPED_NONE, 1);
	stall_bind(&t, "c1", ID("1"));
	stall_plan(&t, (struct push_plan_options){ .only = STR("c1") });
	expect(&t, "segment c1 big 3"); /* looked for, made, added to */
	stall_note(&t, (struct journal_line){
	                   .op = JOURNAL_SEGMENT_NEW, .segment = STR("big"), .dsid = STR("7") });
	stall_plan(&t, (struct push_plan_options){ .only = STR("c1") });
	expect(&t, "segment c1 big 1");
	stall_note(&t, (struct journal_line){
	                   .op = JOURNAL_SEGMENT_ADD, .segment = STR("big"), .fh_id = STR("c1") });
	stall_plan(&t, (struct push_plan_options){ .only = STR("c1") });
	expect(&t, "");
	stall_close(&t);
}

/* Of a contact that was found or made nothing but an address is acked: it does not change. */
Test(plan_items, who_has_no_row_yet_is_new)
{
	struct stall t;
	struct journal_field email;
	const struct push_plan *p;

	open_six(&t);
	email = (struct journal_field){ STR("email"),
		books_hash(&t.books, STR("email"), STR("u1@example.com")) };
	stall_note(&t, (struct journal_line){ .fh_id = STR("c1"),
	                   .op = JOURNAL_CREATE,
	                   .dsid = STR(ID("1")),
	                   .fields = &email,
	                   .fields_n = 1 });
	p = stall_plan(&t, (struct push_plan_options){ .only = STR("c1") });
	expect(&t, "new c1 1");
	cr_expect(p->fields.names.n <= 1, "no field is counted");
	stall_bind(&t, "c1", ID("1"));
	stall_status(&t, "c1", SKIPPED_NONE, 1);
	p = stall_plan(&t, (struct push_plan_options){ .only = STR("c1") });
	expect(&t, "changed c1 1");
	cr_expect(p->fields.names.n == 2, "one is");
	stall_close(&t);
}
