/* kv_files.h -- the files of a store, as LMDB names them. */
#ifndef LIB_KV_FILES_H
#define LIB_KV_FILES_H

#include <stdbool.h>

#include "base/err.h"

#define KV_FILES_DATA "data.mdb"
#define KV_FILES_LOCK "lock.mdb"

/* kv_files_are_there(dir): whether a store was begun in it. */
bool kv_files_are_there(const char *dir);

/* kv_files_remove(dir, e): of a store that nobody here has open. */
int kv_files_remove(const char *dir, struct err *e) ERR_MUST;

#endif /* LIB_KV_FILES_H */
