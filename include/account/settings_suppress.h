/* settings_suppress.h -- the suppression list: read as its owner wrote it, or as terms/ keeps it.
 */
#ifndef ACCOUNT_SETTINGS_SUPPRESS_H
#define ACCOUNT_SETTINGS_SUPPRESS_H

#include "account/settings.h"
#include "base/err.h"
#include "base/str.h"

/*
 * settings_suppress_load(s, account, e):
 * The file that 'suppress' names; a relative path starts at the account.  Without one: nothing.
 * Errors: ERR_SETTINGS: it cannot be read, or is no text.
 */
int settings_suppress_load(struct settings *s, const char *account, struct err *e) ERR_MUST;

/* settings_suppress_read(s, text): use the addresses found in this text, however it looks. */
void settings_suppress_read(struct settings *s, struct str text);

/* settings_suppress_use(s, list): use this list: one normalised address a line, as
 * export_settings.suppress_text is.  Copied. */
void settings_suppress_use(struct settings *s, struct str list);

#endif /* ACCOUNT_SETTINGS_SUPPRESS_H */
