/* lost.h -- push/lost.json: addresses of erased people of whom a contact may have been made.
 *
 * The answer to the call that was to make it never came, so no id is known, and the books have but
 * a hash of the address: without it nobody could find the contact to delete it.  The file is there
 * from the erasure to the push that does so, and nothing else is in it.
 */
#ifndef PUSH_LOST_H
#define PUSH_LOST_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/books.h"

struct lost_address {
	struct str key, address; /* "email" or "mobilePhone" */
	bool is_theirs;          /* they had it last; one of older files is not known to be */
};

/* Zero-initialisable. */
struct lost {
	struct arena arena;
	struct lost_address *list;
	size_t n, cap;
};

/* lost_load(l, dir, e): ${dir} is ACCOUNT/push; none without the file.  Errors: ERR_FAILED: it is
 * damaged. */
int lost_load(struct lost *l, const char *dir, struct err *e) ERR_MUST;

/* lost_find(l, books, field): the address that has this hash, or none; borrowed. */
struct lost_address lost_find(
    const struct lost *l, struct books *books, const struct journal_field *field);

void lost_add(struct lost *l, struct lost_address x);

/* lost_save(l, dir, e): durably; with no address in it there is no file. */
int lost_save(const struct lost *l, const char *dir, struct err *e) ERR_MUST;
void lost_release(struct lost *l);

#endif /* PUSH_LOST_H */
