#include "report/page_segments.h"

#include "base/arena.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/layout.h"

/* Of a segment's chart, in units. */
#define LINE_HEIGHT 60
#define BARS_BASE 82
#define BARS_HEIGHT 16
#define SEGMENT_HEIGHT 100
/* More segments than that are a table only. */
#define CARDS_MAX 24
/* More steps of all segments than that have no titles of their own: the table has the numbers. */
#define HITS_MAX 500

/* -- Segments -- */

/* In the order of the stack; the rest of the causes are rare. */
static const enum cause shown[] = { CAUSE_DATA, CAUSE_CLOCK, CAUSE_DEFINITION, CAUSE_REMOVED };
static const char *const cause_styles[] = { "c1", "c2", "c3", "c0" };
static const enum chart_mark cause_marks[] = { CHART_FULL, CHART_NARROW, CHART_SPLIT, CHART_LEFT };
static const char *const cause_texts[] = { "their records changed", "only time passed",
	"the rule changed", "the customer was removed" };
#define SHOWN (sizeof(shown) / sizeof(shown[0]))

static void
cause_series(struct arena *a, const struct report_model *m, size_t segment, bool is_left,
    struct chart_series *out)
{
	for (size_t k = 0; k < SHOWN; k++) {
		int64_t *values = layout_series(a, m);

		for (size_t i = 0; i < m->buckets_n; i++) {
			const struct report_membership *x = &m->buckets[i].segments[segment];

			values[i] = (int64_t)(is_left ? x->left : x->entered)[shown[k]];
		}
		out[k] = (struct chart_series){ cause_styles[k], values, cause_marks[k] };
	}
}

static uint64_t
sum_causes(const uint64_t *by_cause)
{
	uint64_t sum = 0;

	for (size_t k = 0; k < CAUSE_COUNT; k++)
		sum += by_cause[k];
	return sum;
}

static void
add_segment_hits(struct chart *c, const struct report_model *m, size_t segment)
{
	for (size_t i = 0; i < m->buckets_n; i++) {
		const struct report_membership *x = &m->buckets[i].segments[segment];

		if (!x->is_known)
			continue;
		chart_hit(c, i, SEGMENT_HEIGHT);
		layout_step(c->b, m, i);
		buf_z(c->b, ": ");
		html_plural(c->b, x->members, "member", "members");
		buf_z(c->b, ", ");
		html_count(c->b, sum_causes(x->entered));
		buf_z(c->b, " entered, ");
		html_count(c->b, sum_causes(x->left));
		buf_z(c->b, " left");
		chart_hit_end(c);
	}
}

static void
add_segment_chart(struct buf *b, const struct report_model *m, size_t segment)
{
	struct arena a = { 0 };
	struct chart_series in[SHOWN], out[SHOWN];
	int64_t *members = layout_series(&a, m), most, most_out;
	struct chart_series line = { "line", members, CHART_FULL };
	struct chart_scale scale;
	struct chart c;

	for (size_t i = 0; i < m->buckets_n; i++) {
		const struct report_membership *x = &m->buckets[i].segments[segment];

		members[i] = x->is_known ? (int64_t)x->members : CHART_GAP;
	}
	cause_series(&a, m, segment, false, in);
	cause_series(&a, m, segment, true, out);
	most = chart_most(in, SHOWN, m->buckets_n);
	most_out = chart_most(out, SHOWN, m->buckets_n);
	most = most_out > most ? most_out : most;
	scale = chart_scale_of(members, m->buckets_n);
	layout_highest(b, members, m->buckets_n, html_count);
	c = chart_begin(b, m->buckets_n, SEGMENT_HEIGHT, NULL,
	    STR("Members over time, and below who entered and who left"));
	chart_line(&c, &line, scale, 2, LINE_HEIGHT - 4, true);
	chart_bars(&c, in, SHOWN, most, BARS_BASE, BARS_HEIGHT, false);
	chart_bars(&c, out, SHOWN, most, BARS_BASE, BARS_HEIGHT, true);
	chart_baseline(&c, BARS_BASE);
	if (m->segments_n * m->buckets_n <= HITS_MAX)
		add_segment_hits(&c, m, segment);
	chart_end(&c);
	layout_axis(b, m);
	layout_scale(b, scale.least);
	arena_release(&a);
}

