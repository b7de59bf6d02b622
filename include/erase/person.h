/* person.h -- whom a name means: an id, or an address that customers have. */
#ifndef ERASE_PERSON_H
#define ERASE_PERSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/str.h"
#include "state/state.h"

/*
 * person_find(a, s, name, ids, n, e):
 * The id itself, if it is or was a customer's or an order names it; else all present customers with
 * this email or mobile, by id; none: nobody is known, or several addresses are named.  In ${a}.
 */
int person_find(struct arena *a, struct state *s, struct str name, struct str **ids, size_t *n,
    struct err *e) ERR_MUST;

/* person_former(a, s, id, others, n, e): other customers whose one of their orders is or was, by
 * id. */
int person_former(struct arena *a, struct state *s, struct str id, struct str **others, size_t *n,
    struct err *e) ERR_MUST;

/* person_exported(s, id, erased, out, e): add to ${out} the addresses with which a row of theirs
 * was ever written, but for those with which another customer, who is none of ${erased}, is written
 * now: in DailyStory that is the other one's contact. */
int person_exported(struct state *s, struct str id, const struct intern *erased, struct intern *out,
    struct err *e) ERR_MUST;

/* person_refused(s, emails, mobiles, n, e): how many of these addresses are owed an opt-out, by
 * whomever. */
int person_refused(struct state *s, const struct intern *emails, const struct intern *mobiles,
    uint64_t *n, struct err *e) ERR_MUST;

/* person_heirs(s, emails, mobiles, erased, n, e): how many customers beside the erased ones have
 * one of these addresses. */
int person_heirs(struct state *s, const struct intern *emails, const struct intern *mobiles,
    const struct intern *erased, uint64_t *n, struct err *e) ERR_MUST;

#endif /* ERASE_PERSON_H */
