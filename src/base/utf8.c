#include "base/str.h"

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * Only the second byte's range depends on the first (Unicode, table 3-7):
 * that is what shuts out overlong forms, surrogates and U+110000 upwards.
 */
size_t
utf8_len(const char *p, size_t n)
{
	unsigned char first, second;
	unsigned char low = 0x80, high = 0xbf;

	if (n == 0)
		return 0;
	first = (unsigned char)p[0];
	if (first < 0x80)
		return 1;
	if (n < 2 || first < 0xc2 || first > 0xf4)
		return 0;
	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	second = (unsigned char)p[1];
	if (second < low || second > high)
		return 0;
	if (first < 0xe0)
		return 2;
	if (n < 3 || !is_tail(p[2]))
		return 0;
	if (first < 0xf0)
		return 3;
	return n >= 4 && is_tail(p[3]) ? 4 : 0;
}

bool
utf8_valid(struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		uint64_t eight;
		size_t len;

		/* Nearly all text is ASCII: eight bytes at a step. */
		if (s.n - i >= sizeof(eight)) {
			memcpy(&eight, s.p + i, sizeof(eight));
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof(eight);
				continue;
			}
		}
		len = utf8_len(s.p + i, s.n - i);
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}
