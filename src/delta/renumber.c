#include "delta/renumber.h"

#include "base/intern.h"

enum kind {
	WORDS,
	BUYERS
};

static const struct intern *
set_of(const struct read_snapshot *in, size_t worker, enum kind kind)
{
	const struct seen_dictionary *d = &in->dictionaries[worker];

	return kind == BUYERS ? &d->customers : &d->words;
}

static int
put(struct state *s, enum kind kind, struct str text, uint32_t *number, struct err *e)
{
	struct dictionary *d = kind == WORDS ? &s->words : &s->buyers;

	if (dictionary_put(d, s->txn, text, number, e) < 0)
		return -1;
	return state_spill(s, e);
}

/* First each map leads to the set of all workers' texts, then on to the state. */
static int
map_kind(struct renumber *m, struct state *s, const struct read_snapshot *in, enum kind kind,
    struct err *e)
{
	struct intern all = { 0 };
	uint32_t **maps = mem_alloc(in->jobs * sizeof(*maps));
	uint32_t *sorted, *numbers, n;
	int rc = 0;

	for (size_t i = 0; i < in->jobs; i++) {
		const struct intern *set = set_of(in, i, kind);

		maps[i] = arena_zero(&m->arena, set->n + 1, sizeof(**maps));
		for (uint32_t k = 1; k < set->n; k++)
			maps[i][k] = intern_add(&all, set->texts[k]);
		*(kind == BUYERS ? &m->workers[i].buyers : &m->workers[i].words) = maps[i];
	}
	sorted = intern_sorted(&all, &n);
	numbers = mem_zero(all.n, sizeof(*numbers));
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = put(s, kind, all.texts[sorted[i]], &numbers[sorted[i]], e);
	for (size_t i = 0; i < in->jobs; i++)
		for (uint32_t k = 1; k < set_of(in, i, kind)->n; k++)
			maps[i][k] = numbers[maps[i][k]];
	mem_free(maps);
	mem_free(numbers);
	mem_free(sorted);
	intern_release(&all);
	return rc;
}

static void
make_flags(struct renumber_map *m, struct arena *a, const struct seen_dictionary *d,
    const struct record_settings *settings)
{
	m->is_completed = arena_zero(a, d->words.n + 1, sizeof(*m->is_completed));
	m->is_completed[0] = record_order_kind(settings, STR(""), false, false, 0).completed;
	for (uint32_t k = 1; k < d->words.n; k++)
		m->is_completed[k] =
		    record_order_kind(settings, d->words.texts[k], false, false, 0).completed;
	m->is_affected = arena_zero(a, d->customers.n + 1, sizeof(*m->is_affected));
	m->is_present = arena_zero(a, d->unknown.n + 1, sizeof(*m->is_present));
}

int
renumber_find(struct renumber *m, struct state *s, const struct read_snapshot *in,
    const struct record_settings *settings, struct err *e)
{
	m->workers = arena_zero(&m->arena, in->jobs, sizeof(*m->workers));
	for (size_t i = 0; i < in->jobs; i++)
		make_flags(&m->workers[i], &m->arena, &in->dictionaries[i], settings);
	if (map_kind(m, s, in, BUYERS, e) < 0)
		return -1;
	return map_kind(m, s, in, WORDS, e);
}

void
renumber_release(struct renumber *m)
{
	arena_release(&m->arena);
	*m = (struct renumber){ 0 };
}
