/* print_backtest.h -- the sizes of all segments in a replay, as a table over time. */
#ifndef COMMAND_PRINT_BACKTEST_H
#define COMMAND_PRINT_BACKTEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/*
 * print_backtest(root, ids, n, by_snapshot, json, e):
 * A row for each segment and day (UTC) or snapshot, out of the exports in ${root}: its size then,
 * and how many entered and left; to standard output.
 */
int print_backtest(const char *root, const struct str *ids, size_t n, bool by_snapshot, bool json,
    struct err *e) ERR_MUST;

#endif /* COMMAND_PRINT_BACKTEST_H */
