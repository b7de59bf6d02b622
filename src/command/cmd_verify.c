/* cmd_verify.c -- flowstory verify: is every file intact, and the state what follows from them? */
#include <stdio.h>

#include "account/terms.h"
#include "base/timestamp.h"
#include "base/host.h"
#include "base/interrupt.h"
#include "command/command.h"
#include "command/command_host.h"
#include "command/json_out.h"
#include "command/message.h"
#include "erase/tombstones.h"
#include "lib/json_writer.h"
#include "timemachine/verify_bases.h"
#include "timemachine/verify_exports.h"
#include "timemachine/verify_note.h"
#include "timemachine/verify_pages.h"
#include "timemachine/verify_rebuild.h"
#include "timemachine/verify_snapshots.h"
#include "timemachine/verify_state.h"
#include "timemachine/verify_terms.h"

static const char help[] =
    "Checks every digest: the pages and manifests of all snapshots, the chain of\n"
    "diffs, the files of all exports, the terms; and that the state can be read.\n"
    "Lists each fault with the file, what it means and how to repair it. A file that\n"
    "no manifest names is a note. verify.json keeps when it looked and what it\n"
    "found.\n";

struct verify_options {
	bool rebuild, json;
};

static const struct option options[] = {
	OPTION(struct verify_options, rebuild, "--rebuild",
	    .help = "also build the state again from the snapshots, in a hidden\n"
	            "directory that is removed, and compare the two key by key",
	    .needs = NEEDS_ACCOUNT | NEEDS_LOCK),
	OPTION(struct verify_options, json, "--json", .help = "print JSON"),
	{ 0 },
};

struct verification {
	struct invocation *x;
	bool rebuild;
	struct verify_state state;
	struct verify_snapshot *list;
	size_t n;
	uint64_t parts[PARTS]; /* files that are there */
	uint64_t pages, files, pruned, bases;
	struct findings findings;
};

static void
print_finding(const struct finding *x)
{
	if (finding_is_note(x)) {
		printf("note: %.*s: %.*s\n", STR_ARG(x->file), STR_ARG(x->what));
		return;
	}
	printf("%.*s: ", STR_ARG(x->file));
	if (x->record >= 0)
		printf("record %lld: ", (long long)x->record);
	if (x->at != ERR_NOWHERE)
		printf("byte %llu: ", (unsigned long long)x->at);
	printf("%.*s\n    means   %s\n    repair  %s\n", STR_ARG(x->what), finding_means(x),
	    finding_repair(x));
}

static void
print_count(const char *before, uint64_t n, const char *what)
{
	printf("%s%llu %s%s", before, (unsigned long long)n, what, say_plural(n));
}

static void
print_text(const struct verification *g)
{
	for (size_t i = 0; i < g->findings.n; i++)
		if (!g->x->o->quiet || !finding_is_note(&g->findings.list[i]))
			print_finding(&g->findings.list[i]);
	if (g->x->o->quiet && g->findings.faults == 0)
		return;
	print_count("", g->parts[PART_MANIFEST] - g->pruned, "snapshot");
	print_count(" with ", g->pages, "page");
	if (g->bases > 0)
		print_count(", ", g->bases, "base");
	print_count(", ", g->parts[PART_DIFF], "diff");
	print_count(", ", g->parts[PART_EXPORT], "export");
	print_count(" with ", g->files, "file");
	printf(", %s: ", !g->state.is_there ? "no state"
	                 : g->rebuild       ? "the state rebuilt"
	                                    : "the state");
	if (g->findings.faults == 0)
		puts("no fault");
	else
		printf("%zu fault%s\n", g->findings.faults, say_plural(g->findings.faults));
}

static void
print_json(const struct verification *g)
{
	struct doc *d = doc_object(), *faults, *notes;

	doc_u64(d, "snapshots", g->parts[PART_MANIFEST] - g->pruned);
	doc_u64(d, "pruned", g->pruned);
	doc_u64(d, "bases", g->bases);
	doc_u64(d, "pages", g->pages);
	doc_u64(d, "diffs", g->parts[PART_DIFF]);
	doc_u64(d, "exports", g->parts[PART_EXPORT]);
	doc_u64(d, "files", g->files);
	doc_bool(d, "state", g->state.is_there);
	doc_bool(d, "rebuilt", g->rebuild);
	faults = doc_in_array(d, "faults");
	notes = doc_in_array(d, "notes");
	for (size_t i = 0; i < g->findings.n; i++) {
		const struct finding *x = &g->findings.list[i];
		struct doc *y = doc_in_object(finding_is_note(x) ? notes : faults, NULL);

		doc_text(y, "file", x->file);
		if (x->record >= 0)
			doc_i64(y, "record", x->record);
		if (x->at != ERR_NOWHERE)
			doc_u64(y, "byte", x->at);
		doc_text(y, "what", x->what);
		doc_text(y, "means", str_c(finding_means(x)));
		doc_text(y, "repair", str_c(finding_repair(x)));
	}
	json_out_print(d);
}

/* The state is read first: what a run adds meanwhile is newer than all that it names. */
static void
check_state(struct verification *g)
{
	struct err e = ERR_INIT;

	if (verify_state_read(&g->x->a, g->x->o->account, true, &g->state, &e) < 0)
		finding_error(&g->findings, FINDING_STATE, STR("state/data.mdb"), &e);
}

static void
check_settings(struct verification *g)
{
	struct terms terms = { 0 };
	struct err e = ERR_INIT;

	if (terms_present(&terms, g->x->o->account, &e) < 0)
		finding_error(&g->findings, FINDING_SETTINGS, STR("flowstory.json"), &e);
	terms_release(&terms);
}

