/* beside.h -- what an erasure has to see to beside snapshots and what is derived from them. */
#ifndef ERASE_BESIDE_H
#define ERASE_BESIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/*
 * beside_forget(account, now, is_gone, context, e):
 * An unfinished first fetch is given up, for its pages hold whoever it was; of .fetch.json the ids
 * go of whom ${is_gone} says so.
 */
int beside_forget(const char *account, int64_t now, bool (*is_gone)(void *context, struct str id),
    void *context, struct err *e) ERR_MUST;

#endif /* ERASE_BESIDE_H */
