/* chart.h -- charts as SVG, without a word in them: labels stand beside them as text.
 *
 * A chart is drawn in whole units, ten a step of time, and stretched to the width of the page;
 * lines keep their width.  A step that nothing is known of is a gap.  Colours are classes of
 * style.css.
 */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* CHART_GAP in a series: not known. */
#define CHART_GAP INT64_MIN

/* What tells series apart beside their colour, which not everybody sees and not every printer has:
 * the width and the place of a bar. */
enum chart_mark {
	CHART_FULL,
	CHART_NARROW, /* in the middle */
	CHART_SPLIT,  /* both edges */
	CHART_LEFT    /* the left half */
};

/* One series of a chart over time; ${n} values, one a step. */
struct chart_series {
	const char *style; /* class */
	const int64_t *values;
	enum chart_mark mark; /* of bars */
};

struct chart {
	struct buf *b;
	size_t n;       /* steps */
	unsigned width; /* units */
};

/* chart_begin(b, n, height, style, label): the element, with its text for who does not see it. */
struct chart chart_begin(
    struct buf *b, size_t n, unsigned height, const char *style, struct str label);
void chart_end(struct chart *c);

/* The least and the greatest value of a scale. */
struct chart_scale {
	int64_t least, most;
};

/* chart_scale_of(values, n): from 0, or from near the least value where all lie close together. */
struct chart_scale chart_scale_of(const int64_t *values, size_t n);

/* chart_line(c, s, scale, top, height, with_area): a line in a strip of the chart. */
void chart_line(struct chart *c, const struct chart_series *s, struct chart_scale scale,
    unsigned top, unsigned height, bool with_area);

/* chart_bars(c, s, n, most, base, height, is_down): bars of several series, one upon the other,
 * from the line ${base} up or down; ${most} is as high as ${height}. */
void chart_bars(struct chart *c, const struct chart_series *s, size_t n, int64_t most,
    unsigned base, unsigned height, bool is_down);

/* chart_most(s, n, steps): the greatest sum of a step of several series. */
int64_t chart_most(const struct chart_series *s, size_t n, size_t steps);

/* chart_baseline(c, y): a thin line over the whole width. */
void chart_baseline(struct chart *c, unsigned y);

/* chart_hit(c, step, height): a field over one step, for its title; chart_hit_end closes it. */
void chart_hit(struct chart *c, size_t step, unsigned height);
void chart_hit_end(struct chart *c);

/* A part of a whole; so many lines are drawn through it, beside its colour. */
struct chart_part {
	const char *style;
	uint64_t n;
	unsigned lines;
};

/* chart_whole(b, list, n, label): one bar that is 100 %, in parts. */
void chart_whole(struct buf *b, const struct chart_part *list, size_t n, struct str label);

/* chart_share(b, n, most): a bar in a cell of a table. */
void chart_share(struct buf *b, uint64_t n, uint64_t most);

/* chart_calendar(b, hours, days, label): a square an hour, a column a day, midnight above; the
 * class of value v is "h" and v, its shape another one for each. */
void chart_calendar(struct buf *b, const uint8_t *hours, size_t days, struct str label);

/* Small pictures for keys: chart_key of bars, chart_key_line of a line, chart_key_part of a part,
 * chart_key_hour of an hour. */
void chart_key(struct buf *b, const char *style, enum chart_mark mark);
void chart_key_line(struct buf *b, const char *style);
void chart_key_part(struct buf *b, const struct chart_part *part);
void chart_key_hour(struct buf *b, unsigned value);

#endif /* REPORT_CHART_H */
