/* settings.h -- flowstory.json and what an export recorded of it.
 *
 * Contract section 9.  Every setting has a default; an unknown key or a wrong type is an error with
 * line and column.
 */
#ifndef ACCOUNT_SETTINGS_H
#define ACCOUNT_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "dailystory/suppress.h"
#include "flowhub/flowhub_settings.h"
#include "record/record.h"

struct settings {
	struct arena arena;
	struct record_settings ledger;
	struct export_settings export;
	struct flowhub_settings flowhub;
	struct str suppress;        /* the path, as given; empty: none */
	struct str suppress_sha256; /* of a recorded file: the list it was made with */
	struct str retention;       /* "90d", or empty: keep all */
	bool has_file;              /* there was a flowstory.json */
};

/*
 * settings_load(s, account, e):
 * ACCOUNT/flowstory.json, or the defaults without one; the suppression list is read too.
 * Errors: ERR_SETTINGS.  ${s} may be released in any case.
 */
int settings_load(struct settings *s, const char *account, struct err *e) ERR_MUST;

/* settings_parse(s, file, text, e): the same from text, no list read. settings_parse_record: the
 * settings.json of an export, which may name the list by its digest. */
int settings_parse(struct settings *s, const char *file, struct str text, struct err *e) ERR_MUST;
int settings_parse_record(
    struct settings *s, const char *file, struct str text, struct err *e) ERR_MUST;

/* settings_record(s, b): settings.json as an export holds it: what decides a result, no secret. */
void settings_record(const struct settings *s, struct buf *b);

/* settings_counting(s, b), settings_choosing(s, b): the part that counts in profiles, and the one
 * that decides who is exported and how: equal text, nothing to do again. */
void settings_counting(const struct settings *s, struct buf *b);
void settings_choosing(const struct settings *s, struct buf *b);

/* settings_suppress(s, text): the suppression list to use. */
void settings_suppress(struct settings *s, struct str text);

void settings_release(struct settings *s);

#endif /* ACCOUNT_SETTINGS_H */
