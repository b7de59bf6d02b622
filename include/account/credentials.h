/* credentials.h -- the client id and the key: environment first, then the
 * settings.
 *
 * Nothing prints them; they are wiped when they are no longer needed, and from
 * the environment at once.
 */
#ifndef ACCOUNT_CREDENTIALS_H
#define ACCOUNT_CREDENTIALS_H

#include "base/err.h"
#include "base/str.h"
#include "account/settings.h"
#include "flowhub/client.h"

/* Zero-initialisable. */
struct secrets {
	struct buf client_id, key;
	char *ca_file; /* the account's, or NULL: the system's; owned */
};

/*
 * secrets_load(s, account, settings, e):
 * FLOWHUB_CLIENT_ID and FLOWHUB_API_KEY, else client_id and the file
 * api_key_file names (seen from the account). From now on the process leaves no
 * core dump. Returns: 1; 0 if neither is set at all; -1. Errors:  ERR_SETTINGS:
 * one of them is missing, the key file cannot be read, or others can.
 */
int secrets_load(struct secrets *s, const char *account, const struct flowhub_settings *settings,
    struct err *e) ERR_MUST;

/* secrets_pair(s): a view. */
struct credentials secrets_pair(const struct secrets *s);
void secrets_wipe(struct secrets *s);

#endif /* ACCOUNT_CREDENTIALS_H */
