/* journal_line.h -- one record of the journal: what was asked of DailyStory, and the answer.
 *
 * A line of JSON that ends in a checksum of what stands before it.  Nothing of a person is in it:
 * values are known by salted hashes, customers by their id.  Source: flowstory-push(7).
 */
#ifndef PUSH_JOURNAL_LINE_H
#define PUSH_JOURNAL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;

/* operation, name in the journal */
#define JOURNAL_OPS(X)                                                                             \
	X(JOURNAL_CREATE, "create")                                                                \
	X(JOURNAL_CONTACT, "contact")                                                              \
	X(JOURNAL_OPT_OUT_EMAIL, "opt-out-email")                                                  \
	X(JOURNAL_OPT_OUT_TEXT, "opt-out-text")                                                    \
	X(JOURNAL_GONE, "gone")                                                                    \
	X(JOURNAL_DELETE, "delete")                                                                \
	X(JOURNAL_STATUS, "status") /* alone; unknown: written before the call */                  \
	X(JOURNAL_MOOT, "moot")     /* what was rejected is asked for no more */                   \
	X(JOURNAL_ERASED, "erased") /* what was said of somebody who was erased */                 \
	X(JOURNAL_SEGMENT_NEW, "segment-new")                                                      \
	X(JOURNAL_SEGMENT_ADD, "segment-add")                                                      \
	X(JOURNAL_CHECK, "check") /* what DailyStory has was compared with what was acked */       \
	X(JOURNAL_WHOLE, "whole") /* nothing is left to send: the first push is over */

enum journal_op {
#define X(op, name) op,
	JOURNAL_OPS(X)
#undef X
	JOURNAL_OP_COUNT
};

enum journal_result {
	JOURNAL_ACKED,
	JOURNAL_REJECTED,
	JOURNAL_UNKNOWN,
	JOURNAL_RESULT_COUNT
};

/* A field of a contact, by its name in DailyStory and the hash of its value.  A line of
 * acked_file.h may name one more than once: each address that a contact may have. */
struct journal_field {
	struct str key;
	uint64_t hash;
};

/* A text that is absent is empty. */
struct journal_line {
	uint64_t n; /* from 1 on, without a gap */
	int64_t at; /* us; for people */
	struct str fh_id;
	enum journal_op op;
	enum journal_result result;
	struct str dsid; /* of a segment its id */
	struct str body; /* salted sha256 of what was wanted of the customer */
	const struct journal_field *fields;
	size_t fields_n;
	struct str snapshot;
	struct str since;   /* of an opt-out: the snapshot it is owed since */
	struct str segment; /* of segment-new, segment-add: the slug */
	uint64_t http, tries, ms;
	struct str reason, message;
	uint64_t count;  /* the line stands for so many; 0: for itself */
	struct str salt; /* its check, in the first line of a file (salt.h) */
};

const char *journal_line_op(enum journal_op op);

/* journal_line_write(b, x): the line with its newline. */
void journal_line_write(struct buf *b, const struct journal_line *x);

/* journal_line_read(a, text, out): a line without its newline; texts are borrowed from it or in
 * ${a}.  Returns: false if the checksum is not that of the line, or it is none of ours. */
bool journal_line_read(struct arena *a, struct str text, struct journal_line *out);

/* journal_line_hash(b, hash): 16 hexadecimal digits; journal_line_parse_hash: the way back. */
void journal_line_hash(struct buf *b, uint64_t hash);
bool journal_line_parse_hash(struct str s, uint64_t *hash);

#endif /* PUSH_JOURNAL_LINE_H */
