/* fold_writer.h -- writes the files of a base into a directory.
 *
 * Records in the order of fold_record.h and lines of memory.jsonl.gz, in any mixture; then the
 * manifest.  Nothing is durable and the directory has no name of its own yet: the caller syncs it
 * and renames it.  A page of the same bytes as in the base before is a hard link to it.
 */
#ifndef BASES_FOLD_WRITER_H
#define BASES_FOLD_WRITER_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "bases/fold_manifest.h"
#include "bases/fold_record.h"

#define FOLD_MEMORY "memory.jsonl.gz"

struct sha256_stream;

struct fold_writer {
	const char *dir;
	const char *before_dir;             /* the base before, or NULL; borrowed */
	const struct fold_manifest *before; /* its manifest; the same */
	/* the writer's own */
	struct arena a;
	struct buf files; /* struct fold_file after struct fold_file */
	struct buf page, origins, packed;
	size_t records, pages, pages_of_month;
	enum entity entity;
	int32_t month;
	struct file_out memory;
	struct sha256_stream *memory_sha;
	struct buf lines;
	uint64_t lines_n;
};

/* fold_writer_begin(w, e): the first three members are given, the rest is zero.  The directory is
 * there and empty.  Release ${w} in any case. */
int fold_writer_begin(struct fold_writer *w, struct err *e) ERR_MUST;

int fold_writer_record(struct fold_writer *w, const struct fold_record *r, struct err *e) ERR_MUST;

/* fold_writer_line(w, line, e): with its end. */
int fold_writer_line(struct fold_writer *w, struct str line, struct err *e) ERR_MUST;

/* fold_writer_end(w, m, e): write the manifest; its files are filled in. */
int fold_writer_end(struct fold_writer *w, struct fold_manifest *m, struct err *e) ERR_MUST;

void fold_writer_release(struct fold_writer *w);

#endif /* BASES_FOLD_WRITER_H */
