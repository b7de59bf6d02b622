/* blocks.h -- of the generator: a page as fetch stores it, in members that can be read alone.
 *
 * Written again, not shared with the program, so that the program reads what another wrote.
 */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <libdeflate.h>
#include <stdint.h>

#include "support/text.h"

/* Where a record lies. */
struct block_record {
	uint32_t at;    /* in the page */
	uint32_t index; /* in the list, nulls counted */
};

/* The records of a page; zero-initialisable and used again. */
struct block_records {
	struct block_record *list; /* owned */
	uint32_t n, size;
	uint32_t index; /* of the next one */
};

void blocks_note(struct block_records *r, const struct text *page);
/* Members of ${block} bytes of text, more or less. */
void blocks_write(struct libdeflate_compressor *c, const struct text *page,
    const struct block_records *r, uint32_t block, struct text *out);

#endif /* BLOCKS_H */
