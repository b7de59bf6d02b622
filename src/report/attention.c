#include "report/attention.h"

#include "account/disk_recent.h"
#include "account/run_log.h"
#include "account/settings.h"
#include "account/settings_load.h"
#include "bases/fold_manifest.h"
#include "bases/prune_list.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "flowhub/coverage.h"
#include "flowhub/reads.h"
#include "flowhub/staging.h"
#include "push/tally.h"
#include "snapshot/store.h"

static int
count_doubts(
    struct arena *a, const char *account, struct str snapshot, struct attention *out, struct err *e)
{
	struct manifest m;

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

/* What the last fetch noted, if it still holds; else what the manifests say. */
static int
find_reads(const char *account, const struct flowhub_settings *s, const struct reads *noted,
    int64_t now, struct reads *out, struct err *e)
{
	struct coverage c = { 0 };
	int rc;

	if (noted != NULL && reads_holds(noted, account, s, now)) {
		*out = *noted;
		return 0;
	}
	rc = coverage_load(&c, account, s, now, NULL, e);
	if (rc == 0)
		reads_of(&c, account, s, out);
	coverage_release(&c);
	return rc;
}

/* Without settings that can be read only the doubts are known. */
static int
look_at_reads(struct arena *a, const char *account, struct str snapshot, const struct reads *noted,
    int64_t now, struct attention *out, struct err *e)
{
	struct reads reads = { .newest = TIMESTAMP_NONE };
	struct settings s;
	int64_t taken_at;
	int rc = 0;

	if (settings_load(&s, account, &out->settings_err) == 0)
		rc = find_reads(account, &s.flowhub, noted, now, &reads, e);
	settings_release(&s);
	if (rc < 0)
		return -1;
	out->is_fetched = reads.is_fetched;
	out->next_customers = reads.next_customers;
	out->next_orders = reads.next_orders;
	if (snapshot.n == 0)
		return 0;
	if (!timestamp_parse_id(snapshot, &taken_at) || reads.newest != taken_at)
		return count_doubts(a, account, snapshot, out, e);
	out->doubts = reads.doubts;
	return 0;
}

int
attention_load(struct arena *a, const char *account, struct str snapshot, struct str pending,
    int64_t now, struct attention *out, struct err *e)
{
	struct run_log_entry *runs;
	size_t runs_n;
	int rc;

	*out = (struct attention){
		.unfinished = TIMESTAMP_NONE, .settings_err = ERR_INIT, .push_err = ERR_INIT
	};
	if (tally_letter_count_of(account, &out->rejected, &out->push_err) == 0)
		out->push_err.kind = ERR_NONE;
	rc = staging_find(account, &out->unfinished, e);
	if (rc < 0)
		return -1;
	if (rc == 0)
		out->unfinished = TIMESTAMP_NONE;
	run_log_tail(a, account, now - TIMESTAMP_DAY, &runs, &runs_n);
	if (look_at_reads(a, account, snapshot, run_log_reads(runs, runs_n), now, out, e) < 0 ||
	    look_at_runs(a, account, pending, out, e) < 0)
		return -1;
	out->is_measured =
	    disk_recent_in(account, runs, runs_n, now, out->kinds, &out->measured_at);
	out->is_prune_unfinished = prune_list_is_there(account);
	return fold_manifest_start(a, account, &out->base, e) < 0 ? -1 : 0;
}
