/* limit.h -- one limit of calls to a host, for all processes that take part in it.
 *
 * A file a host in a directory they share: 64 bytes in memory that all of them see.  Whoever is to
 * call takes the next free time by compare-and-swap and waits for it, so calls are spaced evenly
 * and no process has to be there to give them out; who dies has lost one place.  An answer 429 to
 * any of them doubles the interval for all, for a minute; then it comes back by a tenth a minute.
 *
 * On a file system of the network there is no such memory: there the kernel's lock on the file
 * stands for it, and the clock is the machines' own.
 */
#ifndef HTTP_LIMIT_H
#define HTTP_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/host.h"
#include "base/str.h"

#define LIMIT_PER_SECOND 10 /* calls, where nobody said otherwise */

struct arena;
struct limit_page;

/* Zero-initialisable: no limit. */
struct limit {
	struct limit_page *page; /* NULL: none */
	int fd;                  /* of the file, where it is locked; else 0 */
};

/* What a file says. */
struct limit_state {
	struct str host;
	uint64_t interval, base; /* us between two calls: now, and as it was set */
	uint64_t calls, slowed;  /* since the file was made: calls, and answers that slowed them */
	uint64_t status;         /* of the last answer that did; 0: none */
	int64_t ago;             /* us since then */
};

/* limit_open(l, dir, url, e): take part in the limit of the url's host; the directory and the file
 * are made.  Errors: ERR_SETTINGS: they cannot be, or the file is none of these. */
int limit_open(struct limit *l, const char *dir, struct str url, struct err *e) ERR_MUST;

/* limit_wait(l, host): sleep until it is this process's turn; at once without a limit. */
void limit_wait(struct limit *l, const struct host *host);

/* limit_slow(l, status, host): the host has said that it is too much.  Answers to calls that were
 * on their way together count once. */
void limit_slow(struct limit *l, long status, const struct host *host);

void limit_close(struct limit *l);

/* limit_set(dir, url, interval, e): how many us lie between two calls to the url's host, or, with
 * LIMIT_OTHERS for a url, to those that have no file yet. */
#define LIMIT_OTHERS "others"
int limit_set(const char *dir, struct str url, uint64_t interval, struct err *e) ERR_MUST;

/* limit_list(a, dir, host, out, n, e): what the files of a directory say; none if it is not there.
 * Nothing in it is changed. */
int limit_list(struct arena *a, const char *dir, const struct host *host, struct limit_state **out,
    size_t *n, struct err *e) ERR_MUST;

#endif /* HTTP_LIMIT_H */
