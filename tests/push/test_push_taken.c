/* Goal: who waits for an address that another customer's contact has goes with the row that gives
 * it up, and after it, and not before; and whoever is to be found first is counted. */
#include "push/stall.h"

#define BOTH                                                                                       \
	"[{'id':'c1','firstName':'Ann','email':'a@example.com',"                                   \
	"'createdAt':'2026-01-01T00:00:00Z'},"                                                     \
	"{'id':'c2','firstName':'Bob','email':'b@example.com',"                                    \
	"'createdAt':'2026-01-01T00:00:00Z'}]"
#define ID(n) "ds0123456789abcde" n

/* c1 is to have the address that c2's contact has, which is to have another; without a dsid c2 was
 * imported by hand. */
static void
open_both(struct stall *t, const char *dsid)
{
	struct journal_line x = { .fh_id = STR("c2"), .op = JOURNAL_CONTACT };
	struct journal_field fields[2];

	stall_open(t, BOTH);
	stall_status(t, "c1", SKIPPED_NONE, 0);
	stall_status(t, "c2", SKIPPED_NONE, 0);
	fields[0] = (struct journal_field){ STR("email"),
		books_hash(&t->books, STR("email"), STR("a@example.com")) };
	fields[1] =
	    (struct journal_field){ STR("fh_id"), books_hash(&t->books, STR("fh_id"), STR("c2")) };
	x.dsid = str_c(dsid);
	x.fields = fields;
	x.fields_n = 2;
	stall_note(t, x);
}

/* Of c1 its name alone is acked. */
static void
bind_without_email(struct stall *t)
{
	struct journal_field field = { STR("fh_id"),
		books_hash(&t->books, STR("fh_id"), STR("c1")) };

	stall_note(t, (struct journal_line){ .fh_id = STR("c1"),
	                  .op = JOURNAL_CONTACT,
	                  .dsid = STR(ID("1")),
	                  .fields = &field,
	                  .fields_n = 1 });
}

static void
expect(struct stall *t, struct push_plan_options o, const char *want)
{
	struct str got;

	(void)stall_plan(t, o);
	got = stall_items(t);
	cr_expect(str_eq(got, str_c(want)), "'%.*s', not '%s'", STR_ARG(got), want);
}

Test(push_taken, what_was_refused_goes_when_the_other_gives_it_up)
{
	const struct push_plan_options only = { .only = STR("c1") };
	const struct push_plan_options first = { .protects_only = true };
	struct stall t;

	open_both(&t, ID("2"));
	cr_expect(stall_wanted(&t, "c1").is_taken && !stall_wanted(&t, "c2").is_taken);
	expect(&t, only, "new c1 2");
	stall_reject(&t, "c1", NOW - TIMESTAMP_HOUR);
	expect(&t, only, "");
	expect(&t, first, "");
	expect(&t, (struct push_plan_options){ 0 }, "changed c2 1; new c1 2");
	cr_expect(t.plan.waiting == 0 && t.plan.retried == 1);
	stall_close(&t);
}

Test(push_taken, what_was_refused_goes_once_it_is_free)
{
	struct stall t;

	open_both(&t, ID("2"));
	stall_reject(&t, "c1", NOW - TIMESTAMP_HOUR);
	stall_bind(&t, "c2", ID("2"));
	cr_expect(!stall_wanted(&t, "c1").is_taken);
	expect(&t, (struct push_plan_options){ 0 }, "new c1 2");
	/* Refused although it is free: for a week, as any. */
	stall_reject(&t, "c1", NOW - TIMESTAMP_HOUR);
	expect(&t, (struct push_plan_options){ 0 }, "");
	stall_close(&t);
}

Test(push_taken, both_wait_as_long_as_the_other_does)
{
	struct stall t;

	open_both(&t, ID("2"));
	stall_reject(&t, "c1", NOW - TIMESTAMP_HOUR);
	stall_reject(&t, "c2", NOW - TIMESTAMP_HOUR);
	expect(&t, (struct push_plan_options){ 0 }, "");
	expect(&t, (struct push_plan_options){ .retries_letters = true }, "changed c2 1; new c1 2");
	stall_close(&t);
}

/* A row that is not to go costs a call all the same; one that goes has it anyhow. */
Test(push_taken, who_is_found_first_is_counted)
{
	struct stall t;

	open_both(&t, "");
	bind_without_email(&t);
	expect(&t, (struct push_plan_options){ 0 }, "changed c1 1; changed c2 2");
	expect(&t, (struct push_plan_options){ .only = STR("c1") }, "changed c1 2");
	stall_close(&t);
}
