#include "delta/bulk_write.h"

#include <string.h>

#include "base/arena.h"
#include "base/pool.h"
#include "base/sort.h"

#define BUCKET 4096  /* copies; with what sorts them, half of a second-level cache */
#define BUCKETS 4096 /* at most */
#define SAMPLE 8     /* looked at for each bucket, so that none is much larger */
#define PIECE 1024   /* rows packed before they are handed over */
#define AHEAD 16

struct sorting {
	const struct bulk_order *by;
	void *context;
	const struct seen *const *from;
	const struct seen **to;
	size_t n;
	uint64_t *bounds; /* the least key of each bucket but the first */
	size_t buckets, stripes;
	uint16_t *bucket; /* of each entry */
	size_t *at;       /* by bucket, then stripe: how many, then where the next goes */
	size_t *start;    /* of each bucket in ${to}, and the end */
};

/* Buckets of about the same size, by keys that are picked at equal distances. */
static void
choose_bounds(struct sorting *w)
{
	size_t picked = w->buckets * SAMPLE;
	struct sort_key *keys = mem_alloc(picked * sizeof(*keys));

	for (size_t i = 0; i < picked; i++) {
		size_t at = w->n / picked * i;

		keys[i] = (struct sort_key){ w->by->rough(w->context, w->from[at]), at };
	}
	sort_keys(keys, picked);
	for (size_t i = 1; i < w->buckets; i++)
		w->bounds[i - 1] = keys[i * SAMPLE].key;
	mem_free(keys);
}

/* The bounds at or below the key: in half as many each time, without a branch that cannot be
 * predicted. */
static size_t
bucket_of(const struct sorting *w, uint64_t key)
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
stripe_of(const struct sorting *w, size_t stripe, size_t *from, size_t *to)
{
	*from = w->n / w->stripes * stripe;
	*to = stripe + 1 == w->stripes ? w->n : w->n / w->stripes * (stripe + 1);
}

static int
count_stripe(void *context, size_t worker, size_t stripe, struct err *e)
{
	struct sorting *w = context;
	size_t i, end;

	(void)worker;
	(void)e;
	for (stripe_of(w, stripe, &i, &end); i < end; i++) {
		size_t bucket;

		if (i + AHEAD < end)
			seen_prefetch(w->from[i + AHEAD]);
		bucket = bucket_of(w, w->by->rough(w->context, w->from[i]));
		w->bucket[i] = (uint16_t)bucket;
		w->at[bucket * w->stripes + stripe]++;
	}
	return 0;
}

static int
scatter_stripe(void *context, size_t worker, size_t stripe, struct err *e)
{
	struct sorting *w = context;
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
	struct sorting *w = context;
	size_t from = w->start[bucket], to = w->start[bucket + 1];

	(void)worker;
	(void)e;
	w->by->sort(w->context, w->to + from, to - from);
	return 0;
}

/* Counts become places. */
static void
place_buckets(struct sorting *w)
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

static int
sort_in_buckets(struct sorting *w, size_t jobs, struct err *e)
{
	int rc;

	w->bounds = mem_alloc(w->buckets * sizeof(*w->bounds));
	w->bucket = mem_alloc(w->n * sizeof(*w->bucket));
	w->at = mem_zero(w->buckets * w->stripes, sizeof(*w->at));
	w->start = mem_alloc((w->buckets + 1) * sizeof(*w->start));
	choose_bounds(w);
	rc = pool_run(jobs, w->stripes, count_stripe, w, e);
	place_buckets(w);
	if (rc == 0)
		rc = pool_run(jobs, w->stripes, scatter_stripe, w, e);
	mem_free(w->bucket);
	if (rc == 0)
		rc = pool_run(jobs, w->buckets, sort_bucket, w, e);
	mem_free(w->bounds);
	mem_free(w->at);
	mem_free(w->start);
	return rc;
}

