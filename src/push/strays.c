#include "push/strays.h"

#include "base/pack.h"
#include "dailystory/identity.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"
#include "push/begun.h"
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

/* Whoever has it now may have had a contact before.  Returns: 1, 0, -1. */
static int
is_nobodys(const struct wanted_source *x, struct arena *a, struct str key, struct str address,
    struct err *e)
{
	struct str *ids;
	size_t n;

	if (owed_sharing(x, a, key, address, &ids, &n, e) < 0)
		return -1;
	return n == 0;
}

/* Returns: 1, 0, -1. */
static int
is_theirs(const struct wanted_source *x, struct arena *a, const struct strays_theirs *theirs,
    const struct acked_begun *b, struct str address, struct err *e)
{
	if (!str_eq(address, now_theirs(theirs, b)))
		return 0;
	return theirs->is_gone ? is_nobodys(x, a, b->key, address, e) : 1;
}

/* The addresses that they are written with: one that is shared is one customer's. */
static int
find_written(const struct wanted_source *x, struct arena *a, struct str fh_id,
    struct identity_addresses *out, struct err *e)
{
	struct contact_status status;
	struct profile profile;
	struct str row;
	int rc = kv_get(x->s->txn, TABLE_CONTACT_STATUS, fh_id, &row, e);

	*out = (struct identity_addresses){ 0 };
	if (rc > 0 && !row_contact_status_unpack(row, &status))
		return state_broken(e, "a customer's status");
	if (rc > 0)
		rc = profile_stored(a, x->s, fh_id, &profile, e);
	if (rc > 0)
		*out = identity_exported(&status, &profile);
	return rc < 0 ? -1 : 0;
}

/* A contact of theirs is to have the address: it is there, or is to be made. */
static int
is_to_have(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct strays_address *of, struct err *e)
{
	struct identity_addresses theirs;
	struct acked acked;
	uint32_t since;
	int email, mobile;

	if (find_written(x, a, fh_id, &theirs, e) < 0)
		return -1;
	if (!str_eq(str_eq(of->key, EMAIL) ? theirs.email : theirs.mobile, of->address))
		return 0;
	if (books_contact(x->books, a, fh_id, &acked, e) < 0)
		return -1;
	if (acked_is_there(&acked))
		return 1;
	email = owed_find(x, OPT_OUT_EMAIL, theirs.email, &since, e);
	mobile = owed_find(x, OPT_OUT_TEXT, theirs.mobile, &since, e);
	if (email < 0 || mobile < 0)
		return -1;
	return (theirs.email.n > 0 && email == 0) || (theirs.mobile.n > 0 && mobile == 0);
}

/* Another customer's contact is to have the address, and brings what it refuses. */
static int
is_coming(const struct wanted_source *x, struct arena *a, const struct strays_theirs *theirs,
    const struct strays_address *of, struct err *e)
{
	struct str *ids;
	size_t n;
	int rc = owed_sharing(x, a, of->key, of->address, &ids, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!str_eq(ids[i], theirs->fh_id))
			rc = is_to_have(x, a, ids[i], of, e);
	return rc;
}

/* DailyStory was told of a refusal of the address, or is by this push, before any row: a contact
 * that has it may be all that holds it.  Returns: 1, 0, -1. */
static int
find_told(const struct wanted_source *x, struct arena *a, const struct strays_address *of,
    uint64_t hash, struct err *e)
{
	unsigned channel = owed_channel(of->key);
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

/* Whose contact has the address for certain is known, and is another's.  Returns: 1, 0, -1. */
static int
is_anothers(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct strays_address *of, uint64_t hash, struct err *e)
{
	struct acked other;
	struct str holder;
	int rc = books_holder(x->books, a, of->key, hash, &holder, e);

	if (rc <= 0 || str_eq(holder, fh_id))
		return rc < 0 ? -1 : 0;
	return books_contact(x->books, a, holder, &other, e) < 0
	           ? -1
	           : begun_is_sure(&other, of->key, hash);
}

/* What holds a refusal is left, and the create is kept: an erasure sees to it. */
static int
add(const struct wanted_source *x, struct arena *a, const struct strays_theirs *theirs,
    struct strays_address *one, uint64_t hash, struct strays *out, struct err *e)
{
	int rc = holds_refusal(x, a, theirs, one, hash, e);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = is_anothers(x, a, theirs->fh_id, one, hash, e);
	one->is_settled = rc > 0;
	out->n++;
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
		struct strays_address one = { .key = b->key,
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
		else {
			list[out->n] = one;
			if (add(x, a, theirs, &list[out->n], b->hash, out, e) < 0)
				return -1;
		}
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
	struct strays_theirs theirs = { .fh_id = fh_id, .exported = exported, .is_gone = true };
	struct profile profile;
	int rc = acked->started_n == 0 ? 0 : profile_stored(a, x->s, fh_id, &profile, e);

	if (rc >= 0) {
		theirs.email = rc > 0 ? profile.email : only(exported, OPT_OUT_EMAIL);
		theirs.mobile = rc > 0 ? profile.mobile : only(exported, OPT_OUT_TEXT);
	}
	if (rc < 0 || strays_find(x, a, acked, &theirs, out, e) < 0)
		return -1;
	/* Who was imported has the contact with the address that they were imported with. */
	out->is_doubtful = rc == 0 && out->own.address.n > 0 && !acked->is_imported;
	return 0;
}

/* What was told of who is erased goes with them, but not what another customer owes. */
static int
is_left(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct strays_address *of, uint64_t hash, struct err *e)
{
	uint32_t since;
	int rc = owed_find(x, owed_channel(of->key), of->address, &since, e);

	if (rc > 0)
		rc = find_told(x, a, of, hash, e);
	return rc != 0 ? rc : is_anothers(x, a, fh_id, of, hash, e);
}

int
strays_of_erased(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct acked *acked, struct strays *out, struct err *e)
{
	struct strays_address *list = arena_array(a, acked->started_n, sizeof(*list));
	struct lost lost = { 0 };
	int rc = acked->started_n == 0 ? 0 : lost_load(&lost, x->books->dir, e);

	*out = (struct strays){ .list = list };
	for (size_t i = acked->started_n; rc >= 0 && i-- > 0;) {
		const struct journal_field f = { acked->started[i].key, acked->started[i].hash };
		const struct lost_address of = lost_find(&lost, x->books, &f);
		struct strays_address *one = &list[out->n];

		out->is_forgotten = out->is_forgotten || of.address.n == 0;
		if (of.address.n == 0)
			continue;
		*one = (struct strays_address){
			.key = f.key, .address = str_copy(a, of.address), .is_theirs = of.is_theirs
		};
		rc = is_nobodys(x, a, one->key, one->address, e);
		one->is_theirs = one->is_theirs && rc > 0;
		if (rc >= 0)
			rc = is_left(x, a, fh_id, one, f.hash, e);
		one->is_settled = rc > 0;
		out->n++;
	}
	lost_release(&lost);
	return rc < 0 ? -1 : 0;
}
