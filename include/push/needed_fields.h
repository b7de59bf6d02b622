/* needed_fields.h -- the custom fields that a push writes beside the columns of an export: to be
 * made in DailyStory, and indexed, before anything is sent.
 *
 * They are sent without that as well, but only indexed fields can be searched there.
 */
#ifndef PUSH_NEEDED_FIELDS_H
#define PUSH_NEEDED_FIELDS_H

#include <stddef.h>

#include "account/settings_push.h"
#include "base/str.h"
#include "segment/segment.h"

struct arena;

struct needed_field {
	struct str key;
	const char *type; /* as in fields.csv */
};

/* needed_fields(a, push, rules, list): how many, in ${a}; none if nothing is pushed. */
size_t needed_fields(struct arena *a, const struct push_settings *push,
    const struct segment_set *rules, struct needed_field **list);

/* needed_fields_rows(a, push, rules): the same as rows of fields.csv, with CRLF. */
struct str needed_fields_rows(
    struct arena *a, const struct push_settings *push, const struct segment_set *rules);

#endif /* PUSH_NEEDED_FIELDS_H */
