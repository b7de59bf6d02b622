#include "report/pushes.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/interrupt.h"
#include "base/timestamp.h"
#include "base/zone.h"
#include "report/calendar.h"
#include "report/html.h"

/* ---- One push */

/* One that somebody stopped did not fail. */
static bool
is_failed(const struct run_log_push *x)
{
	return x->is_spent || (!run_log_push_is_done(x) && x->status != STATUS_BUSY &&
	                          x->status < INTERRUPT_STATUS);
}

/* It attempted nothing: the lock was taken, somebody stopped it in time. */
static bool
is_idle(const struct run_log_push *x)
{
	return x->calls == 0 && (x->status == STATUS_BUSY || x->status >= INTERRUPT_STATUS);
}

/* What a newer snapshot ended, or what 'push_hold' holds back, does not wait for an answer. */
static bool
is_unanswered(const struct run_log_push *x)
{
	return x->status == STATUS_BUSY && x->snapshot[0] != '\0' && x->calls > 0 &&
	       !x->is_outrun && !((x->is_early || x->is_young) && x->pending == x->limited);
}

/* Whether it changes what is said of the ones before it.  One that is early leaves what was stopped
 * as it is; with a call it shows that DailyStory takes the token. */
static bool
is_judge(const struct run_log_push *x, const struct run_log_push *judged)
{
	if (x->is_early && run_log_push_is_done(x))
		return x->calls > 0 && judged != NULL && judged->status == STATUS_USAGE;
	return !is_idle(x);
}

/* What it says of the rows that wait is true; one that ended before its plan says 0. */
static bool
is_counted(const struct run_log_push *x)
{
	return x->snapshot[0] != '\0' && !x->is_partial && !x->is_early && !x->is_young &&
	       (run_log_push_is_done(x) || x->pending > 0);
}

static void
add_to_bucket(struct report_bucket *b, const struct run_log_push *x)
{
	struct report_pushes *p = &b->pushes;

	b->has_pushes = true;
	p->n++;
	p->calls += x->calls;
	p->acked += x->acked;
	p->rejected += x->rejected;
	p->unanswered += is_unanswered(x);
	p->failed += is_failed(x);
	if (is_counted(x)) {
		p->has_pending = true;
		p->pending = x->pending;
	}
}

static void
add_one(struct report_push *p, const struct run_log_push *x, int64_t at)
{
	if (x->snapshot[0] != '\0')
		p->books = x;
	if (is_counted(x))
		p->counted = x;
	/* what DailyStory had is to be sent anew: it was repaired, or a setting of the push changed
	 */
	if (is_counted(x) && x->pending > 0 && p->has_whole && str_eq(p->whole, str_c(x->snapshot)))
		p->has_whole = false;
	if (x->is_partial)
		return;
	p->last = x;
	p->last_at = at;
	if (is_judge(x, p->judged))
		p->judged = x;
	if (is_unanswered(x))
		p->unanswered++;
	else if (x->calls > 0 || run_log_push_is_whole(x))
		p->unanswered = 0;
	if (run_log_push_is_whole(x) && timestamp_parse_id(str_c(x->snapshot), &p->whole_as_of)) {
		p->has_whole = true;
		p->whole = str_c(x->snapshot);
	}
}

/* ---- All of them */

void
pushes_add(struct report_model *m, const struct run_log_entry *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct report_bucket *b = calendar_find(m, calendar_day(list[i].at));

		if (list[i].check != NULL) {
			m->push.check = list[i].check;
			m->push.check_at = list[i].at;
		}
		if (list[i].push == NULL)
			continue;
		m->push.is_used = true;
		add_one(&m->push, list[i].push, list[i].at);
		if (b != NULL)
			add_to_bucket(b, list[i].push);
	}
	m->push.last_offset = zone_offset(m->push.last_at);
	m->push.whole_offset = zone_offset(m->push.whole_as_of);
}

void
pushes_behind(struct report_model *m, const struct str *ids, size_t n)
{
	for (size_t i = n; m->push.whole.n > 0 && i > 0; i--)
		m->push.behind += str_cmp(ids[i - 1], m->push.whole) > 0;
}

bool
pushes_waits(const struct run_log_reason *letter)
{
	return strcmp(letter->name, "deleted-in-dailystory") != 0;
}

/* ---- Is it well? */

static struct str
changes_of(struct arena *a, uint64_t n)
{
	return str_printf(a, "%llu change%s", (unsigned long long)n, n == 1 ? "" : "s");
}

struct str
pushes_stopped(struct arena *a, const struct report_model *m)
{
	const struct run_log_push *x = m->push.judged;

	if (x == NULL)
		return STR("");
	if (x->status == STATUS_BREAKER)
		return str_printf(a,
		    "Stopped: the breaker of the push holds back %.*s, for so many contacts would "
		    "change alike.",
		    STR_ARG(changes_of(a, x->pending)));
	if (x->status == STATUS_USAGE)
		return STR("Stopped: nothing reaches DailyStory; it refused the token, or the "
		           "settings are wrong.");
	if (x->is_spent)
		return STR("Stopped: DailyStory refused so many changes that the push gave up.");
	return STR("");
}

static struct str
age_of(struct arena *a, const struct report_model *m)
{
	struct buf b = { 0 };
	struct str text;

	html_span(&b, m->now - m->push.whole_as_of);
	text = str_copy(a, buf_view(&b));
	buf_release(&b);
	return text;
}

struct str
pushes_late(struct arena *a, const struct report_model *m, int64_t most)
{
	const struct report_push *p = &m->push;
	const char *has = p->has_whole ? "has" : "last had";

	if (p->whole.n == 0 || p->behind == 0 || m->now - p->whole_as_of <= most)
		return STR("");
	if (p->unanswered == 0)
		return str_printf(
		    a, "Late: DailyStory %s what was known %.*s ago.", has, STR_ARG(age_of(a, m)));
	return str_printf(a,
	    "Late: DailyStory %s what was known %.*s ago, and since then it did not answer %llu "
	    "time%s.",
	    has, STR_ARG(age_of(a, m)), (unsigned long long)p->unanswered,
	    p->unanswered == 1 ? "" : "s");
}

struct str
pushes_look(struct arena *a, const struct report_model *m)
{
	const struct report_push *p = &m->push;
	uint64_t refused = 0;

	for (size_t i = 0; p->books != NULL && i < p->books->letters_n; i++)
		refused += pushes_waits(&p->books->letters[i]) ? p->books->letters[i].n : 0;
	if (p->judged != NULL && is_failed(p->judged))
		return STR("Look: the last push to DailyStory failed.");
	if (p->last == NULL && p->books == NULL && p->is_on)
		return STR("Look: nothing has been pushed to DailyStory yet.");
	if (p->counted != NULL && !p->has_whole)
		return str_printf(a, "Look: DailyStory does not have everything yet; %.*s wait%s.",
		    STR_ARG(changes_of(a, p->counted->pending)),
		    p->counted->pending == 1 ? "s" : "");
	if ((p->last != NULL || p->books != NULL) && !p->has_whole)
		return STR("Look: DailyStory does not have everything yet.");
	if (refused > 0)
		return str_printf(
		    a, "Look: DailyStory refuses %.*s.", STR_ARG(changes_of(a, refused)));
	return STR("");
}

struct str
pushes_well(struct arena *a, const struct report_model *m)
{
	if (!m->push.has_whole)
		return STR("");
	if (m->push.behind == 0)
		return STR(", and DailyStory has it");
	return str_printf(a, ", and DailyStory has what was known %.*s ago", STR_ARG(age_of(a, m)));
}
