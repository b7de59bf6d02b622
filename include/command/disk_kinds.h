/* disk_kinds.h -- what each directory of an account takes on the disk. */
#ifndef COMMAND_DISK_KINDS_H
#define COMMAND_DISK_KINDS_H

#include <stdint.h>

struct arena;

#define DISK_KINDS 7

struct disk_kind {
	const char *name; /* of the directory */
	uint64_t bytes;   /* of whole blocks; a file with several names counts once */
};

/* disk_kinds_measure(a, account, out): ${out} has DISK_KINDS places.  What cannot be looked at
 * takes nothing. */
void disk_kinds_measure(struct arena *a, const char *account, struct disk_kind *out);

#endif /* COMMAND_DISK_KINDS_H */
