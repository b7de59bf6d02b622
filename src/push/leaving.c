#include "push/leaving.h"

#include "dailystory/opt_outs.h"
#include "push/begun.h"
#include "push/owed.h"

/* Whoever has the address now, it is not that contact: DailyStory does not know it. */
static bool
is_lost(const struct acked *acked)
{
	const struct str deleted = STR("deleted-in-dailystory");

	return str_eq(acked->letter.reason, deleted) ||
	       str_eq(acked->status_letter.reason, deleted);
}

bool
leaving_is(const struct wanted_source *x, const struct wanted *w, const struct acked *acked,
    unsigned channel, struct str address)
{
	struct str key = owed_key(channel);
	bool is_email = channel == OPT_OUT_EMAIL;
	struct str next = is_email ? w->email : w->mobile;

	return w->gone.n == 0 && next.n > 0 && !is_lost(acked) && !str_eq(next, address) &&
	       !(is_email ? w->email_refused : w->mobile_refused) &&
	       begun_names(acked, key, books_hash(x->books, key, address));
}

struct str
leaving_dsid(const struct wanted_source *x, const struct wanted *w, const struct acked *acked,
    unsigned channel, struct str address)
{
	struct str next = channel == OPT_OUT_EMAIL ? w->email : w->mobile;

	if (leaving_is(x, w, acked, channel, address))
		return acked->dsid;
	return owed_named(x, channel, books_hash(x->books, owed_key(channel), address), acked,
	    str_eq(next, address));
}
