/* blocks.c -- see blocks.h. */
#include "blocks.h"

#include <stdlib.h>
#include <string.h>

#define HEADER 10u /* of a member */
#define ENTRY 16u  /* of the list in the first one's extra field */
#define MOST 4095u

/* A member of the page. */
struct member {
	uint32_t from, to; /* its text */
	uint32_t packed;
	const struct block_record *first; /* in it */
};

static void
put_number(struct text *t, uint32_t v, uint32_t bytes)
{
	t->p = grow(t->p, &t->size, (uint32_t)t->n + bytes, 1);
	for (uint32_t i = 0; i < bytes; i++, v >>= 8)
		t->p[t->n++] = (char)(v & 0xff);
}

static void
put_bytes(struct text *t, const void *p, size_t n)
{
	t->p = grow(t->p, &t->size, (uint32_t)(t->n + n), 1);
	memcpy(t->p + t->n, p, n);
	t->n += n;
}

static uint32_t
pack(struct libdeflate_compressor *c, const char *p, size_t n, struct text *out)
{
	size_t need = libdeflate_gzip_compress_bound(c, n), packed;

	out->p = grow(out->p, &out->size, (uint32_t)(out->n + need), 1);
	packed = libdeflate_gzip_compress(c, p, n, out->p + out->n, need);
	if (packed == 0)
		die("compression");
	out->n += packed;
	return (uint32_t)packed;
}

/* Flag and extra field: a list of all members. */
static void
put_list(struct text *out, const struct member *list, uint32_t n)
{
	out->p[out->n - HEADER + 3] = 4;
	put_number(out, 4 + n * ENTRY, 2);
	put_bytes(out, "FB", 2);
	put_number(out, n * ENTRY, 2);
	for (uint32_t i = 0; i < n; i++) {
		put_number(out, list[i].packed + (i == 0 ? 6 + n * ENTRY : 0), 4);
		put_number(out, list[i].to - list[i].from, 4);
		put_number(out, list[i].first->at - list[i].from, 4);
		put_number(out, list[i].first->index, 4);
	}
}

void
blocks_note(struct block_records *r, const struct text *page)
{
	r->list = grow(r->list, &r->size, r->n + 1, sizeof(*r->list));
	r->list[r->n++] = (struct block_record){ (uint32_t)page->n, r->index++ };
}

void
blocks_write(struct libdeflate_compressor *c, const struct text *page,
    const struct block_records *r, uint32_t block, struct text *out)
{
	uint32_t n = (uint32_t)(page->n + block / 2) / block;
	struct text packed = { 0 };
	struct member *list;

	out->n = 0;
	if (n < 2 || r->n < 2) {
		pack(c, page->p, page->n, out);
		return;
	}
	n = n < MOST - 2 ? n : MOST - 2;
	n = n < r->n ? n : r->n - 1;
	list = calloc(n + 2, sizeof(*list));
	if (!list)
		die("blocks");
	/* what stands before the records, n blocks, the last record and what stands after it */
	for (uint32_t i = 0; i <= n + 1; i++) {
		struct member *m = &list[i];

		m->first = &r->list[i > 0 ? (uint64_t)(r->n - 1) * (i - 1) / n : 0];
		m->from = i > 0 ? m->first->at : 0;
		m->to = i == 0   ? m->first->at
		        : i <= n ? r->list[(uint64_t)(r->n - 1) * i / n].at
		                 : (uint32_t)page->n;
		m->packed = pack(c, page->p + m->from, m->to - m->from, &packed);
	}
	put_bytes(out, packed.p, HEADER);
	put_list(out, list, n + 2);
	put_bytes(out, packed.p + HEADER, packed.n - HEADER);
	free(packed.p);
	free(list);
}
