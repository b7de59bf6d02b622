/* field.h -- one field of a record, read as what it should be.
 *
 * Contract section 3 and docs/readings.md, "Fields": missing, null and "" are one, and ""
 * is whatever is empty once it is cleaned; text may be a number; numbers and booleans may be text.
 * ${node} 0 is a missing field.  Text lies in the arena or in the record's text.  What is absent or
 * cannot be read comes out empty, TRI_ABSENT, 0 or TIMESTAMP_NONE.
 */
#ifndef RECORD_FIELD_H
#define RECORD_FIELD_H

#include <stdint.h>

#include "json/read.h"
#include "base/str.h"
#include "record/id.h"

struct arena;

/* A flag that may be missing. */
enum tri {
	TRI_ABSENT = 0,
	TRI_FALSE = 1,
	TRI_TRUE = 2
};

enum field_state {
	FIELD_IS_UNREADABLE = -1,
	FIELD_IS_ABSENT = 0,
	FIELD_IS_READ = 1
};

/* field_text: cleaned (str_clean). */
enum field_state field_text(struct arena *a, const struct json *j, uint32_t node, struct str *out);
/* field_date: text, trimmed and no more: what it says is told later. */
enum field_state field_date(struct arena *a, const struct json *j, uint32_t node, struct str *out);
/* field_id: text, trimmed, or an integer's digits (7.0 is 7). */
enum field_state field_id(struct arena *a, const struct json *j, uint32_t node, struct str *out);
enum field_state field_bool(struct arena *a, const struct json *j, uint32_t node, enum tri *out);
/* field_decimal: plain (decimal_plain). */
enum field_state field_decimal(
    struct arena *a, const struct json *j, uint32_t node, struct str *out);
/* field_money: in text also with a dollar sign and commas between groups of three digits. */
enum field_state field_money(struct arena *a, const struct json *j, uint32_t node, int64_t *cents);
/* field_time: as timestamp_parse_wide. */
enum field_state field_time(struct arena *a, const struct json *j, uint32_t node, int64_t *us);

#endif /* RECORD_FIELD_H */
