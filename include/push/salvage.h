/* salvage.h -- books that cannot be opened: what of them can be read, and others in their place.
 *
 * The lines whose checksum is right, whatever stands between them, upon the stored view if there is
 * one.  Nothing in ACCOUNT/push changes before salvage_replace, which is one rename: a file of all
 * that was acked, that stands for every file there was.
 */
#ifndef PUSH_SALVAGE_H
#define PUSH_SALVAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/host.h"
#include "push/books.h"

struct salvage {
	bool has_salt; /* else no hash of a line can be compared, and the books have a new salt */
	bool is_anothers; /* the salt there was is of other books */
	uint64_t damaged; /* lines, and parts of a packed file */
	uint64_t missing; /* records, by their numbers */
	uint32_t number;  /* larger than that of any file */
	char *dir;        /* of the view */
};

/*
 * salvage_open(s, b, account, host, e):
 * The books are locked, and their view lies in a directory of its own.
 * Errors: ERR_BUSY another push is at work; ERR_FAILED nothing was ever pushed.
 */
int salvage_open(struct salvage *s, struct books *b, const char *account, const struct host *host,
    struct err *e) ERR_MUST;

/* salvage_replace(s, b, e): what the view says now is what was acked.  Killed before its rename it
 * did nothing; after it, the next books_open finishes. */
int salvage_replace(struct salvage *s, struct books *b, struct err *e) ERR_MUST;

/* salvage_close(s, b): in front of books_close. */
void salvage_close(struct salvage *s, struct books *b);

#endif /* PUSH_SALVAGE_H */
