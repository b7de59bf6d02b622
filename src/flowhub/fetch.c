#include "flowhub/fetch.h"

#include <stdio.h>

#include "base/timestamp.h"
#include "base/intern.h"
#include "flowhub/staging.h"
#include "flowhub/paged_list.h"
#include "flowhub/estimate.h"
#include "flowhub/left_out.h"
#include "flowhub/locations.h"
#include "flowhub/hints.h"
#include "flowhub/coverage.h"
#include "flowhub/by_id.h"
#include "flowhub/request.h"
#include "lib/sha256.h"
#include "snapshot/known_pages.h"

/* If the clock was set back by no more than this, wait for it. */
#define CLOCK_PATIENCE (5 * TIMESTAMP_SECOND)

struct fetching {
	const struct fetch_source *s;
	struct fetch_result *r;
	struct arena a;
	struct coverage coverage;
	struct known_pages known; /* of the snapshots there are */
	struct hints hints;
	struct client client;
	struct staging staging;
	struct plan plan;
	bool *done; /* by step: reused from an earlier fetch */
	struct paged_list list;
	struct intern customers; /* that came in this snapshot */
	struct intern buyers;    /* that its orders name */
	struct intern saved;     /* customers read by id before this fetch was resumed */
	bool is_customers_complete;
	struct str *ids; /* locations to read */
	size_t ids_n;
	struct left_out left_out;
	struct progress_report progress;
	bool is_resumed;
	struct err *e;
};

static int64_t
now(const struct fetching *g)
{
	return g->s->host->now(g->s->host->context);
}

/* The snapshot's time: now in whole seconds, later than every snapshot so far. */
static int
choose_time(struct fetching *g, int64_t *taken_at)
{
	int64_t t = now(g);

	if (g->coverage.newest != TIMESTAMP_NONE && g->coverage.newest > t &&
	    g->coverage.newest - t > CLOCK_PATIENCE) {
		err_set(g->e, ERR_FAILED, "the newest snapshot is dated in the future");
		return err_advise(g->e,
		    "Correct this machine's clock, or move that snapshot out of 'snapshots'.");
	}
	while (t - t % TIMESTAMP_SECOND <= g->coverage.newest) {
		g->s->host->sleep(g->s->host->context, TIMESTAMP_SECOND - t % TIMESTAMP_SECOND);
		t = now(g);
	}
	*taken_at = t - t % TIMESTAMP_SECOND;
	return 0;
}

/* Whether there is an unfinished first fetch to resume, and its time. */
static int
find_unfinished(struct fetching *g, int64_t *taken_at)
{
	int rc = staging_find(g->s->account, taken_at, g->e);

	if (rc <= 0)
		return rc;
	if (g->s->resume == FETCH_RESUME_NONE || g->coverage.newest_locations.n > 0 ||
	    *taken_at <= g->coverage.newest || *taken_at > now(g) ||
	    (g->s->resume == FETCH_RESUME_RECENT && now(g) - *taken_at >= FETCH_RESUME_AGE))
		return 0;
	return 1;
}

static int
prepare(struct fetching *g)
{
	const struct fetch_source *s = g->s;
	int64_t taken_at = TIMESTAMP_NONE;
	int rc;

	hints_load(&g->hints, s->account, now(g));
	if (coverage_load(&g->coverage, s->account, s->settings, now(g), NULL, g->e) < 0)
		return -1;
	rc = find_unfinished(g, &taken_at);
	if (rc < 0)
		return -1;
	g->is_resumed = rc > 0;
	if (!g->is_resumed && choose_time(g, &taken_at) < 0)
		return -1;
	/* Now with the snapshot's own time: what counts as proved depends on it. */
	coverage_release(&g->coverage);
	if (coverage_load(&g->coverage, s->account, s->settings, taken_at, &g->known, g->e) < 0 ||
	    staging_clean(s->account, g->is_resumed ? taken_at : TIMESTAMP_NONE, g->e) < 0)
		return -1;
	if (staging_begin(
	        &g->staging, s->account, taken_at, g->coverage.newest_locations.n == 0, g->e) < 0)
		return -1;
	staging_know(&g->staging, &g->known, s->filter);
	g->staging.source = str_printf(&g->staging.arena, "%.*s %.16s",
	    STR_ARG(s->settings->base_url), sha256_of(s->credentials->client_id).hex);
	return 0;
}

