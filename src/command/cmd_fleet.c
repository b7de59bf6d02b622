/* cmd_fleet.c -- flowstory fleet: one command over many accounts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/pool.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "command/fleet_adopt.h"
#include "command/fleet_drive.h"
#include "command/fleet_init.h"
#include "command/fleet_look.h"
#include "command/fleet_table.h"
#include "command/message.h"
#include "fleet/fleet_file.h"
#include "fleet/fleet_metrics.h"
#include "fleet/ledger.h"
#include "fleet/limits.h"
#include "fleet/roster.h"

static const char help[] =
    "Runs a command for every account of a fleet, each in a process of its own, and\n"
    "says what came of it; or shows all of them at once:\n"
    "\n"
    "  list     the accounts, one per line\n"
    "  status   age, counts and the exit status of the last run of each\n"
    "  report   the same as a page\n"
    "  run      'flowstory run' for each, beginning with the oldest last success\n"
    "  check, process, push, verify\n"
    "           the same with that command\n"
    "  adopt    'flowstory adopt' for each with the files in DIR/NAME\n"
    "  init     make accounts in the fleet\n"
    "\n"
    "A fleet is a directory of accounts, or a file with one path per line. Settings\n"
    "for all of them are in its defaults.json, those of the fleet in fleet.json; see\n"
    "flowstory-fleet(7). What follows '--' goes to the command.\n";

#define ONLY_MOST 32

struct fleet_options {
	const char *fleet, *shard, *until, *max_age, *out, *now, *client_id, *key_file;
	const char *only[ONLY_MOST];
	bool plan, json, exit_3_as_0;
	struct roster_shard part;
	int64_t until_us, limit, now_us;
};

static const struct option options[] = {
	OPTION(struct fleet_options, fleet, "--fleet", .letter = "-f", .value = "FLEET",
	    .help = "a directory of accounts, or a file with one path per line\n"
	            "(default: the current directory)"),
	OPTION(struct fleet_options, only, "--only", .value = "GLOB", .most = ONLY_MOST,
	    .help = "only accounts whose name matches; may be given again"),
	OPTION(struct fleet_options, shard, "--shard", .value = "I/N",
	    .help = "only part I of N, from 1 on"),
	OPTION(struct fleet_options, until, "--until", .value = "TIME",
	    .help = "start nothing later than 00:50 (UTC), 2026-11-23T00:50Z,\n"
	            "or 50m from now; what is running may finish"),
	OPTION(struct fleet_options, max_age, "--max-age", .value = "SPAN",
	    .help = "status: exit 1 if one of them is older than this, such as\n"
	            "2h"),
	OPTION(struct fleet_options, out, "--out", .value = "FILE",
	    .help = "report: where to write the page (fleet.html in the fleet's\n"
	            "directory); \"-\" is standard output"),
	OPTION(struct fleet_options, now, "--now", .value = "TIME",
	    .help = "status, report: take TIME as the present"),
	OPTION(struct fleet_options, client_id, "--client-id", .value = "ID",
	    .help = "init: that of the account at Flowhub"),
	OPTION(struct fleet_options, key_file, "--key-file", .value = "FILE",
	    .help = "init: where its API key is"),
	OPTION(struct fleet_options, plan, "--plan",
	    .help = "process, push: the plan of each; else start nothing, and list\n"
	            "the accounts in the order they would start in"),
	OPTION(struct fleet_options, json, "--json", .help = "print JSON"),
	OPTION(struct fleet_options, exit_3_as_0, "--exit-3-as-0",
	    .help = "exit 0 where it would be 3, for schedulers that take only\n"
	            "0 for success"),
	{ 0 },
};

/* One call of the command. */
struct job {
	struct fleet f;
	const struct invocation *x;
	const struct fleet_options *own;
	const struct verb *verb;
};

struct verb {
	const char *name;
	int (*look)(struct fleet *f, struct err *e); /* NULL: it is run for each */
	bool has_history;                            /* it is the hourly job */
	bool has_plan;                               /* the command has a --plan of its own */
	size_t least, most;                          /* words before "--" */
	bool is_init;                                /* those are accounts to be made */
};

