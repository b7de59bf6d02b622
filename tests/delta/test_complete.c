/* Goal: whatever the complete reads of a snapshot had to hold is covered, and nothing else, however
 * they overlap and whichever of them is spoiled. */
#include "delta/complete.h"

#include <criterion/criterion.h>

#include "base/arena.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define PAGES 24

/* Pages as a manifest names them and as they were read. */
struct reads {
	struct manifest_page pages[PAGES];
	struct read_page read[PAGES];
	uint32_t locations[PAGES];
	size_t n;
};

/* One page: what was read, and whether a nameless record lay in it. */
struct read {
	enum scope_kind kind;
	uint32_t location;
	int64_t from, to;
	bool has_nameless;
};

#define ALL(location)                                                                              \
	{                                                                                          \
		SCOPE_ALL, location, 0, 0, false                                                   \
	}
#define SPOILED_ALL(location)                                                                      \
	{                                                                                          \
		SCOPE_ALL, location, 0, 0, true                                                    \
	}
#define WINDOW(location, from, to)                                                                 \
	{                                                                                          \
		SCOPE_CREATED, location, from, to, false                                           \
	}
#define SPOILED(location, from, to)                                                                \
	{                                                                                          \
		SCOPE_CREATED, location, from, to, true                                            \
	}

static void
add(struct reads *r, enum resource resource, struct read read)
{
	r->pages[r->n] = (struct manifest_page){ .resource = resource,
		.scope = { .kind = read.kind, .from = read.from, .to = read.to } };
	r->read[r->n] = (struct read_page){ .has_nameless = read.has_nameless };
	r->locations[r->n++] = read.location;
}

static struct complete_scopes
find(struct arena *a, struct reads *r, enum entity entity)
{
	struct manifest m = { .pages = r->pages, .n = r->n };
	struct read_snapshot in = { .pages = r->read };
	struct run run = { .manifest = &m };
	struct read_source source = { .run = &run, .locations = r->locations };

	return complete_find(a, &in, &source, entity);
}

/* Reads of orders and the list they must give; one whose from is after its
 * last ends it. */
#define END                                                                                        \
	{                                                                                          \
		0, 1, 0                                                                            \
	}
struct scope_case {
	const char *what;
	struct read reads[4];
	size_t reads_n;
	struct complete_scope want[4];
};

static void
check(const struct scope_case *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct reads r = { .n = 0 };
		struct arena a = { 0 };
		struct complete_scopes p;
		size_t k = 0;

		for (size_t x = 0; x < rows[i].reads_n; x++)
			add(&r, RESOURCE_ORDERS, rows[i].reads[x]);
		p = find(&a, &r, ENTITY_ORDER);
		for (; rows[i].want[k].from <= rows[i].want[k].last; k++)
			cr_expect(k < p.n && p.list[k].location == rows[i].want[k].location &&
			              p.list[k].from == rows[i].want[k].from &&
			              p.list[k].last == rows[i].want[k].last,
			    "%s: %zu", rows[i].what, k);
		cr_expect(p.n == k, "%s: %zu, not %zu", rows[i].what, p.n, k);
		arena_release(&a);
	}
}

Test(complete, windows_are_merged_where_nothing_lies_between)
{
	static const struct scope_case rows[] = {
		{ "none", { ALL(0) }, 0, { END } },
		{ "one", { WINDOW(1, 2, 5) }, 1, { { 1, 2, 4 }, END } },
		{ "of a moment", { WINDOW(1, 2, 3) }, 1, { { 1, 2, 2 }, END } },
		{ "empty", { WINDOW(1, 2, 2) }, 1, { END } },
		{ "from its end", { WINDOW(1, 5, 2) }, 1, { END } },
		{ "from end to end of time", { WINDOW(1, INT64_MAX, INT64_MIN) }, 1, { END } },
		{ "overlapping", { WINDOW(1, 3, 9), WINDOW(1, 1, 4) }, 2, { { 1, 1, 8 }, END } },
		{ "touching", { WINDOW(1, 4, 6), WINDOW(1, 2, 4) }, 2, { { 1, 2, 5 }, END } },
		{ "a moment apart", { WINDOW(1, 2, 4), WINDOW(1, 5, 6) }, 2,
		    { { 1, 2, 3 }, { 1, 5, 5 }, END } },
		{ "one in the other, and one that touches the outer",
		    { WINDOW(1, 0, 9), WINDOW(1, 2, 3), WINDOW(1, 9, 10) }, 3,
		    { { 1, 0, 9 }, END } },
		{ "an empty one between", { WINDOW(1, 0, 2), WINDOW(1, 2, 2), WINDOW(1, 3, 4) }, 3,
		    { { 1, 0, 1 }, { 1, 3, 3 }, END } },
		{ "of two locations", { WINDOW(2, 2, 4), WINDOW(1, 4, 6), WINDOW(1, 1, 3) }, 3,
		    { { 1, 1, 2 }, { 1, 4, 5 }, { 2, 2, 3 }, END } },
		{ "to the ends of time", { WINDOW(1, INT64_MIN, 0), WINDOW(1, 1, INT64_MAX) }, 2,
		    { { 1, INT64_MIN, -1 }, { 1, 1, INT64_MAX - 1 }, END } },
		{ "what is not complete",
		    { { SCOPE_UPDATED, 1, 0, 9, false }, { SCOPE_ID, 1, 0, 9, false } }, 2,
		    { END } },
	};

	check(rows, COUNT(rows));
}

