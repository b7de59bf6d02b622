/* read_snapshot.h -- what the pages of a snapshot hold that was not known before.
 *
 * Pages are read by several threads; each record whose text is the one read
 * last is only noted as seen, every other is read strictly.  Nothing is written
 * here.  Then the sightings of all pages are merged by id.
 */
#ifndef DELTA_READ_SNAPSHOT_H
#define DELTA_READ_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "delta/text_index.h"
#include "delta/seen.h"
#include "delta/read_page.h"

struct read_snapshot {
	struct read_page *pages; /* as many as the manifest has */
	/* By id, of each the copy that counts; where known is on, without
	 * those after which the known text was seen, and those that moved
	 * behind all others. */
	const struct seen **seen[ENTITIES];
	size_t seen_n[ENTITIES];
	size_t forms_n[ENTITIES][SEEN_FORMS]; /* how many of each in seen */
	struct text_index known[ENTITIES];    /* where it is on: what was seen of known texts */
	struct quarantined *quarantined;      /* by page, index */
	size_t quarantined_n;
	struct str *present[ENTITIES]; /* ids of quarantined records, sorted,
	                                  each once */
	size_t present_n[ENTITIES];
	struct arena *arenas;           /* one a worker: what pages gave */
	struct seen_dictionary *lexica; /* the same */
	size_t jobs;
	struct arena arena;
};

/* read_snapshot_holds(r, entity): pages of that resource hold such records. */
bool read_snapshot_holds(enum resource r, enum entity entity);

/* read_snapshot_is_large(n, known): n records are a good part of all that are known.
 */
bool read_snapshot_is_large(uint64_t n, uint64_t known);

/*
 * read_snapshot_read(in, source, e):
 * Errors: ERR_DAMAGED: a page refuses the snapshot. ${in} may be released in
 * any case.
 */
int read_snapshot_read(
    struct read_snapshot *in, const struct read_source *source, struct err *e) ERR_MUST;

/* read_snapshot_forget(in): what only the state and the diff need is not needed any
 * more, and it is most of it: sightings, texts, what was known. */
void read_snapshot_forget(struct read_snapshot *in);
void read_snapshot_release(struct read_snapshot *in);

#endif /* DELTA_READ_SNAPSHOT_H */
