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

/* A deletion needs none. */
static bool
waits_for_status(
    const struct wanted_source *x, const struct wanted *w, const struct acked *acked, int64_t now)
{
	struct standing_facts before = w->standing;

	before.has_row = true;
	return !wanted_deletes(x, w) && standing_step(&before) != STANDING_NOTHING &&
	       waits(w, &acked->status_letter, true, now);
}

bool
pending_waits(
    const struct wanted_source *x, const struct wanted *w, const struct acked *acked, int64_t now)
{
	const struct acked_letter *letter = &acked->letter;
	/* Who is not found cannot be made inactive; and a stray does not wait for a row. */
	bool protects =
	    w->is_erased || w->strays.n > 0 ||
	    (letter->op == JOURNAL_CREATE && (standing_protects(&w->standing) || w->exposed > 0));

	return waits(w, letter, protects, now) || waits_for_status(x, w, acked, now);
}

bool
pending_status_waits(
    const struct wanted *w, const struct acked *acked, enum standing_step step, int64_t now)
{
	const struct acked_letter *letter = &acked->status_letter;
	bool protects =
	    step == STANDING_MAKE_INACTIVE || str_eq(letter->reason, STR("deleted-in-dailystory"));

	return waits(w, letter, protects, now);
}
