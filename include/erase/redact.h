/* redact.h -- one record, or a page of them, without what is told of erased customers.
 *
 *   - A customer's own record becomes null, and so does an order where orders are to be removed.
 *   - Of an order of theirs only members stay that name nobody, by a list of what may stay.
 *   - In records of others a value that holds one of the texts searched for becomes null, where no
 *     field is read from it (unknown and ignored ones).
 *   - A record that cannot be read and holds one becomes {}, or its id alone: it is quarantined as
 *     before and holds back what it held back (docs/decisions/0046).
 *
 * All other bytes, and the position of each record, stay as they are.
 */
#ifndef ERASE_REDACT_H
#define ERASE_REDACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "erase/search.h"
#include "json/read.h"
#include "json/split.h"
#include "record/record.h"
#include "snapshot/manifest.h"

enum redact_fate {
	REDACT_NOT,   /* the customer was not erased */
	REDACT_GUEST, /* their orders become guest sales */
	REDACT_REMOVE /* their orders go */
};

enum redact_kind {
	REDACTED_NOTHING,
	REDACTED_CUSTOMER,
	REDACTED_ORDER,
	REDACTED_VALUES,    /* in a record of somebody else */
	REDACTED_UNREADABLE /* a record that is quarantined */
};
#define REDACT_KINDS (REDACTED_UNREADABLE + 1)

/* A redacted record of a page. */
struct redact_record {
	uint32_t index;
	enum redact_kind kind;
};

/* Zero-initialisable but for the first members. */
struct redactor {
	enum redact_fate (*fate)(void *context, struct str id);
	void *context;
	struct search *search; /* texts that tell of them; NULL: by id alone */
	int64_t taken_at;      /* of the snapshot: what a time can be */
	/* of the page redacted last */
	struct redact_record *records;
	size_t n, cap;
	/* scratch */
	bool is_ready;
	struct arena arena;
	struct schema schema;
	struct intern words;
	struct record_reader reader;
	struct json json;
	struct split scan;
	struct buf record, kept, cuts;
};

/* redact_ready(g): its reader of records can be used; the rest sees to it by itself. */
void redact_ready(struct redactor *g);

/* redact_id(a, j, is_order, out): the id of a record that was read, by the chain id, _id, orderId;
 * false: it has none that can be read. */
bool redact_id(struct arena *a, const struct json *j, bool is_order, struct str *out);

/* redact_buyer(a, j, out): the customer an order names. */
bool redact_buyer(struct arena *a, const struct json *j, struct str *out);

/* redact_record(g, is_order, text, out): what becomes of one record; unless it is nothing, its new
 * text is appended to ${out}. */
enum redact_kind redact_record(struct redactor *g, bool is_order, struct str text, struct buf *out);

/* redact_page(g, resource, text, scan, out): the whole page in ${out}, which is empty before, if
 * any of its records, which ${scan} found, is redacted, or one of a list of the other kind beside
 * them; those are in g->records.  Returns: how many. */
size_t redact_page(struct redactor *g, enum resource resource, struct str text,
    const struct split *scan, struct buf *out);

/* redact_change(g, is_order, path, text, out): a value at a place of somebody else's record, a JSON
 * Pointer: whether something in it tells of them and no field is read from it; its new text is
 * appended to ${out}. */
bool redact_change(
    struct redactor *g, bool is_order, struct str path, struct str text, struct buf *out);

/* redact_tells(g, text): whether it holds one of the texts searched for, other than a name. */
bool redact_tells(struct redactor *g, struct str text);

void redact_release(struct redactor *g);

#endif /* ERASE_REDACT_H */
