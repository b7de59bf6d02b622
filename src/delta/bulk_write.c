#include "delta/bulk_write.h"

#include "base/arena.h"
#include "base/pool.h"

#define PIECE 1024 /* rows packed before they are handed over */
#define AHEAD 16

/* A piece: rows one behind the other, each with its head. */
struct head {
	uint32_t key_n, row_n;
	int64_t cents;
};

struct putting {
	const struct bulk *b;
	struct buf *pieces; /* by number, modulo as many as are under way */
};

static struct buf *
piece_of(const struct putting *g, size_t i)
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
		row.cents };
	memcpy(rows->p + at, &head, sizeof(head));
}

static int
pack_piece(void *context, size_t worker, size_t i, struct err *e)
{
	const struct putting *g = context;
	const struct bulk *b = g->b;
	struct buf *rows = piece_of(g, i);
	size_t from = i * PIECE;
	size_t to = b->n - from < PIECE ? b->n : from + PIECE;

	(void)worker;
	(void)e;
	buf_reset(rows);
	for (size_t k = from; k < to; k++) {
		if (k + AHEAD < b->n)
			seen_prefetch(b->list[k + AHEAD]);
		pack_row(b, b->list[k], rows);
	}
	return 0;
}

static int
put_row(const struct bulk *b, struct str key, struct str row, int64_t cents, struct err *e)
{
	if (b->count != NULL && b->count(b->context, key, cents, e) < 0)
		return -1;
	if ((b->is_append ? kv_append : kv_put)(b->s->txn, b->table, key, row, e) < 0)
		return -1;
	return state_spill(b->s, e);
}

static int
put_piece(void *context, size_t worker, size_t i, struct err *e)
{
	const struct putting *g = context;
	const struct buf *rows = piece_of(g, i);
	size_t at = 0;

	(void)worker;
	while (at < rows->n) {
		struct head head;
		const char *key;

		memcpy(&head, rows->p + at, sizeof(head));
		key = rows->p + at + sizeof(head);
		if (put_row(g->b, str_of(key, head.key_n), str_of(key + head.key_n, head.row_n),
		        head.cents, e) < 0)
			return -1;
		at += sizeof(head) + head.key_n + head.row_n;
	}
	return 0;
}

int
bulk_write(const struct bulk *b, struct err *e)
{
	size_t pieces = POOL_AHEAD(b->jobs);
	struct putting g = { b, mem_zero(pieces, sizeof(*g.pieces)) };
	struct pool_line line = { pack_piece, put_piece, &g };
	int rc = pool_in_order(b->jobs, (b->n + PIECE - 1) / PIECE, &line, e);

	for (size_t i = 0; i < pieces; i++)
		buf_release(&g.pieces[i]);
	mem_free(g.pieces);
	return rc;
}