Test(complete, a_whole_read_is_of_all_times)
{
	static const struct scope_case rows[] = {
		{ "alone", { ALL(0) }, 1, { { 0, INT64_MIN, INT64_MAX }, END } },
		{ "beside windows",
		    { WINDOW(1, 0, 9), ALL(1), WINDOW(2, 0, 9), WINDOW(1, INT64_MIN, INT64_MAX) },
		    4, { { 1, INT64_MIN, INT64_MAX }, { 2, 0, 8 }, END } },
		{ "behind windows of another location", { WINDOW(1, 0, INT64_MAX), ALL(2) }, 2,
		    { { 1, 0, INT64_MAX - 1 }, { 2, INT64_MIN, INT64_MAX }, END } },
		{ "spoiled, a window is left", { SPOILED_ALL(1), WINDOW(1, 0, 9) }, 2,
		    { { 1, 0, 8 }, END } },
		{ "a window as long as can be is none",
		    { WINDOW(1, INT64_MIN, INT64_MAX), SPOILED_ALL(1) }, 2,
		    { { 1, INT64_MIN, INT64_MAX - 1 }, END } },
	};

	check(rows, COUNT(rows));
	cr_expect(complete_is_whole(&(struct complete_scope){ 1, INT64_MIN, INT64_MAX }));
	cr_expect(!complete_is_whole(&(struct complete_scope){ 1, -1, INT64_MAX }));
	cr_expect(!complete_is_whole(&(struct complete_scope){ 1, INT64_MIN, 1 }));
}

Test(complete, a_nameless_record_in_any_page_spoils_its_scope_alone)
{
	static const struct scope_case rows[] = {
		{ "in the first of three", { SPOILED(1, 0, 9), WINDOW(1, 0, 9), WINDOW(1, 0, 9) },
		    3, { END } },
		{ "in the second", { WINDOW(1, 0, 9), SPOILED(1, 0, 9), WINDOW(1, 0, 9) }, 3,
		    { END } },
		{ "in the last", { WINDOW(1, 0, 9), WINDOW(1, 0, 9), SPOILED(1, 0, 9) }, 3,
		    { END } },
		{ "another scope between its pages",
		    { WINDOW(1, 0, 9), WINDOW(1, 4, 12), SPOILED(1, 0, 9) }, 3,
		    { { 1, 4, 11 }, END } },
		{ "of a part of a sound one", { WINDOW(1, 0, 9), SPOILED(1, 2, 3) }, 2,
		    { { 1, 0, 8 }, END } },
		{ "of the same times elsewhere", { WINDOW(1, 0, 9), SPOILED(2, 0, 9) }, 2,
		    { { 1, 0, 8 }, END } },
		{ "between two that would touch it",
		    { WINDOW(1, 0, 2), SPOILED(1, 2, 4), WINDOW(1, 4, 6) }, 3,
		    { { 1, 0, 1 }, { 1, 4, 5 }, END } },
		{ "in a page of all", { ALL(1), SPOILED_ALL(1) }, 2, { END } },
	};

	check(rows, COUNT(rows));
}

/* Times of few values, so that windows meet, and those next to the ends. */
static const int64_t times[] = { INT64_MIN, INT64_MIN + 1, -2, 0, 1, 2, 3, 4, 7, 8, 9, 12, 13, 15,
	18, 20, 21, 25, INT64_MAX - 2, INT64_MAX - 1, INT64_MAX };
static const uint32_t places[] = { 0, 1, 2, UINT32_MAX };

static size_t
below(uint64_t *random, size_t n)
{
	*random = *random * UINT64_C(6364136223846793005) + 1;
	return (size_t)(*random >> 33) % n;
}

