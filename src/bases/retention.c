#include "bases/retention.h"

#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "json/read.h"

static const char *const names[RETENTION_PERIODS] = { "daily", "weekly", "monthly", "yearly" };

const char *
retention_period_name(enum retention_period p)
{
	return names[p];
}

/* ---- The setting */

static bool
read_span(const struct json *j, uint32_t at, bool can_be_all, int64_t *out)
{
	struct arena a = { 0 };
	bool ok = false;

	if (j->nodes[at].kind == JSON_STRING) {
		struct str text = json_text(&a, j, at);

		ok = span_parse(text, out);
		if (!ok && can_be_all && str_eq(text, STR("all"))) {
			*out = RETENTION_ALWAYS;
			ok = true;
		}
	}
	arena_release(&a);
	return ok;
}

static bool
read_pins(struct arena *a, const struct json *j, uint32_t at, struct retention *out)
{
	int64_t when;

	if (j->nodes[at].kind != JSON_ARRAY)
		return false;
	out->pins_n = 0; /* the name may stand twice: the last one counts */
	out->pins = arena_array(a, j->nodes[at].count, sizeof(*out->pins));
	for (uint32_t i = at + 1; i < j->nodes[at].next; i = j->nodes[i].next) {
		struct str id;

		if (j->nodes[i].kind != JSON_STRING)
			return false;
		id = json_text(a, j, i);
		if (!timestamp_parse_id(id, &when))
			return false;
		out->pins[out->pins_n++] = str_copy(a, id);
	}
	return true;
}

/* Returns what is wrong with the member, or NULL. */
static const char *
read_member(
    struct arena *a, const struct json *j, uint32_t name, uint32_t value, struct retention *out)
{
	for (size_t i = 0; i < RETENTION_PERIODS; i++)
		if (json_is(j, name, str_c(names[i])))
			return j->nodes[value].kind == JSON_NUMBER &&
			               num_u64(json_raw(j, value), &out->count[i])
			           ? NULL
			           : "a whole number for daily, weekly, monthly and yearly";
	if (json_is(j, name, STR("all")))
		return read_span(j, value, false, &out->all) ? NULL : "a span like \"90d\" for all";
	if (json_is(j, name, STR("exports")))
		return read_span(j, value, true, &out->exports)
		           ? NULL
		           : "a span like \"90d\" or \"all\" for exports";
	if (json_is(j, name, STR("diffs")))
		return read_span(j, value, true, &out->diffs)
		           ? NULL
		           : "a span like \"90d\" or \"all\" for diffs";
	if (json_is(j, name, STR("pins")))
		return read_pins(a, j, value, out) ? NULL : "a list of ids of snapshots for pins";
	return "only all, daily, weekly, monthly, yearly, exports, diffs and pins";
}

static const char *
read_root(struct arena *a, const struct json *j, struct retention *out)
{
	const struct json_node *n = j->nodes;

	if (n[0].kind == JSON_STRING)
		return read_span(j, 0, false, &out->all) ? NULL : "";
	if (n[0].kind != JSON_OBJECT)
		return "";
	for (uint32_t i = 1; i < n[0].next; i = n[n[i].next].next) {
		const char *why = read_member(a, j, i, n[i].next, out);

		if (why != NULL)
			return why;
	}
	return NULL;
}

bool
retention_parse(struct arena *a, struct str json, struct retention *out, const char **why)
{
	struct json j = JSON_INIT;
	struct json_fault fault;

	*out = (struct retention){
		.is_set = true, .exports = RETENTION_ALWAYS, .diffs = RETENTION_ALWAYS
	};
	*why = json_read(&j, json, &fault) ? read_root(a, &j, out) : "";
	json_release(&j);
	return *why == NULL;
}

bool
retention_check(struct str json)
{
	struct retention ignored;
	struct arena a = { 0 };
	const char *why;
	bool ok = retention_parse(&a, json, &ignored, &why);

	arena_release(&a);
	return ok;
}

bool
retention_keeps_nothing(const struct retention *r)
{
	for (size_t i = 0; i < RETENTION_PERIODS; i++)
		if (r->count[i] > 0)
			return false;
	return r->all == 0 && r->pins_n == 0;
}

/* ---- What follows */

int64_t
retention_cut(int64_t span, int64_t last)
{
	if (span == RETENTION_ALWAYS || last < INT64_MIN + span)
		return INT64_MIN;
	return last - span;
}

/* The number of the day, week, month or year, each from its natural bound in UTC. */
static int64_t
period_of(enum retention_period p, int64_t us)
{
	int32_t day = (int32_t)timestamp_day(us);
	int y, m, d;

	day_civil(day, &y, &m, &d);
	switch (p) {
	case RETENTION_WEEKLY:
		/* 1970-01-01 was a Thursday: three days after a Monday */
		return (day + 3 >= 0 ? day + 3 : day + 3 - 6) / 7;
	case RETENTION_MONTHLY:
		return (int64_t)y * 12 + m;
	case RETENTION_YEARLY:
		return y;
	case RETENTION_DAILY:
	case RETENTION_PERIODS:
		break;
	}
	return day;
}

static bool
is_pin(const struct retention *r, struct str id)
{
	for (size_t i = 0; i < r->pins_n; i++)
		if (str_eq(r->pins[i], id))
			return true;
	return false;
}

/* The last snapshot of a month that ended before the horizon. */
static bool
ends_month(const struct retention_snapshot *list, size_t i)
{
	return period_of(RETENTION_MONTHLY, list[i].as_of) !=
	       period_of(RETENTION_MONTHLY, list[i + 1].as_of);
}

/* Whether a base is there or could be. */
static bool
is_candidate(
    const struct retention *r, const struct retention_snapshot *list, size_t i, size_t horizon)
{
	if (list[i].has_base || i + 1 == horizon)
		return true;
	if (!list[i].is_there)
		return false;
	return is_pin(r, list[i].id) || (r->count[RETENTION_MONTHLY] > 0 && ends_month(list, i));
}

/* The last candidate of each of the latest N periods that have one. */
static void
keep_periods(const struct retention *r, enum retention_period p, struct retention_snapshot *list,
    size_t horizon)
{
	uint64_t left = r->count[p];
	int64_t last = INT64_MIN;

	for (size_t i = horizon; i > 0 && left > 0; i--) {
		struct retention_snapshot *x = &list[i - 1];
		int64_t period = period_of(p, x->as_of);

		if (!is_candidate(r, list, i - 1, horizon) || period == last)
			continue;
		last = period;
		left--;
		x->is_of[p] = x->is_base = true;
	}
}

void
retention_plan(const struct retention *r, int64_t floor, struct retention_snapshot *list, size_t n,
    size_t *horizon)
{
	int64_t cut = n == 0 ? 0 : retention_cut(r->all, list[n - 1].as_of);
	size_t h = 0;

	if (floor < cut)
		cut = floor;
	while (h < n && list[h].as_of < cut)
		h++;
	/* what is gone already cannot be kept: the horizon never moves back */
	for (size_t i = h; i < n; i++)
		if (!list[i].is_there)
			h = i + 1;
	*horizon = h;
	for (size_t i = 0; i < n; i++) {
		list[i].is_dropped = i < h && list[i].is_there;
		list[i].is_horizon = i + 1 == h;
		list[i].is_pinned = i < h && is_pin(r, list[i].id) && is_candidate(r, list, i, h);
		list[i].is_base =
		    list[i].is_horizon || list[i].is_pinned || (i >= h && list[i].has_base);
	}
	for (int p = 0; p < RETENTION_PERIODS; p++)
		keep_periods(r, (enum retention_period)p, list, h);
}
