/* push_check.h -- what DailyStory has, compared with what it acknowledged.
 *
 * Only reads there.  A field of ours that somebody changed is noted as not acked if that is asked
 * for, so that the next push sends it again; a contact that somebody deleted, as not there.  Nobody
 * has to ask for it of a mobile that refuses texts, was taken away, and is there again.
 */
#ifndef PUSH_PUSH_CHECK_H
#define PUSH_PUSH_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "push/push.h"

/* kind, its name */
#define PUSH_CHECK_KINDS(X)                                                                        \
	X(PUSH_CHECK_SAME, "same")                                                                 \
	X(PUSH_CHECK_CASE, "case")               /* the same but for the case of letters */        \
	X(PUSH_CHECK_CHANGED, "changed")         /* somebody did */                                \
	X(PUSH_CHECK_NOT_CLEARED, "not_cleared") /* "" was sent, and the value is still there */

enum push_check_kind {
#define X(kind, name) kind,
	PUSH_CHECK_KINDS(X)
#undef X
	PUSH_CHECK_COUNT
};

struct push_check_options {
	uint64_t sample; /* contacts, those not compared longest first; 0: all */
	bool repairs;
};

struct push_check_field {
	struct str key;
	uint64_t n[PUSH_CHECK_COUNT];
};

struct push_check {
	uint64_t contacts;  /* compared */
	uint64_t deleted;   /* there no more */
	uint64_t opted_out; /* there, by a flag whose name is known */
	uint64_t unknown;   /* no answer */
	uint64_t repaired;  /* contacts that the next push sends again */
	struct push_check_field *fields;
	size_t n, cap;
	struct arena a;
};

/* push_check(p, o, d, e): Errors: those of caller_call; ERR_BUSY no answer ten times in a row. */
int push_check(struct push *p, const struct push_check_options *o, struct push_check *d,
    struct err *e) ERR_MUST;
void push_check_release(struct push_check *d);

#endif /* PUSH_PUSH_CHECK_H */