static int
open_client(struct fetching *g)
{
	const struct fetch_source *s = g->s;
	struct client *c = &g->client;

	if (client_open(c, s->settings, s->credentials, s->ca_file, s->host, g->e) < 0)
		return -1;
	for (size_t i = 0; i <= RESOURCE_ORDERS; i++)
		if (g->hints.size[i] > 0 && g->hints.size[i] < c->size[i])
			c->size[i] = g->hints.size[i];
	return 0;
}

static int
store_locations(struct fetching *g)
{
	const struct manifest_page page = {
		.path = STR("locations-0001.json.gz"),
		.resource = RESOURCE_LOCATIONS,
		.scope = { .kind = SCOPE_ALL },
		.page = 1,
		.records = g->client.response.n,
		.request = str_c(REQUEST_LOCATIONS),
	};

	g->progress.pages++;
	g->progress.records += page.records;
	return staging_put(&g->staging, &page, now(g), g->client.x.body, g->e);
}

/* A location that Flowhub no longer names keeps the orders it has. */
static void
warn_of_missing_locations(const struct fetching *g)
{
	for (size_t i = 0; i < g->coverage.n; i++) {
		struct str id = g->coverage.locations[i].id;
		size_t k = 0;

		while (k < g->ids_n && !str_eq(g->ids[k], id))
			k++;
		if (k == g->ids_n && id.n > 0 && g->s->settings->locations_n == 0)
			host_note(g->s->host, NOTE_WARNING,
			    "Flowhub no longer lists location %.*s; its orders stay as they are",
			    STR_ARG(id));
	}
}

static int
make_plan(struct fetching *g)
{
	const struct flowhub_settings *s = g->s->settings;
	struct response_record *list;
	size_t n;

	if (locations_get(&g->a, &g->client, &list, &n, g->e) < 0 || store_locations(g) < 0 ||
	    locations_choose(&g->a, s, list, n, &g->ids, &g->ids_n, g->e) < 0)
		return -1;
	warn_of_missing_locations(g);
	plan_make(&g->a, s, &g->coverage, g->ids, g->ids_n, g->staging.taken_at, &g->plan);
	g->done = arena_zero(&g->a, g->plan.n + 1, sizeof(*g->done));
	g->progress.steps = g->plan.n;
	return 0;
}

/* The ids of the customers that came are needed after the list. */
static void
set_listed_customers(struct fetching *g)
{
	struct intern old = g->customers;

	g->customers = g->list.seen;
	g->list.seen = old;
}

static int
reuse_saved_reads(struct fetching *g)
{
	struct manifest *saved;
	size_t n;

	if (!g->is_resumed)
		return 0;
	if (staging_saved_reads(&g->staging, &saved, &n, g->e) < 0)
		return -1;
	for (size_t i = 0; i < g->plan.n; i++) {
		const struct plan_step *s = &g->plan.steps[i];

		g->done[i] = paged_list_reuse(&g->list, s, saved, n);
		g->progress.step += g->done[i];
		if (g->done[i] && s->request.resource == RESOURCE_CUSTOMERS) {
			g->is_customers_complete = true;
			set_listed_customers(g);
		}
	}
	by_id_reuse(&g->staging, saved, n, &g->saved);
	return staging_sweep(&g->staging, g->e);
}

/* A first read is long: how long? */
static void
say_estimate(struct fetching *g)
{
	struct estimate estimate;
	struct buf text = { 0 };

	estimate_make(&g->client, &g->plan, g->done, &estimate);
	if (estimate.is_known)
		g->progress.pages_expected = g->progress.pages + estimate.calls;
	estimate_text(&estimate, &text);
	host_note(g->s->host, NOTE_INFO, "%s: %zu %s of %zu %s, %.*s",
	    g->is_resumed ? "resuming an interrupted first fetch" : "first fetch, of everything",
	    g->plan.n - g->progress.step, g->plan.n - g->progress.step == 1 ? "list" : "lists",
	    g->ids_n, g->ids_n == 1 ? "location" : "locations", STR_ARG(text));
	buf_release(&text);
}

/* A list in doubt is worth a look when it was not in doubt the time before. */
static void
count_doubt(struct fetching *g, struct str list)
{
	struct buf key = { 0 };

	buf_printf(&key, "doubt: %.*s", STR_ARG(list));
	g->r->doubts++;
	g->r->news += hints_tell(&g->hints, buf_view(&key));
	buf_release(&key);
}

