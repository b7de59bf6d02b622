/* books.h -- the account's books on DailyStory: the journal, and the view of it.
 *
 * ACCOUNT/push: salt, journals, acked file, state/.  Open for reading, nothing is made or changed;
 * open for writing, the caller is the only push (books_lock).
 */
#ifndef PUSH_BOOKS_H
#define PUSH_BOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "base/lock.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/fold.h"
#include "push/former.h"
#include "push/journal.h"
#include "push/salt.h"
#include "push/view.h"

struct books {
	char *dir; /* ACCOUNT/push */
	const struct host *host;
	bool writable;
	struct lock lock;
	struct salt salt;
	char stored_check[SALT_CHECK + 1]; /* of the salt, as the stored view has it; "" */
	struct view view;
	struct fold fold;
	struct journal journal;
	struct journal_place place; /* after the last line read */
	uint64_t last;              /* number of the last line */
	uint64_t acked;             /* lines that say so of a call, in all */
	bool is_broken; /* a line was not noted whole: whoever opens the books next reads it */
	struct buf scratch;
};

/*
 * books_open(b, account, writable, host, e):
 * Errors: ERR_BUSY another push holds the lock; ERR_FAILED a damaged journal, or the salt is gone.
 */
int books_open(struct books *b, const char *account, bool writable, const struct host *host,
    struct err *e) ERR_MUST;

/* What opening is made of, for books that cannot be opened as they are (salvage.h).  books_begin:
 * nothing is read yet; ${is_locked}: no other push is at work.  books_ready: hashes can be made,
 * and lines folded.  books_stored: 1 the stored view is there, and which lines it holds; 0; -1.
 * books_take: a line, into the view. */
int books_begin(struct books *b, const char *account, bool is_locked, const struct host *host,
    struct err *e) ERR_MUST;
void books_ready(struct books *b);
int books_stored(struct books *b, struct err *e) ERR_MUST;
int books_take(struct books *b, const struct journal_line *x, struct err *e) ERR_MUST;

/* books_note(b, x, e): the line, whose number and time are filled in here, into the journal and the
 * view. */
int books_note(struct books *b, struct journal_line *x, struct err *e) ERR_MUST;

/* books_sync(b, e): all that was noted is on the disk. */
int books_sync(struct books *b, struct err *e) ERR_MUST;

/* books_keep(b, e): all that was noted is on the disk, and the view is stored. */
int books_keep(struct books *b, struct err *e) ERR_MUST;

/* books_hash(b, key, value): of a field's value, salted. */
uint64_t books_hash(struct books *b, struct str key, struct str value);

/* books_erased(b, dsid, fh_id, out): a contact of who is erased, as it may be known (former.h). */
void books_erased(
    struct books *b, struct str dsid, struct str fh_id, struct journal_field out[FORMER_FIELDS]);

/* books_digest(b, a, text): salted sha256 of a text, in hexadecimal. */
struct str books_digest(struct books *b, struct arena *a, struct str text);

/* books_contact(b, a, fh_id, out, e): 1, or 0 and an empty one.  books_opt_out: of the address with
 * that key and hash.  In ${a}. */
int books_contact(
    struct books *b, struct arena *a, struct str fh_id, struct acked *out, struct err *e) ERR_MUST;
int books_opt_out(struct books *b, struct arena *a, struct str key, uint64_t hash,
    struct acked_opt_out *out, struct err *e) ERR_MUST;

/* books_holder(b, a, key, hash, fh_id, e): 1 and whose contact has the address in DailyStory; 0.
 * books_owner: whose contact that dsid is. */
int books_holder(struct books *b, struct arena *a, struct str key, uint64_t hash, struct str *fh_id,
    struct err *e) ERR_MUST;
int books_owner(
    struct books *b, struct arena *a, struct str dsid, struct str *fh_id, struct err *e) ERR_MUST;

/* books_former(b, a, dsid, fh_id, e): 1 and whose contact it was when it was deleted; 0. */
int books_former(
    struct books *b, struct arena *a, struct str dsid, struct str *fh_id, struct err *e) ERR_MUST;

void books_close(struct books *b);

#endif /* PUSH_BOOKS_H */
