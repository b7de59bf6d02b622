#include "push/pending.h"

#include "push/letter.h"

bool
pending_row(const struct wanted_source *x, const struct wanted *w, const struct acked *acked)
{
	if (acked->is_deleting)
		return true;
	if (w->gone.n > 0)
		return acked_may_be_there(acked) &&
		       (w->is_changed || wanted_deletes(x, w) || !str_eq(w->gone, acked->gone));
	if (w->hold == WANTED_OPTED_OUT)
		return false;
	/* Who was imported by hand and cannot be told is found, to be made inactive. */
	return !acked_is_there(acked) || w->is_changed || acked->gone.n > 0 ||
	       (acked->dsid.n == 0 && w->exposed > 0);
}

/* An erasure was promised. */
bool
pending_waits(const struct wanted *w, const struct acked_letter *letter, int64_t now)
{
	return letter_waits(letter, w->digest, now) &&
	       (!w->is_erased || now < letter_protects_at(letter));
}
