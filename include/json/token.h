/* token.h -- the tokens of JSON text: where a string or a number ends.
 *
 * Both readers of records use these, so that what is valid is defined once.
 */
#ifndef JSON_TOKEN_H
#define JSON_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* token_is_plain(c): printable ASCII that means itself in a string. */
static inline bool
token_is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

#ifdef __SSE2__
/* A bit for each of sixteen bytes that is not plain. */
static inline unsigned
token_stops(const char *p)
{
	__m128i v = _mm_loadu_si128((const void *)p);
	/* one up, DEL is as negative as what is not ASCII */
	__m128i low = _mm_cmplt_epi8(_mm_add_epi8(v, _mm_set1_epi8(1)), _mm_set1_epi8(' ' + 1));
	__m128i stop = _mm_or_si128(low, _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
	                                     _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))));

	return (unsigned)_mm_movemask_epi8(stop);
}
#endif

/* token_plain_end(p, end): the first byte that is not plain. */
static inline const char *
token_plain_end(const char *p, const char *end)
{
#ifdef __SSE2__
	/* most strings end within two steps: one branch for both */
	for (; end - p >= 32; p += 32) {
		unsigned mask = token_stops(p) | token_stops(p + 16) << 16;

		if (mask != 0)
			return p + __builtin_ctz(mask);
	}
#endif
	while (p < end && token_is_plain(*p))
		p++;
	return p;
}

/* How a string ended, or why it did not. */
struct token_string {
	const char *at;   /* after its last quote, or the fault */
	const char *what; /* the fault, NULL: none, or the text ends */
	bool escaped;     /* there is a backslash in it */
};

/*
 * token_string_rest(t, p, end):
 * Go on inside a string from ${p} to its end.
 * Returns: true, or false with ${t}->what: an escape that is none, a control
 *          character, invalid UTF-8; NULL: it is cut.
 */
bool token_string_rest(struct token_string *t, const char *p, const char *end);

/* token_number_end(p, end): the end of the number at p, or NULL if JSON allows
 * none such. */
const char *token_number_end(const char *p, const char *end);

#endif /* JSON_TOKEN_H */
