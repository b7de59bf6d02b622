#include "command/attention.h"

#include <string.h>
#include <sys/stat.h>

#include "account/settings.h"
#include "account/settings_load.h"
#include "base/file.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "flowhub/coverage.h"
#include "flowhub/staging.h"
#include "snapshot/store.h"

#define METRICS "metrics.prom"
#define METRICS_LIMIT (UINT64_C(1) << 16)
#define BLOCK 512 /* what st_blocks counts in */

/* What a directory and all below take; what cannot be looked at takes nothing. */
static uint64_t
disk_use(const char *path, unsigned depth)
{
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct str *names;
	struct stat st;
	uint64_t sum;
	size_t n;

	if (depth > DIR_DEPTH || lstat(path, &st) != 0)
		return 0;
	sum = (uint64_t)st.st_blocks * BLOCK;
	if (!S_ISDIR(st.st_mode))
		return sum / (uint64_t)(st.st_nlink > 0 ? st.st_nlink : 1);
	if (dir_list(&a, path, &names, &n, &ignored) == 0)
		for (size_t i = 0; i < n; i++)
			sum += disk_use(file_join(&a, path, str_z(&a, names[i])), depth + 1);
	arena_release(&a);
	return sum;
}

static void
measure_kinds(struct arena *a, const char *account, struct attention *out)
{
	static const char *const names[ATTENTION_KINDS] = { "snapshots", "bases", "terms", "diffs",
		"exports", "state", "push" };

	for (size_t i = 0; i < ATTENTION_KINDS; i++)
		out->kinds[i] = (struct attention_kind){ names[i],
			disk_use(file_join(a, account, names[i]), 0) };
}

/* A list that was fetched and could not be proved complete claims nothing at all; its first page
 * stands for it. */
static int
count_doubts(
    struct arena *a, const char *account, struct str snapshot, struct attention *out, struct err *e)
{
	struct manifest m;

	if (snapshot.n == 0)
		return 0;
	if (store_manifest(a, account, snapshot, &m, e) < 0)
		return -1;
	for (size_t i = 0; i < m.n; i++) {
		const struct manifest_page *p = &m.pages[i];

		out->doubts += p->scope.kind == SCOPE_UPDATED && p->scope.detail.n == 0 &&
		               p->request.n > 0 && p->page == 1;
	}
	return 0;
}

/* The oldest proof of any day decides. */
static int64_t
next_orders(const struct coverage *c, int64_t every)
{
	int64_t oldest = c->newest;

	for (size_t i = 0; i < c->n; i++)
		for (size_t day = 0; day < c->days; day++)
			if (c->locations[i].proved[day] < oldest)
				oldest = c->locations[i].proved[day];
	return oldest == TIMESTAMP_NONE ? TIMESTAMP_NONE : oldest + every;
}

static int
find_next_reads(const char *account, int64_t now, struct attention *out, struct err *e)
{
	struct settings s;
	struct coverage c = { 0 };
	int rc = 0;

	if (settings_load(&s, account, &out->settings_err) == 0) {
		rc = coverage_load(&c, account, &s.flowhub, now, e);
		out->is_fetched = rc == 0 && c.customers_all != TIMESTAMP_NONE && c.n > 0;
	}
	if (out->is_fetched) {
		out->next_customers = c.customers_all + s.flowhub.full_customers_every;
		out->next_orders = next_orders(&c, s.flowhub.full_orders_every);
	}
	coverage_release(&c);
	settings_release(&s);
	return rc;
}

/* The breaker writes nothing into an account; what a run came to is in its metrics. */
static bool
was_stopped(struct arena *a, const char *account)
{
	struct err ignored = ERR_INIT;
	struct str text, name = STR("\nflowstory_exit_code");
	const char *at, *end;
	uint64_t status;

	if (file_load(a, file_join(a, account, METRICS), METRICS_LIMIT, &text, &ignored) < 0 ||
	    (at = memmem(text.p, text.n, name.p, name.n)) == NULL)
		return false;
	end = memchr(at + 1, '\n', (size_t)(text.p + text.n - at - 1));
	if (end == NULL || (at = memrchr(at, ' ', (size_t)(end - at))) == NULL)
		return false;
	return num_u64(str_of(at + 1, (size_t)(end - at - 1)), &status) && status == STATUS_BREAKER;
}

int
attention_load(struct arena *a, const char *account, struct str snapshot, int64_t now,
    struct attention *out, struct err *e)
{
	int rc;

	*out = (struct attention){ .unfinished = TIMESTAMP_NONE, .settings_err = ERR_INIT };
	rc = staging_find(account, &out->unfinished, e);
	if (rc < 0)
		return -1;
	if (rc == 0)
		out->unfinished = TIMESTAMP_NONE;
	if (count_doubts(a, account, snapshot, out, e) < 0 ||
	    find_next_reads(account, now, out, e) < 0)
		return -1;
	out->was_stopped = was_stopped(a, account);
	measure_kinds(a, account, out);
	return 0;
}
