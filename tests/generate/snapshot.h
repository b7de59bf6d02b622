/* snapshot.h -- of the generator: one snapshot of the world on disk.
 *
 * Pages are made by several threads, each whole in memory, and do not depend
 * on who makes them.  manifest.json comes last.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "record.h"
#include "world.h"

/* Write ${w} under OUT/snapshots/; ends the process if that fails. */
void snapshot_write(const struct world *w, const struct book *b);

#endif /* SNAPSHOT_H */
