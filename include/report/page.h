/* page.h -- the report as one HTML page that needs nothing else: no script, no request.
 *
 * It depends on the model alone, so the same model gives the same bytes.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "base/str.h"
#include "report/model.h"

struct arena;

/* page_write(b, m): the whole page. */
void page_write(struct buf *b, const struct report_model *m);

/* -- Its parts, in their order -- */

/* For whoever writes to customers. */
void page_segments(struct buf *b, const struct report_model *m);
void page_contacts(struct buf *b, const struct report_model *m);
void page_sales(struct buf *b, const struct report_model *m); /* money, orders, products */

/* For whoever runs it: snapshots, disk, integrity, settings. */
void page_operator(struct buf *b, const struct report_model *m);

/* -- What both parts are made of -- */

/* page_heading(b, title, note): a section begins; ${note} may be NULL. */
void page_heading(struct buf *b, const char *title, const char *note);

/* page_step(b, m, i): the name of a step of time: a day, "week of 2 Nov" or a month. */
void page_step(struct buf *b, const struct report_model *m, size_t i);

/* page_axis(b, m): first and last step, below a chart. */
void page_axis(struct buf *b, const struct report_model *m);

/* page_scale(b, least): says that a line's scale does not begin at 0, if so. */
void page_scale(struct buf *b, int64_t least);

/* page_table_begin(b, summary, caption): a table behind a line to open; rows follow. */
void page_table_begin(struct buf *b, const char *summary, const char *caption);
void page_table_end(struct buf *b);

/* page_columns(b, names): the head of a table; names parted by '|', the first one is of text. */
void page_columns(struct buf *b, const char *names);

/* page_cell(b, n): a number in a cell; page_cell_money: dollars. */
void page_cell(struct buf *b, uint64_t n);
void page_cell_money(struct buf *b, int64_t cents);

/* page_series(a, m): room for one value a step. */
int64_t *page_series(struct arena *a, const struct report_model *m);

/* page_key(b, style, text): an entry of a chart's key. */
void page_key(struct buf *b, const char *style, const char *text);

#endif /* REPORT_PAGE_H */
