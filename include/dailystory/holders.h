/* holders.h -- who holds an address that several customers have.
 *
 * Contract section 7, "Whose row it is": DailyStory matches a contact by email or mobile, so each
 * address is written for one customer only.  The tables `emails` and `mobiles` list everybody who
 * has one; only those who take part, being left out for no reason of their own, can hold it.
 *
 * - Of those who share an email the one with the latest purchase holds it, then the latest created,
 *   then the greater id.
 * - Of those who share a mobile one that holds no email goes first, then the earliest created, then
 *   the lesser id.  So emails are decided before mobiles.
 * - Who has no such date comes last.
 */
#ifndef DAILYSTORY_HOLDERS_H
#define DAILYSTORY_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "profile/values.h"
#include "record/record.h"
#include "state/state.h"

struct arena;

enum holders_kind {
	HOLDERS_EMAIL,
	HOLDERS_MOBILE,
	HOLDERS_KINDS
};

/* A customer's place in the table of one kind; an empty address is none. */
struct holders_place {
	struct str address;
	bool takes_part;
};

/* holders_move(s, kind, id, before, now, e): the customer's place is another. */
int holders_move(struct state *s, enum holders_kind kind, struct str id,
    const struct holders_place *before, const struct holders_place *now, struct err *e) ERR_MUST;

/* holders_sharing(a, s, kind, address, only, ids, n, e): who has the address, by id; ${only} those
 * who take part.  In ${a}. */
int holders_sharing(struct arena *a, struct state *s, enum holders_kind kind, struct str address,
    bool only, struct str **ids, size_t *n, struct err *e) ERR_MUST;

/* What was decided of one of those who take part and share an address. */
struct holders_decision {
	struct str id, holder;
};

/* Zero-initialisable; the list is freed with mem_free. */
struct holders_decisions {
	struct holders_decision *list;
	size_t n, cap;
};

/* What is known of customers with a snapshot.  is_stored: whether their stored profile is what
 * their record and orders make; asked of those who share an email.  holds_email: whether they hold
 * one; p is their profile; asked of those who share a mobile. */
struct holders_facts {
	bool (*is_stored)(void *context, struct str id);
	int (*holds_email)(void *context, const struct profile *p, bool *out, struct err *e);
	void *context;
};

/* holders_decide(a, s, settings, kind, address, facts, out, e): append a decision on everybody who
 * takes part and has the address, by their records and orders as the state has them now. */
int holders_decide(struct arena *a, struct state *s, const struct record_settings *settings,
    enum holders_kind kind, struct str address, const struct holders_facts *facts,
    struct holders_decisions *out, struct err *e) ERR_MUST;

/* holders_sort(d): by id, so that holders_find finds a customer's decision; NULL. */
void holders_sort(struct holders_decisions *d);
const struct holders_decision *holders_find(const struct holders_decisions *d, struct str id);

#endif /* DAILYSTORY_HOLDERS_H */
