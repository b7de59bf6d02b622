/* rule.h -- a parsed rule: its nodes, the fields they compare, and their evaluation.
 *
 * A rule is a flat array of nodes in the order in which they are written, each followed by all
 * that lies below it.  So "every node of a segment" is a loop, and evaluation walks memory
 * forwards.
 */
#ifndef SEGMENT_RULE_H
#define SEGMENT_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "segment/segment.h"

struct arena;
struct profile_order;

/* How a field is compared, and so which operators and values it takes. */
enum rule_field_type {
	RULE_FIELD_TEXT,
	RULE_FIELD_LIST,
	RULE_FIELD_DECIMAL, /* plain decimal text, of any size */
	RULE_FIELD_BOOL,    /* this and all below are compared as integers */
	RULE_FIELD_COUNT,
	RULE_FIELD_MONEY,   /* cents */
	RULE_FIELD_TIME,    /* us */
	RULE_FIELD_DAY,     /* a day, as the us of its midnight UTC */
	RULE_FIELD_AGE,     /* whole years */
	RULE_FIELD_BIRTHDAY /* days until the next birthday; 0 on the day */
};

struct rule_field {
	const char *name;
	enum rule_field_type type;
	const char *noun; /* what a sentence calls it */
	size_t at;        /* its place in struct profile */
	size_t count_at;  /* of a list: the place of its length */
};

enum rule_op {
	RULE_EQ,
	RULE_NE,
	RULE_LT,
	RULE_LE,
	RULE_GT,
	RULE_GE,
	RULE_IN,
	RULE_CONTAINS,
	RULE_EXISTS
};

/* Where a profile's value lies, seen from the rule's; an operator accepts some of the three. */
#define RULE_LESS 1U
#define RULE_EQUAL 2U
#define RULE_GREATER 4U

/* What a field is compared with. */
struct rule_value {
	/* Of text, lists and decimals the value itself; of others how a sentence says it
	 * ("60 days", "$99.50"); a fixed time has none. */
	struct str text;
	/* Of integers the greatest one not above the value; of a span its length in us. */
	int64_t floor;
	bool rest;       /* the value lies above floor, before the next integer */
	bool relative;   /* a span back from as of */
	uint32_t months; /* of a span of calendar months or years; floor is 0 then */
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
	unsigned accepts; /* RULE_LESS... */
	bool wanted;      /* of exists */
	const struct rule_field *field;
	/* Of in sorted: points of time, exact spans, calendar spans. */
	const struct rule_value *values;
	size_t values_n;                 /* 1, except for in and exists */
	const struct rule_value *within; /* NULL: all orders count */
	size_t exact_n;                  /* of in: how many are no calendar spans */
};

/* rule_fields.c: the fields, the operators, and which operator a field takes. */

const struct rule_field *rule_fields_find(struct str name);
bool rule_fields_takes(const struct rule_field *f, enum rule_op op);
bool rule_fields_is_integer(const struct rule_field *f);
bool rule_fields_takes_within(const struct rule_field *f);
bool rule_fields_op(struct str name, enum rule_op *op);
unsigned rule_fields_accepts(enum rule_op op);
/* The names of fields that begin like ${name}, and the operators of a field, for an advice. */
struct str rule_fields_like(struct arena *a, struct str name);
struct str rule_fields_ops(struct arena *a, const struct rule_field *f);

/* rule_fields_near(name): the field that may be meant; NULL if none is near. */
const char *rule_fields_near(struct str name);

/* eval.c: a profile as of a time, and what it answers to a comparison. */

struct eval {
	const struct profile *p;
	int64_t as_of;
	int64_t birth;       /* us; TIMESTAMP_NONE: absent, or still to come */
	int64_t age;         /* meaningful if birth is */
	int64_t to_birthday; /* days; the same */
};

struct eval eval_of(const struct profile *p, int64_t as_of);
bool eval_integer(const struct eval *x, const struct rule *r, int64_t *v);
struct str eval_text(const struct eval *x, const struct rule_field *f);
size_t eval_list(const struct eval *x, const struct rule_field *f, const struct str **list);
/* eval_counts: the order is one of the rule's field, and not too long ago. */
bool eval_counts(const struct eval *x, const struct rule *r, const struct profile_order *o);
bool eval_compare(const struct eval *x, const struct rule *r);

/* eval_until: every segment of set->order up to and with ${last}. */
void eval_until(const struct eval *x, const struct segment_set *set, size_t last, bool *member);

/* eval_point: where a value of times lies as of then, us. */
int64_t eval_point(const struct rule_value *b, int64_t as_of);

/* eval_relation: where ${v} lies, seen from the rule's value: RULE_LESS... */
unsigned eval_relation(const struct rule_value *b, int64_t v, int64_t as_of);

/* eval_time_minus: us, stopping at the ends of int64. */
int64_t eval_time_minus(int64_t a, int64_t b);

#endif /* SEGMENT_RULE_H */
