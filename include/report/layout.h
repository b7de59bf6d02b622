/* layout.h -- what the parts of the page are made of: headings, tables, axes, keys. */
#ifndef REPORT_LAYOUT_H
#define REPORT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "report/chart.h"
#include "report/model.h"

struct arena;

/* layout_heading(b, title, note): a section begins; ${note} may be NULL. */
void layout_heading(struct buf *b, const char *title, const char *note);

/* layout_step(b, m, i): the name of a step of time: a day, "week of 2 Nov" or a month. */
void layout_step(struct buf *b, const struct report_model *m, size_t i);

/* layout_axis(b, m): first and last step, below a chart. */
void layout_axis(struct buf *b, const struct report_model *m);

/* layout_highest(b, values, n, format): what the highest point of a chart stands for, above it. */
void layout_highest(
    struct buf *b, const int64_t *values, size_t n, void (*format)(struct buf *b, uint64_t value));

/* layout_scale(b, least): says that a line's scale does not begin at 0, if so. */
void layout_scale(struct buf *b, int64_t least);

/* layout_columns(b, names): the head of a table; names parted by '|', the first one is of text. */
void layout_columns(struct buf *b, const char *names);

/* layout_cell(b, n): a number in a cell; layout_cell_money: dollars; layout_cell_bytes; and
 * layout_cell_none: one that is not known. */
void layout_cell(struct buf *b, uint64_t n);
void layout_cell_money(struct buf *b, int64_t cents);
void layout_cell_bytes(struct buf *b, uint64_t n);
void layout_cell_none(struct buf *b);
/* layout_cell_share(b, n, all): "12.3 %". */
void layout_cell_share(struct buf *b, uint64_t n, uint64_t all);

/*
 * layout_numbers(b, m, caption, columns, row, context):
 * The numbers of a chart as a table behind a line to open, the newest step first.  ${row} writes
 * the cells of a step after its name and returns true; or false, and the step is left out.
 */
typedef bool layout_row(struct buf *b, const struct report_model *m, size_t i, const void *context);
void layout_numbers(struct buf *b, const struct report_model *m, const char *caption,
    const char *columns, layout_row *row, const void *context);

/* layout_series(a, m): room for one value a step. */
int64_t *layout_series(struct arena *a, const struct report_model *m);

/* layout_key(b, style, mark, text): an entry of a chart's key; layout_key_line: of a line. */
void layout_key(struct buf *b, const char *style, enum chart_mark mark, const char *text);
void layout_key_line(struct buf *b, const char *style, const char *text);

#endif /* REPORT_LAYOUT_H */
