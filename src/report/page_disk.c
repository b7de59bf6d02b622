#include "report/page_disk.h"

#include "base/arena.h"
#include "report/calendar.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/layout.h"

/* Of the charts, in units. */
#define DISK_HEIGHT 100
#define KIND_HEIGHT 30

/* ---- What each kind takes */

static bool
has_kinds(const struct report_model *m)
{
	bool has = false;

	for (size_t i = 0; i < m->buckets_n && !has; i++)
		has = m->buckets[i].has_kinds;
	return has;
}

/* In its own cell, on a scale of its own from 0: kinds differ a thousandfold. */
static void
add_kind_chart(struct buf *b, const struct report_model *m, size_t kind)
{
	struct arena a = { 0 };
	int64_t *values = layout_series(&a, m);
	const struct chart_series line = { "line", values, CHART_FULL };
	struct chart_scale scale = { 0, 1 };
	struct chart c;

	for (size_t i = 0; i < m->buckets_n; i++) {
		const struct report_bucket *x = &m->buckets[i];

		values[i] = x->has_kinds ? (int64_t)(x->kinds[kind] / 1000) : CHART_GAP;
		scale.most = values[i] > scale.most ? values[i] : scale.most;
	}
	c = chart_begin(b, m->buckets_n, KIND_HEIGHT, NULL,
	    str_printf(&a, "Size of %s over time", disk_use_kinds[kind]));
	chart_line(&c, &line, scale, 2, KIND_HEIGHT - 3, false);
	chart_baseline(&c, KIND_HEIGHT - 1);
	chart_end(&c);
	arena_release(&a);
}

static void
add_kind(struct buf *b, const struct report_model *m, size_t i, bool is_drawn)
{
	buf_printf(b, "<tr><th scope=\"row\"><code>%s</code></th>", m->disk[i].kind);
	layout_cell(b, m->disk[i].files);
	layout_cell_bytes(b, m->disk[i].bytes);
	if (is_drawn) {
		buf_z(b, "<td class=\"bar\">");
		add_kind_chart(b, m, i);
		buf_z(b, "</td>");
	}
	buf_z(b, "</tr>\n");
}

static void
add_kinds(struct buf *b, const struct report_model *m)
{
	bool is_drawn = has_kinds(m);

	buf_printf(b,
	    "<table class=\"short%s\"><caption>A file with several names is counted "
	    "once%s</caption>",
	    is_drawn ? " drawn" : "",
	    is_drawn ? "; each line begins at 0 and has a scale of its own" : "");
	layout_columns(b, is_drawn ? "What|Files|Size|Over time" : "What|Files|Size");
	for (size_t i = 0; i < DISK_USE_KINDS; i++)
		if (m->disk[i].files > 0)
			add_kind(b, m, i, is_drawn);
	buf_z(b, "</tbody></table>\n");
}

/* ---- What is left */

static void
add_growth(struct buf *b, const struct report_model *m)
{
	int32_t first = calendar_day(m->as_of);
	uint64_t bytes = 0, days;

	for (size_t i = m->buckets_n; i-- > 0;) {
		bytes += m->buckets[i].bytes;
		if (m->buckets[i].is_known)
			first = m->buckets[i].day;
	}
	days = (uint64_t)(calendar_day(m->as_of) - first) + 1;
	if (days < 2)
		return;
	buf_z(b, "<p class=\"note\">Snapshots grew by ");
	html_bytes(b, bytes / days);
	buf_z(b, " a day in this time; in a year that is ");
	html_bytes(b, bytes / days * 365);
	buf_z(b, ".</p>\n");
}

static void
add_kilobytes(struct buf *b, uint64_t n)
{
	html_bytes(b, n * 1000);
}

