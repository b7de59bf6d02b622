/* page_pack.h -- a page as it is stored: gzip, and if it is a large one in blocks.
 *
 * Each block is a gzip member that holds its records whole, so that one can be read without the
 * rest (page_blocks.h).  What stands before the first record is a block of its own, and the last
 * record is one with what stands after it: so all others are records and commas alone, and are the
 * same bytes when the page comes again with another total (page_parts.h).  Who reads the file whole
 * sees no difference.
 */
#ifndef SNAPSHOT_PAGE_PACK_H
#define SNAPSHOT_PAGE_PACK_H

#include "base/str.h"
#include "snapshot/manifest.h"

/* Bytes of text in a block, more or less: the page's size decides how many there are, and each has
 * as many records as the next.  Customers take little room and change every hour, orders are most
 * of what is stored and change seldom (docs/decisions/0070-pages-in-blocks.md). */
#define PAGE_PACK_CUSTOMERS (UINT32_C(32) << 10)
#define PAGE_PACK_ORDERS (UINT32_C(160) << 10)

/* page_pack(text, resource, out): the page appended to ${out}; the same text gives the same bytes
 * on one machine's library. */
void page_pack(struct str text, enum resource resource, struct buf *out);

#endif /* SNAPSHOT_PAGE_PACK_H */
