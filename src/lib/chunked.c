#include "lib/chunked.h"

/* The line is whole: a chunk's size, a trailer, or the empty line at the end.
 */
static bool
end_line(struct chunked *c)
{
	uint64_t size = 0;
	size_t i = 0;

	if (c->n > 0 && c->line[c->n - 1] == '\r')
		c->n--;
	if (c->at == CHUNKED_TRAIL) {
		c->at = c->n == 0 ? CHUNKED_END : CHUNKED_TRAIL;
		c->n = 0;
		return true;
	}
	for (; i < c->n && i < 15; i++) {
		char d = ascii_lower(c->line[i]);

		if (ascii_digit(d))
			size = size * 16 + (uint64_t)(d - '0');
		else if (d >= 'a' && d <= 'f')
			size = size * 16 + (uint64_t)(d - 'a') + 10;
		else
			break;
	}
	if (i == 0 || (i < c->n && strchr("; \t", c->line[i]) == NULL))
		return false;
	c->n = 0;
	c->left = size;
	c->at = size > 0 ? CHUNKED_DATA : CHUNKED_TRAIL;
	return true;
}

/* One byte outside of a chunk's data. */
static bool
take_mark(struct chunked *c, char byte)
{
	if (c->at == CHUNKED_END)
		return false;
	if (c->at == CHUNKED_CRLF) {
		if (byte != '\n')
			return byte == '\r';
		c->at = CHUNKED_SIZE;
		return true;
	}
	if (byte == '\n')
		return end_line(c);
	/* Of a long line (an extension, a trailer) only that it goes on counts.
	 */
	if (c->n < CHUNKED_LINE_MAX)
		c->line[c->n++] = byte;
	return true;
}

bool
chunked_take(struct chunked *c, const char *p, size_t n, struct buf *out)
{
	while (n > 0) {
		size_t piece = 1;

		if (c->at == CHUNKED_DATA) {
			piece = c->left < n ? (size_t)c->left : n;
			buf_add(out, p, piece);
			c->left -= piece;
			if (c->left == 0)
				c->at = CHUNKED_CRLF;
		} else if (!take_mark(c, *p)) {
			return false;
		}
		p += piece;
		n -= piece;
	}
	return true;
}
