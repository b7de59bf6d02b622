/* page_blocks.h -- one record of a page in blocks, without the rest of the page.
 *
 * Nothing is proved here, not even the gzip checksum of a block, which is inflated no further than
 * the record: and a list of blocks may lie about where a record lies.  Whoever asks compares the
 * text with what they know of it, and where that fails, or nothing is found, reads the page whole
 * (page.h).  So there are no errors here, and every refusal is page.h's.
 */
#ifndef SNAPSHOT_PAGE_BLOCKS_H
#define SNAPSHOT_PAGE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "json/split.h"

struct gz_reader;

/* Zero-initialisable; reused by the next page. */
struct page_blocks {
	struct gz_reader *gz;
	bool has_file;
	int fd;            /* if it has */
	struct str stored; /* else the page in memory */
	struct buf read;   /* the beginning of the file */
	struct str head;   /* begins with the list */
	size_t n;          /* blocks */
	struct buf member;
	struct buf text; /* of the block read last: '[' and its records */
	size_t block;    /* which one that is; n: none */
	bool is_start;   /* only as much of it as was thought to do */
	bool is_split;   /* scan has its records */
	struct split scan;
};

/* page_blocks_open(b, path): false if the file cannot be read or is not in blocks. */
bool page_blocks_open(struct page_blocks *b, const char *path);

/* page_blocks_view(b, stored): the same of a file in memory, which is borrowed until
 * page_blocks_close. */
bool page_blocks_view(struct page_blocks *b, struct str stored);

/*
 * page_blocks_record(b, index, out): the text that the list gives for the record at that position.
 * Owns:    the text lives until the next call.
 * Cost:    the inflating of a block up to the record; nothing if it lies before the one read last.
 */
bool page_blocks_record(struct page_blocks *b, uint32_t index, struct str *out);

/* page_blocks_first(b, index): of the block in which the list has that record, the index of the
 * first. */
uint32_t page_blocks_first(const struct page_blocks *b, uint32_t index);

/* page_blocks_bytes(b, index, at, n, out): of that block so many bytes of text, from the one on
 * that lies ${at} after where its first record begins; as page_blocks_record, but no bracket is
 * followed: whoever asks knows where the record lies. */
bool page_blocks_bytes(
    struct page_blocks *b, uint32_t index, uint32_t at, uint32_t n, struct str *out);

void page_blocks_close(struct page_blocks *b);   /* also one that was not opened */
void page_blocks_release(struct page_blocks *b); /* closed before */

#endif /* SNAPSHOT_PAGE_BLOCKS_H */
