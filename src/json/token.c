#include "json/token.h"

#include <string.h>

#include "base/str.h"

static int
hex_digit(char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The code unit of the \uXXXX at p, or -1 if none stands there. */
static int
code_unit(const char *p, const char *end)
{
	int unit = 0;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int digit = hex_digit(p[i]);

		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

/* The length of the escape at p, a surrogate pair being one; 0 if it is bad. */
static size_t
escape_len(const char *p, const char *end, const char **what)
{
	int unit, low;

	*what = "a bad escape";
	if (end - p >= 2 && memchr("\"\\/bfnrt", p[1], 8) != NULL)
		return 2;
	unit = code_unit(p, end);
	if (unit < 0)
		return 0;
	if (unit < 0xD800 || unit > 0xDFFF)
		return 6;
	/* half a pair is a character, too: U+FFFD */
	low = unit < 0xDC00 ? code_unit(p + 6, end) : -1;
	return low < 0xDC00 || low > 0xDFFF ? 6 : 12;
}

bool
token_string_rest(struct token_string *t, const char *p, const char *end)
{
	*t = (struct token_string){ 0 };
	for (p = token_plain_end(p, end); p < end && *p != '"'; p = token_plain_end(p, end)) {
		size_t n = 0;

		if (*p == '\\') {
			n = escape_len(p, end, &t->what);
			t->escaped = true;
		} else if ((unsigned char)*p < ' ') {
			t->what = "a control character in a string";
		} else {
			n = utf8_len(p, (size_t)(end - p));
			t->what = "invalid UTF-8";
		}
		if (n == 0) {
			t->at = p;
			return false;
		}
		p += n;
	}
	t->what = NULL;
	t->at = p < end ? p + 1 : p;
	return p < end;
}

static const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && ascii_digit(*p))
		p++;
	return p;
}

const char *
token_number_end(const char *p, const char *end)
{
	const char *digits = p += p < end && *p == '-';

	p = skip_digits(p, end);
	if (p == digits || (*digits == '0' && p - digits > 1))
		return NULL;
	if (p < end && *p == '.') {
		digits = ++p;
		p = skip_digits(p, end);
		if (p == digits)
			return NULL;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		digits = p;
		p = skip_digits(p, end);
		if (p == digits)
			return NULL;
	}
	return p;
}
