/* print_members.h -- the members of one segment, by name.
 */
#ifndef COMMAND_PRINT_MEMBERS_H
#define COMMAND_PRINT_MEMBERS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

enum members_form {
	MEMBERS_TABLE,
	MEMBERS_CSV,
	MEMBERS_JSON
};

/* print_members(s, slug, form, e): as of the last snapshot, by fh_id.
 * Errors: ERR_USAGE: no such segment. */
int print_members(struct state *s, struct str slug, enum members_form form, struct err *e) ERR_MUST;

#endif /* COMMAND_PRINT_MEMBERS_H */
