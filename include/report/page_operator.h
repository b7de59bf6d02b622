/* page_operator.h -- a part of the page: for whoever runs it: disk, integrity, push, settings. */
#ifndef REPORT_PAGE_OPERATOR_H
#define REPORT_PAGE_OPERATOR_H

#include "base/str.h"
#include "report/model.h"

/* page_operator(b, m): appended. */
void page_operator(struct buf *b, const struct report_model *m);

#endif /* REPORT_PAGE_OPERATOR_H */
