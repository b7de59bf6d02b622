#include "base/short_id.h"

#include <stdint.h>

/* Digits of base 21: nine of them fill five bytes to 99 %.  Those that are no character of ours say
 * between which of them the next byte lies. */
#define BASE 21
#define CHARS 9
#define BYTES 5
/* Added to each group, for SHORT_ID_NEXT: the greatest is still below 2 to the 40th. */
#define LEAST ((uint64_t)SHORT_ID_NEXT << 32)

enum {
	BEFORE, /* also the end of the id */
	HYPHEN,
	BEFORE_DIGITS,
	DIGITS,
	BEFORE_LETTERS = DIGITS + 10,
	LETTERS,
	AFTER = LETTERS + 6
};

#define TEN_BETWEEN                                                                                \
	BEFORE_LETTERS, BEFORE_LETTERS, BEFORE_LETTERS, BEFORE_LETTERS, BEFORE_LETTERS,            \
	    BEFORE_LETTERS, BEFORE_LETTERS, BEFORE_LETTERS, BEFORE_LETTERS, BEFORE_LETTERS

/* By byte, from the hyphen to 'f'. A table, for nobody can predict the characters of an id. */
static const unsigned char digits['f' - '-' + 1] = { HYPHEN, BEFORE_DIGITS, BEFORE_DIGITS, DIGITS,
	DIGITS + 1, DIGITS + 2, DIGITS + 3, DIGITS + 4, DIGITS + 5, DIGITS + 6, DIGITS + 7,
	DIGITS + 8, DIGITS + 9, TEN_BETWEEN, TEN_BETWEEN, TEN_BETWEEN, BEFORE_LETTERS,
	BEFORE_LETTERS, BEFORE_LETTERS, BEFORE_LETTERS, BEFORE_LETTERS, BEFORE_LETTERS,
	BEFORE_LETTERS, BEFORE_LETTERS, BEFORE_LETTERS, LETTERS, LETTERS + 1, LETTERS + 2,
	LETTERS + 3, LETTERS + 4, LETTERS + 5 };

static unsigned
digit_of(unsigned char c)
{
	if (c < '-')
		return BEFORE;
	return c > 'f' ? AFTER : digits[c - '-'];
}

/* By digit; NUL: it is no character. */
static const char characters[BASE] = "\0-\0000123456789\0abcdef";

/* The rest as it is, but for the few bytes below SHORT_ID_NEXT, which that one stands before. */
static size_t
pack_rest(struct str rest, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < rest.n; i++) {
		if ((unsigned char)rest.p[i] <= SHORT_ID_NEXT)
			out[n++] = SHORT_ID_NEXT;
		out[n++] = rest.p[i];
	}
	return n;
}

static bool
unpack_rest(struct str rest, char *out, size_t *n)
{
	for (size_t i = 0; i < rest.n; i++) {
		if ((unsigned char)rest.p[i] <= SHORT_ID_NEXT &&
		    (rest.p[i] != SHORT_ID_NEXT || ++i == rest.n ||
		        (unsigned char)rest.p[i] > SHORT_ID_NEXT))
			return false;
		out[(*n)++] = rest.p[i];
	}
	return true;
}

/* The next group of ${id}: returns how many of its bytes are in it. */
static size_t
pack_group(struct str id, char *out)
{
	uint64_t v = 0;
	size_t taken = 0, i;

	for (i = 0; i < CHARS && taken == i; i++) {
		unsigned digit = i < id.n ? digit_of((unsigned char)id.p[i]) : BEFORE;

		v = v * BASE + digit;
		taken += characters[digit] != '\0';
	}
	for (; i < CHARS; i++)
		v *= BASE;
	v += LEAST;
	for (i = 0; i < BYTES; i++)
		out[i] = (char)(v >> 8 * (BYTES - 1 - i));
	return taken;
}

size_t
short_id_pack(struct str id, char *out)
{
	size_t n = 0, taken = CHARS;

	while (taken == CHARS && id.n > 0) {
		taken = pack_group(id, out + n);
		id = str_from(id, taken);
		n += BYTES;
	}
	return n + pack_rest(id, out + n);
}

/* The characters of a group: fewer than there could be if something else follows. */
static bool
unpack_group(const char *packed, char *out, size_t *n)
{
	unsigned found[CHARS];
	uint64_t v = 0;
	size_t i = 0;

	for (size_t k = 0; k < BYTES; k++)
		v = v << 8 | (unsigned char)packed[k];
	if (v < LEAST)
		return false;
	v -= LEAST;
	for (size_t k = CHARS; k > 0; k -= 3) { /* divisions that need not wait for each other */
		unsigned three = (unsigned)(v % (BASE * BASE * BASE));

		found[k - 1] = three % BASE;
		found[k - 2] = three / BASE % BASE;
		found[k - 3] = three / (BASE * BASE);
		v /= BASE * BASE * BASE;
	}
	for (; i < CHARS && characters[found[i]] != '\0'; i++)
		out[i] = characters[found[i]];
	*n = i;
	for (i++; i < CHARS; i++)
		if (found[i] != BEFORE)
			return false;
	return v == 0;
}

bool
short_id_unpack(struct str packed, char *out, size_t *n)
{
	size_t taken = CHARS;

	*n = 0;
	while (taken == CHARS && packed.n > 0) {
		if (packed.n < BYTES || !unpack_group(packed.p, out + *n, &taken))
			return false;
		*n += taken;
		packed = str_from(packed, BYTES);
	}
	return unpack_rest(packed, out, n);
}
