/* Goal: for every combination of facts, who may be active: nobody is who must not be, nothing that
 * others set is changed, and what was for us to do is undone.
 */
#include <criterion/criterion.h>

#include "push/standing.h"

#define FACTS 11
#define EVERY (STANDING_OWNERS << FACTS)

static struct standing_facts
facts_of(unsigned n)
{
	return (struct standing_facts){ .owner = (enum standing_owner)(n >> FACTS),
		.is_gone = n & 1,
		.is_back = n >> 1 & 1,
		.is_deleted = n >> 2 & 1,
		.is_barred = n >> 3 & 1,
		.is_exposed = n >> 4 & 1,
		.is_untold = n >> 5 & 1,
		.is_coming = n >> 6 & 1,
		.is_clearing = n >> 7 & 1,
		.has_row = n >> 8 & 1,
		.is_stale = n >> 9 & 1,
		.is_lasting = (n >> 10 & 1) && (n >> 5 & 1) };
}

/* A contact as it is at DailyStory, beside what we know of it. */
struct contact {
	struct standing_facts x;
	bool is_active, is_by_others;
	unsigned calls; /* that changed the status */
};

/* As send_status does it. */
static void
take(struct contact *c, enum standing_step step)
{
	struct standing_facts *x = &c->x;

	bool is_ours = x->owner == STANDING_BEGUN || x->owner == STANDING_OURS;

	if (step == STANDING_FORGET)
		x->owner = STANDING_NOBODYS;
	if (step == STANDING_MAKE_INACTIVE)
		x->is_stale = false;
	if (step == STANDING_MAKE_INACTIVE && !c->is_active) {
		x->owner = is_ours ? STANDING_OURS : STANDING_THEIRS;
	} else if (step == STANDING_MAKE_INACTIVE) {
		c->is_active = false;
		x->owner = STANDING_OURS;
		c->calls++;
	} else if (step == STANDING_MAKE_ACTIVE && c->is_by_others) {
		x->owner = STANDING_NOBODYS;
	} else if (step == STANDING_MAKE_ACTIVE) {
		c->is_active = true;
		x->owner = STANDING_NOBODYS;
		c->calls++;
	}
}

static void
settle(struct contact *c)
{
	enum standing_step step = standing_step(&c->x);

	take(c, step);
	if (step != STANDING_REVIVE)
		cr_expect(standing_step(&c->x) == STANDING_NOTHING, "one step is enough");
}

/* The row, and what follows it: what comes is there, and is told. */
static void
send_row(struct contact *c)
{
	cr_expect(!c->x.is_coming || !c->is_active, "it comes to who is not active");
	c->x.is_untold = c->x.is_untold || c->x.is_coming;
	c->x.is_back = c->x.is_deleted = c->x.is_clearing = c->x.is_coming = false;
	c->x.has_row = false;
	cr_expect(!c->x.is_untold || c->x.owner != STANDING_OURS ||
	              standing_step(&c->x) == STANDING_NOTHING,
	    "not active before it was told");
	c->x.is_untold = c->x.is_exposed || c->x.is_lasting;
}

static bool
holds(const struct standing_facts *x)
{
	return x->is_barred || x->is_exposed || x->is_untold || x->is_clearing;
}

/* What the plan says of it beforehand. */
static void
check_outcome(unsigned n, const struct standing_facts *was, bool is_active, const struct contact *c)
{
	enum standing_step outcome = standing_outcome(was);

	if (outcome == STANDING_MAKE_INACTIVE)
		cr_expect(!c->is_active, "%u: is to be inactive", n);
	else if (outcome == STANDING_MAKE_ACTIVE)
		cr_expect(c->is_active != c->is_by_others, "%u: is to be active", n);
	else
		cr_expect(c->is_active == is_active, "%u: is to be as it was", n);
	cr_expect(c->calls <= standing_calls(was), "%u: %u calls", n, c->calls);
	if (is_active && (was->is_barred || was->is_exposed || was->is_clearing))
		cr_expect(standing_protects(was), "%u: is not to wait", n);
	if (is_active && !holds(was))
		cr_expect(!standing_protects(was), "%u: may wait", n);
}

/* Who is only untold is told by this push, and a row takes a number away by itself. */
static bool
must_be_inactive(const struct standing_facts *x)
{
	return x->is_barred || x->is_exposed || (x->is_coming && x->has_row) ||
	       (x->is_clearing && !x->has_row);
}

