/* rule_internal.h -- what a parsed rule is made of; for this room alone.
 *
 * A rule is a flat array of nodes in the order they are written: a node is
 * followed by all that lies below it, so that "every node of a segment" is a
 * loop and evaluation walks memory forwards.
 */
#ifndef SEGMENT_RULE_INTERNAL_H
#define SEGMENT_RULE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "json/read.h"
#include "base/str.h"
#include "segment/rule.h"

/* How a field is compared, and so which operators and values it takes. */
enum field_type {
	FIELD_TEXT,
	FIELD_LIST,
	FIELD_DECIMAL, /* plain decimal text, of any size */
	FIELD_BOOL,    /* this and all below are compared as integers */
	FIELD_COUNT,
	FIELD_MONEY, /* cents */
	FIELD_TIME,  /* us */
	FIELD_DAY,   /* a day, as the us of its midnight UTC */
	FIELD_AGE    /* whole years */
};

struct field {
	const char *name;
	enum field_type type;
	const char *noun; /* what a sentence calls it */
	size_t at;        /* its place in struct profile */
	size_t count_at;  /* of a list: the place of its length */
};

enum rule_op {
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_IN,
	OP_CONTAINS,
	OP_EXISTS
};

/* Where a value lies, seen from a bound; an operator accepts a set of them. */
#define REL_LESS 1U
#define REL_EQUAL 2U
#define REL_GREATER 4U

/* A JSON number by its digits: value = 0.DIGITS * 10^point. */
struct number {
	struct str digits; /* no zero at either end; empty: zero */
	int64_t point;
	bool negative;
};

/* What a field is compared with. */
struct value {
	struct number number; /* of a decimal */
	/* Of text and lists the value, of others how a sentence says it
	 * ("60 days", "$99.50"); a fixed time has none. */
	struct str text;
	/* Of integers the greatest one not above the value, of a span its
	 * length in us. */
	int64_t floor;
	bool rest;     /* the value lies above floor, before the next integer */
	bool relative; /* a span back from as of */
};

enum rule_kind {
	RULE_ALL,
	RULE_ANY,
	RULE_NOT,
	RULE_SEGMENT,
	RULE_COMPARE
};

struct rule {
	enum rule_kind kind;
	uint32_t size;    /* this node and all below: + size is the sibling */
	uint32_t at;      /* byte in the file */
	uint32_t segment; /* RULE_SEGMENT: index in the set */

	/* RULE_COMPARE */
	enum rule_op op;
	unsigned accepts; /* REL_... */
	bool wanted;      /* of exists */
	const struct field *field;
	const struct value *bounds; /* of in sorted, spans behind the others */
	size_t bounds_n;            /* 1, if it is not in or exists */
};

/* A file being read. */
struct reader {
	struct arena *a;
	const char *file;
	struct json json;
	struct segment_set *set;
	uint32_t *by_slug; /* set->n indexes, sorted by slug */
	struct err *e;
};

/* reader_fault(rd, at, fmt, ...): ERR_SETTINGS at that byte. Returns -1. */
int reader_fault(struct reader *rd, size_t at, const char *fmt, ...) ERR_PRINTF(3, 4);

/* reader_fault_at: the same at a node, and with an advice. */
int reader_fault_at(struct reader *rd, uint32_t node, const char *what, const char *advice);

/* reader_shown(s): no more of ${s} than fits a message, for STR_ARG. */
struct str reader_shown(struct str s);

static inline enum json_kind
reader_kind(const struct reader *rd, uint32_t node)
{
	return rd->json.nodes[node].kind;
}

static inline struct str
reader_text(struct reader *rd, uint32_t node)
{
	return json_text(rd->a, &rd->json, node);
}

/* reader_keys: an object has each of three keys and no other, or an error. */
int reader_keys(
    struct reader *rd, uint32_t object, const char *const keys[3], const char *advice) ERR_MUST;

/* slug_find: where a slug stands in rd->by_slug, or ought to stand. */
bool slug_find(const struct reader *rd, struct str slug, size_t *place);

/* parse.c: the rule at ${node}, into s->where and s->source. */
int rule_read(struct reader *rd, uint32_t node, struct segment *s) ERR_MUST;

/* field.c: the table of fields and what may be asked of each. */
const struct field *field_find(struct str name);
bool field_takes(const struct field *f, enum rule_op op);
bool field_is_integer(const struct field *f);
bool op_find(struct str name, enum rule_op *op);
unsigned op_accepts(enum rule_op op);
/* field_names_like: names for an advice; field_ops: "= != in exists". In a. */
struct str field_names_like(struct arena *a, struct str name);
struct str field_ops(struct arena *a, const struct field *f);

/* number.c: exact numbers. */
struct number number_read(struct arena *a, struct str token);
int number_cmp(const struct number *a, const struct number *b);
/* number_cmp_plain: the order of a plain decimal (base/num.h) and a number. */
int number_cmp_plain(struct str plain, const struct number *n);
/*
 * number_floor(n, shift, rest):
 * The floor of n * 10^shift, and whether n lies above it.  Beyond int64 the
 * nearer end: every integer but INT64_MIN, which no profile holds, compares
 * with the two as with n itself.
 */
int64_t number_floor(const struct number *n, unsigned shift, bool *rest);

/* bound.c: the value of a comparison whose field and operator are known. */
int value_read(struct reader *rd, uint32_t node, struct rule *r) ERR_MUST;

/* order.c: set->order and every effective text; a cycle is an error. */
int dependencies_order(struct reader *rd) ERR_MUST;

/* What comparisons look at: a profile, as of a time. */
struct facts {
	const struct profile *p;
	int64_t as_of;
	int64_t birth; /* us; TIMESTAMP_NONE: absent, or still to come */
	int64_t age;   /* meaningful if birth is */
};

/* eval.c: what a profile answers, as enum field_type says. */
struct facts facts_of(const struct profile *p, int64_t as_of);
bool fact_integer(const struct field *f, const struct facts *x, int64_t *v);
struct str fact_text(const struct field *f, const struct facts *x);
size_t fact_list(const struct field *f, const struct facts *x, const struct str **list);
bool compare_holds(const struct rule *r, const struct facts *x);

/* eval_until: every segment of the order up to and with ${last}. */
void eval_until(const struct segment_set *set, size_t last, const struct facts *x, bool *member);

/* time_minus, time_plus: us, stopping at the ends of int64. */
int64_t time_minus(int64_t a, int64_t b);
int64_t time_plus(int64_t a, int64_t b);

#endif /* SEGMENT_RULE_INTERNAL_H */
