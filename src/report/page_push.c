#include "report/page_push.h"

#include <string.h>

#include "base/arena.h"
#include "base/interrupt.h"
#include "base/timestamp.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/layout.h"

/* Of the chart, in units. */
#define BASE 70
#define HEIGHT 100

/* ---- In a sentence */

static uint64_t
letters_of(const struct report_model *m)
{
	return m->push.books == NULL ? 0 : run_log_push_letters(m->push.books);
}

static void
add_whole(struct buf *b, const struct report_model *m)
{
	uint64_t letters = letters_of(m);

	buf_z(b, "DailyStory has everything as of ");
	html_time(b, m->zone, m->push.whole_as_of, m->push.whole_offset);
	if (letters > 0) {
		buf_z(b, ", but for ");
		html_plural(b, letters, "change that it refuses", "changes that it refuses");
	}
	buf_z(b, ".");
	if (m->push.behind == 0)
		return;
	buf_char(b, ' ');
	html_plural(b, m->push.behind, "snapshot", "snapshots");
	buf_z(b, " applied since ");
	buf_z(b, m->push.behind == 1 ? "waits to be pushed." : "wait to be pushed.");
}

static void
add_state(struct buf *b, const struct report_model *m)
{
	const struct report_push *p = &m->push;

	if (p->has_whole) {
		add_whole(b, m);
	} else if (p->last != NULL || p->books != NULL) {
		buf_z(b, "DailyStory does not have everything yet.");
	} else if (p->is_on) {
		buf_z(b, "Nothing has been pushed to DailyStory yet.");
	} else {
		buf_z(b, "The log of runs does not tell of a push yet: <code>flowstory push "
		         "--status</code> says what DailyStory has acknowledged.");
	}
}

void
page_push_lead(struct buf *b, const struct report_model *m)
{
	const struct report_push *p = &m->push;

	if (!p->is_used || (p->last == NULL && p->books == NULL))
		return;
	if (p->has_whole && p->behind == 0 && letters_of(m) == 0)
		return; /* the verdict says so */
	buf_z(b, "<p class=\"lead\">");
	add_state(b, m);
	buf_z(b, "</p>\n");
}

/* ---- The last push */

/* How it ended where it did not just do what it was to, and what helps. */
static const char *
ending_of(const struct run_log_push *x)
{
	if (x->status >= INTERRUPT_STATUS && x->status != STATUS_BUSY)
		return "Somebody stopped it; the next one goes on from there.";
	if (x->status == STATUS_BUSY && (x->is_early || x->is_young) && x->pending == x->limited)
		return "It sent only opt-outs, for <code>push_hold</code> has held the rest back "
		       "for more than a day: it must be less than the time between two snapshots.";
	if (x->is_outrun)
		return "A newer snapshot ended it, so that the plan given with "
		       "<code>--expect</code> was not the one to send any more.";
	if (x->status == STATUS_BUSY)
		return x->snapshot[0] == '\0'
		           ? "It did not begin, for another push was at work."
		           : "DailyStory did not answer, or asked to wait; the next one goes on "
		             "from there.";
	if (x->status == STATUS_BREAKER)
		return "Its breaker stopped it before anything was sent, for so many contacts "
		       "would change alike. See <code>flowstory push --plan</code>; if that is "
		       "right, <code>flowstory push --accept-mass-change</code> sends it.";
	if (x->status == STATUS_USAGE)
		return "DailyStory refused the token, or the settings are wrong: "
		       "<code>flowstory check</code> says which.";
	if (x->is_spent)
		return "It gave up, for DailyStory refused so much that something is wrong "
		       "with all of them: <code>flowstory push --rejected</code>.";
	if (x->status != STATUS_DONE && x->status != STATUS_NEWS)
		return "It failed: <code>flowstory push</code> says why.";
	if (x->is_early)
		return "It sent only opt-outs, for the snapshot was younger than "
		       "<code>push_hold</code> asks.";
	if (x->is_young)
		return "A newer snapshot came meanwhile, of which it sent only opt-outs, for that "
		       "was younger than <code>push_hold</code> asks.";
	return x->limited > 0 ? "It stopped where <code>--limit</code> told it to; the next one "
	                        "goes on from there."
	                      : "";
}

