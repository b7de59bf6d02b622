/* Goal: no text makes the rules' reader fail unasked, and what it accepts keeps
 * its laws: the text reads as itself, errors have a place, nothing changes
 * before it is due. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/timestamp.h"
#include "profile/values.h"
#include "segment/due.h"
#include "segment/segment.h"

#define NOW INT64_C(1772942400000000) /* 2026-03-08T04:00:00Z */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str products[] = { { "A", 1 }, { "Gummies", 7 } };

static const struct profile profiles[] = {
	{ .id = { "1", 1 },
	    .last_orderdate = TIMESTAMP_NONE,
	    .first_order_date = TIMESTAMP_NONE,
	    .birthdate = DAY_NONE },
	{ .id = { "2", 1 },
	    .points = { "12.5", 4 },
	    .products = products,
	    .products_n = 2,
	    .is_loyal = TRI_TRUE,
	    .total_spent = 10001,
	    .total_orders = 2,
	    .last_orderdate = NOW - 60 * TIMESTAMP_DAY,
	    .first_order_date = NOW - 30 * TIMESTAMP_DAY + 1,
	    .city = { "Denver", 6 },
	    .birthdate = 11016 },
	{ .id = { "3", 1 },
	    .points = { "-0.001", 6 },
	    .total_spent = -1,
	    .last_orderdate = NOW + TIMESTAMP_DAY,
	    .first_order_date = TIMESTAMP_NONE,
	    .email = { "a@b.co", 6 },
	    .birthdate = 20600 },
};
#define PROFILES (sizeof(profiles) / sizeof(profiles[0]))

static void
check_words(const struct segment_set *set, const struct profile *p)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < set->n; i++) {
		segment_sentence(set, i, &b);
		assert(b.n > 0 && utf8_valid(buf_view(&b)));
		buf_reset(&b);
		segment_reason(set, i, p, NOW, &b);
		assert(b.n > 0 && utf8_valid(buf_view(&b)));
		buf_reset(&b);
	}
	buf_release(&b);
}

static void
check_due(const struct segment_set *set, const struct profile *p)
{
	bool before[SEGMENT_MAX], member[SEGMENT_MAX];
	int64_t due = due_any(set, p, NOW);

	assert(due > NOW);
	segment_eval(set, p, NOW, before);
	if (due != TIMESTAMP_NEVER) {
		segment_eval(set, p, due - 1, member);
		for (size_t i = 0; i < set->n; i++)
			assert(member[i] == before[i]);
	}
	for (size_t i = 0; i < set->n && i < 4; i++) {
		int64_t one = due_one(set, i, p, NOW);

		assert(one >= due);
		if (one == TIMESTAMP_NEVER)
			continue;
		segment_eval(set, p, one - 1, member);
		assert(member[i] == before[i]);
		segment_eval(set, p, one, member);
		assert(member[i] != before[i]);
	}
}

static void
check_again(struct arena *a, const struct segment_set *set)
{
	struct segment_set again;
	struct err e = ERR_INIT;
	int status = segment_parse(a, "again", set->text, &again, &e);

	assert(status == 0 && again.n == set->n);
	assert(str_eq(again.text, set->text));
	for (size_t i = 0; i < set->n; i++) {
		assert(str_eq(again.list[i].effective, set->list[i].effective));
		assert(str_eq(again.list[i].source, set->list[i].source));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { 0 };
	struct segment_set set;
	struct err e = ERR_INIT;
	struct str text = str_of((const char *)data, size);

	if (segment_parse(&a, "segments.json", text, &set, &e) != 0) {
		assert(e.kind == ERR_SETTINGS && e.line > 0 && e.column > 0);
		assert(e.msg[0] != '\0');
	} else {
		check_again(&a, &set);
		for (size_t i = 0; i < PROFILES; i++) {
			check_words(&set, &profiles[i]);
			check_due(&set, &profiles[i]);
		}
	}
	arena_release(&a);
	return 0;
}