static bool
add_segment_row(struct buf *b, const struct report_model *m, size_t i, const void *context)
{
	const size_t *segment = context;
	const struct report_membership *x = &m->buckets[i].segments[*segment];

	if (!x->is_known)
		return false;
	layout_cell(b, x->members);
	layout_cell(b, x->contacts);
	layout_cell(b, sum_causes(x->entered));
	layout_cell(b, x->entered[CAUSE_DATA]);
	layout_cell(b, x->entered[CAUSE_CLOCK]);
	layout_cell(b, sum_causes(x->left));
	layout_cell(b, x->left[CAUSE_DATA]);
	layout_cell(b, x->left[CAUSE_CLOCK]);
	return true;
}

static void
add_segment_table(struct buf *b, const struct report_model *m, size_t segment)
{
	layout_numbers(b, m,
	    "Members after the last snapshot of each step of time; who entered and left in it",
	    "When|Members|Contacts|Entered|by data|by time|Left|by data|by time", add_segment_row,
	    &segment);
}

static void
add_reach(struct buf *b, const struct report_segment *s)
{
	buf_z(b, "<p class=\"note\">");
	html_count(b, s->contacts);
	buf_z(b, s->contacts == 1 ? " is a contact: " : " are contacts: ");
	html_count(b, s->by_email);
	buf_z(b, " may be reached by email, ");
	html_count(b, s->by_text);
	buf_z(b, " by text.</p>\n<p class=\"note\">By time alone, in the next 7 days: ");
	html_count(b, s->due_entered);
	buf_z(b, s->due_entered == 1 ? " enters, " : " enter, ");
	html_count(b, s->due_left);
	buf_z(b, s->due_left == 1 ? " leaves.</p>\n" : " leave.</p>\n");
}

static void
add_card(struct buf *b, const struct report_model *m, size_t i)
{
	const struct report_segment *s = &m->segments[i];

	buf_z(b, "<article class=\"card\">\n<h3>");
	html_name(b, s->name);
	buf_z(b, "</h3>\n<p class=\"rule\">");
	html_name(b, s->sentence);
	buf_z(b, "</p>\n<div class=\"figure\"><span class=\"big\">");
	html_count(b, s->members);
	buf_printf(b, "</span><span>%s</span>", s->members == 1 ? "member" : "members");
	if (s->has_week_ago) {
		buf_z(b, "<span class=\"soft\">");
		html_signed(b, (int64_t)s->members - (int64_t)s->members_week_ago);
		buf_z(b, " in 7 days</span>");
	}
	buf_z(b, "</div>\n");
	add_reach(b, s);
	buf_z(b, "<figure>");
	add_segment_chart(b, m, i);
	buf_z(b, "</figure>\n");
	add_segment_table(b, m, i);
	buf_z(b, "</article>\n");
}

static void
add_segments(struct buf *b, const struct report_model *m)
{
	bool is_drawn = m->segments_n <= CARDS_MAX;

	layout_heading(b, "Segments",
	    m->segments_n == 0 ? "There is no segment: <code>segments.json</code> holds none."
	    : is_drawn ? "Who is in each segment, and below each line who entered (up) and who "
	                 "left (down)."
	               : "They are too many for a picture each; the table has their numbers.");
	if (m->segments_n == 0 || !is_drawn)
		return;
	buf_z(b, "<ul class=\"key\">");
	layout_key_line(b, "line", "members");
	for (size_t k = 0; k < SHOWN; k++)
		layout_key(b, cause_styles[k], cause_marks[k], cause_texts[k]);
	buf_z(b, "</ul>\n<div class=\"cards\">\n");
	for (size_t i = 0; i < m->segments_n; i++)
		add_card(b, m, i);
	buf_z(b, "</div>\n");
}

static void
add_week(struct buf *b, const struct report_model *m)
{
	layout_heading(b, "This week", "The 7 days up to the last snapshot.");
	buf_z(b, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"This "
	         "week\"><table>");
	layout_columns(b, "Segment|Members|Change|Entered|Left|By email|By text");
	for (size_t i = 0; i < m->segments_n; i++) {
		const struct report_segment *s = &m->segments[i];

		buf_z(b, "<tr><th scope=\"row\">");
		html_name(b, s->name);
		buf_z(b, "</th>");
		layout_cell(b, s->members);
		buf_z(b, "<td>");
		if (s->has_week_ago)
			html_signed(b, (int64_t)s->members - (int64_t)s->members_week_ago);
		else
			buf_z(b, "\u2013");
		buf_z(b, "</td>");
		layout_cell(b, s->week_entered);
		layout_cell(b, s->week_left);
		layout_cell(b, s->by_email);
		layout_cell(b, s->by_text);
		buf_z(b, "</tr>\n");
	}
	buf_z(b, "</tbody></table></div>\n");
}

void
page_segments(struct buf *b, const struct report_model *m)
{
	add_segments(b, m);
	if (m->segments_n > 0)
		add_week(b, m);
}