/* Both files may be lost, as in a backup that was put together by hand; manifests still tell. */
static void
check_tombstones(struct verification *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->list[i].manifest.erased_at.n > 0) {
			finding_add(&g->findings, FINDING_TOMBSTONES, STR("erased.json"),
			    "it is missing, and snapshot %.*s says that somebody was erased",
			    STR_ARG(g->list[i].id));
			return;
		}
}

/* Why the chain has another end than it had. */
static int
check_erased(struct verification *g, struct err *e)
{
	struct tombstones t = { 0 };
	int rc = tombstones_load(&t, g->x->o->account, e);

	for (size_t i = 0; rc == 0 && i < t.n; i++)
		finding_add(&g->findings, FINDING_ERASED, STR("erased.json"),
		    "a customer was erased on %.*s; the chain of diffs ended in %.12s before, and "
		    "in "
		    "%.12s then",
		    STR_ARG(timestamp_text(&g->x->a, t.list[i].at)),
		    t.list[i].head_before.n > 0 ? t.list[i].head_before.p : "nothing",
		    t.list[i].head_after.n > 0 ? t.list[i].head_after.p : "nothing");
	if (rc == 0 && t.key.n == 0)
		check_tombstones(g);
	tombstones_release(&t);
	return rc;
}

static int
check_files(struct verification *g, struct err *e)
{
	const char *account = g->x->o->account;

	if (verify_snapshots_read(&g->x->a, account, &g->state, &g->list, &g->n, e) < 0)
		return -1;
	if (check_erased(g, e) < 0)
		return -1;
	if (verify_terms(account, &g->state, &g->findings, e) < 0)
		return -1;
	verify_snapshots(g->list, g->n, &g->findings);
	g->pages = verify_pages(account, g->x->o->jobs, g->list, g->n, &g->findings);
	g->files = verify_exports(account, g->list, g->n, &g->findings);
	if (verify_bases(account, &g->state, &g->bases, &g->findings, e) < 0)
		return -1;
	for (size_t i = 0; i < g->n; i++)
		g->pruned += g->list[i].is_pruned;
	for (size_t i = 0; i < g->n; i++)
		for (size_t part = 0; part < PARTS; part++)
			g->parts[part] += g->list[i].parts[part].is_there;
	return 0;
}

/* Where it fails, the reason is nearly always a page that was named already. */
static void
check_rebuild(struct verification *g)
{
	struct command_host h = { .o = g->x->o };
	const struct host host = command_host(&h);
	const struct verify_rebuild r = { .account = g->x->o->account,
		.jobs = g->x->o->jobs,
		.state = &g->state,
		.host = &host,
		.pages_done = &h.pages };
	struct err e = ERR_INIT;

	if (g->state.n == 0) {
		g->rebuild = false;
		say(g->x->o, SAY_INFO, "there is no state to compare with");
		return;
	}
	if (verify_rebuild(&r, &g->findings, &e) < 0 && e.kind != ERR_INTERRUPTED)
		finding_error(&g->findings, FINDING_OTHER, STR("state/data.mdb"), &e);
	command_host_end(&h);
}

/* Where nothing can be written, as in a backup, the check is worth as much. */
static void
leave_note(const struct verification *g)
{
	const struct verify_note note = {
		.at = host_now(),
		.is_rebuilt = g->rebuild,
		.snapshot = g->state.n > 0 ? g->state.list[g->state.n - 1].id : STR(""),
		.snapshots = g->parts[PART_MANIFEST],
		.pages = g->pages,
		.diffs = g->parts[PART_DIFF],
		.exports = g->parts[PART_EXPORT],
		.files = g->files,
		.faults = g->findings.faults,
	};
	struct err why = ERR_INIT;

	if (verify_note_save(g->x->o->account, &note, &why) < 0)
		say(g->x->o, SAY_INFO, "the result was not recorded in verify.json: %s", why.msg);
}

/* What was found so far is said; that nothing else is there is not known. */
static int
stop(const struct verification *g, struct err *e)
{
	const struct verify_options *own = g->x->own;

	for (size_t i = 0; i < g->findings.n && !own->json; i++)
		if (!finding_is_note(&g->findings.list[i]))
			print_finding(&g->findings.list[i]);
	err_set(e, ERR_INTERRUPTED, "interrupted: %llu page%s checked, %zu fault%s so far",
	    (unsigned long long)g->pages, say_plural(g->pages), g->findings.faults,
	    say_plural(g->findings.faults));
	return err_advise(e, "A check leaves nothing behind. Run the same command to start again.");
}

static int
verify(struct verification *g, struct err *e)
{
	const struct verify_options *own = g->x->own;

	check_state(g);
	check_settings(g);
	if (check_files(g, e) < 0)
		return -1;
	if (g->rebuild && !interrupt_is_asked())
		check_rebuild(g);
	if (interrupt_is_asked())
		return stop(g, e);
	(own->json ? print_json : print_text)(g);
	leave_note(g);
	return g->findings.faults > 0 ? STATUS_FAILED : STATUS_DONE;
}

static int
run(struct invocation *x, struct err *e)
{
	const struct verify_options *own = x->own;
	struct verification g = { .x = x, .rebuild = own->rebuild };
	int rc = verify(&g, e);

	finding_release(&g.findings);
	return rc;
}

const struct command cmd_verify = {
	.name = "verify",
	.synopsis = "[--rebuild] [--json]",
	.summary = "check every digest, and that the state can be rebuilt",
	.help = help,
	.options = options,
	.size = sizeof(struct verify_options),
	.needs = NEEDS_ACCOUNT,
	.is_stoppable = true,
	.exits = { [0] = "no fault",
	    [1] = "faults were found, or the check failed",
	    [2] = "the command line is wrong",
	    [6] = "--rebuild: another run holds the lock" },
	.run = run,
};
