/* Goal: how a dead letter grows, and when what it tells of is tried again. */
#include <criterion/criterion.h>

#include "base/timestamp.h"
#include "push/letter.h"

static void
add(struct acked_letter *letter, enum journal_op op, const char *reason, int64_t at)
{
	const struct journal_line x = {
		.op = op, .reason = str_c(reason), .body = STR("b"), .at = at
	};

	letter_add(letter, &x);
}

Test(letter, counts_the_same_refusal)
{
	struct acked_letter x = { 0 };

	add(&x, JOURNAL_CONTACT, "refused", 1);
	add(&x, JOURNAL_CONTACT, "refused", 2);
	cr_expect(x.tries == 2 && x.first == 1 && x.last == 2);
	add(&x, JOURNAL_CONTACT, "identity-taken", 3);
	cr_expect(x.tries == 1 && x.first == 3);
	add(&x, JOURNAL_DELETE, "identity-taken", 4);
	cr_expect(x.tries == 1 && x.op == JOURNAL_DELETE);
}

Test(letter, waits_a_week_for_the_same)
{
	struct acked_letter x = { 0 };

	cr_expect(!letter_waits(&x, STR("b"), 0));
	add(&x, JOURNAL_CONTACT, "refused", 0);
	cr_expect(letter_waits(&x, STR("b"), 7 * TIMESTAMP_DAY - 1));
	cr_expect(!letter_waits(&x, STR("b"), 7 * TIMESTAMP_DAY));
	cr_expect(!letter_waits(&x, STR("other"), 1));
	cr_expect(!letter_waits(&x, STR("b"), -TIMESTAMP_HOUR - 1), "the clock was ahead");
}

Test(letter, protects_after_twenty_minutes_and_each_day)
{
	static const int64_t minutes[] = { 20, 40, 80, 160, 320, 640, 1280, 1440, 1440 };
	struct acked_letter x = { 0 };

	for (size_t i = 0; i < sizeof(minutes) / sizeof(minutes[0]); i++) {
		add(&x, JOURNAL_DELETE, "refused", 5);
		cr_expect_eq(letter_protects_at(&x), 5 + minutes[i] * 60 * TIMESTAMP_SECOND);
	}
}
