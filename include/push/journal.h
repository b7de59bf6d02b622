/* journal.h -- the files that say what DailyStory has acknowledged, in ACCOUNT/push.
 *
 *	journal-000001.jsonl      append only, a new one once it is large
 *	acked-000007.jsonl.gz     everything acked up to and with journal-000007; then older ones go
 *
 * It cannot be computed from snapshots, so it is to be backed up.  A last line that is torn was
 * never acted on: it is cut off.  A bad line anywhere else is an error (but see salvage.h).
 */
#ifndef PUSH_JOURNAL_H
#define PUSH_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/str.h"
#include "push/journal_line.h"

#define JOURNAL_LIMIT (UINT64_C(64) << 20) /* bytes, after which a new file is begun */
#define JOURNAL_LINE_MOST ((size_t)1 << 20)

/* After which line: all before it is known.  Of the beginning all is 0. */
struct journal_place {
	uint32_t file;   /* the number of a journal */
	uint64_t offset; /* bytes */
	uint64_t crc;    /* of the line that ends there, as hash_64 of its text; 0 at 0 */
};

/* ---- Reading */

struct journal_reader {
	const char *dir;
	int fd;
	bool is_last;    /* of the journals */
	uint32_t number; /* of the file that is open */
	uint32_t *files; /* those there are, in order */
	size_t files_n, next;
	struct journal_place place; /* after the line given last */
	bool is_torn;               /* the last file ends in a line that is not whole */
	struct buf text;            /* read and not given yet, from ${at} on */
	size_t at;
	bool is_end;   /* of the file */
	uint64_t line; /* its number in the file, from 1 on */
	struct arena arena;
};

/*
 * journal_read_open(r, dir, from, e):
 * Lines after that place.  Returns: 1; 0 if that place is not there, so that everything has to be
 * read from the beginning; -1.
 */
int journal_read_open(struct journal_reader *r, const char *dir, const struct journal_place *from,
    struct err *e) ERR_MUST;

/* journal_read_next(r, a, out, e): 1 a line, its texts valid until the next call; 0 the end; -1 a
 * bad line: ERR_FAILED with file and line. */
int journal_read_next(
    struct journal_reader *r, struct arena *a, struct journal_line *out, struct err *e) ERR_MUST;
void journal_read_close(struct journal_reader *r);

/* ---- Writing */

struct journal {
	char *dir;
	const struct host *host;
	int fd;
	struct journal_place place; /* after the last line */
	uint64_t limit;
	unsigned unsynced; /* lines */
	int64_t synced;    /* ticks */
	struct buf line;
};
#define JOURNAL_INIT                                                                               \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* journal_open(j, dir, place, host, e): to go on after ${place}, which journal_read_next reached;
 * what stands after it is cut off. */
int journal_open(struct journal *j, const char *dir, const struct journal_place *place,
    const struct host *host, struct err *e) ERR_MUST;

/* journal_append(j, x, e): a line is written at once, and is on the disk after 20 lines or a
 * quarter of a second at the latest, if more follow; journal_sync: now. */
int journal_append(struct journal *j, const struct journal_line *x, struct err *e) ERR_MUST;
int journal_sync(struct journal *j, struct err *e) ERR_MUST;

/* journal_is_full(j): the file has reached the limit; journal_turn: what follows goes into a new
 * one. */
bool journal_is_full(const struct journal *j);
int journal_turn(struct journal *j, struct err *e) ERR_MUST;

/* journal_close(j): what is not synced may be lost with the power. */
void journal_close(struct journal *j);

/* journal_path(a, dir, number): the file's name. */
char *journal_path(struct arena *a, const char *dir, uint32_t number);

/* journal_name(name, begin, end, number): a file of ours, "journal-000001.jsonl". */
bool journal_name(struct str name, struct str begin, struct str end, uint32_t *number);

#endif /* PUSH_JOURNAL_H */
