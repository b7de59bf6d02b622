/* cmd_push.c -- flowstory push: makes DailyStory agree with the account. */
#include <stdio.h>

#include "base/num.h"
#include "command/command.h"
#include "command/command_host.h"
#include "command/message.h"
#include "command/print_drift.h"
#include "command/print_push.h"
#include "command/print_rebuilt.h"
#include "command/push_account.h"
#include "command/push_probe.h"
#include "command/run_line.h"
#include "lib/sha256.h"
#include "push/check_note.h"
#include "push/push_check.h"
#include "push/imported.h"

#define SAMPLE 100 /* contacts that --check compares */

static const char help[] =
    "Makes DailyStory agree with the account as of the last snapshot applied: sends\n"
    "what differs from what DailyStory has acknowledged. The token comes from\n"
    "DAILYSTORY_TOKEN or from 'dailystory_token_file'. See flowstory-push(7).\n";

struct push_flags {
	bool plan, json, show, accept, retry, status, rejected, check, all, repair, rebuild;
	const char *expect, *only, *limit, *sample, *imported, *probe;
	uint64_t limit_n, sample_n;
};

static const struct option options[] = {
	OPTION(struct push_flags, plan, "--plan",
	    .help = "print what would be sent, and the plan's hash; with -v\n"
	            "each row; call nobody and write nothing",
	    .is_exclusive = true),
	OPTION(struct push_flags, status, "--status", .help = "print what is pending and rejected",
	    .is_exclusive = true),
	OPTION(struct push_flags, rejected, "--rejected",
	    .help = "print what DailyStory did not take, and why", .is_exclusive = true),
	OPTION(struct push_flags, check, "--check",
	    .help = "compare what DailyStory has with what it acknowledged", .is_exclusive = true),
	OPTION(struct push_flags, sample, "--sample", .value = "N",
	    .help = "compare N contacts (100), those not compared longest first"),
	OPTION(struct push_flags, all, "--all", .help = "compare all of them"),
	OPTION(struct push_flags, repair, "--repair",
	    .help = "let the next push send what differs again, and create\n"
	            "again who was deleted there"),
	OPTION(struct push_flags, rebuild, "--rebuild-acked",
	    .help = "make a damaged journal again, from what of it can be read\n"
	            "and from DailyStory: a call for each contact",
	    .is_exclusive = true),
	OPTION(struct push_flags, imported, "--mark-imported", .value = "ID",
	    .help = "the CSV files of that export, and of all before it,\n"
	            "were imported by hand",
	    .is_exclusive = true),
	OPTION(struct push_flags, probe, "--probe", .value = "EMAIL",
	    .help = "try on one contact of your own what is not known of\n"
	            "DailyStory; asks before each call",
	    .is_exclusive = true),
	OPTION(struct push_flags, json, "--json", .help = "print it as JSON"),
	OPTION(struct push_flags, show, "--show", .help = "do not mask addresses in a plan"),
	OPTION(struct push_flags, expect, "--expect", .value = "HASH",
	    .help = "send only if the plan still has that hash"),
	OPTION(struct push_flags, accept, "--accept-mass-change",
	    .help = "send it although the breaker would stop it"),
	OPTION(
	    struct push_flags, only, "--only", .value = "FH_ID", .help = "send only that customer"),
	OPTION(struct push_flags, retry, "--retry-rejected", .help = "try again what was rejected"),
	OPTION(struct push_flags, limit, "--limit", .value = "N",
	    .help = "send at most N rows; the next push continues"),
	{ 0 },
};

static int
read_count(const char *name, const char *text, uint64_t *n, struct err *e)
{
	if (text == NULL || (num_u64(str_c(text), n) && *n > 0))
		return 0;
	return err_set(e, ERR_USAGE, "%s takes a whole number of at least 1, not '%s'", name, text);
}

