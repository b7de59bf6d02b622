#include "timemachine/base_backtest.h"

#include "account/terms.h"
#include "base/intern.h"
#include "base/interrupt.h"
#include "bases/fold_manifest.h"
#include "timemachine/base_state.h"
#include "timemachine/segment_preview.h"

/* Who is a member of what, a row of bits a customer: 100 rules and a million customers are 13 MB.
 */
struct members {
	unsigned char *bits;
	size_t cap;
};

struct testing {
	struct base_backtest *b;
	struct segment_set rules;
	size_t width; /* bytes of a row */
	struct intern customers;
	struct members now, before;
	struct err *e;
};

static void
set_row(struct testing *g, const struct segment_preview *p)
{
	uint32_t i = intern_add(&g->customers, p->id);
	unsigned char *row;

	g->now.bits = mem_reach(g->now.bits, i, &g->now.cap, g->width);
	row = &g->now.bits[i * g->width];
	for (size_t k = 0; k < g->rules.n; k++)
		if (p->member[k])
			row[k / 8] = (unsigned char)(row[k / 8] | 1U << k % 8);
}

static bool
has(const struct testing *g, const struct members *m, uint32_t i, size_t rule)
{
	return i < m->cap && (m->bits[i * g->width + rule / 8] >> rule % 8 & 1) != 0;
}

/* Whoever is not known any more has left. */
static void
count_changes(struct testing *g, struct segment_size *list)
{
	for (uint32_t i = 1; i < g->customers.n; i++)
		for (size_t k = 0; k < g->rules.n; k++) {
			bool is = has(g, &g->now, i, k), was = has(g, &g->before, i, k);

			list[k].entered += is && !was;
			list[k].left += was && !is;
		}
}

static void
go_on(struct testing *g)
{
	struct members spent = g->before;

	if (spent.cap > 0)
		memset(spent.bits, 0, spent.cap * g->width);
	g->before = g->now;
	g->now = spent;
}

static int
evaluate(struct testing *g, struct state *s, struct segment_size *list)
{
	struct segment_preview p;
	int rc = segment_preview_begin(&p, s, &g->rules, g->e);

	while (rc >= 0 && (rc = segment_preview_next(&p, g->e)) > 0) {
		set_row(g, &p);
		for (size_t k = 0; k < g->rules.n; k++) {
			list[k].members += p.member[k];
			list[k].contacts += p.member[k] && row_is_contact(&p.status);
		}
	}
	segment_preview_end(&p);
	return rc;
}

static int
add_point(struct testing *g, struct base_backtest_point *point)
{
	struct base_state base = { .dir = NULL };
	struct arena *a = &g->b->a;
	int rc = base_state_open(&base, g->b->account, str_z(a, point->base), g->e);

	point->list = arena_zero(a, g->rules.n, sizeof(*point->list));
	for (size_t k = 0; k < g->rules.n; k++) {
		point->list[k].name = g->rules.list[k].name;
		point->list[k].slug = g->rules.list[k].slug;
	}
	if (rc > 0)
		rc = evaluate(g, &base.s, point->list);
	base_state_close(&base);
	if (rc < 0)
		return -1;
	count_changes(g, point->list);
	go_on(g);
	return 0;
}

static int
add_points(struct testing *g)
{
	struct base_backtest *b = g->b;
	struct progress_report progress = { .steps = b->n };

	for (size_t i = 0; i < b->n; i++) {
		progress.step = i;
		b->host->progress(b->host->context, &progress);
		if (interrupt_check(g->e) < 0 || add_point(g, &b->list[i]) < 0)
			return -1;
	}
	return 0;
}

static int
list_bases(struct base_backtest *b, struct err *e)
{
	struct str *ids;

	if (fold_manifest_list(&b->a, b->account, &ids, &b->n, e) < 0)
		return -1;
	if (b->n == 0) {
		err_set(e, ERR_FAILED, "no base is kept");
		return err_advise(e,
		    "'flowstory prune' makes them. '--per day' and '--per snapshot' "
		    "need none.");
	}
	b->list = arena_zero(&b->a, b->n, sizeof(*b->list));
	for (size_t i = 0; i < b->n; i++)
		b->list[i].base = ids[i];
	return 0;
}

int
base_backtest(struct base_backtest *b, struct err *e)
{
	struct testing g = { .b = b, .e = e };
	int rc = terms_rules(&b->a, b->account, b->segments, &g.rules, e);

	b->rules_n = g.rules.n;
	g.width = g.rules.n / 8 + 1;
	if (rc == 0)
		rc = list_bases(b, e);
	if (rc == 0)
		rc = add_points(&g);
	mem_free(g.now.bits);
	mem_free(g.before.bits);
	intern_release(&g.customers);
	return rc;
}

void
base_backtest_release(struct base_backtest *b)
{
	arena_release(&b->a);
}
