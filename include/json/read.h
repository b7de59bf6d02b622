/* read.h -- the strict reader of one JSON value: a tape of spans.
 *
 * It exists because the job needs exact digits, strictness and positions
 * together (docs/decisions/0001-one-strict-reader.md): records of pages, and
 * also settings, rules and manifests, whose errors carry line and column.
 * Nothing is converted: a node says where its text lies; json_text decodes.
 * Refused, each with its byte: anything RFC 8259 does not allow, invalid UTF-8, a bad escape, a
 * control character in a string, a repeated key (compared decoded), nesting over JSON_DEPTH, bytes
 * after the value.  Half a surrogate pair is read as U+FFFD wherever it stands.
 */
#ifndef JSON_READ_H
#define JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct buf;

#define JSON_DEPTH 64 /* containers inside one another, the first counted */

enum json_kind {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

/* A value, or a member's name (always a JSON_STRING right before its value). */
struct json_node {
	uint32_t at;    /* first byte in the text; of a string its quote */
	uint32_t len;   /* bytes, quotes and brackets included */
	uint32_t next;  /* index of the node after this value and all below it */
	uint32_t count; /* elements or members of a container */
	uint8_t kind;   /* enum json_kind */
	bool escaped;   /* a string with a backslash in it */
	bool plain;     /* a string of printable ASCII that means itself */
};

/* Tape of one value: node 0 is the root.  Children of an array follow it
 * directly, each at the previous one's next; of an object: name, value, name, value. */
struct json {
	struct str text;
	struct json_node *nodes; /* owned by the tape, reused by the next read */
	uint32_t n, cap;
	uint32_t *slots; /* scratch: an object's names, sorted */
	uint32_t slots_cap;
	bool repeats_names; /* set by the caller: a repeated key is none */
};
#define JSON_INIT                                                                                  \
	{                                                                                          \
		0                                                                                  \
	}

/* What is wrong, as constant text ("a repeated key"), and where. */
struct json_fault {
	const char *what;
	size_t at; /* byte in the text, 0-based */
};

/*
 * json_read(j, text, f):
 * Read all of ${text} as one value into ${j}, replacing what it held.
 * Owns:    ${j} borrows the text.
 * Returns: true, or false with ${f} filled.
 */
bool json_read(struct json *j, struct str text, struct json_fault *f);
void json_release(struct json *j);

/* json_push(j): room for one more node, whose content is the caller's. */
void json_grow(struct json *j);
static inline struct json_node *
json_push(struct json *j)
{
	if (j->n == j->cap)
		json_grow(j);
	return &j->nodes[j->n++];
}

static inline struct str
json_raw(const struct json *j, uint32_t i)
{
	return (struct str){ j->text.p + j->nodes[i].at, j->nodes[i].len };
}

/* json_find(j, object, name): index of the member's value, or 0 (the root is nobody's member). */
uint32_t json_find(const struct json *j, uint32_t object, struct str name);

/* json_cmp(x, i, y, k): the order of two strings by their decoded bytes: <0, 0, >0. */
int json_cmp(const struct json *x, uint32_t i, const struct json *y, uint32_t k);

/* json_is(j, i, text): the string decoded is text. */
bool json_is(const struct json *j, uint32_t i, struct str text);

/* json_text(a, j, i): a string node decoded: borrowed from the text if it holds no escape, else in
 * a. */
struct str json_text(struct arena *a, const struct json *j, uint32_t i);

/* json_find_text(a, j, object, name): a member that is a string, as json_text gives it; else empty.
 */
struct str json_find_text(struct arena *a, const struct json *j, uint32_t object, const char *name);

/* json_compact(b, j, i): the value without white space outside strings, digits and
 * escapes as they stand in the text but for half a surrogate pair. */
void json_compact(struct buf *b, const struct json *j, uint32_t i);

/* json_pointer(b, name): a member's name as a step of a JSON Pointer (RFC 6901), without its slash.
 */
void json_pointer(struct buf *b, struct str name);

/*
 * json_canonical(a, b, j, i):
 * The value in one form for all texts that mean the same: names sorted, texts decoded, numbers as
 * plain decimals where they fit one.
 */
void json_canonical(struct arena *a, struct buf *b, const struct json *j, uint32_t i);

/* json_place(text, at, line, column): 1-based, columns in bytes. */
void json_place(struct str text, size_t at, unsigned *line, unsigned *column);

#endif /* JSON_READ_H */
