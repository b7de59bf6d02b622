/* Goal: the worst account decides the exit status, and who waited longest is started first. */
#include "fleet/ledger.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/timestamp.h"

/* Rows that ended with these statuses. */
static struct ledger
ended(struct arena *a, const int *statuses, size_t n)
{
	struct ledger l = { .rows = arena_zero(a, n, sizeof(*l.rows)), .n = n };

	for (size_t i = 0; i < n; i++) {
		l.rows[i].what = LEDGER_ENDED;
		l.rows[i].status = statuses[i];
	}
	return l;
}

Test(ledger, the_worst_of_two)
{
	static const int order[] = { 1, 2, 5, 4, 75, 3, 0 };

	for (size_t i = 0; i < 7; i++)
		for (size_t k = 0; k < 7; k++) {
			struct arena a = { 0 };
			struct ledger l = ended(&a, (const int[]){ order[i], order[k] }, 2);

			cr_expect(ledger_worst(&l) == order[i < k ? i : k], "%d and %d", order[i],
			    order[k]);
			arena_release(&a);
		}
}

Test(ledger, a_signal_and_a_status_of_nobody_are_failures)
{
	static const int statuses[] = { -1, 6, 74, 126, 127, 255 };

	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		struct arena a = { 0 };
		struct ledger l = ended(&a, &statuses[i], 1);

		cr_expect(ledger_status(&l.rows[0]) == STATUS_FAILED, "%d", statuses[i]);
		arena_release(&a);
	}
}

Test(ledger, who_was_not_reached_is_to_be_tried_again)
{
	struct arena a = { 0 };
	struct ledger l = ended(&a, (const int[]){ 0, 3, 0 }, 3);

	cr_expect(ledger_worst(&l) == STATUS_NEWS);
	l.rows[2].what = LEDGER_SKIPPED;
	cr_expect(ledger_worst(&l) == STATUS_BUSY);
	l.rows[1].status = 4;
	cr_expect(ledger_worst(&l) == STATUS_REFUSED);
	arena_release(&a);
}

Test(ledger, nothing_at_all_is_done)
{
	const struct ledger none = { 0 };

	cr_expect(ledger_worst(&none) == STATUS_DONE);
}

Test(ledger, who_waited_longest_is_first)
{
	static const struct {
		const char *name;
		bool has_run;
		int64_t success, as_of;
	} rows[] = {
		{ "fresh", true, 50, 50 },
		{ "old", true, 10, 50 },
		{ "never-b", true, TIMESTAMP_NONE, TIMESTAMP_NONE },
		{ "never-a", false, TIMESTAMP_NONE, TIMESTAMP_NONE },
		{ "adopted", false, TIMESTAMP_NONE, 20 },
	};
	static const char *const want[] = { "never-a", "never-b", "old", "adopted", "fresh" };
	struct arena a = { 0 };
	struct ledger l = ended(&a, (const int[5]){ 0 }, 5);

	for (size_t i = 0; i < 5; i++) {
		l.rows[i].account.name = str_c(rows[i].name);
		l.rows[i].vitals.has_run = rows[i].has_run;
		l.rows[i].vitals.last_success = rows[i].success;
		l.rows[i].vitals.as_of = rows[i].as_of;
	}
	ledger_order(&l);
	for (size_t i = 0; i < 5; i++)
		cr_expect(str_eq(l.rows[i].account.name, str_c(want[i])), "%zu: %.*s", i,
		    STR_ARG(l.rows[i].account.name));
	ledger_by_name(&l);
	cr_expect(str_eq(l.rows[0].account.name, STR("adopted")));
	arena_release(&a);
}
