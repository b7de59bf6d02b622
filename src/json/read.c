#include "json/read.h"

#include <stdlib.h>

#include "base/arena.h"
#include "json/token.h"

static const char bad_utf8[] = "invalid UTF-8";
static const char bad_number[] = "a number JSON does not allow";

struct reader {
	struct json *j;
	const char *begin;
	const char *p; /* the next byte to read */
	const char *end;
	unsigned depth;
	struct json_fault *fault;
};

static bool
fail(struct reader *r, const char *what, const char *at)
{
	r->fault->what = what;
	r->fault->at = (size_t)(at - r->begin);
	return false;
}

/* Nothing that may stand at p does. */
static bool
reject(struct reader *r, const char *p)
{
	bool is_text = p == r->end || utf8_len(p, (size_t)(r->end - p)) > 0;

	return fail(r, is_text ? "not valid JSON" : bad_utf8, p);
}

void
json_grow(struct json *j)
{
	/* a text has fewer values than UINT32_MAX, for it has fewer bytes */
	uint32_t cap = j->cap <= UINT32_MAX / 2 ? 2 * j->cap : UINT32_MAX;

	j->cap = cap < 64 ? 64 : cap;
	j->nodes = mem_resize(j->nodes, j->cap, sizeof(*j->nodes));
}

/* Add the node of a value that begins at from; without children it ends at
 * r->p. */
static inline struct json_node *
push(struct reader *r, enum json_kind kind, const char *from)
{
	struct json *j = r->j;
	struct json_node *node = json_push(j);

	*node = (struct json_node){
		.at = (uint32_t)(from - r->begin),
		.len = (uint32_t)(r->p - from),
		.next = j->n,
		.kind = (uint8_t)kind,
	};
	return node;
}

static inline void
skip_space(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
		r->p++;
}

/* Go past c if it is the next byte after white space. */
static inline bool
take(struct reader *r, char c)
{
	if (r->p < r->end && *r->p == c) {
		r->p++;
		return true;
	}
	skip_space(r);
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
read_string(struct reader *r)
{
	const char *from = r->p;
	const char *p = token_plain_end(from + 1, r->end);
	bool plain = p < r->end && *p == '"';
	struct token_string t = { .at = p + 1 };
	struct json_node *node;

	if (!plain && !token_string_rest(&t, p, r->end))
		return t.what == NULL ? reject(r, t.at) : fail(r, t.what, t.at);
	r->p = t.at;
	node = push(r, JSON_STRING, from);
	node->escaped = t.escaped;
	node->plain = plain;
	return true;
}

static bool
ends_number(char c)
{
	return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\t' || c == '\r' ||
	       c == '\n' || c == ':' || c == '"' || c == '[' || c == '{';
}

static bool
read_number(struct reader *r)
{
	const char *from = r->p;
	const char *p = token_number_end(from, r->end);

	/* what touches it belongs to it: 1.2.3 and 0x1F are bad numbers */
	if (p == NULL || (p < r->end && !ends_number(*p)))
		return fail(r, bad_number, from);
	r->p = p;
	push(r, JSON_NUMBER, from);
	return true;
}

static bool
follows(const struct reader *r, struct str word)
{
	return (size_t)(r->end - r->p) >= word.n && memcmp(r->p, word.p, word.n) == 0;
}

static bool
read_word(struct reader *r)
{
	static const struct {
		struct str text;
		enum json_kind kind;
	} words[] = {
		{ { "null", 4 }, JSON_NULL },
		{ { "false", 5 }, JSON_FALSE },
		{ { "true", 4 }, JSON_TRUE },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *from = r->p;

		if (follows(r, words[i].text)) {
			r->p += words[i].text.n;
			push(r, words[i].kind, from);
			return true;
		}
	}
	if (follows(r, STR("NaN")) || follows(r, STR("Infinity")))
		return fail(r, bad_number, r->p);
	return reject(r, r->p);
}

static bool
open_container(struct reader *r, enum json_kind kind, uint32_t *self)
{
	if (r->depth == JSON_DEPTH)
		return fail(r, "nesting over 64 levels", r->p);
	r->depth++;
	r->p++;
	*self = r->j->n;
	push(r, kind, r->p - 1);
	return true;
}

static void
close_container(struct reader *r, uint32_t self, uint32_t count)
{
	struct json_node *node = &r->j->nodes[self];

	node->len = (uint32_t)(r->p - r->begin) - node->at;
	node->next = r->j->n;
	node->count = count;
	r->depth--;
}

/* Objects of at most this many names, none with an escape, are compared pair
 * by pair; others are sorted, which no choice of names can make slow. */
#define FEW_NAMES 32

/* The first name equal to one before it, 0 if none; *done is false if the
 * object is none for this way. */
static uint32_t
find_repeated_few(const struct json *j, uint32_t object, bool *done)
{
	const struct json_node *nodes = j->nodes;
	uint32_t key[FEW_NAMES], at[FEW_NAMES];
	uint32_t n = 0;
	uint64_t seen = 0;

	*done = nodes[object].count <= FEW_NAMES;
	for (uint32_t i = object + 1; *done && i < nodes[object].next; i = nodes[i + 1].next) {
		const char *p = j->text.p + nodes[i].at;
		uint32_t len = nodes[i].len;
		uint64_t bit;

		key[n] = len ^ (uint32_t)(unsigned char)p[1] << 16 ^
		         (uint32_t)(unsigned char)p[len - 2] << 24;
		at[n] = nodes[i].at;
		/* a key whose bit is new equals none before it */
		bit = (uint64_t)1 << (key[n] * UINT32_C(2654435769) >> 26);
		for (uint32_t k = (seen & bit) != 0 ? 0 : n; k < n; k++)
			if (key[k] == key[n] && memcmp(j->text.p + at[k], p, len) == 0)
				return i;
		seen |= bit;
		n++;
		*done = !nodes[i].escaped;
	}
	return 0;
}

static int
order_names(const void *a, const void *b, void *context)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int order = json_cmp(context, x, context, y);

	/* equal ones in their order in the text */
	return order != 0 ? order : x < y ? -1 : x > y;
}

