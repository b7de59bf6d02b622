/* cmd_process.c -- flowstory process: applies every snapshot that is not applied yet. */
#include "command/cmd_process.h"

#include <stdio.h>
#include <unistd.h>

#include "account/account.h"
#include "account/catch_up.h"
#include "bases/fold_manifest.h"
#include "command/command_host.h"
#include "command/message.h"
#include "command/print_outcome.h"
#include "command/run_line.h"
#include "base/timestamp.h"
#include "command/warn.h"
#include "lib/sha256.h"

static const char help[] =
    "Applies every snapshot that is not applied yet, oldest first: diff, profiles,\n"
    "segments, exports. With nothing to apply it does nothing.\n";

struct process_options {
	bool rebuild, plan, json;
	const char *accept, *expect;
};

static const struct option options[] = {
	OPTION(struct process_options, accept, "--accept-mass-change", .value = "ID",
	    .help = "apply that snapshot although the mass-change breaker would\n"
	            "stop it; no other"),
	OPTION(struct process_options, rebuild, "--rebuild",
	    .help = "discard state/ and apply all snapshots again", .is_exclusive = true),
	OPTION(struct process_options, plan, "--plan",
	    .help = "print what the next snapshot would change, and the\n"
	            "plan's hash; write nothing; exit as applying it would",
	    .is_exclusive = true),
	OPTION(struct process_options, expect, "--expect", .value = "HASH",
	    .help = "apply the next snapshot, if its plan has that hash", .is_exclusive = true),
	OPTION(struct process_options, json, "--json", .help = "print the plan as JSON"),
	{ 0 },
};

struct processing {
	const struct options *o;
	const struct process_options *own;
	struct arena a;
	struct state s;
	struct pending pending;
	struct catch_up catch_up;
	struct command_host host;
	bool has_news;
	struct err *e;
};

static int
apply_one(struct processing *g, struct str id)
{
	struct outcome outcome;

	if (catch_up_apply(&g->catch_up, id, &outcome, g->e) < 0)
		return -1;
	command_host_clear(&g->host);
	print_outcome(g->o, &outcome);
	g->has_news = g->has_news || outcome.has_news;
	return 0;
}

static void
say_kept(const struct processing *g, size_t applied)
{
	err_set(g->e, ERR_INTERRUPTED, "interrupted: %zu of %zu snapshots applied", applied,
	    g->pending.n);
	err_advise(g->e, "'flowstory process' continues from there.");
}

/* An expected plan is that of one snapshot. */
static int
apply_all(struct processing *g)
{
	const struct host host = command_host(&g->host);
	struct progress_report progress = { .steps = g->pending.n };
	int rc = 0;

	if (g->own->expect != NULL && progress.steps > 1)
		progress.steps = 1;
	while (rc == 0 && progress.step < progress.steps) {
		host.progress(host.context, &progress);
		rc = apply_one(g, g->pending.ids[progress.step++]);
	}
	command_host_end(&g->host);
	if (rc < 0 && g->e->kind == ERR_INTERRUPTED)
		say_kept(g, progress.step - 1);
	if (rc < 0 && g->e->kind == ERR_BREAKER)
		run_line_stopped(g->o, g->pending.ids[progress.step - 1], err_status(g->e->kind));
	if (rc == 0 && progress.steps < g->pending.n)
		say(g->o, SAY_INFO, "%zu more pending", g->pending.n - progress.steps);
	return rc;
}

/* What of the last snapshot applied was taken away, or NULL.  Older ones may be gone by intent. */
static const char *
find_missing(struct processing *g)
{
	struct err ignored = ERR_INIT;
	struct applied last;
	char *diff, *export;

	if (g->s.totals.applied == 0 ||
	    state_applied_must(&g->s, (uint32_t)g->s.totals.applied, &last, &ignored) < 0)
		return NULL;
	diff = str_z(&g->a, str_printf(&g->a, "diffs/%.*s.jsonl.gz", STR_ARG(last.id)));
	export = str_z(&g->a, str_printf(&g->a, "exports/%.*s", STR_ARG(last.id)));
	if (!dir_exists(file_join(&g->a, g->o->account, export)))
		return export;
	return file_exists(file_join(&g->a, g->o->account, diff)) ? NULL : diff;
}

