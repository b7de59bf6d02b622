/* timestamp.h -- times as integers: microseconds and days since 1970-01-01 UTC.
 *
 * No time zone of the machine, no libc calendar: the proleptic Gregorian
 * calendar, years 0001 to 9999.  Nothing below command/ reads a clock.
 */
#ifndef BASE_TIMESTAMP_H
#define BASE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct buf;

#define TIMESTAMP_NEVER INT64_MAX /* later than every time */
#define TIMESTAMP_NONE INT64_MIN  /* absent; earlier than every time */
#define DAY_NONE INT32_MIN
#define TIMESTAMP_SECOND INT64_C(1000000)
#define TIMESTAMP_HOUR (3600 * TIMESTAMP_SECOND)
#define TIMESTAMP_DAY (86400 * TIMESTAMP_SECOND)
/* The length of the calendar.  No span is longer, so that a time plus or minus
 * a span never overflows. */
#define SPAN_LIMIT (3652059 * TIMESTAMP_DAY)

/*
 * timestamp_parse(s, us):
 * Contract section 3, docs/readings.md "Fields": a date, or a date, T or one space, and a
 * time with an offset or none.  s is not trimmed here.
 */
bool timestamp_parse(struct str s, int64_t *us);

/* timestamp_parse_wide(s, us): also a time that its offset carries out of the years 0001 to 9999,
 * by less than a day: "0001-01-01T00:00:00+01:00" is some programs' way to say none. */
bool timestamp_parse_wide(struct str s, int64_t *us);

/* day_parse(s, day): exactly YYYY-MM-DD, a day that exists. */
bool day_parse(struct str s, int32_t *day);

/* timestamp_day(us): the day (UTC) a time lies in, also before 1970. */
int32_t timestamp_day(int64_t us);

/* day_civil(day, y, m, d), day_of(y, m, d): calendar both ways. */
void day_civil(int32_t day, int *y, int *m, int *d);
int32_t day_of(int y, int m, int d);

/* day_years(from, to): whole years between two days; who was born on 29 February is a year older on
 * 1 March. */
int day_years(int32_t from, int32_t to);
/* timestamp_age(us, now): how long ago that was; 0 of what is yet to come within an hour, for
 * clocks are set back a little.  More than that was dated by a clock that was wrong, nobody knows
 * when: TIMESTAMP_NEVER, so that nothing waits for it. */
int64_t timestamp_age(int64_t us, int64_t now);
/* timestamp_months_before(us, months): the same day and time of day so many months before, or that
 * month's last day where there is no such day.  At most 12 * 9999 months. */
int64_t timestamp_months_before(int64_t us, uint32_t months);
/* day_month_end(day): the last day of its month. */
int32_t day_month_end(int32_t day);
/* day_birthday(born, years): when somebody turns that age, in us; TIMESTAMP_NEVER after 9999. */
int64_t day_birthday(int32_t born, uint64_t years);

/* timestamp_format: 2026-05-01T10:05:00Z, fraction cut;
 * timestamp_format_exact: with as many fractional digits as it needs (0 to 6);
 * timestamp_format_id: 20260501T100500Z; day_format: 2026-05-01. */
void timestamp_format(struct buf *b, int64_t us);
void timestamp_format_exact(struct buf *b, int64_t us);
void timestamp_format_id(struct buf *b, int64_t us);
void day_format(struct buf *b, int32_t day);
/* timestamp_text(a, us): timestamp_format's text in a. */
struct str timestamp_text(struct arena *a, int64_t us);

/* timestamp_parse_id(s, us): 20260501T100500Z, nothing else. */
bool timestamp_parse_id(struct str s, int64_t *us);

/* span_parse(s, us): a span "60d", "12h", "4w" (also "30m", "45s") in microseconds. */
bool span_parse(struct str s, int64_t *us);

#endif /* BASE_TIMESTAMP_H */