/* ---- What starts a command for each */

/* A key in the environment goes before that of an account: every account would be read with it. */
static int
check_environment(struct err *e)
{
	static const char *const names[] = { "FLOWHUB_CLIENT_ID", "FLOWHUB_API_KEY",
		"DAILYSTORY_TOKEN" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value == NULL || value[0] == '\0')
			continue;
		err_set(e, ERR_USAGE, "%s is set, and would be used for every account", names[i]);
		return err_advise(e, "Unset it. Each account of a fleet has its own, in its "
		                     "flowstory.json and the file named there.");
	}
	return 0;
}

/* Of all accounts, also if only some of them were run: a series that is missing is an alarm. */
static void
write_metrics(struct job *g)
{
	struct ledger all = g->f.ledger;
	struct fleet_metrics m = { .l = &all, .is_few = g->f.file.has_few_metrics };
	struct err why = ERR_INIT;
	struct limit_state *list;
	struct fleet_rate *rates;

	if (g->f.whole.n > g->f.roster.n)
		ledger_load(g->f.a, &g->f.whole, &all);
	fleet_look_limits(&g->f, &list, &m.rates_n);
	m.rates = rates = arena_array(g->f.a, m.rates_n + 1, sizeof(*rates));
	for (size_t i = 0; i < m.rates_n; i++)
		rates[i] = (struct fleet_rate){ list[i].host,
			list[i].interval > 0 ? UINT64_C(1000000000) / list[i].interval : 0 };
	if (fleet_metrics_write(g->f.file.metrics_file, &m, &why) < 0)
		say(g->x->o, SAY_WARNING, "the metrics were not written: %s", why.msg);
}

static int
print_plan(struct job *g)
{
	for (size_t i = 0; i < g->f.ledger.n; i++)
		printf("%.*s\n", STR_ARG(g->f.ledger.rows[i].account.name));
	return STATUS_DONE;
}

/* Whose files each account adopts; NULL: it is another command. */
static const char *
from_of(const struct job *g)
{
	return g->verb->most == 1 ? g->x->operands[1] : NULL;
}

/* What follows the verb in each command line. */
static char **
make_words(struct job *g, size_t *n)
{
	const struct invocation *x = g->x;
	char **words = arena_array(g->f.a, x->n + 1, sizeof(*words));

	*n = 0;
	if (g->own->plan)
		words[(*n)++] = str_z(g->f.a, STR("--plan"));
	for (size_t i = x->n - x->o->behind; i < x->n; i++)
		words[(*n)++] = x->operands[i];
	return words;
}

static int
drive(struct job *g, struct err *e)
{
	const struct options *o = g->x->o;
	size_t jobs = o->given.jobs != NULL ? o->jobs : (size_t)g->f.file.jobs;
	struct fleet_drive d = { .o = o,
		.a = g->f.a,
		.l = &g->f.ledger,
		.jobs = jobs,
		.threads = pool_cores() > jobs ? pool_cores() / jobs : 1,
		.until = g->own->until_us,
		.verb = g->verb->name,
		.is_json = g->own->json,
		.from = from_of(g),
		.has_history = g->verb->has_history,
		.dir = g->f.roster.dir };
	bool was_stopped = false;

	d.words = make_words(g, &d.words_n);
	if (fleet_drive_run(&d, &was_stopped, e) < 0)
		return -1;
	if (was_stopped)
		say(o, SAY_WARNING, "asked to stop: no more accounts were started");
	return 0;
}

/* Us between two calls.  Machines that share no disk each have their part of it. */
static uint64_t
interval_of(const struct job *g)
{
	uint64_t parts = g->f.file.is_limit_shared ? 1 : g->own->part.of;

	return UINT64_C(1000000) * parts / g->f.file.calls_per_second;
}

