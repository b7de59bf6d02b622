#include "delta/arrange.h"

#include <string.h>

#include "base/arena.h"
#include "base/pool.h"
#include "base/sort.h"

#define BUCKET                                                                                     \
	4096         /* sightings; with what sorts them, half of a second-level cache              \
	              */
#define BUCKETS 4096 /* at most */
#define SAMPLE 8     /* looked at for each bucket, so that none is much larger */
#define AHEAD 16

struct work {
	const struct arrange *by;
	const struct seen *const *from;
	const struct seen **to;
	size_t n;
	uint64_t *bounds; /* the least key of each bucket but the first */
	size_t buckets, stripes;
	uint16_t *bucket; /* of each entry */
	size_t *at;       /* by bucket, then stripe: how many, then where the next goes */
	size_t *start;    /* of each bucket in ${to}, and the end */
};

/* Buckets of about the same size, by keys that are picked at equal distances.
 */
static void
choose_bounds(struct work *w)
{
	size_t picked = w->buckets * SAMPLE;
	struct sort_key *keys = mem_alloc(picked * sizeof(*keys));

	for (size_t i = 0; i < picked; i++) {
		size_t at = w->n / picked * i;

		keys[i] = (struct sort_key){ w->by->rough(w->by->context, w->from[at]), at };
	}
	sort_keys(keys, picked);
	for (size_t i = 1; i < w->buckets; i++)
		w->bounds[i - 1] = keys[i * SAMPLE].key;
	mem_free(keys);
}

/* The bounds at or below the key: in half as many each time, without a branch
 * that cannot be foretold. */
static size_t
bucket_of(const struct work *w, uint64_t key)
{
	const uint64_t *from = w->bounds;
	size_t n = w->buckets - 1;

	while (n > 1) {
		size_t half = n / 2;

		from = from[half - 1] <= key ? from + half : from;
		n -= half;
	}
	return (size_t)(from - w->bounds) + (*from <= key);
}

static void
stripe_of(const struct work *w, size_t stripe, size_t *from, size_t *to)
{
	*from = w->n / w->stripes * stripe;
	*to = stripe + 1 == w->stripes ? w->n : w->n / w->stripes * (stripe + 1);
}

static int
count(void *context, size_t worker, size_t stripe, struct err *e)
{
	struct work *w = context;
	size_t i, end;

	(void)worker;
	(void)e;
	for (stripe_of(w, stripe, &i, &end); i < end; i++) {
		size_t bucket;

		if (i + AHEAD < end)
			seen_prefetch(w->from[i + AHEAD]);
		bucket = bucket_of(w, w->by->rough(w->by->context, w->from[i]));
		w->bucket[i] = (uint16_t)bucket;
		w->at[bucket * w->stripes + stripe]++;
	}
	return 0;
}

static int
scatter(void *context, size_t worker, size_t stripe, struct err *e)
{
	struct work *w = context;
	size_t i, end;

	(void)worker;
	(void)e;
	for (stripe_of(w, stripe, &i, &end); i < end; i++)
		w->to[w->at[w->bucket[i] * w->stripes + stripe]++] = w->from[i];
	return 0;
}

static int
sort_bucket(void *context, size_t worker, size_t bucket, struct err *e)
{
	struct work *w = context;
	size_t from = w->start[bucket], to = w->start[bucket + 1];

	(void)worker;
	(void)e;
	w->by->sort(w->by->context, w->to + from, to - from);
	return 0;
}

/* Counts become places. */
static void
place(struct work *w)
{
	size_t sum = 0;

	for (size_t b = 0; b < w->buckets; b++) {
		w->start[b] = sum;
		for (size_t s = 0; s < w->stripes; s++) {
			size_t *at = &w->at[b * w->stripes + s];
			size_t n = *at;

			*at = sum;
			sum += n;
		}
	}
	w->start[w->buckets] = sum;
}

int
arrange(const struct arrange *by, const struct seen *const *from, const struct seen **to, size_t n,
    struct err *e)
{
	struct work w = { .by = by,
		.from = from,
		.to = to,
		.n = n,
		.buckets = n / BUCKET < BUCKETS ? n / BUCKET : BUCKETS,
		.stripes = by->jobs };
	int rc;

	if (w.buckets < 2) {
		if (n > 0)
			memcpy(to, from, n * sizeof(struct seen *));
		by->sort(by->context, to, n);
		return 0;
	}
	w.bounds = mem_alloc(w.buckets * sizeof(*w.bounds));
	w.bucket = mem_alloc(n * sizeof(*w.bucket));
	w.at = mem_zero(w.buckets * w.stripes, sizeof(*w.at));
	w.start = mem_alloc((w.buckets + 1) * sizeof(*w.start));
	choose_bounds(&w);
	rc = pool_run(by->jobs, w.stripes, count, &w, e);
	place(&w);
	if (rc == 0)
		rc = pool_run(by->jobs, w.stripes, scatter, &w, e);
	mem_free(w.bucket);
	if (rc == 0)
		rc = pool_run(by->jobs, w.buckets, sort_bucket, &w, e);
	mem_free(w.bounds);
	mem_free(w.at);
	mem_free(w.start);
	return rc;
}
