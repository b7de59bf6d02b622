/* export_dir.h -- an export directory while it is written.
 *
 * All files of exports/<snapshot>/ are written into a hidden directory beside it; export_dir_commit
 * makes it appear by one rename.  A file is kept open only while a piece of it is written, so there
 * may be thousands.
 */
#ifndef DAILYSTORY_EXPORT_DIR_H
#define DAILYSTORY_EXPORT_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/pool.h"
#include "base/str.h"
#include "lib/sha256.h"

/* The most bytes of a contacts file: DailyStory takes 8 MB (contract, section 7). */
#define EXPORT_FILE_LIMIT 8000000

struct export_file {
	struct str path; /* in the directory: "segments/vip-left.csv" */
	uint64_t rows, bytes;
	struct buf pending;        /* not in the file yet */
	struct sha256_stream *sha; /* until it is finished */
	struct sha256 sha256;
};

struct export_dir {
	struct arena arena;
	enum file_keep keep;
	char *dir, *final; /* hidden and final name; dir is NULL with FILE_NOWHERE */
	struct export_file **files;
	size_t n, cap;
	bool has_segments; /* segments/ was made */
	/* Set after export_dir_begin: with more than 1, pieces are written on a thread of their own
	 * and the ends of files on all. */
	size_t jobs;
	struct {
		struct pool_task task;
		struct export_file *file;
		struct buf text;
	} writing; /* the piece that is being written now */
};

/* export_dir_begin(o, final, keep, e): an empty hidden directory beside ${final}; none with
 * FILE_NOWHERE. */
int export_dir_begin(
    struct export_dir *o, const char *final, enum file_keep keep, struct err *e) ERR_MUST;

/* export_dir_open(o, path): a new file; nothing is written yet. Owned by ${o}. */
struct export_file *export_dir_open(struct export_dir *o, struct str path);

/* export_dir_row(o, f, row, e): append and count a row; export_dir_text: without counting. */
int export_dir_row(
    struct export_dir *o, struct export_file *f, struct str row, struct err *e) ERR_MUST;
int export_dir_text(
    struct export_dir *o, struct export_file *f, struct str text, struct err *e) ERR_MUST;

/* export_dir_finish(o, e): every file complete and hashed, then sorted by path; more files may be
 * opened after that. */
int export_dir_finish(struct export_dir *o, struct err *e) ERR_MUST;

/* export_dir_find(o, path): a file that was opened, or NULL. */
const struct export_file *export_dir_find(const struct export_dir *o, struct str path);

/* export_dir_commit(o, replaced, e): durable, then visible.  If ${replaced} is not NULL, an export
 * of that name may be there: an equal one stays as it is, another is replaced and *replaced is set.
 */
int export_dir_commit(struct export_dir *o, bool *replaced, struct err *e) ERR_MUST;

/* export_dir_release(o): what is not committed is removed. */
void export_dir_release(struct export_dir *o);

#endif /* DAILYSTORY_EXPORT_DIR_H */
