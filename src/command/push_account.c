#include "command/push_account.h"

#include <stdio.h>

#include "base/interrupt.h"
#include "command/command_host.h"
#include "command/message.h"
#include "push/log_line.h"
#include "erase/push_lines.h"

#define ULL(n) ((unsigned long long)(n))

/* ---- The line at the end */

static void
say_result(const struct options *o, const struct push_result *r)
{
	uint64_t ms = (uint64_t)(r->us / 1000);
	char text[256];

	snprintf(text, sizeof(text),
	    "pushed %.*s: %llu call%s, %llu %s, %llu acked, %llu rejected, %llu pending, "
	    "%llu.%llu s",
	    STR_ARG(r->snapshot), ULL(r->calls), say_plural(r->calls), ULL(r->retries),
	    r->retries == 1 ? "retry" : "retries", ULL(r->acked), ULL(r->rejected), ULL(r->pending),
	    ULL(ms / 1000), ULL(ms % 1000 / 100));
	say_numbers(o, SAY_INFO, text,
	    (const struct say_number[]){ { "calls", r->calls }, { "retries", r->retries },
	        { "acked", r->acked }, { "rejected", r->rejected }, { "pending", r->pending },
	        { "duration_ms", ms } },
	    6);
}

/* Rows of the plan that are not done, and not for a limit. */
static uint64_t
unanswered(const struct push_result *r)
{
	return r->pending > r->limited && !r->is_over_budget ? r->pending - r->limited : 0;
}

static void
say_more(const struct options *o, const struct push_result *r, const struct err *e)
{
	if (r->too_young.n > 0)
		say(o, SAY_INFO,
		    "snapshot %.*s is younger than 'push_hold'; of it only opt-outs are sent",
		    STR_ARG(r->too_young));
	if (r->limited > 0)
		say(o, SAY_INFO, "%llu more %s left for the next push", ULL(r->limited),
		    r->limited == 1 ? "is" : "are");
	if (e->kind == ERR_NONE && unanswered(r) > 0)
		say(o, SAY_WARNING,
		    "%llu row%s %s left to the next push: DailyStory refused, or did not answer; "
		    "the last time: %.*s",
		    ULL(unanswered(r)), say_plural(unanswered(r)),
		    unanswered(r) == 1 ? "is" : "are", STR_ARG(r->silence));
	if (r->letters > 0 && e->kind != ERR_USAGE)
		say(o, SAY_WARNING,
		    "DailyStory did not take %llu row%s: see 'flowstory push "
		    "--rejected'",
		    ULL(r->letters), say_plural(r->letters));
}

static int
status_of(const struct push_result *r)
{
	if (unanswered(r) > 0)
		return STATUS_BUSY;
	return r->letters > 0 ? STATUS_NEWS : STATUS_DONE;
}

int
push_account_open(struct push *push, struct filter *filter, const struct options *o, bool writable,
    const struct host *host, struct err *e)
{
	int rc = push_open(push, o->account, writable, host, e);

	*filter = (struct filter){ 0 };
	if (rc == 0)
		rc = filter_open(filter, o->account, e);
	push->source.erased = filter_pages(filter);
	return rc;
}

static bool
is_gone(void *context, struct str fh_id)
{
	return tombstones_find(context, fh_id) != NULL;
}

/* Once their contact is deleted, nothing here has to name them; whatever else is not done. */
static int
settle(
    const struct options *o, struct filter *filter, const struct host *host, int rc, struct err *e)
{
	struct err why = ERR_INIT;
	struct push_lines lines = { .account = o->account,
		.host = host,
		.is_gone = is_gone,
		.context = &filter->tombstones };

	if (rc < 0 && e->kind != ERR_BREAKER && e->kind != ERR_BUSY)
		return -1;
	if (filter->tombstones.n == 0 || push_lines_settle(&lines, &why) == 0)
		return rc;
	*e = why;
	say_error(o, e);
	return -1;
}

static int
status_after(int rc, const struct push_result *r, const struct err *e)
{
	if (rc == 0)
		return status_of(r);
	return e->kind == ERR_INTERRUPTED ? interrupt_status() : err_status(e->kind);
}

int
push_account(const struct options *o, const struct push_options *p, struct push_result *r,
    struct run_log_push *line, struct err *e)
{
	struct command_host h = { .o = o, .is_push = true };
	const struct host host = command_host(&h);
	struct push push;
	struct filter filter;
	int rc = push_account_open(&push, &filter, o, true, &host, e);

	bool is_open = rc == 0;

	*r = (struct push_result){ 0 };
	*line = (struct run_log_push){ 0 };
	if (is_open)
		rc = push_run(&push, p, r, e);
	if (is_open)
		log_line_fill(&push, p, r, line);
	command_host_end(&h);
	if (rc < 0)
		say_error(o, e);
	if (r->snapshot.n > 0 && (r->calls > 0 || (rc == 0 && r->too_young.n == 0)))
		say_result(o, r);
	say_more(o, r, e);
	push_close(&push);
	if (is_open)
		rc = settle(o, &filter, &host, rc, e);
	filter_release(&filter);
	r->snapshot = r->silence = r->too_young = STR("");
	line->status = status_after(rc, r, e);
	return line->status;
}
