/* replay_dir.h -- the directory a replay writes into: never inside the account, never a stranger's.
 *
 * DIR/replay.json says what it was made with.  A replay with the same arguments takes the place of
 * an earlier one; a directory of any other replay is left as it is.
 */
#ifndef TIMEMACHINE_REPLAY_DIR_H
#define TIMEMACHINE_REPLAY_DIR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/lock.h"

struct replay_dir {
	const char *account, *dir;
	const char *from, *until, *segments; /* the arguments, or NULL */
	struct lock lock;                    /* LOCK_INIT before replay_dir_begin */
	struct arena arena;
};

/*
 * replay_dir_begin(r, e):
 * Make the directory, or empty an earlier replay's, and lock it.
 * Errors: ERR_USAGE: inside the account, not empty and no replay's, one with other arguments;
 *         ERR_BUSY.
 */
int replay_dir_begin(struct replay_dir *r, struct err *e) ERR_MUST;

/* replay_dir_sync(r, e): nothing is synced while a replay writes; now all of it is. */
int replay_dir_sync(const struct replay_dir *r, struct err *e) ERR_MUST;

void replay_dir_release(struct replay_dir *r);

#endif /* TIMEMACHINE_REPLAY_DIR_H */
