/* rebuild_lost.h -- what becomes of the addresses of lost.h when the books are made again. */
#ifndef PUSH_REBUILD_LOST_H
#define PUSH_REBUILD_LOST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "push/books.h"

/* rebuild_lost(b, has_salt, n, e): without the salt nobody knows which of them a create was of that
 * has no answer, so each may be it.  ${n}: of how many no line tells any more: nobody can find
 * their contacts but by hand.  Errors: those of lost_load. */
int rebuild_lost(struct books *b, bool has_salt, uint64_t *n, struct err *e) ERR_MUST;

#endif /* PUSH_REBUILD_LOST_H */
