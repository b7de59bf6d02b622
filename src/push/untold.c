#include "push/untold.h"

#include "base/pack.h"
#include "dailystory/opt_outs.h"
#include "push/guard.h"
#include "push/owed.h"
#include "state/state_answers.h"

#define MOBILE STR("mobilePhone")

static bool
is_mobile(const struct wanted_source *x, const struct acked *acked, struct str address)
{
	const uint64_t *hash = acked_field(acked, MOBILE);

	return address.n > 0 && hash != NULL && *hash == books_hash(x->books, MOBILE, address);
}

int
untold_mobile(const struct wanted_source *x, const struct acked *acked, struct str addresses,
    struct str own, bool *out, struct err *e)
{
	struct unpack u = unpack_of(addresses);
	uint32_t since;
	int rc = 0;

	*out = false;
	if (x->push->text_opt_out.n > 0 || acked_field(acked, MOBILE) == NULL)
		return 0;
	for (;;) {
		if (is_mobile(x, acked, own))
			rc = owed_find(x, OPT_OUT_TEXT, own, &since, e);
		*out = *out || rc > 0;
		if (rc < 0 || u.bad || u.p >= u.end)
			return rc < 0 ? -1 : 0;
		own = unpack_text(&u);
		own = own.n > 1 && own.p[0] == OPT_OUT_TEXT ? str_from(own, 1) : STR("");
	}
}

/* Who is no customer any more: their last answers. */
static int
load_answers(const struct wanted_source *x, struct str fh_id, struct answers *out, struct err *e)
{
	struct str ignored;
	int rc = kv_get(x->s->txn, TABLE_CONTACT_STATUS, fh_id, &ignored, e);

	*out = (struct answers){ TRI_ABSENT, TRI_ABSENT };
	return rc == 0 ? state_answers_last(x->s, fh_id, out, e) : rc < 0 ? -1 : 0;
}

static int
was_told(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    const struct guard_address *of, bool *out, struct err *e)
{
	struct str key = owed_key(of->channel);
	struct acked_opt_out told;
	int rc = books_opt_out(x->books, a, key, books_hash(x->books, key, of->address), &told, e);

	*out = rc > 0 && acked_was_told(&told, acked->dsid);
	return rc < 0 ? -1 : 0;
}

int
untold_refusal(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct acked *acked, struct str addresses, int64_t *exposed, struct err *e)
{
	struct guard_address list[2];
	struct answers last;
	struct guard guard;
	bool is_untold = false, is_told;

	*exposed = 0;
	if (acked->dsid.n == 0)
		return 0;
	if (guard_kept(x, acked, OPT_OUT_EMAIL, STR(""), addresses, &list[0], e) < 0 ||
	    guard_kept(x, acked, OPT_OUT_TEXT, STR(""), addresses, &list[1], e) < 0 ||
	    guard_find(x, a, acked, list, 2, &guard, e) < 0 || load_answers(x, fh_id, &last, e) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++) {
		enum tri answer = i == 0 ? last.email : last.text;

		if (answer != TRI_FALSE || list[i].address.n == 0)
			continue;
		if (was_told(x, a, acked, &list[i], &is_told, e) < 0)
			return -1;
		is_untold = is_untold || !is_told;
	}
	*exposed = guard.exposed;
	return is_untold || guard.exposed > 0;
}
