/* fold_reader.h -- reads a base: its records, in their order, and the lines of memory.jsonl.gz.
 *
 * Every file is proved by the digest in the manifest before anything of it is given.
 */
#ifndef BASES_FOLD_READER_H
#define BASES_FOLD_READER_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "bases/fold_manifest.h"
#include "bases/fold_record.h"
#include "snapshot/page.h"

struct gz_reader;
struct gz_stream;

struct fold_reader {
	const char *account;
	struct fold_manifest m;
	const struct fold_file *page; /* in hand, or NULL */
	size_t pages;                 /* begun so far; also the number of the one in hand */
	uint32_t index;               /* of the record given last */
	/* the reader's own */
	struct arena a, scratch;
	struct page_reader reader;
	struct gz_reader *gz;
	struct buf origins, memory;
	size_t next_file, origin_at, line_at;
	struct gz_stream *stream; /* of memory.jsonl.gz, ... */
	struct arena packed;
	struct str stored; /* ... of which this is still packed */
};

/* fold_reader_open(r, account, name, e): the base in bases/<name>/; release ${r} in any case. */
int fold_reader_open(
    struct fold_reader *r, const char *account, struct str name, struct err *e) ERR_MUST;

/* fold_reader_record(r, out, e): 1 and the next record, borrowed until the next call; 0 at the end;
 * -1.  r->page, r->pages and r->index tell where it lies.
 * Errors: ERR_DAMAGED. */
int fold_reader_record(struct fold_reader *r, struct fold_record *out, struct err *e) ERR_MUST;

/* fold_reader_line(r, line, e): the same of the lines of memory.jsonl.gz, without their ends. */
int fold_reader_line(struct fold_reader *r, struct str *line, struct err *e) ERR_MUST;

/* fold_reader_resource(path): what a page of that name holds; false: it is no page. */
bool fold_reader_resource(struct str path, enum resource *out);

void fold_reader_release(struct fold_reader *r);

#endif /* BASES_FOLD_READER_H */
