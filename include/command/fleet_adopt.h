/* fleet_adopt.h -- exported files of many accounts, a directory each, for 'flowstory fleet adopt'.
 */
#ifndef COMMAND_FLEET_ADOPT_H
#define COMMAND_FLEET_ADOPT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "fleet/roster.h"

/* fleet_adopt_files(a, from, name, list, n, e): the paths of the files in ${from}/${name}, in the
 * order of their names; none if it is not there. */
int fleet_adopt_files(struct arena *a, const char *from, struct str name, char ***list, size_t *n,
    struct err *e) ERR_MUST;

/* fleet_adopt_choose(a, from, whole, chosen, e): leave those of ${chosen} that have files.
 * Errors: ERR_USAGE: files lie where they are no account's of the ${whole} fleet, or there are
 * none. */
int fleet_adopt_choose(struct arena *a, const char *from, const struct roster *whole,
    struct roster *chosen, struct err *e) ERR_MUST;

#endif /* COMMAND_FLEET_ADOPT_H */
