/* terms.h -- the rules and settings a snapshot is applied with.
 *
 * The account's present ones; for a snapshot that was applied before, those its export recorded
 * (contract, section 7), so that history comes out as it was.
 */
#ifndef ACCOUNT_TERMS_H
#define ACCOUNT_TERMS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "account/settings.h"
#include "segment/segment.h"

struct terms {
	struct settings settings;
	struct segment_set rules;
	struct arena arena;       /* the rules' */
	struct buf settings_text; /* as an export records it */
	bool is_accepted;         /* a recorded mass change was accepted */
};

/* terms_present(p, account, e): flowstory.json and segments.json, or the defaults. */
int terms_present(struct terms *p, const char *account, struct err *e) ERR_MUST;

/*
 * terms_recorded(p, account, exports, id, present, before, e):
 * What exports/<id>/ recorded. ${present} and ${before} (may be NULL) may lend their suppression
 * list. Returns: 1; 0 if there is no such record; -1.
 */
int terms_recorded(struct terms *p, const char *account, struct str id, const struct terms *present,
    const struct terms *before, struct err *e) ERR_MUST;

/* terms_rules(a, account, file, out, e): the rules of a file; NULL: segments.json, or the built-in
 * ones. */
int terms_rules(struct arena *a, const char *account, const char *file, struct segment_set *out,
    struct err *e) ERR_MUST;

void terms_release(struct terms *p);

#endif /* ACCOUNT_TERMS_H */
