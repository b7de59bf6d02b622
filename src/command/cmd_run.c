/* cmd_run.c -- flowstory run: fetch, then process; the hourly job. */
#include "account/settings_load.h"
#include "base/host.h"
#include "command/cmd_process.h"
#include "command/command.h"
#include "command/fetch_account.h"
#include "command/message.h"
#include "command/metrics.h"
#include "command/report_file.h"

static const char help[] =
    "Fetches a new snapshot and applies it: the hourly job. Snapshots that an earlier\n"
    "run left unapplied are applied too, even if Flowhub does not answer now. Writes\n"
    "metrics.prom into the account directory.\n";

struct run_options {
	const char *accept;
};

static const struct option options[] = {
	OPTION(struct run_options, accept, "--accept-mass-change", .value = "ID",
	    .help = "apply that snapshot although the mass-change breaker would\n"
	            "stop it; no other"),
	{ 0 },
};

/* Of the snapshot applied last; a state that cannot be read was reported before. */
static uint64_t
count_quarantined(const char *account)
{
	struct state s = { 0 };
	struct applied applied = { 0 };
	struct err ignored = ERR_INIT;
	uint64_t n = 0;

	if (state_open(&s, account, false, &ignored) > 0 && s.totals.applied > 0 &&
	    state_applied(&s, (uint32_t)s.totals.applied, &applied, &ignored) > 0)
		n = applied.quarantined;
	state_close(&s);
	return n;
}

/* Returns: the exit status, or -1. */
static int
fetch_and_process(const struct options *o, const char *accept, struct metrics *m, struct err *e)
{
	struct err later = ERR_INIT;
	int fetched = fetch_account(o, FETCH_RESUME_RECENT, &m->fetch, e);
	int processed;

	/* Without even a call the settings are at fault; process would only say so again. */
	if (fetched < 0 && m->fetch.calls == 0)
		return -1;
	processed = cmd_process_account(o, accept, &later);
	if (processed < 0 && fetched >= 0) {
		*e = later;
		return -1;
	}
	if (processed < 0)
		say_error(o, &later);
	if (fetched < 0)
		return -1;
	return processed != STATUS_DONE ? processed : fetched;
}

/* A page that cannot be written is no failure of the run. */
static void
write_report(const struct options *o)
{
	const struct report_file f = {
		.account = o->account, .now = host_now(), .days = REPORT_FILE_DAYS
	};
	struct settings settings = { 0 };
	struct err why = ERR_INIT;

	if (settings_load(&settings, o->account, &why) == 0 && settings.report &&
	    report_file_write(&f, &why) < 0)
		say(o, SAY_WARNING, "report.html was not written: %s", why.msg);
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
	struct metrics m = { 0 };
	int64_t begun = host_ticks();
	struct err why = ERR_INIT;
	int status = fetch_and_process(x->o, own->accept, &m, e);

	m.status = status < 0 ? err_status(e->kind) : status;
	m.finished_at = host_now();
	m.duration = host_ticks() - begun;
	m.quarantined = count_quarantined(x->o->account);
	if (metrics_write(x->o->account, &m, &why) < 0)
		say(x->o, SAY_WARNING, "metrics.prom was not written: %s", why.msg);
	write_report(x->o);
	return status;
}

const struct command cmd_run = {
	.name = "run",
	.synopsis = "[--accept-mass-change ID]",
	.summary = "fetch, then process: the hourly job",
	.help = help,
	.options = options,
	.size = sizeof(struct run_options),
	.needs = NEEDS_LOCK,
	.exits = { [0] = "done",
	    [1] = "failed: see 'flowstory fetch --help', then 'flowstory process --help'",
	    [2] = "settings or rules are wrong, or Flowhub refused the client id or the key",
	    [3] = "done, but something new wants a look: records were quarantined, a list stayed\n"
	          "in doubt, a location was left out",
	    [4] = "a snapshot was refused: damaged, incomplete or late",
	    [5] = "the mass-change breaker stopped it",
	    [6] = "another run holds the lock, or Flowhub did not answer" },
	.check = check,
	.run = run,
};
