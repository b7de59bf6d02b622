#include "report/chart.h"

#include "report/html.h"

#define STEP 10    /* units a step */
#define WHOLE 1000 /* units of a bar that is 100 % */
#define HOUR 4     /* units of a square */

struct chart
chart_begin(struct buf *b, size_t n, unsigned height, const char *style, struct str label)
{
	struct chart c = { b, n, (unsigned)n * STEP };

	buf_printf(b, "<svg viewBox=\"0 0 %u %u\" preserveAspectRatio=\"none\" role=\"img\"",
	    c.width, height);
	if (style != NULL)
		buf_printf(b, " class=\"%s\"", style);
	buf_z(b, " aria-label=\"");
	html_text(b, label);
	buf_z(b, "\">");
	return c;
}

void
chart_end(struct chart *c)
{
	buf_z(c->b, "</svg>");
}

struct chart_scale
chart_scale_of(const int64_t *values, size_t n)
{
	struct chart_scale s = { INT64_MAX, 0 };

	for (size_t i = 0; i < n; i++) {
		if (values[i] == CHART_GAP)
			continue;
		s.least = values[i] < s.least ? values[i] : s.least;
		s.most = values[i] > s.most ? values[i] : s.most;
	}
	if (s.least == INT64_MAX || s.most - s.least > s.most / 4)
		s.least = 0;
	else
		s.least -= (s.most - s.least) / 2 + 1;
	if (s.least < 0)
		s.least = 0;
	if (s.most <= s.least)
		s.most = s.least + 1;
	return s;
}

/* In tenths of a unit, from above. */
static int64_t
place_of(struct chart_scale s, int64_t value, unsigned top, unsigned height)
{
	int64_t share = (value - s.least) * 1000 / (s.most - s.least);

	return (int64_t)top * 10 + (int64_t)height * (1000 - share) / 100;
}

static void
add_tenths(struct buf *b, int64_t tenths)
{
	buf_i64(b, tenths / 10);
	if (tenths % 10 != 0)
		buf_printf(b, ".%d", (int)(tenths % 10));
}

static void
add_point(struct buf *b, char move, size_t step, int64_t y)
{
	buf_char(b, move);
	buf_u64(b, step * STEP + STEP / 2);
	buf_char(b, ' ');
	add_tenths(b, y);
}

/* The steps without a gap from ${from} on. */
static size_t
run_end(const struct chart *c, const int64_t *values, size_t from)
{
	size_t i = from;

	while (i < c->n && values[i] != CHART_GAP)
		i++;
	return i;
}

static void
add_run(struct chart *c, const int64_t *values, size_t from, size_t to, struct chart_scale scale,
    unsigned top, unsigned height)
{
	for (size_t i = from; i < to; i++)
		add_point(c->b, i == from ? 'M' : 'L', i, place_of(scale, values[i], top, height));
	if (to - from == 1)
		buf_z(c->b, "m-3 0h6m-3 0"); /* a single one is a dash */
}

void
chart_line(struct chart *c, const struct chart_series *s, struct chart_scale scale, unsigned top,
    unsigned height, bool with_area)
{
	for (int pass = with_area ? 0 : 1; pass < 2; pass++) {
		buf_printf(c->b, "<path class=\"%s\" d=\"", pass == 0 ? "area" : s->style);
		for (size_t i = 0, end; i < c->n; i = end + 1) {
			end = run_end(c, s->values, i);
			if (end == i)
				continue;
			add_run(c, s->values, i, end, scale, top, height);
			if (pass == 0)
				buf_printf(
				    c->b, "V%uH%uZ", top + height, (unsigned)(i * STEP + STEP / 2));
		}
		buf_z(c->b, "\"/>");
	}
}

int64_t
chart_most(const struct chart_series *s, size_t n, size_t steps)
{
	int64_t most = 0;

	for (size_t i = 0; i < steps; i++) {
		int64_t sum = 0;

		for (size_t k = 0; k < n; k++)
			sum += s[k].values[i] == CHART_GAP ? 0 : s[k].values[i];
		most = sum > most ? sum : most;
	}
	return most;
}

/* What lies below series ${k} in a step. */
static int64_t
sum_below(const struct chart_series *s, size_t k, size_t step)
{
	int64_t sum = 0;

	for (size_t i = 0; i < k; i++)
		sum += s[i].values[step] == CHART_GAP ? 0 : s[i].values[step];
	return sum;
}