static int
for_each(struct job *g, struct err *e)
{
	struct fleet_table t = { .l = &g->f.ledger, .limit = TIMESTAMP_NEVER, .has_times = true };
	int worst;

	if (check_environment(e) < 0 ||
	    (from_of(g) != NULL &&
	        fleet_adopt_choose(g->f.a, from_of(g), &g->f.whole, &g->f.roster, e) < 0))
		return -1;
	ledger_load(g->f.a, &g->f.roster, &g->f.ledger);
	fleet_look_clients(&g->f);
	ledger_order(&g->f.ledger);
	if (g->own->plan && !g->verb->has_plan)
		return print_plan(g);
	if (limits_set(&g->f.ledger, interval_of(g), e) < 0 || drive(g, e) < 0)
		return -1;
	ledger_by_name(&g->f.ledger);
	t.now = host_now();
	(g->own->json ? fleet_table_print_json : fleet_table_print)(&t);
	if (g->verb->has_history)
		write_metrics(g);
	worst = ledger_worst(&g->f.ledger);
	return worst == STATUS_NEWS && g->own->exit_3_as_0 ? STATUS_DONE : worst;
}

static const struct verb verbs[] = {
	{ .name = "list", .look = fleet_look_list },
	{ .name = "status", .look = fleet_look_status },
	{ .name = "report", .look = fleet_look_report },
	{ .name = "run", .has_history = true },
	{ .name = "check" },
	{ .name = "process", .has_plan = true },
	{ .name = "push", .has_plan = true },
	{ .name = "verify" },
	{ .name = "adopt", .least = 1, .most = 1 },
	{ .name = "init", .least = 1, .most = SIZE_MAX, .is_init = true },
};

/* ---- The command line */

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

/* "00:50": the next time that it is so late. */
static bool
parse_clock(struct str s, int64_t now, int64_t *us)
{
	int minutes;

	if (s.n != 5 || s.p[2] != ':' || !ascii_digit(s.p[0]) || !ascii_digit(s.p[1]) ||
	    !ascii_digit(s.p[3]) || !ascii_digit(s.p[4]) || s.p[3] > '5')
		return false;
	minutes = ((s.p[0] - '0') * 10 + s.p[1] - '0') * 60 + (s.p[3] - '0') * 10 + s.p[4] - '0';
	*us = timestamp_day(now) * TIMESTAMP_DAY + minutes * 60 * TIMESTAMP_SECOND;
	if (*us < now)
		*us += TIMESTAMP_DAY;
	return minutes < 24 * 60;
}

static int
check_until(struct fleet_options *own, struct err *e)
{
	int64_t now = host_now(), span;
	struct str text = str_c(own->until);

	own->until_us = TIMESTAMP_NEVER;
	if (own->until == NULL || parse_clock(text, now, &own->until_us) ||
	    timestamp_parse(text, &own->until_us))
		return 0;
	if (!span_parse(text, &span))
		return err_set(e, ERR_USAGE,
		    "--until takes a time such as 00:50 or 2026-11-23T00:50Z, or a span such as "
		    "50m, not '%s'",
		    own->until);
	own->until_us = now + span;
	return 0;
}

static int
check_words(const struct invocation *x, const struct fleet_options *own, struct err *e)
{
	const struct verb *v = find_verb(x->operands[0]);
	size_t before = x->n - 1 - x->o->behind;

	if (v == NULL) {
		err_set(e, ERR_USAGE, "a fleet has no command '%s'", x->operands[0]);
		return err_advise(e, "Its commands are list, status, report, run, check, process, "
		                     "push, verify, adopt and init.");
	}
	if (x->o->given.account != NULL)
		return err_set(e, ERR_USAGE, "a fleet is named with -f, not with -C");
	if (before > v->most || ((v->look != NULL || v->is_init) && x->o->behind > 0))
		return err_set(e, ERR_USAGE, "unexpected argument '%s'",
		    x->operands[before > v->most ? v->most + 1 : before + 1]);
	if (before < v->least)
		return err_set(e, ERR_USAGE, "'fleet %s' takes %s", v->name,
		    v->is_init ? "names of accounts" : "a directory of files");
	if (x->o->behind > FLEET_DRIVE_WORDS - 1)
		return err_set(
		    e, ERR_USAGE, "at most %d words may follow '--'", FLEET_DRIVE_WORDS - 1);
	if (own->max_age != NULL && v->look != fleet_look_status)
		return err_set(e, ERR_USAGE, "--max-age belongs to 'fleet status'");
	if ((own->client_id != NULL || own->key_file != NULL) && !v->is_init)
		return err_set(e, ERR_USAGE, "--client-id and --key-file belong to 'fleet init'");
	if (own->out != NULL && v->look != fleet_look_report)
		return err_set(e, ERR_USAGE, "--out belongs to 'fleet report'");
	return 0;
}

