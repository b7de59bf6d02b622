/* orphans.h -- contacts whose id the books still name, without saying whose they are.
 *
 * Where lines are lost: an opt-out names the contacts that were told, a dead letter the one that
 * stands in the way.
 */
#ifndef PUSH_ORPHANS_H
#define PUSH_ORPHANS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/books.h"

/* orphans_find(a, books, list, n, e): the ids of those that are nobody's, each once; in ${a}. */
int orphans_find(
    struct arena *a, struct books *books, struct str **list, size_t *n, struct err *e) ERR_MUST;

#endif /* PUSH_ORPHANS_H */
