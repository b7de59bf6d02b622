/* read_page.h -- the records of one page, compared with what is known.
 *
 * A record whose text is the one read last is only noted as seen; every other is read strictly.
 * Nothing is written to the state here.
 *
 * A page is read in one of two ways, with the same result:
 *
 * By id    Each record's id is looked up in the state.  Every record becomes a copy (seen.h).
 * By text  Each text is looked up in an index of all known texts (text_index.h).  Only records with
 *          another text become copies, and a page that was read before and holds nothing but known
 *          texts is not even inflated, nor is such a block of one (known_blocks.h).
 *
 * By id the cost goes with the records read, by text with the records known; READ_BY_SIZE takes the
 * cheaper one.
 */
#ifndef DELTA_READ_PAGE_H
#define DELTA_READ_PAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "delta/known_blocks.h"
#include "delta/quarantine.h"
#include "delta/run.h"
#include "delta/seen.h"
#include "delta/text_index.h"
#include "record/record.h"
#include "snapshot/manifest.h"
#include "snapshot/page.h"
#include "snapshot/page_parts.h"
#include "state/page_cache.h"

struct kv;
struct kv_txn;

enum read_way {
	READ_BY_SIZE,
	READ_BY_ID,
	READ_BY_TEXT
};

/* The snapshot that is read, and with what. */
struct read_source {
	const struct run *run;
	struct kv *kv;             /* the state before, only read; NULL: nothing is known */
	const uint32_t *locations; /* number of each page's location; 0: none is named */
	struct str only;           /* if not empty: records with another id may be passed over */
	atomic_size_t *pages_done; /* counted up, for progress; may be NULL */
	enum read_way way;
};

/* What one page gave. */
struct read_page {
	const struct seen *copies; /* one after the other: seen_following */
	size_t n;
	struct quarantined *quarantined;
	size_t quarantined_n;
	size_t drops_n;      /* fields of its new and changed texts that could not be used */
	bool has_nameless;   /* a quarantined record without a readable id */
	bool is_recognised;  /* known by its digest: nothing in it was read */
	size_t records;      /* all of them, null elements left out */
	struct hash *hashes; /* of their texts, in order; NULL if the page is recognised, or if
	                        each record has a copy with its hash */
	struct str lengths;  /* bytes of those texts, for page_cache_put_lengths */
	struct page_cache_block *blocks; /* those that may come again */
	size_t blocks_n;
	size_t left_out_n; /* blocks that are known: nothing in them was read */
};

/* One thread's own. */
struct read_page_worker {
	const struct read_source *source;
	struct text_index *known; /* by entity; where it is not on, ids are looked up */
	const struct known_blocks *known_blocks; /* by entity */
	struct kv_txn *txn;                      /* the state before; NULL: nothing is known */
	struct arena *keep;                      /* what pages gave lies here */
	struct seen_dictionary *dictionary;
	uint16_t number;
	struct page_reader page;
	struct page_parts parts; /* of that page; none: it was read whole */
	struct record_reader reader;
	struct arena scratch; /* of the record in hand */
	struct seen_packer packer;
	struct buf key;
	struct buf copies, lengths; /* of the page in hand */
	/* the same, each for cap records */
	struct hash *hashes;
	uint32_t *ordinals;
	struct quarantined *quarantined;
	size_t cap;
};

/* read_page_entity(r): what the records of such a page are; pages of locations hold none. */
enum entity read_page_entity(enum resource r);

/* read_page_holds(r, entity): pages of that resource hold such records. */
bool read_page_holds(enum resource r, enum entity entity);

/*
 * read_page(w, page, out, e): the page at that position of the manifest.
 * Errors: ERR_DAMAGED: it refuses the snapshot.
 */
int read_page(
    struct read_page_worker *w, uint32_t page, struct read_page *out, struct err *e) ERR_MUST;
void read_page_worker_release(struct read_page_worker *w); /* what is not borrowed */

#endif /* DELTA_READ_PAGE_H */
