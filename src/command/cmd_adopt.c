/* cmd_adopt.c -- flowstory adopt: makes a snapshot of files that were exported by other means. */
#include <string.h>

#include "base/host.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "command/message.h"
#include "snapshot/adopt.h"

#define LOCATION_MOST 128 /* bytes of its id */

static const char help[] =
    "Makes a snapshot of files that were exported by other means. Their bytes are\n"
    "kept; whether a file holds customers or orders is detected from its content.\n"
    "\n"
    "Without --created and --partial the files are complete: a record that is not in\n"
    "them is removed.\n";

struct adopt_options {
	const char *taken_at, *created, *location;
	bool partial;
	struct adoption adoption; /* all of it, once checked */
};

static const struct option options[] = {
	OPTION(struct adopt_options, taken_at, "--taken-at", .value = "TIME",
	    .help = "when they were exported, e.g. 2026-11-23T04:00:00Z", .is_required = true),
	OPTION(struct adopt_options, created, "--created", .value = "FROM..TO",
	    .help = "they hold every order created in [FROM, TO)", .is_exclusive = true),
	OPTION(struct adopt_options, partial, "--partial",
	    .help = "records missing from these files are not treated as\n"
	            "removed",
	    .is_exclusive = true),
	OPTION(struct adopt_options, location, "--location", .value = "ID",
	    .help = "the location whose orders they hold"),
	{ 0 },
};

static int
read_range(const char *text, struct adoption *out, struct err *e)
{
	const char *dots = strstr(text, "..");

	if (dots == NULL || !timestamp_parse(str_of(text, (size_t)(dots - text)), &out->from) ||
	    !timestamp_parse(str_c(dots + 2), &out->to) || out->from >= out->to)
		return err_set(e, ERR_USAGE, "--created takes two times FROM..TO, not '%s'", text);
	out->kind = SCOPE_CREATED;
	return 0;
}

static int
check(struct invocation *x, struct err *e)
{
	struct adopt_options *own = x->own;
	struct adoption *out = &own->adoption;

	*out = (struct adoption){ .files = x->operands,
		.n = x->n,
		.kind = own->partial ? SCOPE_UPDATED : SCOPE_ALL,
		.location = str_c(own->location) };
	if (!timestamp_parse(str_c(own->taken_at), &out->taken_at) ||
	    out->taken_at % TIMESTAMP_SECOND != 0)
		return err_set(e, ERR_USAGE,
		    "--taken-at takes a time in whole seconds, e.g. 2026-11-23T04:00:00Z, "
		    "not '%s'",
		    own->taken_at);
	if (out->location.n > LOCATION_MOST ||
	    (own->location != NULL && strchr(own->location, '/') != NULL))
		return err_set(e, ERR_USAGE, "--location takes an id");
	return own->created == NULL ? 0 : read_range(own->created, out, e);
}

static int
run(struct invocation *x, struct err *e)
{
	struct adopt_options *own = x->own;
	struct adopted *pages = arena_zero(&x->a, x->n, sizeof(*pages));

	own->adoption.finished_at = host_now_text(&x->a);
	if (adopt_files(&x->a, x->o->account, &own->adoption, pages, e) < 0)
		return -1;
	for (size_t i = 0; i < x->n; i++)
		say(x->o, SAY_INFO, "%s: %llu %s, as %.*s", x->operands[i],
		    (unsigned long long)pages[i].records,
		    pages[i].resource == RESOURCE_CUSTOMER ? "customer"
		                                           : manifest_resource(pages[i].resource),
		    STR_ARG(pages[i].path));
	return STATUS_DONE;
}

const struct command cmd_adopt = {
	.name = "adopt",
	.synopsis = "FILE... --taken-at TIME\n"
	            "[--created FROM..TO | --partial] [--location ID]",
	.summary = "make a snapshot of exported files",
	.help = help,
	.options = options,
	.size = sizeof(struct adopt_options),
	.needs = NEEDS_LOCK,
	.least = 1,
	.most = SIZE_MAX,
	.operands = "at least one file",
	.exits = { [2] = "the command line is wrong, or a file cannot be adopted" },
	.check = check,
	.run = run,
};
