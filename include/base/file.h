/* file.h -- files that appear whole or not at all, and the lock.
 *
 * Everything written here is 0600 and every directory 0700, whatever the
 * umask.  Write new, fsync, rename, fsync the directory.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

/* What becomes of a result: it survives a power cut; it is there, but perhaps not after one; it
 * is counted and hashed, and nothing is written. */
enum file_keep {
	FILE_DURABLE,
	FILE_QUICK,
	FILE_NOWHERE
};

/* file_load(a, path, limit, out, e): the whole file, in a.
 * Errors: ERR_IO (sys says ENOENT and so on), ERR_FAILED if larger than limit. */
int file_load(
    struct arena *a, const char *path, uint64_t limit, struct str *out, struct err *e) ERR_MUST;

/* A file being written: hidden under a temporary name (".<name>.tmp-<pid>") until file_commit. */
struct file_out {
	int fd;     /* -1 when closed */
	char *path; /* final */
	char *tmp;
	uint64_t size; /* bytes accepted so far */
	struct buf pending;
};
#define FILE_OUT_INIT                                                                              \
	{                                                                                          \
		.fd = -1                                                                           \
	}

int file_create(struct file_out *f, const char *path, struct err *e) ERR_MUST;
int file_put(struct file_out *f, const void *p, size_t n, struct err *e) ERR_MUST;
/* fsync, rename over the final name, fsync the directory; f is closed. */
int file_commit(struct file_out *f, struct err *e) ERR_MUST;
/* The same without any fsync and with close only: for files inside a directory that
 * dir_sync makes durable before its own rename. */
int file_close(struct file_out *f, struct err *e) ERR_MUST;
/* Away with it; harmless when closed. */
void file_abandon(struct file_out *f);

/* file_save(path, text, e): create, put, commit. */
int file_save(const char *path, struct str text, struct err *e) ERR_MUST;

bool file_exists(const char *path);
bool dir_exists(const char *path);

/* Directories inside one another that dir_sync and dir_remove go into; more is ERR_FAILED. */
#define DIR_DEPTH 256

/* dir_make(path, e): 0700; there already is fine.  dir_make_all: parents too. */
int dir_make(const char *path, struct err *e) ERR_MUST;
int dir_make_all(const char *path, struct err *e) ERR_MUST;
/* dir_make_quick: without any fsync: of what dir_sync and dir_rename make durable, or nothing has
 * to. */
int dir_make_quick(const char *path, struct err *e) ERR_MUST;

/* dir_sync(path, e): fsync every file in the directory, below it too, then the directories. */
int dir_sync(const char *path, struct err *e) ERR_MUST;

/* dir_sync_parent(path, e): fsync the directory ${path} lies in, so that the name
 * is there after a power cut. */
int dir_sync_parent(const char *path, struct err *e) ERR_MUST;

/* dir_rename(from, to, e): rename and fsync the parent.  ${to} must not exist. */
int dir_rename(const char *from, const char *to, struct err *e) ERR_MUST;
/* dir_rename_quick: without the fsync. */
int dir_rename_quick(const char *from, const char *to, struct err *e) ERR_MUST;

/* dir_remove(path, e): the tree below and itself; missing is fine; follows no link. */
int dir_remove(const char *path, struct err *e) ERR_MUST;

/* dir_list(a, path, names, n, e): names sorted by bytes, without . and ..;
 * a missing directory is empty. */
int dir_list(
    struct arena *a, const char *path, struct str **names, size_t *n, struct err *e) ERR_MUST;

/* file_join(a, x, y): "x/y", terminated; no second slash behind "x/", none behind "". */
char *file_join(struct arena *a, const char *x, const char *y);

/* The account's lock: flock on a file that stays; it dies with the process. */
struct lock {
	int fd;
};
#define LOCK_INIT                                                                                  \
	{                                                                                          \
		.fd = -1                                                                           \
	}
/* Errors: ERR_BUSY naming what the holder wrote there (pid, command, since). ${text} is what we
 * write. */
int lock_take(struct lock *l, const char *path, struct str text, struct err *e) ERR_MUST;
void lock_release(struct lock *l);

#endif /* BASE_FILE_H */
