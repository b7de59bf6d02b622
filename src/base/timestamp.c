#include "base/timestamp.h"

#include "base/num.h"

#define YEAR_MIN 1
#define YEAR_MAX 9999
#define FRACTION_DIGITS 9 /* read; six are kept */
#define MICRO_DIGITS 6

/*
 * The calendar by arithmetic (Howard Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms"): years begin in March, so that the leap day is the last
 * of its year, and repeat after an era of 400.
 */
#define ERA_YEARS 400
#define ERA_DAYS 146097
#define EPOCH_DAY 719468           /* 1970-01-01, counted from 0000-03-01 */
#define FIRST_DAY INT64_C(-719162) /* 0001-01-01 */
#define LAST_DAY INT64_C(2932896)  /* 9999-12-31 */

static inline int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

void
day_civil(int32_t day, int *y, int *m, int *d)
{
	int64_t z = (int64_t)day + EPOCH_DAY;
	int64_t era = floor_div(z, ERA_DAYS);
	uint32_t in_era = (uint32_t)(z - era * ERA_DAYS);
	uint32_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / (ERA_DAYS - 1)) / 365;
	uint32_t in_year = in_era - (365 * year + year / 4 - year / 100);
	uint32_t from_march = (5 * in_year + 2) / 153;

	*d = (int)(in_year - (153 * from_march + 2) / 5 + 1);
	*m = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
	*y = (int)(year + era * ERA_YEARS + (*m <= 2));
}

int32_t
day_of(int y, int m, int d)
{
	int64_t year = (int64_t)y - (m <= 2);
	int64_t era = floor_div(year, ERA_YEARS);
	uint32_t in_era = (uint32_t)(year - era * ERA_YEARS);
	uint32_t from_march = (uint32_t)(m > 2 ? m - 3 : m + 9);
	uint32_t before = in_era * 365 + in_era / 4 - in_era / 100 + (153 * from_march + 2) / 5;

	return (int32_t)(era * ERA_DAYS + before + d - 1 - EPOCH_DAY);
}

static bool
is_leap(int y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int
month_days(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return m == 2 && is_leap(y) ? 29 : days[m - 1];
}

int32_t
timestamp_day(int64_t us)
{
	return (int32_t)floor_div(us, TIMESTAMP_DAY);
}

int
day_years(int32_t from, int32_t to)
{
	int y1, m1, d1, y2, m2, d2;

	day_civil(from, &y1, &m1, &d1);
	day_civil(to, &y2, &m2, &d2);
	return y2 - y1 - (m2 < m1 || (m2 == m1 && d2 < d1));
}

int32_t
day_month_end(int32_t day)
{
	int y, m, d;

	day_civil(day, &y, &m, &d);
	return m == 12 ? day_of(y, 12, 31) : day_of(y, m + 1, 1) - 1;
}

int64_t
timestamp_age(int64_t us, int64_t now)
{
	if (us <= now)
		return now - us;
	return us - now > TIMESTAMP_HOUR ? TIMESTAMP_NEVER : 0;
}

int64_t
timestamp_months_before(int64_t us, uint32_t months)
{
	int32_t day = timestamp_day(us), first, last, same;
	int64_t at, rest = us - day * TIMESTAMP_DAY;
	int y, m, d;

	day_civil(day, &y, &m, &d);
	/* Counted from year 0, which no time of ours comes near. */
	at = (int64_t)y * 12 + m - 1 - months;
	y = (int)(at >= 0 ? at / 12 : -((11 - at) / 12));
	first = day_of(y, (int)(at - (int64_t)y * 12) + 1, 1);
	last = day_month_end(first);
	same = first + d - 1;
	return (same < last ? same : last) * TIMESTAMP_DAY + rest;
}

int64_t
day_birthday(int32_t born, uint64_t years)
{
	int y, m, d;

	day_civil(born, &y, &m, &d);
	if (years > YEAR_MAX || y + (int)years > YEAR_MAX)
		return TIMESTAMP_NEVER;
	/* 29 February where there is none is the day after the 28th. */
	return day_of(y + (int)years, m, d) * TIMESTAMP_DAY;
}

/* Exactly ${n} digits at the front of s are taken away; their value is at most max.
 */
static inline bool
take_number(struct str *s, size_t n, int max, int *out)
{
	int v = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!ascii_digit(s->p[i]))
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->n -= n;
	*out = v;
	return v <= max;
}

