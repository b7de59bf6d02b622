/* page_push.h -- a part of the page: what DailyStory has, what it did not take, what waits. */
#ifndef REPORT_PAGE_PUSH_H
#define REPORT_PAGE_PUSH_H

#include "base/str.h"
#include "report/model.h"

/* page_push(b, m): appended, where something is pushed.  page_push_lead: the same in a sentence. */
void page_push(struct buf *b, const struct report_model *m);
void page_push_lead(struct buf *b, const struct report_model *m);

#endif /* REPORT_PAGE_PUSH_H */
