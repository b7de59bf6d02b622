/* crew.h -- the program started once an account, so many at a time.
 *
 * A process of its own for each: a crash, a full disk or memory that runs out is one account's
 * affair.  What they print comes back line by line.  Asked to end (SIGTERM, SIGINT, SIGHUP), no
 * further one is started, those at work are asked too and waited for; asked again, they are killed.
 */
#ifndef FLEET_CREW_H
#define FLEET_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define CREW_MOST 64 /* processes at once */

enum crew_stream {
	CREW_OUT,
	CREW_ERR,
	CREW_STREAMS
};

/* How one ended. */
struct crew_end {
	int status; /* of exit; by a signal: -1 */
	int signal; /* 0: none */
	int64_t us; /* it took */
};

struct crew {
	size_t jobs; /* at most CREW_MOST */
	void *context;
	/* The next account to start, and its command line: ${argv} ends in NULL and lasts until the
	 * next call.  False: there is no more. */
	bool (*next)(void *context, size_t *account, char *const **argv);
	/* One line of what it printed, without its end. */
	void (*line)(void *context, size_t account, enum crew_stream stream, struct str line);
	void (*end)(void *context, size_t account, const struct crew_end *end);
};

/* crew_run(c, was_stopped, e): until all have ended; ${was_stopped}: it was asked to end.
 * Errors: ERR_IO: no process can be started; those at work were waited for. */
int crew_run(const struct crew *c, bool *was_stopped, struct err *e) ERR_MUST;

#endif /* FLEET_CREW_H */
