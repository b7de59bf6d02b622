/* Goal: rule sets and profiles for the tests of segment/, made and given back
 * in one line. */
#ifndef TESTS_SEGMENT_SUPPORT_H
#define TESTS_SEGMENT_SUPPORT_H

#include <stdio.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/timestamp.h"
#include "profile/values.h"
#include "segment/segment.h"
#include "support/quoted.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

struct rules {
	struct arena a;
	struct segment_set set;
	struct err e;
	int status;
};

/* A whole file. */
static inline void
rules_try(struct rules *r, struct str text)
{
	*r = (struct rules){ .e = ERR_INIT };
	r->status = segment_parse(&r->a, "segments.json", text, &r->set, &r->e);
}

/* The same from text with ' for ". */
static inline void
rules_quoted(struct rules *r, const char *text)
{
	struct arena a = { 0 };

	rules_try(r, quoted(&a, text));
	arena_release(&a);
}

static inline void
rules_try_buf(struct rules *r, struct buf *b)
{
	buf_char(b, '\0');
	rules_quoted(r, b->p);
}

static inline void
rules_read(struct rules *r, const char *text)
{
	rules_quoted(r, text);
	cr_assert(r->status == 0, "%s: %u:%u: %s", text, r->e.line, r->e.column, r->e.msg);
}

/* One rule as the only segment. */
static inline void
rules_one(struct rules *r, const char *where)
{
	struct buf b = { 0 };

	buf_printf(&b, "[{'name':'One','slug':'one','where':%s}]%c", where, '\0');
	rules_read(r, b.p);
	buf_release(&b);
}

/* "field op value" as the only segment: value is JSON. */
static inline void
rules_compare(struct rules *r, const char *field, const char *op, const char *value)
{
	struct buf b = { 0 };

	buf_printf(&b, "{'field':'%s','op':'%s','value':%s}%c", field, op, value, '\0');
	rules_one(r, b.p);
	buf_release(&b);
}

static inline void
rules_release(struct rules *r)
{
	arena_release(&r->a);
}

static inline int64_t
at(const char *time)
{
	int64_t us;

	cr_assert(timestamp_parse(str_c(time), &us), "%s is no time", time);
	return us;
}

static inline int32_t
day(const char *date)
{
	int32_t d;

	cr_assert(day_parse(str_c(date), &d), "%s is no date", date);
	return d;
}

static inline struct profile
nobody(void)
{
	return (struct profile){ .id = STR("1"),
		.last_orderdate = TIMESTAMP_NONE,
		.first_order_date = TIMESTAMP_NONE,
		.birthdate = DAY_NONE };
}

static inline bool
member_at(const struct rules *r, size_t i, const struct profile *p, int64_t as_of)
{
	bool member[SEGMENT_MAX];

	segment_eval(&r->set, p, as_of, member);
	return member[i];
}

/* Does one rule hold for the profile? */
static inline bool
holds(const char *where, const struct profile *p, int64_t as_of)
{
	struct rules r;
	bool member;

	rules_one(&r, where);
	member = member_at(&r, 0, p, as_of);
	rules_release(&r);
	return member;
}

static inline bool
compares(
    const char *field, const char *op, const char *value, const struct profile *p, int64_t as_of)
{
	struct rules r;
	bool member;

	rules_compare(&r, field, op, value);
	member = member_at(&r, 0, p, as_of);
	rules_release(&r);
	return member;
}

#endif /* TESTS_SEGMENT_SUPPORT_H */
