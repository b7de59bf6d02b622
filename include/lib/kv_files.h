/* kv_files.h -- the files of a store, as LMDB names them. */
#ifndef LIB_KV_FILES_H
#define LIB_KV_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define KV_FILES_DATA "data.mdb"
#define KV_FILES_LOCK "lock.mdb"
#define KV_FILES_MODE 0600

/* kv_files_look(dir, out): 0, or the system's number: the data are not there, or cannot be seen. */
struct kv_files {
	size_t size; /* of the data */
	bool is_locked;
};
int kv_files_look(const char *dir, struct kv_files *out);

/* kv_files_reserve(dir): room for the lock; 0 or the system's number.  LMDB writes the lock file
 * through a map, where a full disk kills the process, so it gets its room first. */
int kv_files_reserve(const char *dir);

/* kv_files_close_off(dir): for nobody else's eyes; 0 or the system's number.  The umask can have
 * taken bits of the modes, a backup can have added some. */
int kv_files_close_off(const char *dir);

/* kv_files_drop(dir): the data away that were begun and not finished. */
void kv_files_drop(const char *dir);

/* kv_files_sync(dir, e): their names are on the disk.  No file is opened for it: closing one again
 * would give up LMDB's lock on it. */
int kv_files_sync(const char *dir, struct err *e) ERR_MUST;

/* kv_files_are_there(dir): whether a store was begun in it. */
bool kv_files_are_there(const char *dir);

/* kv_files_remove(dir, e): of a store that nobody here has open. */
int kv_files_remove(const char *dir, struct err *e) ERR_MUST;

#endif /* LIB_KV_FILES_H */
