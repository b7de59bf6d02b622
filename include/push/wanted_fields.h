/* wanted_fields.h -- what is to be written to one contact, field by field: as a body, and as the
 * journal has it.
 */
#ifndef PUSH_WANTED_FIELDS_H
#define PUSH_WANTED_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "push/books.h"

struct wanted_field {
	struct str key, value;
	bool is_extended; /* a member of extendedProperties */
	bool is_changed;  /* another value than the one acked, or none was */
	bool is_quiet;    /* no reason by itself to send anything */
	bool is_taken;    /* another customer's contact has it, by the books */
	bool is_unsent;   /* not in the body; noted only if it is changed */
};

/* wanted_fields_body(b, list, n, dsid): the body of POST /contact; ${dsid} empty: it is left out.
 */
void wanted_fields_body(struct buf *b, const struct wanted_field *list, size_t n, struct str dsid);

/* wanted_fields_rest(a, list, n, taken_alone, clears_mobile, out): the same without the addresses
 * that are new, or of them only without those that are taken; ${clears_mobile}: a mobile that is
 * left out is an empty one.  Returns: how many are left out. */
size_t wanted_fields_rest(struct arena *a, const struct wanted_field *list, size_t n,
    bool taken_alone, bool clears_mobile, struct wanted_field **out);

/* wanted_fields_begun(a, books, list, n, out): those that a body with them may change. */
struct journal_field *wanted_fields_begun(
    struct arena *a, struct books *books, const struct wanted_field *list, size_t n, size_t *out);

/* wanted_fields_hashes(a, books, list, n, out): the fields as the journal has them, ${out} of them.
 */
struct journal_field *wanted_fields_hashes(
    struct arena *a, struct books *books, const struct wanted_field *list, size_t n, size_t *out);

#endif /* PUSH_WANTED_FIELDS_H */
