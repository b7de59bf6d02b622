/* diff_stored.h -- one place in the records through all diffs: each change it ever went through, of
 * whatever record.
 */
#ifndef TIMEMACHINE_DIFF_STORED_H
#define TIMEMACHINE_DIFF_STORED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

/*
 * diff_stored_print(account, s, path, is_json, e):
 * What lies at the JSON Pointer, below it, or is a value that holds it; oldest first, to standard
 * output. Errors: ERR_DAMAGED with the diff that is not the one that was written.
 */
int diff_stored_print(
    const char *account, struct state *s, struct str path, bool is_json, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_DIFF_STORED_H */
