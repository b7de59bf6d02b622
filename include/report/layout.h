/* layout.h -- what the parts of the page are made of: headings, tables, axes, keys. */
#ifndef REPORT_LAYOUT_H
#define REPORT_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "report/model.h"

struct arena;

/* layout_heading(b, title, note): a section begins; ${note} may be NULL. */
void layout_heading(struct buf *b, const char *title, const char *note);

/* layout_step(b, m, i): the name of a step of time: a day, "week of 2 Nov" or a month. */
void layout_step(struct buf *b, const struct report_model *m, size_t i);

/* layout_axis(b, m): first and last step, below a chart. */
void layout_axis(struct buf *b, const struct report_model *m);

/* layout_scale(b, least): says that a line's scale does not begin at 0, if so. */
void layout_scale(struct buf *b, int64_t least);

/* layout_table_begin(b, summary, caption): a table behind a line to open; rows follow. */
void layout_table_begin(struct buf *b, const char *summary, const char *caption);
void layout_table_end(struct buf *b);

/* layout_columns(b, names): the head of a table; names parted by '|', the first one is of text. */
void layout_columns(struct buf *b, const char *names);

/* layout_cell(b, n): a number in a cell; layout_cell_money: dollars. */
void layout_cell(struct buf *b, uint64_t n);
void layout_cell_money(struct buf *b, int64_t cents);

/* layout_series(a, m): room for one value a step. */
int64_t *layout_series(struct arena *a, const struct report_model *m);

/* layout_key(b, style, text): an entry of a chart's key. */
void layout_key(struct buf *b, const char *style, const char *text);

#endif /* REPORT_LAYOUT_H */
