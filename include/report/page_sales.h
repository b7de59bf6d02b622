/* page_sales.h -- a part of the page: money, orders, and what was bought. */
#ifndef REPORT_PAGE_SALES_H
#define REPORT_PAGE_SALES_H

#include "base/str.h"
#include "report/model.h"

/* page_sales(b, m): appended. */
void page_sales(struct buf *b, const struct report_model *m);

#endif /* REPORT_PAGE_SALES_H */
