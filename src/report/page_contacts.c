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

/* Lines through a part tell it from its neighbours where colours do not. */
static struct chart_part
part_of(const struct report_model *m, size_t k)
{
	return (
	    struct chart_part){ reasons[shown[k]].style, m->skipped[shown[k]], (unsigned)(k % 4) };
}

static void
add_reason(struct buf *b, const struct report_model *m, size_t k)
{
	struct chart_part part = part_of(m, k);

	buf_z(b, "<tr><th scope=\"row\"><span class=\"key\"><span>");
	chart_key_part(b, &part);
	buf_printf(b, "%s: %s</span></span></th>",
	    reasons[shown[k]].is_contact ? "contacts" : "left out", reasons[shown[k]].text);
	layout_cell(b, part.n);
	layout_cell_share(b, part.n, m->customers);
	buf_z(b, "</tr>\n");
}

static void
add_reasons(struct buf *b, const struct report_model *m)
{
	struct chart_part parts[SKIPPED_COUNT];

	for (size_t k = 0; k < SKIPPED_COUNT; k++)
		parts[k] = part_of(m, k);
	buf_z(b, "<figure>");
	chart_whole(
	    b, parts, SKIPPED_COUNT, STR("Customers: contacts, and those left out by reason"));
	buf_z(b, "</figure>\n<table class=\"short\"><caption>Customers</caption>");
	layout_columns(b, "Who|Customers|Of all");
	for (size_t k = 0; k < SKIPPED_COUNT; k++)
		if (parts[k].n > 0 || k == 0)
			add_reason(b, m, k);
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
		if (m->dropped[i].n == 0)
			continue;
		buf_z(b, "<tr><th scope=\"row\">");
		html_name(b, m->dropped[i].name);
		buf_z(b, "</th>");
		layout_cell(b, m->dropped[i].n);
		buf_z(b, "</tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

static bool
has_dropped(const struct report_model *m)
{
	bool has = false;

	for (size_t i = 0; i < m->dropped_n && !has; i++)
		has = m->dropped[i].n > 0;
	return has;
}

/* The opt-outs of a step whose channel is not known any more. */
static uint64_t
unknown_channel(const struct report_bucket *x)
{
	uint64_t known = x->opt_outs_email + x->opt_outs_text;

	return x->opt_outs > known ? x->opt_outs - known : 0;
}

/* The opt-outs written, by channel, below the contacts. */
static void
add_opt_outs(struct chart *c, struct arena *a, const struct report_model *m)
{
	int64_t *email = layout_series(a, m), *text = layout_series(a, m),
	        *other = layout_series(a, m);
	const struct chart_series bars[] = { { "c2", email, CHART_FULL },
		{ "c3", text, CHART_NARROW }, { "c0", other, CHART_LEFT } };

	for (size_t i = 0; i < m->buckets_n; i++) {
		email[i] = (int64_t)m->buckets[i].opt_outs_email;
		text[i] = (int64_t)m->buckets[i].opt_outs_text;
		other[i] = (int64_t)unknown_channel(&m->buckets[i]);
	}
	email[m->first_step] -= (int64_t)m->first_email;
	text[m->first_step] -= (int64_t)m->first_text;
	other[m->first_step] -= (int64_t)(m->first_opt_outs - m->first_email - m->first_text);
	chart_bars(c, bars, 3, chart_most(bars, 3, c->n), CHART_HEIGHT - 1, BARS_HEIGHT, false);
	chart_baseline(c, CHART_HEIGHT - 1);
}

static void
add_contact_keys(struct buf *b, const struct report_model *m)
{
	uint64_t unknown = 0;

	for (size_t i = 0; i < m->buckets_n; i++)
		unknown += unknown_channel(&m->buckets[i]);
	buf_z(b, "<ul class=\"key\">");
	layout_key_line(b, "line", "contacts");
	layout_key(b, "c2", CHART_FULL, "opt-outs written, by email");
	layout_key(b, "c3", CHART_NARROW, "by text");
	if (unknown > 0)
		layout_key(b, "c0", CHART_LEFT, "not known any more");
	buf_z(b, "</ul>");
}

/* They would make all that came later too small to see. */
static void
add_first_note(struct buf *b, const struct report_model *m)
{
	if (m->first_opt_outs == 0)
		return;
	buf_z(b, "<p class=\"note\">The ");
	html_plural(b, m->first_opt_outs, "opt-out", "opt-outs");
	buf_z(b, " of the first snapshot, which are all there were before, are in the numbers and "
	         "not in the picture.</p>\n");
}

static void
add_contact_chart(struct buf *b, const struct report_model *m)
{
	struct arena a = { 0 };
	int64_t *contacts = layout_series(&a, m);
	struct chart_series line = { "line", contacts, CHART_FULL };
	struct chart_scale scale;
	struct chart c;

	for (size_t i = 0; i < m->buckets_n; i++)
		contacts[i] = m->buckets[i].is_known ? (int64_t)m->buckets[i].contacts : CHART_GAP;
	scale = chart_scale_of(contacts, m->buckets_n);
	buf_z(b, "<figure>");
	layout_highest(b, contacts, m->buckets_n, html_count);
	c = chart_begin(b, m->buckets_n, CHART_HEIGHT, NULL,
	    STR("Contacts over time, and below the opt-outs written"));
	chart_line(&c, &line, scale, 2, LINE_HEIGHT - 4, true);
	add_opt_outs(&c, &a, m);
	chart_end(&c);
	layout_axis(b, m);
	add_contact_keys(b, m);
	layout_scale(b, scale.least);
	add_first_note(b, m);
	buf_z(b, "</figure>\n");
	arena_release(&a);
}

static bool
add_contact_row(struct buf *b, const struct report_model *m, size_t i, const void *context)
{
	const struct report_bucket *x = &m->buckets[i];

	(void)context;
	if (!x->is_known)
		return false;
	layout_cell(b, x->customers);
	layout_cell(b, x->contacts);
	layout_cell(b, x->exported);
	layout_cell(b, x->moved);
	layout_cell(b, x->gone);
	layout_cell(b, x->opt_outs);
	layout_cell(b, x->opt_outs_email);
	layout_cell(b, x->opt_outs_text);
	return true;
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
	layout_numbers(b, m,
	    "Contacts after the last snapshot of each step of time, and what was written in it",
	    "When|Customers|Contacts|Rows written|Moved|Gone|Opt-outs|by email|by text",
	    add_contact_row, NULL);
	if (has_dropped(m))
		add_dropped(b, m);
}
