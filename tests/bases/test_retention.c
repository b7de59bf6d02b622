/* Goal: the setting is read as it is written; tests/retain.py has what follows from it. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "bases/retention.h"

static struct arena a;

Test(retention, a_span_is_all)
{
	struct retention r;
	const char *why;

	cr_assert(retention_parse(&a, STR("\"90d\""), &r, &why));
	cr_expect(r.is_set && r.all == 90 * TIMESTAMP_DAY && r.count[RETENTION_MONTHLY] == 0);
	cr_expect(r.exports == RETENTION_ALWAYS && r.diffs == RETENTION_ALWAYS && r.pins_n == 0);
}

Test(retention, an_object_has_all_parts)
{
	struct retention r;
	const char *why;

	cr_assert(retention_parse(&a,
	    STR("{\"all\":\"36h\",\"daily\":1,\"weekly\":2,\"monthly\":24,\"yearly\":10,"
	        "\"exports\":\"90d\",\"diffs\":\"all\",\"pins\":[\"20260101T000000Z\"]}"),
	    &r, &why));
	cr_expect(r.all == 36 * TIMESTAMP_HOUR && r.exports == 90 * TIMESTAMP_DAY);
	cr_expect(r.count[RETENTION_DAILY] == 1 && r.count[RETENTION_WEEKLY] == 2 &&
	          r.count[RETENTION_MONTHLY] == 24 && r.count[RETENTION_YEARLY] == 10);
	cr_expect(r.diffs == RETENTION_ALWAYS && r.pins_n == 1 &&
	          str_eq(r.pins[0], STR("20260101T000000Z")));
}

Test(retention, says_what_would_be_right)
{
	static const struct {
		const char *json, *why;
	} wrong[] = {
		{ "\"soon\"", "" },
		{ "\"all\"", "" },
		{ "90", "" },
		{ "[]", "" },
		{ "{\"all\":90}", "for all" },
		{ "{\"all\":\"all\"}", "for all" },
		{ "{\"monthly\":\"2\"}", "a whole number" },
		{ "{\"monthly\":-1}", "a whole number" },
		{ "{\"monthly\":1.5}", "a whole number" },
		{ "{\"exports\":\"never\"}", "for exports" },
		{ "{\"diffs\":1}", "for diffs" },
		{ "{\"pins\":\"20260101T000000Z\"}", "for pins" },
		{ "{\"pins\":[\"monday\"]}", "for pins" },
		{ "{\"hourly\":1}", "only all, daily" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct retention r;
		const char *why = NULL;

		cr_expect(
		    !retention_parse(&a, str_c(wrong[i].json), &r, &why), "%s", wrong[i].json);
		cr_assert(why != NULL, "%s", wrong[i].json);
		cr_expect(strstr(why, wrong[i].why) != NULL, "%s: %s", wrong[i].json, why);
		cr_expect(!retention_check(str_c(wrong[i].json)));
	}
}

Test(retention, knows_a_policy_that_keeps_nothing)
{
	struct retention r;
	const char *why;

	cr_assert(retention_parse(&a, STR("{\"daily\":0,\"exports\":\"1d\"}"), &r, &why));
	cr_expect(retention_keeps_nothing(&r));
	cr_assert(retention_parse(&a, STR("{\"pins\":[\"20260101T000000Z\"]}"), &r, &why));
	cr_expect(!retention_keeps_nothing(&r));
}

Test(retention, counts_back_without_overflow)
{
	cr_expect(retention_cut(RETENTION_ALWAYS, 0) == INT64_MIN);
	cr_expect(retention_cut(1, INT64_MIN) == INT64_MIN);
	cr_expect(retention_cut(3, 10) == 7);
}
