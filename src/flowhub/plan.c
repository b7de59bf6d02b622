#include "flowhub/plan.h"

#include "base/timestamp.h"
#include "flowhub/spread.h"

/* Runs start a little early or late; a read that is due this soon is due. */
#define SLACK (TIMESTAMP_HOUR / 2)

const char *
plan_reason_text(enum plan_reason r)
{
	static const char *const texts[] = {
#define X(reason, text) text,
		PLAN_REASONS(X)
#undef X
	};

	return texts[r];
}

struct planner {
	struct arena *a;
	const struct flowhub_settings *settings;
	const struct coverage *coverage;
	struct plan *plan;
	size_t cap;
};

static bool
is_due(int64_t last, int64_t every, int64_t now)
{
	int64_t slack = every / 2 < SLACK ? every / 2 : SLACK;

	return last == TIMESTAMP_NONE || last > now || now - last >= every - slack;
}

static void
add(struct planner *g, const struct plan_step *step)
{
	struct plan *p = g->plan;

	p->steps = arena_grow(g->a, p->steps, p->n, &g->cap, sizeof(*p->steps));
	p->steps[p->n++] = *step;
}

static bool
is_customers_due(const struct planner *g, int64_t now)
{
	const struct flowhub_settings *s = g->settings;
	int64_t last = g->coverage->customers_all, every = s->full_customers_every;

	return spread_is_on(s) ? spread_is_due(last, every, spread_phase(s, STR(""), 0), now)
	                       : is_due(last, every, now);
}

static void
add_customers(struct planner *g)
{
	const struct coverage *coverage = g->coverage;
	int64_t now = g->plan->taken_at;
	struct plan_step s = { .request = { .resource = RESOURCE_CUSTOMERS, .from = DAY_NONE } };
	struct buf b = { 0 };

	if (is_customers_due(g, now)) {
		s.scope.kind = SCOPE_ALL;
		s.why = coverage->customers_all == TIMESTAMP_NONE ? PLAN_FIRST : PLAN_FULL;
	} else {
		s.scope.kind = SCOPE_UPDATED;
		s.why = PLAN_HOURLY;
		s.request.from = timestamp_day(coverage->customers_read) - 1;
		day_format(&b, s.request.from);
		s.scope.detail = str_copy(g->a, buf_view(&b));
		buf_release(&b);
	}
	add(g, &s);
}

/* How old the proof of a day may become. */
struct tier {
	int32_t first; /* the first day it is for */
	int64_t every;
	enum plan_reason why;
};

#define TIERS 3

static void
make_tiers(const struct planner *g, struct tier *tiers)
{
	const struct flowhub_settings *s = g->settings;
	int32_t today = timestamp_day(g->plan->taken_at);

	tiers[0] = (struct tier){ DAY_NONE, s->full_orders_every, PLAN_FULL };
	tiers[1] = (struct tier){ today - (int32_t)s->deep_days, s->deep_every, PLAN_DEEP };
	tiers[2] = (struct tier){ today - (int32_t)s->overlap_days, 0, PLAN_HOURLY };
}

static size_t
tier_of(const struct tier *tiers, int32_t day)
{
	size_t i = TIERS - 1;

	while (i > 0 && day < tiers[i].first)
		i--;
	return i;
}

/*
 * Which days are due: the reason plus one, 0 if not due.  When one day's interval is over, the
 * days of its tier that are half way are read with it; else days would drift apart, and each
 * would need a call of its own.
 */
static void
mark_days(const struct planner *g, const struct coverage_location *l, unsigned char *due)
{
	struct tier tiers[TIERS];
	bool some[TIERS] = { false };
	const struct coverage *coverage = g->coverage;
	int64_t now = g->plan->taken_at;

	make_tiers(g, tiers);
	for (size_t i = 0; i < coverage->days; i++) {
		size_t t = tier_of(tiers, coverage->first + (int32_t)i);
		int64_t last = l == NULL ? TIMESTAMP_NONE : l->proved[i];

		if (!is_due(last, tiers[t].every, now))
			continue;
		some[t] = some[t] || last != TIMESTAMP_NONE;
		due[i] =
		    (unsigned char)(1 + (last == TIMESTAMP_NONE && t != TIERS - 1 ? PLAN_FIRST
		                                                                  : tiers[t].why));
	}
	for (size_t i = 0; i < coverage->days; i++) {
		size_t t = tier_of(tiers, coverage->first + (int32_t)i);

		if (due[i] == 0 && some[t] && l != NULL && now - l->proved[i] >= tiers[t].every / 2)
			due[i] = (unsigned char)(1 + tiers[t].why);
	}
}

/* The same where long reads are spread: each block of days has its own time, and comes whole. */
static void
mark_blocks(const struct planner *g, struct str location, const struct coverage_location *l,
    unsigned char *due)
{
	const struct flowhub_settings *s = g->settings;
	const struct coverage *coverage = g->coverage;
	struct tier tiers[TIERS];
	int32_t block = INT32_MIN;
	uint64_t phase = 0;

	make_tiers(g, tiers);
	for (size_t i = 0; i < coverage->days; i++) {
		int32_t day = coverage->first + (int32_t)i;
		size_t t = tier_of(tiers, day);
		int64_t last = l == NULL ? TIMESTAMP_NONE : l->proved[i];

		if (spread_block(s, day) != block) {
			block = spread_block(s, day);
			phase = spread_phase(s, location, block);
		}
		if (!spread_is_due(last, tiers[t].every, phase, g->plan->taken_at))
			continue;
		due[i] =
		    (unsigned char)(1 + (last == TIMESTAMP_NONE && t != TIERS - 1 ? PLAN_FIRST
		                                                                  : tiers[t].why));
	}
}

