/* rule_terms.h -- which rules and settings were in force with which snapshot. */
#ifndef STATE_RULE_TERMS_H
#define STATE_RULE_TERMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

struct arena;

/* The rules and the settings of a snapshot, as the compact JSON of what terms/ holds of them. */
struct rule_terms {
	uint32_t since; /* number of the first snapshot with them */
	struct str rules, settings;
	struct str suppress_sha256; /* of the addresses in the suppression list; empty: none */
};

/* rule_terms_follow(s, now, e): those of the snapshot at hand; a row is written only if they differ
 * from those of the snapshot before. */
int rule_terms_follow(struct state *s, const struct rule_terms *now, struct err *e) ERR_MUST;

/* rule_terms_list(a, s, list, n, e): all there were, oldest first, from snapshot 1 on. */
int rule_terms_list(
    struct arena *a, struct state *s, struct rule_terms **list, size_t *n, struct err *e) ERR_MUST;

/* rule_terms_at(list, n, number): those in force with a snapshot. */
const struct rule_terms *rule_terms_at(const struct rule_terms *list, size_t n, uint32_t number);

#endif /* STATE_RULE_TERMS_H */
