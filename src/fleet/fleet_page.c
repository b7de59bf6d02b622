#include "fleet/fleet_page.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/status.h"
#include "base/timestamp.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/html_page.h"
#include "report/layout.h"

#define TITLE "flowstory fleet"
#define DAYS 14 /* of a line */
#define HEIGHT 40
#define SQUARE 4 /* units, with its gap */

/* ---- What an exit status is called and drawn as; classes of style.css */

static const struct kind {
	int status;
	const char *style, *text;
} kinds[] = {
	{ STATUS_DONE, "s0", "done" },
	{ STATUS_NEWS, "s1", "done, something new needs a look" },
	{ STATUS_BUSY, "s4", "not reached" },
	{ STATUS_FAILED, "s5", "failed, refused or stopped" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static size_t
kind_of(int status)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].status == status)
			return i;
	return KINDS - 1;
}

/* ---- Is it well? */

static bool
is_late(const struct fleet_page *p, const struct ledger_row *row)
{
	int64_t age = ledger_age(row, p->now);

	return age == TIMESTAMP_NONE || age < 0 || age > FLEET_PAGE_LATE;
}

static bool
is_bad(const struct ledger_row *row)
{
	return row->what == LEDGER_ENDED && ledger_status(row) != STATUS_DONE;
}

static bool
wants_look(const struct fleet_page *p, const struct ledger_row *row)
{
	return is_late(p, row) || is_bad(row) || row->vitals.pending > 0;
}

struct sums {
	size_t late, bad, looks;
	uint64_t customers, contacts, pending, disk;
};

static struct sums
sum_up(const struct fleet_page *p)
{
	struct sums s = { 0 };

	for (size_t i = 0; i < p->l->n; i++) {
		const struct ledger_row *row = &p->l->rows[i];

		s.late += is_late(p, row);
		s.bad += is_bad(row);
		s.looks += wants_look(p, row);
		s.customers += row->vitals.customers;
		s.contacts += row->vitals.contacts;
		s.pending += row->vitals.pending;
		s.disk += row->vitals.disk;
	}
	return s;
}

static void
add_verdict(struct buf *b, const struct fleet_page *p, const struct sums *s)
{
	struct buf text = { 0 };

	if (s->looks == 0)
		buf_printf(&text, "All is well: %zu account%s up to date", p->l->n,
		    p->l->n == 1 ? " is" : "s are");
	else
		buf_printf(&text, "%zu of %zu account%s want%s a look", s->looks, p->l->n,
		    p->l->n == 1 ? "" : "s", s->looks == 1 ? "s" : "");
	html_page_verdict(b, TITLE,
	    s->late > 0    ? REPORT_LATE
	    : s->looks > 0 ? REPORT_LOOK
	                   : REPORT_WELL,
	    buf_view(&text));
	buf_release(&text);
}

static void
add_tile(struct buf *b, uint64_t n, const char *what)
{
	buf_z(b, "<li><b>");
	html_count(b, n);
	buf_printf(b, "</b><span>%s</span></li>\n", what);
}

static void
add_tiles(struct buf *b, const struct fleet_page *p, const struct sums *s)
{
	buf_z(b, "<ul class=\"tiles\">\n");
	add_tile(b, p->l->n, "accounts");
	add_tile(b, s->late, "late: no snapshot applied for three hours");
	add_tile(b, s->bad, "whose last run did not exit 0");
	add_tile(b, s->contacts, "contacts");
	buf_z(b, "</ul>\n</header>\n");
}

/* ---- A row */

/* A path as part of an address. */
static void
add_address(struct buf *b, const char *path)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *path != '\0'; path++) {
		unsigned char c = (unsigned char)*path;

		if (ascii_digit(*path) || ascii_lower(*path) != ascii_upper(*path) ||
		    strchr("-_.~/", *path) != NULL) {
			buf_char(b, *path);
			continue;
		}
		buf_char(b, '%');
		buf_char(b, hex[c >> 4]);
		buf_char(b, hex[c & 15]);
	}
}

/* With a link to its own page where that is beside this one. */
static void
add_name(struct buf *b, const struct fleet_page *p, const struct roster_account *x)
{
	struct arena a = { 0 };
	const char *prefix = file_join(&a, p->dir, "");
	size_t n = strlen(prefix);
	bool has_page =
	    strncmp(x->path, prefix, n) == 0 && file_exists(file_join(&a, x->path, "report.html"));

	if (has_page) {
		buf_z(b, "<a href=\"");
		add_address(b, x->path + n);
		buf_z(b, "/report.html\">");
	}
	html_name(b, x->name);
	if (has_page)
		buf_z(b, "</a>");
	arena_release(&a);
}

static void
add_squares(struct buf *b, const int *hours)
{
	buf_printf(b, "<td><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
	    FLEET_RUNS_HOURS * SQUARE, SQUARE);
	for (size_t i = 0; i < FLEET_RUNS_HOURS; i++) {
		if (hours[i] == FLEET_RUNS_NONE)
			buf_z(b, "- ");
		else
			buf_printf(b, "%d ", hours[i]);
	}
	buf_z(b, "\">");
	for (size_t k = 0; k < KINDS; k++) {
		bool has_any = false;

		for (size_t i = 0; i < FLEET_RUNS_HOURS; i++) {
			if (hours[i] == FLEET_RUNS_NONE || kind_of(hours[i]) != k)
				continue;
			if (!has_any)
				buf_printf(b, "<path class=\"%s\" d=\"", kinds[k].style);
			has_any = true;
			buf_printf(b, "M%zu 0h3v3h-3z", i * SQUARE);
		}
		buf_z(b, has_any ? "\"/>" : "");
	}
	buf_z(b, "</svg></td>");
}

