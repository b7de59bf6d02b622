/* begun.h -- what a call may have set at DailyStory whose answer is not known.
 *
 * Each call that changes something is noted before it leaves, with what it sets.  Until another one
 * that sets the same is acked, both what was acked before and what was begun may be there: such a
 * field differs from whatever is wanted, and an address counts as one that the contact has.
 * A call that DailyStory refused at its first try changed nothing; those before it may have.
 */
#ifndef PUSH_BEGUN_H
#define PUSH_BEGUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "push/acked.h"

/* Why a line without an answer takes back what was begun before it: the call was refused, at the
 * try that it names. */
#define BEGUN_REFUSED STR("refused")

/* begun_has(x, key): a call that may have set it has no answer. */
bool begun_has(const struct acked *x, struct str key);
bool begun_or_acked(const struct acked *x, struct str key);

/* begun_may_have(x, key, hash): the contact has that address, by what was acked or begun.
 * begun_is_sure(x, key, hash): it has that one and no other. */
bool begun_may_have(const struct acked *x, struct str key, uint64_t hash);
bool begun_is_sure(const struct acked *x, struct str key, uint64_t hash);

/* begun_names(x, key, hash): the same as begun_may_have, but not by an address that nobody knows.
 */
bool begun_names(const struct acked *x, struct str key, uint64_t hash);

/* begun_start(a, x, line): that call is about to leave.  Of creates each address is kept. */
void begun_start(struct arena *a, struct acked *x, const struct journal_line *line);

/* begun_refuse(a, x, tries): the last one was refused, after so many tries. */
void begun_refuse(struct arena *a, struct acked *x, uint64_t tries);

/* begun_end(a, x, line): that line was acked: what it sets is certain.  ${x} has its dsid already;
 * whoever was deleted has what they had if it is the same one, else nothing. */
void begun_end(struct arena *a, struct acked *x, const struct journal_line *line);

/* begun_refuse_create(x, tries): the last create was refused, after so many tries; 0: it made
 * nothing. */
void begun_refuse_create(struct acked *x, uint64_t tries);

/* begun_end_creates(a, x, line): by these addresses a contact is known, or that there is none. */
void begun_end_creates(struct arena *a, struct acked *x, const struct journal_line *line);

/* begun_doubt(a, x, field): perhaps it is not so any more, for a call may give another the address.
 * begun_trust(a, x, field): that call was refused; there may have been one before it. */
void begun_doubt(struct arena *a, struct acked *x, struct journal_field field);
void begun_trust(struct arena *a, struct acked *x, struct journal_field field);

/* begun_keep_of_deleted(a, x, field): a contact that is deleted may have it still. */
void begun_keep_of_deleted(struct arena *a, struct acked *x, struct journal_field field);

/* begun_forget(a, x, field): it is not so. */
void begun_forget(struct arena *a, struct acked *x, struct journal_field field);

/* begun_unname(a, x): what the hashes say is not known any more. */
void begun_unname(struct arena *a, struct acked *x);

/* begun_settle_but(a, x, key): the contact was read, and the other fields are certain. */
void begun_settle_but(struct arena *a, struct acked *x, struct str key);

#endif /* PUSH_BEGUN_H */
