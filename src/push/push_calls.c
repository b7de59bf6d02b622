#include "push/push_calls.h"

#include "dailystory/opt_outs.h"
#include "push/owed.h"

/* Whether the contact that is found has an address that refuses already, or one they had once. */
static unsigned
is_looked_at(const struct wanted *w, const struct acked *acked, const struct push_tells *tells)
{
	struct str other = owed_key(tells->is_found_by_text ? OPT_OUT_EMAIL : OPT_OUT_TEXT);
	bool matters =
	    tells->is_found_by_text ? w->email_refused : w->is_mobile_held || w->had_refused;

	return matters && acked_field(acked, other) == NULL;
}

/* A number that is to go is looked for after the row. */
static unsigned
is_cleared(const struct wanted *w)
{
	for (size_t i = 0; i < w->fields_n; i++)
		if (w->fields[i].is_changed && w->fields[i].value.n == 0 &&
		    str_eq(w->fields[i].key, owed_key(OPT_OUT_TEXT)))
			return 1;
	return 0;
}

static unsigned
calls_of_row(const struct wanted *w, const struct acked *acked, const struct standing_facts *now,
    const struct push_tells *tells)
{
	unsigned n = acked->dsid.n > 0 ? 1 : 2 + is_looked_at(w, acked, tells);

	return n + tells->calls + standing_calls(now) + is_cleared(w);
}

/* The deletion that had no answer was done: found again the contact has what it had, and is told
 * before it is active; one that is deleted still is revived by a call. */
static unsigned
calls_anew(const struct wanted_source *x, const struct wanted *w, const struct standing_facts *now)
{
	const struct acked none = { .is_deleted = true };
	struct standing_facts then = *now;
	const struct push_tells tells = {
		.calls = (w->email_refused ? 1U : 0U) +
		         (w->mobile_refused && owed_flag(x, OPT_OUT_TEXT).n > 0 ? 1U : 0U),
	};

	then.owner = STANDING_NOBODYS;
	then.is_back = then.is_exposed = false;
	then.is_deleted = true;
	then.is_coming = w->email_refused || w->mobile_refused;
	then.is_clearing = w->is_mobile_held;
	return calls_of_row(w, &none, &then, &tells) + then.is_clearing + 1;
}

/* One that is not known is found first. */
static unsigned
calls_to_delete(const struct wanted *w, const struct acked *acked)
{
	bool is_own = acked->is_imported || w->strays.own.address.n > 0;

	if (acked->dsid.n > 0)
		return 1;
	return is_own && !w->is_erased ? 2 + w->strays.is_doubtful : 0;
}

/* What the look finds is not known before. */
static unsigned
calls_of_customer(const struct wanted_source *x, const struct wanted *w, const struct acked *acked,
    const struct standing_facts *now, const struct push_tells *tells)
{
	bool is_gone = w->gone.n > 0 && !acked_is_there(acked) && w->strays.own.address.n == 0;
	unsigned n, anew;

	if (wanted_deletes(x, w))
		return calls_to_delete(w, acked);
	if (w->hold != WANTED_WHOLE || is_gone)
		return 0;
	n = calls_of_row(w, acked, now, tells) + w->strays.is_doubtful;
	if (!acked->is_deleting)
		return n;
	anew = w->gone.n > 0 ? 0 : calls_anew(x, w, now);
	return 1 + (n > anew ? n : anew);
}

/* One that is not settled by the books is found, looked at and deleted. */
static unsigned
calls_of_strays(const struct wanted *w)
{
	unsigned n = 0;

	for (size_t i = 0; i < w->strays.n; i++)
		n += w->strays.list[i].is_settled ? 0 : 3;
	return n;
}

/* Nothing is another as long as one of the opt-outs is not told. */
static struct standing_facts
after_told(const struct wanted *w, const struct standing_facts *now, uint64_t told)
{
	struct standing_facts x = *now;

	if (told < w->untold)
		return x;
	x.is_untold = x.is_exposed = false;
	x.is_coming = x.is_coming && w->is_bringing;
	return x;
}

/* After each of them the status is settled, as the next one finds it. */
unsigned
push_calls_told(const struct wanted *w, uint64_t told)
{
	struct standing_facts now = w->standing;
	unsigned n = 0;

	for (uint64_t i = 1; i <= told; i++) {
		now = after_told(w, &now, i);
		n = standing_calls(&now);
		now = standing_past_step(&now);
	}
	return n;
}

/* Without a row the status is seen to with the opt-outs. */
unsigned
push_calls(const struct wanted_source *x, const struct wanted *w, const struct acked *acked,
    const struct standing_facts *now, const struct push_tells *tells, uint64_t told)
{
	struct standing_facts then = after_told(w, now, told);

	if (now->has_row)
		return calls_of_customer(x, w, acked, &then, tells) + calls_of_strays(w);
	return (told == 0 ? standing_calls(now) : 0) + calls_of_strays(w);
}
