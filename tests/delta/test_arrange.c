/* Goal: a long list comes out in order, equal ones as they stood, whatever the
 * keys look like and however many threads there are. */
#include "delta/arrange.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/sort.h"

#define MOST 40000 /* ten buckets */

static uint64_t
draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *seed >> 17 ^ *seed << 13;
}

/* Page and index are all these sightings have: the key and what tells them
 * apart. */
static uint64_t
rough(const void *context, const struct seen *s)
{
	return s->page >> *(const int *)context;
}

static void
sort(void *context, const struct seen **list, size_t n)
{
	struct sort_key *keys = mem_alloc(n * sizeof(*keys));

	(void)context;
	for (size_t i = 0; i < n; i++)
		keys[i] = (struct sort_key){ list[i]->page, (uintptr_t)list[i] };
	sort_keys(keys, n);
	for (size_t i = 0; i < n; i++)
		list[i] = (const struct seen *)(uintptr_t)keys[i].at;
	mem_free(keys);
}

static uint32_t
key_of(int kind, uint32_t i, uint64_t *seed)
{
	switch (kind) {
	case 0:
		return (uint32_t)draw(seed);
	case 1:
		return i;
	case 2:
		return MOST - i;
	case 3:
		return 7; /* all the same */
	case 4:
		return i % 97 == 0 ? (uint32_t)draw(seed) : 1000; /* most the same */
	default:
		return (uint32_t)(draw(seed) % 3) * 0x7fffffff; /* three */
	}
}

static void
expect_arranged(const struct seen *const *to, size_t n, int kind, size_t jobs)
{
	for (size_t i = 1; i < n; i++)
		cr_assert(to[i - 1]->page < to[i]->page ||
		              (to[i - 1]->page == to[i]->page && to[i - 1] < to[i]),
		    "kind %d, %zu jobs, place %zu of %zu", kind, jobs, i, n);
}

Test(arrange, every_entry_is_in_its_place)
{
	static const size_t sizes[] = { 0, 1, 2, 4095, 8191, 8192, 12289, MOST };
	struct seen *all = mem_zero(MOST, sizeof(*all));
	const struct seen **from = mem_alloc(MOST * sizeof(*from));
	const struct seen **to = mem_alloc(MOST * sizeof(*to));
	uint64_t seed = 1;
	struct err e = ERR_INIT;

	for (int kind = 0; kind < 6; kind++) {
		for (uint32_t i = 0; i < MOST; i++) {
			all[i].page = key_of(kind, i, &seed);
			from[i] = &all[i];
		}
		for (size_t jobs = 1; jobs <= 5; jobs++)
			for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
				int shift = (int)(jobs % 3) * 8;
				struct arrange by = { rough, sort, &shift, jobs };

				cr_assert(arrange(&by, from, to, sizes[i], &e) == 0);
				expect_arranged(to, sizes[i], kind, jobs);
			}
	}
	mem_free(all);
	mem_free(from);
	mem_free(to);
}
