/* secret.h -- a key or token: read from the environment, else from a file that nobody else reads.
 *
 * It is never printed, is wiped when no longer needed, and is removed from the environment at once.
 */
#ifndef HTTP_SECRET_H
#define HTTP_SECRET_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* Which secret: for messages, and where it is looked for. */
struct secret_name {
	const char *what;     /* "key" */
	const char *setting;  /* that names its file: "api_key_file" */
	const char *variable; /* of the environment: "FLOWHUB_API_KEY" */
};

/* secret_forbid_dumps(): neither a core file nor a debugger of the same user gets to see one. */
void secret_forbid_dumps(void);

/* secret_put(b, s): trimmed, into a buffer that does not move: one that grows leaves a copy
 * behind. */
void secret_put(struct buf *b, struct str s);

/* secret_is_given(variable): it says something, until secret_environment was asked. */
bool secret_is_given(const char *variable);

/* secret_environment(b, variable): what the variable says, or nothing; it is gone afterwards. */
void secret_environment(struct buf *b, const char *variable);

/*
 * secret_load(b, name, path, e):
 * From the environment, else from the file; ${path} NULL: none is named.
 * Errors: ERR_SETTINGS: the file cannot be read, others can read it, or it holds none.
 */
int secret_load(
    struct buf *b, const struct secret_name *name, const char *path, struct err *e) ERR_MUST;

/* secret_check(s, what, e): ERR_SETTINGS if no header can hold it: a line break would begin another
 * one. */
int secret_check(struct str s, const char *what, struct err *e) ERR_MUST;

/* secret_wipe(b): wiped and released. */
void secret_wipe(struct buf *b);

#endif /* HTTP_SECRET_H */