static void
add_last(struct buf *b, const struct report_model *m)
{
	const struct run_log_push *x = m->push.last;

	if (x == NULL)
		return;
	buf_z(b, "<p>The last push ended on ");
	html_time(b, m->zone, m->push.last_at, m->push.last_offset);
	if (x->calls == 0) {
		buf_z(b, ", without a call");
	} else {
		buf_z(b, ": ");
		html_plural(b, x->calls, "call", "calls");
		buf_z(b, " in ");
		html_seconds(b, (int64_t)x->duration * 1000);
		buf_z(b, ", ");
		html_count(b, x->acked);
		buf_z(b, " acknowledged");
	}
	buf_z(b, ". ");
	buf_z(b, ending_of(x));
	buf_z(b, "</p>\n");
}

/* A row that waits was acknowledged when DailyStory last had everything, whenever it was written.
 */
static int64_t
oldest_of(const struct report_push *p)
{
	int64_t oldest = p->counted->oldest;

	return oldest > 0 && p->whole.n > 0 && oldest < p->whole_as_of ? p->whole_as_of : oldest;
}

static void
add_pending(struct buf *b, const struct report_model *m)
{
	const struct report_push *p = &m->push;
	int64_t oldest = p->counted == NULL ? 0 : oldest_of(p);

	if (p->counted == NULL || p->counted->pending == 0)
		return;
	buf_z(b, "<p>");
	html_plural(b, p->counted->pending, "change waits", "changes wait");
	if (oldest > 0 && oldest < m->now) {
		buf_z(b, p->counted->pending == 1 ? ", since up to " : ", the oldest since up to ");
		html_span(b, m->now - oldest);
	}
	buf_z(b, ".</p>\n");
}

static void
add_contacts(struct buf *b, const struct report_model *m)
{
	const struct report_push *p = &m->push;
	uint64_t n = p->books == NULL ? 0 : p->books->contacts;

	if (p->books == NULL)
		return;
	buf_z(b, "<p>");
	if (n <= m->contacts) {
		html_count(b, n);
		buf_z(b, " of ");
		html_plural(b, m->contacts, "contact is", "contacts are");
		buf_z(b, " in DailyStory");
	} else {
		html_plural(b, n, "contact is in DailyStory", "contacts are in DailyStory");
	}
	buf_z(b, ".");
	if (n < m->contacts && p->has_whole && p->behind == 0)
		buf_z(b, " Left out are those who refuse every channel, and new ones that it "
		         "refuses.");
	buf_z(b, "</p>\n");
}

static void
add_held(struct buf *b, const struct report_model *m)
{
	const struct run_log_push *x = m->push.counted;

	if (x == NULL || x->held == 0)
		return;
	buf_z(b, "<p>");
	html_plural(b, x->held, "mobile number is", "mobile numbers are");
	buf_z(b, " not sent: ");
	buf_z(b, x->held == 1 ? "its owner refuses" : "their owners refuse");
	buf_z(b, " texts, and DailyStory can only be told of that once "
	         "<code>push_text_opt_out</code> names its flag for it.</p>\n");
}

