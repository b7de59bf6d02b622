#include "report/runs.h"

#include "base/interrupt.h"
#include "base/timestamp.h"
#include "report/calendar.h"

/* The forecast of the disk: from so many days at least and at most, and so far ahead. */
#define DAYS_LEAST 7
#define DAYS_MOST 366
#define AHEAD_MOST 3653
#define MB UINT64_C(1000000)
#define FREE_MOST UINT64_C(1000000000) /* MB */

size_t
runs_until(const struct run_log_entry *list, size_t n, int64_t now)
{
	while (n > 0 && list[n - 1].at > now)
		n--;
	return n;
}

/* One that somebody stopped did not fail. */
static bool
is_failed(const struct run_log_entry *x)
{
	return !x->is_silent && x->status != STATUS_DONE && x->status != STATUS_NEWS &&
	       x->status != STATUS_BUSY && x->status < INTERRUPT_STATUS;
}

/* What the account takes is measured once a day; the runs until then go by it. */
static void
add_kinds(struct report_model *m, const struct run_log_entry *x, const uint64_t *measured)
{
	struct report_bucket *b = calendar_find(m, calendar_day(x->at));

	if (b == NULL || !x->has_disk || measured == NULL)
		return;
	b->has_kinds = true;
	for (size_t i = 0; i < DISK_USE_KINDS; i++)
		b->kinds[i] = measured[i];
}

static void
add_one(struct report_model *m, const struct run_log_entry *x)
{
	struct report_bucket *b = calendar_find(m, calendar_day(x->at));

	if (x->is_silent)
		calendar_mark(m, x->at, REPORT_HOUR_SILENT);
	if (is_failed(x))
		calendar_mark(m, x->at, REPORT_HOUR_FAILED);
	m->silent += x->is_silent && x->at > m->as_of;
	if (b == NULL)
		return;
	b->has_runs = true;
	b->runs++;
	b->calls += x->calls;
	b->retries += x->retries;
	b->silent += x->is_silent;
	b->failed += is_failed(x);
	if (x->has_disk) {
		b->has_disk = true;
		b->used = x->used;
		b->free = x->free;
	}
}

/* What the disk had left at the end of a day. */
struct point {
	int32_t day;
	int64_t free; /* MB; of more than a petabyte, that */
};

/* The last of each day, newest first.  Returns: how many. */
static size_t
find_points(const struct run_log_entry *list, size_t n, struct point *out)
{
	size_t found = 0;

	while (n-- > 0 && found < DAYS_MOST) {
		int32_t day = timestamp_day(list[n].at);
		uint64_t free;

		if (!list[n].has_disk || (found > 0 && out[found - 1].day <= day))
			continue;
		if (found > 0 && out[0].day - day > DAYS_MOST)
			break;
		free = list[n].free / MB < FREE_MOST ? list[n].free / MB : FREE_MOST;
		out[found++] = (struct point){ day, (int64_t)free };
	}
	return found;
}

/*
 * The day at which the straight line through all points (least squares) reaches 0.  Days are
 * counted back from the newest point, so that nothing overflows: with 366 days of a petabyte each
 * product stays below 7 x 10^18.
 * Returns: 0 if it never does, or too late to say.
 */
static int32_t
full_day(const struct point *p, size_t n)
{
	int64_t sx = 0, sy = 0, sxx = 0, sxy = 0, k = (int64_t)n, fall, ahead;

	for (size_t i = 0; i < n; i++) {
		int64_t x = p[i].day - p[0].day;

		sx += x;
		sy += p[i].free;
		sxx += x * x;
		sxy += x * p[i].free;
	}
	fall = sx * sy - k * sxy; /* of the line, times k sxx - sx sx, which is positive */
	if (n < DAYS_LEAST || fall <= 0)
		return 0;
	/* value of the line at the newest point over its fall a day */
	ahead = (sy * sxx - sx * sxy) / fall;
	return ahead < 0 || ahead > AHEAD_MOST ? 0 : p[0].day + (int32_t)ahead;
}

static void
add_disk(struct report_model *m, const struct run_log_entry *list, size_t n)
{
	struct point points[DAYS_MOST];
	size_t found = find_points(list, n, points);

	for (size_t i = n; i-- > 0 && !m->has_disk;) {
		m->has_disk = list[i].has_disk;
		m->used = list[i].used;
		m->free = list[i].free;
	}
	m->full_day = full_day(points, found);
}

void
runs_add(struct report_model *m, const struct run_log_entry *list, size_t n)
{
	const uint64_t *measured = NULL;

	for (size_t i = 0; i < n; i++) {
		if (run_log_is_push(&list[i]))
			continue; /* it read nothing (pushes.h) */
		add_one(m, &list[i]);
		measured = list[i].is_measured ? list[i].blocks : measured;
		add_kinds(m, &list[i], measured);
		m->has_runs = true;
	}
	for (size_t i = n; i-- > 0;) {
		if (list[i].snapshot.n == 0)
			continue; /* nothing came that would have left somebody */
		m->unknown_left = list[i].unknown_left;
		m->waiting_left = list[i].waiting_left;
		break;
	}
	add_disk(m, list, n);
}