/* Who deleted exports/ to have it made again learns how. */
static void
say_nothing(struct processing *g)
{
	const char *missing = find_missing(g);

	if (g->s.totals.applied == 0)
		say(g->o, SAY_INFO,
		    "nothing to apply: there is no snapshot yet; 'flowstory fetch' and 'flowstory "
		    "adopt' make one");
	else if (missing == NULL)
		say(g->o, SAY_INFO, "nothing to apply");
	else
		say(g->o, SAY_INFO,
		    "nothing to apply, but %s is missing: 'flowstory process --rebuild' makes all "
		    "diffs and exports again",
		    missing);
}

/* No rebuild reaches back to it. */
static bool
is_folded(struct processing *g, struct str id)
{
	struct err ignored = ERR_INIT;
	struct str base;

	return fold_manifest_start(&g->a, g->o->account, &base, &ignored) > 0 &&
	       str_cmp(id, base) <= 0;
}

/* Returns: the exit status. */
static int
conclude(struct processing *g)
{
	for (size_t i = 0; i < g->pending.late_n; i++)
		if (is_folded(g, g->pending.late[i]))
			say(g->o, SAY_WARNING,
			    "snapshot %.*s is older than the base at which history begins and was "
			    "refused; move its directory away",
			    STR_ARG(g->pending.late[i]));
		else
			say(g->o, SAY_WARNING,
			    "snapshot %.*s is older than the last one applied and was refused; "
			    "'flowstory process --rebuild' would apply it",
			    STR_ARG(g->pending.late[i]));
	if (g->pending.n == 0 && g->pending.late_n == 0)
		say_nothing(g);
	if (g->pending.late_n > 0)
		return STATUS_REFUSED;
	return g->has_news ? STATUS_NEWS : STATUS_DONE;
}

/* Snapshots that were applied stay so: accepting one again is no mistake. */
static int
check_accepted(struct processing *g)
{
	struct str id = g->catch_up.pipeline.accept;
	struct str path = str_printf(&g->a, "snapshots/%.*s/manifest.json", STR_ARG(id));

	for (size_t i = 0; i < g->pending.n; i++)
		if (str_eq(g->pending.ids[i], id))
			return 0;
	if (id.n == 0)
		return 0;
	if (file_exists(file_join(&g->a, g->o->account, str_z(&g->a, path)))) {
		say(g->o, SAY_INFO, "snapshot %.*s is not pending: there is nothing to accept",
		    STR_ARG(id));
		return 0;
	}
	err_set(g->e, ERR_USAGE, "--accept-mass-change: there is no snapshot %.*s", STR_ARG(id));
	return err_advise(g->e, "The breaker's message names the snapshot that it stopped.");
}

static int
find_pending(struct processing *g)
{
	if (account_pending(&g->a, g->o->account, &g->s, &g->pending, g->e) < 0 ||
	    check_accepted(g) < 0 || catch_up_begin(&g->catch_up, g->e) < 0)
		return -1;
	if (g->catch_up.lacks_terms)
		say(g->o, SAY_WARNING,
		    "terms/ is missing: the present settings and rules are taken for those of the "
		    "snapshots applied before; restore it if you have a backup");
	if (g->pending.n > 0)
		warn_suppress(g->o, &g->catch_up.present.settings, false);
	return 0;
}

static int
process(struct processing *g)
{
	const char *account = g->o->account;

	if (terms_history_mark(account, g->own->rebuild, g->e) < 0 ||
	    state_open(&g->s, account, true, g->e) < 0 ||
	    catch_up_restore(account, &g->s, g->e) < 0 || find_pending(g) < 0)
		return -1;
	if (g->own->expect != NULL && g->pending.n == 0) {
		err_set(g->e, ERR_DIFFERS, "there is no snapshot to apply");
		return err_advise(g->e, "The planned snapshot was already applied or has been "
		                        "deleted.");
	}
	return apply_all(g) < 0 ? -1 : conclude(g);
}

