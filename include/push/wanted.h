/* wanted.h -- what DailyStory should have of one customer, as of the last snapshot applied.
 *
 * The same rows as an export would write (dailystory/contact.h), with membership in segments; or
 * gone, with the reason.  What is wanted depends on what was acked in three ways: a flag that was
 * set and has no segment any more is cleared, a mobile that may not be texted is taken away where
 * it was sent, and who was made inactive by us is made active again.
 *
 * An email that is refused can be told to DailyStory by a flag of the contact, whose name has to be
 * known, or else by the address alone, which may say nothing to a contact that does not have it
 * yet. So in between a new contact is inactive: guarded.
 */
#ifndef PUSH_WANTED_H
#define PUSH_WANTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/settings_push.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "push/acked.h"
#include "push/books.h"
#include "segment/membership.h"
#include "snapshot/page_filter.h"
#include "state/state.h"

#define WANTED_SEGMENTS_MOST 50

/* What all rows are made from; borrowed. */
struct wanted_source {
	struct state *s;
	struct books *books;
	const struct push_settings *push;
	struct applied last;  /* the snapshot applied last */
	struct str separator; /* of lists */
	struct membership_counts segments;
	const struct page_filter
	    *erased; /* whose contact is deleted, whatever the settings; or NULL */
};

struct wanted_field {
	struct str key, value;
	bool is_extended; /* a member of extendedProperties */
	bool is_changed;  /* another value than the one acked, or none was */
	bool is_quiet;    /* no reason by itself to send anything */
};

/* Why a customer is not sent, or not with all there is. */
enum wanted_hold {
	WANTED_WHOLE,
	WANTED_OPTED_OUT /* refuses every channel, and is not there: not created */
};

struct wanted {
	struct str fh_id;
	struct str gone;          /* the reason; empty: a contact */
	struct str email, mobile; /* as they are to be written */
	bool email_refused, mobile_refused;
	bool is_guarded;     /* stays inactive until the contact was told that email is refused */
	bool is_mobile_held; /* they have a mobile that is not sent: texts are refused */
	struct str memberships; /* as contact_status has them */
	enum wanted_hold hold;
	struct wanted_field *fields;
	size_t fields_n;
	bool is_changed; /* one of the fields is */
	bool makes_inactive;
	struct str digest; /* salted, of all that is wanted; of a dead letter it is compared */
	int64_t since;     /* as of the snapshot with which their row was written last; or 0 */
};

/* wanted_source_load(a, x, s, books, push, separator, e): ERR_SETTINGS: too many segments. */
int wanted_source_load(struct arena *a, struct wanted_source *x, struct state *s,
    struct books *books, const struct push_settings *push, struct str separator,
    struct err *e) ERR_MUST;

/* wanted_make(a, x, fh_id, acked, out, e): ${acked} is what books_contact says; everything lies in
 * ${a}. */
int wanted_make(struct arena *a, const struct wanted_source *x, struct str fh_id,
    const struct acked *acked, struct wanted *out, struct err *e) ERR_MUST;

/*
 * wanted_exported(a, x, fh_id, fields, n, number, e):
 * A contact's row as it was exported last, without membership; ${number} is that of the snapshot it
 * was written with.  Returns: 1; 0 no contact; -1.
 */
int wanted_exported(struct arena *a, const struct wanted_source *x, struct str fh_id,
    struct journal_field **fields, size_t *n, uint32_t *number, struct err *e) ERR_MUST;

/* wanted_body(b, w, dsid): the body of POST /contact; ${dsid} empty: it is left out. */
void wanted_body(struct buf *b, const struct wanted *w, struct str dsid);

/* wanted_flag(a, slug): the field of a segment's membership. */
struct str wanted_flag(struct arena *a, struct str slug);

/* wanted_deletes(x, w): who is gone is deleted, by the settings. */
bool wanted_deletes(const struct wanted_source *x, const struct wanted *w);

/* wanted_hashes(a, x, w, n): the fields as the journal has them. */
struct journal_field *wanted_hashes(
    struct arena *a, const struct wanted_source *x, const struct wanted *w, size_t *n);

/* wanted_owed(x, channel, address, since, e): 1 if an opt-out is owed to the address, ${since} the
 * snapshot of which number; 0; -1.  ${channel} is enum opt_out_channel. */
int wanted_owed(const struct wanted_source *x, unsigned channel, struct str address,
    uint32_t *since, struct err *e) ERR_MUST;

#endif /* PUSH_WANTED_H */
