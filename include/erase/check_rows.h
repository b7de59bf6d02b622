/* check_rows.h -- every key and value of the state. */
#ifndef ERASE_CHECK_ROWS_H
#define ERASE_CHECK_ROWS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* ${part}: of a key, where an id begins and ends with it; of a row all of it. */
typedef void check_rows_fn(
    void *context, const char *table, bool is_key, struct str text, struct str part);

/* check_rows(account, fn, context, e): the parts of each key, then its row; nothing without a
 * state. */
int check_rows(const char *account, check_rows_fn *fn, void *context, struct err *e) ERR_MUST;

#endif /* ERASE_CHECK_ROWS_H */
