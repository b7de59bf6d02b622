/* finding.h -- what verify found: for each fault the file, what is wrong, what it means, the
 * repair.
 */
#ifndef TIMEMACHINE_FINDING_H
#define TIMEMACHINE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* The kind of file tells what a fault in it means and how to repair it. */
#define FINDING_KINDS(X)                                                                           \
	X(FINDING_SNAPSHOT,                                                                        \
	    "the snapshot cannot be read again: a rebuild, a replay and the history of its "       \
	    "records end here; what was made from it stays valid",                                 \
	    "restore the file from a backup; nothing else can bring it back")                      \
	X(FINDING_BASE,                                                                            \
	    "the history that was folded into it cannot be made again: a rebuild and a replay "    \
	    "end here; what was made from it stays valid",                                         \
	    "restore the file from a backup; nothing else can bring it back")                      \
	X(FINDING_PENDING, "the snapshot is not applied yet and will be refused",                  \
	    "restore the file from a backup, or move the snapshot's directory away and fetch "     \
	    "again")                                                                               \
	X(FINDING_DIFF,                                                                            \
	    "do not trust this record of what changed; profiles, segments and exports do not "     \
	    "come from it",                                                                        \
	    "'flowstory process --rebuild' writes it again from the snapshots, to the same bytes") \
	X(FINDING_EXPORT, "this is not what was exported; do not import it",                       \
	    "'flowstory process --rebuild' writes it again from the snapshots, to the same bytes") \
	X(FINDING_RECORD, "a rebuild or a replay would use the wrong rules or settings",           \
	    "restore the file from a backup before any rebuild")                                   \
	X(FINDING_STATE, "the next diffs, profiles and exports may be wrong",                      \
	    "'flowstory process --rebuild' makes it again from the snapshots")                     \
	X(FINDING_SETTINGS, "no snapshot can be applied", "'flowstory check' names the place")     \
	X(FINDING_EXTRA, "no manifest names it, and nothing is read from it",                      \
	    "remove it, or leave it: it does no harm")                                             \
	X(FINDING_ERASED,                                                                          \
	    "history from there on reads as if the customer had never been known; an end of the "  \
	    "chain noted before no longer matches",                                                \
	    "nothing: this is intended")                                                           \
	X(FINDING_TOMBSTONES, "whoever was erased comes back with the next fetch",                 \
	    "restore erased.json and erased.key from a backup, or erase them again")               \
	X(FINDING_OTHER, "the check could not be finished", "see above")

enum finding_kind {
#define X(kind, means, repair) kind,
	FINDING_KINDS(X)
#undef X
};

struct finding {
	enum finding_kind kind;
	struct str file; /* in the account */
	struct str what;
	uint64_t at;    /* its byte, or ERR_NOWHERE */
	int64_t record; /* its index in the page, or -1 */
};

/* Zero-initialisable. */
struct findings {
	struct arena arena;
	struct finding *list;
	size_t n, cap;
	size_t faults; /* all but notes */
};

/* finding_is_note(x): it is no fault (contract, section 8). */
bool finding_is_note(const struct finding *x);

void finding_add(struct findings *f, enum finding_kind kind, struct str file, const char *fmt, ...)
    ERR_PRINTF(4, 5);

/* finding_error(f, kind, file, e): an error that was met; ${file} if it names none. */
void finding_error(
    struct findings *f, enum finding_kind kind, struct str file, const struct err *e);

const char *finding_means(const struct finding *x);
const char *finding_repair(const struct finding *x);

void finding_release(struct findings *f);

#endif /* TIMEMACHINE_FINDING_H */
