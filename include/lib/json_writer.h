/* json_writer.h -- writing small JSON documents (cJSON): manifests, settings, rules, tables.
 *
 * A document is built as a tree and printed whole: two spaces a level, a line for each member and
 * element (a list of scalars stays on one line), names in the order they were added, a newline at
 * the end.  Exact numbers go in by their digits.
 *
 * cJSON never reads: its numbers are doubles, and it accepts what must be refused (json/read.h).
 */
#ifndef LIB_JSON_WRITER_H
#define LIB_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct doc; /* a value in a tree; the root owns all below it */

struct doc *doc_object(void);
struct doc *doc_array(void);
void doc_free(struct doc *d); /* NULL is fine */

/* Members of an object; ${name} is a literal.  The returned container belongs to ${d}. */
void doc_text(struct doc *d, const char *name, struct str s); /* valid UTF-8, may hold NUL */
void doc_u64(struct doc *d, const char *name, uint64_t v);
void doc_i64(struct doc *d, const char *name, int64_t v);
void doc_time(struct doc *d, const char *name, int64_t us);     /* timestamp_format's text */
void doc_money(struct doc *d, const char *name, int64_t cents); /* money_format's text */
void doc_bool(struct doc *d, const char *name, bool v);
void doc_null(struct doc *d, const char *name);
void doc_text_or_null(struct doc *d, const char *name, struct str s); /* null if it is empty */
void doc_time_or_null(struct doc *d, const char *name, int64_t us);   /* null if TIMESTAMP_NONE */
void doc_raw(struct doc *d, const char *name, struct str json);       /* JSON text as it is */
struct doc *doc_in_object(struct doc *d, const char *name);
struct doc *doc_in_array(struct doc *d, const char *name);
/* doc_texts: an array of texts. */
void doc_texts(struct doc *d, const char *name, const struct str *list, size_t n);

/* The same calls with name NULL add an element to an array. */

/* doc_print(d, b): the whole tree, appended.  doc_print_line: on one line, no white space, no
 * newline. */
void doc_print(const struct doc *d, struct buf *b);
void doc_print_line(const struct doc *d, struct buf *b);

/* doc_save(d, dir, name, e): the whole tree as the file, as file_save has it.  Frees ${d}. */
int doc_save(struct doc *d, const char *dir, const char *name, struct err *e) ERR_MUST;

/* doc_version(b): a line "cJSON <version>". */
void doc_version(struct buf *b);

#endif /* LIB_JSON_WRITER_H */
