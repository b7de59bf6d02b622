/* Goal: long reads of many accounts lie evenly over day and week, and each is made once in its
 * interval. */
#include "flowhub/spread.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "flowhub/plan.h"

#define HOUR TIMESTAMP_HOUR
#define DAY TIMESTAMP_DAY
#define BEGIN (20000 * DAY + 5 * HOUR)
#define HOURS (8 * 24)

static struct flowhub_settings
settings_of(const char *client)
{
	return (struct flowhub_settings){ .client_id = str_c(client),
		.limit_dir = STR("/limit"),
		.overlap_days = 3,
		.deep_days = 35,
		.deep_every = DAY,
		.full_orders_every = 7 * DAY,
		.full_customers_every = DAY,
		.window_days = 7 };
}

Test(spread, once_in_each_turn)
{
	static const int64_t everies[] = { HOUR, DAY, 7 * DAY };

	for (size_t i = 0; i < 3; i++)
		for (uint64_t phase = 0; phase < 40; phase++) {
			uint64_t p = phase * UINT64_C(0x9e3779b97f4a7c15);
			int64_t last = TIMESTAMP_NONE, greatest = 0;
			size_t n = 0;

			for (int64_t now = BEGIN; now < BEGIN + 70 * DAY; now += HOUR) {
				if (!spread_is_due(last, everies[i], p, now))
					continue;
				if (n > 1) /* the first turn may have been half over */
					greatest = now - last > greatest ? now - last : greatest;
				if (n > 0)
					cr_assert(spread_next(last, everies[i], p) <= now &&
					          spread_next(last, everies[i], p) > now - HOUR);
				last = now;
				n++;
			}
			cr_expect(greatest == everies[i]);
			cr_expect(n >= (size_t)(70 * DAY / everies[i]) &&
			          n <= (size_t)(70 * DAY / everies[i]) + 1);
		}
}

Test(spread, odd_times)
{
	cr_expect(spread_is_due(TIMESTAMP_NONE, DAY, 7, BEGIN));
	cr_expect(spread_is_due(BEGIN + 1, DAY, 7, BEGIN)); /* the clock was set back */
	cr_expect(spread_is_due(BEGIN - 1, 0, 7, BEGIN));
	cr_expect(spread_next(-1, DAY, 5) == 5);
	cr_expect(spread_next(-DAY, DAY, 5) == 5 - DAY);
}

/* After an outage all is read at once; a turn later all is in its place again. */
Test(spread, what_came_together_after_an_outage_parts_again)
{
	struct flowhub_settings a = settings_of("client-1"), b = settings_of("client-2");
	uint64_t x = spread_phase(&a, STR(""), 0), y = spread_phase(&b, STR(""), 0);
	int64_t last = BEGIN + 3 * DAY; /* of both */

	cr_assert(x % (uint64_t)DAY / (uint64_t)HOUR != y % (uint64_t)DAY / (uint64_t)HOUR);
	cr_expect(spread_next(last, DAY, x) != spread_next(last, DAY, y));
}

Test(spread, blocks_of_days)
{
	struct flowhub_settings s = settings_of("c");

	cr_expect(spread_block(&s, 0) == 0 && spread_block(&s, 6) == 0);
	cr_expect(spread_block(&s, 7) == 1 && spread_block(&s, -1) == -1);
	cr_expect(spread_block(&s, -7) == -1 && spread_block(&s, -8) == -2);
	cr_expect(spread_phase(&s, STR("L1"), 1) != spread_phase(&s, STR("L1"), 2));
	cr_expect(spread_phase(&s, STR("L1"), 1) != spread_phase(&s, STR("L2"), 1));
}

/* ---- 500 accounts that were made in the same hour */

#define ACCOUNTS 500
#define BLOCKS 417       /* eight years of weeks */
#define DEEP 5           /* weeks */
#define CUSTOMER_CALLS 8 /* of a list of 4,000 */
#define HOURLY_CALLS 3   /* locations, customers updated, orders of the last days */

struct week {
	size_t calls[HOURS]; /* beside those of every hour */
};

static void
add(struct week *w, int64_t every, uint64_t phase, size_t calls)
{
	int64_t last = BEGIN;

	for (size_t h = 0; h < HOURS; h++) {
		int64_t now = BEGIN + (int64_t)(h + 1) * HOUR;

		if (!spread_is_due(last, every, phase, now))
			continue;
		w->calls[h] += calls;
		last = now;
	}
}

