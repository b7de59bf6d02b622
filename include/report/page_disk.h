/* page_disk.h -- a part of the page: what the account takes on the disk, by kind and over time, and
 * what is left.
 */
#ifndef REPORT_PAGE_DISK_H
#define REPORT_PAGE_DISK_H

#include "base/str.h"
#include "report/model.h"

/* page_disk(b, m): appended. */
void page_disk(struct buf *b, const struct report_model *m);

#endif /* REPORT_PAGE_DISK_H */
