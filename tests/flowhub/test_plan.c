/* Goal: what is due is read, in windows whose claims touch and never overlap. */
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

static const struct str ids[] = { { "L1", 2 }, { "L2", 2 } };

/* What was proved, and the plan made from it. */
struct fixture {
	struct arena a;
	struct coverage c;
	struct plan plan;
};

/* DAYS days, in which every day of L1 was proved ${age} ago. */
static void
begin(struct fixture *f, int64_t age)
{
	*f = (struct fixture){ .c = { .first = 20000 - DAYS,
		                   .days = DAYS,
		                   .customers_all = NOW - age,
		                   .customers_read = NOW - age,
		                   .newest = NOW - age,
		                   .newest_locations = STR("x/y"),
		                   .n = 1 } };
	f->c.locations = arena_zero(&f->a, 1, sizeof(*f->c.locations));
	f->c.locations[0].id = ids[0];
	f->c.locations[0].proved = arena_array(&f->a, DAYS, sizeof(int64_t));
	for (size_t i = 0; i < DAYS; i++)
		f->c.locations[0].proved[i] = NOW - age;
}

static void
make(struct fixture *f, size_t locations)
{
	plan_make(&f->a, &settings, &f->c, ids, locations, NOW, &f->plan);
}

/* The claims of a location's steps follow each other from ${from} to now. */
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

Test(plan, a_first_fetch_covers_everything)
{
	struct fixture f;

	begin(&f, TIMESTAMP_HOUR);
	f.c.n = 0;
	f.c.customers_all = f.c.customers_read = TIMESTAMP_NONE;
	f.c.newest_locations.n = 0;
	make(&f, 2);

	cr_expect(f.plan.is_first);
	cr_expect(f.plan.steps[0].scope.kind == SCOPE_ALL);
	expect_claims(&f.plan, ids[0], TODAY - DAYS * TIMESTAMP_DAY);
	expect_claims(&f.plan, ids[1], TODAY - DAYS * TIMESTAMP_DAY);
	cr_expect(count(&f.plan, ids[0]) <= DAYS / 7 + 3);
	arena_release(&f.a);
}

Test(plan, later_the_overlap_alone_or_the_deep_days)
{
	static const struct {
		int64_t age;
		enum scope_kind customers;
		int days; /* of orders */
	} rows[] = {
		{ TIMESTAMP_HOUR, SCOPE_UPDATED, 3 },
		{ 24 * TIMESTAMP_HOUR - TIMESTAMP_HOUR / 4, SCOPE_ALL, 35 },
	};
	struct fixture f;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&f, rows[i].age);
		make(&f, 1);

		cr_expect(f.plan.steps[0].scope.kind == rows[i].customers, "row %zu", i);
		if (rows[i].customers == SCOPE_UPDATED)
			cr_expect(f.plan.n == 2 && f.plan.steps[0].request.from == 19999);
		expect_claims(&f.plan, ids[0], TODAY - rows[i].days * TIMESTAMP_DAY);
		arena_release(&f.a);
	}
}

Test(plan, days_half_way_go_with_those_that_are_due)
{
	struct fixture f;

	begin(&f, 7 * TIMESTAMP_DAY);
	/* one day was proved later than its neighbours, one not long ago */
	f.c.locations[0].proved[100] = NOW - 4 * TIMESTAMP_DAY;
	f.c.locations[0].proved[200] = NOW - 2 * TIMESTAMP_DAY;
	make(&f, 1);

	for (size_t i = 1; i < f.plan.n; i++) {
		const struct scope *s = &f.plan.steps[i].scope;
		int64_t held = (f.c.first + 200) * TIMESTAMP_DAY;

		cr_expect(s->from > held || s->to <= held, "day 200 is read");
	}
	cr_expect(count(&f.plan, ids[0]) <= DAYS / 7 + 4);
	arena_release(&f.a);
}

Test(plan, a_window_that_stayed_in_doubt_is_read_again_alone)
{
	struct fixture f;

	begin(&f, TIMESTAMP_HOUR);
	for (size_t i = 100; i < 107; i++)
		f.c.locations[0].proved[i] = TIMESTAMP_NONE;
	make(&f, 1);

	cr_expect(f.plan.n == 3);
	cr_expect(f.plan.steps[1].scope.from == (f.c.first + 100) * TIMESTAMP_DAY);
	cr_expect(f.plan.steps[1].scope.to == (f.c.first + 107) * TIMESTAMP_DAY);
	arena_release(&f.a);
}

Test(plan, a_new_location_is_read_from_the_start)
{
	struct fixture f;

	begin(&f, TIMESTAMP_HOUR);
	make(&f, 2);

	cr_expect(count(&f.plan, ids[0]) == 1);
	expect_claims(&f.plan, ids[1], TODAY - DAYS * TIMESTAMP_DAY);
	arena_release(&f.a);
}
