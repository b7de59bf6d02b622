/* check_note.h -- what the last comparison found, in numbers: ACCOUNT/push/check.json.
 *
 * For the metrics.  No time is in it, and it may be deleted.
 */
#ifndef PUSH_CHECK_NOTE_H
#define PUSH_CHECK_NOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "push/push_check.h"

struct check_note {
	uint64_t contacts, deleted, opted_out; /* as in struct push_check */
	uint64_t fields[PUSH_CHECK_COUNT];     /* of all contacts */
};

/* check_note_name(kind): "same", "case", "changed", "not_cleared". */
const char *check_note_name(enum push_check_kind kind);

int check_note_save(const char *account, const struct push_check *d, struct err *e) ERR_MUST;

/* check_note_load(account, out): false if nothing was ever compared, or the note cannot be read. */
bool check_note_load(const char *account, struct check_note *out);

#endif /* PUSH_CHECK_NOTE_H */
