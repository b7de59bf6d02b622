/* status.h -- the exit statuses of the program (contract, section 8): the one list of them. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* name, number, what it means wherever a command does not say it more exactly */
#define STATUS_LIST(X)                                                                             \
	X(STATUS_DONE, 0, "done, or nothing to do")                                                \
	X(STATUS_FAILED, 1, "failed; nothing was changed")                                         \
	X(STATUS_USAGE, 2, "the command line, the settings or the rules are wrong")                \
	X(STATUS_NEWS, 3, "done, with something new that needs a look")                            \
	X(STATUS_REFUSED, 4, "a snapshot was refused: damaged, incomplete or late")                \
	X(STATUS_BREAKER, 5, "the mass-change breaker stopped it")                                 \
	X(STATUS_BUSY, 75, "try again later: another run holds the lock")

enum status {
#define X(name, number, text) name = (number),
	STATUS_LIST(X)
#undef X
};

#endif /* BASE_STATUS_H */
