/* diff_file.h -- write diffs/<snapshot>.jsonl.gz.
 *
 * JSON Lines by contract section 5; diff_line.h writes those of records.  The file is compressed in
 * pieces, each a gzip member; digests are of the uncompressed bytes, so that it may be compressed
 * again by anything.
 */
#ifndef DELTA_DIFF_FILE_H
#define DELTA_DIFF_FILE_H

#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "base/pool.h"
#include "base/str.h"
#include "delta/delta.h"
#include "state/state.h"
#include "lib/sha256.h"

/* What the first line says beside the snapshot. */
struct diff_file_head {
	struct str previous; /* empty: the first */
	struct str manifest_sha256;
	struct str previous_diff_sha256; /* empty: the first */
};

/* What the file is made from; borrowed until diff_file_end. */
struct diff_file_parts {
	const struct run *run;
	struct diff_file_head head;
	const struct delta *delta;
	enum file_keep keep;
	uint64_t quarantined;
};

struct diff_file {
	struct diff_file_parts parts;
	struct file_out file;
	struct buf lines; /* not compressed yet */
	struct buf packed;
	struct sha256_stream *sha;
	struct state before; /* a transaction of its own, once it is needed */
	struct pool_task task;
};

/*
 * diff_file_begin(out, account, kv, parts, e):
 * Begin to write the file under a temporary name, with more than one job on a thread of its own.
 * It reads the state before; the caller may write the state meanwhile.
 */
int diff_file_begin(struct diff_file *out, const char *account, struct kv *kv,
    const struct diff_file_parts *parts, struct err *e) ERR_MUST;

/*
 * diff_file_end(out, unknown, n, sha256, e):
 * Wait for it and add the last line, with the unknown fields, sorted.  ${sha256} is that of the
 * uncompressed bytes.
 */
int diff_file_end(struct diff_file *out, const struct str *unknown, size_t n, struct sha256 *sha256,
    struct err *e) ERR_MUST;
/* diff_file_commit: the file appears. */
int diff_file_commit(struct diff_file *out, struct err *e) ERR_MUST;

/* diff_file_pack(text, packed): append a diff's text, compressed as in the file. */
void diff_file_pack(struct str text, struct buf *packed);

/* Harmless at any time after diff_file_begin. */
void diff_file_release(struct diff_file *out);

#endif /* DELTA_DIFF_FILE_H */
