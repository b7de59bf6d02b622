/* cmd_run.c -- flowstory run: fetch, then process, then push; the hourly job. */
#include "account/settings_load.h"
#include "base/host.h"
#include "base/interrupt.h"
#include "command/cmd_process.h"
#include "command/command.h"
#include "command/fetch_account.h"
#include "command/message.h"
#include "report/metrics.h"
#include "command/on_end.h"
#include "command/push_account.h"
#include "command/report_file.h"
#include "command/run_line.h"
#include "report/run_summary.h"
#include "command/warn.h"

static const char help[] =
    "Fetches a new snapshot and applies it: the hourly job. Snapshots that an earlier\n"
    "run left unapplied are applied too, even if Flowhub does not answer now. With\n"
    "'push' in the settings DailyStory is made to agree. Then it writes\n"
    "'metrics_file' and runs 'on_end', see flowstory.json(5).\n";

struct run_options {
	const char *accept;
};

static const struct option options[] = {
	OPTION(struct run_options, accept, "--accept-mass-change", .value = "ID",
	    .help = "apply that snapshot although the mass-change breaker would\n"
	            "stop it; no other"),
	{ 0 },
};

/* An error is told when it happens, not after all that the run still does.
 * Returns: the exit status. */
static int
fetch_and_process(const struct options *o, const char *accept, struct run_summary *s)
{
	struct err e = ERR_INIT;
	int fetched = fetch_account(o, FETCH_RESUME_RECENT, &s->fetch, &s->error);
	int processed;

	if (s->error.kind == ERR_INTERRUPTED)
		return interrupt_status();
	/* Without even a call the settings are at fault; process would only say so again. */
	if (s->error.kind != ERR_NONE && s->fetch.calls == 0)
		return fetched;
	processed = cmd_process_account(o, accept, &e);
	if (processed < 0) {
		say_error(o, &e);
		processed = err_status(e.kind);
		if (e.kind == ERR_INTERRUPTED) {
			s->error = e;
			return interrupt_status();
		}
		s->was_stopped = e.kind == ERR_BREAKER;
	}
	/* Flowhub may answer the next time: what does not go away by itself is said instead. */
	if (s->error.kind != ERR_NONE &&
	    (s->error.kind != ERR_BUSY || processed == STATUS_DONE || processed == STATUS_NEWS))
		return fetched;
	if (e.kind != ERR_NONE)
		s->error = e;
	return processed != STATUS_DONE ? processed : fetched;
}

/* What it does takes as long as DailyStory likes, so the account is free for the next run; another
 * push waits.  Returns: the exit status. */
static int
push(struct invocation *x, struct run_summary *s)
{
	const struct push_options all = { .plan.now = host_now() };
	struct settings settings = { 0 };
	struct err e = ERR_INIT, ignored = ERR_INIT;

	s->has_push = settings_load_file(&settings, x->o->account, &ignored) == 0 &&
	              settings.push.is_on && run_summary_applied(x->o->account) > 0;
	settings_release(&settings);
	if (!s->has_push)
		return STATUS_DONE;
	lock_release(&x->lock);
	s->push_status = push_account(x->o, &all, &s->push, &s->push_line, &e);
	s->has_compared = check_note_load(x->o->account, &s->compared);
	/* What was told before is news no more. */
	if (s->push_status == STATUS_NEWS && s->push.rejected == 0)
		s->push_status = STATUS_DONE;
	if (s->error.kind == ERR_NONE)
		s->error = e;
	return s->push_status;
}

/* A page that cannot be written is no failure of the run. */
static void
write_report(const struct options *o)
{
	const struct report_file f = {
		.account = o->account, .now = host_now(), .days = REPORT_FILE_DAYS
	};
	struct err why = ERR_INIT;

	if (report_file_write(&f, &why) < 0)
		say(o, SAY_WARNING, "report.html was not written: %s", why.msg);
}

/* The file and the command of settings at fault are still told, if they can be read.  Who asked a
 * run to stop waits for its end: then there is neither page nor command. */
static void
tell(struct invocation *x, uint64_t applied, struct run_summary *s)
{
	struct settings settings = { 0 };
	struct err why = ERR_INIT, ignored = ERR_INIT;
	struct buf text = { 0 };
	bool is_sound;

	is_sound = settings_load(&settings, x->o->account, &ignored) == 0;
	run_summary_load(&x->a, x->o->account, applied, is_sound ? &settings.flowhub : NULL, s);
	run_line_run(x->o, s);
	if (metrics_write(metrics_path(&x->a, x->o->account, &settings), s, &why) < 0)
		say(x->o, SAY_WARNING, "the metrics were not written: %s", why.msg);
	if (is_sound && settings.report && s->status < INTERRUPT_STATUS)
		write_report(x->o);
	/* The command may want the account for itself. */
	lock_release(&x->lock);
	if (settings.on_end.n > 0 && s->status < INTERRUPT_STATUS) {
		run_summary_json(s, &text);
		on_end_run(x->o, settings.on_end, buf_view(&text), ON_END_LIMIT);
	}
	buf_release(&text);
	settings_release(&settings);
}

static int
check(struct invocation *x, struct err *e)
{
	const struct run_options *own = x->own;

	return cmd_process_check_accept(own->accept, e);
}

static int
run(struct invocation *x, struct err *e)
{
	const struct run_options *own = x->own;
	uint64_t applied = run_summary_applied(x->o->account);
	int64_t begun = host_ticks();
	struct run_summary s = { .account = message_account(&x->a, x->o),
		.run = str_c(x->o->run),
		.started_at = host_now(),
		.error = ERR_INIT };
	int pushed;

	(void)e; /* told already */
	warn_network(x->o, x->o->account);
	s.status = fetch_and_process(x->o, own->accept, &s);
	pushed = s.status < INTERRUPT_STATUS ? push(x, &s) : STATUS_DONE;
	if (s.status == STATUS_DONE || pushed >= INTERRUPT_STATUS ||
	    (s.status == STATUS_NEWS && pushed != STATUS_DONE))
		s.status = pushed;
	s.finished_at = host_now();
	s.duration = host_ticks() - begun;
	tell(x, applied, &s);
	return s.status;
}

const struct command cmd_run = {
	.name = "run",
	.synopsis = "[--accept-mass-change ID]",
	.summary = "fetch, process, push: the hourly job",
	.help = help,
	.options = options,
	.size = sizeof(struct run_options),
	.needs = NEEDS_LOCK,
	.is_stoppable = true,
	.exits = { [0] = "done",
	    [1] = "failed: see 'flowstory fetch --help', then 'flowstory process --help'",
	    [2] = "settings or rules are wrong, or Flowhub or DailyStory refused a key",
	    [3] = "done, with something new that needs a look: records quarantined, an order\n"
	          "in two locations, a list in doubt, a location left out, rows that\n"
	          "DailyStory did not take",
	    [4] = "a snapshot was refused: damaged, incomplete or late",
	    [5] = "the mass-change breaker stopped it, or that of the push",
	    [6] = "another run holds the lock, or Flowhub or DailyStory did not answer" },
	.check = check,
	.run = run,
};
