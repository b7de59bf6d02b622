/* reader.h -- a file of segments while it is read, and the steps of reading it. */
#ifndef SEGMENT_READER_H
#define SEGMENT_READER_H

#include "rule.h"

#include "base/err.h"
#include "json/read.h"

struct reader {
	struct arena *a;
	const char *file;
	struct json json;
	struct segment_set *set; /* n: the segments whose slug is known */
	struct err *e;
};

/* reader_fault(rd, at, advice, fmt, ...): ERR_SETTINGS at that byte of the file. Returns -1. */
int reader_fault(struct reader *rd, size_t at, const char *advice, const char *fmt, ...)
    ERR_PRINTF(4, 5);

/* reader_shown(s): no more of ${s} than fits a message, for STR_ARG. */
struct str reader_shown(struct str s);

/* reader_keys: an object has each of three keys, perhaps the fourth (NULL: none) and no other, or
 * an error. */
int reader_keys(
    struct reader *rd, uint32_t object, const char *const keys[4], const char *advice) ERR_MUST;

/* reader_find_slug: the index of the segment with that slug among those read. */
bool reader_find_slug(const struct reader *rd, struct str slug, uint32_t *i);

static inline enum json_kind
reader_kind(const struct reader *rd, uint32_t node)
{
	return rd->json.nodes[node].kind;
}

static inline size_t
reader_at(const struct reader *rd, uint32_t node)
{
	return rd->json.nodes[node].at;
}

static inline struct str
reader_text(struct reader *rd, uint32_t node)
{
	return json_text(rd->a, &rd->json, node);
}

/* parse_rule: the rule at ${node}, into s->where and s->source. */
int parse_rule(struct reader *rd, uint32_t node, struct segment *s) ERR_MUST;

/* value_read: the value of a comparison whose field and operator are known. */
int value_read(struct reader *rd, uint32_t node, struct rule *r) ERR_MUST;

/* value_within: the span of orders that count. */
int value_within(struct reader *rd, uint32_t node, struct rule *r) ERR_MUST;

/* dependencies_order: set->order and every effective text; a cycle is an error. */
int dependencies_order(struct reader *rd) ERR_MUST;

#endif /* SEGMENT_READER_H */
