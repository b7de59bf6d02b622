/* email.h -- the address in an email field, however it was typed.
 *
 * Contract section 4, "Email"; docs/readings.md, "Profiles".
 */
#ifndef RECORD_EMAIL_H
#define RECORD_EMAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "record/drop_reason.h"

struct arena;

/* email_is_sound(s): an address and nothing else, in any case. */
bool email_is_sound(struct str s);

/*
 * email_read(a, text, placeholders, n, why):
 * Of a cleaned text (str_clean) the first sound address that is no placeholder, whatever the case,
 * in lower case in ${a}.
 * Returns: the address, or {0} with why it was dropped in ${why}, which is DROPPED_REASONS if the
 * text is empty.
 */
struct str email_read(struct arena *a, struct str text, const struct str *placeholders, size_t n,
    enum drop_reason *why);

#endif /* RECORD_EMAIL_H */
