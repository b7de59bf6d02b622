#include "report/page_contacts.h"

#include "base/arena.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/layout.h"

/* Of the chart, in units. */
#define LINE_HEIGHT 60
#define BARS_HEIGHT 32
#define CHART_HEIGHT 100

static const struct {
	const char *style;
	bool is_contact;
	const char *text;
} reasons[SKIPPED_COUNT] = {
	[SKIPPED_NONE] = { "s0", true, "with every address they have" },
	[SKIPPED_SHARED_EMAIL] = { "s3", true,
	    "without their email, which another customer holds" },
	[SKIPPED_SHARED_MOBILE] = { "s7", true,
	    "without their mobile number, which another customer holds" },
	[SKIPPED_SUPPRESSED] = { "s8", false, "on the suppression list" },
	[SKIPPED_UNDERAGE] = { "s5", false, "too young" },
	[SKIPPED_AGE_UNKNOWN] = { "s2", false, "their birthdate cannot be read" },
	[SKIPPED_NO_IDENTIFIER] = { "s4", false, "neither an email nor a mobile number" },
	[SKIPPED_DUPLICATE_EMAIL] = { "s1", false, "another customer holds their email" },
	[SKIPPED_DUPLICATE_MOBILE] = { "s6", false, "another customer holds their mobile number" },
	[SKIPPED_TOO_LONG] = { "s9", false, "their row is too long for a file" },
};

/* Contacts first, then those left out in the contract's order. */
static const enum skipped_reason shown[SKIPPED_COUNT] = { SKIPPED_NONE, SKIPPED_SHARED_EMAIL,
	SKIPPED_SHARED_MOBILE, SKIPPED_SUPPRESSED, SKIPPED_UNDERAGE, SKIPPED_AGE_UNKNOWN,
	SKIPPED_NO_IDENTIFIER, SKIPPED_DUPLICATE_EMAIL, SKIPPED_DUPLICATE_MOBILE,
	SKIPPED_TOO_LONG };

static void
add_reasons(struct buf *b, const struct report_model *m)
{
	struct chart_part parts[SKIPPED_COUNT];

	for (size_t k = 0; k < SKIPPED_COUNT; k++)
		parts[k] = (struct chart_part){ reasons[shown[k]].style, m->skipped[shown[k]] };
	buf_z(b, "<figure>");
	chart_whole(
	    b, parts, SKIPPED_COUNT, STR("Customers: contacts, and those left out by reason"));
	buf_z(b, "</figure>\n<table class=\"short\"><caption>Customers</caption>");
	layout_columns(b, "Who|Customers");
	for (size_t k = 0; k < SKIPPED_COUNT; k++) {
		enum skipped_reason i = shown[k];

		if (m->skipped[i] == 0 && i != SKIPPED_NONE)
			continue;
		buf_z(b, "<tr><th scope=\"row\"><span class=\"key\"><span>");
		chart_key(b, reasons[i].style);
		buf_printf(b, "%s: %s</span></span></th>",
		    reasons[i].is_contact ? "contacts" : "left out", reasons[i].text);
		layout_cell(b, m->skipped[i]);
		buf_z(b, "</tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

static void
add_dropped(struct buf *b, const struct report_model *m)
{
	buf_z(b, "<table class=\"short\"><caption>Values that could not be used, in records that "
	         "were added or changed "
	         "in this time; each is in <code>dropped.csv</code></caption>");
	layout_columns(b, "Why|Values");
	for (size_t i = 0; i < m->dropped_n; i++) {
		buf_z(b, "<tr><th scope=\"row\">");
		html_name(b, m->dropped[i].name);
		buf_z(b, "</th>");
		layout_cell(b, m->dropped[i].n);
		buf_z(b, "</tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

static void
add_contact_chart(struct buf *b, const struct report_model *m)
{
	struct arena a = { 0 };
	int64_t *contacts = layout_series(&a, m), *opt_outs = layout_series(&a, m);
	struct chart_series line = { "line", contacts }, bars = { "c2", opt_outs };
	struct chart_scale scale;
	struct chart c;

	for (size_t i = 0; i < m->buckets_n; i++) {
		contacts[i] = m->buckets[i].is_known ? (int64_t)m->buckets[i].contacts : CHART_GAP;
		opt_outs[i] = (int64_t)m->buckets[i].opt_outs;
	}
	scale = chart_scale_of(contacts, m->buckets_n);
	buf_z(b, "<figure>");
	c = chart_begin(b, m->buckets_n, CHART_HEIGHT, NULL,
	    STR("Contacts over time, and below the opt-outs written"));
	chart_line(&c, &line, scale, 2, LINE_HEIGHT - 4, true);
	chart_bars(
	    &c, &bars, 1, chart_most(&bars, 1, m->buckets_n), CHART_HEIGHT - 1, BARS_HEIGHT, false);
	chart_baseline(&c, CHART_HEIGHT - 1);
	chart_end(&c);
	layout_axis(b, m);
	buf_z(b, "<ul class=\"key\">");
	layout_key(b, "s0", "contacts");
	layout_key(b, "c2", "opt-outs written");
	buf_z(b, "</ul>");
	layout_scale(b, scale.least);
	buf_z(b, "</figure>\n");
	arena_release(&a);
}

static void
add_contact_table(struct buf *b, const struct report_model *m)
{
	layout_table_begin(b, "Numbers",
	    "Contacts after the last snapshot of each step of time, and "
	    "what was written in it");
	layout_columns(b, "When|Customers|Contacts|Rows written|Moved|Gone|Opt-outs");
	for (size_t i = m->buckets_n; i-- > 0;) {
		const struct report_bucket *x = &m->buckets[i];

		if (!x->is_known)
			continue;
		buf_z(b, "<tr><th scope=\"row\">");
		layout_step(b, m, i);
		buf_z(b, "</th>");
		layout_cell(b, x->customers);
		layout_cell(b, x->contacts);
		layout_cell(b, x->exported);
		layout_cell(b, x->moved);
		layout_cell(b, x->gone);
		layout_cell(b, x->opt_outs);
		buf_z(b, "</tr>\n");
	}
	layout_table_end(b);
}

void
page_contacts(struct buf *b, const struct report_model *m)
{
	layout_heading(b, "Contacts", NULL);
	buf_z(b, "<p>");
	html_count(b, m->contacts);
	buf_z(b, " of ");
	html_plural(b, m->customers, "customer", "customers");
	buf_z(b, m->contacts == 1 ? " is a contact. " : " are contacts. ");
	html_plural(b, m->owed_email, "email address is", "email addresses are");
	buf_z(b, " opted out, and ");
	html_plural(b, m->owed_text, "mobile number", "mobile numbers");
	buf_z(b, ".</p>\n");
	add_reasons(b, m);
	add_contact_chart(b, m);
	add_contact_table(b, m);
	if (m->dropped_n > 0)
		add_dropped(b, m);
}
