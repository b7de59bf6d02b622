#include <stdio.h>

#include "account/account.h"
#include "account/terms.h"
#include "base/arena.h"
#include "command/apply_host.h"
#include "command/command.h"
#include "command/json_out.h"
#include "command/message.h"
#include "lib/json_writer.h"
#include "timemachine/verify_exports.h"
#include "timemachine/verify_pages.h"
#include "timemachine/verify_rebuild.h"
#include "timemachine/verify_snapshots.h"
#include "timemachine/verify_state.h"

static const char help[] =
    "Checks every hash there is: the pages and manifests of all snapshots, the\n"
    "chain of diffs, the files of all exports, and that the state can be read.\n"
    "Lists each fault with the file, what it means and how to repair it.\n"
    "\n"
    "  --rebuild  also make the state again from the snapshots, in a hidden\n"
    "             directory that is removed, and compare the two key by key\n"
    "  --json     as JSON\n"
    "\n"
    "Exit status: 0 no fault, 1 faults were found, 75 --rebuild and another\n"
    "run holds the lock.\n";

struct verification {
	const struct options *o;
	bool rebuild;
	struct arena a;
	struct verify_state state;
	struct verify_snapshot *list;
	size_t n;
	uint64_t parts[PARTS]; /* files that are there */
	uint64_t pages, files;
	struct findings findings;
	struct err *e;
};

/* The state is read first: what a run adds meanwhile is newer than all that it names. */
static void
check_state(struct verification *g)
{
	struct err e = ERR_INIT;

	if (verify_state_read(&g->a, g->o->account, true, &g->state, &e) < 0)
		finding_error(&g->findings, FINDING_STATE, STR("state/data.mdb"), &e);
}

static void
check_settings(struct verification *g)
{
	struct terms terms = { 0 };
	struct err e = ERR_INIT;

	if (terms_present(&terms, g->o->account, &e) < 0)
		finding_error(&g->findings, FINDING_SETTINGS, STR("flowstory.json"), &e);
	terms_release(&terms);
}

static int
check_files(struct verification *g)
{
	const char *account = g->o->account;

	if (verify_snapshots_read(&g->a, account, &g->state, &g->list, &g->n, g->e) < 0)
		return -1;
	verify_snapshots(g->list, g->n, &g->findings);
	g->pages = verify_pages(account, g->o->jobs, g->list, g->n, &g->findings);
	g->files = verify_exports(account, g->list, g->n, &g->findings);
	for (size_t i = 0; i < g->n; i++)
		for (size_t part = 0; part < PARTS; part++)
			g->parts[part] += g->list[i].parts[part].is_there;
	return 0;
}

/* Where it fails, the reason is nearly always a page that was named already. */
static void
check_rebuild(struct verification *g)
{
	struct apply_host h = { .o = g->o };
	const struct host host = apply_host(&h);
	const struct verify_rebuild r = { .account = g->o->account,
		.jobs = g->o->jobs,
		.state = &g->state,
		.host = &host,
		.pages_done = &h.bar.done };
	struct err e = ERR_INIT;

	if (g->state.n == 0) {
		g->rebuild = false;
		say(g->o, SAY_INFO, "there is no state to compare with a rebuilt one");
		return;
	}
	if (verify_rebuild(&r, &g->findings, &e) < 0)
		finding_error(&g->findings, FINDING_OTHER, STR("state/data.mdb"), &e);
	apply_host_end(&h);
}

static void
print_finding(const struct finding *x)
{
	printf("%.*s: ", STR_ARG(x->file));
	if (x->record >= 0)
		printf("record %lld: ", (long long)x->record);
	if (x->at != ERR_NOWHERE)
		printf("byte %llu: ", (unsigned long long)x->at);
	printf("%.*s\n    means   %s\n    repair  %s\n", STR_ARG(x->what), finding_means(x),
	    finding_repair(x));
}

static void
print_text(const struct verification *g)
{
	for (size_t i = 0; i < g->findings.n; i++)
		print_finding(&g->findings.list[i]);
	if (g->o->quiet && g->findings.n == 0)
		return;
	printf("%llu snapshots with %llu pages, %llu diffs, %llu exports with %llu files, %s: ",
	    (unsigned long long)g->parts[PART_MANIFEST], (unsigned long long)g->pages,
	    (unsigned long long)g->parts[PART_DIFF], (unsigned long long)g->parts[PART_EXPORT],
	    (unsigned long long)g->files,
	    !g->state.is_there ? "no state"
	    : g->rebuild       ? "the state rebuilt"
	                       : "the state");
	if (g->findings.n == 0)
		puts("no fault");
	else
		printf("%zu %s\n", g->findings.n, g->findings.n == 1 ? "fault" : "faults");
}

static void
print_json(const struct verification *g)
{
	struct doc *d = doc_object(), *list;

	doc_u64(d, "snapshots", g->parts[PART_MANIFEST]);
	doc_u64(d, "pages", g->pages);
	doc_u64(d, "diffs", g->parts[PART_DIFF]);
	doc_u64(d, "exports", g->parts[PART_EXPORT]);
	doc_u64(d, "files", g->files);
	doc_bool(d, "state", g->state.is_there);
	doc_bool(d, "rebuilt", g->rebuild);
	list = doc_in_array(d, "faults");
	for (size_t i = 0; i < g->findings.n; i++) {
		const struct finding *x = &g->findings.list[i];
		struct doc *y = doc_in_object(list, NULL);

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

static int
verify(struct verification *g)
{
	check_state(g);
	check_settings(g);
	if (check_files(g) < 0)
		return -1;
	if (g->rebuild)
		check_rebuild(g);
	(g->o->json ? print_json : print_text)(g);
	return g->findings.n > 0 ? STATUS_FAILED : STATUS_DONE;
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	struct verification g = { .o = &o, .e = e };
	const struct arg own[] = {
		{ "--rebuild", NULL, &g.rebuild, NULL },
		{ "--json", NULL, &o.json, NULL },
	};
	struct lock lock = LOCK_INIT;
	int rc = command_args("verify", own, 2, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(e, ERR_USAGE, "verify takes no '%s'", argv[1]);
	if (account_check(o.account, e) < 0 ||
	    (g.rebuild && account_lock(&lock, o.account, "flowstory verify", e) < 0))
		return -1;
	rc = verify(&g);
	finding_release(&g.findings);
	lock_release(&lock);
	arena_release(&g.a);
	return rc;
}

const struct command cmd_verify = {
	.name = "verify",
	.synopsis = "[--rebuild] [--json]",
	.summary = "check every hash, and that the state can be rebuilt",
	.help = help,
	.run = run,
};