/* An option that a command does not look at would be taken for one that it obeys. */
static int
check_belongs(const struct push_flags *own, struct err *e)
{
	bool looks = own->plan || own->status;
	bool prints = looks || own->rejected || own->check || own->rebuild;
	bool sends = !prints && own->imported == NULL && own->probe == NULL;
	const struct {
		const char *name, *to;
		bool is_wrong;
	} options_of[] = {
		{ "--sample", "'push --check'", own->sample != NULL && !own->check },
		{ "--all", "'push --check'", own->all && !own->check },
		{ "--repair", "'push --check'", own->repair && !own->check },
		{ "--show", "'push --plan'", own->show && !own->plan },
		{ "--json", "--plan, --status, --rejected, --check or --rebuild-acked",
		    own->json && !prints },
		{ "--only", "a push, --plan or --status", own->only != NULL && !sends && !looks },
		{ "--retry-rejected", "a push, --plan or --status",
		    own->retry && !sends && !looks },
		{ "--expect", "a push", own->expect != NULL && !sends },
		{ "--limit", "a push", own->limit != NULL && !sends },
		{ "--accept-mass-change", "a push", own->accept && !sends },
	};

	for (size_t i = 0; i < sizeof(options_of) / sizeof(options_of[0]); i++)
		if (options_of[i].is_wrong)
			return err_set(
			    e, ERR_USAGE, "%s belongs to %s", options_of[i].name, options_of[i].to);
	return 0;
}

static int
check(struct invocation *x, struct err *e)
{
	struct push_flags *own = x->own;

	own->sample_n = SAMPLE;
	if (read_count("--limit", own->limit, &own->limit_n, e) < 0 ||
	    read_count("--sample", own->sample, &own->sample_n, e) < 0)
		return -1;
	if (own->all && own->sample != NULL)
		return err_set(
		    e, ERR_USAGE, "%s and %s cannot be used together", "--all", "--sample");
	if (own->expect != NULL && !sha256_is_hex(str_c(own->expect))) {
		err_set(e, ERR_USAGE, "--expect takes a plan's hash, not '%s'", own->expect);
		return err_advise(e, "'flowstory push --plan' prints it in its last line.");
	}
	return check_belongs(own, e);
}

static struct push_plan_options
plan_options(const struct push_flags *own)
{
	return (struct push_plan_options){
		.only = str_c(own->only == NULL ? "" : own->only),
		.retries_letters = own->retry,
		.now = host_now(),
	};
}

/* Nothing is written, and nobody is called. */
static int
look(struct invocation *x, struct err *e)
{
	const struct push_flags *own = x->own;
	struct command_host h = { .o = x->o };
	const struct host host = command_host(&h);
	struct push_plan_options o = plan_options(own);
	const struct print_push_options print = { own->json, x->o->verbose, own->show };
	struct filter filter;
	struct push p;
	int rc = push_account_open(&p, &filter, x->o, false, &host, e);

	o.most = own->plan && x->o->verbose ? 0 : 1;
	if (rc == 0)
		rc = push_require_customer(&p, o.only, e);
	if (rc == 0 && !own->rejected)
		rc = push_look(&p, &o, e);
	if (rc == 0)
		rc = own->rejected ? print_push_rejected(&p, own->json, e)
		     : own->status ? print_push_status(&p, own->json, e)
		                   : print_push_plan(&p, &print, e);
	push_close(&p);
	filter_release(&filter);
	return rc;
}

/* Who had no answer was not compared. */
static int
check_status(const struct push_check *d)
{
	bool differs = d->deleted > 0;

	if (d->unknown > 0)
		return STATUS_BUSY;
	for (size_t i = 0; i < d->n; i++)
		differs = differs || d->fields[i].n[PUSH_CHECK_CHANGED] > 0;
	return differs ? STATUS_NEWS : STATUS_DONE;
}

static int
compare(struct invocation *x, struct push *p, struct err *e)
{
	const struct push_flags *own = x->own;
	const struct push_check_options o = { own->all ? 0 : own->sample_n, own->repair };
	struct push_check d;
	int rc = push_check(p, &o, &d, e), status = check_status(&d);

	/* What was found before stays, where nothing was. */
	if (rc == 0 && (d.contacts > 0 || d.unknown == 0))
		rc = check_note_save(x->o->account, &d, e);
	if (rc == 0)
		print_drift(x->o, &d, own->json);
	if (rc == 0)
		run_line_check(x->o, &d, status);
	push_check_release(&d);
	return rc < 0 ? -1 : status;
}

