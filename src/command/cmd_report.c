/* cmd_report.c -- flowstory report: the account as a page to look at. */
#include <stdio.h>

#include "base/file.h"
#include "base/host.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "command/message.h"
#include "command/report_file.h"

static const char help[] =
    "Writes one HTML page about the account: whether all is well, who is in which\n"
    "segment and why, contacts and who is left out, money and orders, snapshots,\n"
    "disk. The page needs nothing else and names nobody, so it may be mailed.\n";

struct report_options {
	const char *out, *days, *now;
	bool json;
	uint64_t days_n;
	int64_t now_us;
};

static const struct option options[] = {
	OPTION(struct report_options, out, "--out", .value = "FILE",
	    .help = "where to write it (report.html in the account); \"-\" is\n"
	            "standard output"),
	OPTION(struct report_options, days, "--days", .value = "N",
	    .help = "the last N days (90); 0 is all of history"),
	OPTION(struct report_options, now, "--now", .value = "TIME",
	    .help = "take TIME as the present; nothing but the age of the last\n"
	            "snapshot depends on it"),
	OPTION(struct report_options, json, "--json", .help = "print the numbers as JSON instead"),
	{ 0 },
};

static int
check(struct invocation *x, struct err *e)
{
	struct report_options *own = x->own;

	own->days_n = REPORT_FILE_DAYS;
	if (own->days != NULL && (!num_u64(str_c(own->days), &own->days_n) || own->days_n > 36600))
		return err_set(
		    e, ERR_USAGE, "--days takes a number of days up to 36600, not '%s'", own->days);
	return options_now(own->now, &own->now_us, e);
}

static int
run(struct invocation *x, struct err *e)
{
	const struct report_options *own = x->own;
	const struct report_file f = { .account = x->o->account,
		.path = own->out,
		.now = own->now_us,
		.days = own->days_n,
		.is_json = own->json };

	if (report_file_write(&f, e) < 0)
		return -1;
	if (!own->json && own->out == NULL)
		say(x->o, SAY_INFO, "wrote %s", file_join(&x->a, x->o->account, "report.html"));
	return STATUS_DONE;
}

const struct command cmd_report = {
	.name = "report",
	.synopsis = "[--out FILE] [--days N] [--now TIME] [--json]",
	.summary = "write a page about the account",
	.help = help,
	.options = options,
	.size = sizeof(struct report_options),
	.needs = NEEDS_ACCOUNT,
	.check = check,
	.run = run,
};
