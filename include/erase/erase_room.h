/* erase_room.h -- whether the place where an account lies lets an erasure come to its end.
 *
 * Once begun, an erasure has to be finished: every other command waits for it.  So it is asked
 * before, not on the way.
 */
#ifndef ERASE_ERASE_ROOM_H
#define ERASE_ERASE_ROOM_H

#include "base/err.h"
#include "erase/erase_plan.h"

/*
 * erase_room_check(account, plan, e):
 * What is derived is there twice for a while, and so are the touched pages; and nothing that is
 * made anew is a link: what it leads to would stay as it is, out of sight. Errors: ERR_FAILED;
 * ERR_IO.
 */
int erase_room_check(const char *account, const struct erase_plan *plan, struct err *e) ERR_MUST;

#endif /* ERASE_ERASE_ROOM_H */
