/* verify_note.h -- verify.json in the account: when verify looked last, and what it found.
 *
 * Mode 0600; derived, decides nothing, and may be deleted.
 */
#ifndef TIMEMACHINE_VERIFY_NOTE_H
#define TIMEMACHINE_VERIFY_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

struct verify_note {
	int64_t at;          /* us: when it ended; 0: verify has never been run */
	bool is_rebuilt;     /* with --rebuild */
	struct str snapshot; /* the last one applied then, or empty */
	uint64_t snapshots, pages, diffs, exports, files, faults;
};

int verify_note_save(const char *account, const struct verify_note *x, struct err *e) ERR_MUST;

/* verify_note_load(a, account, out, e): a file that is missing or no such note says nothing. */
int verify_note_load(
    struct arena *a, const char *account, struct verify_note *out, struct err *e) ERR_MUST;

#endif /* TIMEMACHINE_VERIFY_NOTE_H */
