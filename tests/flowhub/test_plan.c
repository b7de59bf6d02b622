/* Goal: what is due is read, in windows whose claims touch and never overlap.
 */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "flowhub/plan.h"

#define TODAY (20000 * TIMESTAMP_DAY)
#define NOW (TODAY + 5 * TIMESTAMP_HOUR)
#define DAYS 400

static const struct flowhub_settings settings = {
	.history_start = { "unused", 6 },
	.overlap_days = 3,
	.deep_days = 35,
	.deep_every = 24 * TIMESTAMP_HOUR,
	.full_orders_every = 7 * TIMESTAMP_DAY,
	.full_customers_every = 24 * TIMESTAMP_HOUR,
	.window_days = 7,
};

static const struct str places[] = { { "L1", 2 }, { "L2", 2 } };

/* A past of DAYS days in which every day of L1 was proved ${age} ago. */
static struct coverage
past_of(struct arena *a, int64_t age)
{
	struct coverage p = { .first = 20000 - DAYS,
		.days = DAYS,
		.customers_all = NOW - age,
		.customers_read = NOW - age,
		.newest = NOW - age,
		.newest_locations = STR("x/y") };

	p.places = arena_zero(a, 1, sizeof(*p.places));
	p.n = 1;
	p.places[0].location = places[0];
	p.places[0].proved = arena_array(a, DAYS, sizeof(int64_t));
	for (size_t i = 0; i < DAYS; i++)
		p.places[0].proved[i] = NOW - age;
	return p;
}

/* The steps of a location: their claims follow each other from ${from} to now.
 */
static void
expect_claims(const struct plan *p, struct str location, int64_t from)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct plan_step *s = &p->steps[i];

		if (!str_eq(s->request.location, location))
			continue;
		cr_expect(s->scope.from == from, "step %zu begins on day %d", i,
		    (int)timestamp_day(s->scope.from));
		cr_expect(s->scope.to > s->scope.from);
		cr_expect(s->scope.to - s->scope.from <= 8 * TIMESTAMP_DAY);
		cr_expect(s->request.from == timestamp_day(s->scope.from) - 1);
		cr_expect(s->request.to >= timestamp_day(s->scope.to + TIMESTAMP_DAY - 1) + 1);
		from = s->scope.to;
	}
	cr_expect(from == NOW);
}

static size_t
count(const struct plan *p, struct str location)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += str_eq(p->steps[i].request.location, location);
	return n;
}

Test(plan, a_first_read_covers_everything)
{
	struct arena a = { 0 };
	struct coverage p = past_of(&a, TIMESTAMP_HOUR);
	struct plan plan;

	p.n = 0;
	p.customers_all = p.customers_read = TIMESTAMP_NONE;
	p.newest_locations.n = 0;
	plan_make(&a, &settings, &p, places, 2, NOW, &plan);

	cr_expect(plan.is_first);
	cr_expect(plan.steps[0].scope.kind == SCOPE_ALL);
	expect_claims(&plan, places[0], TODAY - DAYS * TIMESTAMP_DAY);
	expect_claims(&plan, places[1], TODAY - DAYS * TIMESTAMP_DAY);
	cr_expect(count(&plan, places[0]) <= DAYS / 7 + 3);
	arena_release(&a);
}

Test(plan, an_hour_later_the_overlap_alone)
{
	struct arena a = { 0 };
	struct coverage p = past_of(&a, TIMESTAMP_HOUR);
	struct plan plan;

	plan_make(&a, &settings, &p, places, 1, NOW, &plan);

	cr_expect(plan.n == 2);
	cr_expect(plan.steps[0].scope.kind == SCOPE_UPDATED);
	cr_expect(plan.steps[0].request.from == 19999);
	expect_claims(&plan, places[0], TODAY - 3 * TIMESTAMP_DAY);
	arena_release(&a);
}

Test(plan, a_day_later_the_deep_days)
{
	struct arena a = { 0 };
	struct coverage p = past_of(&a, 24 * TIMESTAMP_HOUR - TIMESTAMP_HOUR / 4);
	struct plan plan;

	plan_make(&a, &settings, &p, places, 1, NOW, &plan);

	cr_expect(plan.steps[0].scope.kind == SCOPE_ALL);
	expect_claims(&plan, places[0], TODAY - 35 * TIMESTAMP_DAY);
	arena_release(&a);
}

Test(plan, days_half_way_go_with_those_that_are_due)
{
	struct arena a = { 0 };
	struct coverage p = past_of(&a, 7 * TIMESTAMP_DAY);
	struct plan plan;

	/* one day was proved later than its neighbours, one not long ago */
	p.places[0].proved[100] = NOW - 4 * TIMESTAMP_DAY;
	p.places[0].proved[200] = NOW - 2 * TIMESTAMP_DAY;
	plan_make(&a, &settings, &p, places, 1, NOW, &plan);

	for (size_t i = 1; i < plan.n; i++) {
		const struct scope *s = &plan.steps[i].scope;
		int64_t held = (p.first + 200) * TIMESTAMP_DAY;

		cr_expect(s->from > held || s->to <= held, "day 200 is read");
	}
	cr_expect(count(&plan, places[0]) <= DAYS / 7 + 4);
	arena_release(&a);
}

Test(plan, a_window_that_stayed_in_doubt_is_read_again_alone)
{
	struct arena a = { 0 };
	struct coverage p = past_of(&a, TIMESTAMP_HOUR);
	struct plan plan;

	for (size_t i = 100; i < 107; i++)
		p.places[0].proved[i] = TIMESTAMP_NONE;
	plan_make(&a, &settings, &p, places, 1, NOW, &plan);

	cr_expect(plan.n == 3);
	cr_expect(plan.steps[1].scope.from == (p.first + 100) * TIMESTAMP_DAY);
	cr_expect(plan.steps[1].scope.to == (p.first + 107) * TIMESTAMP_DAY);
	arena_release(&a);
}

Test(plan, a_new_location_is_read_wholly)
{
	struct arena a = { 0 };
	struct coverage p = past_of(&a, TIMESTAMP_HOUR);
	struct plan plan;

	plan_make(&a, &settings, &p, places, 2, NOW, &plan);

	cr_expect(count(&plan, places[0]) == 1);
	expect_claims(&plan, places[1], TODAY - DAYS * TIMESTAMP_DAY);
	arena_release(&a);
}
