/* Goal: a span says how two points of time differ, and when and why that happened last. */
#include "dailystory/span.h"

#include <criterion/criterion.h>

#include "segment/membership.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SLUG 7

/* A contact until ${until} (0: now) under this email; empty: left out. */
static struct past_contact
contact(uint32_t until, const char *email, enum cause cause)
{
	return (struct past_contact){ .until = until,
		.was_known = true,
		.reason = email[0] == '\0' ? SKIPPED_SUPPRESSED : SKIPPED_NONE,
		.email = str_c(email),
		.cause = cause };
}

static struct past_membership
member(uint32_t since, enum cause entered, uint32_t until, enum cause left)
{
	return (struct past_membership){
		.was = { SLUG, since, entered }, .until = until, .left = left
	};
}

/* "3 data", "3 moved" or "". */
static void
expect_passage(struct span_passage p, const char *want)
{
	struct buf b = { 0 };

	if (p.at != 0)
		buf_printf(&b, "%u %s", p.at,
		    p.is_moved ? "moved" : membership_cause_name((enum cause)p.cause));
	cr_expect(str_eq(buf_view(&b), str_c(want)), "'%.*s', not '%s'", STR_ARG(b), want);
	buf_release(&b);
}

static void
expect_span(const struct span *x, const char *entered, const char *left)
{
	expect_passage(span_entered(x, SLUG), entered);
	expect_passage(span_left(x, SLUG), left);
	expect_passage(span_entered(x, SLUG + 1), "");
}

Test(span, who_stays_is_in_no_list)
{
	struct past_contact c[] = { contact(0, "a@b.co", CAUSE_BASELINE) };
	struct past_membership m[] = { member(1, CAUSE_BASELINE, 0, CAUSE_BASELINE) };
	struct span x = { 1, c, COUNT(c), m, COUNT(m) };

	expect_span(&x, "", "");
	cr_expect(!span_is_moved(&x) && !span_is_skipped(&x));
	cr_expect(span_then(&x) == span_now(&x));
}

Test(span, who_enters_or_leaves_has_the_cause_of_that)
{
	struct past_contact c[] = { contact(0, "a@b.co", CAUSE_BASELINE) };
	struct past_membership in[] = { member(3, CAUSE_CLOCK, 0, CAUSE_BASELINE) };
	struct past_membership out[] = { member(1, CAUSE_BASELINE, 4, CAUSE_DATA) };

	for (uint32_t from = 1; from <= 4; from++) {
		struct span entering = { from, c, COUNT(c), in, COUNT(in) };
		struct span leaving = { from, c, COUNT(c), out, COUNT(out) };

		expect_span(&entering, from < 3 ? "3 clock" : "", "");
		expect_span(&leaving, "", from < 4 ? "4 data" : "");
	}
}

Test(span, who_went_and_came_back_is_where_they_were)
{
	struct past_contact c[] = { contact(0, "a@b.co", CAUSE_BASELINE) };
	struct past_membership m[] = { member(1, CAUSE_BASELINE, 3, CAUSE_DATA),
		member(4, CAUSE_CLOCK, 5, CAUSE_DATA), member(6, CAUSE_DATA, 0, CAUSE_BASELINE) };
	struct span x = { 2, c, COUNT(c), m, COUNT(m) };

	expect_span(&x, "", "");
	x.from = 3;
	expect_span(&x, "6 data", "");
	x.from = 4;
	expect_span(&x, "", "");
	x.memberships_n = 2;
	x.from = 1;
	expect_span(&x, "", "5 data");
}

Test(span, only_being_a_contact_changed)
{
	struct past_contact c[] = { contact(2, "a@b.co", CAUSE_DEFINITION),
		contact(4, "", CAUSE_CLOCK), contact(0, "a@b.co", CAUSE_BASELINE) };
	struct past_membership m[] = { member(1, CAUSE_BASELINE, 0, CAUSE_BASELINE) };
	struct span x = { 1, c, COUNT(c), m, COUNT(m) };

	expect_span(&x, "", "");
	x.from = 2;
	expect_span(&x, "4 clock", "");
	x.contacts_n = 2;
	c[1].until = 0;
	x.from = 1;
	expect_span(&x, "", "2 definition");
}

