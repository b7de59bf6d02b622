#include "command/attention.h"

#include "account/run_log.h"
#include "account/settings.h"
#include "account/settings_load.h"
#include "bases/fold_manifest.h"
#include "bases/prune_list.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "flowhub/coverage.h"
#include "flowhub/plan.h"
#include "flowhub/staging.h"
#include "push/books.h"
#include "snapshot/store.h"

static int
count_doubts(
    struct arena *a, const char *account, struct str snapshot, struct attention *out, struct err *e)
{
	struct manifest m;

	if (snapshot.n == 0)
		return 0;
	if (store_manifest(a, account, snapshot, &m, e) < 0)
		return -1;
	for (size_t i = 0; i < m.n; i++)
		out->doubts += manifest_is_in_doubt(&m.pages[i]);
	return 0;
}

/* The breaker writes nothing of the snapshot: that it stopped is in the log of runs. */
static int
look_at_runs(
    struct arena *a, const char *account, struct str pending, struct attention *out, struct err *e)
{
	struct run_log_entry *list;
	size_t n;

	if (pending.n == 0)
		return 0;
	if (run_log_load(a, account, &list, &n, e) < 0)
		return -1;
	out->is_stopped = run_log_is_stopped(list, n, pending);
	return 0;
}

/* What the settings decide. */
static int
look_by_settings(const char *account, int64_t now, struct attention *out, struct err *e)
{
	struct settings s;
	struct coverage c = { 0 };
	int rc = 0;

	if (settings_load(&s, account, &out->settings_err) == 0) {
		rc = coverage_load(&c, account, &s.flowhub, now, NULL, e);
		out->is_fetched = rc == 0 && c.customers_all != TIMESTAMP_NONE && c.n > 0;
	}
	if (out->is_fetched) {
		out->next_customers = plan_next_customers(&s.flowhub, &c);
		out->next_orders = plan_next_orders(&s.flowhub, &c);
	}
	coverage_release(&c);
	settings_release(&s);
	return rc;
}

int
attention_load(struct arena *a, const char *account, struct str snapshot, struct str pending,
    int64_t now, struct attention *out, struct err *e)
{
	int rc;

	*out = (struct attention){
		.unfinished = TIMESTAMP_NONE, .settings_err = ERR_INIT, .push_err = ERR_INIT
	};
	if (books_letters_of(account, &out->rejected, &out->push_err) == 0)
		out->push_err.kind = ERR_NONE;
	rc = staging_find(account, &out->unfinished, e);
	if (rc < 0)
		return -1;
	if (rc == 0)
		out->unfinished = TIMESTAMP_NONE;
	if (count_doubts(a, account, snapshot, out, e) < 0 ||
	    look_at_runs(a, account, pending, out, e) < 0 ||
	    look_by_settings(account, now, out, e) < 0)
		return -1;
	disk_use_measure(account, out->kinds);
	out->is_prune_unfinished = prune_list_is_there(account);
	return fold_manifest_start(a, account, &out->base, e) < 0 ? -1 : 0;
}
