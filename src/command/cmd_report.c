/* cmd_report.c -- flowstory report: the account as a page to look at. */
#include <stdio.h>

#include "account/settings.h"
#include "base/file.h"
#include "base/host.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "base/zone.h"
#include "command/command.h"
#include "command/message.h"
#include "report/page.h"
#include "report/report.h"

static const char help[] =
    "Writes one HTML page about the account: is it well, who is in which segment and\n"
    "why, contacts and who is left out, money and orders, snapshots, disk. The page\n"
    "needs nothing else and names nobody, so it may be mailed.\n";

#define DAYS 90

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
	    .help = "the time to take for the present; nothing but the age of\n"
	            "the last snapshot depends on it"),
	OPTION(struct report_options, json, "--json", .help = "print the numbers as JSON instead"),
	{ 0 },
};

static int
check(struct invocation *x, struct err *e)
{
	struct report_options *own = x->own;

	own->days_n = DAYS;
	own->now_us = host_now();
	if (own->days != NULL && (!num_u64(str_c(own->days), &own->days_n) || own->days_n > 36600))
		return err_set(e, ERR_USAGE, "--days takes a number of days up to 36600, not '%s'",
		    own->days);
	if (own->now != NULL && !timestamp_parse(str_c(own->now), &own->now_us))
		return err_set(e, ERR_USAGE,
		    "--now takes a time such as 2026-11-23T04:00:00Z, not '%s'", own->now);
	return 0;
}

static int
put_out(struct invocation *x, struct str text, struct err *e)
{
	const struct report_options *own = x->own;
	const char *path = own->out;

	if (own->json || (path != NULL && strcmp(path, "-") == 0)) {
		fwrite(text.p, 1, text.n, stdout);
		return 0;
	}
	if (path == NULL)
		path = file_join(&x->a, x->o->account, "report.html");
	if (file_save(path, text, e) < 0)
		return -1;
	say(x->o, SAY_INFO, "wrote %s", path);
	return 0;
}

static int
write_report(struct invocation *x, const struct settings *settings, struct err *e)
{
	const struct report_options *own = x->own;
	struct report_source source = { .account = x->o->account,
		.s = &x->s,
		.settings = settings,
		.zone = settings->time_zone,
		.now = own->now_us,
		.days = own->days_n };
	struct report_model model;
	struct buf b = { 0 };
	int rc;

	if (!zone_use(source.zone)) {
		err_set(e, ERR_SETTINGS, "'time_zone' names no time zone of this machine: '%.*s'",
		    STR_ARG(source.zone));
		return err_advise(e, "Zones are called as in /usr/share/zoneinfo: America/Denver.");
	}
	rc = report_gather(&x->a, &source, &model, e);
	if (rc == 0) {
		(own->json ? report_json : page_write)(&b, &model);
		rc = put_out(x, buf_view(&b), e);
	}
	buf_release(&b);
	return rc;
}

static int
run(struct invocation *x, struct err *e)
{
	struct settings settings = { 0 };
	int rc = settings_load(&settings, x->o->account, e);

	/* with nothing applied yet there is a page too */
	if (rc == 0 && state_open(&x->s, x->o->account, false, e) < 0)
		rc = -1;
	if (rc == 0)
		rc = write_report(x, &settings, e);
	settings_release(&settings);
	return rc;
}

const struct command cmd_report = {
	.name = "report",
	.synopsis = "[--out FILE] [--days N] [--json]",
	.summary = "a page to look at",
	.help = help,
	.options = options,
	.size = sizeof(struct report_options),
	.needs = NEEDS_ACCOUNT,
	.check = check,
	.run = run,
};
