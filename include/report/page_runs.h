/* page_runs.h -- a part of the page: what each hour brought, and what was wrong with it. */
#ifndef REPORT_PAGE_RUNS_H
#define REPORT_PAGE_RUNS_H

#include "base/str.h"
#include "report/model.h"

/* page_runs(b, m): appended. */
void page_runs(struct buf *b, const struct report_model *m);

#endif /* REPORT_PAGE_RUNS_H */
