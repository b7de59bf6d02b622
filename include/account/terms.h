/* terms.h -- the rules and settings a snapshot is applied with.
 *
 * The account's own; for a snapshot that was applied before, those of its time, out of terms/
 * (terms_history.h), so that history comes out as it was.
 */
#ifndef ACCOUNT_TERMS_H
#define ACCOUNT_TERMS_H

#include <stdbool.h>

#include "account/settings.h"
#include "base/arena.h"
#include "base/err.h"
#include "segment/segment.h"

/* Zero-initialisable; may be released after any call, failed or not. */
struct terms {
	struct settings settings;
	struct segment_set rules;
	struct str settings_text; /* the object in terms/, compact */
	struct str accepted;      /* the snapshot whose mass change was accepted, says the file */
	struct arena arena;       /* the rules' */
};

/* terms_present(t, account, e): flowstory.json and segments.json, or the defaults.
 * terms_present_unlisted: without the suppression list, which may be gone where history is only
 * applied again; settings_suppress_load reads it. */
int terms_present(struct terms *t, const char *account, struct err *e) ERR_MUST;
int terms_present_unlisted(struct terms *t, const char *account, struct err *e) ERR_MUST;

/* terms_parse(t, file, text, e): terms/<id>.json, without the suppression list, which the caller
 * gives to settings_suppress_use.  Errors: ERR_SETTINGS with the file. */
int terms_parse(struct terms *t, const char *file, struct str text, struct err *e) ERR_MUST;

/* terms_print(t, accepted, b): terms/<id>.json; ${accepted}: the snapshot whose mass change is, or
 * empty.  What was parsed and is printed again is the same text. */
void terms_print(const struct terms *t, struct str accepted, struct buf *b);

/* terms_rules(a, account, file, out, e): the rules in a file; NULL: segments.json, or the built-in
 * ones. */
int terms_rules(struct arena *a, const char *account, const char *file, struct segment_set *out,
    struct err *e) ERR_MUST;

void terms_release(struct terms *t);

#endif /* ACCOUNT_TERMS_H */
