#include "dailystory/workers.h"

#include "base/arena.h"
#include "base/pool.h"

/* Customers in one go: enough to pay for handing them over. */
#define BATCH 16
/* Fewer customers are not worth a commit and threads. */
#define FEW 256

struct batch {
	struct arena a;
	char *results;
};

struct work {
	struct state *s;
	const struct workers *w;
	struct state *views; /* one a worker */
	struct batch *batches;
	size_t room; /* of them */
};

static size_t
batch_end(const struct work *g, size_t i)
{
	return g->w->n < (i + 1) * BATCH ? g->w->n : (i + 1) * BATCH;
}

static int
find(void *context, size_t worker, size_t i, struct err *e)
{
	struct work *g = context;
	const struct workers *w = g->w;
	struct batch *b = &g->batches[i % g->room];
	int rc = 0;

	arena_reset(&b->a);
	b->results = arena_zero(&b->a, BATCH, w->result_size);
	for (size_t k = i * BATCH; rc == 0 && k < batch_end(g, i); k++)
		rc = w->find(w->context, &b->a, &g->views[worker], k,
		    b->results + k % BATCH * w->result_size, e);
	return rc;
}

static int
store(void *context, size_t worker, size_t i, struct err *e)
{
	struct work *g = context;
	const struct workers *w = g->w;
	struct batch *b = &g->batches[i % g->room];
	int rc = 0;

	(void)worker;
	for (size_t k = i * BATCH; rc == 0 && k < batch_end(g, i); k++)
		rc = w->store(w->context, k, b->results + k % BATCH * w->result_size, e);
	return rc == 0 ? state_spill(g->s, e) : -1;
}

static int
run_batches(struct work *g, size_t jobs, struct err *e)
{
	struct pool_line line = { .make = find, .take = store, .context = g };
	size_t batches = (g->w->n + BATCH - 1) / BATCH;
	int rc;

	g->room = POOL_AHEAD(jobs);
	g->batches = mem_zero(g->room, sizeof(*g->batches));
	rc = pool_in_order(jobs, batches, &line, e);
	for (size_t i = 0; i < g->room; i++)
		arena_release(&g->batches[i].a);
	mem_free(g->batches);
	return rc;
}

int
workers_run(struct state *s, size_t jobs, const struct workers *w, struct err *e)
{
	struct work g = { .s = s, .w = w, .views = s };
	size_t opened = 0;
	int rc = jobs > 1 && w->n >= FEW ? state_share(s, e) : 0;

	if (rc <= 0)
		return rc < 0 ? -1 : run_batches(&g, 1, e);
	g.views = mem_zero(jobs, sizeof(*g.views));
	for (rc = 0; rc == 0 && opened < jobs; opened++)
		rc = state_view(s, &g.views[opened], e);
	if (rc == 0)
		rc = run_batches(&g, jobs, e);
	for (size_t i = 0; i < opened; i++)
		state_view_end(&g.views[i]);
	mem_free(g.views);
	return rc;
}
