/* recheck.h -- what DailyStory has, compared with what it acknowledged.
 *
 * Only reads there.  A field of ours that somebody changed is noted as not acked if that is asked
 * for, so that the next push sends it again; a contact that somebody deleted, as not there.
 */
#ifndef PUSH_RECHECK_H
#define PUSH_RECHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "push/push.h"

/* kind, its name */
#define RECHECK_KINDS(X)                                                                           \
	X(RECHECK_SAME, "same")                                                                    \
	X(RECHECK_CASE, "case")               /* the same but for the case of letters */           \
	X(RECHECK_CHANGED, "changed")         /* somebody did */                                   \
	X(RECHECK_NOT_CLEARED, "not_cleared") /* "" was sent, and the value is still there */

enum recheck_kind {
#define X(kind, name) kind,
	RECHECK_KINDS(X)
#undef X
	RECHECK_COUNT
};

struct recheck_options {
	uint64_t sample; /* contacts, those not compared longest first; 0: all */
	bool repairs;
};

struct recheck_field {
	struct str key;
	uint64_t n[RECHECK_COUNT];
};

struct recheck {
	uint64_t contacts;  /* compared */
	uint64_t deleted;   /* there no more */
	uint64_t opted_out; /* there, by a flag whose name is known */
	uint64_t unknown;   /* no answer */
	uint64_t repaired;  /* contacts that the next push sends again */
	struct recheck_field *fields;
	size_t n, cap;
	struct arena a;
};

/* recheck_run(p, o, d, e): Errors: those of caller_call; ERR_BUSY no answer ten times in a row. */
int recheck_run(
    struct push *p, const struct recheck_options *o, struct recheck *d, struct err *e) ERR_MUST;
void recheck_release(struct recheck *d);

#endif /* PUSH_RECHECK_H */