static void
add_line(struct buf *b, const int64_t *contacts)
{
	int64_t values[DAYS];
	struct chart_series s = { "line", values, CHART_FULL };
	struct chart c;
	bool has_any = false;

	for (size_t i = 0; i < DAYS; i++) {
		int64_t n = contacts[FLEET_RUNS_DAYS - DAYS + i];

		values[i] = n == FLEET_RUNS_NONE ? CHART_GAP : n;
		has_any = has_any || n != FLEET_RUNS_NONE;
	}
	buf_z(b, "<td>");
	if (has_any) {
		c = chart_begin(b, DAYS, HEIGHT, NULL, STR("contacts of 14 days"));
		chart_line(&c, &s, chart_scale_of(values, DAYS), 2, HEIGHT - 4, false);
		chart_end(&c);
	}
	buf_z(b, "</td>");
}

static void
add_cell(struct buf *b, bool is_known, uint64_t n)
{
	if (is_known)
		layout_cell(b, n);
	else
		buf_z(b, "<td>\u2013</td>");
}

static void
add_row(struct buf *b, const struct fleet_page *p, size_t i)
{
	const struct ledger_row *row = &p->l->rows[i];
	const struct vitals *v = &row->vitals;

	buf_z(b, "<tr><th scope=\"row\">");
	add_name(b, p, &row->account);
	buf_z(b, "</th>");
	add_cell(b, row->what == LEDGER_ENDED, (uint64_t)ledger_status(row));
	add_squares(b, p->runs[i].hours);
	if (v->has_state && p->now >= v->as_of) {
		buf_z(b, "<td>");
		html_span(b, p->now - v->as_of);
		buf_z(b, "</td>");
	} else {
		buf_printf(b, "<td>%s</td>", v->has_state ? "in the future" : "never");
	}
	add_cell(b, v->has_state, v->contacts);
	add_line(b, p->runs[i].contacts);
	add_cell(b, v->has_pending, v->pending);
	add_cell(b, v->has_push, v->to_push);
	buf_z(b, "<td>");
	if (v->has_run)
		html_bytes(b, v->disk);
	buf_z(b, "</td></tr>\n");
}

static void
add_rows(struct buf *b, const struct fleet_page *p, bool looks, const char *title)
{
	size_t n = 0;

	for (size_t i = 0; i < p->l->n; i++)
		n += wants_look(p, &p->l->rows[i]) == looks;
	if (n == 0)
		return;
	layout_heading(b, title, NULL);
	buf_printf(b,
	    "<div class=\"scroll fleet\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>",
	    title);
	layout_columns(b, "Account|Exit|24 hours|Age|Contacts|14 days|Pending|To push|Disk");
	for (size_t i = 0; i < p->l->n; i++)
		if (wants_look(p, &p->l->rows[i]) == looks)
			add_row(b, p, i);
	buf_z(b, "</tbody></table></div>\n");
}

/* ---- Below the rows */

static void
add_key(struct buf *b)
{
	buf_z(b, "<p class=\"soft\">Exit is that of the last run. A square is an hour, the last "
	         "one at the right. The line is of runs by 'flowstory fleet run'."
	         "</p>\n<ul class=\"key\">");
	for (size_t i = 0; i < KINDS; i++)
		layout_key(b, kinds[i].style, CHART_FULL, kinds[i].text);
	buf_z(b, "</ul>\n");
}

static void
add_limits(struct buf *b, const struct fleet_page *p)
{
	if (p->limits_n == 0)
		return;
	layout_heading(b, "Calls to hosts", NULL);
	buf_z(b, "<table class=\"short\">");
	layout_columns(b, "Host|A second|As set|Calls|Slowed");
	for (size_t i = 0; i < p->limits_n; i++) {
		const struct limit_state *s = &p->limits[i];
		const uint64_t tenths[] = { s->interval > 0 ? 10000000 / s->interval : 0,
			s->base > 0 ? 10000000 / s->base : 0 };

		buf_z(b, "<tr><th scope=\"row\">");
		html_name(b, s->host);
		buf_z(b, "</th>");
		for (size_t k = 0; k < 2; k++)
			buf_printf(b, "<td>%llu.%llu</td>", (unsigned long long)(tenths[k] / 10),
			    (unsigned long long)(tenths[k] % 10));
		layout_cell(b, s->calls);
		layout_cell(b, s->slowed);
		buf_z(b, "</tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

static void
add_sums(struct buf *b, const struct sums *s)
{
	buf_z(b, "<p>");
	html_plural(b, s->customers, "customer", "customers");
	buf_z(b, ", ");
	html_plural(b, s->pending, "snapshot", "snapshots");
	buf_z(b, " not applied, ");
	html_bytes(b, s->disk);
	buf_z(b, " on the disk.</p>\n");
}

void
fleet_page_write(struct buf *b, const struct fleet_page *p)
{
	const struct sums s = sum_up(p);

	html_page_begin(b, TITLE);
	add_verdict(b, p, &s);
	add_tiles(b, p, &s);
	buf_z(b, "<main>\n");
	add_rows(b, p, true, "Wants a look");
	add_rows(b, p, false, "Up to date");
	add_key(b);
	add_limits(b, p);
	layout_heading(b, "Together", NULL);
	add_sums(b, &s);
	buf_z(b, "</main>\n<footer>Made by flowstory " FLOWSTORY_VERSION " at ");
	timestamp_format(b, p->now);
	buf_z(b, ". No customer is named on this page.</footer>\n</body>\n</html>\n");
}
