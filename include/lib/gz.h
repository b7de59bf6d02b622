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
 * goes through libdeflate in one call, everything else, and all that it does not read, through
 * zlib. So every refusal is zlib's.  The reverse has one gap: libdeflate 1.14 forgives a block
 * whose code lengths overrun their number and two distance codes that RFC 1951 does not use,
 * provided that CRC and size are those of the text all the same. Errors:  ERR_DAMAGED with the byte
 * in ${in}: "no gzip", "gzip is damaged", "gzip is cut" (where it ends), "gzip checksum is wrong",
 * "bytes after the end of gzip", "more than N bytes when inflated" (where the member begins with
 * which it is more).  ${out} then holds what was inflated before.
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
 * gz_deflate(in, level, out):
 * One gzip member appended to ${out}; header without time or name, so the same input gives the same
 * bytes on one machine's library.  Level 1 to 9. Cost: a few microseconds more than the bytes need,
 * so many small members are fine.
 */
void gz_deflate(struct str in, int level, struct buf *out);

/* gz_version(b): lines "zlib <version>" and "libdeflate <version>". */
void gz_version(struct buf *b);

#endif /* LIB_GZ_H */
