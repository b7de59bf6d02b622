/* acked_file.h -- everything that was acked, in one file that stands for the journals before it.
 *
 * acked-000007.jsonl.gz: lines of the journal's kind that make the same view again, sorted by
 * customer; the first names how many lines it stands for.  Several gzip members, which zcat reads.
 */
#ifndef PUSH_ACKED_FILE_H
#define PUSH_ACKED_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/journal_line.h"
#include "push/view.h"

struct gz_stream;

/* acked_file_name(name, number): a file of that name, by its number. */
bool acked_file_name(struct str name, uint32_t *number);

/* acked_file_write(dir, number, view, last, acked, salt, e): of all up to and with that journal;
 * ${last} is the number of its last line, ${acked} how many of all say so, ${salt} the check of the
 * salt. */
int acked_file_write(const char *dir, uint32_t number, struct view *view, uint64_t last,
    uint64_t acked, const char *salt, struct err *e) ERR_MUST;

/* acked_file_remove_older(dir, number): journals up to that one and acked files before it; what
 * cannot be removed is removed the next time. */
void acked_file_remove_older(const char *dir, uint32_t number);

struct acked_file {
	uint32_t number; /* 0: there is none */
	uint64_t last, acked;
	char salt[24]; /* its check; "": of an older file */
	int fd;
	struct gz_stream *stream;
	struct buf text;
	size_t at;
	bool is_end;
	char name[40];
};

/* acked_file_open(f, dir, e): the newest one: 1; 0 there is none; -1.  acked_file_next: 1 a line, 0
 * the end, -1 damaged. */
int acked_file_open(struct acked_file *f, const char *dir, struct err *e) ERR_MUST;
int acked_file_next(
    struct acked_file *f, struct arena *a, struct journal_line *out, struct err *e) ERR_MUST;
void acked_file_close(struct acked_file *f);

#endif /* PUSH_ACKED_FILE_H */
