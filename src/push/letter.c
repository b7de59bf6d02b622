#include "push/letter.h"

#include "base/timestamp.h"

#define A_WEEK (7 * TIMESTAMP_DAY)
#define FIRST_WAIT (TIMESTAMP_HOUR / 3)

void
letter_add(struct acked_letter *letter, const struct journal_line *x)
{
	const struct acked_letter before = *letter;
	uint64_t count = x->count > 0 ? x->count : 1;
	bool is_same = before.tries > 0 && before.op == x->op && str_eq(before.reason, x->reason);

	*letter = (struct acked_letter){ .op = x->op,
		.reason = x->reason,
		.message = x->message,
		.body = x->body,
		.dsid = x->dsid,
		.http = x->http,
		.tries = is_same ? before.tries + count : count,
		.first = is_same ? before.first : x->at,
		.last = x->at };
}

bool
letter_waits(const struct acked_letter *x, struct str body, int64_t now)
{
	return x->tries > 0 && str_eq(x->body, body) && timestamp_age(x->last, now) < A_WEEK;
}

/* Most refusals are soon over, and one of many contacts that lasts may not fill each push. */
int64_t
letter_protects_at(const struct acked_letter *x)
{
	int64_t wait = FIRST_WAIT;

	for (uint64_t n = 1; n < x->tries && wait < TIMESTAMP_DAY; n++)
		wait *= 2;
	return x->last + (wait < TIMESTAMP_DAY ? wait : TIMESTAMP_DAY);
}
