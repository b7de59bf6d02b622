/* terms.h -- the rules and settings a snapshot is applied with.
 *
 * The account's own; for a snapshot that was applied before, those its export recorded (contract,
 * section 7), so that history comes out as it was.
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
	struct buf settings_text; /* as an export records it */
	bool is_accepted;         /* recorded: a mass change was accepted */
	struct arena arena;       /* the rules' */
};

/* terms_present(t, account, e): flowstory.json and segments.json, or the defaults. */
int terms_present(struct terms *t, const char *account, struct err *e) ERR_MUST;

/*
 * terms_recorded(t, account, id, present, before, e):
 * What exports/<id>/ recorded.  Where it names a suppression list that it does not hold, ${present}
 * and ${before} (each may be NULL) lend theirs.
 * Returns: 1; 0 if there is no such record; -1.
 */
int terms_recorded(struct terms *t, const char *account, struct str id, const struct terms *present,
    const struct terms *before, struct err *e) ERR_MUST;

/* terms_rules(a, account, file, out, e): the rules in a file; NULL: segments.json, or the built-in
 * ones. */
int terms_rules(struct arena *a, const char *account, const char *file, struct segment_set *out,
    struct err *e) ERR_MUST;

void terms_release(struct terms *t);

#endif /* ACCOUNT_TERMS_H */
