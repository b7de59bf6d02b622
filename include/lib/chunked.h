/* chunked.h -- a body in chunks (RFC 9112, section 7.1), put together; whether it ended is seen.
 *
 * libcurl would do it, but does not say whether the last chunk came.  No library is behind this
 * file.
 */
#ifndef LIB_CHUNKED_H
#define LIB_CHUNKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define CHUNKED_LINE_MAX 128

/* Where the reading stands. */
enum chunked_at {
	CHUNKED_SIZE, /* in the line that says how long the next one is */
	CHUNKED_DATA,
	CHUNKED_CRLF,  /* after the data */
	CHUNKED_TRAIL, /* in the lines after the last one */
	CHUNKED_END
};

/* Zero-initialisable. */
struct chunked {
	enum chunked_at at;
	uint64_t left; /* of the data */
	char line[CHUNKED_LINE_MAX];
	size_t n;
};

/* chunked_take(c, p, n, out): the next bytes; data is appended.  Returns: false if they cannot
 * be. */
bool chunked_take(struct chunked *c, const char *p, size_t n, struct buf *out);

#endif /* LIB_CHUNKED_H */
