/* page.h -- one raw page, proved against its manifest and inflated.
 *
 * A reader belongs to one thread; its text lives until its next load.
 */
#ifndef SNAPSHOT_PAGE_H
#define SNAPSHOT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "snapshot/manifest.h"
#include "json/split.h"

struct gz_reader;

/* Bytes of a page inflated; more is refused as a bomb. */
#define PAGE_LIMIT (UINT64_C(1) << 26)

/* Zero-initialisable. */
struct page_reader {
	struct arena file; /* the file as stored */
	struct gz_reader *gz;
	struct buf inflated;
	struct split scan; /* the records of the page loaded last */
	struct str stored; /* the page opened last, as it is stored */
	struct str text;   /* the page loaded last */
	char name[256];    /* and what errors call it */
};

/*
 * page_load(r, account, snapshot, path, sha256, e):
 * The text of snapshots/<snapshot>/<path>, whose stored bytes have the digest ${sha256}.
 * A file called .gz must be gzip, any other may be.
 * Returns: 0, the text in r->text.
 * Errors:  ERR_DAMAGED with file and byte: missing, not the digest, damaged gzip, over PAGE_LIMIT.
 */
int page_load(struct page_reader *r, const char *account, struct str snapshot, struct str path,
    struct str sha256, struct err *e) ERR_MUST;

/* page_open, page_inflate: the two halves of page_load, for a caller that may know the page by its
 * digest alone. */
int page_open(struct page_reader *r, const char *account, struct str snapshot, struct str path,
    struct str sha256, struct err *e) ERR_MUST;
int page_inflate(struct page_reader *r, struct str path, struct err *e) ERR_MUST;

/* page_load_folded, page_open_folded: as page_load and page_open, of a page of bases/<base>/. */
int page_open_folded(struct page_reader *r, const char *account, struct str base, struct str path,
    struct str sha256, struct err *e) ERR_MUST;
int page_load_folded(struct page_reader *r, const char *account, struct str base, struct str path,
    struct str sha256, struct err *e) ERR_MUST;

/* page_is_gzip(path): whether a file of that name must be gzip; any other may be. */
bool page_is_gzip(struct str path);

/* page_scan(r, resource, e): find the records of r->text, into r->scan.  Locations have none; their
 * structure is checked all the same. */
int page_scan(struct page_reader *r, enum resource resource, struct err *e) ERR_MUST;

/* page_record(r, index, out): the text of the record at a position of the list, after page_scan. */
bool page_record(const struct page_reader *r, uint32_t index, struct str *out);

void page_reader_release(struct page_reader *r);

#endif /* SNAPSHOT_PAGE_H */
