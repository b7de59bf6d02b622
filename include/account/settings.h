/* settings.h -- flowstory.json, and what an export recorded of it.
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
#include "flowhub/request.h"
#include "record/record.h"

/* May be released after any call, failed or not. */
struct settings {
	struct arena arena;
	struct record_settings ledger;
	struct export_settings export;
	struct flowhub_settings flowhub;
	struct str suppress;        /* the list's path, as given; empty: none */
	struct str suppress_sha256; /* of the list; empty: none, or an empty one */
	struct str retention;       /* "90d", or empty: keep all */
	bool has_file;              /* there was a flowstory.json */
};

/* settings_load(s, account, e): ACCOUNT/flowstory.json, or the defaults without one, and the
 * suppression list.  Errors: ERR_SETTINGS. */
int settings_load(struct settings *s, const char *account, struct err *e) ERR_MUST;

/* settings_parse(s, file, text, e): the same from text, without the list. settings_parse_record:
 * settings.json of an export, which may name the list by its digest. */
int settings_parse(struct settings *s, const char *file, struct str text, struct err *e) ERR_MUST;
int settings_parse_record(
    struct settings *s, const char *file, struct str text, struct err *e) ERR_MUST;

/* settings_suppress(s, text): use this suppression list. */
void settings_suppress(struct settings *s, struct str text);

/* settings_record(s, b): settings.json as an export holds it: whatever decides a result, no secret.
 */
void settings_record(const struct settings *s, struct buf *b);

/* settings_of_profiles: the part of it that changes profiles; settings_of_contacts: the part that
 * changes who is exported, and how. As text in ${a}: where it is equal, nothing has to be redone.
 */
struct str settings_of_profiles(const struct settings *s, struct arena *a);
struct str settings_of_contacts(const struct settings *s, struct arena *a);

void settings_release(struct settings *s);

#endif /* ACCOUNT_SETTINGS_H */
