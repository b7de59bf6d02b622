/* cmd_adopt.c -- flowstory adopt: makes a snapshot of files that were exported by other means. */
#include <string.h>

#include "base/host.h"
#include "base/timestamp.h"
#include "bases/fold_manifest.h"
#include "command/command.h"
#include "command/message.h"
#include "erase/filter.h"
#include "snapshot/adopt.h"

#define LOCATION_MOST 128        /* bytes of its id */
#define AHEAD_MOST TIMESTAMP_DAY /* of the clock: clocks differ, and time zones are mistaken */

static const char help[] =
    "Makes a snapshot of files that were exported by other means, as they are, byte\n"
    "for byte. A file's contents tell whether it holds customers, orders or both. A\n"
    "file that is already in an earlier snapshot takes no more space.\n"
    "\n"
    "Without --created or --partial the files are taken to be complete: a record that\n"
    "is not in them is removed. One record alone, in no list, removes nothing.\n";

struct adopt_options {
	const char *taken_at, *created, *location;
	bool partial;
	struct adoption adoption; /* all of it, once checked */
};

static const struct option options[] = {
	OPTION(struct adopt_options, taken_at, "--taken-at", .value = "TIME",
	    .help = "when the files were exported: 2026-11-23T04:00:00Z", .is_required = true),
	OPTION(struct adopt_options, created, "--created", .value = "FROM..TO",
	    .help = "they hold every record created from FROM up to TO, and\n"
	            "nothing else is removed",
	    .is_exclusive = true),
	OPTION(struct adopt_options, partial, "--partial",
	    .help = "the files are not complete: nothing is removed for not\n"
	            "being in them",
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
		    "--taken-at takes a time in whole seconds such as 2026-11-23T04:00:00Z, not "
		    "'%s'",
		    own->taken_at);
	if (out->taken_at > host_now() + AHEAD_MOST) {
		err_set(
		    e, ERR_USAGE, "--taken-at %s is more than a day in the future", own->taken_at);
		return err_advise(e, "Give the time at which the files were exported; if it is "
		                     "right, this machine's clock is wrong.");
	}
	if (out->location.n > LOCATION_MOST ||
	    (own->location != NULL && strchr(own->location, '/') != NULL))
		return err_set(
		    e, ERR_USAGE, "--location takes the id of a location, not '%s'", own->location);
	return own->created == NULL ? 0 : read_range(own->created, out, e);
}

/* "12 orders", "1 customer" */
static const char *
noun(const struct adopted *p)
{
	if (p->records == 1 && p->resource == RESOURCE_ORDERS)
		return "order";
	if (p->records == 1 && p->resource == RESOURCE_LOCATIONS)
		return "location";
	return p->records == 1 ? "customer" : manifest_resource(p->resource);
}

/* Nothing can be taken in any more before the base at which history begins. */
static int
check_base(struct invocation *x, const struct adopt_options *own, struct err *e)
{
	struct str base;
	int64_t as_of;
	int rc = fold_manifest_start(&x->a, x->o->account, &base, e);

	if (rc <= 0)
		return rc;
	if (!timestamp_parse_id(base, &as_of) || own->adoption.taken_at > as_of)
		return 0;
	err_set(e, ERR_USAGE, "--taken-at %s: history of that time was pruned", own->taken_at);
	return err_advise(
	    e, "It begins with base %.*s; nothing older can be adopted.", STR_ARG(base));
}

/* Who was erased is not taken in again. */
static int
adopt(struct invocation *x, struct adopted *pages, size_t *n, struct err *e)
{
	struct adopt_options *own = x->own;
	struct filter filter;
	int rc = filter_open(&filter, x->o->account, e);

	own->adoption.filter = filter_pages(&filter);
	if (rc == 0)
		rc = adopt_files(&x->a, x->o->account, &own->adoption, pages, n, e);
	if (rc == 0 && filter.redacted > 0)
		say(x->o, SAY_INFO,
		    "%llu record%s of erased customers came again and were not stored",
		    (unsigned long long)filter.redacted, say_plural(filter.redacted));
	for (uint32_t i = 1; rc == 0 && i < filter.returned.n; i++)
		say(x->o, SAY_WARNING,
		    "customer %.*s has an address of somebody who was erased, and was let in",
		    STR_ARG(filter.returned.texts[i]));
	filter_release(&filter);
	return rc;
}

static int
run(struct invocation *x, struct err *e)
{
	struct adopt_options *own = x->own;
	struct adopted *pages = arena_zero(&x->a, ADOPT_PAGES * x->n, sizeof(*pages));
	size_t n;

	own->adoption.finished_at = host_now_text(&x->a);
	if (check_base(x, own, e) < 0)
		return -1;
	if (adopt(x, pages, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct str text = str_printf(&x->a, "%s: %llu %s, as %.*s",
		    x->operands[pages[i].file], (unsigned long long)pages[i].records,
		    noun(&pages[i]), STR_ARG(pages[i].path));

		say_numbers(x->o, SAY_INFO, str_z(&x->a, text),
		    (const struct say_number[]){
		        { manifest_resource(pages[i].resource), pages[i].records } },
		    1);
	}
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
	.exits = { [0] = "done", [2] = "the command line is wrong, or a file cannot be adopted" },
	.check = check,
	.run = run,
};