/* Staff may have made active what was not, and the opt-out is refused still. */
static bool
is_looked_at_again(const struct standing_facts *x)
{
	return x->is_exposed && x->is_stale &&
	       (x->owner == STANDING_OURS || x->owner == STANDING_THEIRS);
}

/* It comes back with an address that refuses. */
static bool
is_found_refusing(const struct standing_facts *x)
{
	return x->is_deleted && (x->is_untold || x->is_clearing);
}

static void
check(unsigned n, bool is_active, bool is_by_others)
{
	struct contact c = {
		.x = facts_of(n), .is_active = is_active, .is_by_others = is_by_others
	};
	struct standing_facts was = c.x;

	settle(&c);
	if (was.is_barred || was.is_exposed || is_found_refusing(&was))
		cr_expect(!c.is_active, "%u: active before the row", n);
	if (c.x.has_row)
		send_row(&c);
	settle(&c);
	if (must_be_inactive(&was) && (!was.is_coming || was.is_barred || was.is_exposed))
		cr_expect(!c.is_active, "%u: active", n);
	if (is_by_others)
		cr_expect(!c.is_active && c.calls == 0, "%u: a status of others is changed", n);
	if (!is_by_others && !c.x.is_gone && !c.x.is_back && !holds(&c.x))
		cr_expect(c.is_active, "%u: inactive for nothing", n);
	check_outcome(n, &was, is_active, &c);
	if (was.owner == STANDING_NOBODYS && !must_be_inactive(&was) && !is_found_refusing(&was))
		cr_expect(c.calls == 0, "%u: a call for nothing", n);
}

/* All that can be: of what is nobody's or theirs others decide; who is inactive by us is so, or is
 * what others made of it since, such as Spam; of who is exposed that is seen within a day. */
Test(standing, nobody_is_active_who_must_not_be_and_nobody_inactive_for_nothing)
{
	for (unsigned n = 0; n < EVERY; n++) {
		struct standing_facts x = facts_of(n);
		enum standing_owner owner = x.owner;

		if (owner == STANDING_NOBODYS) {
			check(n, true, false);
			check(n, false, true);
		} else if (owner == STANDING_THEIRS) {
			check(n, false, true);
		} else {
			check(n, false, false);
			check(n, false, true);
		}
		if (owner == STANDING_BEGUN || is_looked_at_again(&x))
			check(n, true, false);
	}
}

/* Whoever refuses an address that the contact has, and was not told, is not made active. */
Test(standing, nothing_is_undone_as_long_as_something_holds)
{
	for (unsigned n = 0; n < EVERY; n++) {
		struct standing_facts x = facts_of(n);
		enum standing_step step = standing_step(&x);

		if (step == STANDING_MAKE_ACTIVE)
			cr_expect(!holds(&x) && !x.has_row && !x.is_gone && !x.is_back, "%u", n);
		if (is_looked_at_again(&x))
			cr_expect(step == STANDING_MAKE_INACTIVE, "%u", n);
		else if (x.owner == STANDING_THEIRS)
			cr_expect(step == STANDING_NOTHING || step == STANDING_FORGET, "%u", n);
		else if (x.owner == STANDING_OURS)
			cr_expect(
			    step == STANDING_NOTHING || step == STANDING_MAKE_ACTIVE, "%u", n);
		if (step == STANDING_REVIVE)
			cr_expect(x.is_deleted && x.has_row && !x.is_gone && !holds(&x), "%u", n);
	}
}

/* The plan counts with it what is to come. */
Test(standing, behind_the_row)
{
	for (unsigned n = 0; n < EVERY; n++) {
		struct standing_facts x = facts_of(n), y = standing_past_row(&x);
		bool is_ours = standing_step(&x) == STANDING_MAKE_INACTIVE ||
		               x.owner == STANDING_OURS || x.owner == STANDING_BEGUN;

		cr_expect(!y.has_row && !y.is_back && !y.is_coming && !y.is_clearing);
		if (!x.is_gone && !x.is_barred && !x.is_exposed && !x.is_lasting)
			cr_expect((standing_step(&y) == STANDING_MAKE_ACTIVE) == is_ours, "%u", n);
	}
}
