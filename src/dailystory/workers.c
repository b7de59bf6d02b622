#include "dailystory/workers.h"

#include "base/arena.h"
#include "base/pool.h"

/* Customers looked at in one go: enough to pay for handing them over. */
#define BATCH 16
/* Where it is not worth to commit for, and to start threads. */
#define FEW 256

struct batch {
	struct arena a;
	char *findings;
};

struct crowding {
	struct state *s;
	const struct workers *c;
	struct state *views; /* one a worker */
	struct batch *batches;
	size_t room; /* of them */
};

static size_t
batch_end(const struct crowding *g, size_t i)
{
	return g->c->n < (i + 1) * BATCH ? g->c->n : (i + 1) * BATCH;
}

static int
look(void *context, size_t worker, size_t i, struct err *e)
{
	struct crowding *g = context;
	const struct workers *c = g->c;
	struct batch *b = &g->batches[i % g->room];
	int rc = 0;

	arena_reset(&b->a);
	b->findings = arena_zero(&b->a, BATCH, c->finding);
	for (size_t k = i * BATCH; rc == 0 && k < batch_end(g, i); k++)
		rc = c->look(c->context, &b->a, &g->views[worker], k,
		    b->findings + k % BATCH * c->finding, e);
	return rc;
}

static int
keep(void *context, size_t worker, size_t i, struct err *e)
{
	struct crowding *g = context;
	const struct workers *c = g->c;
	struct batch *b = &g->batches[i % g->room];
	int rc = 0;

	(void)worker;
	for (size_t k = i * BATCH; rc == 0 && k < batch_end(g, i); k++)
		rc = c->keep(c->context, k, b->findings + k % BATCH * c->finding, e);
	return rc == 0 ? state_spill(g->s, e) : -1;
}

static int
run(struct crowding *g, size_t jobs, struct err *e)
{
	struct pool_line line = { .make = look, .take = keep, .context = g };
	size_t batches = (g->c->n + BATCH - 1) / BATCH;
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
workers_run(struct state *s, size_t jobs, const struct workers *c, struct err *e)
{
	struct crowding g = { .s = s, .c = c, .views = s };
	size_t opened = 0;
	int rc = jobs > 1 && c->n >= FEW ? state_share(s, e) : 0;

	if (rc <= 0)
		return rc < 0 ? -1 : run(&g, 1, e);
	g.views = mem_zero(jobs, sizeof(*g.views));
	for (rc = 0; rc == 0 && opened < jobs; opened++)
		rc = state_view(s, &g.views[opened], e);
	if (rc == 0)
		rc = run(&g, jobs, e);
	for (size_t i = 0; i < opened; i++)
		state_view_end(&g.views[i]);
	mem_free(g.views);
	return rc;
}
