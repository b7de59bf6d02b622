#include "dailystory/suppress.h"

#include <string.h>

#include "base/arena.h"
#include "base/sort.h"
#include "record/normalize.h"
#include "record/phone.h"

/* No number is written with more bytes. */
#define LONGEST 160

static void
add_utf8(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_char(b, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_char(b, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_char(b, (char)(0xe0 | c >> 12));
		} else {
			buf_char(b, (char)(0xf0 | c >> 18));
			buf_char(b, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_char(b, (char)(0x80 | (c & 0x3f)));
}

static uint32_t
unit_at(struct str s, size_t i, bool is_big_endian)
{
	uint32_t x = (unsigned char)s.p[i], y = (unsigned char)s.p[i + 1];

	return is_big_endian ? x << 8 | y : y << 8 | x;
}

/* Half a pair becomes U+FFFD; half a unit at the end is dropped. */
static void
decode_utf16(struct buf *b, struct str s, bool is_big_endian)
{
	for (size_t i = 0; i + 1 < s.n; i += 2) {
		uint32_t c = unit_at(s, i, is_big_endian), low = 0;

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < s.n)
			low = unit_at(s, i + 2, is_big_endian);
		if (low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
			i += 2;
		} else if (c >= 0xd800 && c < 0xe000) {
			c = 0xfffd;
		}
		add_utf8(b, c);
	}
}

/* The list as UTF-8: its mark at the front says what it is. */
static void
decode(struct buf *b, struct str text)
{
	if (str_starts(text, STR("\xff\xfe")))
		decode_utf16(b, str_from(text, 2), false);
	else if (str_starts(text, STR("\xfe\xff")))
		decode_utf16(b, str_from(text, 2), true);
	else
		buf_str(b, str_starts(text, STR("\xef\xbb\xbf")) ? str_from(text, 3) : text);
}

bool
suppress_is_text(struct str text)
{
	struct buf b = { 0 };
	bool is_text;

	decode(&b, text);
	is_text = b.n == 0 || memchr(b.p, '\0', b.n) == NULL;
	buf_release(&b);
	return is_text;
}

static bool
is_letter_or_digit(char c)
{
	return ascii_lower(c) != ascii_upper(c) || ascii_digit(c);
}

static bool
is_domain_char(char c)
{
	return is_letter_or_digit(c) || c == '.' || c == '-';
}

/* What is taken for the local part before an @. */
enum local {
	LOCAL_ANY,     /* all that an address may have */
	LOCAL_PLAIN,   /* what people use */
	LOCAL_STARTED, /* the same from the first letter or digit on: bullets and the like are marks
	                */
	LOCALS
};

static bool
is_local_char(char c, enum local kind)
{
	static const char plain[] = "._%+-", any[] = "!#$%&'*+/=?^_`{|}~.-";

	return is_letter_or_digit(c) ||
	       (c != '\0' && strchr(kind == LOCAL_ANY ? any : plain, c) != NULL);
}

/* Where the local part begins that ends at ${at}. */
static size_t
local_start(struct str line, size_t at, enum local kind)
{
	size_t from = at;

	while (from > 0 && is_local_char(line.p[from - 1], kind))
		from--;
	while (from < at &&
	       (kind == LOCAL_STARTED ? !is_letter_or_digit(line.p[from]) : line.p[from] == '.'))
		from++;
	return from;
}

static size_t
add_email(struct arena *a, struct str email, struct intern *out)
{
	unsigned dropped = 0;
	struct str found = normalize_email(a, email, NULL, 0, &dropped);

	(void)intern_add(out, found);
	return found.n > 0;
}

/* Around each @ the longest that may be an address, and what looks more like one: quotes and the
 * like before it are characters of an address, too. */
static size_t
add_emails(struct arena *a, struct str line, struct intern *out)
{
	size_t found = 0;

	for (size_t at = 0; at < line.n; at++) {
		size_t end = at + 1;

		if (line.p[at] != '@')
			continue;
		while (end < line.n && is_domain_char(line.p[end]))
			end++;
		while (end > at + 1 && (line.p[end - 1] == '.' || line.p[end - 1] == '-'))
			end--;
		for (enum local kind = 0; kind < LOCALS; kind++) {
			size_t from = local_start(line, at, kind), to = at;

			while (to > from && line.p[to - 1] == '.')
				to--;
			found += add_email(a,
			    str_printf(a, "%.*s%.*s", (int)(to - from), line.p + from,
			        (int)(end - at), line.p + at),
			    out);
		}
	}
	return found;
}

static size_t
add_mobile(struct arena *a, struct str text, struct intern *out)
{
	unsigned dropped = 0;
	struct str found = normalize_mobile(a, text, &dropped);

	(void)intern_add(out, found);
	return found.n > 0;
}

/* After the group of digits that begins there. */
static size_t
end_of_group(struct str line, size_t i)
{
	while (i < line.n && ascii_digit(line.p[i]))
		i++;
	return i;
}

/* After what stands between digits there. */
static size_t
end_of_between(struct str line, size_t i)
{
	size_t n;

	while (i < line.n && (n = phone_between(str_from(line, i))) > 0)
		i += n;
	return i;
}

/* Every stretch that begins with the group of digits at ${from} and ends with one; also with the
 * plus at ${plus} before it, if that is no later. */
static size_t
add_stretches(struct arena *a, struct str line, size_t from, size_t plus, struct intern *out)
{
	size_t end = end_of_group(line, from), found = 0;

	for (;;) {
		found += add_mobile(a, str_of(line.p + from, end - from), out);
		if (plus < from)
			found += add_mobile(a, str_of(line.p + plus, end - plus), out);
		end = end_of_between(line, end);
		if (end == line.n || !ascii_digit(line.p[end]) || end - from > LONGEST)
			return found;
		end = end_of_group(line, end);
	}
}

/* From every group of digits on; a plus is its own if only what may stand between digits does so
 * there. */
static size_t
add_mobiles(struct arena *a, struct str line, struct intern *out)
{
	size_t found = 0, plus = line.n, from = 0;

	while (from < line.n) {
		size_t between = phone_between(str_from(line, from));

		if (ascii_digit(line.p[from])) {
			found += add_stretches(a, line, from, plus, out);
			from = end_of_group(line, from);
			plus = line.n;
			continue;
		}
		if (between == 0)
			plus = line.p[from] == '+' ? from : line.n;
		from += between > 0 ? between : 1;
	}
	return found;
}

/* Without the marks nobody sees, which come with an address that is copied and may be within it. */
static struct str
without_marks(struct arena *a, struct str line)
{
	char *out = arena_bytes(a, line.p, line.n);
	size_t n = 0, len;

	for (size_t i = 0; i < line.n; i += len) {
		struct str c;

		len = utf8_len(line.p + i, line.n - i);
		len = len > 0 ? len : 1;
		c = str_of(line.p + i, len);
		if (len > 1 && str_space(c) == 0 && str_trim(c).n == 0)
			continue;
		memcpy(out + n, c.p, len);
		n += len;
	}
	return str_of(out, n);
}

/* Also as it stands: a mark may be all that parts two addresses. */
static size_t
add_line(struct arena *a, struct str line, struct intern *out)
{
	struct str bare = without_marks(a, line);
	size_t found = add_emails(a, line, out) + add_mobiles(a, line, out);

	if (bare.n < line.n)
		found += add_emails(a, bare, out) + add_mobiles(a, bare, out);
	return found;
}

struct suppress_unread
suppress_read(struct str text, struct intern *out)
{
	struct suppress_unread unread = { 0 };
	struct arena a = { 0 };
	struct buf b = { 0 };
	size_t start = 0, line = 1;

	decode(&b, text);
	for (size_t i = 0; i <= b.n; i++) {
		bool is_end = i == b.n || b.p[i] == '\n' || b.p[i] == '\r';
		struct str s = str_of(b.p + start, i - start);

		if (!is_end)
			continue;
		if (add_line(&a, s, out) == 0 && str_trim(s).n > 0 && unread.lines++ == 0)
			unread.first = line;
		if (i + 1 < b.n && b.p[i] == '\r' && b.p[i + 1] == '\n')
			i++;
		line++;
		start = i + 1;
		arena_reset(&a);
	}
	buf_release(&b);
	arena_release(&a);
	return unread;
}

void
suppress_write(struct buf *b, const struct intern *list)
{
	size_t n = list->n > 0 ? list->n - 1 : 0; /* without the empty one */
	uint32_t *order = mem_alloc(n * sizeof(*order) + 1);

	if (n > 0)
		sort_texts(list->texts + 1, n, order);
	for (size_t i = 0; i < n; i++) {
		buf_str(b, list->texts[1 + order[i]]);
		buf_char(b, '\n');
	}
	mem_free(order);
}
