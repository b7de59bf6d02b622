/* read_page.h -- one page of a snapshot, taken in record by record against what is
 * known.
 *
 * A record whose text is the one read last is only noted as seen, every other
 * is read strictly.  Nothing is written to the state here.  What is known is
 * asked in one of two ways, with the same result: record by record by the id,
 * each with a sighting of its own; or by the text alone (known.h), where only
 * what is new or changed has sightings and a page that was read before and
 * holds nothing but known texts is not even inflated.
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
#include "delta/text_index.h"
#include "record/record.h"
#include "record/record.h"
#include "delta/seen.h"
#include "snapshot/manifest.h"
#include "snapshot/page.h"

struct kv;
struct kv_txn;

/* A record at fault. */
struct quarantined {
	uint32_t page, index;
	enum entity entity;
	bool has_id;
	struct str id;
	struct str reason;
};

/* What one page gave. */
struct read_page {
	const struct seen *sightings; /* one behind the other: seen_following */
	size_t n;
	struct quarantined *quarantined;
	size_t quarantined_n;
	bool has_nameless;  /* a quarantined record without a readable id */
	bool is_recognised; /* known by its digest: nothing in it was read */
	size_t records;     /* all of them, null elements left out */
	struct hash *texts; /* as many, in order; NULL if it is recognised, or if
	                       each record has a sighting with its hash */
};

/* How it is asked what is known. Which way costs only time. */
enum read_way {
	READ_BY_SIZE,
	READ_BY_ID,
	READ_BY_TEXT
};

/* What the reading is done with. */
struct read_source {
	const char *account;
	struct str snapshot; /* its id */
	const struct manifest *manifest;
	struct kv *kv;             /* the state before; only read */
	const uint32_t *locations; /* number of each page's location; 0: none
	                              is named */
	const struct record_settings *settings;
	size_t jobs;
	struct str only;           /* if not empty: records that are seen at a glance to
	                              have another id are passed over */
	atomic_size_t *pages_done; /* counted up for whoever watches; may be NULL */
	enum read_way way;
};

/* read_page_entity(r): what the records of such a page are; of locations, which hold
 * none, it says nothing. */
enum entity read_page_entity(enum resource r);

/* One thread's own. */
struct read_page_worker {
	const struct read_source *source;
	struct text_index *known; /* by entity; where it is not on, ids are looked up */
	struct kv_txn *txn;       /* the state before; NULL: nothing is known */
	struct arena *keep;       /* what pages gave lies here */
	struct seen_dictionary *lexicon;
	uint16_t number; /* of the lexicon */
	struct page_reader page;
	struct record_reader reader;
	struct arena scratch; /* of the record in hand */
	struct seen_packer out;
	struct buf key;
	struct buf sightings; /* of the page in hand */
	/* the same, each for cap records */
	struct hash *texts;
	uint32_t *ordinals;
	struct quarantined *quarantined;
	size_t cap;
};

/*
 * read_page(w, page, out, e): the page at that position of the manifest.
 * Errors: ERR_DAMAGED: it refuses the snapshot.
 */
int read_page(
    struct read_page_worker *w, uint32_t page, struct read_page *out, struct err *e) ERR_MUST;
/* read_page_worker_release(w): what is not borrowed. */
void read_page_worker_release(struct read_page_worker *w);

#endif /* DELTA_READ_PAGE_H */