static int
mark(struct invocation *x, struct push *p, struct err *e)
{
	const struct push_flags *own = x->own;
	struct imported d;

	if (imported_mark(p, own->imported, &d, e) < 0)
		return -1;
	for (size_t i = 0; i < d.lost_n; i++)
		printf("%.*s\n", STR_ARG(d.lost[i]));
	say(x->o, SAY_INFO, "%llu contact%s noted as imported", (unsigned long long)d.n,
	    say_plural(d.n));
	if (d.lost_n == 0)
		return STATUS_DONE;
	say(x->o, SAY_WARNING,
	    "%llu customer%s who changed since may be in DailyStory as before: no file of exports/ "
	    "has them any more",
	    (unsigned long long)d.lost_n, say_plural(d.lost_n));
	return STATUS_NEWS;
}

/* Who has to be looked at. */
static int
rebuild(struct invocation *x, struct err *e)
{
	const struct push_flags *own = x->own;
	struct command_host h = { .o = x->o };
	const struct host host = command_host(&h);
	struct rebuild_acked d = { 0 };
	struct salvage salvage;
	struct push p;
	int rc = push_open_damaged(&p, x->o->account, &host, &salvage, e);

	if (rc == 0)
		rc = rebuild_acked(&p, &salvage, &d, e);
	command_host_end(&h);
	if (rc == 0)
		print_rebuilt(x->o, &salvage, &d, own->json);
	salvage_close(&salvage, &p.books);
	push_close(&p);
	if (rc < 0)
		return -1;
	return d.gone + d.unbound + d.inactive + d.lost.n + d.moved.n + d.imported + d.erased +
	                   d.unrecognised >
	               0
	           ? STATUS_NEWS
	           : STATUS_DONE;
}

/* What is noted without being sent. */
static int
write_books(struct invocation *x, struct err *e)
{
	const struct push_flags *own = x->own;
	struct command_host h = { .o = x->o };
	const struct host host = command_host(&h);
	struct push p;
	int rc = push_open(&p, x->o->account, true, &host, e);

	if (rc == 0)
		rc = own->check ? compare(x, &p, e) : mark(x, &p, e);
	command_host_end(&h);
	push_close(&p);
	return rc;
}

static int
run(struct invocation *x, struct err *e)
{
	const struct push_flags *own = x->own;
	const struct push_options o = { .plan = plan_options(own),
		.expect = own->expect,
		.accepts_mass_change = own->accept,
		.limit = own->limit_n };
	struct run_log_push line;
	struct push_result r;
	struct err told = ERR_INIT;
	int status;

	if (own->plan || own->status || own->rejected)
		return look(x, e);
	if (own->probe != NULL)
		return push_probe(x->o, own->probe, e);
	if (own->rebuild)
		return rebuild(x, e);
	if (own->check || own->imported != NULL)
		return write_books(x, e);
	status = push_account(x->o, &o, &r, &line, &told);
	/* Asked for wrongly it was none. */
	if (told.kind != ERR_USAGE && told.kind != ERR_DIFFERS)
		run_line_push(x->o, &line);
	return status;
}

const struct command cmd_push = {
	.name = "push",
	.synopsis = "[--plan | --status | --rejected | --check] [--json] [--only FH_ID]",
	.summary = "make DailyStory agree with the account",
	.help = help,
	.options = options,
	.size = sizeof(struct push_flags),
	.needs = NEEDS_ACCOUNT,
	.is_stoppable = true,
	.exits = { [0] = "DailyStory has acknowledged everything",
	    [1] = "failed; what was acknowledged is kept",
	    [2] = "settings are wrong, or DailyStory refused the token",
	    [3] = "done, but DailyStory did not take some rows",
	    [5] = "the breaker stopped it; nothing was sent",
	    [6] = "another push holds the lock, DailyStory did not answer, or 'push_hold'\n"
	          "held rows back for more than a day" },
	.check = check,
	.run = run,
};