/* The state for a dry run: the account's, or if there is none, one in ${dir}, to be removed. */
static int
open_for_plan(struct processing *g, char **dir)
{
	const char *account = g->o->account;
	int rc = state_open(&g->s, account, false, g->e);

	state_close(&g->s);
	if (rc < 0)
		return -1;
	if (rc > 0)
		return state_open(&g->s, account, true, g->e);
	*dir =
	    file_join(&g->a, account, str_printf(&g->a, ".plan.tmp-%ld%c", (long)getpid(), '\0').p);
	if (dir_make_quick(*dir, g->e) < 0)
		return -1;
	return state_open_quick(&g->s, *dir, g->e);
}

static int
plan(struct processing *g)
{
	char *dir = NULL;
	int rc = open_for_plan(g, &dir);

	if (rc >= 0 && dir != NULL)
		rc = catch_up_restore(g->o->account, &g->s, g->e);
	if (rc >= 0)
		rc = find_pending(g);
	if (rc == 0 && g->pending.n > 0)
		rc = print_outcome_plan(&g->catch_up, &g->pending, g->own->json, g->e);
	else if (rc == 0) {
		if (g->own->json)
			puts("null");
		rc = conclude(g);
	}
	state_close(&g->s);
	if (dir != NULL) {
		struct err ignored = ERR_INIT;

		if (dir_remove(dir, rc < 0 ? &ignored : g->e) < 0)
			rc = -1;
	}
	return rc;
}

static int
process_or_plan(const struct options *o, const struct process_options *own, struct err *e)
{
	struct processing g = {
		.o = o,
		.own = own,
		.catch_up.pipeline = { .account = o->account,
		    .output = o->account,
		    .jobs = o->jobs,
		    .accept = str_c(own->accept),
		    .is_dry = own->plan,
		    .expect = own->expect },
		.host.o = o,
		.e = e,
	};
	int rc;

	g.catch_up.s = &g.s;
	g.catch_up.pipeline.pages_done = &g.host.pages;
	rc = own->plan ? plan(&g) : process(&g);
	state_close(&g.s);
	catch_up_release(&g.catch_up);
	arena_release(&g.a);
	return rc;
}

int
cmd_process_account(const struct options *o, const char *accept, struct err *e)
{
	struct process_options own = { .accept = accept };

	return process_or_plan(o, &own, e);
}

int
cmd_process_check_accept(const char *id, struct err *e)
{
	int64_t when;

	if (id == NULL || timestamp_parse_id(str_c(id), &when))
		return 0;
	err_set(e, ERR_USAGE, "--accept-mass-change takes the id of a snapshot, not '%s'", id);
	return err_advise(e, "The breaker's message names it, such as 20261123T040000Z.");
}

static int
check(struct invocation *x, struct err *e)
{
	const struct process_options *own = x->own;

	if (cmd_process_check_accept(own->accept, e) < 0)
		return -1;
	if (own->expect == NULL || sha256_is_hex(str_c(own->expect)))
		return 0;
	err_set(e, ERR_USAGE, "--expect takes a plan's hash, not '%s'", own->expect);
	return err_advise(e, "'flowstory process --plan' prints it in its last line.");
}

static int
run(struct invocation *x, struct err *e)
{
	return process_or_plan(x->o, x->own, e);
}

const struct command cmd_process = {
	.name = "process",
	.synopsis = "[--accept-mass-change ID]\n"
	            "[--rebuild | --plan [--json] | --expect HASH]",
	.summary = "apply every snapshot not applied yet",
	.help = help,
	.options = options,
	.size = sizeof(struct process_options),
	.needs = NEEDS_LOCK,
	.is_stoppable = true,
	.exits = { [0] = "done, or nothing to do",
	    [1] = "failed; nothing of the snapshot at which it failed was applied",
	    [3] = "done, with something new that needs a look: records quarantined, an order\n"
	          "in two locations",
	    [4] = "a snapshot was refused: damaged, incomplete or late",
	    [5] = "the mass-change breaker stopped it" },
	.check = check,
	.run = run,
};
