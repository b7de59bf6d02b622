/* acked.h -- what DailyStory has acknowledged of one customer, of one opt-out, of one segment.
 *
 * Rows of the view (view.h), packed; texts that are unpacked borrow from the row.
 */
#ifndef PUSH_ACKED_H
#define PUSH_ACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "push/journal_line.h"

struct arena;

/* Acked of a mobile that was to be cleared, where DailyStory keeps it all the same. */
#define ACKED_KEPT "\x01kept"

/* The hash of a mobile that others put in the place of ours: whatever it is, it is there. */
#define ACKED_ANOTHERS 0

/* Acked of a status, which is anybody's to change: "Inactive" is ours, and to be undone.  Theirs:
 * it was not active when we wanted it inactive.  Anything else: nothing of it is ours.  Begun:
 * a call of ours that makes it inactive (begun.h); in older books that was acked. */
#define ACKED_INACTIVE "Inactive"
#define ACKED_BEGUN "\001begun"
#define ACKED_THEIRS "\001theirs"

/* Why there is a dead letter of a create whose answer never came, and whose address is forgotten:
 * the contact may be there for ever. */
#define ACKED_LOST STR("lost-create")

/* A dead letter: why DailyStory did not take it; tries 0: there is none. */
struct acked_letter {
	enum journal_op op;
	struct str reason, message;
	struct str body; /* what was wanted then */
	struct str dsid; /* that stands in the way */
	uint64_t http, tries;
	int64_t first, last; /* us */
};

/* A field that a call may have set whose answer is not known (begun.h). */
struct acked_begun {
	struct str key;
	uint64_t hash; /* of an address, or a status */
	bool is_fresh; /* by the last call; by one before it, too: no */
};

/* A customer, by fh_id. */
struct acked {
	struct str dsid;                    /* empty: not known yet, or deleted */
	const struct journal_field *fields; /* sorted by key */
	size_t fields_n;
	struct str gone;                   /* the reason that was sent; empty: a contact */
	const struct acked_begun *started; /* creates under way, or whose answer never came, the
	                                    * last one last; no key: of older books */
	size_t started_n;
	bool is_imported;                /* the fields were imported by hand */
	bool is_deleted;                 /* by us */
	bool is_deleting;                /* that is under way, or its answer never came */
	bool is_again;                   /* as was one before it */
	const struct acked_begun *begun; /* of one that is deleted: what it may have still */
	size_t begun_n;
	struct str was_dsid;        /* of one that is deleted: its id */
	int64_t at, checked;        /* us: when something was acked last, compared last; or 0 */
	int64_t seen;               /* us: when its status was looked at or changed last; or 0 */
	struct acked_letter letter; /* of all but the status */
	struct acked_letter status_letter; /* of that alone: each waits for itself */
};

/* acked_is_there(x): DailyStory has a contact of theirs, found or not yet. */
bool acked_is_there(const struct acked *x);

/* acked_last_letter(x): that of the two which was refused last, for who counts one of a customer;
 * tries 0: there is none. */
const struct acked_letter *acked_last_letter(const struct acked *x);

/* An opt-out, by channel and hash of the address; a segment, by slug. */
struct acked_opt_out {
	bool is_acked;
	struct str since; /* the snapshot it was owed since */
	struct str dsids; /* of the contacts that were told, parted by spaces */
	struct str body;  /* what was asked of DailyStory (owed_body); empty: not known */
	bool is_begun;    /* a call that tells it has no answer */
	bool is_alone;    /* such a one named no contact: perhaps it made one */
	bool is_again;    /* so had one before the last */
	struct acked_letter letter;
};

void acked_pack(struct buf *b, const struct acked *x);
bool acked_unpack(struct arena *a, struct str row, struct acked *x);
void acked_opt_out_pack(struct buf *b, const struct acked_opt_out *x);
bool acked_opt_out_unpack(struct str row, struct acked_opt_out *x);

/* acked_was_told(x, dsid): that contact was; acked_tell(a, x, dsid): it is one of them now;
 * acked_untell(a, x, dsid): it is none of them. */
bool acked_was_told(const struct acked_opt_out *x, struct str dsid);
void acked_tell(struct arena *a, struct acked_opt_out *x, struct str dsid);
void acked_untell(struct arena *a, struct acked_opt_out *x, struct str dsid);

/* acked_field(x, key): the hash of that field, or NULL. */
const uint64_t *acked_field(const struct acked *x, struct str key);

/* acked_merge(a, x, fields, n): the fields of ${x} with these put in their place; ${drop}: without
 * that key, unless it is among them. */
void acked_merge(struct arena *a, struct acked *x, const struct journal_field *fields, size_t n,
    struct str drop);

#endif /* PUSH_ACKED_H */
