/* read_snapshot.h -- the records of a snapshot's pages that may differ from what is known.
 *
 * Pages are read by several threads (read_page.h), then the copies of all pages become one list by
 * id (merge.h).  Nothing is written here.
 */
#ifndef DELTA_READ_SNAPSHOT_H
#define DELTA_READ_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "delta/quarantine.h"
#include "delta/read_page.h"
#include "delta/seen.h"
#include "delta/text_index.h"

struct read_snapshot {
	struct read_page *pages; /* as many as the manifest has */
	/* By id, of each the copy that counts.  Read by text, without those that an equal text
	 * came after, and those that moved after all others. */
	const struct seen **seen[ENTITIES];
	size_t seen_n[ENTITIES];
	size_t forms_n[ENTITIES][SEEN_FORMS];       /* how many of each in seen */
	struct text_index known[ENTITIES];          /* read by text: where known texts were seen */
	struct known_blocks known_blocks[ENTITIES]; /* the same: while pages are read */
	struct str *in_two_locations; /* orders, see two_locations.h; sorted, each once */
	size_t in_two_locations_n;
	struct quarantine quarantine;
	struct arena *arenas;                 /* of each worker: what its pages gave */
	struct seen_dictionary *dictionaries; /* of each worker */
	size_t jobs;
	struct arena arena;
};

/*
 * read_snapshot_read(in, source, e):
 * Errors: ERR_DAMAGED: a page refuses the snapshot. ${in} may be released in any case.
 */
int read_snapshot_read(
    struct read_snapshot *in, const struct read_source *source, struct err *e) ERR_MUST;

/* read_snapshot_forget(in): all but the quarantine, once the state and the diff are written: most
 * of the memory. */
void read_snapshot_forget(struct read_snapshot *in);
void read_snapshot_release(struct read_snapshot *in);

/* read_snapshot_is_large(n, known): n records are a good part of all that are known. */
bool read_snapshot_is_large(uint64_t n, uint64_t known);

#endif /* DELTA_READ_SNAPSHOT_H */
