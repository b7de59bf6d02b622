#include "snapshot/page_pack.h"

#include "lib/gz.h"
#include "snapshot/page.h"

#define LEVEL 6

/* How many blocks a page gets, a record each at least. */
static size_t
blocks_of(enum resource resource, size_t text, size_t records)
{
	size_t block = resource == RESOURCE_ORDERS ? PAGE_PACK_ORDERS : PAGE_PACK_CUSTOMERS;
	size_t n = (text + block / 2) / block;

	if (n > GZ_BLOCKS)
		n = GZ_BLOCKS;
	return n < records ? n : records;
}

/* The first block has what stands before the records, the last what stands after them. */
static void
cut(struct str text, const struct split *scan, struct gz_block *list, size_t n)
{
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		const struct split_record *first = &scan->records[scan->n * i / n];
		size_t to = i + 1 < n ? scan->records[scan->n * (i + 1) / n].at : text.n;

		list[i] = (struct gz_block){ .text = (uint32_t)(to - from),
			.at = (uint32_t)(first->at - from),
			.index = first->index };
		from = to;
	}
}

void
page_pack(struct str text, enum resource resource, struct buf *out)
{
	struct page_reader page = { .text = text };
	struct err ignored = ERR_INIT;
	struct gz_block *list;
	size_t n = 0;

	/* what cannot be followed has no records; whoever reads it will say so */
	if (page_scan(&page, resource, &ignored) == 0)
		n = blocks_of(resource, text.n, page.scan.n);
	if (n > 1) {
		list = mem_zero(n, sizeof(*list));
		cut(text, &page.scan, list, n);
		gz_deflate_blocks(text, LEVEL, list, n, out);
		mem_free(list);
	} else {
		gz_deflate(text, LEVEL, out);
	}
	page_reader_release(&page);
}
