#include "push/strays.h"

#include "base/pack.h"
#include "dailystory/holders.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"
#include "push/begun.h"
#include "push/owed.h"

#define EMAIL STR("email")

static bool
is_it(const struct wanted_source *x, const struct acked_begun *b, struct str address)
{
	return address.n > 0 && books_hash(x->books, b->key, address) == b->hash;
}

static struct str
now_theirs(const struct strays_theirs *theirs, const struct acked_begun *b)
{
	return str_eq(b->key, EMAIL) ? theirs->email : theirs->mobile;
}

static struct str
find(const struct wanted_source *x, const struct strays_theirs *theirs, const struct acked_begun *b)
{
	struct unpack u = unpack_of(theirs->exported);

	if (is_it(x, b, now_theirs(theirs, b)))
		return now_theirs(theirs, b);
	while (!u.bad && u.p < u.end) {
		struct str text = unpack_text(&u), its = str_from(text, text.n > 1 ? 1 : 0);

		if (text.n > 1 && str_eq(owed_key((unsigned char)text.p[0]), b->key) &&
		    is_it(x, b, its))
			return its;
	}
	return STR("");
}

/* Returns: 1, 0, -1. */
static int
is_theirs(const struct wanted_source *x, struct arena *a, const struct strays_theirs *theirs,
    const struct acked_begun *b, struct str address, struct err *e)
{
	bool is_email = str_eq(b->key, EMAIL);
	struct str *ids;
	size_t n;

	if (!theirs->is_any && !str_eq(address, now_theirs(theirs, b)))
		return 0;
	if (!theirs->is_gone)
		return 1;
	if (holders_sharing(
	        a, x->s, is_email ? HOLDERS_EMAIL : HOLDERS_MOBILE, address, true, &ids, &n, e) < 0)
		return -1;
	return n == 0;
}

/* Their contact is there, or is to be. */
static int
has_contact(const struct wanted_source *x, struct arena *a, struct str fh_id, struct err *e)
{
	struct acked acked;
	struct profile profile;
	uint32_t since;
	int rc, email, mobile;

	if (books_contact(x->books, a, fh_id, &acked, e) < 0)
		return -1;
	if (acked_is_there(&acked))
		return 1;
	rc = profile_stored(a, x->s, fh_id, &profile, e);
	if (rc <= 0)
		return rc;
	email = owed_find(x, OPT_OUT_EMAIL, profile.email, &since, e);
	mobile = owed_find(x, OPT_OUT_TEXT, profile.mobile, &since, e);
	if (email < 0 || mobile < 0)
		return -1;
	return (profile.email.n > 0 && email == 0) || (profile.mobile.n > 0 && mobile == 0);
}

/* Another customer's contact is to have the address, and brings what it refuses. */
static int
is_coming(const struct wanted_source *x, struct arena *a, const struct strays_theirs *theirs,
    const struct strays_address *of, struct err *e)
{
	enum holders_kind kind = str_eq(of->key, EMAIL) ? HOLDERS_EMAIL : HOLDERS_MOBILE;
	struct str *ids;
	size_t n;
	int rc = holders_sharing(a, x->s, kind, of->address, true, &ids, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!str_eq(ids[i], theirs->fh_id))
			rc = has_contact(x, a, ids[i], e);
	return rc;
}

/* DailyStory was told of a refusal of the address, or is by this push, before any row: a contact
 * that has it may be all that holds it.  Returns: 1, 0, -1. */
static int
find_told(const struct wanted_source *x, struct arena *a, const struct strays_address *of,
    uint64_t hash, struct err *e)
{
	unsigned channel = str_eq(of->key, EMAIL) ? OPT_OUT_EMAIL : OPT_OUT_TEXT;
	bool can_be = channel == OPT_OUT_EMAIL || owed_flag(x, channel).n > 0;
	struct acked_opt_out told;
	uint32_t since;
	int owed = owed_find(x, channel, of->address, &since, e);

	if (owed < 0 || books_opt_out(x->books, a, of->key, hash, &told, e) < 0)
		return -1;
	return told.is_acked || told.is_begun || told.dsids.n > 0 ||
	       (owed > 0 && can_be && told.letter.tries == 0);
}

/* And nobody's row tells of it anew. */
static int
holds_refusal(const struct wanted_source *x, struct arena *a, const struct strays_theirs *theirs,
    const struct strays_address *of, uint64_t hash, struct err *e)
{
	int rc = find_told(x, a, of, hash, e);

	if (rc <= 0)
		return rc;
	rc = is_coming(x, a, theirs, of, e);
	return rc < 0 ? -1 : rc == 0;
}

/* Also whose contact has the address for certain is known. */
static int
is_settled(const struct wanted_source *x, struct arena *a, const struct strays_theirs *theirs,
    const struct strays_address *of, uint64_t hash, struct err *e)
{
	struct acked other;
	struct str holder;
	int rc = holds_refusal(x, a, theirs, of, hash, e), held;

	if (rc != 0)
		return rc;
	held = books_holder(x->books, a, of->key, hash, &holder, e);
	if (held <= 0 || str_eq(holder, theirs->fh_id))
		return held < 0 ? -1 : 0;
	return books_contact(x->books, a, holder, &other, e) < 0
	           ? -1
	           : begun_is_sure(&other, of->key, hash);
}

static int
add(const struct wanted_source *x, struct arena *a, const struct strays_theirs *theirs,
    struct strays_address *one, uint64_t hash, struct strays *out, struct err *e)
{
	int rc = is_settled(x, a, theirs, one, hash, e);

	one->is_settled = rc > 0;
	out->n++;
	out->finds += rc == 0;
	return rc < 0 ? -1 : 0;
}

int
strays_find(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    const struct strays_theirs *theirs, struct strays *out, struct err *e)
{
	struct strays_address *list = arena_array(a, acked->started_n, sizeof(*list));

	*out = (struct strays){ .list = list };
	for (size_t i = acked->started_n; i-- > 0;) {
		const struct acked_begun *b = &acked->started[i];
		struct strays_address one = { b->key, str_copy(a, find(x, theirs, b)), false };
		int rc = one.address.n == 0 || out->own.address.n > 0 || acked->dsid.n > 0
		             ? 0
		             : is_theirs(x, a, theirs, b, one.address, e);

		if (rc < 0)
			return -1;
		if (one.address.n == 0)
			out->is_forgotten = true;
		else if (rc > 0)
			out->own = one;
		else {
			list[out->n] = one;
			if (add(x, a, theirs, &list[out->n], b->hash, out, e) < 0)
				return -1;
		}
	}
	return 0;
}

/* Of who was removed nobody knows what was theirs last. */
int
strays_of_gone(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct acked *acked, struct str exported, struct strays *out, struct err *e)
{
	struct strays_theirs theirs = { .fh_id = fh_id, .exported = exported, .is_gone = true };
	struct profile profile;
	int rc = acked->started_n == 0 ? 0 : profile_stored(a, x->s, fh_id, &profile, e);

	theirs.is_any = rc == 0;
	if (rc > 0) {
		theirs.email = profile.email;
		theirs.mobile = profile.mobile;
	}
	return rc < 0 ? -1 : strays_find(x, a, acked, &theirs, out, e);
}