static int
check(struct invocation *x, struct err *e)
{
	struct fleet_options *own = x->own;

	own->part = (struct roster_shard){ 0, 1 };
	if (check_words(x, own, e) < 0 || check_until(own, e) < 0)
		return -1;
	if (own->shard != NULL && roster_parse_shard(own->shard, &own->part, e) < 0)
		return -1;
	if (options_max_age(own->max_age, &own->limit, e) < 0)
		return -1;
	return options_now(own->now, &own->now_us, e);
}

/* All accounts, and those of them that are meant. */
static int
load(struct job *g, struct err *e)
{
	struct fleet *f = &g->f;
	const struct fleet_options *own = g->own;
	size_t only = 0;

	while (only < ONLY_MOST && own->only[only] != NULL)
		only++;
	if (roster_load(f->a, own->fleet == NULL ? "." : own->fleet, &f->whole, e) < 0 ||
	    fleet_file_load(f->a, f->whole.dir, &f->file, e) < 0 ||
	    limits_offer(f->whole.dir, e) < 0)
		return -1;
	if (f->whole.is_account)
		say(f->o, SAY_WARNING,
		    "the fleet's directory is an account itself, and not one of the fleet");
	f->roster = f->whole;
	f->roster.list = arena_copy(f->a, f->whole.list, f->whole.n * sizeof(*f->whole.list));
	return roster_choose(&f->roster, own->part, own->only, only, e);
}

static int
make(struct job *g, struct err *e)
{
	const struct fleet_options *own = g->own;

	return fleet_init(&(struct fleet_init){ .o = g->x->o,
	                      .a = g->f.a,
	                      .fleet = own->fleet == NULL ? "." : own->fleet,
	                      .names = g->x->operands + 1,
	                      .n = g->x->n - 1,
	                      .client_id = own->client_id,
	                      .key_file = own->key_file },
	    e);
}

static int
run(struct invocation *x, struct err *e)
{
	const struct fleet_options *own = x->own;
	struct job g = { .x = x, .own = own, .verb = find_verb(x->operands[0]) };

	g.f = (struct fleet){ .o = x->o,
		.a = &x->a,
		.now = own->now_us,
		.limit = own->limit,
		.is_json = own->json,
		.out = own->out };
	if (g.verb->is_init)
		return make(&g, e);
	if (load(&g, e) < 0)
		return -1;
	return g.verb->look != NULL ? g.verb->look(&g.f, e) : for_each(&g, e);
}

const struct command cmd_fleet = {
	.name = "fleet",
	.synopsis = "COMMAND [-f FLEET] [NAME... | DIR] [-- OPTIONS]",
	.summary = "run one command for many accounts",
	.help = help,
	.options = options,
	.size = sizeof(struct fleet_options),
	.least = 1,
	.most = SIZE_MAX,
	.operands = "a command: list, status, report, run, check, process, push, verify, adopt or "
	            "init",
	.exits = { [0] = "done, or nothing to do",
	    [1] = "an account failed, or was ended by a signal; status: one is older than\n"
	          "--max-age",
	    [2] = "the command line or fleet.json is wrong, or so are the settings or the key of\n"
	          "an account",
	    [3] = "done, but something new of an account needs a look",
	    [4] = "a snapshot of an account was refused",
	    [5] = "the mass-change breaker stopped an account",
	    [6] = "an account was not reached: it is locked, Flowhub did not answer, or there was\n"
	          "no time left" },
	.check = check,
	.run = run,
};
