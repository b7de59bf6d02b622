/* What can be asked of a tape.  Its text was read strictly, so nothing is
 * checked again here. */
#include "json/read.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/num.h"

static struct str
inner(const struct json *j, uint32_t i)
{
	return (struct str){ j->text.p + j->nodes[i].at + 1, j->nodes[i].len - 2 };
}

static uint32_t
code_unit(const char *p)
{
	uint32_t unit = 0;

	for (int i = 2; i < 6; i++) {
		uint32_t c = (unsigned char)p[i];

		unit = unit << 4 | ((c & 15) + (c >> 6) * 9);
	}
	return unit;
}

static size_t
put_utf8(uint32_t c, char out[4])
{
	static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3F));
	out[0] = (char)(n == 1 ? c : lead[n] | c);
	return n;
}

#define HALF_A_PAIR 0xFFFD /* what it is read as */

/* The character of the \uXXXX at p, a surrogate pair being one; ${n} is its length. */
static uint32_t
code_point(const char *p, size_t *n)
{
	uint32_t c = code_unit(p), low;

	*n = 6;
	if (c < 0xD800 || c > 0xDFFF)
		return c;
	/* the string's quote is after it at the latest */
	low = p[6] == '\\' && p[7] == 'u' ? code_unit(p + 6) : 0;
	if (c > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
		return HALF_A_PAIR;
	*n = 12;
	return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

/* Decode the byte or the escape at *p and go past it.
 * Returns: the number of bytes in out. */
static size_t
decode(const char **p, char out[4])
{
	static const char from[] = "bfnrt";
	static const char to[] = "\b\f\n\r\t";
	const char *at = *p;
	const char *known;
	uint32_t c;
	size_t n;

	*p = at + 1;
	out[0] = at[0];
	if (at[0] != '\\')
		return 1;
	*p = at + 2;
	if (at[1] != 'u') {
		known = memchr(from, at[1], sizeof(from) - 1);
		out[0] = known == NULL ? at[1] : to[known - from];
		return 1;
	}
	c = code_point(at, &n);
	*p = at + n;
	return put_utf8(c, out);
}

/* A string's decoded bytes, one at a time. */
struct cursor {
	const char *p, *end;
	char held[4];
	size_t at, n;
};

static struct cursor
cursor(struct str text)
{
	return (struct cursor){ .p = text.p, .end = text.p + text.n };
}

static int
next_byte(struct cursor *c)
{
	if (c->at == c->n) {
		if (c->p == c->end)
			return -1;
		c->n = decode(&c->p, c->held);
		c->at = 0;
	}
	return (unsigned char)c->held[c->at++];
}

int
json_cmp(const struct json *x, uint32_t i, const struct json *y, uint32_t k)
{
	struct cursor left, right;
	int a, b;

	if (!x->nodes[i].escaped && !y->nodes[k].escaped)
		return str_cmp(inner(x, i), inner(y, k));
	left = cursor(inner(x, i));
	right = cursor(inner(y, k));
	do {
		a = next_byte(&left);
		b = next_byte(&right);
	} while (a == b && a >= 0);
	return a < b ? -1 : a > b;
}

bool
json_is(const struct json *j, uint32_t i, struct str text)
{
	struct cursor c;

	if (!j->nodes[i].escaped)
		return j->nodes[i].len - 2 == text.n &&
		       (text.n == 0 || memcmp(inner(j, i).p, text.p, text.n) == 0);
	c = cursor(inner(j, i));
	for (size_t n = 0; n < text.n; n++)
		if (next_byte(&c) != (unsigned char)text.p[n])
			return false;
	return next_byte(&c) < 0;
}

uint32_t
json_find(const struct json *j, uint32_t object, struct str name)
{
	const struct json_node *nodes = j->nodes;

	if (nodes[object].kind != JSON_OBJECT)
		return 0;
	for (uint32_t i = object + 1; i < nodes[object].next; i = nodes[i + 1].next)
		if (json_is(j, i, name))
			return i + 1;
	return 0;
}

struct str
json_text(struct arena *a, const struct json *j, uint32_t i)
{
	struct str raw = inner(j, i);
	const char *end = raw.p + raw.n;
	char *text;
	size_t n = 0;

	if (!j->nodes[i].escaped)
		return raw;
	text = arena_alloc(a, raw.n);
	for (const char *p = raw.p; p < end;) {
		char held[4];
		size_t got = decode(&p, held);

		memcpy(text + n, held, got);
		n += got;
	}
	return str_of(text, n);
}

struct str
json_find_text(struct arena *a, const struct json *j, uint32_t object, const char *name)
{
	uint32_t i = json_find(j, object, str_c(name));

	return i != 0 && j->nodes[i].kind == JSON_STRING ? json_text(a, j, i) : (struct str){ 0 };
}

static const char *
string_end(const char *p)
{
	for (p++; *p != '"'; p++)
		p += *p == '\\';
	return p + 1;
}

/* A string's escapes as they stand, but half a surrogate pair as what it is read as: not every
 * reader of JSON takes it. */
static void
compact_escapes(struct buf *b, const char *p, const char *end)
{
	while (p < end) {
		const char *escape = memchr(p, '\\', (size_t)(end - p));
		size_t n = 2;

		if (escape == NULL)
			break;
		buf_add(b, p, (size_t)(escape - p));
		if (escape[1] == 'u' && code_point(escape, &n) == HALF_A_PAIR)
			buf_z(b, "\\ufffd");
		else
			buf_add(b, escape, n);
		p = escape + n;
	}
	buf_add(b, p, (size_t)(end - p));
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The end of what can be copied from p on as it stands. */
static const char *
compact_run(const char *p, const char *end)
{
	while (p < end && !is_space(*p)) {
		const char *next = *p == '"' ? string_end(p) : p + 1;

		if (*p == '"' && memchr(p, '\\', (size_t)(next - p)) != NULL)
			break;
		p = next;
	}
	return p;
}

void
json_compact(struct buf *b, const struct json *j, uint32_t i)
{
	struct str raw = json_raw(j, i);
	const char *end = raw.p + raw.n;

	for (const char *p = raw.p; p < end;) {
		const char *run = p;

		p = compact_run(run, end);
		buf_add(b, run, (size_t)(p - run));
		if (p < end && *p == '"') {
			run = p;
			p = string_end(run);
			compact_escapes(b, run, p);
		}
		while (p < end && is_space(*p))
			p++;
	}
}

void
json_pointer(struct buf *b, struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '~')
			buf_z(b, "~0");
		else if (name.p[i] == '/')
			buf_z(b, "~1");
		else
			buf_char(b, name.p[i]);
	}
}

/* A member of an object, for sorting by name. */
struct member {
	struct str name;
	uint32_t value;
};

static int
by_name(const void *x, const void *y)
{
	return str_cmp(((const struct member *)x)->name, ((const struct member *)y)->name);
}

static void
canonical_object(struct arena *a, struct buf *b, const struct json *j, uint32_t i)
{
	const struct json_node *n = j->nodes;
	struct member *list = arena_array(a, n[i].count, sizeof(*list));
	size_t count = 0;

	for (uint32_t k = i + 1; k < n[i].next; k = n[n[k].next].next)
		list[count++] = (struct member){ json_text(a, j, k), n[k].next };
	qsort(list, count, sizeof(*list), by_name);
	buf_char(b, '{');
	for (size_t k = 0; k < count; k++) {
		if (k > 0)
			buf_char(b, ',');
		buf_json(b, list[k].name);
		buf_char(b, ':');
		json_canonical(a, b, j, list[k].value);
	}
	buf_char(b, '}');
}

static void
canonical_array(struct arena *a, struct buf *b, const struct json *j, uint32_t i)
{
	buf_char(b, '[');
	for (uint32_t k = i + 1; k < j->nodes[i].next; k = j->nodes[k].next) {
		if (k > i + 1)
			buf_char(b, ',');
		json_canonical(a, b, j, k);
	}
	buf_char(b, ']');
}

void
json_canonical(struct arena *a, struct buf *b, const struct json *j, uint32_t i)
{
	struct str plain;

	switch ((enum json_kind)j->nodes[i].kind) {
	case JSON_OBJECT:
		canonical_object(a, b, j, i);
		return;
	case JSON_ARRAY:
		canonical_array(a, b, j, i);
		return;
	case JSON_STRING:
		buf_json(b, json_text(a, j, i));
		return;
	case JSON_NUMBER:
		if (decimal_plain(a, json_raw(j, i), &plain)) {
			buf_str(b, plain);
			return;
		}
		break;
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE:
		break;
	}
	buf_str(b, json_raw(j, i));
}

void
json_place(struct str text, size_t at, unsigned *line, unsigned *column)
{
	size_t start = 0;

	*line = 1;
	for (size_t i = 0; i < at && i < text.n; i++)
		if (text.p[i] == '\n') {
			++*line;
			start = i + 1;
		}
	*column = (unsigned)((at < text.n ? at : text.n) - start) + 1;
}