/* What somebody changed in DailyStory, of what was acknowledged. */
static void
add_check(struct buf *b, const struct report_model *m)
{
	static const struct {
		enum run_log_check_count count;
		const char *one, *many;
	} parts[] = {
		{ RUN_LOG_CHECK_CHANGED, "value was changed there", "values were changed there" },
		{ RUN_LOG_CHECK_NOT_CLEARED, "value was not cleared", "values were not cleared" },
		{ RUN_LOG_CHECK_DELETED, "contact was deleted there",
		    "contacts were deleted there" },
		{ RUN_LOG_CHECK_OPTED_OUT, "contact was opted out there",
		    "contacts were opted out there" },
		{ RUN_LOG_CHECK_UNANSWERED, "contact had no answer", "contacts had no answer" },
	};
	const struct run_log_check *x = m->push.check;
	bool is_first = true;

	if (x == NULL) {
		buf_z(b, "<p>What DailyStory has was not compared yet: <code>flowstory push "
		         "--check</code>.</p>\n");
		return;
	}
	buf_z(b, "<p>Compared ");
	html_span(b, m->now - m->push.check_at);
	buf_z(b, " ago, of ");
	html_plural(b, x->n[RUN_LOG_CHECK_CONTACTS], "contact: ", "contacts: ");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (x->n[parts[i].count] == 0)
			continue;
		buf_z(b, is_first ? "" : ", ");
		html_plural(b, x->n[parts[i].count], parts[i].one, parts[i].many);
		is_first = false;
	}
	buf_z(b, is_first ? "everything is there as it was sent.</p>\n"
	                  : ". <code>flowstory push --check</code> names the fields.</p>\n");
}

/* ---- What it did not take */

static const struct {
	const char *name, *why, *what;
} reasons[] = {
	{ "refused", "DailyStory refused it",
	    "<code>flowstory push --rejected</code> has its message; it is tried again when the "
	    "customer changes, and once a week" },
	{ "same-contact", "one contact in DailyStory stands for two customers",
	    "in Flowhub, give each an address of their own" },
	{ "identity-taken", "another contact in DailyStory has the address",
	    "correct it in Flowhub, or merge the two in DailyStory" },
	{ "deleted-in-dailystory", "somebody deleted the contact in DailyStory",
	    "nothing; if it was a mistake, <code>flowstory push --check --repair</code>" },
	{ "lost-create", "a contact may have been made, and its address is not known any more",
	    "look for it in DailyStory, by the time that <code>flowstory push --rejected</code> "
	    "says" },
};

static void
add_letter(struct buf *b, const struct run_log_reason *x)
{
	size_t i = 0, n = sizeof(reasons) / sizeof(reasons[0]);

	while (i < n && strcmp(reasons[i].name, x->name) != 0)
		i++;
	buf_z(b, "<tr><th scope=\"row\">");
	if (i < n)
		buf_z(b, reasons[i].why);
	else
		html_text(b, str_c(x->name));
	buf_z(b, "<div class=\"note\">");
	buf_z(b, i < n ? reasons[i].what : "<code>flowstory push --rejected</code> says more");
	buf_z(b, "</div></th>");
	layout_cell(b, x->n);
	buf_z(b, "</tr>\n");
}

static void
add_letters(struct buf *b, const struct report_model *m)
{
	const struct run_log_push *x = m->push.books;

	if (letters_of(m) == 0)
		return;
	buf_z(b, "<table class=\"short\"><caption>What DailyStory did not take, and what "
	         "helps</caption>");
	layout_columns(b, "Why|Changes");
	for (size_t i = 0; i < x->letters_n; i++)
		add_letter(b, &x->letters[i]);
	buf_z(b, "</tbody></table>\n");
}

/* ---- Over time */

static void
add_keys(struct buf *b, int64_t waited)
{
	buf_z(b, "<ul class=\"key\">");
	layout_key(b, "c1", CHART_FULL, "calls acknowledged");
	layout_key(b, "c4", CHART_SPLIT, "changes refused");
	if (waited > 0) {
		buf_z(b, "<li>");
		chart_key(b, "c2", CHART_NARROW);
		buf_z(b, "changes that waited after the last push, at most ");
		html_count(b, (uint64_t)waited);
		buf_z(b, "</li>");
	}
	buf_z(b, "</ul>\n");
}

/* A first push is as many calls as there are contacts, and would make all later ones too small to
 * see: the bar of a step more than ten times as high as any other is cut.
 * Returns: that step, or n. */
static size_t
cut_highest(int64_t *values, size_t n)
{
	size_t highest = n;
	int64_t second = 0;

	for (size_t i = 0; i < n; i++) {
		if (highest == n || values[i] > values[highest]) {
			second = highest == n ? 0 : values[highest];
			highest = i;
		} else if (values[i] > second) {
			second = values[i];
		}
	}
	if (second == 0 || values[highest] / 10 <= second)
		return n;
	values[highest] = 2 * second;
	return highest;
}

