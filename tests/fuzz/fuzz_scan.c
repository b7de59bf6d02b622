/* Goal: whatever the bytes of a page, every way of scanning it gives the same
 * records or the same error, and id_peek at a record never contradicts its
 * strict reading. */
#include "json/split.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "record/strict_id.h"
#include "json/read.h"
#include "record/id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_same(
    struct str page, enum simd_way way, const struct split *plain, int rc, const struct err *e)
{
	static const char *const members[] = { "orders", "data", NULL };
	struct split s = { .way = way };
	struct err f = ERR_INIT;

	if (simd_reader(way) == NULL)
		return;
	assert(split_page(&s, page, members, "total", &f) == rc);
	assert(f.at == e->at && str_eq(str_c(f.msg), str_c(e->msg)));
	assert(s.n == plain->n);
	for (size_t i = 0; i < s.n; i++)
		assert(s.records[i].at == plain->records[i].at &&
		       s.records[i].len == plain->records[i].len &&
		       s.records[i].index == plain->records[i].index);
	split_release(&s);
}

/* Records rise in the page, do not overlap, and have no space at their ends. */
static void
check_records(struct str page, const struct split *s)
{
	size_t end = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct split_record *r = &s->records[i];

		assert(r->at >= end && r->len <= page.n - r->at);
		assert(i == 0 || r->index > s->records[i - 1].index);
		assert(r->len == 0 || memchr(" \t\r\n", page.p[r->at], 4) == NULL);
		assert(r->len == 0 || memchr(" \t\r\n", page.p[r->at + r->len - 1], 4) == NULL);
		end = r->at + r->len;
	}
}

static void
check_peek(struct str record, bool is_order)
{
	struct json j = JSON_INIT;
	struct json_fault f;
	struct arena a = { 0 };
	struct str peeked, strict;

	if (id_peek(record, is_order, &peeked) && json_read(&j, record, &f))
		assert(strict_id(&a, &j, is_order, &strict) && str_eq(peeked, strict));
	arena_release(&a);
	json_release(&j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const members[] = { "orders", "data", NULL };
	struct str page = { (const char *)data, size };
	struct split s = { .way = SIMD_PLAIN };
	struct err e = ERR_INIT;
	int rc = split_page(&s, page, members, "total", &e);

	assert(rc == 0 ? e.kind == ERR_NONE : e.kind == ERR_DAMAGED && e.at <= size && s.n == 0);
	check_same(page, SIMD_SSE2, &s, rc, &e);
	check_same(page, SIMD_AVX2, &s, rc, &e);
	check_records(page, &s);
	for (size_t i = 0; i < s.n; i++) {
		struct str record = str_of(page.p + s.records[i].at, s.records[i].len);

		check_peek(record, true);
		check_peek(record, false);
	}
	check_peek(page, true);
	split_release(&s);
	return 0;
}
