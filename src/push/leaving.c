#include "push/leaving.h"

#include "dailystory/opt_outs.h"
#include "push/owed.h"

bool
leaving_is(const struct wanted_source *x, const struct wanted *w, const struct acked *acked,
    unsigned channel, struct str address)
{
	struct str key = owed_key(channel);
	bool is_email = channel == OPT_OUT_EMAIL;
	struct str next = is_email ? w->email : w->mobile;
	const uint64_t *has = acked_field(acked, key);

	return w->gone.n == 0 && next.n > 0 && !str_eq(next, address) &&
	       !(is_email ? w->email_refused : w->mobile_refused) && has != NULL &&
	       *has == books_hash(x->books, key, address);
}