/* The free space, and dashed what the account takes: on one scale, from 0. */
static void
add_disk_chart(struct buf *b, const struct report_model *m)
{
	struct arena a = { 0 };
	int64_t *used = layout_series(&a, m), *left = layout_series(&a, m);
	const struct chart_series lines[] = { { "line", left, CHART_FULL },
		{ "line second", used, CHART_FULL } };
	struct chart_scale scale = { 0, 1 };
	struct chart c;

	for (size_t i = 0; i < m->buckets_n; i++) {
		const struct report_bucket *x = &m->buckets[i];

		left[i] = x->has_disk ? (int64_t)(x->free / 1000) : CHART_GAP;
		used[i] = x->has_disk ? (int64_t)(x->used / 1000) : CHART_GAP;
		scale.most = left[i] > scale.most ? left[i] : scale.most;
		scale.most = used[i] > scale.most ? used[i] : scale.most;
	}
	buf_z(b, "<figure>");
	layout_highest(b, left, m->buckets_n, add_kilobytes);
	c = chart_begin(b, m->buckets_n, DISK_HEIGHT, NULL,
	    STR("What the disk has left, and what the account takes, over time"));
	chart_line(&c, &lines[0], scale, 2, DISK_HEIGHT - 4, false);
	chart_line(&c, &lines[1], scale, 2, DISK_HEIGHT - 4, false);
	chart_baseline(&c, DISK_HEIGHT - 1);
	chart_end(&c);
	layout_axis(b, m);
	buf_z(b, "<ul class=\"key\">");
	layout_key_line(b, "line", "left on the disk");
	layout_key_line(b, "line second", "the account");
	buf_z(b, "</ul></figure>\n");
	arena_release(&a);
}

/* Of a kind that there never was nothing is said. */
static bool
is_used(const struct report_model *m, size_t kind)
{
	bool is = false;

	for (size_t i = 0; i < m->buckets_n && !is; i++)
		is = m->buckets[i].kinds[kind] > 0;
	return is;
}

static bool
add_disk_row(struct buf *b, const struct report_model *m, size_t i, const void *context)
{
	const struct report_bucket *x = &m->buckets[i];

	(void)context;
	if (!x->has_disk)
		return false;
	layout_cell_bytes(b, x->free);
	layout_cell_bytes(b, x->used);
	for (size_t k = 0; k < DISK_USE_KINDS; k++) {
		if (!is_used(m, k))
			continue;
		if (x->has_kinds)
			layout_cell_bytes(b, x->kinds[k]);
		else
			layout_cell_none(b);
	}
	return true;
}

static void
add_disk_numbers(struct buf *b, const struct report_model *m)
{
	struct buf columns = { 0 };

	buf_z(&columns, "When|Left|Account");
	for (size_t i = 0; i < DISK_USE_KINDS; i++)
		if (is_used(m, i))
			buf_printf(&columns, "|%s", disk_use_kinds[i]);
	buf_char(&columns, '\0');
	layout_numbers(b, m,
	    "What the disk had left after the last run of each step of time, and what the account "
	    "took, by kind and with all of the blocks it lies in, as measured once a day",
	    columns.p, add_disk_row, NULL);
	buf_release(&columns);
}

static void
add_room(struct buf *b, const struct report_model *m)
{
	if (!m->has_disk)
		return;
	buf_z(b, "<p>The last run saw ");
	html_bytes(b, m->free);
	buf_z(b, " left on the disk. ");
	if (m->full_day != 0) {
		buf_z(b, "If it goes on as it did, the disk is full about ");
		html_day(b, m->full_day);
		buf_z(b, ".</p>\n");
	} else {
		buf_z(b, "When it will be full cannot be said yet.</p>\n");
	}
	add_disk_chart(b, m);
	add_disk_numbers(b, m);
}

static bool
has_files(const struct report_model *m)
{
	bool has = false;

	for (size_t i = 0; i < DISK_USE_KINDS && !has; i++)
		has = m->disk[i].files > 0;
	return has;
}

void
page_disk(struct buf *b, const struct report_model *m)
{
	if (!has_files(m))
		return;
	layout_heading(b, "Disk", NULL);
	add_kinds(b, m);
	add_growth(b, m);
	add_room(b, m);
}
