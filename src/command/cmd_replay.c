#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "account/account.h"
#include "command/print_backtest.h"
#include "command/command.h"
#include "command/progress.h"
#include "timemachine/replay_compare.h"
#include "timemachine/replay_dir.h"
#include "timemachine/replay_input.h"
#include "command/message.h"
#include "account/catch_up.h"

static const char help[] =
    "Applies history again, from the first snapshot on, into another "
    "directory:\n"
    "the same pipeline with fresh state and the rules and settings of each\n"
    "time. The account is only read.\n"
    "\n"
    "  --out DIR             where diffs, exports and state go; a replay that\n"
    "                        was interrupted goes on there\n"
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

struct request {
	const char *out, *from, *until, *segments, *per;
	bool check, accept;
};

struct replaying {
	const struct options *o;
	const struct request *r;
	struct arena a;
	struct replay_input list;
	size_t from, until; /* positions kept: [from, until) */
	struct segment_set rules;
	struct replay_dir dir;
	struct state s;
	struct catch_up sequence;
	struct progress progress;
	struct err *e;
};

static int
find_position(struct replaying *g, const char *option, const char *id, size_t *at)
{
	for (size_t i = 0; i < g->list.n; i++) {
		if (!str_eq(g->list.ids[i], str_c(id)))
			continue;
		*at = i;
		return 0;
	}
	err_set(g->e, ERR_USAGE, "%s: there is no snapshot '%s'", option, id);
	return err_advise(g->e, "snapshots/ holds a directory for each.");
}

/* What is kept, and where it ends: nothing behind that is needed; nothing that
 * was not applied can be compared. */
static int
find_span(struct replaying *g)
{
	size_t last;

	g->until = g->r->check ? g->list.applied : g->list.n;
	if (g->r->from != NULL && find_position(g, "--from", g->r->from, &g->from) < 0)
		return -1;
	if (g->r->check && g->r->from != NULL && g->from >= g->list.applied) {
		err_set(g->e, ERR_USAGE,
		    "--from: snapshot %s is not applied yet, there is nothing "
		    "to compare",
		    g->r->from);
		return err_advise(g->e, "Run 'flowstory process' first.");
	}
	if (g->r->until != NULL) {
		if (find_position(g, "--until", g->r->until, &last) < 0)
			return -1;
		if (last < g->until)
			g->until = last + 1;
		if (last < g->from)
			return err_set(g->e, ERR_USAGE, "--until %s is before --from %s",
			    g->r->until, g->r->from);
	}
	return 0;
}

/* A replay that goes on must be of the same history. */
static int
check_past(struct replaying *g)
{
	for (size_t i = 0; i < g->s.totals.applied; i++) {
		struct applied x;
		int rc = state_applied(&g->s, (uint32_t)i + 1, &x, g->e);

		if (rc < 0)
			return -1;
		if (rc > 0 && i < g->list.n && str_eq(x.id, g->list.ids[i]))
			continue;
		err_set(g->e, ERR_FAILED,
		    "history is not what it was when the replay in '%s' began", g->r->out);
		return err_advise(g->e, "Begin again with another --out, or remove it.");
	}
	return 0;
}

static bool
is_kept(const struct replaying *g, size_t i)
{
	return i >= g->from && i < g->until;
}

static int
compare(struct replaying *g, size_t i)
{
	if (!g->r->check || !is_kept(g, i))
		return 0;
	return replay_compare(g->o->account, g->r->out, g->list.ids[i], g->e);
}

static int
apply_all(struct replaying *g)
{
	size_t done = (size_t)g->s.totals.applied;
	struct outcome x;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < done; i++)
		rc = compare(g, i);
	progress_begin(&g->progress, g->o, g->until > done ? g->until - done : 0);
	for (size_t i = done; rc == 0 && i < g->until; i++) {
		g->sequence.pipeline.keep = is_kept(g, i) ? FILE_QUICK : FILE_NOWHERE;
		rc = catch_up_apply(&g->sequence, g->list.ids[i], &x, g->e);
		if (rc == 0)
			rc = compare(g, i);
		progress_step(&g->progress);
	}
	progress_end(&g->progress);
	return rc;
}

