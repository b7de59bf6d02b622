#include "report/page_operator.h"

#include "base/arena.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/layout.h"

/* Of the chart, in units. */
#define DISK_HEIGHT 100

static void
add_kinds(struct buf *b, const struct report_model *m)
{
	buf_z(b, "<table class=\"short\"><caption>A file with several names is counted "
	         "once</caption>");
	layout_columns(b, "What|Files|Size");
	for (size_t i = 0; i < DISK_USE_KINDS; i++) {
		if (m->disk[i].files == 0)
			continue;
		buf_printf(b, "<tr><th scope=\"row\"><code>%s</code></th>", m->disk[i].kind);
		layout_cell(b, m->disk[i].files);
		layout_cell_bytes(b, m->disk[i].bytes);
		buf_z(b, "</tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

static void
add_growth(struct buf *b, const struct report_model *m)
{
	uint64_t bytes = 0, days = m->buckets_n > 0 ? m->hours_days : 0;

	for (size_t i = 0; i < m->buckets_n; i++)
		bytes += m->buckets[i].bytes;
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

static bool
add_disk_row(struct buf *b, const struct report_model *m, size_t i, const void *context)
{
	const struct report_bucket *x = &m->buckets[i];

	(void)context;
	if (!x->has_disk)
		return false;
	layout_cell_bytes(b, x->used);
	layout_cell_bytes(b, x->free);
	return true;
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
		buf_z(b, "Nothing says yet when it will be full.</p>\n");
	}
	add_disk_chart(b, m);
	layout_numbers(b, m,
	    "What the account took, and what the disk had left, after the last run of each step "
	    "of time",
	    "When|Account|Left", add_disk_row, NULL);
}

static void
add_disk(struct buf *b, const struct report_model *m)
{
	layout_heading(b, "Disk", NULL);
	add_kinds(b, m);
	add_growth(b, m);
	add_room(b, m);
}

static void
add_verified(struct buf *b, const struct report_model *m)
{
	const struct verify_note *x = &m->verified;

	if (x->at == 0) {
		buf_z(b, "<p><code>flowstory verify</code> has not been run here yet.</p>\n");
		return;
	}
	buf_z(b, x->faults == 0 ? "<p>Verified " : "<p><strong>Faults were found</strong> ");
	html_span(b, m->now - x->at);
	buf_z(b, " ago: ");
	html_plural(b, x->snapshots, "snapshot", "snapshots");
	buf_z(b, " with ");
	html_plural(b, x->pages, "page", "pages");
	buf_z(b, ", ");
	html_plural(b, x->diffs, "diff", "diffs");
	buf_z(b, ", ");
	html_plural(b, x->exports, "export", "exports");
	buf_z(b, x->is_rebuilt ? ", and the state built again: " : ": ");
	if (x->faults == 0)
		buf_z(b, "no fault");
	else
		html_plural(b, x->faults, "fault", "faults");
	buf_z(b, ".</p>\n");
}

static void
add_chain(struct buf *b, const struct report_model *m)
{
	if (m->chain_head.n == 0) {
		buf_z(b, "<p>There is no diff yet.</p>\n");
		return;
	}
	buf_z(b, "<p>The chain of diffs ends in <code>");
	html_text(b, m->chain_head);
	buf_z(b, "</code>, the digest of snapshot ");
	html_text(b, m->last_snapshot);
	buf_z(b,
	    "\u2019s diff. Whoever keeps this page can prove later that history before it was not "
	    "changed: <code>flowstory audit --verify</code>.</p>\n");
}

static void
add_integrity(struct buf *b, const struct report_model *m)
{
	layout_heading(b, "Integrity", NULL);
	add_verified(b, m);
	add_chain(b, m);
}

/* Only where something is pushed. */
static void
add_push(struct buf *b, const struct report_model *m)
{
	if (!m->has_push)
		return;
	layout_heading(b, "Push", NULL);
	buf_z(b, "<p>This account is pushed to DailyStory: <code>flowstory push --status</code> "
	         "says what was acknowledged and what waits.</p>\n");
}

static void
add_settings(struct buf *b, const struct report_model *m)
{
	layout_heading(b, "Settings", NULL);
	if (m->settings_n == 0) {
		buf_z(b, "<p>Every setting has its default: there is no "
		         "<code>flowstory.json</code>, or it sets nothing.</p>\n");
		return;
	}
	buf_z(b, "<table><caption>What <code>flowstory.json</code> sets</caption>"
	         "<thead><tr><th scope=\"col\" class=\"text\">Setting</th>"
	         "<th scope=\"col\" class=\"text\">Value</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < m->settings_n; i++) {
		buf_z(b, "<tr><th scope=\"row\"><code>");
		html_name(b, m->settings[i].name);
		buf_z(b, "</code></th><td class=\"text\">");
		html_name(b, m->settings[i].value);
		buf_z(b, "</td></tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

void
page_operator(struct buf *b, const struct report_model *m)
{
	add_disk(b, m);
	add_integrity(b, m);
	add_push(b, m);
	add_settings(b, m);
}
