#include "snapshot/page_pack.h"

#include "lib/gz.h"
#include "snapshot/page.h"

#define LEVEL 6
#define AROUND 2 /* blocks before and after those of records */

/* How many blocks the records get, one each at least; those around them are not counted. */
static size_t
blocks_of(enum resource resource, size_t text, size_t records)
{
	size_t block = resource == RESOURCE_ORDERS ? PAGE_PACK_ORDERS : PAGE_PACK_CUSTOMERS;
	size_t n = (text + block / 2) / block;

	if (n < 2 || records < 2)
		return 0;
	if (n > GZ_BLOCKS - AROUND)
		n = GZ_BLOCKS - AROUND;
	return n < records ? n : records - 1;
}

/* What stands before the records, ${n} blocks of them, and the last one with what stands after. */
static void
cut(struct str text, const struct split *scan, struct gz_block *list, size_t n)
{
	size_t from = 0;

	for (size_t i = 0; i <= n + 1; i++) {
		size_t begin = i > 0 ? (scan->n - 1) * (i - 1) / n : 0;
		size_t end = i > 0 ? (scan->n - 1) * i / n : 0;
		size_t to = i <= n ? scan->records[end].at : text.n;

		list[i] = (struct gz_block){ .text = (uint32_t)(to - from),
			.at = (uint32_t)(scan->records[begin].at - from),
			.index = scan->records[begin].index };
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
	if (n > 0) {
		list = mem_zero(n + AROUND, sizeof(*list));
		cut(text, &page.scan, list, n);
		gz_deflate_blocks(text, LEVEL, list, n + AROUND, out);
		mem_free(list);
	} else {
		gz_deflate(text, LEVEL, out);
	}
	page_reader_release(&page);
}
