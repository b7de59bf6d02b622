/* credentials.h -- the client id and the key: from the environment, else from the settings.
 *
 * They are never printed, wiped when no longer needed, and removed from the environment at once.
 */
#ifndef ACCOUNT_CREDENTIALS_H
#define ACCOUNT_CREDENTIALS_H

#include "account/settings.h"
#include "base/err.h"
#include "base/str.h"
#include "flowhub/client.h"

/* Zero-initialisable. */
struct account_credentials {
	struct buf client_id, key;
	char *ca_file; /* the account's, or NULL: the system's; owned */
};

/*
 * credentials_load(c, account, settings, e):
 * FLOWHUB_CLIENT_ID and FLOWHUB_API_KEY, else client_id and the file that api_key_file names.  From
 * now on the process leaves no core dump.
 * Returns: 1; 0 if neither is set at all; -1.
 * Errors:  ERR_SETTINGS: one of them is missing; the key file cannot be read, or others can read
 * it.
 */
int credentials_load(struct account_credentials *c, const char *account,
    const struct flowhub_settings *settings, struct err *e) ERR_MUST;

/* credentials_view(c): borrowed from ${c}. */
struct client_credentials credentials_view(const struct account_credentials *c);
void credentials_wipe(struct account_credentials *c);

#endif /* ACCOUNT_CREDENTIALS_H */
