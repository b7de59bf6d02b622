/* replay_dir.h -- the directory a replay writes into: never inside the account, and begun with one
 * set of arguments.
 *
 * DIR/replay.json says what it was begun with.  Nothing is synced while a replay is at work: a
 * power cut may spoil what is there, so it goes on only if the machine has been running since, or
 * if it had come to its end.
 */
#ifndef TIMEMACHINE_REPLAY_DIR_H
#define TIMEMACHINE_REPLAY_DIR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

struct replay_dir {
	const char *account, *dir;
	const char *from, *until, *segments; /* the arguments, or NULL */
	struct arena arena;
	struct str arguments; /* as replay.json has them, but for the machine */
	struct lock lock;     /* LOCK_INIT before replay_dir_begin */
};

/*
 * replay_dir_begin(r, e):
 * Made, or taken up again, and locked.
 * Errors: ERR_USAGE: inside the account, not empty and no replay's, begun with other arguments;
 * ERR_BUSY.
 */
int replay_dir_begin(struct replay_dir *r, struct err *e) ERR_MUST;

/* replay_dir_finish(r, e): all of it is on the disk. */
int replay_dir_finish(struct replay_dir *r, struct err *e) ERR_MUST;

void replay_dir_release(struct replay_dir *r);

#endif /* TIMEMACHINE_REPLAY_DIR_H */