static void
add_random(struct reads *r, uint64_t *random)
{
	static const enum scope_kind kinds[] = { SCOPE_ALL, SCOPE_CREATED, SCOPE_CREATED,
		SCOPE_CREATED, SCOPE_CREATED, SCOPE_CREATED, SCOPE_CREATED, SCOPE_CREATED,
		SCOPE_UPDATED, SCOPE_ID };
	static const enum resource resources[] = { RESOURCE_ORDERS, RESOURCE_ORDERS,
		RESOURCE_ORDERS, RESOURCE_ORDERS, RESOURCE_CUSTOMERS, RESOURCE_CUSTOMER,
		RESOURCE_LOCATIONS };
	struct read read = {
		.kind = kinds[below(random, COUNT(kinds))],
		.location = places[below(random, COUNT(places))],
		.has_nameless = below(random, 5) == 0,
	};
	enum resource resource = resources[below(random, COUNT(resources))];

	if (read.kind == SCOPE_CREATED) {
		size_t first = below(random, COUNT(times));

		read.from = times[first];
		read.to = times[(first + below(random, 4)) % COUNT(times)];
	}
	if (r->n > 0 && below(random, 3) == 0) { /* one more of a scope */
		size_t like = below(random, r->n);

		resource = r->pages[like].resource;
		read.kind = r->pages[like].scope.kind;
		read.from = r->pages[like].scope.from;
		read.to = r->pages[like].scope.to;
		read.location = r->locations[like];
	}
	add(r, resource, read);
}

/* Contract section 2, page by page. */
static bool
is_spoiled(const struct reads *r, size_t page)
{
	const struct manifest_page *p = &r->pages[page];

	for (size_t i = 0; i < r->n; i++) {
		const struct manifest_page *q = &r->pages[i];

		if (r->read[i].has_nameless && q->resource == p->resource &&
		    r->locations[i] == r->locations[page] && q->scope.kind == p->scope.kind &&
		    q->scope.from == p->scope.from && q->scope.to == p->scope.to)
			return true;
	}
	return false;
}

static bool
had_to_hold(const struct reads *r, const bool *spoiled, enum entity entity, uint32_t location,
    int64_t created)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct manifest_page *p = &r->pages[i];
		bool is_all = p->scope.kind == SCOPE_ALL;

		if (spoiled[i])
			continue;
		if (entity == ENTITY_CUSTOMER) {
			if (is_all && p->resource == RESOURCE_CUSTOMERS)
				return true;
		} else if (p->resource == RESOURCE_ORDERS && r->locations[i] == location &&
		           (is_all || (p->scope.kind == SCOPE_CREATED && p->scope.from <= created &&
		                          created < p->scope.to)))
			return true;
	}
	return false;
}

/* The first one that is out of order or could be one with that before it. */
static size_t
find_unmerged(const struct complete_scopes *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct complete_scope *x = i == 0 ? NULL : &p->list[i - 1];
		const struct complete_scope *y = &p->list[i];

		if (y->from > y->last ||
		    (x != NULL && (x->location > y->location ||
		                      (x->location == y->location &&
		                          (x->last >= y->from || x->last + 1 == y->from)))))
			return i;
	}
	return p->n;
}

/* Every place and every time that could matter is asked about. */
static void
expect_the_same(const struct reads *r, const struct complete_scopes *p, int seed)
{
	bool spoiled[PAGES];

	for (size_t i = 0; i < r->n; i++)
		spoiled[i] = is_spoiled(r, i);
	for (size_t i = 0; i < COUNT(times) * 3 * (COUNT(places) + 1); i++) {
		int64_t created = times[i % COUNT(times)];
		size_t step = i / COUNT(times) % 3;
		size_t place = i / COUNT(times) / 3;
		uint32_t location = place < COUNT(places) ? places[place] : 3;

		if (step == 1 && created > INT64_MIN)
			created--;
		if (step == 2 && created < INT64_MAX)
			created++;
		cr_assert(complete_cover(p, location, created) ==
		              had_to_hold(r, spoiled, p->entity, location, created),
		    "seed %d: entity %d, location %u, created %lld", seed, p->entity, location,
		    (long long)created);
	}
}

Test(complete, random_reads_cover_together_what_they_cover_one_by_one)
{
	size_t covered = 0, parted = 0;

	for (int seed = 1; seed <= 20000; seed++) {
		uint64_t random = (uint64_t)seed * UINT64_C(0x9e3779b97f4a7c15);
		struct reads r = { .n = 0 };
		struct arena a = { 0 };

		for (size_t n = below(&random, PAGES + 1); n > 0; n--)
			add_random(&r, &random);
		for (size_t x = 0; x < ENTITIES; x++) {
			struct complete_scopes p = find(&a, &r, (enum entity)x);

			cr_assert(p.n == find_unmerged(&p), "seed %d", seed);
			expect_the_same(&r, &p, seed);
			covered += p.n > 0;
			parted += p.n > 3;
		}
		arena_release(&a);
	}
	cr_expect(covered > 15000 && parted > 2000, "%zu %zu", covered, parted);
}
