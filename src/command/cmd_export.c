/* cmd_export.c -- flowstory export: writes import files as of the last snapshot. */
#include "account/terms.h"
#include "account/terms_history.h"
#include "base/file.h"
#include "command/command.h"
#include "command/find_customer.h"
#include "command/message.h"
#include "dailystory/full_export.h"

static const char help[] =
    "Writes import files as of the last snapshot applied into a new directory. The\n"
    "account is not changed. Give --full or --since.\n";

struct export_options {
	bool full;
	const char *since, *out;
};

static const struct option options[] = {
	OPTION(struct export_options, full, "--full",
	    .help = "all contacts, and all members of all segments", .is_exclusive = true),
	OPTION(struct export_options, since, "--since", .value = "ID",
	    .help = "the contacts exported after that snapshot, as they are now\n"
	            "(after an import that was missed)",
	    .is_exclusive = true),
	OPTION(struct export_options, out, "--out", .value = "DIR", .help = "the directory to make",
	    .is_required = true),
	{ 0 },
};

struct exporting {
	struct invocation *x;
	struct terms terms;
	struct segment_set rules;
	struct applied last;
	struct export_source source;
	uint32_t since;
	struct export_dir out;
	struct err *e;
};

static int
check(struct invocation *x, struct err *e)
{
	const struct export_options *own = x->own;

	if (!own->full && own->since == NULL)
		return err_set(e, ERR_USAGE, "--full or --since ID is missing");
	if (dir_exists(own->out) || file_exists(own->out))
		return err_set(e, ERR_USAGE, "'%s' already exists", own->out);
	return 0;
}

static int
load_rules(struct exporting *g)
{
	struct state *s = &g->x->s;
	struct str text;
	int rc = state_meta(s, "rules", &text, g->e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "no rules");
	return segment_parse(&g->x->a, "rules of the last snapshot", text, &g->rules, g->e);
}

/* The settings the last snapshot was exported with; if that record is gone, the account's own. */
static int
load_terms(struct exporting *g)
{
	const char *account = g->x->o->account;
	int rc = terms_history_load(&g->terms, account, g->last.id, g->e);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return terms_present(&g->terms, account, g->e);
}

static int
write_files(struct exporting *g)
{
	const struct export_options *own = g->x->own;
	struct state *s = &g->x->s;
	struct applied since;
	uint32_t number, from = 0;

	if (state_snapshot_find(s, NULL, &number, &g->last, g->e) < 0 || load_rules(g) < 0 ||
	    load_terms(g) < 0)
		return -1;
	g->source = (struct export_source){
		.snapshot = g->last.id,
		.applied = &g->last,
		.as_of = g->last.as_of,
		.rules = &g->rules,
		.settings = &g->terms.settings.export,
		.settings_text = g->terms.settings_text,
	};
	if (own->since != NULL && state_snapshot_find(s, own->since, &from, &since, g->e) < 0)
		return -1;
	if (export_dir_begin(&g->out, own->out, FILE_DURABLE, g->e) < 0 ||
	    full_export_write(&g->out, s, &g->source, from, g->e) < 0)
		return -1;
	return export_dir_commit(&g->out, NULL, g->e);
}

static int
run(struct invocation *x, struct err *e)
{
	const struct export_options *own = x->own;
	struct exporting g = { .x = x, .e = e };
	int rc = write_files(&g);

	export_dir_release(&g.out);
	terms_release(&g.terms);
	if (rc == 0)
		say(x->o, SAY_INFO, "written to '%s'", own->out);
	return rc;
}

const struct command cmd_export = {
	.name = "export",
	.synopsis = "(--full | --since ID) --out DIR",
	.summary = "write complete lists, or what a missed import lacks",
	.help = help,
	.options = options,
	.size = sizeof(struct export_options),
	.needs = NEEDS_STATE,
	.check = check,
	.run = run,
};
