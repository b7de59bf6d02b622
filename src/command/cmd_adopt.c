#include <stdio.h>
#include <string.h>

#include "base/host.h"
#include "base/arena.h"
#include "base/timestamp.h"
#include "account/account.h"
#include "command/command.h"
#include "command/message.h"
#include "snapshot/adopt.h"

static const char help[] =
    "Makes a snapshot of files that were exported by other means; they are\n"
    "copied as they are. Whether a file holds customers or orders is told\n"
    "from its body.\n"
    "\n"
    "  --taken-at TIME      when they were exported, e.g. 2026-11-23T04:00:00Z\n"
    "  --created FROM..TO   they hold every order created in [FROM, TO)\n"
    "  --partial            they prove nothing of what is not in them\n"
    "  --location ID        the location whose orders they hold\n"
    "\n"
    "Without --created and --partial they hold everything there is: what is\n"
    "missing in them is removed.\n";

struct adopt_options {
	const char *taken_at, *created, *location;
	bool partial;
};

static int
read_range(const char *text, struct adoption *x, struct err *e)
{
	const char *dots = strstr(text, "..");

	if (dots == NULL || !timestamp_parse(str_of(text, (size_t)(dots - text)), &x->from) ||
	    !timestamp_parse(str_c(dots + 2), &x->to) || x->from >= x->to)
		return err_set(e, ERR_USAGE, "--created takes two times FROM..TO, not '%s'", text);
	x->kind = SCOPE_CREATED;
	return 0;
}

static int
read_request(const struct adopt_options *r, struct adoption *x, struct err *e)
{
	if (r->taken_at == NULL)
		return err_set(e, ERR_USAGE, "--taken-at TIME is missing");
	if (!timestamp_parse(str_c(r->taken_at), &x->taken_at) ||
	    x->taken_at % TIMESTAMP_SECOND != 0)
		return err_set(e, ERR_USAGE,
		    "--taken-at takes a time in whole seconds like "
		    "2026-11-23T04:00:00Z, not '%s'",
		    r->taken_at);
	if (x->n == 0)
		return err_set(e, ERR_USAGE, "no file is named");
	if (r->partial && r->created != NULL)
		return err_set(e, ERR_USAGE, "--partial and --created exclude each other");
	x->kind = r->partial ? SCOPE_UPDATED : SCOPE_ALL;
	x->location = str_c(r->location);
	if (strchr(r->location != NULL ? r->location : "", '/') != NULL || x->location.n > 128)
		return err_set(e, ERR_USAGE, "--location takes an id");
	return r->created == NULL ? 0 : read_range(r->created, x, e);
}

static int
adopt(const struct options *o, struct adoption *x, struct err *e)
{
	struct arena a = { 0 };
	struct adopted *pages = arena_zero(&a, x->n, sizeof(*pages));
	struct lock lock;
	int rc;

	x->finished_at = host_now_text(&a);
	if (account_lock(&lock, o->account, "flowstory adopt", e) < 0) {
		arena_release(&a);
		return -1;
	}
	rc = adopt_files(&a, o->account, x, pages, e);
	for (size_t i = 0; rc == 0 && i < x->n; i++)
		say(o, SAY_INFO, "%s: %llu %s, as %.*s", x->files[i],
		    (unsigned long long)pages[i].records,
		    pages[i].resource == RESOURCE_CUSTOMER ? "customer"
		                                           : manifest_resource(pages[i].resource),
		    STR_ARG(pages[i].path));
	lock_release(&lock);
	arena_release(&a);
	return rc;
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	struct adopt_options r = { 0 };
	const struct arg own[] = {
		{ "--taken-at", NULL, NULL, &r.taken_at },
		{ "--created", NULL, NULL, &r.created },
		{ "--location", NULL, NULL, &r.location },
		{ "--partial", NULL, &r.partial, NULL },
	};
	struct adoption x = { 0 };
	int rc = command_args("adopt", own, 4, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	x.files = argv + 1;
	x.n = (size_t)rc;
	if (read_request(&r, &x, e) < 0)
		return err_advise(e, "See 'flowstory adopt --help'.");
	return adopt(&o, &x, e);
}

const struct command cmd_adopt = {
	.name = "adopt",
	.synopsis = "FILE... --taken-at TIME [--created FROM..TO | --partial] "
	            "[--location ID]",
	.summary = "make a snapshot of exported files",
	.help = help,
	.run = run,
};
