#include <stdio.h>

#include "base/host.h"
#include "base/arena.h"
#include "base/timestamp.h"
#include "account/account.h"
#include "command/command.h"
#include "command/fetch_account.h"
#include "command/json_out.h"
#include "account/settings.h"
#include "flowhub/plan.h"
#include "lib/json_writer.h"

static const char help[] =
    "Reads the account from Flowhub into a new snapshot, whole or not at all.\n"
    "The client id and the key come from FLOWHUB_CLIENT_ID and\n"
    "FLOWHUB_API_KEY, or from flowstory.json. See flowstory-fetch(7).\n"
    "\n"
    "  --plan     print what would be read, and read nothing\n"
    "  --resume   take up an unfinished first read, however old it is\n"
    "  --restart  begin an unfinished first read anew\n"
    "  --json     the plan as JSON\n"
    "\n"
    "Exit status: 0 done, 1 failed and nothing changed, 2 usage, settings, or\n"
    "the client id or key was refused, 3 done, but a list stayed in doubt,\n"
    "75 another run holds the lock, or Flowhub did not answer.\n";

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
	    "customers that orders name and nobody knows, by id\n"
	    "at least %zu calls\n",
	    plan_calls(p));
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
}

static void
print_step(struct doc *steps, const struct plan_step *s)
{
	struct doc *d = doc_in_object(steps, NULL);
	struct buf b = { 0 };
	static const char *const kinds[] = { "all", "created", "updated", "id" };

	doc_text(d, "resource", str_c(manifest_resource(s->request.resource)));
	if (s->request.resource == RESOURCE_ORDERS)
		doc_text(d, "location", s->request.location);
	doc_text(d, "scope", str_c(kinds[s->scope.kind]));
	if (s->scope.kind == SCOPE_CREATED) {
		timestamp_format(&b, s->scope.from);
		doc_text(d, "from", buf_view(&b));
		buf_reset(&b);
		timestamp_format(&b, s->scope.to);
		doc_text(d, "to", buf_view(&b));
	} else if (s->scope.kind == SCOPE_UPDATED) {
		doc_text(d, "after", s->scope.detail);
	}
	doc_text(d, "why", str_c(plan_reason_text(s->why)));
	buf_release(&b);
}

static void
print_json(const struct plan *p)
{
	struct doc *d = doc_object(), *steps;
	struct buf b = { 0 };

	timestamp_format(&b, p->taken_at);
	doc_text(d, "taken_at", buf_view(&b));
	doc_bool(d, "first", p->is_first);
	doc_u64(d, "calls_at_least", plan_calls(p));
	steps = doc_in_array(d, "steps");
	for (size_t i = 0; i < p->n; i++)
		print_step(steps, &p->steps[i]);
	buf_release(&b);
	json_out_print(d);
}

/* The clock is read here and nowhere below. */
static int
show_plan(const struct options *o, struct err *e)
{
	struct settings settings;
	struct arena a = { 0 };
	struct plan plan;
	int rc = account_check(o->account, e);

	if (rc < 0)
		return -1;
	rc = settings_load(&settings, o->account, e);
	if (rc == 0)
		rc = fetch_plan(&a, o->account, &settings.flowhub, host_now(), &plan, e);
	if (rc == 0 && o->json)
		print_json(&plan);
	else if (rc == 0)
		print_text(&plan);
	settings_release(&settings);
	arena_release(&a);
	return rc;
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	bool plan = false, resume = false, restart = false;
	const struct arg own[] = {
		{ "--plan", NULL, &plan, NULL },
		{ "--resume", NULL, &resume, NULL },
		{ "--restart", NULL, &restart, NULL },
		{ "--json", NULL, &o.json, NULL },
	};
	struct fetch_result r;
	struct lock lock;
	int rc = command_args("fetch", own, 4, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "fetch takes no '%s'", argv[1]);
	if (resume && restart)
		return err_set(e, ERR_USAGE, "--resume and --restart exclude each other");
	if (plan)
		return show_plan(&o, e);
	if (account_lock(&lock, o.account, "flowstory fetch", e) < 0)
		return -1;
	rc = fetch_account(&o,
	    restart  ? FETCH_RESUME_NONE
	    : resume ? FETCH_RESUME_ANY
	             : FETCH_RESUME_RECENT,
	    &r, e);
	lock_release(&lock);
	return rc;
}

const struct command cmd_fetch = {
	.name = "fetch",
	.synopsis = "[--plan [--json]] [--resume | --restart]",
	.summary = "read the account into a new snapshot",
	.help = help,
	.run = run,
};
