/* cmd_replay.c -- flowstory replay: applies history again, into another directory. */
#include <string.h>

#include "command/command.h"
#include "command/command_host.h"
#include "command/message.h"
#include "command/print_backtest.h"
#include "timemachine/base_backtest.h"
#include "timemachine/replay.h"

static const char help[] =
    "Applies history again, from the first snapshot on, into another directory: the\n"
    "same pipeline with fresh state and the rules and settings of each time. The\n"
    "account is only read. What was pruned cannot be replayed, but with --per base\n"
    "other rules are tried on the bases that are kept of it.\n";

struct replay_options {
	const char *out, *from, *until, *segments, *per;
	bool check, json;
};

static const struct option options[] = {
	OPTION(struct replay_options, out, "--out", .value = "DIR",
	    .help = "where diffs, exports and state go; an earlier replay\n"
	            "with the same arguments is replaced"),
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
	OPTION(struct replay_options, per, "--per", .value = "day|snapshot|base",
	    .help = "a row of the table for each of these (default: day); of\n"
	            "bases, and without --out, nothing is replayed"),
	OPTION(struct replay_options, json, "--json", .help = "print the table as JSON"),
	{ 0 },
};

static bool
is_per(const struct replay_options *own, const char *what)
{
	return own->per != NULL && strcmp(own->per, what) == 0;
}

static int
check(struct invocation *x, struct err *e)
{
	const struct replay_options *own = x->own;

	if (own->per != NULL && !is_per(own, "day") && !is_per(own, "snapshot") &&
	    !is_per(own, "base"))
		return err_set(
		    e, ERR_USAGE, "--per takes day, snapshot or base, not '%s'", own->per);
	if (own->segments == NULL && (own->per != NULL || own->json))
		return err_set(e, ERR_USAGE, "--per and --json need --segments");
	if (is_per(own, "base")) {
		if (own->out == NULL && own->from == NULL && own->until == NULL)
			return 0;
		err_set(e, ERR_USAGE, "--per base goes with none of --out, --from and --until");
		return err_advise(e, "Nothing is replayed, and nothing written.");
	}
	if (own->out == NULL || own->out[0] == '\0')
		return err_set(e, ERR_USAGE, "option --out DIR is required");
	return 0;
}

/* What of the past is kept as bases alone. */
static int
test_bases(struct invocation *x, struct err *e)
{
	const struct replay_options *own = x->own;
	struct command_host h = { .o = x->o };
	const struct host host = command_host(&h);
	struct base_backtest b = {
		.account = x->o->account, .segments = own->segments, .host = &host
	};
	int rc = base_backtest(&b, e);

	command_host_end(&h);
	if (rc == 0)
		print_backtest_bases(&b, own->json);
	base_backtest_release(&b);
	return rc;
}

static int
replay_all(struct invocation *x, struct err *e)
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
		rc = print_backtest(r.out, r.kept, r.kept_n, is_per(own, "snapshot"), own->json, e);
	replay_release(&r);
	return rc;
}

static int
run(struct invocation *x, struct err *e)
{
	return (is_per(x->own, "base") ? test_bases : replay_all)(x, e);
}

const struct command cmd_replay = {
	.name = "replay",
	.synopsis = "--out DIR [--from ID] [--until ID]\n"
	            "[--check | --segments FILE [--per day|snapshot] [--json]]\n"
	            "--segments FILE --per base [--json]",
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
