/* fold_record.h -- a record of a base: its raw text, and where it was first read.
 *
 * Records come in one order: customers by id, then orders by the month of their creation and by id.
 * Line i of origins-<n>.jsonl.gz is about record i of the n-th page of the manifest.
 */
#ifndef BASES_FOLD_RECORD_H
#define BASES_FOLD_RECORD_H

#include <stdint.h>

#include "base/str.h"
#include "lib/hash.h"
#include "record/record.h"

#define FOLD_RECORDS 5000               /* a page at most */
#define FOLD_BYTES (UINT64_C(16) << 20) /* or that many, then one record more */

/* All text is borrowed. */
struct fold_record {
	enum entity entity;
	struct str id;
	struct str text;     /* byte for byte, of the present version */
	int32_t month;       /* an order's: months since 1970 */
	struct str snapshot; /* where that version was first read: ... */
	struct str page;     /* ... the page's file name, ... */
	uint32_t index;      /* ... the position in it, ... */
	struct str page_sha256;
	struct hash hash;    /* of the text read last, which may only be spelled otherwise */
	struct str location; /* of the page it came with last; empty: none was named */
};

/* fold_record_write(b, r): the line of its origin, with its end. */
void fold_record_write(struct buf *b, const struct fold_record *r);

/* fold_record_read(a, line, out): all but the text; false if it is no such line. */
struct arena;
bool fold_record_read(struct arena *a, struct str line, struct fold_record *out);

#endif /* BASES_FOLD_RECORD_H */
