/* search.h -- where texts that tell of a person stand in some bytes, however they are written
 * there.
 *
 * Escapes of JSON and of addresses (\u0061, \/, %40) are read, up to three inside one another.
 *
 *   - an email in any case, not as the end of a longer one;
 *   - a phone as its digits with what a phone field may have between (phone_between), and with 1,
 *     00 or 001 in front or not;
 *   - a name in any case of ASCII letters, as whole words;
 *   - an id as it is, not as a part of a longer word;
 *   - a text that somebody gave: its bytes, in any case.
 *
 * In a row of the state a text may also be known by the length before it; escapes are not read
 * there.
 */
#ifndef ERASE_SEARCH_H
#define ERASE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum search_kind {
	SEARCH_ID,
	SEARCH_EMAIL,
	SEARCH_PHONE,
	SEARCH_MED_ID,
	SEARCH_NAME,
	SEARCH_TEXT
};

struct search_text {
	enum search_kind kind;
	struct str
	    text; /* of all but ids in lower case; of a phone its digits, without a leading 1 */
};

/* Zero-initialisable. */
struct search {
	struct arena arena;
	struct search_text *list;
	size_t n, cap;
	/* scratch, of the thread it belongs to */
	struct buf plain, lower, digits;
	uint32_t *places;
	size_t places_cap;
};

/* search_add(s, kind, text): once; what is too short to be told from other text is not searched
 * for. Of an id: at least 8 bytes, or 5 of which one is no digit. */
void search_add(struct search *s, enum search_kind kind, struct str text);

/* search_add_given(s, text): a text from a command line: as what it looks like, and as it is. */
void search_add_given(struct search *s, struct str text);

enum search_form {
	SEARCH_FORM_TEXT,
	SEARCH_FORM_KEY, /* part of a key of the state */
	SEARCH_FORM_ROW  /* value of a row: binary */
};

/* A place: which text, and the byte where it begins, about. */
typedef void search_found(void *context, size_t which, size_t at);

/* search_run(s, text, form, found, context): each place of each text, at least one for each of them
 * that is there.  ${text} is less than 4 GiB. */
void search_run(
    struct search *s, struct str text, enum search_form form, search_found *found, void *context);

/* search_has(s, text): whether there is any.  search_has_telling: other than a name. */
bool search_has(struct search *s, struct str text);
bool search_has_telling(struct search *s, struct str text);

void search_release(struct search *s);

#endif /* ERASE_SEARCH_H */
