/* cmd_replay.c -- flowstory replay: applies history again, into another directory. */
#include <string.h>

#include "command/command.h"
#include "command/command_host.h"
#include "command/message.h"
#include "command/print_backtest.h"
#include "timemachine/replay.h"

static const char help[] =
    "Applies history again, from the first snapshot on, into another directory: the\n"
    "same pipeline with fresh state and the rules and settings of each time. The\n"
    "account is only read.\n";

struct replay_options {
	const char *out, *from, *until, *segments, *per;
	bool check, json;
};

static const struct option options[] = {
	OPTION(struct replay_options, out, "--out", .value = "DIR",
	    .help = "where diffs, exports and state go; an earlier replay\n"
	            "with the same arguments is replaced",
	    .is_required = true),
	OPTION(struct replay_options, from, "--from", .value = "ID",
	    .help = "keep diffs and exports from this snapshot on only"),
	OPTION(struct replay_options, until, "--until", .value = "ID",
	    .help = "stop after this snapshot"),
	OPTION(struct replay_options, check, "--check",
	    .help = "compare diffs and exports with the account's own; print\n"
	            "nothing if they are the same, else the first difference",
	    .is_exclusive = true),
	OPTION(struct replay_options, segments, "--segments", .value = "FILE",
	    .help = "use these rules in place of those of each time, and\n"
	            "print a table of sizes, entered and left",
	    .is_exclusive = true),
	OPTION(struct replay_options, per, "--per", .value = "day|snapshot",
	    .help = "a row of the table for each of these\n"
	            "(default: day)"),
	OPTION(struct replay_options, json, "--json", .help = "print the table as JSON"),
	{ 0 },
};

static bool
is_by_snapshot(const struct replay_options *own)
{
	return own->per != NULL && strcmp(own->per, "snapshot") == 0;
}

static int
check(struct invocation *x, struct err *e)
{
	const struct replay_options *own = x->own;

	if (own->out[0] == '\0')
		return err_set(e, ERR_USAGE, "option --out DIR is required");
	if (own->per != NULL && strcmp(own->per, "day") != 0 && !is_by_snapshot(own))
		return err_set(e, ERR_USAGE, "--per takes day or snapshot, not '%s'", own->per);
	if (own->segments == NULL && (own->per != NULL || own->json))
		return err_set(e, ERR_USAGE, "--per and --json need --segments");
	return 0;
}

static int
run(struct invocation *x, struct err *e)
{
	const struct replay_options *own = x->own;
	struct command_host h = { .o = x->o };
	const struct host host = command_host(&h);
	struct replay r = { .account = x->o->account,
		.jobs = x->o->jobs,
		.out = own->out,
		.from = own->from,
		.until = own->until,
		.segments = own->segments,
		.check = own->check,
		.host = &host,
		.pages_done = &h.pages };
	int rc = replay(&r, e);

	command_host_end(&h);
	if (rc == 0 && !own->check)
		say(x->o, SAY_INFO,
		    "replayed %zu snapshot%s; the diffs and exports of %zu are in '%s'", r.applied,
		    say_plural(r.applied), r.kept_n, r.out);
	if (rc == 0 && own->segments != NULL)
		rc = print_backtest(r.out, r.kept, r.kept_n, is_by_snapshot(own), own->json, e);
	replay_release(&r);
	return rc;
}

const struct command cmd_replay = {
	.name = "replay",
	.synopsis = "--out DIR [--from ID] [--until ID]\n"
	            "[--check | --segments FILE [--per day|snapshot] [--json]]",
	.summary = "replay the past into another directory",
	.help = help,
	.options = options,
	.size = sizeof(struct replay_options),
	.needs = NEEDS_ACCOUNT,
	.is_stoppable = true,
	.exits = { [0] = "done; with --check, the same",
	    [1] = "failed; with --check, a difference",
	    [4] = "a snapshot was refused: damaged or incomplete",
	    [5] = "the mass-change breaker stopped it",
	    [6] = "another replay is running in DIR" },
	.check = check,
	.run = run,
};
