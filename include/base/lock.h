/* lock.h -- a lock that dies with its process: flock on a file that stays. */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include "base/err.h"
#include "base/str.h"

struct lock {
	int fd; /* -1: not taken */
};
#define LOCK_INIT                                                                                  \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* lock_take(l, path, holder, e): ${holder} is written there, for the message of whoever comes
 * meanwhile: pid, command, since when.
 * Errors: ERR_BUSY naming the present holder; ERR_IO. */
int lock_take(struct lock *l, const char *path, struct str holder, struct err *e) ERR_MUST;

/* lock_release(l): harmless if it was not taken. */
void lock_release(struct lock *l);

#endif /* BASE_LOCK_H */
