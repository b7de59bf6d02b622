#include "flowhub/fetch.h"

#include <stdio.h>

#include "base/timestamp.h"
#include "base/intern.h"
#include "flowhub/staging.h"
#include "flowhub/paged_list.h"
#include "flowhub/locations.h"
#include "flowhub/hints.h"
#include "flowhub/coverage.h"
#include "flowhub/by_id.h"
#include "flowhub/request.h"
#include "snapshot/page.h"
#include "lib/sha256.h"

/* If the clock was set back by no more than this, wait for it. */
#define CLOCK_PATIENCE (5 * TIMESTAMP_SECOND)

struct fetching {
	const struct fetch_source *s;
	struct fetch_result *r;
	struct arena a;
	struct coverage coverage;
	struct hints hints;
	struct client client;
	struct staging staging;
	struct plan plan;
	bool *done; /* by step: reused from an earlier fetch */
	struct paged_list list;
	struct intern customers; /* that came in this snapshot */
	struct intern buyers;    /* that its orders name */
	bool is_customers_complete;
	size_t customers_from, customers_to; /* pages of that list */
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
		return err_advise(g->e, "Set this machine's clock, or move that snapshot away.");
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
	if (coverage_load(&g->coverage, s->account, s->settings, now(g), g->e) < 0)
		return -1;
	rc = find_unfinished(g, &taken_at);
	if (rc < 0)
		return -1;
	g->is_resumed = rc > 0;
	if (!g->is_resumed && choose_time(g, &taken_at) < 0)
		return -1;
	/* Now with the snapshot's own time: what counts as proved depends on it. */
	coverage_release(&g->coverage);
	if (coverage_load(&g->coverage, s->account, s->settings, taken_at, g->e) < 0 ||
	    staging_clean(s->account, g->is_resumed ? taken_at : TIMESTAMP_NONE, g->e) < 0)
		return -1;
	if (staging_begin(
	        &g->staging, s->account, taken_at, g->coverage.newest_locations.n == 0, g->e) < 0)
		return -1;
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
	return staging_put(&g->staging, &page, now(g), g->client.body, g->e);
}

/* A location that Flowhub no longer names keeps the orders it has. */
static void
warn_of_missing_locations(const struct fetching *g, const struct str *ids, size_t n)
{
	for (size_t i = 0; i < g->coverage.n; i++) {
		struct str id = g->coverage.locations[i].id;
		size_t k = 0;

		while (k < n && !str_eq(ids[k], id))
			k++;
		if (k == n && id.n > 0 && g->s->settings->locations_n == 0)
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
	struct str *ids;
	size_t n, ids_n;

	if (locations_get(&g->a, &g->client, &list, &n, g->e) < 0 || store_locations(g) < 0 ||
	    locations_choose(&g->a, s, list, n, &ids, &ids_n, g->e) < 0)
		return -1;
	warn_of_missing_locations(g, ids, ids_n);
	plan_make(&g->a, s, &g->coverage, ids, ids_n, g->staging.taken_at, &g->plan);
	g->done = arena_zero(&g->a, g->plan.n + 1, sizeof(*g->done));
	g->progress.steps = g->plan.n;
	if (g->plan.is_first)
		host_note(g->s->host, NOTE_INFO,
		    "%s: %zu lists of %zu locations, at least %llu min",
		    g->is_resumed ? "resuming an interrupted first fetch"
		                  : "first fetch, of everything",
		    g->plan.n, ids_n,
		    (unsigned long long)(plan_calls(&g->plan) * (s->min_interval_ms + 200) / 60000 +
		                         1));
	return 0;
}

static bool
is_same_read(const struct plan_step *s, const struct manifest_page *p)
{
	return s->request.resource == p->resource && s->scope.kind == p->scope.kind &&
	       s->scope.from == p->scope.from && s->scope.to == p->scope.to &&
	       (p->resource != RESOURCE_ORDERS || str_eq(s->request.location, p->location));
}

/* The pages of a saved read, verified by their digests; false: read it again. */
static bool
reuse_read(struct fetching *g, const struct manifest *m)
{
	struct page_reader r = { 0 };
	struct response v = { 0 };
	struct err ignored = ERR_INIT;
	bool is_fine = true;

	intern_reset(&g->list.seen);
	for (size_t i = 0; i < m->n && is_fine; i++) {
		const struct manifest_page *p = &m->pages[i];

		is_fine = page_load(&r, g->s->account, g->staging.name, p->path, p->sha256,
		              &ignored) == 0 &&
		          response_read(&v, r.text, p->resource, &ignored) == 0;
		if (is_fine)
			(void)paged_list_add(&g->list, &v, p->resource);
	}
	for (size_t i = 0; i < m->n && is_fine; i++)
		staging_add(&g->staging, &m->pages[i]);
	response_release(&v);
	page_reader_release(&r);
	return is_fine;
}

/* The ids of the customers that came are needed after the list. */
static void
set_listed_customers(struct fetching *g, size_t from)
{
	struct intern old = g->customers;

	g->customers = g->list.seen;
	g->list.seen = old;
	g->customers_from = from;
	g->customers_to = g->staging.n;
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
		size_t from = g->staging.n;

		for (size_t k = n; k-- > 0 && !g->done[i];)
			if (saved[k].n > 0 && is_same_read(s, &saved[k].pages[0]))
				g->done[i] = reuse_read(g, &saved[k]);
		g->progress.step += g->done[i];
		if (g->done[i] && s->request.resource == RESOURCE_CUSTOMERS) {
			g->is_customers_complete = true;
			set_listed_customers(g, from);
		}
	}
	return staging_sweep(&g->staging, g->e);
}