static void
simulate(struct week *w, bool is_spread)
{
	for (size_t i = 0; i < ACCOUNTS; i++) {
		char client[32];
		struct flowhub_settings s;

		snprintf(client, sizeof(client), "client-%zu", is_spread ? i : 0);
		s = settings_of(client);
		add(w, s.full_customers_every, spread_phase(&s, STR(""), 0), CUSTOMER_CALLS);
		for (int32_t block = 0; block < BLOCKS; block++) {
			int64_t every = block < DEEP ? s.deep_every : s.full_orders_every;

			add(w, every, spread_phase(&s, STR("L1"), is_spread ? block : 0), 1);
		}
	}
}

/* The busiest hour in hundredths of the mean. */
static size_t
peak(const struct week *w, size_t every_hour)
{
	size_t most = 0, sum = 0;

	for (size_t h = 0; h < HOURS; h++) {
		size_t n = w->calls[h] + every_hour;

		sum += n;
		most = n > most ? n : most;
	}
	return most * HOURS * 100 / sum;
}

Test(spread, the_busiest_hour_of_500_accounts_has_at_most_1_3_of_the_mean)
{
	static struct week even, together;

	simulate(&even, true);
	cr_expect(peak(&even, ACCOUNTS * HOURLY_CALLS) <= 130, "%zu",
	    peak(&even, ACCOUNTS * HOURLY_CALLS));
	cr_expect(peak(&even, 0) <= 130, "long reads alone: %zu", peak(&even, 0));
	/* the same simulation sees what it is there to prevent */
	simulate(&together, false);
	cr_expect(peak(&together, ACCOUNTS * HOURLY_CALLS) > 1000);
}

/* ---- The plan of one account, hour by hour */

#define PAST 400 /* days of history */
#define LATER 60 /* days of it that the test lives through */

struct life {
	struct arena a;
	struct coverage c;
	struct flowhub_settings s;
	size_t most; /* windows in one plan */
	size_t plans, windows;
};

static void
begin(struct life *l)
{
	*l = (struct life){ .s = settings_of("client-1") };
	l->c = (struct coverage){ .first = 20000 - PAST,
		.customers_all = BEGIN,
		.customers_read = BEGIN,
		.newest = BEGIN,
		.newest_locations = STR("x/y"),
		.n = 1 };
	l->c.locations = arena_zero(&l->a, 1, sizeof(*l->c.locations));
	l->c.locations[0].id = STR("L1");
	l->c.locations[0].proved = arena_array(&l->a, PAST + LATER + 1, sizeof(int64_t));
	for (size_t i = 0; i < PAST + LATER; i++)
		l->c.locations[0].proved[i] = BEGIN;
}

/* One hour: what is planned is proved. */
static void
live(struct life *l, int64_t now)
{
	struct arena a = { 0 };
	struct plan p;
	const struct str id = STR("L1");

	l->c.days = (size_t)(timestamp_day(now) - l->c.first);
	plan_make(&a, &l->s, &l->c, &id, 1, now, &p);
	for (size_t i = 0; i < p.n; i++) {
		const struct scope *x = &p.steps[i].scope;

		if (p.steps[i].request.resource != RESOURCE_ORDERS)
			continue;
		cr_assert(x->to - x->from <= 8 * DAY);
		for (int32_t d = timestamp_day(x->from); d < timestamp_day(x->to); d++)
			l->c.locations[0].proved[d - l->c.first] = now;
	}
	if (p.steps[0].scope.kind == SCOPE_ALL)
		l->c.customers_all = now;
	l->most = p.n > l->most ? p.n : l->most;
	l->windows += p.n;
	l->plans++;
	arena_release(&a);
}

Test(spread, a_plan_reads_all_in_time_and_never_much_at_once)
{
	struct life l;

	begin(&l);
	for (int64_t now = BEGIN + HOUR; now < BEGIN + LATER * DAY; now += HOUR) {
		live(&l, now);
		if (now < BEGIN + 8 * DAY)
			continue;
		cr_assert(now - l.c.customers_all < DAY + HOUR);
		for (size_t i = 0; i < l.c.days; i++)
			cr_assert(now - l.c.locations[0].proved[i] < 7 * DAY + HOUR, "day %zu", i);
		for (size_t i = l.c.days - 35; i < l.c.days; i++)
			cr_assert(now - l.c.locations[0].proved[i] < DAY + HOUR);
	}
	/* 58 weeks of history: without it one plan in 168 has them all */
	cr_expect(l.most <= 12, "%zu windows at once", l.most);
	cr_expect(l.windows <= l.plans * 3, "%zu windows in %zu plans", l.windows, l.plans);
	cr_expect(plan_next_orders(&l.s, &l.c) > BEGIN);
	arena_release(&l.a);
}
