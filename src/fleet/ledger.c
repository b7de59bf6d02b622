#include "fleet/ledger.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/timestamp.h"

void
ledger_load(struct arena *a, const struct roster *r, struct ledger *out)
{
	*out = (struct ledger){ .rows = arena_zero(a, r->n + 1, sizeof(*out->rows)), .n = r->n };
	for (size_t i = 0; i < r->n; i++) {
		out->rows[i].account = r->list[i];
		vitals_load(a, r->list[i].path, &out->rows[i].vitals);
	}
}

static int
compare_names(const void *x, const void *y)
{
	const struct ledger_row *a = x, *b = y;

	return str_cmp(a->account.name, b->account.name);
}

/* Where no run left metrics, what was applied last is the best that is known. */
static int64_t
success_of(const struct ledger_row *row)
{
	return row->vitals.has_run ? row->vitals.last_success : row->vitals.as_of;
}

static int
compare_ages(const void *x, const void *y)
{
	int64_t a = success_of(x), b = success_of(y);

	if (a != b)
		return a < b ? -1 : 1;
	return compare_names(x, y);
}

void
ledger_order(struct ledger *l)
{
	qsort(l->rows, l->n, sizeof(*l->rows), compare_ages);
}

void
ledger_by_name(struct ledger *l)
{
	qsort(l->rows, l->n, sizeof(*l->rows), compare_names);
}

/* From the worst on. */
static const int worst_first[] = { STATUS_FAILED, STATUS_USAGE, STATUS_BREAKER, STATUS_REFUSED,
	STATUS_BUSY, STATUS_NEWS, STATUS_DONE };
#define STATUSES (sizeof(worst_first) / sizeof(worst_first[0]))

static size_t
rank(int status)
{
	for (size_t i = 0; i < STATUSES; i++)
		if (worst_first[i] == status)
			return i;
	return 0;
}

int
ledger_worse(int x, int y)
{
	return worst_first[rank(x) < rank(y) ? rank(x) : rank(y)];
}

int
ledger_status(const struct ledger_row *row)
{
	if (row->what != LEDGER_ENDED)
		return STATUS_BUSY;
	return worst_first[rank(row->status)];
}

int
ledger_worst(const struct ledger *l)
{
	int worst = STATUS_DONE;

	for (size_t i = 0; i < l->n; i++)
		worst = ledger_worse(worst, ledger_status(&l->rows[i]));
	return worst;
}

int64_t
ledger_age(const struct ledger_row *row, int64_t now)
{
	return row->vitals.has_state ? now - row->vitals.as_of : TIMESTAMP_NONE;
}
