#include "delta/renumber.h"

#include "base/sort.h"
#include "base/intern.h"
#include "state/buyers.h"

/* The words of one lexicon as numbers in ${all}. */
static uint32_t *
gather(struct arena *a, struct intern *all, const struct intern *w)
{
	uint32_t *list = arena_zero(a, w->n + 1, sizeof(*list));

	for (uint32_t k = 1; k < w->n; k++)
		list[k] = intern_add(all, w->texts[k]);
	return list;
}

/* The numbers of all texts but the empty one in the order of their bytes. */
static uint32_t *
order_of(const struct intern *all, uint32_t *n)
{
	uint32_t *order = mem_alloc(all->n * sizeof(*order));

	*n = all->n > 0 ? all->n - 1 : 0;
	if (*n > 0)
		sort_texts(all->texts + 1, *n, order);
	for (uint32_t i = 0; i < *n; i++)
		order[i]++;
	return order;
}

/* A list of numbers in ${all} becomes what those stand for. */
static void
translate(uint32_t *list, const struct intern *w, const uint32_t *to)
{
	for (uint32_t k = 1; k < w->n; k++)
		list[k] = to[list[k]];
}

static int
number_words(struct renumber *m, struct state *s, const struct read_snapshot *in, struct err *e)
{
	struct intern all = { 0 };
	uint32_t *order, *numbers, n;
	int rc = 0;

	for (size_t i = 0; i < in->jobs; i++)
		m->list[i].words = gather(&m->arena, &all, &in->lexica[i].words);
	order = order_of(&all, &n);
	numbers = mem_zero(all.n, sizeof(*numbers));
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = dictionary_put(&s->names, s->txn, all.texts[order[i]], &s->totals.names,
		    &numbers[order[i]], e);
	for (size_t i = 0; i < in->jobs; i++)
		translate(m->list[i].words, &in->lexica[i].words, numbers);
	mem_free(numbers);
	mem_free(order);
	intern_release(&all);
	return rc;
}

static int
number_buyers(struct renumber *m, struct state *s, const struct read_snapshot *in, struct err *e)
{
	struct intern all = { 0 };
	uint32_t *order, *numbers, n;
	int rc = 0;

	for (size_t i = 0; i < in->jobs; i++)
		m->list[i].buyers = gather(&m->arena, &all, &in->lexica[i].customers);
	order = order_of(&all, &n);
	numbers = mem_zero(all.n, sizeof(*numbers));
	for (uint32_t i = 0; rc == 0 && i < n; i++) {
		rc = buyers_put(s, all.texts[order[i]], &numbers[order[i]], e);
		if (rc == 0)
			rc = state_spill(s, e);
	}
	for (size_t i = 0; i < in->jobs; i++)
		translate(m->list[i].buyers, &in->lexica[i].customers, numbers);
	mem_free(numbers);
	mem_free(order);
	intern_release(&all);
	return rc;
}

static void
judge_words(struct renumber_map *m, struct arena *a, const struct seen_dictionary *l,
    const struct record_settings *settings)
{
	m->is_completed = arena_zero(a, l->words.n + 1, sizeof(*m->is_completed));
	m->is_completed[0] = record_order_kind(settings, STR(""), false, false, 0).completed;
	for (uint32_t k = 1; k < l->words.n; k++)
		m->is_completed[k] =
		    record_order_kind(settings, l->words.texts[k], false, false, 0).completed;
	m->is_touched = arena_zero(a, l->customers.n + 1, sizeof(*m->is_touched));
	m->is_named = arena_zero(a, l->unknown.n + 1, sizeof(*m->is_named));
}

int
renumber_find(struct renumber *m, struct state *s, const struct read_snapshot *in,
    const struct record_settings *settings, struct err *e)
{
	m->list = arena_zero(&m->arena, in->jobs, sizeof(*m->list));
	for (size_t i = 0; i < in->jobs; i++)
		judge_words(&m->list[i], &m->arena, &in->lexica[i], settings);
	if (number_buyers(m, s, in, e) < 0)
		return -1;
	return number_words(m, s, in, e);
}

void
renumber_release(struct renumber *m)
{
	arena_release(&m->arena);
	*m = (struct renumber){ 0 };
}
