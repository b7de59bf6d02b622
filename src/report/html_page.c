#include "report/html_page.h"

#include "lib/sha256.h"
#include "report/calendar.h"
#include "report/html.h"
#include "report/page_contacts.h"
#include "report/page_operator.h"
#include "report/page_push.h"
#include "report/page_runs.h"
#include "report/page_sales.h"
#include "report/page_segments.h"

#define TITLE "flowstory report"

extern const char report_style[] __attribute__((visibility("hidden")));
extern const uint64_t report_style_size __attribute__((visibility("hidden")));

static const struct {
	const char *style, *sign;
} healths[] = {
	[REPORT_WELL] = { "well", "\u25cf" },
	[REPORT_LOOK] = { "look", "\u25b2" },
	[REPORT_LATE] = { "late", "\u25a0" },
	[REPORT_STOPPED] = { "stopped", "\u25a0" },
	[REPORT_EMPTY] = { "look", "\u25cb" },
};

static unsigned
hex_value(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

/* A digest as a content security policy wants it: base64 of its 32 bytes. */
static void
add_base64(struct buf *b, const char *hex)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	unsigned have = 0;

	for (; *hex != '\0'; hex++) {
		bits = bits << 4 | hex_value(*hex);
		have += 4;
		if (have >= 6) {
			have -= 6;
			buf_char(b, digits[bits >> have & 63]);
		}
	}
	if (have > 0)
		buf_char(b, digits[bits << (6 - have) & 63]);
	buf_char(b, '=');
}

void
html_page_begin(struct buf *b, const char *title)
{
	struct str style = str_of(report_style, (size_t)report_style_size);
	struct sha256 digest = sha256_of(style);

	buf_z(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	         "style-src 'sha256-");
	add_base64(b, digest.hex);
	buf_z(b, "'; img-src data:\">\n"
	         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	         "<meta name=\"referrer\" content=\"no-referrer\">\n"
	         "<meta name=\"robots\" content=\"noindex\">\n"
	         "<title>");
	buf_z(b, title);
	buf_z(b, "</title>\n<style>");
	buf_str(b, style);
	buf_z(b, "</style>\n</head>\n<body>\n");
}

static void
add_tile(struct buf *b, const char *what)
{
	buf_printf(b, "</b><span>%s</span></li>\n<li><b>", what);
}

/* What is not applied comes first; then what DailyStory lacks, or what is not imported where that
 * is done by hand. */
static void
add_waiting(struct buf *b, const struct report_model *m)
{
	const struct report_push *p = &m->push;
	bool is_push = p->last != NULL && (p->is_on || !m->is_imported_by_hand);
	uint64_t rows = is_push && p->counted != NULL ? p->counted->pending : 0;
	uint64_t n = m->pending > 0 ? m->pending : is_push ? p->behind : m->unimported;
	const char *what = m->pending > 0           ? "applied"
	                   : is_push                ? "pushed"
	                   : m->is_imported_by_hand ? "imported"
	                                            : "applied";

	if (m->pending == 0 && rows > 0) {
		html_count(b, rows);
		buf_printf(b, "</b><span>%s to be pushed</span></li>\n<li><b>",
		    rows == 1 ? "change waits" : "changes wait");
		return;
	}
	html_count(b, n);
	buf_printf(b, "</b><span>%s to be %s</span></li>\n<li><b>",
	    n == 1 ? "snapshot waits" : "snapshots wait", what);
}

static void
add_tiles(struct buf *b, const struct report_model *m)
{
	buf_z(b, "<ul class=\"tiles\">\n<li><b>");
	html_span(b, m->now - m->as_of);
	add_tile(b, "since the last snapshot applied");
	html_count(b, m->contacts);
	add_tile(b, m->contacts == 1 ? "contact" : "contacts");
	add_waiting(b, m);
	html_count(b, m->quarantined);
	buf_printf(b, "</b><span>%s at fault in it</span></li>\n</ul>\n",
	    m->quarantined == 1 ? "record" : "records");
}

void
html_page_verdict(struct buf *b, const char *title, enum report_health health, struct str text)
{
	buf_printf(b,
	    "<header class=\"%s\">\n<h1>%s</h1>\n<p class=\"verdict\">"
	    "<span class=\"sign\" aria-hidden=\"true\">%s</span>",
	    healths[health].style, title, healths[health].sign);
	html_text(b, text);
	buf_z(b, "</p>\n");
}

/* The last day of the week that is told, as a bucket; 0: days are not shown, or too few. */
static size_t
find_week(const struct report_model *m)
{
	const struct report_bucket *last = calendar_find(m, calendar_day(m->as_of));
	size_t i = last == NULL ? 0 : (size_t)(last - m->buckets);

	return m->step == REPORT_DAYS && i >= 7 && m->buckets[i - 7].is_known ? i : 0;
}

/* The week in a sentence. */
static void
add_week(struct buf *b, const struct report_model *m)
{
	size_t last = find_week(m);
	uint64_t purchases = 0, opt_outs = 0;
	int64_t completed = 0;

	if (last == 0)
		return;
	for (size_t i = last - 6; i <= last; i++) {
		purchases += m->buckets[i].purchases;
		completed += m->buckets[i].completed;
		opt_outs += m->buckets[i].opt_outs;
	}
	buf_z(b, "<p class=\"lead\">In the last 7 days: ");
	html_plural(b, purchases, "purchase", "purchases");
	buf_z(b, " for ");
	html_money(b, completed);
	buf_z(b, ", ");
	html_signed(b, (int64_t)m->buckets[last].contacts - (int64_t)m->buckets[last - 7].contacts);
	buf_z(b, " contacts, and ");
	html_plural(b, opt_outs, "opt-out", "opt-outs");
	buf_z(b, " written.</p>\n");
}

static void
add_verdict(struct buf *b, const struct report_model *m)
{
	html_page_verdict(b, TITLE, m->health, m->verdict);
	if (m->health != REPORT_EMPTY) {
		buf_z(b, "<p class=\"soft\">Everything on this page is as of ");
		html_time(b, m->zone, m->as_of, m->as_of_offset);
		buf_z(b, ".</p>\n");
		page_push_lead(b, m);
		add_week(b, m);
		add_tiles(b, m);
	}
	buf_z(b, "</header>\n");
}

void
html_page_write(struct buf *b, const struct report_model *m)
{
	html_page_begin(b, TITLE);
	add_verdict(b, m);
	buf_z(b, "<main>\n");
	if (m->health != REPORT_EMPTY) {
		page_segments(b, m);
		page_contacts(b, m);
		page_sales(b, m);
	}
	page_runs(b, m);
	page_operator(b, m);
	buf_z(b, "</main>\n<footer>Made by ");
	html_text(b, m->tool);
	buf_z(b, " on ");
	html_time(b, m->zone, m->now, m->now_offset);
	buf_z(b, ". No customer is named on this page.</footer>\n</body>\n</html>\n");
}
