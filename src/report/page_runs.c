#include "report/page_runs.h"

#include "report/chart.h"
#include "report/html.h"
#include "report/layout.h"

/* -- Runs -- */

static const char *const hour_texts[REPORT_HOURS] = {
	[REPORT_HOUR_DONE] = "something changed",
	[REPORT_HOUR_SAME] = "nothing new",
	[REPORT_HOUR_FAULT] = "records at fault",
	[REPORT_HOUR_PENDING] = "not applied",
	[REPORT_HOUR_SILENT] = "Flowhub did not answer",
	[REPORT_HOUR_FAILED] = "failed or stopped",
	[REPORT_HOUR_NONE] = "no snapshot",
};

/* The usual ones first. */
static const enum report_hour hour_order[REPORT_HOURS] = { REPORT_HOUR_DONE, REPORT_HOUR_SAME,
	REPORT_HOUR_FAULT, REPORT_HOUR_PENDING, REPORT_HOUR_SILENT, REPORT_HOUR_FAILED,
	REPORT_HOUR_NONE };

static void
add_calendar(struct buf *b, const struct report_model *m)
{
	buf_z(b, "<figure><div class=\"fit\">");
	chart_calendar(b, m->hours, m->hours_days,
	    STR("A mark an hour, midnight above, a column a day: what each hour brought"));
	buf_z(b, "<div class=\"axis\"><span>");
	html_day(b, m->hours_day);
	buf_z(b, "</span><span>");
	html_day(b, m->hours_day + (int32_t)m->hours_days - 1);
	buf_z(b, "</span></div></div>\n<ul class=\"key\">");
	for (size_t i = 0; i < REPORT_HOURS; i++) {
		buf_z(b, "<li>");
		chart_key_hour(b, hour_order[i]);
		buf_printf(b, "%s</li>", hour_texts[hour_order[i]]);
	}
	buf_z(b, "</ul></figure>\n");
}

static void
add_told(struct buf *b, const struct report_bucket *x, uint64_t n)
{
	if (x->has_runs)
		layout_cell(b, n);
	else
		layout_cell_none(b);
}

static bool
add_run_row(struct buf *b, const struct report_model *m, size_t i, const void *context)
{
	const struct report_bucket *x = &m->buckets[i];

	(void)context;
	if (!x->is_known && !x->has_runs)
		return false;
	layout_cell(b, x->snapshots);
	layout_cell(b, x->pages);
	layout_cell_bytes(b, x->bytes);
	buf_z(b, "<td>");
	html_seconds(b, x->run_us);
	buf_z(b, "</td>");
	add_told(b, x, x->calls);
	add_told(b, x, x->retries);
	add_told(b, x, x->silent);
	add_told(b, x, x->failed);
	layout_cell(b, x->orders_added);
	layout_cell(b, x->orders_changed);
	layout_cell(b, x->orders_removed);
	return true;
}

static void
add_runs(struct buf *b, const struct report_model *m)
{
	layout_heading(b, "Runs", "What each hour of the day brought; midnight is above.");
	add_calendar(b, m);
	if (!m->has_runs)
		buf_z(b, "<p class=\"note\">Hours without an answer, retries and failures are in "
		         "<code>runs.jsonl</code>, which holds nothing yet.</p>\n");
	layout_numbers(b, m, "Snapshots by the time at which they were taken, and the runs",
	    "When|Snapshots|Pages|Stored|Longest read|Calls|Retries|No answer|Failed|Orders "
	    "added|changed|removed",
	    add_run_row, NULL);
}

/* -- Health -- */

/* What was found in all of the time. */
struct health {
	uint64_t quarantined, held_back, doubts;
	struct drift drift;
};

static struct health
sum_health(const struct report_model *m)
{
	struct health sum = { 0 };

	for (size_t i = 0; i < m->buckets_n; i++) {
		const struct report_bucket *x = &m->buckets[i];

		sum.quarantined += x->quarantined;
		sum.held_back += x->held_back;
		sum.doubts += x->doubts;
		sum.drift.added += x->drift.added;
		sum.drift.changed += x->drift.changed;
		sum.drift.removed += x->drift.removed;
		sum.drift.full += x->drift.full;
	}
	return sum;
}

static bool
add_health_row(struct buf *b, const struct report_model *m, size_t i, const void *context)
{
	const struct report_bucket *x = &m->buckets[i];
	const struct drift *d = &x->drift;

	(void)context;
	if (x->quarantined + x->held_back + x->doubts + d->added + d->changed + d->removed == 0)
		return false;
	layout_cell(b, x->quarantined);
	layout_cell(b, x->held_back);
	layout_cell(b, x->doubts);
	layout_cell(b, d->added);
	layout_cell(b, d->changed);
	layout_cell(b, d->removed);
	return true;
}

/* The page of a single customer is called after the customer. */
static void
add_page_name(struct buf *b, struct str page)
{
	if (str_starts(page, STR("customer-")))
		buf_z(b, "that of one customer");
	else
		html_name(b, page);
}

