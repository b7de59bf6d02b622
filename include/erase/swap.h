/* swap.h -- two directories change places in one step, once, however often a crash comes between.
 *
 * The new one holds a mark until it has taken its place; so whoever comes later knows whether the
 * exchange has been.
 */
#ifndef ERASE_SWAP_H
#define ERASE_SWAP_H

#include "base/err.h"

/* swap_check(account, e): whether the file system can do it, also where parts of the account lie on
 * disks of their own.  Errors: ERR_FAILED. */
int swap_check(const char *account, struct err *e) ERR_MUST;

/* swap_mark(dir, e): ${dir} is whole, and may take a place. */
int swap_mark(const char *dir, struct err *e) ERR_MUST;

/* swap_dirs(dir, place, e): if ${dir} is marked, exchange it with ${place}, or move it there if
 * that is missing; then the mark goes. */
int swap_dirs(const char *dir, const char *place, struct err *e) ERR_MUST;

#endif /* ERASE_SWAP_H */
