#include "report/page_operator.h"

#include "report/chart.h"
#include "report/html.h"
#include "report/layout.h"

/* -- Runs -- */

static void
add_calendar(struct buf *b, const struct report_model *m)
{
	buf_z(b, "<figure>");
	chart_calendar(b, m->hours, m->hours_days,
	    STR("A square an hour, midnight above, a column a day: what each hour brought"));
	buf_z(b, "<div class=\"axis\"><span>");
	html_day(b, m->hours_day);
	buf_z(b, "</span><span>");
	html_day(b, m->hours_day + (int32_t)m->hours_days - 1);
	buf_z(b, "</span></div>\n<ul class=\"key\">");
	layout_key(b, "h2", "something changed");
	layout_key(b, "h1", "nothing new");
	layout_key(b, "h3", "records at fault");
	layout_key(b, "h4", "not applied");
	layout_key(b, "s9", "no snapshot");
	buf_z(b, "</ul></figure>\n");
}

static void
add_runs_table(struct buf *b, const struct report_model *m)
{
	layout_table_begin(b, "Numbers", "Snapshots by the time at which they were taken");
	layout_columns(b, "When|Snapshots|Pages|Stored|Longest read|Orders added|changed|removed");
	for (size_t i = m->buckets_n; i-- > 0;) {
		const struct report_bucket *x = &m->buckets[i];

		if (!x->is_known)
			continue;
		buf_z(b, "<tr><th scope=\"row\">");
		layout_step(b, m, i);
		buf_z(b, "</th>");
		layout_cell(b, x->snapshots);
		layout_cell(b, x->pages);
		buf_z(b, "<td>");
		html_bytes(b, x->bytes);
		buf_z(b, "</td><td>");
		html_seconds(b, x->run_us);
		buf_z(b, "</td>");
		layout_cell(b, x->orders_added);
		layout_cell(b, x->orders_changed);
		layout_cell(b, x->orders_removed);
		buf_z(b, "</tr>\n");
	}
	layout_table_end(b);
}

/* -- Health -- */

static void
add_faults(struct buf *b, const struct report_model *m)
{
	uint64_t quarantined = 0, held_back = 0;

	for (size_t i = 0; i < m->buckets_n; i++) {
		quarantined += m->buckets[i].quarantined;
		held_back += m->buckets[i].held_back;
	}
	layout_heading(b, "Health of snapshots", NULL);
	if (quarantined == 0 && held_back == 0) {
		buf_z(b, "<p>No record of this time was at fault.</p>\n");
		return;
	}
	buf_z(b, "<p>");
	html_plural(b, quarantined, "record was", "records were");
	buf_z(b, " at fault, and ");
	html_plural(b, held_back, "removal was", "removals were");
	buf_z(b, " held back for it. Each is named in the <code>quarantine.jsonl</code> of its "
	         "export.</p>\n");
	layout_table_begin(b, "Numbers", "Records at fault, and removals held back");
	layout_columns(b, "When|At fault|Held back");
	for (size_t i = m->buckets_n; i-- > 0;) {
		const struct report_bucket *x = &m->buckets[i];

		if (x->quarantined == 0 && x->held_back == 0)
			continue;
		buf_z(b, "<tr><th scope=\"row\">");
		layout_step(b, m, i);
		buf_z(b, "</th>");
		layout_cell(b, x->quarantined);
		layout_cell(b, x->held_back);
		buf_z(b, "</tr>\n");
	}
	layout_table_end(b);
}

/* -- Disk, integrity, settings -- */

static void
add_disk(struct buf *b, const struct report_model *m)
{
	uint64_t bytes = 0, days = 0;

	layout_heading(b, "Disk", NULL);
	buf_z(b, "<table><caption>A file with several names is counted once</caption>");
	layout_columns(b, "What|Files|Size");
	for (size_t i = 0; i < DISK_USE_KINDS; i++) {
		if (m->disk[i].files == 0)
			continue;
		buf_printf(b, "<tr><th scope=\"row\"><code>%s</code></th>", m->disk[i].kind);
		layout_cell(b, m->disk[i].files);
		buf_z(b, "<td>");
		html_bytes(b, m->disk[i].bytes);
		buf_z(b, "</td></tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
	for (size_t i = 0; i < m->buckets_n; i++)
		bytes += m->buckets[i].bytes;
	if (m->buckets_n > 0)
		days = m->hours_days;
	if (days >= 2) {
		buf_z(b, "<p class=\"note\">Snapshots grew by ");
		html_bytes(b, bytes / days);
		buf_z(b, " a day in this time; in a year that is ");
		html_bytes(b, bytes / days * 365);
		buf_z(b, ".</p>\n");
	}
}

static void
add_integrity(struct buf *b, const struct report_model *m)
{
	layout_heading(b, "Integrity", NULL);
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
	layout_heading(b, "Runs", NULL);
	if (m->hours_days > 0) {
		add_calendar(b, m);
		add_runs_table(b, m);
		add_faults(b, m);
	} else {
		buf_z(b, "<p>No snapshot is there yet.</p>\n");
	}
	add_disk(b, m);
	add_integrity(b, m);
	add_settings(b, m);
}