static void
add_bar(struct chart *c, size_t step, int64_t from, int64_t to, unsigned base, bool is_down)
{
	int64_t y = (int64_t)base * 10 + (is_down ? from : -to);

	buf_printf(c->b, "M%u ", (unsigned)(step * STEP + 1));
	add_tenths(c->b, y);
	buf_printf(c->b, "h%uv", STEP - 2);
	add_tenths(c->b, to - from);
	buf_printf(c->b, "h-%uz", STEP - 2);
}

void
chart_bars(struct chart *c, const struct chart_series *s, size_t n, int64_t most, unsigned base,
    unsigned height, bool is_down)
{
	int64_t tenths = (int64_t)height * 10;

	for (size_t k = 0; most > 0 && k < n; k++) {
		buf_printf(c->b, "<path class=\"%s\" d=\"", s[k].style);
		for (size_t i = 0; i < c->n; i++) {
			int64_t below = sum_below(s, k, i), from, to;

			if (s[k].values[i] == CHART_GAP || s[k].values[i] <= 0)
				continue;
			from = below * tenths / most;
			to = (below + s[k].values[i]) * tenths / most;
			/* what is there is seen, however little */
			add_bar(c, i, from, to > from ? to : from + 5, base, is_down);
		}
		buf_z(c->b, "\"/>");
	}
}

void
chart_baseline(struct chart *c, unsigned y)
{
	buf_printf(c->b, "<path class=\"base\" d=\"M0 %uH%u\"/>", y, c->width);
}

void
chart_hit(struct chart *c, size_t step, unsigned height)
{
	buf_printf(c->b, "<path class=\"hit\" d=\"M%u 0h%uv%uh-%uz\"><title>",
	    (unsigned)(step * STEP), STEP, height, STEP);
}

void
chart_hit_end(struct chart *c)
{
	buf_z(c->b, "</title></path>");
}

void
chart_whole(struct buf *b, const struct chart_part *list, size_t n, struct str label)
{
	uint64_t all = 0, sum = 0;

	for (size_t i = 0; i < n; i++)
		all += list[i].n;
	buf_printf(b,
	    "<svg class=\"thin\" viewBox=\"0 0 %u 16\" preserveAspectRatio=\"none\" role=\"img\""
	    " aria-label=\"",
	    WHOLE);
	html_text(b, label);
	buf_z(b, "\">");
	for (size_t i = 0; i < n && all > 0; i++) {
		uint64_t from = sum * WHOLE / all, to = (sum + list[i].n) * WHOLE / all;

		sum += list[i].n;
		if (list[i].n > 0)
			buf_printf(b, "<path class=\"%s\" d=\"M%u 0h%uv16h-%uz\"/>", list[i].style,
			    (unsigned)from, (unsigned)(to > from ? to - from : 1),
			    (unsigned)(to > from ? to - from : 1));
	}
	buf_z(b, "</svg>");
}

void
chart_share(struct buf *b, uint64_t n, uint64_t most)
{
	unsigned width = most == 0 ? 0 : (unsigned)(n * WHOLE / most);

	buf_printf(b,
	    "<svg viewBox=\"0 0 %u 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
	    "<path class=\"s0\" d=\"M0 0h%uv10h-%uz\"/></svg>",
	    WHOLE, width, width);
}

void
chart_calendar(struct buf *b, const uint8_t *hours, size_t days, struct str label)
{
	buf_printf(b, "<svg class=\"year\" viewBox=\"0 0 %u %u\" role=\"img\" aria-label=\"",
	    (unsigned)(days * HOUR), 24 * HOUR);
	html_text(b, label);
	buf_printf(b, "\"><path class=\"s9\" d=\"M0 0h%uv%uh-%uz\"/>", (unsigned)(days * HOUR),
	    24 * HOUR, (unsigned)(days * HOUR));
	for (unsigned kind = 1; kind < 5; kind++) {
		size_t before = b->n, head;

		buf_printf(b, "<path class=\"h%u\" d=\"", kind);
		head = b->n;
		for (size_t i = 0; i < days * 24; i++)
			if (hours[i] == kind)
				buf_printf(b, "M%u %uh3v3h-3z", (unsigned)(i / 24 * HOUR),
				    (unsigned)(i % 24 * HOUR));
		if (b->n == head)
			b->n = before;
		else
			buf_z(b, "\"/>");
	}
	buf_z(b, "</svg>");
}

void
chart_key(struct buf *b, const char *style)
{
	buf_printf(b,
	    "<svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><path class=\"%s\" d=\"M0 "
	    "0h10v10h-10z\"/></svg>",
	    style);
}
