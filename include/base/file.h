/* file.h -- files that appear whole or not at all.
 *
 * A file is written under another name, synced and renamed; then its directory is synced.  Every
 * file made here is 0600, whatever the umask, except by file_save_public.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/dir.h"
#include "base/err.h"
#include "base/str.h"

struct arena;

/* What becomes of a result. */
enum file_keep {
	FILE_DURABLE, /* it outlives a power cut */
	FILE_QUICK,   /* it is written, but may not outlive one */
	FILE_NOWHERE  /* it is counted and hashed, and nothing is written */
};

/* file_exists(path): a regular file is there, or a link to one. */
bool file_exists(const char *path);

/* file_join(a, x, y): "x/y", terminated; no second slash after "x/", none after "". */
char *file_join(struct arena *a, const char *x, const char *y);

/* file_load(a, path, limit, out, e): the whole file, in ${a}.
 * Errors: ERR_IO (sys says ENOENT and so on); ERR_FAILED if it is larger than ${limit}. */
int file_load(
    struct arena *a, const char *path, uint64_t limit, struct str *out, struct err *e) ERR_MUST;

/* file_save(path, text, e): the whole file, durable: create, put, commit. */
int file_save(const char *path, struct str text, struct err *e) ERR_MUST;

/* file_write(path, text, e): whole, but not durable yet: create, put, close.  For one of many files
 * whose directory is synced at the end. */
int file_write(const char *path, struct str text, struct err *e) ERR_MUST;

/* file_save_public(path, text, e): as file_save, but everybody may read it: mode 0644. */
int file_save_public(const char *path, struct str text, struct err *e) ERR_MUST;

/* A file being written, called ".<name>.tmp-<pid>" until it is finished. */
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

/* file_create: what is no file, such as a device or a link to one, is not replaced: ERR_FAILED. */
int file_create(struct file_out *f, const char *path, struct err *e) ERR_MUST;
int file_put(struct file_out *f, const void *p, size_t n, struct err *e) ERR_MUST;

/* file_commit: fsync, rename, fsync the directory.  file_close: only rename, for a file in a
 * directory that dir_sync makes durable later.  ${f} is closed either way. */
int file_commit(struct file_out *f, struct err *e) ERR_MUST;
int file_close(struct file_out *f, struct err *e) ERR_MUST;

/* file_abandon: what was written is removed; harmless when closed. */
void file_abandon(struct file_out *f);

/* file_link(from, to): make ${to}, replaced if it is there, another name of the same file.  Its
 * directory is not synced.  Returns: 0 or an errno: not every file system can. */
int file_link(const char *from, const char *to);

/* file_reserve(path, size): reserve that much room on the disk for a file, which is made if it is
 * not there.  Returns: 0 or an errno. */
int file_reserve(const char *path, uint64_t size);

#endif /* BASE_FILE_H */
