#include <string.h>

#include "account/account.h"
#include "command/apply_host.h"
#include "command/command.h"
#include "command/message.h"
#include "command/print_backtest.h"
#include "timemachine/replay.h"

static const char help[] =
    "Applies history again, from the first snapshot on, into another directory:\n"
    "the same pipeline with fresh state and the rules and settings of each\n"
    "time. The account is only read.\n"
    "\n"
    "  --out DIR             where diffs, exports and state go; an earlier replay\n"
    "                        there with the same arguments is replaced\n"
    "  --from ID, --until ID keep diffs and exports of these snapshots only\n"
    "  --check               compare them with the account's own: silent if\n"
    "                        they are the same, else the first difference\n"
    "  --segments FILE       these rules in place of those of each time; ends\n"
    "                        in a table of sizes, entered and left\n"
    "  --per day|snapshot    a row of the table (default: day)\n"
    "  --json                the table as JSON\n"
    "  --accept-mass-change  go on where the mass-change breaker would stop\n"
    "\n"
    "Exit status: 0 done, or the same; 1 failed, or not the same; 2 usage or\n"
    "settings; 4 a snapshot was refused; 5 breaker; 75 another replay is at\n"
    "work in DIR.\n";

static int
check_options(const struct options *o, const struct replay *r, const char *per, struct err *e)
{
	if (r->out == NULL || r->out[0] == '\0')
		return err_set(e, ERR_USAGE, "--out DIR is missing");
	if (r->check && r->segments != NULL)
		return err_set(e, ERR_USAGE,
		    "--check and --segments exclude each other: other rules "
		    "give other exports");
	if (per != NULL && strcmp(per, "day") != 0 && strcmp(per, "snapshot") != 0)
		return err_set(e, ERR_USAGE, "--per takes day or snapshot, not '%s'", per);
	if (r->segments == NULL && (per != NULL || o->json))
		return err_set(e, ERR_USAGE, "--per and --json go with the table of --segments");
	return account_check(o->account, e);
}

static int
print_result(const struct options *o, const struct replay *r, const char *per, struct err *e)
{
	if (r->check)
		return 0;
	say(o, SAY_INFO, "%zu snapshots replayed, the diffs and exports of %zu are in '%s'",
	    r->applied, r->kept_n, r->out);
	if (r->segments == NULL)
		return 0;
	return print_backtest(
	    r->out, r->kept, r->kept_n, per != NULL && strcmp(per, "snapshot") == 0, o->json, e);
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	struct apply_host h = { .o = &o };
	const struct host host = apply_host(&h);
	struct replay r = { .host = &host, .pages_done = &h.bar.done };
	const char *per = NULL;
	const struct arg own[] = {
		{ "--out", NULL, NULL, &r.out },
		{ "--from", NULL, NULL, &r.from },
		{ "--until", NULL, NULL, &r.until },
		{ "--segments", NULL, NULL, &r.segments },
		{ "--per", NULL, NULL, &per },
		{ "--check", NULL, &r.check, NULL },
		{ "--accept-mass-change", NULL, &r.accept_mass_change, NULL },
		{ "--json", NULL, &o.json, NULL },
	};
	int rc = command_args("replay", own, sizeof(own) / sizeof(own[0]), &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "replay takes no '%s'", argv[1]);
	if (check_options(&o, &r, per, e) < 0)
		return -1;
	r.account = o.account;
	r.jobs = o.jobs;
	rc = replay(&r, e);
	apply_host_end(&h);
	if (rc == 0)
		rc = print_result(&o, &r, per, e);
	replay_release(&r);
	return rc;
}

const struct command cmd_replay = {
	.name = "replay",
	.synopsis = "--out DIR [--from ID] [--until ID] [--check | --segments FILE]",
	.summary = "history again from the snapshots, into another directory",
	.help = help,
	.run = run,
};
