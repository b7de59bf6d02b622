/* Goal: an order counts as drift exactly where its page was asked for days that every run does not
 * read. */
#include "report/drift.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "support/quoted.h"

static const struct drift_days days = { 3, 35 };

/* Of a snapshot taken on 2026-11-23: the overlap begins on the 20th, the 35 days on 19 October. */
static struct drift
drift_in(const char *line)
{
	struct drift d = { 0 };
	struct arena a = { 0 };
	int64_t as_of;

	cr_assert(timestamp_parse(STR("2026-11-23T04:00:00Z"), &as_of));
	drift_add(quoted(&a, line), as_of, days, &d);
	arena_release(&a);
	return d;
}

static void
expect(const char *line, uint64_t added, uint64_t changed, uint64_t removed, uint64_t full)
{
	struct drift d = drift_in(line);

	cr_expect(
	    d.added == added && d.changed == changed && d.removed == removed && d.full == full,
	    "%s: %d %d %d %d", line, (int)d.added, (int)d.changed, (int)d.removed, (int)d.full);
}

#define CHANGED(page) "{'entity':'order','id':'a','op':'changed','page':'" page "','index':0}\n"
#define ADDED(page) "{'entity':'order','id':'a','op':'added','page':'" page "','index':0}\n"
#define REMOVED(page)                                                                              \
	"{'entity':'order','id':'a','op':'removed','previous':{'snapshot':'s','page':'" page       \
	"','index':0}}\n"

Test(drift, the_overlap_is_what_every_run_reads)
{
	expect(CHANGED("orders-L1-2026-11-20-2026-11-24-0001.json.gz"), 0, 0, 0, 0);
	expect(CHANGED("orders-L1-2026-11-17-2026-11-21-0001.json.gz"), 0, 0, 0, 0);
	expect(CHANGED("orders-L1-2026-11-17-2026-11-20-0001.json.gz"), 0, 1, 0, 0);
	expect(CHANGED("orders-L1-2026-10-19-2026-10-26-0012.json.gz"), 0, 1, 0, 0);
	expect(CHANGED("orders-L1-2026-10-12-2026-10-20-0001.json.gz"), 0, 1, 0, 0);
	expect(CHANGED("orders-L1-2026-10-12-2026-10-19-0001.json.gz"), 0, 1, 0, 1);
}

Test(drift, each_kind_is_counted_apart)
{
	expect(ADDED("orders-a-b-2026-10-01-2026-10-08-0001.json.gz")
	           CHANGED("orders-a-b-2026-11-01-2026-11-08-0001.json.gz")
	               REMOVED("orders-a-b-2026-10-01-2026-10-08-0001.json.gz")
	                   CHANGED("orders-a-b-2026-11-20-2026-11-24-0001.json.gz"),
	    1, 1, 1, 2);
}

Test(drift, what_cannot_be_told_is_not_counted)
{
	expect(CHANGED("orders-0001.json.gz"), 0, 0, 0, 0);
	expect(CHANGED("orders-L1-2026-10-12-2026-13-19-0001.json.gz"), 0, 0, 0, 0);
	expect(CHANGED("orders-2026-10-19"), 0, 0, 0, 0);
	expect(CHANGED("orders-"), 0, 0, 0, 0);
	expect(CHANGED("-"), 0, 0, 0, 0);
	expect(CHANGED(""), 0, 0, 0, 0);
	expect("{'entity':'order','id':'a','op':'removed'}\n", 0, 0, 0, 0);
	expect("{'entity':'order'\n{'entity':'order'}", 0, 0, 0, 0);
	expect("{'entity':'customer','id':'a','op':'changed','page':"
	       "'orders-L1-2026-10-12-2026-10-19-0001.json.gz'}\n",
	    0, 0, 0, 0);
}
