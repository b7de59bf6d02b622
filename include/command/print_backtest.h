/* print_backtest.h -- the sizes of all segments over time by other rules, as a table. */
#ifndef COMMAND_PRINT_BACKTEST_H
#define COMMAND_PRINT_BACKTEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct base_backtest;

/*
 * print_backtest(root, ids, n, by_snapshot, json, e):
 * A row for each segment and day (UTC) or snapshot, read from the exports in ${root}: its size at
 * the end, and how many entered and left.
 */
int print_backtest(const char *root, const struct str *ids, size_t n, bool by_snapshot, bool json,
    struct err *e) ERR_MUST;

/* print_backtest_bases(b, json): a row for each segment and base. */
void print_backtest_bases(const struct base_backtest *b, bool json);

#endif /* COMMAND_PRINT_BACKTEST_H */
