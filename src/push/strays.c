#include "push/strays.h"

#include "base/pack.h"
#include "dailystory/holders.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"
#include "push/lost.h"
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

	if (!str_eq(address, now_theirs(theirs, b)))
		return 0;
	if (!theirs->is_gone)
		return 1;
	if (holders_sharing(
	        a, x->s, is_email ? HOLDERS_EMAIL : HOLDERS_MOBILE, address, true, &ids, &n, e) < 0)
		return -1;
	return n == 0;
}

int
strays_find(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    const struct strays_theirs *theirs, struct strays *out, struct err *e)
{
	struct strays_address *list = arena_array(a, acked->started_n, sizeof(*list));

	*out = (struct strays){ .list = list };
	for (size_t i = acked->started_n; i-- > 0;) {
		const struct acked_begun *b = &acked->started[i];
		const struct strays_address one = { .key = b->key,
			.address = str_copy(a, find(x, theirs, b)) };
		int rc = one.address.n == 0 || out->own.address.n > 0 || acked->dsid.n > 0
		             ? 0
		             : is_theirs(x, a, theirs, b, one.address, e);

		if (rc < 0)
			return -1;
		if (one.address.n == 0)
			out->is_forgotten = true;
		else if (rc > 0)
			out->own = one;
		else
			list[out->n++] = one;
	}
	return 0;
}

/* The one address that they were ever exported with; of several nobody knows which was the last. */
static struct str
only(struct str exported, unsigned channel)
{
	struct unpack u = unpack_of(exported);
	struct str out = { 0 };

	while (!u.bad && u.p < u.end) {
		struct str text = unpack_text(&u);

		if (text.n < 2 || (unsigned char)text.p[0] != channel)
			continue;
		if (out.n > 0)
			return STR("");
		out = str_from(text, 1);
	}
	return out;
}

int
strays_of_gone(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct acked *acked, struct str exported, struct strays *out, struct err *e)
{
	struct strays_theirs theirs = { .exported = exported, .is_gone = true };
	struct profile profile;
	int rc = acked->started_n == 0 ? 0 : profile_stored(a, x->s, fh_id, &profile, e);

	if (rc >= 0) {
		theirs.email = rc > 0 ? profile.email : only(exported, OPT_OUT_EMAIL);
		theirs.mobile = rc > 0 ? profile.mobile : only(exported, OPT_OUT_TEXT);
	}
	return rc < 0 ? -1 : strays_find(x, a, acked, &theirs, out, e);
}

static int
add_erased(const struct wanted_source *x, struct strays_address *list, struct strays *out,
    const struct lost_address *of, struct err *e)
{
	bool is_email = str_eq(of->key, EMAIL);
	uint32_t since;
	int rc = owed_find(x, is_email ? OPT_OUT_EMAIL : OPT_OUT_TEXT, of->address, &since, e);

	list[out->n++] = (struct strays_address){ of->key, of->address, of->is_theirs, rc > 0 };
	return rc < 0 ? -1 : 0;
}

int
strays_of_erased(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    struct strays *out, struct err *e)
{
	struct strays_address *list = arena_array(a, acked->started_n, sizeof(*list));
	struct lost lost = { 0 };
	int rc = acked->started_n == 0 ? 0 : lost_load(&lost, x->books->dir, e);

	*out = (struct strays){ .list = list };
	for (size_t i = acked->started_n; rc == 0 && i-- > 0;) {
		const struct journal_field f = { acked->started[i].key, acked->started[i].hash };
		struct lost_address of = lost_find(&lost, x->books, &f);

		of.key = f.key;
		of.address = str_copy(a, of.address);
		if (of.address.n == 0)
			out->is_forgotten = true;
		else
			rc = add_erased(x, list, out, &of, e);
	}
	lost_release(&lost);
	return rc;
}
