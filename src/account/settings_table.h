/* settings_table.h -- the settings as a table: what settings.c reads flowstory.json by. */
#ifndef SETTINGS_TABLE_H
#define SETTINGS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "json/read.h"

/* What a value may be; the type decides the member it is stored in. */
enum settings_kind {
	KIND_TEXT,      /* struct str */
	KIND_FILLED,    /* struct str: not empty, and nothing in it ends a text of C */
	KIND_ID,        /* struct str: text, or a whole number by its digits */
	KIND_URL,       /* struct str: url_check */
	KIND_SEPARATOR, /* struct str: not empty, and nothing that values are made of */
	KIND_TEXTS,     /* list of struct str: pointer, then count */
	KIND_LOWER,     /* the same, in lower case, not empty */
	KIND_EMAILS,    /* the same, each as the field of a record is read */
	KIND_MOBILES,   /* the same */
	KIND_COUNT,     /* uint64_t within limits */
	KIND_PERCENT,   /* struct str: plain decimal, 0 to 100 */
	KIND_SPAN,      /* int64_t us */
	KIND_RETENTION, /* struct str: JSON, bases/retention.h reads it */
	KIND_DAY,       /* struct str: YYYY-MM-DD */
	KIND_ZONE,      /* struct str: base/zone.h knows it */
	KIND_FLAG,      /* bool */
	KIND_NAME,      /* struct str: a name in JSON: letters and digits */
	KIND_CHOICE     /* unsigned: the place of the word in words */
};

struct setting {
	const char *name;
	enum settings_kind kind;
	size_t at,
	    count_at; /* in struct settings; of a setting of a push in struct push_settings */
	uint64_t least, most;
	const char *otherwise; /* of a setting in terms/: its default as JSON; "": not there */
};

/* Those of a push (settings_push.c). */
#define SETTINGS_PUSH_MOST 14
extern const struct setting settings_push_table[SETTINGS_PUSH_MOST];

/* settings_push_example(t): of a KIND_URL.  settings_push_choice(t, j, value, out): the place of a
 * word among those of a KIND_CHOICE; false: it is none of them, which settings_push_words(t, b)
 * lists. */
const char *settings_push_example(const struct setting *t);
bool settings_push_choice(
    const struct setting *t, const struct json *j, uint32_t value, unsigned *out);
struct str settings_push_words(const struct setting *t, struct buf *b);

/* settings_push_is_name(s): it can be a member of JSON as it stands. */
bool settings_push_is_name(struct str s);

#endif /* SETTINGS_TABLE_H */
