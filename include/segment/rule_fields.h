/* rule_fields.h -- the fields that a rule can ask for, and their values in a profile.
 *
 * flowstory-rules(5) says what each means.
 */
#ifndef SEGMENT_RULE_FIELDS_H
#define SEGMENT_RULE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct arena;
struct profile;
struct segment_set;

struct rule_field_shape {
	const char *name, *type;
	struct str ops;  /* parted by spaces */
	bool has_within; /* orders of a span can be counted */
	bool has_values; /* text or a list: rule_fields_values */
};

/* rule_fields_shape(a, i, out): the field at a position, from 0; false after the last. */
bool rule_fields_shape(struct arena *a, size_t i, struct rule_field_shape *out);

/* rule_fields_values(i, p, list): how many values the profile has; only of a field that has some.
 */
size_t rule_fields_values(size_t i, const struct profile *p, const struct str **list);

/* rule_fields_ask(set, name): a rule asks for that field, or for one made from the same value (age
 * and days_to_birthday from birthdate). */
bool rule_fields_ask(const struct segment_set *set, struct str name);

/* rule_fields_ask_stores(set): a rule asks where somebody bought. */
bool rule_fields_ask_stores(const struct segment_set *set);

#endif /* SEGMENT_RULE_FIELDS_H */
