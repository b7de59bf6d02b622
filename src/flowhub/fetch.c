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

/* A clock that was set back this little is waited for. */
#define CLOCK_PATIENCE (5 * TIMESTAMP_SECOND)

/* What one fetch holds on its way. */
struct fetching {
	const struct fetch_source *s;
	struct fetch_result *r;
	struct arena a;
	struct coverage past;
	struct hints memory;
	struct client client;
	struct staging draft;
	struct plan plan;
	bool *done; /* by step: taken over from a draft */
	struct paged_list list;
	struct intern customers; /* that came in this snapshot */
	struct intern buyers;    /* that its orders name */
	bool is_customers_whole;
	size_t customers_from, customers_to; /* pages of that list */
	struct progress_report progress;
	bool is_resumed;
	struct err *e;
};

static int64_t
now(const struct fetching *g)
{
	return g->s->out->now(g->s->out->context);
}

/* The snapshot's time: now in whole seconds, later than every snapshot there
 * is. */
static int
choose_time(struct fetching *g, int64_t *taken_at)
{
	int64_t t = now(g);

	if (g->past.newest != TIMESTAMP_NONE && g->past.newest > t &&
	    g->past.newest - t > CLOCK_PATIENCE) {
		err_set(g->e, ERR_FAILED, "the newest snapshot is later than the present time");
		return err_advise(g->e, "Set the clock of this machine, or "
		                        "move that snapshot away.");
	}
	while (t - t % TIMESTAMP_SECOND <= g->past.newest) {
		g->s->out->sleep(g->s->out->context, TIMESTAMP_SECOND - t % TIMESTAMP_SECOND);
		t = now(g);
	}
	*taken_at = t - t % TIMESTAMP_SECOND;
	return 0;
}

/* Whether an unfinished first read is there to be taken up again, and from
 * when. */
static int
find_unfinished(struct fetching *g, int64_t *taken_at)
{
	int rc = staging_find(g->s->account, taken_at, g->e);

	if (rc <= 0)
		return rc;
	if (g->s->resume == RESUME_NONE || g->past.newest_locations.n > 0 ||
	    *taken_at <= g->past.newest || *taken_at > now(g) ||
	    (g->s->resume == RESUME_YOUNG && now(g) - *taken_at >= FETCH_RESUME))
		return 0;
	return 1;
}

static int
begin(struct fetching *g)
{
	const struct fetch_source *s = g->s;
	int64_t taken_at = TIMESTAMP_NONE;
	int rc;

	hints_load(&g->memory, s->account, now(g));
	if (coverage_load(&g->past, s->account, s->settings, now(g), g->e) < 0)
		return -1;
	rc = find_unfinished(g, &taken_at);
	if (rc < 0)
		return -1;
	g->is_resumed = rc > 0;
	if (!g->is_resumed && choose_time(g, &taken_at) < 0)
		return -1;
	/* What is proved counts as of the snapshot's own time. */
	coverage_release(&g->past);
	if (coverage_load(&g->past, s->account, s->settings, taken_at, g->e) < 0 ||
	    staging_clean(s->account, g->is_resumed ? taken_at : TIMESTAMP_NONE, g->e) < 0)
		return -1;
	if (staging_begin(&g->draft, s->account, taken_at, g->past.newest_locations.n == 0, g->e) <
	    0)
		return -1;
	g->draft.source = str_printf(&g->draft.arena, "%.*s %.16s", STR_ARG(s->settings->base_url),
	    sha256_of(s->credentials->client_id).hex);
	return 0;
}

static int
open_client(struct fetching *g)
{
	const struct fetch_source *s = g->s;
	struct client *c = &g->client;

	if (client_open(c, s->settings, s->credentials, s->ca_file, s->out, g->e) < 0)
		return -1;
	for (size_t i = 0; i <= RESOURCE_ORDERS; i++)
		if (g->memory.size[i] > 0 && g->memory.size[i] < c->size[i])
			c->size[i] = g->memory.size[i];
	return 0;
}

static int
store_locations(struct fetching *g)
{
	struct buf when = { 0 };
	struct manifest_page page = {
		.path = STR("locations-0001.json.gz"),
		.resource = RESOURCE_LOCATIONS,
		.scope = { .kind = SCOPE_ALL },
		.page = 1,
		.records = g->client.envelope.n,
		.request = str_c(REQUEST_LOCATIONS),
	};
	int rc;

	timestamp_format(&when, now(g));
	page.fetched_at = buf_view(&when);
	rc = staging_put(&g->draft, &page, g->client.body, g->e);
	buf_release(&when);
	g->progress.pages++;
	g->progress.records += page.records;
	return rc;
}

