/* gz.h -- gzip, both ways (zlib, libdeflate).
 *
 * Reading is strict: complete members only, their CRC and size right,
 * nothing after the last one, never more than a limit.
 */
#ifndef LIB_GZ_H
#define LIB_GZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* A reusable inflater; one a thread. */
struct gz_reader;
struct gz_reader *gz_reader_new(void);
void gz_reader_free(struct gz_reader *r); /* NULL is fine */

/* gz_is(s): begins like gzip (1f 8b). */
bool gz_is(struct str s);

/*
 * gz_inflate(r, in, limit, out, e):
 * All of ${in} into ${out} (emptied first).  One member whose size trailer is believable
 * goes through libdeflate in one call, one of several that are listed (gz_deflate_blocks) in a call
 * each, everything else, and all that it does not read, through zlib.  So every refusal is zlib's.
 * The reverse has one gap: libdeflate 1.14 forgives a block whose code lengths overrun their number
 * and two distance codes that RFC 1951 does not use, provided that CRC and size are those of the
 * text all the same.
 * Errors: ERR_DAMAGED with the byte in ${in}; of what is cut where it ends, of what is more than
 * ${limit} where the member begins with which it is.  ${out} then holds what was inflated before.
 */
int gz_inflate(
    struct gz_reader *r, struct str in, uint64_t limit, struct buf *out, struct err *e) ERR_MUST;

/*
 * A strict inflater fed in pieces of any size (network bodies): same refusals.
 * gz_stream_put hands what came out to ${out} (appended); the byte in an error counts from the
 * first piece on.  After an error the stream can only be freed.
 */
struct gz_stream;
struct gz_stream *gz_stream_new(uint64_t limit);
void gz_stream_free(struct gz_stream *s);
int gz_stream_put(
    struct gz_stream *s, const void *p, size_t n, struct buf *out, struct err *e) ERR_MUST;
/* No more input will come: an error if a member is unfinished or none came. */
int gz_stream_end(struct gz_stream *s, struct err *e) ERR_MUST;

/*
 * gz_rescue(in, at, limit, out):
 * Of a file whose members may be damaged: the next one that begins at byte ${at} or after it, as
 * far as it can be inflated and is within ${limit}, into ${out} (emptied first); ${at} moves on.
 * Returns: 1 it is whole; 0 it is damaged; -1 there is none.
 */
int gz_rescue(struct str in, size_t *at, uint64_t limit, struct buf *out);

/*
 * gz_deflate(in, level, out):
 * One gzip member appended to ${out}; header without time or name, so the same input gives the same
 * bytes on one machine's library.  Level 1 to 9. Cost: a few microseconds more than the bytes need,
 * so many small members are fine.
 */
void gz_deflate(struct str in, int level, struct buf *out);

/* One of the members that a text is packed in. */
struct gz_block {
	uint32_t stored; /* bytes of the member */
	uint32_t text;   /* bytes of text in it; not 0 */
	uint32_t at;     /* these two are the caller's: */
	uint32_t index;  /* what in it is to be found, and where */
};

#define GZ_BLOCKS 4095                            /* as many as an extra field can list */
#define GZ_BLOCKS_HEAD(n) (16 + 16 * (size_t)(n)) /* bytes of a file that list so many */

/*
 * gz_deflate_blocks(in, level, list, n, out):
 * As gz_deflate, in members of which each can be inflated alone.  The first one lists them all in
 * the subfield 'FB' of its extra field, which every other reader passes over; a single member is
 * the one of gz_deflate, without a list.
 * Shape:  ${list} has 1 to GZ_BLOCKS entries; their texts make up ${in}.  stored is filled in.
 */
void gz_deflate_blocks(struct str in, int level, struct gz_block *list, size_t n, struct buf *out);

/*
 * gz_blocks(head): how many blocks the beginning of a file lists; 0: it is no such file, or its
 * list is longer than ${head}.
 * gz_block(head, i): what it says of one of them.  Any file may say anything: nothing of it holds
 * before gz_inflate_block, and at and index not even then.
 */
size_t gz_blocks(struct str head);
struct gz_block gz_block(struct str head, size_t i);

/*
 * gz_inflate_block(r, stored, text, out): one member, with that many bytes of text, appended to
 * ${out}.
 * Returns: false if ${stored} is not exactly that; ${out} is as it was.
 */
bool gz_inflate_block(struct gz_reader *r, struct str stored, uint32_t text, struct buf *out);

/*
 * gz_inflate_start(r, stored, n, out): the first ${n} bytes of its text, appended to ${out}; of
 * these the last 257 at most may be 0 instead.  Nothing is proved, not even the checksum: whoever
 * asks knows another proof of what they read.
 * Returns: false if there are not more than that, or it cannot be inflated so far.
 */
bool gz_inflate_start(struct gz_reader *r, struct str stored, uint32_t n, struct buf *out);

/* gz_version(b): lines "zlib <version>" and "libdeflate <version>". */
void gz_version(struct buf *b);

#endif /* LIB_GZ_H */
