/* diff.h -- the file diffs/<snapshot>.jsonl.gz, as it is written.
 *
 * JSON Lines by contract section 5.  Compressed in pieces, each a gzip member; the chain hashes the
 * uncompressed bytes, so compression is nobody's business.
 */
#ifndef LEDGER_DIFF_H
#define LEDGER_DIFF_H

#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "ledger/delta.h"
#include "ledger/state.h"
#include "wall/digest.h"

struct diff_out {
	struct file_out file;
	struct buf lines;     /* not compressed yet */
	struct buf packed;
	struct sha256_stream *sha;
};

/* What the first line says. */
struct diff_head {
	struct str snapshot;
	struct str previous;             /* empty: the first */
	struct str manifest_sha256;
	struct str previous_diff_sha256; /* empty: the first */
};

/*
 * diff_write(out, account, head, d, s, m, quarantined, unknown, unknown_n, sha256, e):
 * The whole file under its temporary name; diff_commit makes it appear.
 */
struct diff_parts {
	struct diff_head head;
	const struct delta *delta;
	const struct manifest *manifest; /* names the pages of this snapshot */
	uint64_t quarantined;
	const struct str *unknown;       /* sorted */
	size_t unknown_n;
};
int diff_write(struct diff_out *out, const char *account, struct state *s,
    const struct diff_parts *parts, struct sha256 *sha256, struct err *e)
    ERR_MUST;
int diff_commit(struct diff_out *out, struct err *e) ERR_MUST;
/* Harmless at any time after diff_write was called. */
void diff_release(struct diff_out *out);

#endif /* LEDGER_DIFF_H */