static void
add_faults(struct buf *b, const struct report_model *m)
{
	if (m->faults_n == 0)
		return;
	buf_z(b, "<table><caption>Records at fault in the last snapshot");
	if (m->quarantined > m->faults_n) {
		buf_z(b, ", the first ");
		html_count(b, m->faults_n);
	}
	buf_z(b, "</caption><thead><tr><th scope=\"col\" class=\"text\">Page</th><th "
	         "scope=\"col\">Index</th><th scope=\"col\" class=\"text\">Record</th><th "
	         "scope=\"col\" class=\"text\">Why</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < m->faults_n; i++) {
		buf_z(b, "<tr><th scope=\"row\">");
		add_page_name(b, m->faults[i].page);
		buf_z(b, "</th>");
		layout_cell(b, m->faults[i].index);
		buf_z(b, "<td class=\"text\">");
		html_name(b, m->faults[i].entity);
		buf_z(b, "</td><td class=\"text\">");
		html_name(b, m->faults[i].reason);
		buf_z(b, "</td></tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

static void
add_records(struct buf *b, const struct health *sum)
{
	if (sum->quarantined + sum->held_back == 0) {
		buf_z(b, "<p>No record of this time was at fault.</p>\n");
		return;
	}
	buf_z(b, "<p>");
	html_plural(b, sum->quarantined, "record was", "records were");
	buf_z(b, " at fault, and ");
	html_plural(b, sum->held_back, "removal was", "removals were");
	buf_z(b, " held back for it. Each is named in the <code>quarantine.jsonl</code> of its "
	         "export.</p>\n");
}

static void
add_drift(struct buf *b, const struct report_model *m, const struct drift *d)
{
	uint64_t all = d->added + d->changed + d->removed;

	if (all == 0) {
		buf_z(b, "<p>No order older than ");
		html_plural(b, m->reach.overlap, "day", "days");
		buf_z(b, " was found to have changed since it was last read.</p>\n");
		return;
	}
	buf_z(b, "<p>");
	html_plural(b, all, "order", "orders");
	buf_z(b, all == 1 ? " was" : " were");
	buf_z(b, " already older than ");
	html_plural(b, m->reach.overlap, "day", "days");
	buf_z(b, ", which is how far back each run reads again, when a wider read found ");
	buf_z(b, all == 1 ? "it" : "them");
	buf_z(b, " otherwise: ");
	html_count(b, d->added);
	buf_z(b, " new, ");
	html_count(b, d->changed);
	buf_z(b, " changed, ");
	html_count(b, d->removed);
	buf_z(b, " gone. Only the full read could find ");
	html_count(b, d->full);
	buf_z(b, " of them.</p>\n");
}

static void
add_lists(struct buf *b, const struct report_model *m, const struct health *sum)
{
	buf_z(b, "<p>");
	if (sum->doubts == 0) {
		buf_z(b, "Every list that was read was proved complete.");
	} else {
		html_plural(b, sum->doubts, "list", "lists");
		buf_z(b, " could not be proved complete when read, ");
		html_count(b, m->doubts);
		buf_z(b, " of them in the last snapshot; nothing is removed by such a list, and "
		         "the next run reads it again.");
	}
	if (m->unknown_left > 0) {
		buf_z(b, " Orders name ");
		html_plural(b, m->unknown_left, "customer", "customers");
		buf_z(b, " whom no list has; the next runs ask for them by id.");
	}
	if (m->waiting_left > 0) {
		buf_z(b, " The list of all customers leaves out ");
		html_count(b, m->waiting_left);
		buf_z(b, " who were there before; the next runs ask for them by id.");
	}
	buf_z(b, "</p>\n");
}

static void
add_health(struct buf *b, const struct report_model *m)
{
	struct health sum = sum_health(m);

	layout_heading(b, "Health of snapshots", NULL);
	add_records(b, &sum);
	add_faults(b, m);
	add_lists(b, m, &sum);
	add_drift(b, m, &sum.drift);
	if (sum.quarantined + sum.held_back + sum.doubts + sum.drift.added + sum.drift.changed +
	        sum.drift.removed >
	    0)
		layout_numbers(b, m,
		    "Records at fault, removals held back, lists in doubt, and older orders found "
		    "otherwise",
		    "When|At fault|Held back|In doubt|Older orders: new|changed|gone",
		    add_health_row, NULL);
}

void
page_runs(struct buf *b, const struct report_model *m)
{
	if (m->hours_days == 0) {
		layout_heading(b, "Runs", NULL);
		buf_z(b, "<p>No snapshot is there yet: <code>flowstory fetch</code> reads one from "
		         "Flowhub, "
		         "<code>flowstory adopt</code> takes files that were exported.</p>\n");
		return;
	}
	add_runs(b, m);
	add_health(b, m);
}