int
bulk_write_sort(const struct bulk_order *by, void *context, const struct seen *const *from,
    const struct seen **to, size_t n, size_t jobs, struct err *e)
{
	struct sorting w = { .by = by,
		.context = context,
		.from = from,
		.to = to,
		.n = n,
		.buckets = n / BUCKET < BUCKETS ? n / BUCKET : BUCKETS,
		.stripes = jobs };

	if (w.buckets >= 2)
		return sort_in_buckets(&w, jobs, e);
	if (n > 0)
		memcpy(to, from, n * sizeof(struct seen *));
	by->sort(context, to, n);
	return 0;
}

/* A piece: rows one after the other, each with its head. */
struct head {
	uint32_t key_n, row_n;
	struct bulk_counts counts;
};

struct writing {
	const struct bulk *b;
	const struct seen *const *list; /* in the order of the keys */
	struct buf *pieces;             /* by number, modulo as many as are under way */
};

static struct buf *
piece_of(const struct writing *g, size_t i)
{
	return &g->pieces[i % POOL_AHEAD(g->b->jobs)];
}

static void
pack_row(const struct bulk *b, const struct seen *s, struct buf *rows)
{
	size_t at = rows->n, from = at + sizeof(struct head);
	struct bulk_row row = { .to = rows };
	struct head head;

	buf_reserve(rows, sizeof(head));
	rows->n = from;
	b->pack(b->context, s, &row);
	head = (struct head){ (uint32_t)(row.key_ends - from), (uint32_t)(rows->n - row.key_ends),
		row.counts };
	memcpy(rows->p + at, &head, sizeof(head));
}

static int
pack_piece(void *context, size_t worker, size_t i, struct err *e)
{
	const struct writing *g = context;
	struct buf *rows = piece_of(g, i);
	size_t from = i * PIECE, n = g->b->n;
	size_t to = n - from < PIECE ? n : from + PIECE;

	(void)worker;
	(void)e;
	buf_reset(rows);
	for (size_t k = from; k < to; k++) {
		if (k + AHEAD < n)
			seen_prefetch(g->list[k + AHEAD]);
		pack_row(g->b, g->list[k], rows);
	}
	return 0;
}

static int
write_row(const struct bulk *b, struct str key, struct str row, const struct bulk_counts *counts,
    struct err *e)
{
	if (b->count != NULL && b->count(b->context, key, counts, e) < 0)
		return -1;
	if ((b->is_append ? kv_append : kv_put)(b->s->txn, b->table, key, row, e) < 0)
		return -1;
	return state_spill(b->s, e);
}

static int
write_piece(void *context, size_t worker, size_t i, struct err *e)
{
	const struct writing *g = context;
	const struct buf *rows = piece_of(g, i);
	size_t at = 0;

	(void)worker;
	while (at < rows->n) {
		struct head head;
		const char *key;

		memcpy(&head, rows->p + at, sizeof(head));
		key = rows->p + at + sizeof(head);
		if (write_row(g->b, str_of(key, head.key_n), str_of(key + head.key_n, head.row_n),
		        &head.counts, e) < 0)
			return -1;
		at += sizeof(head) + head.key_n + head.row_n;
	}
	return 0;
}

int
bulk_write(const struct bulk *b, struct err *e)
{
	size_t pieces = POOL_AHEAD(b->jobs);
	const struct seen **sorted = NULL;
	struct writing g = { .b = b, .list = b->list };
	struct pool_line line = { pack_piece, write_piece, &g };
	int rc = 0;

	if (b->order != NULL) {
		g.list = sorted = mem_alloc(b->n * sizeof(*sorted));
		rc = bulk_write_sort(b->order, b->context, b->list, sorted, b->n, b->jobs, e);
	}
	g.pieces = mem_zero(pieces, sizeof(*g.pieces));
	if (rc == 0)
		rc = pool_in_order(b->jobs, (b->n + PIECE - 1) / PIECE, &line, e);
	for (size_t i = 0; i < pieces; i++)
		buf_release(&g.pieces[i]);
	mem_free(g.pieces);
	mem_free(sorted);
	return rc;
}
