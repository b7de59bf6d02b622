/* settings_load.h -- an account's settings with all that they name. */
#ifndef ACCOUNT_SETTINGS_LOAD_H
#define ACCOUNT_SETTINGS_LOAD_H

#include "account/settings.h"
#include "base/err.h"

/* settings_load(s, account, e): ACCOUNT/flowstory.json, or the defaults without one, and the
 * suppression list.  settings_load_file: without the list.  Errors: ERR_SETTINGS with line and
 * column. */
int settings_load(struct settings *s, const char *account, struct err *e) ERR_MUST;
int settings_load_file(struct settings *s, const char *account, struct err *e) ERR_MUST;

/* settings_load_check(s, account, e): whether the files that are only needed to fetch are there.
 * Errors: the same. */
int settings_load_check(const struct settings *s, const char *account, struct err *e) ERR_MUST;

#endif /* ACCOUNT_SETTINGS_LOAD_H */
