/* salt.h -- the salt of the hashes in the books: push/salt.
 *
 * Its check is the beginning of a digest of it, which tells nothing of the salt.  The first line of
 * each file of the books has it: by another salt of the right length everything would look changed.
 */
#ifndef PUSH_SALT_H
#define PUSH_SALT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define SALT_BYTES 32
#define SALT_CHECK 16 /* hexadecimal digits */

struct salt {
	char bytes[SALT_BYTES];
	char check[SALT_CHECK + 1];
	bool is_noted; /* a line has the check */
};

/* salt_load(s, dir, writable, e): that of the books in ${dir}; a new one, stored if ${writable}, if
 * there are none yet.  Errors: ERR_FAILED it is gone or damaged; ERR_IO. */
int salt_load(struct salt *s, const char *dir, bool writable, struct err *e) ERR_MUST;

/* salt_read(s, dir, e): 1; 0 there is none, or it is damaged; -1 ERR_IO. */
int salt_read(struct salt *s, const char *dir, struct err *e) ERR_MUST;

/* salt_make(s, e): a new one, which salt_save stores. */
int salt_make(struct salt *s, struct err *e) ERR_MUST;
int salt_save(const struct salt *s, const char *dir, struct err *e) ERR_MUST;

/* salt_is(s, check): whether a line with it is of this salt; an empty one may be of any.
 * salt_need: else ERR_FAILED. */
bool salt_is(struct salt *s, struct str check);
int salt_need(struct salt *s, struct str check, struct err *e) ERR_MUST;

/* salt_note(s, is_first): the check for the next line, the first one of its file or not; empty
 * where it needs none. */
struct str salt_note(struct salt *s, bool is_first);

#endif /* PUSH_SALT_H */
