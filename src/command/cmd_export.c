/* cmd_export.c -- flowstory export: import files as of the last snapshot, and which were imported.
 */
#include "account/bookmark.h"
#include "account/settings_load.h"
#include "account/terms.h"
#include "account/terms_history.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "command/find_customer.h"
#include "command/message.h"
#include "dailystory/full_export.h"
#include "dailystory/span_export.h"
#include "push/needed_fields.h"

static const char help[] =
    "Writes import files as of the last snapshot applied into a new directory: all\n"
    "there is, or what changed after a snapshot or a time, each row in its latest\n"
    "form. The files are those of exports/.\n"
    "\n"
    "For imports by hand the account keeps a bookmark: --new writes what changed\n"
    "since the last directory marked as imported with --done.\n";

struct export_options {
	bool full, since_done;
	const char *since, *done, *out;
};

static const struct option options[] = {
	OPTION(struct export_options, full, "--full",
	    .help = "all contacts, and all members of all segments", .is_exclusive = true),
	OPTION(struct export_options, since, "--since", .value = "ID|TIME",
	    .help = "what changed after that snapshot, or after that time\n"
	            "(2026-11-23T04:00:00Z, or a date)",
	    .is_exclusive = true),
	OPTION(struct export_options, since_done, "--new",
	    .help = "what changed since the last import", .is_exclusive = true),
	OPTION(struct export_options, done, "--done", .value = "DIR",
	    .help = "record that DIR was imported; --new continues from there",
	    .is_exclusive = true, .needs = NEEDS_LOCK | NEEDS_STATE),
	OPTION(
	    struct export_options, out, "--out", .value = "DIR", .help = "the directory to make"),
	{ 0 },
};

struct exporting {
	struct invocation *x;
	struct terms terms;
	struct segment_set rules;
	struct applied last, since;
	uint32_t from; /* the number of ${since}; 0: everything is written */
	struct run run;
	struct export_source source;
	struct export_dir out;
	struct err *e;
};

