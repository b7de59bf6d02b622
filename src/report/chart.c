#include "report/chart.h"

#include "report/html.h"

#define STEP 10      /* units a step */
#define WHOLE 1000   /* units of a bar that is 100 % */
#define HOUR 4       /* units of a square */
#define DAY_WIDTH 12 /* pixels of a column of squares; 90 of them fill the page */

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

/* Where a bar lies in its step, in tenths of a unit; a width of 0 ends the list. */
static const struct {
	unsigned at, width;
} bars[][2] = {
	[CHART_FULL] = { { 10, 80 } },
	[CHART_NARROW] = { { 35, 30 } },
	[CHART_SPLIT] = { { 10, 28 }, { 62, 28 } },
	[CHART_LEFT] = { { 10, 40 } },
};

/* All in tenths of a unit. */
static void
add_rect(struct buf *b, int64_t x, int64_t y, int64_t width, int64_t height)
{
	buf_char(b, 'M');
	add_tenths(b, x);
	buf_char(b, ' ');
	add_tenths(b, y);
	buf_char(b, 'h');
	add_tenths(b, width);
	buf_char(b, 'v');
	add_tenths(b, height);
	buf_z(b, "h-");
	add_tenths(b, width);
	buf_char(b, 'z');
}

static void
add_bar(struct chart *c, size_t step, int64_t y, int64_t height, enum chart_mark mark)
{
	for (size_t i = 0; i < 2 && bars[mark][i].width > 0; i++)
		add_rect(c->b, (int64_t)step * STEP * 10 + bars[mark][i].at, y, bars[mark][i].width,
		    height);
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
			if (to <= from)
				to = from + 5; /* what is there is seen, however little */
			add_bar(c, i, (int64_t)base * 10 + (is_down ? from : -to), to - from,
			    s[k].mark);
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

/* Lines in the colour of the paper. */
static void
add_lines(struct buf *b, unsigned x, unsigned width, unsigned lines)
{
	for (unsigned i = 1; i <= lines; i++) {
		buf_z(b, "<path class=\"gap\" d=\"");
		add_rect(b, x * 10, i * 160 / (lines + 1) - 8, width * 10, 16);
		buf_z(b, "\"/>");
	}
}

static void
add_part(struct buf *b, unsigned x, unsigned width, const struct chart_part *part)
{
	buf_printf(b, "<path class=\"%s\" d=\"M%u 0h%uv16h-%uz\"/>", part->style, x, width, width);
	add_lines(b, x, width, part->lines);
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
			add_part(
			    b, (unsigned)from, (unsigned)(to > from ? to - from : 1), &list[i]);
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

/* An hour of three by three units; each value another shape, to be told without its colour. */
static const char *const hour_shapes[] = {
	NULL,                              /* nothing */
	"m0 1h3v1h-3z",                    /* a dash */
	"m1 1h1v1h-1z",                    /* a dot */
	"h3v3h-3z",                        /* a square */
	"m1.5 0l1.5 3h-3z",                /* a triangle */
	"h3v3h-3zm1 1v1h1v-1z",            /* a frame */
	"m1.5 0l1.5 1.5-1.5 1.5-1.5-1.5z", /* a diamond */
};
#define HOURS (sizeof(hour_shapes) / sizeof(hour_shapes[0]))

/* The shape where the pen is at the beginning of the one above it, or NULL: one of two outlines
 * ends elsewhere.  There are up to 2,160 shapes in a page. */
static const char *
shape_below(const char *shape)
{
	if (strchr(shape, 'z')[1] != '\0')
		return NULL;
	return shape[0] == 'm' ? shape + strcspn(shape, "hl") : shape;
}

static void
add_hours(struct buf *b, const uint8_t *hours, size_t days, unsigned kind)
{
	const char *below = shape_below(hour_shapes[kind]);

	for (size_t i = 0; i < days * 24; i++) {
		if (hours[i] != kind)
			continue;
		if (below != NULL && i % 24 > 0 && hours[i - 1] == kind)
			buf_printf(b, "m0 %d%s", HOUR, below);
		else
			buf_printf(b, "M%u %u%s", (unsigned)(i / 24 * HOUR),
			    (unsigned)(i % 24 * HOUR), hour_shapes[kind]);
	}
}

void
chart_calendar(struct buf *b, const uint8_t *hours, size_t days, struct str label)
{
	buf_printf(b,
	    "<svg class=\"year\" width=\"%u\" viewBox=\"0 0 %u %u\" role=\"img\" aria-label=\"",
	    (unsigned)days * DAY_WIDTH, (unsigned)(days * HOUR), 24 * HOUR);
	html_text(b, label);
	buf_printf(b, "\"><path class=\"s9\" d=\"M0 0h%uv%uh-%uz\"/>", (unsigned)(days * HOUR),
	    24 * HOUR, (unsigned)(days * HOUR));
	for (unsigned kind = 1; kind < HOURS; kind++) {
		size_t before = b->n, head;

		buf_printf(b, "<path class=\"h%u\" d=\"", kind);
		head = b->n;
		add_hours(b, hours, days, kind);
		if (b->n == head)
			b->n = before;
		else
			buf_z(b, "\"/>");
	}
	buf_z(b, "</svg>");
}

/* -- Keys -- */

void
chart_key(struct buf *b, const char *style, enum chart_mark mark)
{
	struct chart c = { .b = b };

	buf_printf(
	    b, "<svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><path class=\"%s\" d=\"", style);
	add_bar(&c, 0, 0, 100, mark);
	buf_z(b, "\"/></svg>");
}

void
chart_key_line(struct buf *b, const char *style)
{
	buf_printf(b,
	    "<svg class=\"dash\" viewBox=\"0 0 20 10\" aria-hidden=\"true\"><path class=\"%s\" "
	    "d=\"M0 5h20\"/></svg>",
	    style);
}

void
chart_key_part(struct buf *b, const struct chart_part *part)
{
	buf_z(b, "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">");
	add_part(b, 0, 16, part);
	buf_z(b, "</svg>");
}

void
chart_key_hour(struct buf *b, unsigned value)
{
	buf_z(b, "<svg viewBox=\"0 0 3 3\" aria-hidden=\"true\">");
	if (value == 0)
		buf_z(b, "<path class=\"s9\" d=\"M0 0h3v3h-3z\"/>");
	else
		buf_printf(b, "<path class=\"h%u\" d=\"M0 0%s\"/>", value, hour_shapes[value]);
	buf_z(b, "</svg>");
}
