/* page_segments.h -- a part of the page: segments over time, and the table of this week. */
#ifndef REPORT_PAGE_SEGMENTS_H
#define REPORT_PAGE_SEGMENTS_H

#include "base/str.h"
#include "report/model.h"

/* page_segments(b, m): appended. */
void page_segments(struct buf *b, const struct report_model *m);

#endif /* REPORT_PAGE_SEGMENTS_H */
