#include "report/calendar.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "base/zone.h"

/* The most steps, and the most of all segments together: each is a row of a table in the page. */
#define DAYS_MAX 130
#define WEEKS_MAX 130
#define ROWS_MAX 900

int32_t
calendar_day(int64_t us)
{
	return timestamp_day(us + zone_offset(us));
}

unsigned
calendar_hour(int64_t us)
{
	int64_t local = us + zone_offset(us);

	return (unsigned)((local - (int64_t)timestamp_day(local) * TIMESTAMP_DAY) / TIMESTAMP_HOUR);
}

/* 1970-01-01 was a Thursday. */
static int32_t
monday_of(int32_t day)
{
	return day - ((day + 3) % 7 + 7) % 7;
}

static int32_t
begin_of(enum report_step step, int32_t day)
{
	int y, m, d;

	if (step == REPORT_DAYS)
		return day;
	if (step == REPORT_WEEKS)
		return monday_of(day);
	day_civil(day, &y, &m, &d);
	return day_of(y, m, 1);
}

static int32_t
next_of(enum report_step step, int32_t begin)
{
	int y, m, d;

	if (step != REPORT_MONTHS)
		return begin + (step == REPORT_DAYS ? 1 : 7);
	day_civil(begin, &y, &m, &d);
	return m == 12 ? day_of(y + 1, 1, 1) : day_of(y, m + 1, 1);
}

static enum report_step
step_for(int32_t days, size_t segments)
{
	size_t each = segments > 0 ? segments : 1;

	if (days <= DAYS_MAX && (size_t)days * each <= ROWS_MAX)
		return REPORT_DAYS;
	return days / 7 <= WEEKS_MAX && (size_t)days / 7 * each <= ROWS_MAX ? REPORT_WEEKS
	                                                                    : REPORT_MONTHS;
}

void
calendar_make(struct arena *a, struct report_model *m, int32_t first, int32_t last)
{
	size_t n = 0;

	m->step = step_for(last - first + 1, m->segments_n);
	for (int32_t day = begin_of(m->step, first); day <= last; day = next_of(m->step, day))
		n++;
	m->buckets = arena_zero(a, n, sizeof(*m->buckets));
	m->buckets_n = n;
	n = 0;
	for (int32_t day = begin_of(m->step, first); day <= last; day = next_of(m->step, day)) {
		struct report_bucket *b = &m->buckets[n++];

		b->day = day;
		b->segments = arena_zero(a, m->segments_n + 1, sizeof(*b->segments));
	}
}

void
calendar_mark(struct report_model *m, int64_t us, enum report_hour kind)
{
	int32_t day = calendar_day(us) - m->hours_day;
	uint8_t *hour;

	if (day < 0 || (size_t)day >= m->hours_days)
		return;
	hour = &m->hours[(size_t)day * 24 + calendar_hour(us)];
	if (*hour < kind)
		*hour = (uint8_t)kind;
}

struct report_bucket *
calendar_find(const struct report_model *m, int32_t day)
{
	size_t low = 0, high = m->buckets_n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->buckets[mid].day <= day)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0 || next_of(m->step, m->buckets[low - 1].day) <= day)
		return NULL;
	return &m->buckets[low - 1];
}
