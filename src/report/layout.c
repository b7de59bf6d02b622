#include "report/layout.h"

#include "base/arena.h"
#include "report/chart.h"
#include "report/html.h"

void
layout_heading(struct buf *b, const char *title, const char *note)
{
	buf_printf(b, "<h2>%s</h2>\n", title);
	if (note != NULL)
		buf_printf(b, "<p class=\"soft\">%s</p>\n", note);
}

void
layout_step(struct buf *b, const struct report_model *m, size_t i)
{
	int32_t day = m->buckets[i].day;

	if (m->step == REPORT_WEEKS)
		buf_z(b, "week of ");
	html_day(b, day);
}

void
layout_axis(struct buf *b, const struct report_model *m)
{
	if (m->buckets_n == 0)
		return;
	buf_z(b, "<div class=\"axis\"><span>");
	html_day(b, m->buckets[0].day);
	buf_z(b, "</span><span>");
	html_day(b, m->buckets[m->buckets_n - 1].day);
	buf_z(b, "</span></div>\n");
}

void
layout_highest(
    struct buf *b, const int64_t *values, size_t n, void (*format)(struct buf *b, uint64_t value))
{
	int64_t most = CHART_GAP;

	for (size_t i = 0; i < n; i++)
		most = values[i] > most ? values[i] : most;
	if (most <= 0)
		return;
	buf_z(b, "<div class=\"axis\"><span>highest ");
	format(b, (uint64_t)most);
	buf_z(b, "</span></div>\n");
}

void
layout_scale(struct buf *b, int64_t least)
{
	if (least <= 0)
		return;
	buf_z(b, "<p class=\"note\">The line\u2019s scale begins at ");
	html_count(b, (uint64_t)least);
	buf_z(b, ", not at 0.</p>\n");
}

int64_t *
layout_series(struct arena *a, const struct report_model *m)
{
	return arena_array(a, m->buckets_n + 1, sizeof(int64_t));
}

void
layout_columns(struct buf *b, const char *names)
{
	bool is_first = true;

	buf_z(b, "<thead><tr>");
	while (*names != '\0') {
		size_t n = strcspn(names, "|");

		buf_z(b, is_first ? "<th scope=\"col\" class=\"text\">" : "<th scope=\"col\">");
		buf_add(b, names, n);
		buf_z(b, "</th>");
		names += n + (names[n] == '|');
		is_first = false;
	}
	buf_z(b, "</tr></thead><tbody>\n");
}

void
layout_cell(struct buf *b, uint64_t n)
{
	buf_z(b, "<td>");
	html_count(b, n);
	buf_z(b, "</td>");
}

void
layout_cell_money(struct buf *b, int64_t cents)
{
	buf_z(b, "<td>");
	html_money(b, cents);
	buf_z(b, "</td>");
}

void
layout_cell_bytes(struct buf *b, uint64_t n)
{
	buf_z(b, "<td>");
	html_bytes(b, n);
	buf_z(b, "</td>");
}

void
layout_cell_none(struct buf *b)
{
	buf_z(b, "<td>\u2013</td>");
}

void
layout_cell_share(struct buf *b, uint64_t n, uint64_t all)
{
	uint64_t tenths = all == 0 ? 0 : (n * 2000 + all) / (2 * all);

	buf_printf(b, "<td>%u.%u\u00a0%%</td>", (unsigned)(tenths / 10), (unsigned)(tenths % 10));
}

/* A table that begins behind a line to open. */
static void
begin_numbers(struct buf *b, const char *caption)
{
	buf_z(b, "<details><summary>Numbers</summary><div class=\"scroll\" tabindex=\"0\" "
	         "role=\"region\" aria-label=\"");
	html_text(b, str_c(caption));
	buf_z(b, "\"><table><caption>");
	html_text(b, str_c(caption));
	buf_z(b, "</caption>");
}

void
layout_numbers(struct buf *b, const struct report_model *m, const char *caption,
    const char *columns, layout_row *row, const void *context)
{
	begin_numbers(b, caption);
	layout_columns(b, columns);
	for (size_t i = m->buckets_n; i-- > 0;) {
		size_t before = b->n;

		buf_z(b, "<tr><th scope=\"row\">");
		layout_step(b, m, i);
		buf_z(b, "</th>");
		if (row(b, m, i, context))
			buf_z(b, "</tr>\n");
		else
			b->n = before;
	}
	buf_z(b, "</tbody></table></div></details>\n");
}

void
layout_key(struct buf *b, const char *style, enum chart_mark mark, const char *text)
{
	buf_z(b, "<li>");
	chart_key(b, style, mark);
	buf_printf(b, "%s</li>", text);
}

void
layout_key_line(struct buf *b, const char *style, const char *text)
{
	buf_z(b, "<li>");
	chart_key_line(b, style);
	buf_printf(b, "%s</li>", text);
}
