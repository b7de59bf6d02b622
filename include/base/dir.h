/* dir.h -- directories: made, listed, synced, renamed and removed.
 *
 * Every directory made here is 0700, whatever the umask.
 */
#ifndef BASE_DIR_H
#define BASE_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;
struct intern;

/* How deep dir_sync and dir_remove go; deeper is ERR_FAILED. */
#define DIR_DEPTH 256

bool dir_exists(const char *path);

/* dir_changed(path): when a name in it came, went or was replaced last, in ns; -1: it is not
 * there. */
int64_t dir_changed(const char *path);

/* dir_is_network(path): the file or directory lies on a file system of the network, whose locks and
 * memory other machines do not see as this one does. */
bool dir_is_network(const char *path);

/* dir_make(path, e): fine if it is there already.  dir_make_all: its parents too.  dir_make_quick:
 * without any fsync, where dir_sync and dir_rename follow or nothing has to last. */
int dir_make(const char *path, struct err *e) ERR_MUST;
int dir_make_all(const char *path, struct err *e) ERR_MUST;
int dir_make_quick(const char *path, struct err *e) ERR_MUST;

/* dir_list(a, path, names, n, e): the names in it, sorted by bytes, without . and ..; none if it is
 * not there. */
int dir_list(
    struct arena *a, const char *path, struct str **names, size_t *n, struct err *e) ERR_MUST;

/* dir_sync(path, e): fsync every file in it and below, then the directories. */
int dir_sync(const char *path, struct err *e) ERR_MUST;

/* dir_sync_parent(path, e): fsync the directory ${path} lies in, so that its name outlives a power
 * cut. */
int dir_sync_parent(const char *path, struct err *e) ERR_MUST;

/* dir_rename(from, to, e): rename and fsync the parent; ${to} must not exist.  dir_rename_quick:
 * without the fsync. */
int dir_rename(const char *from, const char *to, struct err *e) ERR_MUST;
int dir_rename_quick(const char *from, const char *to, struct err *e) ERR_MUST;

/* dir_remove(path, e): it and all below; missing is fine; follows no link. */
int dir_remove(const char *path, struct err *e) ERR_MUST;

struct dir_use {
	uint64_t files;  /* no directories, links and pipes */
	uint64_t bytes;  /* the files' own sizes */
	uint64_t blocks; /* bytes of the blocks that files and directories lie in */
};

/* dir_use_add(use, linked, path): what ${path} and all below take; what cannot be looked at takes
 * nothing.  Of a file with several names the first one counts: ${linked} has those that did. */
void dir_use_add(struct dir_use *use, struct intern *linked, const char *path);

#endif /* BASE_DIR_H */
