/* disk_use.h -- what each directory of an account takes on the disk.
 *
 * A file with several names counts once, in the directory that comes first.  What cannot be looked
 * at takes nothing: another run may sweep it meanwhile.
 * Cost: one look at each file of the account.
 */
#ifndef ACCOUNT_DISK_USE_H
#define ACCOUNT_DISK_USE_H

#include <stdint.h>

#define DISK_USE_KINDS 7

/* The directories, in their order. */
extern const char *const disk_use_kinds[DISK_USE_KINDS];

struct disk_use {
	const char *kind; /* the directory's name */
	uint64_t files;
	uint64_t bytes;  /* the files' own sizes */
	uint64_t blocks; /* bytes of the blocks they and their directories lie in */
};

/* disk_use_measure(account, out): ${out} has DISK_USE_KINDS places. */
void disk_use_measure(const char *account, struct disk_use *out);

#endif /* ACCOUNT_DISK_USE_H */
