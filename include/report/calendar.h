/* calendar.h -- the days, weeks or months a report shows, in local time. */
#ifndef REPORT_CALENDAR_H
#define REPORT_CALENDAR_H

#include <stdint.h>

#include "report/model.h"

struct arena;

/* calendar_day(us): the local day; calendar_hour: the hour of it, 0 to 23. */
int32_t calendar_day(int64_t us);
unsigned calendar_hour(int64_t us);

/*
 * calendar_make(a, m, first, last):
 * The buckets of ${m} from one day to another, both included, m->segments_n memberships in each:
 * days, or so long steps that the page stays small.
 */
void calendar_make(struct arena *a, struct report_model *m, int32_t first, int32_t last);

/* calendar_mark(m, us, kind): of an hour that saw several things the greatest counts. */
void calendar_mark(struct report_model *m, int64_t us, enum report_hour kind);

/* calendar_find(m, day): its bucket, or NULL if it lies outside. */
struct report_bucket *calendar_find(const struct report_model *m, int32_t day);

#endif /* REPORT_CALENDAR_H */
