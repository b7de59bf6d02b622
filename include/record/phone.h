/* phone.h -- the number in a phone field, however it was typed.
 *
 * Contract section 4, "Mobile"; docs/readings.md, "Profiles".
 */
#ifndef RECORD_PHONE_H
#define RECORD_PHONE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "record/drop_reason.h"

struct arena;

/* What is more to know of whose number it is. */
struct phone_rules {
	bool is_abroad;                 /* of neither the US nor Canada: ten digits are no number */
	const struct str *placeholders; /* E.164 */
	size_t n;
};

/*
 * phone_read(a, text, rules, why):
 * Of a cleaned text (str_clean) the number in E.164, in ${a}.
 * Returns: the number, or {0} with why it was dropped in ${why}, which is DROPPED_REASONS if the
 * text is empty.
 */
struct str phone_read(
    struct arena *a, struct str text, const struct phone_rules *rules, enum drop_reason *why);

/* phone_between(s): bytes of what may stand between digits that s begins with, or 0: white space, a
 * hyphen or dash, or one of ().-/ */
size_t phone_between(struct str s);

#endif /* RECORD_PHONE_H */