static inline bool
take_char(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

static bool
take_civil(struct str *s, bool dashes, int32_t *day)
{
	int y, m, d;

	if (!take_number(s, 4, YEAR_MAX, &y) || y < YEAR_MIN)
		return false;
	if (dashes && !take_char(s, '-'))
		return false;
	if (!take_number(s, 2, 12, &m) || m < 1)
		return false;
	if (dashes && !take_char(s, '-'))
		return false;
	if (!take_number(s, 2, month_days(y, m), &d) || d < 1)
		return false;
	*day = day_of(y, m, d);
	return true;
}

/* The digits after the point as microseconds. */
static bool
take_fraction(struct str *s, int64_t *us)
{
	size_t n = 0;
	int64_t v = 0;

	while (n < s->n && ascii_digit(s->p[n]))
		n++;
	if (n < 1 || n > FRACTION_DIGITS)
		return false;
	for (size_t i = 0; i < MICRO_DIGITS; i++)
		v = v * 10 + (i < n ? s->p[i] - '0' : 0);
	s->p += n;
	s->n -= n;
	*us = v;
	return true;
}

/* HH:MM[:SS[.digits]] */
static bool
take_clock(struct str *s, int64_t *us)
{
	int h, m, sec = 0;
	int64_t fraction = 0;

	if (!take_number(s, 2, 23, &h) || !take_char(s, ':') || !take_number(s, 2, 59, &m))
		return false;
	if (take_char(s, ':')) {
		if (!take_number(s, 2, 59, &sec))
			return false;
		if (take_char(s, '.') && !take_fraction(s, &fraction))
			return false;
	}
	*us = ((h * 60 + m) * 60 + sec) * TIMESTAMP_SECOND + fraction;
	return true;
}

/* Nothing, Z, or what local time is ahead of UTC: +HH, +HHMM, +HH:MM. */
static bool
take_offset(struct str *s, int64_t *us)
{
	bool behind;
	int h, m = 0;

	*us = 0;
	if (s->n == 0 || take_char(s, 'Z'))
		return true;
	behind = take_char(s, '-');
	if (!behind && !take_char(s, '+'))
		return false;
	if (!take_number(s, 2, 23, &h))
		return false;
	if (s->n > 0) {
		take_char(s, ':');
		if (!take_number(s, 2, 59, &m))
			return false;
	}
	*us = (h * 60 + m) * 60 * TIMESTAMP_SECOND;
	if (behind)
		*us = -*us;
	return true;
}

/* An offset can lead out of the calendar; no text could give that time back. */
static bool
is_in_calendar(int64_t us)
{
	return us >= FIRST_DAY * TIMESTAMP_DAY && us < (LAST_DAY + 1) * TIMESTAMP_DAY;
}

bool
timestamp_parse_wide(struct str s, int64_t *us)
{
	int64_t clock = 0, offset = 0;
	int32_t day;

	if (!take_civil(&s, true, &day))
		return false;
	if (s.n > 0) {
		if (!take_char(&s, 'T') && !take_char(&s, ' '))
			return false;
		if (!take_clock(&s, &clock) || !take_offset(&s, &offset))
			return false;
	}
	clock += day * TIMESTAMP_DAY - offset;
	if (s.n > 0)
		return false;
	*us = clock;
	return true;
}

bool
timestamp_parse(struct str s, int64_t *us)
{
	int64_t wide;

	if (!timestamp_parse_wide(s, &wide) || !is_in_calendar(wide))
		return false;
	*us = wide;
	return true;
}

bool
day_parse(struct str s, int32_t *day)
{
	int32_t v;

	if (!take_civil(&s, true, &v) || s.n > 0)
		return false;
	*day = v;
	return true;
}

bool
timestamp_parse_id(struct str s, int64_t *us)
{
	int32_t day;
	int h, m, sec;

	if (!take_civil(&s, false, &day) || !take_char(&s, 'T') || !take_number(&s, 2, 23, &h) ||
	    !take_number(&s, 2, 59, &m) || !take_number(&s, 2, 59, &sec) || !take_char(&s, 'Z') ||
	    s.n > 0)
		return false;
	*us = day * TIMESTAMP_DAY + ((h * 60 + m) * 60 + sec) * TIMESTAMP_SECOND;
	return true;
}

/* A time as its parts; ${us} is what is left of the second. */
struct parts {
	int y, m, d;
	int hour, minute, second, us;
};

static struct parts
take_apart(int64_t us)
{
	int32_t day = timestamp_day(us);
	/* Not by day * TIMESTAMP_DAY, which TIMESTAMP_NONE would carry out of range. */
	int64_t rest = us % TIMESTAMP_DAY + (us % TIMESTAMP_DAY < 0 ? TIMESTAMP_DAY : 0);
	struct parts t;

	day_civil(day, &t.y, &t.m, &t.d);
	t.us = (int)(rest % TIMESTAMP_SECOND);
	rest /= TIMESTAMP_SECOND;
	t.hour = (int)(rest / 3600);
	t.minute = (int)(rest / 60 % 60);
	t.second = (int)(rest % 60);
	return t;
}

/* At least ${width} digits. */
static void
put_number(struct buf *b, int v, int width)
{
	if (v < 0) {
		buf_char(b, '-');
		v = -v;
	}
	for (int power = 10; --width > 0; power *= 10)
		if (v < power)
			buf_char(b, '0');
	buf_u64(b, (uint64_t)v);
}

static void
put_date(struct buf *b, const struct parts *t)
{
	put_number(b, t->y, 4);
	buf_char(b, '-');
	put_number(b, t->m, 2);
	buf_char(b, '-');
	put_number(b, t->d, 2);
}

static void
put_time(struct buf *b, const struct parts *t)
{
	put_date(b, t);
	buf_char(b, 'T');
	put_number(b, t->hour, 2);
	buf_char(b, ':');
	put_number(b, t->minute, 2);
	buf_char(b, ':');
	put_number(b, t->second, 2);
}

void
timestamp_format(struct buf *b, int64_t us)
{
	struct parts t = take_apart(us);

	put_time(b, &t);
	buf_char(b, 'Z');
}

struct str
timestamp_text(struct arena *a, int64_t us)
{
	struct buf b = { 0 };
	struct str out;

	timestamp_format(&b, us);
	out = str_copy(a, buf_view(&b));
	buf_release(&b);
	return out;
}

void
timestamp_format_exact(struct buf *b, int64_t us)
{
	struct parts t = take_apart(us);

	put_time(b, &t);
	if (t.us != 0) {
		buf_char(b, '.');
		put_number(b, t.us, MICRO_DIGITS);
		while (b->p[b->n - 1] == '0')
			b->n--;
	}
	buf_char(b, 'Z');
}

void
timestamp_format_id(struct buf *b, int64_t us)
{
	struct parts t = take_apart(us);

	put_number(b, t.y, 4);
	put_number(b, t.m, 2);
	put_number(b, t.d, 2);
	buf_char(b, 'T');
	put_number(b, t.hour, 2);
	put_number(b, t.minute, 2);
	put_number(b, t.second, 2);
	buf_char(b, 'Z');
}

void
day_format(struct buf *b, int32_t day)
{
	struct parts t = { 0 };

	day_civil(day, &t.y, &t.m, &t.d);
	put_date(b, &t);
}

bool
span_parse(struct str s, int64_t *us)
{
	static const struct {
		char letter;
		int64_t us;
	} units[] = { { 's', TIMESTAMP_SECOND }, { 'm', 60 * TIMESTAMP_SECOND },
		{ 'h', TIMESTAMP_HOUR }, { 'd', TIMESTAMP_DAY }, { 'w', 7 * TIMESTAMP_DAY } };
	uint64_t count;

	if (s.n < 2 || !num_u64(str_of(s.p, s.n - 1), &count))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].letter != s.p[s.n - 1])
			continue;
		if (count > (uint64_t)(SPAN_LIMIT / units[i].us))
			return false;
		*us = (int64_t)count * units[i].us;
		return true;
	}
	return false;
}