static uint32_t
find_repeated_many(struct json *j, uint32_t object)
{
	uint32_t count = j->nodes[object].count;
	uint32_t n = 0;
	uint32_t first = 0;

	if (j->slots_cap < count) {
		j->slots = mem_resize(j->slots, count, sizeof(*j->slots));
		j->slots_cap = count;
	}
	for (uint32_t i = object + 1; n < count; i = j->nodes[i + 1].next)
		j->slots[n++] = i;
	qsort_r(j->slots, n, sizeof(*j->slots), order_names, j);
	for (uint32_t i = 1; i < n; i++)
		if ((first == 0 || j->slots[i] < first) &&
		    json_cmp(j, j->slots[i - 1], j, j->slots[i]) == 0)
			first = j->slots[i];
	return first;
}

static bool
check_names(struct reader *r, uint32_t object)
{
	bool done = true;
	uint32_t name = r->j->repeats_names ? 0 : find_repeated_few(r->j, object, &done);

	if (name == 0 && !done)
		name = find_repeated_many(r->j, object);
	if (name != 0)
		return fail(r, "a repeated key", r->begin + r->j->nodes[name].at);
	return true;
}

static bool read_value(struct reader *r);

static bool
read_array(struct reader *r)
{
	uint32_t self, count = 0;

	if (!open_container(r, JSON_ARRAY, &self))
		return false;
	if (!take(r, ']')) {
		do {
			if (!read_value(r))
				return false;
			count++;
		} while (take(r, ','));
		if (!take(r, ']'))
			return reject(r, r->p);
	}
	close_container(r, self, count);
	return true;
}

static bool
read_member(struct reader *r)
{
	skip_space(r);
	if (r->p == r->end || *r->p != '"')
		return reject(r, r->p);
	if (!read_string(r))
		return false;
	if (!take(r, ':'))
		return reject(r, r->p);
	return read_value(r);
}

static bool
read_object(struct reader *r)
{
	uint32_t self, count = 0;

	if (!open_container(r, JSON_OBJECT, &self))
		return false;
	if (!take(r, '}')) {
		do {
			if (!read_member(r))
				return false;
			count++;
		} while (take(r, ','));
		if (!take(r, '}'))
			return reject(r, r->p);
	}
	close_container(r, self, count);
	return count < 2 || check_names(r, self);
}

static bool
read_value(struct reader *r)
{
	skip_space(r);
	if (r->p == r->end)
		return reject(r, r->p);
	switch (*r->p) {
	case '"':
		return read_string(r);
	case '{':
		return read_object(r);
	case '[':
		return read_array(r);
	case '-':
	case '+':
	case '.':
		return read_number(r);
	default:
		return ascii_digit(*r->p) ? read_number(r) : read_word(r);
	}
}

bool
json_read(struct json *j, struct str text, struct json_fault *f)
{
	const char *p = text.n == 0 ? "" : text.p;
	struct reader r = {
		.j = j,
		.begin = p,
		.p = p,
		.end = p + text.n,
		.fault = f,
	};

	j->text = text;
	j->n = 0;
	if (text.n >= UINT32_MAX)
		return fail(&r, "4 GiB of text or more", p);
	if (!read_value(&r))
		return false;
	skip_space(&r);
	return r.p == r.end || reject(&r, r.p);
}

void
json_release(struct json *j)
{
	mem_free(j->nodes);
	mem_free(j->slots);
	*j = (struct json)JSON_INIT;
}
