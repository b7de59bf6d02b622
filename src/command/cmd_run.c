#include "base/host.h"
#include "base/arena.h"
#include "account/account.h"
#include "command/command.h"
#include "command/fetch_account.h"
#include "command/metrics.h"
#include "command/cmd_process.h"
#include "command/message.h"

static const char help[] =
    "Fetches a new snapshot and applies it: the hourly job. What an earlier\n"
    "run fetched and did not apply is applied too, also if Flowhub does not\n"
    "answer now. Writes metrics.prom into the account directory.\n"
    "\n"
    "  --accept-mass-change  go on where the mass-change breaker would stop\n"
    "\n"
    "Exit status: that of fetch if it failed, else that of process; see\n"
    "'flowstory fetch --help' and 'flowstory process --help'.\n";

/* Of the snapshot applied last; a state that cannot be read has said so before.
 */
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

/* Returns the exit status, or -1. */
static int
fetch_and_process(const struct options *o, bool accept, struct metrics *m, struct err *e)
{
	struct err later = ERR_INIT;
	int fetched = fetch_account(o, FETCH_RESUME_RECENT, &m->fetch, e);
	int processed;

	/* Before a first snapshot there is nothing to apply, and nothing to
	 * make a state of. */
	if (fetched < 0 && m->fetch.calls == 0)
		return -1;
	processed = cmd_process_account(o, accept, false, &later);
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

static int
run_locked(const struct options *o, bool accept, struct err *e)
{
	struct metrics m = { 0 };
	int64_t begun = host_ticks();
	struct err why = ERR_INIT;
	int status = fetch_and_process(o, accept, &m, e);

	m.status = status < 0 ? err_status(e->kind) : status;
	m.finished_at = host_now();
	m.duration = host_ticks() - begun;
	m.quarantined = count_quarantined(o->account);
	if (metrics_write(o->account, &m, &why) < 0)
		say(o, SAY_WARNING, "no metrics: %s", why.msg);
	return status;
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	bool accept = false;
	const struct arg own[] = {
		{ "--accept-mass-change", NULL, &accept, NULL },
	};
	struct lock lock;
	int rc = command_args("run", own, 1, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "run takes no '%s'", argv[1]);
	if (account_lock(&lock, o.account, "flowstory run", e) < 0)
		return -1;
	rc = run_locked(&o, accept, e);
	lock_release(&lock);
	return rc;
}

const struct command cmd_run = {
	.name = "run",
	.synopsis = "[--accept-mass-change]",
	.summary = "fetch, then process: the hourly job",
	.help = help,
	.run = run,
};
