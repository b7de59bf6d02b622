#include "push/pending.h"

#include "push/letter.h"

/* By its id; or by an address that they were imported with, and that is no other customer's
 * contact's by now. */
static bool
is_known(const struct acked *x)
{
	return x->dsid.n > 0 || (x->is_imported && (acked_field(x, STR("email")) != NULL ||
	                                               acked_field(x, STR("mobilePhone")) != NULL));
}

/* A create without an answer may have made one, which is to be seen to. */
static bool
may_be_made(const struct strays *x)
{
	return x->own.address.n > 0 || x->n > 0 || x->is_forgotten;
}

bool
pending_own(const struct wanted_source *x, const struct wanted *w, const struct acked *acked)
{
	if (acked->is_deleting)
		return true;
	if (w->gone.n > 0)
		return (is_known(acked) || may_be_made(&w->strays)) &&
		       (w->is_changed || wanted_deletes(x, w) || !str_eq(w->gone, acked->gone));
	if (w->hold == WANTED_OPTED_OUT)
		return false;
	/* Who was imported by hand and cannot be told is found, to be made inactive. */
	return !acked_is_there(acked) || w->is_changed || acked->gone.n > 0 ||
	       (acked->dsid.n == 0 && w->exposed > 0);
}

bool
pending_row(const struct wanted_source *x, const struct wanted *w, const struct acked *acked)
{
	return w->strays.n > 0 || pending_own(x, w, acked);
}

static bool
waits(const struct wanted *w, const struct acked_letter *letter, bool protects, int64_t now)
{
	return letter_waits(letter, w->digest, now) &&
	       (!protects || now < letter_protects_at(letter));
}

bool
pending_waits(const struct wanted *w, const struct acked_letter *letter, int64_t now)
{
	struct standing_facts before = w->standing;
	bool is_of_row = letter_is_of_row(letter), protects = !is_of_row || w->is_erased;

	/* Who is not found cannot be made inactive; and a stray does not wait for a row. */
	if (w->strays.n > 0 ||
	    (letter->op == JOURNAL_CREATE && (standing_protects(&w->standing) || w->exposed > 0)))
		protects = true;
	before.has_row = true;
	return (is_of_row || standing_step(&before) != STANDING_NOTHING) &&
	       waits(w, letter, protects, now);
}

bool
pending_status_waits(
    const struct wanted *w, const struct acked_letter *letter, enum standing_step step, int64_t now)
{
	bool protects =
	    step == STANDING_MAKE_INACTIVE || str_eq(letter->reason, STR("deleted-in-dailystory"));

	return letter->op == JOURNAL_STATUS && waits(w, letter, protects, now);
}