static int
check(struct invocation *x, struct err *e)
{
	const struct export_options *own = x->own;

	if (!own->full && !own->since_done && own->since == NULL && own->done == NULL)
		return err_set(
		    e, ERR_USAGE, "export needs one of --full, --since, --new and --done");
	if (own->done != NULL && own->out != NULL)
		return err_set(e, ERR_USAGE, "--done writes nothing, so it takes no --out");
	if (own->done == NULL && own->out == NULL)
		return err_set(e, ERR_USAGE, "option --out DIR is required");
	if (own->out != NULL && (dir_exists(own->out) || file_exists(own->out)))
		return err_set(e, ERR_USAGE, "'%s' already exists; name a new directory", own->out);
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

/* The last snapshot that is no later than the time; 0: none is. */
static int
find_time(struct exporting *g, int64_t time)
{
	for (uint32_t n = (uint32_t)g->x->s.totals.applied; n > 0; n--) {
		if (state_applied_must(&g->x->s, n, &g->since, g->e) < 0)
			return -1;
		if (g->since.as_of <= time) {
			g->from = n;
			return 0;
		}
	}
	return 0;
}

/* --since: an id, or a time. */
static int
find_since(struct exporting *g, const char *since)
{
	int64_t time;

	if (timestamp_parse_id(str_c(since), &time))
		return state_snapshot_find(&g->x->s, since, &g->from, &g->since, g->e);
	if (timestamp_parse(str_c(since), &time))
		return find_time(g, time);
	err_set(g->e, ERR_USAGE, "'%s' is neither a snapshot nor a time", since);
	return err_advise(g->e, "Write a snapshot as 20261123T040000Z, a time as "
	                        "2026-11-23T04:00:00Z or 2026-11-23.");
}

/* The snapshot of a bookmark: the same id after the same history.  Returns: 1, 0 there is none. */
static int
find_bookmark(struct exporting *g, const struct bookmark *b, uint32_t *number, struct applied *out)
{
	struct state *s = &g->x->s;

	for (uint32_t n = (uint32_t)s->totals.applied; n > 0; n--) {
		if (state_applied_must(s, n, out, g->e) < 0)
			return -1;
		*number = n;
		if (str_eq(out->id, b->snapshot))
			return str_eq(out->diff_sha256, b->diff);
	}
	return 0;
}

/* --new: after the bookmark. */
static int
find_new(struct exporting *g)
{
	struct bookmark b;
	int rc = bookmark_load(&g->x->a, g->x->o->account, &b, g->e);

	if (rc < 0 || b.snapshot.n == 0)
		return rc;
	rc = find_bookmark(g, &b, &g->from, &g->since);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	err_set(g->e, ERR_FAILED, "what was imported up to %.*s is not part of the present history",
	    STR_ARG(b.snapshot));
	return err_advise(g->e,
	    "Snapshots before it were added or removed: import everything that 'flowstory "
	    "export --full --out DIR' writes, then run 'flowstory export --done DIR'.");
}

static int
find_from(struct exporting *g)
{
	const struct export_options *own = g->x->own;

	if (own->since != NULL)
		return find_since(g, own->since);
	return own->since_done ? find_new(g) : 0;
}

/* What a push by the present settings writes besides.  An export needs none, so if they cannot be
 * read there is nothing more. */
static void
find_more_fields(struct exporting *g)
{
	struct settings present = { 0 };
	struct err ignored = ERR_INIT;

	if (settings_load_file(&present, g->x->o->account, &ignored) == 0)
		g->source.more_fields = needed_fields_rows(&g->x->a, &present.push, &g->rules);
	settings_release(&present);
}

static int
write_files(struct exporting *g)
{
	const struct export_options *own = g->x->own;
	struct state *s = &g->x->s;
	uint32_t number;
	int rc;

	if (find_from(g) < 0 || state_snapshot_find(s, NULL, &number, &g->last, g->e) < 0 ||
	    load_rules(g) < 0 || load_terms(g) < 0)
		return -1;
	g->run = (struct run){
		.snapshot = g->last.id,
		.as_of = g->last.as_of,
		.rules = &g->rules,
		.exports = &g->terms.settings.export,
	};
	g->source = (struct export_source){
		.run = &g->run,
		.applied = &g->last,
		.since = g->from > 0 ? g->since.id : (struct str){ 0 },
	};
	find_more_fields(g);
	if (export_dir_begin(&g->out, own->out, FILE_DURABLE, g->e) < 0)
		return -1;
	rc = g->from > 0 ? span_export_write(&g->out, s, &g->source, g->from, g->e)
	                 : full_export_write(&g->out, s, &g->source, g->e);
	if (rc < 0 || interrupt_check(g->e) < 0)
		return -1;
	return export_dir_commit(&g->out, NULL, g->e);
}

static int
fail_gap(struct exporting *g, const struct bookmark *b)
{
	const struct export_options *own = g->x->own;

	if (b->snapshot.n == 0)
		err_set(g->e, ERR_USAGE,
		    "'%s' is not a full export, and nothing was imported before it", own->done);
	else
		err_set(g->e, ERR_USAGE,
		    "'%s' does not begin where the last import ended, with %.*s", own->done,
		    STR_ARG(b->snapshot));
	return err_advise(g->e, "Import what 'flowstory export --new --out DIR' writes.");
}

/* Where the directory begins, as the number of a snapshot. */
static int
find_begin(
    struct exporting *g, const struct bookmark_export *done, uint32_t number, uint32_t *begin)
{
	struct applied ignored;

	*begin = done->is_own ? number - 1 : 0;
	if (done->since.n == 0)
		return 0;
	return state_snapshot_find(&g->x->s, str_z(&g->x->a, done->since), begin, &ignored, g->e);
}

/*
 * A directory has to begin at the bookmark.  One that begins later leaves out what is not imported
 * yet; one that begins earlier does not name who became a contact and ceased to be one since.  Nor
 * does one with everything, but it is what helps when nothing else does.
 * Returns: 1, 0 it is imported already, -1.
 */
static int
judge_done(struct exporting *g, const struct bookmark_export *done, const struct bookmark *before)
{
	const struct export_options *own = g->x->own;
	uint32_t number, begin, bookmark = 0, found;
	struct applied applied;
	int rc = find_bookmark(g, &done->to, &number, &applied);

	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(g->e, ERR_USAGE,
		    "'%s' was not written from this account's present history: export again, and "
		    "import that",
		    own->done);
	if (find_begin(g, done, number, &begin) < 0)
		return -1;
	rc = find_bookmark(g, before, &found, &applied);
	if (rc < 0)
		return -1;
	if (rc > 0)
		bookmark = found;
	if (number <= bookmark)
		return 0;
	if (begin != bookmark && begin != 0)
		return fail_gap(g, before);
	if (begin != bookmark)
		say(g->x->o, SAY_WARNING,
		    "those who stopped being contacts since %.*s are not in '%s': see gone.csv of "
		    "'flowstory export --since %.*s'",
		    STR_ARG(before->snapshot), own->done, STR_ARG(before->snapshot));
	return 1;
}

static int
note_done(struct exporting *g)
{
	const struct export_options *own = g->x->own;
	const char *account = g->x->o->account;
	struct bookmark_export done;
	struct bookmark before;
	int rc;

	if (bookmark_export(&g->x->a, own->done, &done, g->e) < 0 ||
	    bookmark_load(&g->x->a, account, &before, g->e) < 0)
		return -1;
	rc = judge_done(g, &done, &before);
	if (rc > 0 && bookmark_save(account, &done.to, g->e) < 0)
		return -1;
	if (rc >= 0)
		say(g->x->o, SAY_INFO,
		    rc > 0 ? "imported up to %.*s" : "already imported up to %.*s",
		    STR_ARG(done.to.snapshot));
	return rc < 0 ? -1 : 0;
}

static int
run(struct invocation *x, struct err *e)
{
	const struct export_options *own = x->own;
	struct exporting g = { .x = x, .e = e };
	int rc;

	if (own->done != NULL)
		return note_done(&g);
	rc = write_files(&g);
	if (rc < 0 && e->kind == ERR_INTERRUPTED)
		err_set(e, ERR_INTERRUPTED, "interrupted: '%s' was not written", own->out);
	export_dir_release(&g.out);
	terms_release(&g.terms);
	if (rc == 0)
		say(x->o, SAY_INFO, "written to '%s'", own->out);
	if (rc == 0 && own->since_done)
		say(x->o, SAY_INFO, "once it is imported: flowstory export --done '%s'", own->out);
	return rc;
}

const struct command cmd_export = {
	.name = "export",
	.synopsis = "(--full | --since ID|TIME | --new) --out DIR | --done DIR",
	.summary = "write complete lists, or what changed since an import",
	.help = help,
	.options = options,
	.size = sizeof(struct export_options),
	.needs = NEEDS_STATE,
	.exits = { [6] = "--done: another run holds the lock" },
	.is_stoppable = true,
	.check = check,
	.run = run,
};