static int
conclude(struct replaying *g)
{
	size_t n = g->until > g->from ? g->until - g->from : 0;

	if (replay_dir_finish(&g->dir, g->e) < 0)
		return -1;
	if (g->r->check)
		return 0;
	say(g->o, SAY_INFO, "%zu snapshots replayed, the diffs and exports of %zu are in '%s'",
	    g->until, n, g->r->out);
	if (g->r->segments == NULL)
		return 0;
	return print_backtest(g->r->out, g->list.ids + g->from, n,
	    g->r->per != NULL && strcmp(g->r->per, "snapshot") == 0, g->o->json, g->e);
}

static int
replay(struct replaying *g)
{
	if (replay_input_find(&g->a, g->o, &g->list, g->e) < 0 || find_span(g) < 0 ||
	    catch_up_begin(&g->sequence, g->e) < 0)
		return -1;
	g->sequence.last_export = g->list.last_export;
	if (g->r->segments != NULL) {
		if (terms_rules(&g->a, g->o->account, g->r->segments, &g->rules, g->e) < 0)
			return -1;
		g->sequence.rules = &g->rules;
	}
	if (replay_dir_begin(&g->dir, g->e) < 0 || state_open_quick(&g->s, g->r->out, g->e) < 0 ||
	    check_past(g) < 0 || apply_all(g) < 0)
		return -1;
	return conclude(g);
}

static int
serve(const struct options *o, const struct request *r, struct err *e)
{
	struct replaying g = {
		.o = o,
		.r = r,
		.sequence.pipeline = { .account = o->account,
		    .output = r->out,
		    .jobs = o->jobs,
		    .accept_mass_change = r->accept },
		.dir = { .account = o->account,
		    .dir = r->out,
		    .from = r->from,
		    .until = r->until,
		    .segments = r->segments,
		    .lock = LOCK_INIT },
		.e = e,
	};
	int rc;

	g.sequence.s = &g.s;
	g.sequence.pipeline.pages_done = &g.progress.done;
	rc = replay(&g);
	state_close(&g.s);
	catch_up_release(&g.sequence);
	replay_dir_release(&g.dir);
	arena_release(&g.a);
	return rc;
}

static int
check_request(const struct options *o, const struct request *r, struct err *e)
{
	if (r->out == NULL || r->out[0] == '\0')
		return err_set(e, ERR_USAGE, "--out DIR is missing");
	if (r->check && r->segments != NULL)
		return err_set(e, ERR_USAGE,
		    "--check and --segments exclude each other: other rules "
		    "give other exports");
	if (r->per != NULL && strcmp(r->per, "day") != 0 && strcmp(r->per, "snapshot") != 0)
		return err_set(e, ERR_USAGE, "--per takes day or snapshot, not '%s'", r->per);
	if (r->segments == NULL && (r->per != NULL || o->json))
		return err_set(e, ERR_USAGE, "--per and --json go with the table of --segments");
	return account_check(o->account, e);
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	struct request r = { 0 };
	const struct arg own[] = {
		{ "--out", NULL, NULL, &r.out },
		{ "--from", NULL, NULL, &r.from },
		{ "--until", NULL, NULL, &r.until },
		{ "--segments", NULL, NULL, &r.segments },
		{ "--per", NULL, NULL, &r.per },
		{ "--check", NULL, &r.check, NULL },
		{ "--accept-mass-change", NULL, &r.accept, NULL },
		{ "--json", NULL, &o.json, NULL },
	};
	int rc = command_args("replay", own, sizeof(own) / sizeof(own[0]), &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "replay takes no '%s'", argv[1]);
	return check_request(&o, &r, e) < 0 ? -1 : serve(&o, &r, e);
}

const struct command cmd_replay = {
	.name = "replay",
	.synopsis = "--out DIR [--from ID] [--until ID] [--check | --segments "
	            "FILE]",
	.summary = "history again from the snapshots, into another directory",
	.help = help,
	.run = run,
};
