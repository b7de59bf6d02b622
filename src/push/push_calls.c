#include "push/push_calls.h"

#include "dailystory/opt_outs.h"
#include "push/begun.h"
#include "push/owed.h"

bool
push_calls_row_tells(const struct wanted_source *x, unsigned channel, const struct acked *acked)
{
	return owed_flag(x, channel).n > 0 && (channel == OPT_OUT_TEXT || acked_is_there(acked));
}

bool
push_calls_row_brings(
    const struct wanted_source *x, const struct wanted *w, const struct acked *acked)
{
	const bool refuses[] = { w->email_refused, w->mobile_refused };
	const struct str has[] = { w->email, w->mobile };
	const unsigned channels[] = { OPT_OUT_EMAIL, OPT_OUT_TEXT };

	for (size_t i = 0; i < 2 && w->gone.n == 0; i++) {
		struct str key = owed_key(channels[i]);

		if (refuses[i] && has[i].n > 0 && push_calls_row_tells(x, channels[i], acked) &&
		    !begun_is_sure(acked, key, books_hash(x->books, key, has[i])))
			return true;
	}
	return false;
}

static unsigned
calls_to_tell(const struct wanted_source *x, const struct acked *acked, unsigned channel,
    struct str address, bool is_refused)
{
	return is_refused && address.n > 0 &&
	       (owed_flag(x, channel).n == 0 || push_calls_row_tells(x, channel, acked));
}

/* Whether the contact that is found has an address that refuses already, or one they had once.  Who
 * refuses email is found by their mobile, unless the email was told. */
static unsigned
is_looked_at(const struct wanted_source *x, const struct wanted *w, const struct acked *acked)
{
	bool by_mobile = w->mobile.n > 0 &&
	                 calls_to_tell(x, acked, OPT_OUT_EMAIL, w->email, w->email_refused) > 0;

	return !acked->is_imported && w->gone.n == 0 &&
	       (w->is_mobile_held || w->had_refused || by_mobile);
}

/* A number that is to go is looked for after the row. */
static unsigned
calls_of_row(const struct wanted_source *x, const struct wanted *w, const struct acked *acked,
    const struct standing_facts *now)
{
	unsigned refused = calls_to_tell(x, acked, OPT_OUT_EMAIL, w->email, w->email_refused) +
	                   calls_to_tell(x, acked, OPT_OUT_TEXT, w->mobile, w->mobile_refused);
	unsigned n = acked->dsid.n > 0 ? 1 : 2 + refused + is_looked_at(x, w, acked);

	return n + standing_calls(now) + (acked->dsid.n > 0 && now->is_coming ? 1U : 0U) +
	       (now->is_clearing ? 1U : 0U);
}

/* The deletion that had no answer was done: found again the contact has what it had, and is told
 * before it is active. */
static unsigned
calls_anew(const struct wanted_source *x, const struct wanted *w, const struct standing_facts *now)
{
	const struct acked none = { .is_deleted = true };
	struct standing_facts then = *now;

	then.owner = STANDING_NOBODYS;
	then.is_back = then.is_exposed = false;
	then.is_deleted = true;
	then.is_coming = w->email_refused || w->mobile_refused;
	then.is_clearing = w->is_mobile_held;
	return calls_of_row(x, w, &none, &then);
}

/* The contact of theirs, and of who was erased all that may be; each other one is found first. */
static unsigned
calls_to_delete(const struct wanted *w, const struct acked *acked)
{
	bool is_own = acked->is_imported || w->strays.own.address.n > 0;
	unsigned found = w->is_erased ? (unsigned)acked->started_n : is_own ? 1 : 0;

	return (acked->dsid.n > 0 ? 1U : 0U) + 2 * found;
}

/* What the look finds is not known before. */
static unsigned
calls_of_customer(const struct wanted_source *x, const struct wanted *w, const struct acked *acked,
    const struct standing_facts *now)
{
	bool is_gone = w->gone.n > 0 && !acked_is_there(acked) && w->strays.own.address.n == 0;
	unsigned n, anew;

	if (wanted_deletes(x, w))
		return calls_to_delete(w, acked);
	if (w->hold != WANTED_WHOLE || is_gone)
		return 0;
	n = calls_of_row(x, w, acked, now);
	if (!acked->is_deleting)
		return n;
	anew = w->gone.n > 0 ? 0 : calls_anew(x, w, now);
	return 1 + (n > anew ? n : anew);
}

/* A stray is found, looked at and deleted. */
unsigned
push_calls(const struct wanted_source *x, const struct wanted *w, const struct acked *acked,
    const struct standing_facts *now)
{
	if (!now->has_row)
		return standing_calls(now);
	return calls_of_customer(x, w, acked, now) + 3 * (unsigned)w->strays.n;
}