/* A location that is not named any more keeps what was read of it. */
static void
miss_locations(const struct fetching *g, const struct str *ids, size_t n)
{
	for (size_t i = 0; i < g->past.n; i++) {
		struct str id = g->past.places[i].location;
		size_t k = 0;

		while (k < n && !str_eq(ids[k], id))
			k++;
		if (k == n && id.n > 0 && g->s->settings->locations_n == 0)
			host_note(g->s->out, NOTE_WARNING,
			    "location %.*s was read before, but Flowhub does "
			    "not name it any more; its orders stay as they are",
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
	miss_locations(g, ids, ids_n);
	plan_make(&g->a, s, &g->past, ids, ids_n, g->draft.taken_at, &g->plan);
	g->done = arena_zero(&g->a, g->plan.n + 1, sizeof(*g->done));
	g->progress.steps = g->plan.n;
	if (g->plan.is_first)
		host_note(g->s->out, NOTE_INFO,
		    "%s: %zu lists of %zu locations, at least %llu min; the "
		    "bar tells more as it goes",
		    g->is_resumed ? "a first read is taken up again" : "a first read of everything",
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

/* The pages of a finished read, proved again by their digests; false: read it
 * anew. */
static bool
take_over(struct fetching *g, const struct manifest *m)
{
	struct page_reader r = { 0 };
	struct response v = { 0 };
	struct err ignored = ERR_INIT;
	bool is_fine = true;

	intern_reset(&g->list.seen);
	for (size_t i = 0; i < m->n && is_fine; i++) {
		const struct manifest_page *p = &m->pages[i];

		is_fine = page_load(&r, g->s->account, g->draft.name, p->path, p->sha256,
		              &ignored) == 0 &&
		          response_read(&v, r.text, p->resource, &ignored) == 0;
		if (is_fine)
			(void)paged_list_take(&g->list, &v, p->resource);
	}
	for (size_t i = 0; i < m->n && is_fine; i++)
		staging_keep(&g->draft, &m->pages[i]);
	response_release(&v);
	page_reader_release(&r);
	return is_fine;
}

/* The customers that came are remembered beyond the list. */
static void
keep_customers(struct fetching *g, size_t from)
{
	struct intern old = g->customers;

	g->customers = g->list.seen;
	g->list.seen = old;
	g->customers_from = from;
	g->customers_to = g->draft.n;
}

static int
resume(struct fetching *g)
{
	struct manifest *journals;
	size_t n;

	if (!g->is_resumed)
		return 0;
	if (staging_journals(&g->draft, &journals, &n, g->e) < 0)
		return -1;
	for (size_t i = 0; i < g->plan.n; i++) {
		const struct plan_step *s = &g->plan.steps[i];
		size_t from = g->draft.n;

		for (size_t k = n; k-- > 0 && !g->done[i];)
			if (journals[k].n > 0 && is_same_read(s, &journals[k].pages[0]))
				g->done[i] = take_over(g, &journals[k]);
		g->progress.step += g->done[i];
		if (g->done[i] && s->request.resource == RESOURCE_CUSTOMERS) {
			g->is_customers_whole = true;
			keep_customers(g, from);
		}
	}
	return staging_sweep(&g->draft, g->e);
}

static int
read_step(struct fetching *g, const struct plan_step *s)
{
	const struct host *o = g->s->out;
	size_t from = g->draft.n;
	struct buf text = { 0 };
	int rc = paged_list_read(&g->list, s, g->e);

	plan_step_text(s, &text);
	if (rc < 0) {
		err_wrap(g->e, "%.*s", STR_ARG(text));
	} else {
		host_note(o, NOTE_DETAIL, "%.*s: %zu records in %zu pages", STR_ARG(text),
		    (size_t)(g->list.seen.n == 0 ? 0 : g->list.seen.n - 1), g->draft.n - from);
		g->r->doubts += rc == 0;
		g->progress.step++;
		o->progress(o->context, &g->progress);
	}
	if (rc >= 0 && s->request.resource == RESOURCE_CUSTOMERS) {
		g->is_customers_whole = rc > 0;
		keep_customers(g, from);
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

/* The list of all customers is not believed after all. */
static void
disclaim_customers(struct fetching *g)
{
	for (size_t i = g->customers_from; i < g->customers_to; i++)
		g->draft.pages[i].scope = (struct scope){ .kind = SCOPE_UPDATED };
	g->r->doubts++;
}

static int
read_people(struct fetching *g)
{
	struct by_id p = {
		.known = &g->s->known,
		.client = &g->client,
		.draft = &g->draft,
		.list = &g->list,
		.memory = &g->memory,
		.past = &g->past,
		.listed = &g->customers,
		.buyers = &g->buyers,
	};
	bool is_all = g->plan.steps[0].scope.kind == SCOPE_ALL;
	bool is_whole = true;

	if (is_all && g->is_customers_whole) {
		if (by_id_confirm(&p, &is_whole, g->e) < 0)
			return -1;
		if (!is_whole)
			disclaim_customers(g);
	}
	/* Without a state nearly everybody would pass for unknown. */
	if (!is_all && !g->s->known.is_there)
		return 0;
	if (by_id_find(&p, &g->r->unknown_left, g->e) < 0)
		return -1;
	if (g->r->unknown_left > 0)
		host_note(g->s->out, NOTE_INFO,
		    "%llu customers that orders name are left for the next run",
		    (unsigned long long)g->r->unknown_left);
	return 0;
}

static int
commit(struct fetching *g)
{
	struct buf when = { 0 };
	int rc;

	timestamp_format(&when, now(g));
	rc = staging_commit(&g->draft, g->s->settings->base_url, buf_view(&when), g->e);
	buf_reset(&when);
	timestamp_format_id(&when, g->draft.taken_at);
	if (rc == 0)
		snprintf(g->r->id, sizeof(g->r->id), "%.*s", STR_ARG(when));
	buf_release(&when);
	return rc;
}

/* What was learned on the way, also when it failed: smaller pages, ids that are
 * not there. */
static void
remember(struct fetching *g)
{
	struct hints *m = &g->memory;
	struct err ignored = ERR_INIT;

	for (size_t i = 0; i <= RESOURCE_ORDERS; i++)
		if (g->client.size[i] > 0 && g->client.size[i] < g->s->settings->page_size &&
		    g->client.size[i] != m->size[i]) {
			m->size[i] = g->client.size[i];
			m->sized_at = now(g);
		}
	if (hints_save(m, g->s->account, &ignored) < 0)
		host_note(g->s->out, NOTE_DETAIL, "%s", ignored.msg);
}

static void
sum_up(struct fetching *g)
{
	struct fetch_result *r = g->r;

	r->calls = g->client.calls;
	r->retries = g->client.retries;
	r->received = g->client.received;
	r->pages = g->draft.n;
	for (size_t i = 0; i < g->draft.n; i++)
		r->records[g->draft.pages[i].resource] += g->draft.pages[i].records;
}

static void
release(struct fetching *g, bool is_kept)
{
	if (is_kept)
		staging_release(&g->draft);
	else
		staging_discard(&g->draft);
	paged_list_release(&g->list);
	intern_release(&g->customers);
	intern_release(&g->buyers);
	client_close(&g->client);
	hints_release(&g->memory);
	coverage_release(&g->past);
	arena_release(&g->a);
}

int
fetch_run(const struct fetch_source *s, struct fetch_result *r, struct err *e)
{
	struct fetching g = { .s = s, .r = r, .e = e };
	int rc;

	*r = (struct fetch_result){ 0 };
	g.list = (struct paged_list){
		.client = &g.client, .draft = &g.draft, .progress = &g.progress, .buyers = &g.buyers
	};
	rc = begin(&g);
	if (rc == 0 && open_client(&g) == 0 && make_plan(&g) == 0 && resume(&g) == 0 &&
	    read_lists(&g) == 0 && read_people(&g) == 0)
		rc = commit(&g);
	else
		rc = -1;
	sum_up(&g);
	if (g.client.calls > 0)
		remember(&g);
	/* What is taken up again stays even if not one call was answered. */
	release(&g, rc == 0 || g.is_resumed || (g.draft.has_journal && g.draft.journals > 0));
	return rc;
}

int
fetch_plan(struct arena *a, const char *account, const struct flowhub_settings *s, int64_t now,
    struct plan *plan, struct err *e)
{
	struct coverage past;
	struct str *ids;
	size_t n;
	int rc = coverage_load(&past, account, s, now, e);

	if (rc == 0) {
		locations_known(a, account, &past, s, &ids, &n);
		if (n == 0) /* before a first read nobody knows them */
			ids[n++] = STR("every location");
		plan_make(a, s, &past, ids, n, now - now % TIMESTAMP_SECOND, plan);
	}
	coverage_release(&past);
	return rc;
}
