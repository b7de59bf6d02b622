/* drops.h -- the fields of a record that could not be used, and why.
 *
 * Contract section 3: what decides nothing and cannot be read is as if it were missing, but it is
 * counted and listed, so that somebody can mend it in Flowhub (section 7, dropped.csv).
 */
#ifndef RECORD_DROPS_H
#define RECORD_DROPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "json/read.h"
#include "record/drop_reason.h"

struct arena;

/* The most characters of a value that are shown. */
#define DROP_VALUE_MAX 80

struct record_drop {
	struct str field; /* its path: "itemsInCart/0/category" */
	struct str value; /* cleaned, and cut at DROP_VALUE_MAX characters */
	enum drop_reason reason;
};

/* In the order of reading; the list grows in the arena of the record. */
struct record_drops {
	struct record_drop *list;
	size_t n, cap;
};

/* drops_add(a, d, field, value, reason): one more, its texts borrowed. */
void drops_add(struct arena *a, struct record_drops *d, struct str field, struct str value,
    enum drop_reason reason);

/* drops_value(a, j, node): what is shown of a value: text decoded, anything else as compact JSON;
 * cleaned, then cut. */
struct str drops_value(struct arena *a, const struct json *j, uint32_t node);

/* drops_pack: all of them as bytes; drops_next: 1 and one taken off the front, borrowed from the
 * bytes; 0 the end; -1 broken. */
void drops_pack(struct buf *b, const struct record_drops *d);
int drops_next(struct str *packed, struct record_drop *out);

#endif /* RECORD_DROPS_H */
