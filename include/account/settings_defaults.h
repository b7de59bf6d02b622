/* settings_defaults.h -- defaults.json above an account: settings that all accounts there have.
 *
 * It lies beside the accounts, or one level further up, and the nearer one counts.  An account
 * reads it itself, whoever starts it: who is left out of an export must not depend on that.  So it
 * has to be as trustworthy as the account: nobody but its owner, or root, may write it.
 */
#ifndef ACCOUNT_SETTINGS_DEFAULTS_H
#define ACCOUNT_SETTINGS_DEFAULTS_H

#include "account/settings.h"
#include "base/err.h"
#include "base/str.h"

struct arena;

/* settings_defaults_path(a, account): the file, in ${a}; NULL: there is none. */
const char *settings_defaults_path(struct arena *a, const char *account);

/* settings_defaults_load(s, account, e): the defaults, and what the file says otherwise.
 * Errors: ERR_SETTINGS with line and column: as settings_parse; a setting that is one account's
 * alone; a file that others can write, or that was there once and is gone. */
int settings_defaults_load(struct settings *s, const char *account, struct err *e) ERR_MUST;

/* settings_defaults_remember(account, e): note in the account, whose lock is held, that there is
 * one, in .defaults.  From then on settings_defaults_load fails if it is gone: with it would go who
 * is left out, and nobody would be told. */
int settings_defaults_remember(const char *account, struct err *e) ERR_MUST;

/* settings_defaults_describe(s, b): where each setting that is no default comes from, a line a
 * file: "../defaults.json: min_age, suppress".  Nothing if there is no defaults.json. */
void settings_defaults_describe(const struct settings *s, struct buf *b);

#endif /* ACCOUNT_SETTINGS_DEFAULTS_H */
