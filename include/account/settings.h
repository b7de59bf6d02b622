/* settings.h -- flowstory.json, and what of it terms/ keeps.
 *
 * Contract section 9.  Every setting has a default; an unknown key or a wrong type is an error with
 * line and column.
 */
#ifndef ACCOUNT_SETTINGS_H
#define ACCOUNT_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "account/settings_push.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "dailystory/suppress.h"
#include "flowhub/request.h"
#include "record/record.h"

#define SETTINGS_MOST 64
#define SETTINGS_TERMS 9

/* A setting that decides a result, as it is kept in terms/. */
struct settings_term {
	const char *name;
	struct str json; /* its effective value, compact, as it was written; empty: it is not set */
};

/* Where a value stands; line 0: nowhere, it is the default. */
struct settings_place {
	const char *name; /* of the setting */
	const char *file; /* "flowstory.json", or that of all accounts; constant text */
	unsigned line, column;
};

/* May be released after any call, failed or not. */
struct settings {
	struct arena arena;
	struct record_settings records;
	struct export_settings export;
	struct flowhub_settings flowhub;
	struct push_settings push;
	struct str suppress;        /* the list's path, as given; empty: none */
	struct str suppress_sha256; /* of the addresses in the list; empty: none */
	struct str retention;       /* JSON (bases/retention.h), or empty: keep all */
	struct str metrics_file;    /* as given; empty: metrics.prom */
	struct str on_end;          /* what the shell runs; empty: nothing */
	bool report;                /* run ends with a report */
	struct str time_zone;       /* of the days of a report: "UTC" */
	bool has_file;              /* there was a flowstory.json */
	struct settings_term terms[SETTINGS_TERMS]; /* in the order of the contract */
	struct settings_place places[SETTINGS_MOST];
};

/* settings_parse(s, file, text, e): flowstory.json, without the suppression list; settings_load.h
 * has the whole.  settings_parse_terms: the settings of terms/, an object of those alone; a value
 * that was accepted then is not judged again.  Errors: ERR_SETTINGS with line and column. */
int settings_parse(struct settings *s, const char *file, struct str text, struct err *e) ERR_MUST;
/* settings_parse_over: another file on top of what was read before: what it does not name stays. */
int settings_parse_over(
    struct settings *s, const char *file, struct str text, struct err *e) ERR_MUST;
int settings_parse_terms(
    struct settings *s, const char *file, struct str text, struct err *e) ERR_MUST;

/* After a failure the members that could be read are set, wherever the fault is: the file of
 * metrics and the command of on_end can tell of it. */

/* settings_fail(s, name, e): the error is about the value of that setting.  Returns: -1. */
int settings_fail(const struct settings *s, const char *name, struct err *e);

void settings_release(struct settings *s);

#endif /* ACCOUNT_SETTINGS_H */