/* A location that refuses is left out; anything else that refuses ends the fetch. */
static int
leave_out(struct fetching *g, const struct plan_step *s)
{
	if (s->request.resource != RESOURCE_ORDERS)
		return -1;
	left_out_add(&g->a, &g->left_out, s->request.location, g->client.x.transfer.status, g->e);
	*g->e = (struct err)ERR_INIT;
	if (g->left_out.n == g->ids_n) {
		*g->e = g->left_out.first;
		return g->ids_n == 1 ? -1 : err_wrap(g->e, "every location was refused");
	}
	return staging_drop_location(&g->staging, s->request.location, g->e);
}

static int
read_step(struct fetching *g, const struct plan_step *s)
{
	const struct host *h = g->s->host;
	bool is_customers = s->request.resource == RESOURCE_CUSTOMERS;
	size_t from = g->staging.n;
	struct buf text = { 0 };
	int rc = paged_list_read(&g->list, s, g->e);

	plan_step_text(s, &text);
	if (rc == PAGED_LIST_REFUSED)
		rc = leave_out(g, s) < 0 ? -1 : rc;
	else if (rc >= 0)
		host_note(h, NOTE_DETAIL, "%.*s: %zu records in %zu pages", STR_ARG(text),
		    (size_t)(g->list.seen.n == 0 ? 0 : g->list.seen.n - 1), g->staging.n - from);
	if (rc < 0)
		err_wrap(g->e, "%.*s", STR_ARG(text));
	if (rc == PAGED_LIST_DOUBTFUL)
		count_doubt(g, is_customers ? STR("customers") : s->request.location);
	if (rc >= 0 && is_customers) {
		g->is_customers_complete = rc == PAGED_LIST_COMPLETE;
		set_listed_customers(g);
	}
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

static int
read_lists(struct fetching *g)
{
	const struct host *h = g->s->host;

	if (g->plan.is_first)
		say_estimate(g);
	for (size_t i = 0; i < g->plan.n; i++) {
		const struct plan_step *s = &g->plan.steps[i];

		if (g->done[i])
			continue;
		if (!left_out_has(&g->left_out, s->request.location) && read_step(g, s) < 0)
			return -1;
		g->progress.step++;
		h->progress(h->context, &g->progress);
	}
	g->r->left_out = g->left_out.n;
	g->r->news += left_out_report(&g->left_out, g->ids, g->ids_n, h, &g->hints);
	return 0;
}

/* All customers were read, but some may be left out: the list proves no absence. */
static void
disclaim_customers(struct fetching *g)
{
	const struct scope since_ever = { .kind = SCOPE_UPDATED, .detail = STR(COVERAGE_EVER) };

	for (size_t i = 0; i < g->staging.n; i++)
		if (g->staging.pages[i].resource == RESOURCE_CUSTOMERS)
			g->staging.pages[i].scope = since_ever;
}

static int
confirm_customers(struct fetching *g, struct by_id *p)
{
	int rc = by_id_confirm(p, g->e);

	if (rc < 0)
		return -1;
	if (rc != BY_ID_WHOLE)
		disclaim_customers(g);
	if (rc == BY_ID_DOUBTFUL)
		count_doubt(g, STR("customers"));
	return 0;
}

static int
read_by_id(struct fetching *g)
{
	struct by_id p = {
		.known = &g->s->known,
		.client = &g->client,
		.staging = &g->staging,
		.list = &g->list,
		.hints = &g->hints,
		.coverage = &g->coverage,
		.listed = &g->customers,
		.buyers = &g->buyers,
	};
	bool is_all = g->plan.steps[0].scope.kind == SCOPE_ALL;

	for (uint32_t i = 1; i < g->saved.n; i++)
		(void)intern_add(&g->customers, g->saved.texts[i]);

	if (is_all && g->is_customers_complete && confirm_customers(g, &p) < 0)
		return -1;
	if (by_id_round(&p, &g->r->waiting_left, g->e) < 0)
		return -1;
	/* Without a state nearly every buyer would look unknown. */
	if (!is_all && !g->s->known.is_there)
		return 0;
	if (by_id_find(&p, &g->r->unknown_left, g->e) < 0)
		return -1;
	if (g->r->unknown_left > 0)
		host_note(g->s->host, NOTE_INFO, "%llu %s named by orders %s left for the next run",
		    (unsigned long long)g->r->unknown_left,
		    g->r->unknown_left == 1 ? "customer" : "customers",
		    g->r->unknown_left == 1 ? "is" : "are");
	return 0;
}

static int
commit(struct fetching *g)
{
	struct buf id = { 0 };
	int rc = staging_commit(&g->staging, g->s->settings->base_url, now(g), g->e);

	timestamp_format_id(&id, g->staging.taken_at);
	if (rc == 0) {
		const struct manifest m = { .taken_at = g->staging.taken_at,
			.pages = g->staging.pages,
			.n = g->staging.n };

		snprintf(g->r->id, sizeof(g->r->id), "%.*s", STR_ARG(id));
		coverage_add(&g->coverage, buf_view(&id), &m);
	}
	buf_release(&id);
	return rc;
}

/* What was learned, even by a fetch that failed: smaller pages, absent ids. */
static void
save_hints(struct fetching *g)
{
	struct hints *h = &g->hints;
	struct err ignored = ERR_INIT;

	for (size_t i = 0; i <= RESOURCE_ORDERS; i++)
		if (g->client.size[i] > 0 && g->client.size[i] < g->s->settings->page_size &&
		    g->client.size[i] != h->size[i]) {
			h->size[i] = g->client.size[i];
			h->sized_at = now(g);
		}
	if (hints_save(h, g->s->account, &ignored) < 0)
		host_note(g->s->host, NOTE_DETAIL, "%s", ignored.msg);
}

static void
judge_silence(struct fetching *g)
{
	if (g->e->kind != ERR_BUSY)
		return;
	g->r->is_silent = true;
	hints_judge_silence(
	    &g->hints, g->coverage.newest_fetched, now(g), g->s->settings->stale_after, g->e);
}

static void
count_result(struct fetching *g)
{
	struct fetch_result *r = g->r;

	r->calls = g->client.x.calls;
	r->retries = g->client.retries;
	r->received = g->client.x.received;
	r->pages = g->staging.n;
	for (size_t i = 0; i < g->staging.n; i++)
		r->records[g->staging.pages[i].resource] += g->staging.pages[i].records;
}

static void
release(struct fetching *g, bool is_kept)
{
	if (is_kept)
		staging_release(&g->staging);
	else
		staging_discard(&g->staging);
	/* now that nothing changes in snapshots/ any more */
	reads_of(&g->coverage, g->s->account, g->s->settings, &g->r->reads);
	paged_list_release(&g->list);
	intern_release(&g->customers);
	intern_release(&g->buyers);
	intern_release(&g->saved);
	client_close(&g->client);
	hints_release(&g->hints);
	coverage_release(&g->coverage);
	known_pages_release(&g->known);
	arena_release(&g->a);
}

int
fetch_run(const struct fetch_source *s, struct fetch_result *r, struct err *e)
{
	struct fetching g = { .s = s, .r = r, .e = e };
	bool is_kept;
	int rc;

	*r = (struct fetch_result){ 0 };
	g.list = (struct paged_list){ .client = &g.client,
		.staging = &g.staging,
		.progress = &g.progress,
		.buyers = &g.buyers };
	rc = prepare(&g);
	if (rc == 0 && open_client(&g) == 0 && make_plan(&g) == 0 && reuse_saved_reads(&g) == 0 &&
	    read_lists(&g) == 0 && read_by_id(&g) == 0)
		rc = commit(&g);
	else
		rc = -1;
	if (rc == 0)
		hints_complete(&g.hints);
	else
		judge_silence(&g);
	count_result(&g);
	if (g.client.x.calls > 0)
		save_hints(&g);
	/* A fetch that was resumed stays resumable, even if no call was answered. */
	is_kept = rc == 0 || g.is_resumed || (g.staging.has_journal && g.staging.saved_reads > 0);
	if (rc < 0 && e->kind == ERR_INTERRUPTED)
		staging_interrupted(&g.staging, is_kept, g.progress.pages_expected, e);
	release(&g, is_kept);
	return rc;
}

int
fetch_plan(struct arena *a, const char *account, const struct flowhub_settings *s, int64_t now,
    struct plan *plan, struct err *e)
{
	struct coverage coverage;
	struct str *ids;
	size_t n;
	int rc = coverage_load(&coverage, account, s, now, NULL, e);

	if (rc == 0) {
		locations_known(a, account, &coverage, s, &ids, &n);
		if (n == 0) /* before a first fetch */
			ids[n++] = STR("every location");
		plan_make(a, s, &coverage, ids, n, now - now % TIMESTAMP_SECOND, plan);
	}
	coverage_release(&coverage);
	return rc;
}