static int
read_step(struct fetching *g, const struct plan_step *s)
{
	const struct host *h = g->s->host;
	size_t from = g->staging.n;
	struct buf text = { 0 };
	int rc = paged_list_read(&g->list, s, g->e);

	plan_step_text(s, &text);
	if (rc < 0) {
		err_wrap(g->e, "%.*s", STR_ARG(text));
	} else {
		host_note(h, NOTE_DETAIL, "%.*s: %zu records in %zu pages", STR_ARG(text),
		    (size_t)(g->list.seen.n == 0 ? 0 : g->list.seen.n - 1), g->staging.n - from);
		g->r->doubts += rc == 0;
		g->progress.step++;
		h->progress(h->context, &g->progress);
	}
	if (rc >= 0 && s->request.resource == RESOURCE_CUSTOMERS) {
		g->is_customers_complete = rc > 0;
		set_listed_customers(g, from);
	}
	buf_release(&text);
	return rc < 0 ? -1 : 0;
}

static int
read_lists(struct fetching *g)
{
	for (size_t i = 0; i < g->plan.n; i++)
		if (!g->done[i] && read_step(g, &g->plan.steps[i]) < 0)
			return -1;
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
	bool is_whole = true;

	if (is_all && g->is_customers_complete) {
		if (by_id_confirm(&p, &is_whole, g->e) < 0)
			return -1;
		if (!is_whole) {
			staging_disclaim(&g->staging, g->customers_from, g->customers_to);
			g->r->doubts++;
		}
	}
	/* Without a state nearly every buyer would look unknown. */
	if (!is_all && !g->s->known.is_there)
		return 0;
	if (by_id_find(&p, &g->r->unknown_left, g->e) < 0)
		return -1;
	if (g->r->unknown_left > 0)
		host_note(g->s->host, NOTE_INFO,
		    "%llu customers named by orders are left for the next run",
		    (unsigned long long)g->r->unknown_left);
	return 0;
}

static int
commit(struct fetching *g)
{
	struct buf id = { 0 };
	int rc = staging_commit(&g->staging, g->s->settings->base_url, now(g), g->e);

	timestamp_format_id(&id, g->staging.taken_at);
	if (rc == 0)
		snprintf(g->r->id, sizeof(g->r->id), "%.*s", STR_ARG(id));
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
count_result(struct fetching *g)
{
	struct fetch_result *r = g->r;

	r->calls = g->client.calls;
	r->retries = g->client.retries;
	r->received = g->client.received;
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
	paged_list_release(&g->list);
	intern_release(&g->customers);
	intern_release(&g->buyers);
	client_close(&g->client);
	hints_release(&g->hints);
	coverage_release(&g->coverage);
	arena_release(&g->a);
}

int
fetch_run(const struct fetch_source *s, struct fetch_result *r, struct err *e)
{
	struct fetching g = { .s = s, .r = r, .e = e };
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
	count_result(&g);
	if (g.client.calls > 0)
		save_hints(&g);
	/* A fetch that was resumed stays resumable, even if no call was answered. */
	release(
	    &g, rc == 0 || g.is_resumed || (g.staging.has_journal && g.staging.saved_reads > 0));
	return rc;
}

int
fetch_plan(struct arena *a, const char *account, const struct flowhub_settings *s, int64_t now,
    struct plan *plan, struct err *e)
{
	struct coverage coverage;
	struct str *ids;
	size_t n;
	int rc = coverage_load(&coverage, account, s, now, e);

	if (rc == 0) {
		locations_known(a, account, &coverage, s, &ids, &n);
		if (n == 0) /* before a first fetch */
			ids[n++] = STR("every location");
		plan_make(a, s, &coverage, ids, n, now - now % TIMESTAMP_SECOND, plan);
	}
	coverage_release(&coverage);
	return rc;
}
