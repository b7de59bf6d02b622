/* print_backtest.h -- what became of every segment in a replay, as a table over time. */
#ifndef COMMAND_PRINT_BACKTEST_H
#define COMMAND_PRINT_BACKTEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/*
 * print_backtest(root, ids, n, by_snapshot, json, e):
 * One row a segment and day (UTC) or snapshot, out of the exports of ${root}: sizes at its end, who
 * entered and left meanwhile; on standard output.
 */
int print_backtest(const char *root, const struct str *ids, size_t n, bool by_snapshot, bool json,
    struct err *e) ERR_MUST;

#endif /* COMMAND_PRINT_BACKTEST_H */
