#include <stdio.h>

#include "base/arena.h"
#include "base/file.h"
#include "account/account.h"
#include "command/command.h"
#include "account/terms.h"
#include "command/message.h"
#include "dailystory/full_export.h"

static const char help[] =
    "Writes import files as of the last snapshot applied into a new\n"
    "directory; the account is not changed.\n"
    "\n"
    "  --full      all contacts, all members of all segments\n"
    "  --since ID  the contacts exported after that snapshot, in their latest\n"
    "              form (for an import that was missed)\n"
    "  --out DIR   the directory to make\n";

struct export_options {
	bool full;
	const char *since, *out;
};

struct exporting {
	const struct options *o;
	struct arena a;
	struct state s;
	struct terms policy;
	struct segment_set rules;
	struct applied last;
	struct export_source source;
	uint32_t since;
	struct export_dir out;
	struct err *e;
};

static int
begin(struct exporting *g)
{
	struct str text;
	int rc = state_open(&g->s, g->o->account, false, g->e);

	if (rc < 0)
		return -1;
	if (rc == 0 || g->s.totals.applied == 0) {
		err_set(g->e, ERR_FAILED, "no snapshot is applied yet");
		return err_advise(g->e, "Run 'flowstory process' first.");
	}
	if (state_applied_must(&g->s, (uint32_t)g->s.totals.applied, &g->last, g->e) < 0)
		return -1;
	rc = state_meta(&g->s, "rules", &text, g->e);
	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "no rules");
	if (segment_parse(&g->a, "rules of the last snapshot", text, &g->rules, g->e) < 0)
		return -1;
	return 0;
}

/* The settings the last snapshot was exported with; the account's present ones if that record is
 * gone. */
static int
choose_settings(struct exporting *g)
{
	struct terms present = { 0 };
	int rc = terms_present(&present, g->o->account, g->e);

	if (rc == 0)
		rc = terms_recorded(&g->policy, g->o->account, g->last.id, &present, NULL, g->e);
	if (rc == 0) {
		g->policy = present;
		return 0;
	}
	terms_release(&present);
	return rc < 0 ? -1 : 0;
}

static int
write_out(struct exporting *g, const struct export_options *r)
{
	struct applied since;

	if (begin(g) < 0 || choose_settings(g) < 0)
		return -1;
	g->source = (struct export_source){
		.is_suppress_new = true,
		.snapshot = g->last.id,
		.as_of = g->last.as_of,
		.rules = &g->rules,
		.settings = &g->policy.settings.export,
		.settings_text = buf_view(&g->policy.settings_text),
	};
	if (r->since != NULL && state_snapshot_find(&g->s, r->since, &g->since, &since, g->e) < 0)
		return -1;
	if (export_dir_begin(&g->out, r->out, FILE_DURABLE, g->e) < 0 ||
	    full_export_write(&g->out, &g->s, &g->source, g->since, g->e) < 0)
		return -1;
	return export_dir_commit(&g->out, NULL, g->e);
}

static int
check_request(const struct options *o, const struct export_options *r, struct err *e)
{
	if (r->full == (r->since != NULL))
		return err_set(e, ERR_USAGE, "export takes either --full or --since ID");
	if (r->out == NULL)
		return err_set(e, ERR_USAGE, "--out DIR is missing");
	if (dir_exists(r->out) || file_exists(r->out))
		return err_set(e, ERR_USAGE, "there is something at '%s' already", r->out);
	return account_check(o->account, e);
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	struct export_options r = { 0 };
	const struct arg own[] = {
		{ "--full", NULL, &r.full, NULL },
		{ "--since", NULL, NULL, &r.since },
		{ "--out", NULL, NULL, &r.out },
	};
	struct exporting g = { .o = &o, .e = e };
	int rc = command_args("export", own, 3, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "export takes no '%s'", argv[1]);
	if (check_request(&o, &r, e) < 0)
		return -1;
	rc = write_out(&g, &r);
	export_dir_release(&g.out);
	terms_release(&g.policy);
	state_close(&g.s);
	arena_release(&g.a);
	if (rc == 0)
		say(&o, SAY_INFO, "written to '%s'", r.out);
	return rc;
}

const struct command cmd_export = {
	.name = "export",
	.synopsis = "(--full | --since ID) --out DIR",
	.summary = "whole lists, or what a missed import lacks",
	.help = help,
	.run = run,
};
