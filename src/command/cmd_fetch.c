/* cmd_fetch.c -- flowstory fetch: reads the account from Flowhub into a new snapshot. */
#include <stdio.h>

#include "account/settings_load.h"
#include "base/host.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "command/fetch_account.h"
#include "command/json_out.h"
#include "command/run_line.h"
#include "flowhub/plan.h"
#include "lib/json_writer.h"

static const char help[] =
    "Reads the account from Flowhub into a new snapshot, all of it or nothing. The\n"
    "client id and the key come from FLOWHUB_CLIENT_ID and FLOWHUB_API_KEY, or from\n"
    "client_id and api_key_file of flowstory.json. See flowstory-fetch(7).\n";

struct fetch_options {
	bool plan, resume, restart, json;
};

static const struct option options[] = {
	OPTION(struct fetch_options, plan, "--plan",
	    .help = "print what would be read, and read nothing", .needs = NEEDS_ACCOUNT),
	OPTION(struct fetch_options, resume, "--resume",
	    .help = "resume an unfinished first fetch, however old it is", .is_exclusive = true),
	OPTION(struct fetch_options, restart, "--restart",
	    .help = "start an unfinished first fetch again", .is_exclusive = true),
	OPTION(struct fetch_options, json, "--json", .help = "print the plan as JSON"),
	{ 0 },
};

static void
print_text(const struct plan *p)
{
	struct buf b = { 0 };

	buf_z(&b, "locations\n");
	for (size_t i = 0; i < p->n; i++) {
		plan_step_text(&p->steps[i], &b);
		buf_printf(&b, " (%s)\n", plan_reason_text(p->steps[i].why));
	}
	buf_printf(&b,
	    "customers named by orders but not known, and those the list leaves out, by id\n"
	    "at least %zu calls\n",
	    plan_calls(p));
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
}

static void
print_step(struct doc *steps, const struct plan_step *s)
{
	struct doc *d = doc_in_object(steps, NULL);
	static const char *const kinds[] = { "all", "created", "updated", "id" };

	doc_text(d, "resource", str_c(manifest_resource(s->request.resource)));
	if (s->request.resource == RESOURCE_ORDERS)
		doc_text(d, "location", s->request.location);
	doc_text(d, "scope", str_c(kinds[s->scope.kind]));
	if (s->scope.kind == SCOPE_CREATED) {
		doc_time(d, "from", s->scope.from);
		doc_time(d, "to", s->scope.to);
	} else if (s->scope.kind == SCOPE_UPDATED) {
		doc_text(d, "after", s->scope.detail);
	}
	doc_text(d, "why", str_c(plan_reason_text(s->why)));
}

static void
print_json(const struct plan *p)
{
	struct doc *d = doc_object(), *steps;

	doc_time(d, "taken_at", p->taken_at);
	doc_bool(d, "first", p->is_first);
	doc_u64(d, "calls_at_least", plan_calls(p));
	steps = doc_in_array(d, "steps");
	for (size_t i = 0; i < p->n; i++)
		print_step(steps, &p->steps[i]);
	json_out_print(d);
}

static int
show_plan(struct invocation *x, bool is_json, struct err *e)
{
	const char *account = x->o->account;
	struct settings settings;
	struct plan plan;
	int rc = settings_load(&settings, account, e);

	if (rc == 0)
		rc = fetch_plan(&x->a, account, &settings.flowhub, host_now(), &plan, e);
	if (rc == 0)
		(is_json ? print_json : print_text)(&plan);
	settings_release(&settings);
	return rc;
}

static int
run(struct invocation *x, struct err *e)
{
	const struct fetch_options *own = x->own;
	int64_t begun = host_ticks();
	struct fetch_result r;
	int status;

	if (own->plan)
		return show_plan(x, own->json, e);
	status = fetch_account(x->o,
	    own->restart  ? FETCH_RESUME_NONE
	    : own->resume ? FETCH_RESUME_ANY
	                  : FETCH_RESUME_RECENT,
	    &r, e);
	run_line_fetch(x->o, &r, status, host_ticks() - begun);
	return status;
}

const struct command cmd_fetch = {
	.name = "fetch",
	.synopsis = "[--plan [--json]] [--resume | --restart]",
	.summary = "read the account into a new snapshot",
	.help = help,
	.options = options,
	.size = sizeof(struct fetch_options),
	.needs = NEEDS_LOCK,
	.is_stoppable = true,
	.exits = { [1] = "failed, or Flowhub has not answered for longer than 'stale_after'",
	    [2] = "settings are wrong, or Flowhub refused the client id or the key",
	    [3] = "done, but a location was left out or a list stayed in doubt, and that is new",
	    [6] = "another run holds the lock, or Flowhub did not answer" },
	.run = run,
};