static void
add_window(struct planner *g, struct str location, int32_t from, int32_t to, enum plan_reason why)
{
	int32_t today = timestamp_day(g->plan->taken_at);
	struct plan_step s = {
		.request = { .resource = RESOURCE_ORDERS,
		    .location = location,
		    .from = from - 1,
		    .to = to + 1 },
		.scope = { .kind = SCOPE_CREATED,
		    .from = from * TIMESTAMP_DAY,
		    .to = to * TIMESTAMP_DAY },
		.why = why,
	};

	/* Today is claimed up to now, but asked for in full, whatever the time zone. */
	if (to > today)
		s.scope.to = g->plan->taken_at;
	if (s.scope.to > s.scope.from)
		add(g, &s);
}

/* Days of two blocks are asked for apart, or the blocks would not stay whole. */
static bool
is_together(const struct planner *g, size_t from, size_t i)
{
	const struct flowhub_settings *s = g->settings;
	int32_t first = g->coverage->first;

	return !spread_is_on(s) || i == g->coverage->days ||
	       spread_block(s, first + (int32_t)from) == spread_block(s, first + (int32_t)i);
}

static void
add_orders(struct planner *g, struct str location)
{
	const struct coverage *coverage = g->coverage;
	const struct coverage_location *l = coverage_find(coverage, location);
	size_t days = coverage->days, i = 0;
	unsigned char *due = arena_zero(g->a, days + 1, 1);

	if (spread_is_on(g->settings))
		mark_blocks(g, location, l, due);
	else
		mark_days(g, l, due);
	due[days] = 1 + PLAN_HOURLY; /* today */
	while (i <= days) {
		size_t from = i;

		if (due[i] == 0) {
			i++;
			continue;
		}
		while (i <= days && due[i] == due[from] && i - from < g->settings->window_days &&
		       is_together(g, from, i))
			i++;
		/* Today goes with the days before it. */
		if (i == days && due[i - 1] == due[days])
			i++;
		add_window(g, location, coverage->first + (int32_t)from,
		    coverage->first + (int32_t)i, (enum plan_reason)(due[from] - 1));
	}
}

void
plan_make(struct arena *a, const struct flowhub_settings *settings, const struct coverage *coverage,
    const struct str *locations, size_t n, int64_t taken_at, struct plan *out)
{
	struct planner g = { .a = a, .settings = settings, .coverage = coverage, .plan = out };

	*out = (struct plan){ .taken_at = taken_at, .is_first = coverage->newest_locations.n == 0 };
	add_customers(&g);
	for (size_t i = 0; i < n; i++)
		add_orders(&g, locations[i]);
}

int64_t
plan_next_customers(const struct flowhub_settings *s, const struct coverage *c)
{
	int64_t every = s->full_customers_every;

	return spread_is_on(s) ? spread_next(c->customers_all, every, spread_phase(s, STR(""), 0))
	                       : c->customers_all + every;
}

/* Of one location, the time of its oldest day, or of the block whose turn is next. */
static int64_t
next_of_location(const struct flowhub_settings *s, const struct coverage *c, size_t location)
{
	const struct coverage_location *l = &c->locations[location];
	int64_t next = TIMESTAMP_NEVER;

	for (size_t i = 0; i < c->days; i++) {
		int32_t block = spread_block(s, c->first + (int32_t)i);
		int64_t last = l->proved[i], at;

		if (last == TIMESTAMP_NONE)
			return TIMESTAMP_NONE;
		at = !spread_is_on(s)
		         ? last + s->full_orders_every
		         : spread_next(last, s->full_orders_every, spread_phase(s, l->id, block));
		next = at < next ? at : next;
	}
	return next;
}

int64_t
plan_next_orders(const struct flowhub_settings *s, const struct coverage *c)
{
	int64_t next =
	    c->newest == TIMESTAMP_NONE ? TIMESTAMP_NONE : c->newest + s->full_orders_every;

	for (size_t i = 0; i < c->n; i++) {
		int64_t at = next_of_location(s, c, i);

		next = at < next ? at : next;
	}
	return next;
}

size_t
plan_calls(const struct plan *p)
{
	return p->n + 1;
}

void
plan_step_text(const struct plan_step *s, struct buf *b)
{
	if (s->request.resource == RESOURCE_ORDERS) {
		buf_z(b, "orders of ");
		buf_str(b, s->request.location);
		buf_z(b, " created from ");
		day_format(b, timestamp_day(s->scope.from));
		buf_z(b, " to ");
		if (s->scope.to % TIMESTAMP_DAY == 0)
			day_format(b, timestamp_day(s->scope.to));
		else
			timestamp_format(b, s->scope.to);
	} else if (s->scope.kind == SCOPE_ALL) {
		buf_z(b, "all customers");
	} else {
		buf_z(b, "customers updated since ");
		buf_str(b, s->scope.detail);
	}
}
