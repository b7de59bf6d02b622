#include "push/push_waits.h"

#include "account/run_log.h"

static const struct run_log_entry *
find_whole(const struct run_log_entry *list, size_t n)
{
	while (n > 0 && (list[n - 1].push == NULL || !run_log_push_is_whole(list[n - 1].push)))
		n--;
	return n == 0 ? NULL : &list[n - 1];
}

/* When a row is written anew it waits on; one that time alone or a setting changes was written long
 * before.  But nothing waits since before DailyStory had everything.  After the last snapshot it
 * is a setting, or a repair. */
static int64_t
since_after(struct state *s, const struct run_log_entry *whole)
{
	struct err ignored = ERR_INIT;
	struct applied row;
	uint32_t number;

	if (state_snapshot_find(s, whole->push->snapshot, &number, &row, &ignored) < 0)
		return 0;
	if (number == s->totals.applied)
		return whole->at;
	return state_applied_must(s, number + 1, &row, &ignored) < 0 ? 0 : row.as_of;
}

static int64_t
since_written(const struct push_plan *p)
{
	if (p->owed_since == 0 || p->oldest == 0)
		return p->owed_since + p->oldest;
	return p->owed_since < p->oldest ? p->owed_since : p->oldest;
}

char *
push_waits_whole(struct arena *a, const char *account)
{
	struct err ignored = ERR_INIT;
	const struct run_log_entry *whole = NULL;
	struct run_log_entry *list;
	size_t n;

	if (run_log_load(a, account, &list, &n, &ignored) == 0)
		whole = find_whole(list, n);
	return whole == NULL ? NULL : str_z(a, str_c(whole->push->snapshot));
}

int64_t
push_waits_since(const char *account, struct state *s, const struct push_plan *plan)
{
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct run_log_entry *list;
	const struct run_log_entry *whole = NULL;
	int64_t since = 0;
	size_t n;

	if (run_log_load(&a, account, &list, &n, &ignored) == 0)
		whole = find_whole(list, n);
	if (whole != NULL)
		since = since_after(s, whole);
	arena_release(&a);
	return since > 0 ? since : since_written(plan);
}
