#include "command/attention.h"

#include "account/settings.h"
#include "account/settings_load.h"
#include "bases/fold_manifest.h"
#include "bases/prune_list.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "command/metrics.h"
#include "flowhub/coverage.h"
#include "flowhub/staging.h"
#include "snapshot/store.h"

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

/* What the settings decide.  The breaker writes nothing into an account: that it stopped a run is
 * in its metrics. */
static int
look_by_settings(
    struct arena *a, const char *account, int64_t now, struct attention *out, struct err *e)
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
	out->was_stopped = metrics_was_stopped(metrics_path(a, account, &s));
	coverage_release(&c);
	settings_release(&s);
	return rc;
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
	    look_by_settings(a, account, now, out, e) < 0)
		return -1;
	disk_kinds_measure(a, account, out->kinds);
	out->is_prune_unfinished = prune_list_is_there(account);
	return fold_manifest_start(a, account, &out->base, e) < 0 ? -1 : 0;
}