Test(span, the_membership_is_asked_first)
{
	struct past_contact c[] = { contact(3, "", CAUSE_CLOCK),
		contact(0, "a@b.co", CAUSE_CLOCK) };
	struct past_membership m[] = { member(3, CAUSE_DATA, 0, CAUSE_BASELINE) };
	struct span x = { 1, c, COUNT(c), m, COUNT(m) };

	expect_span(&x, "3 data", "");
}

Test(span, who_moved_and_stays_is_in_both_lists)
{
	struct past_contact c[] = { contact(3, "a@b.co", CAUSE_DATA),
		contact(0, "z@b.co", CAUSE_DATA) };
	struct past_membership m[] = { member(1, CAUSE_BASELINE, 0, CAUSE_BASELINE) };
	struct past_membership back[] = { member(1, CAUSE_BASELINE, 2, CAUSE_DATA),
		member(5, CAUSE_CLOCK, 0, CAUSE_BASELINE) };
	struct span x = { 1, c, COUNT(c), m, COUNT(m) };

	expect_span(&x, "3 moved", "3 moved");
	cr_expect(span_is_moved(&x));
	/* the lists of then were left with 2, those of now were entered with 5 */
	x.memberships = back;
	x.memberships_n = COUNT(back);
	expect_span(&x, "5 moved", "2 moved");
	x.from = 3;
	expect_span(&x, "5 clock", "");
	cr_expect(!span_is_moved(&x));
}

Test(span, who_moved_there_and_back_did_not_move)
{
	struct past_contact c[] = { contact(2, "a@b.co", CAUSE_DATA),
		contact(3, "z@b.co", CAUSE_DATA), contact(0, "a@b.co", CAUSE_DATA) };
	struct past_membership m[] = { member(1, CAUSE_BASELINE, 0, CAUSE_BASELINE) };
	struct span x = { 1, c, COUNT(c), m, COUNT(m) };

	expect_span(&x, "", "");
	x.from = 2;
	expect_span(&x, "3 moved", "3 moved");
}

Test(span, who_entered_and_moved_later_entered)
{
	struct past_contact c[] = { contact(4, "a@b.co", CAUSE_DATA),
		contact(0, "z@b.co", CAUSE_DATA) };
	struct past_membership m[] = { member(2, CAUSE_CLOCK, 0, CAUSE_BASELINE) };
	struct span x = { 1, c, COUNT(c), m, COUNT(m) };

	expect_span(&x, "2 clock", "");
}

Test(span, who_is_gone_left_every_list)
{
	struct past_contact c[] = { contact(3, "a@b.co", CAUSE_REMOVED), { 0 } };
	struct past_membership m[] = { member(1, CAUSE_BASELINE, 3, CAUSE_REMOVED) };
	struct span x = { 1, c, COUNT(c), m, COUNT(m) };

	expect_span(&x, "", "3 removed");
	cr_expect(!span_now(&x)->was_known && !span_is_skipped(&x));
	cr_expect(past_contacts_was(span_then(&x)));
}

Test(span, a_reason_is_told_if_it_began_in_the_span)
{
	struct past_contact c[] = { contact(2, "a@b.co", CAUSE_DATA), contact(4, "", CAUSE_DATA),
		contact(5, "a@b.co", CAUSE_DATA), contact(0, "", CAUSE_DATA) };
	struct past_contact shared[] = { contact(3, "a@b.co", CAUSE_DATA),
		contact(0, "z@b.co", CAUSE_DATA) };
	struct past_contact added[] = { { .until = 3 }, contact(0, "", CAUSE_DATA) };
	struct span x = { 1, c, COUNT(c), NULL, 0 };

	for (x.from = 1; x.from <= 5; x.from++)
		cr_expect(span_is_skipped(&x) == (x.from < 5), "%u", x.from);
	/* it moved, and is without its mobile as before */
	shared[0].reason = shared[1].reason = SKIPPED_SUPPRESSED;
	x = (struct span){ 1, shared, COUNT(shared), NULL, 0 };
	cr_expect(!span_is_skipped(&x));
	shared[1].detail = STR("c2");
	cr_expect(span_is_skipped(&x));
	x = (struct span){ 2, added, COUNT(added), NULL, 0 };
	cr_expect(span_is_skipped(&x));
	x.from = 3;
	cr_expect(!span_is_skipped(&x));
}