static void
add_cut(struct buf *b, const struct report_model *m, size_t step)
{
	if (step == m->buckets_n)
		return;
	buf_z(b, "<p class=\"note\">The bar of ");
	layout_step(b, m, step);
	buf_z(b, " is cut short: ");
	html_plural(b, m->buckets[step].pushes.acked, "call was", "calls were");
	buf_z(b, " acknowledged.</p>\n");
}

/* For a chart, which multiplies: pushes of a step add up. */
static int64_t
bounded(uint64_t n)
{
	return (int64_t)(n < RUN_LOG_NUMBER_MOST ? n : RUN_LOG_NUMBER_MOST);
}

/* What waits has a scale of its own: a first push would hide it. */
static void
add_chart(struct buf *b, const struct report_model *m)
{
	struct arena a = { 0 };
	int64_t *acked = layout_series(&a, m), *rejected = layout_series(&a, m),
	        *pending = layout_series(&a, m), waited;
	size_t cut;
	const struct chart_series up[] = { { "c1", acked, CHART_FULL },
		{ "c4", rejected, CHART_SPLIT } };
	const struct chart_series down = { "c2", pending, CHART_NARROW };
	struct chart c;

	for (size_t i = 0; i < m->buckets_n; i++) {
		const struct report_pushes *x = &m->buckets[i].pushes;

		acked[i] = bounded(x->acked);
		rejected[i] = bounded(x->rejected);
		pending[i] = bounded(x->pending);
	}
	waited = chart_most(&down, 1, m->buckets_n);
	cut = cut_highest(acked, m->buckets_n);
	buf_z(b, "<figure>");
	if (cut == m->buckets_n)
		layout_highest(b, acked, m->buckets_n, html_count);
	c = chart_begin(b, m->buckets_n, waited > 0 ? HEIGHT : BASE + 1, NULL,
	    STR("What DailyStory acknowledged and refused over time, and below what waited"));
	chart_bars(&c, up, 2, chart_most(up, 2, m->buckets_n), BASE, BASE - 2, false);
	chart_bars(&c, &down, 1, waited, BASE, HEIGHT - BASE, true);
	chart_baseline(&c, BASE);
	chart_end(&c);
	layout_axis(b, m);
	add_keys(b, waited);
	add_cut(b, m, cut);
	buf_z(b, "</figure>\n");
	arena_release(&a);
}

static bool
add_row(struct buf *b, const struct report_model *m, size_t i, const void *context)
{
	const struct report_pushes *x = &m->buckets[i].pushes;

	(void)context;
	if (!m->buckets[i].has_pushes)
		return false;
	layout_cell(b, x->n);
	layout_cell(b, x->calls);
	layout_cell(b, x->acked);
	layout_cell(b, x->rejected);
	if (x->has_pending)
		layout_cell(b, x->pending);
	else
		layout_cell_none(b);
	layout_cell(b, x->unanswered);
	layout_cell(b, x->failed);
	return true;
}

static bool
has_any(const struct report_model *m)
{
	bool has = false;

	for (size_t i = 0; i < m->buckets_n && !has; i++)
		has = m->buckets[i].has_pushes;
	return has;
}

void
page_push(struct buf *b, const struct report_model *m)
{
	if (!m->push.is_used)
		return;
	layout_heading(b, "Delivery to DailyStory", NULL);
	buf_z(b, "<p>");
	add_state(b, m);
	buf_z(b, "</p>\n");
	add_last(b, m);
	add_pending(b, m);
	add_contacts(b, m);
	add_held(b, m);
	if (m->push.books != NULL)
		add_check(b, m);
	add_letters(b, m);
	if (!has_any(m))
		return;
	add_chart(b, m);
	layout_numbers(b, m, "Pushes by the time at which they ended",
	    "When|Pushes|Calls|Acknowledged|Refused|Waiting|No answer|Failed", add_row, NULL);
}
