#include "push/refusals.h"

#include "base/pack.h"
#include "dailystory/opt_outs.h"
#include "push/begun.h"
#include "push/owed.h"
#include "state/state_answers.h"

#define MOBILE STR("mobilePhone")
#define STATUS STR("status")

/* Whether the contact has a value: what others put there may be any of theirs; a call without an
 * answer may have put this one there, or taken it away. */
enum knowledge {
	HAS_NOT,
	MAY_HAVE_ANY,
	MAY_HAVE,
	HAS
};

static enum knowledge
knowledge_of(
    const struct wanted_source *x, const struct acked *acked, struct str key, struct str value)
{
	uint64_t hash = value.n > 0 ? books_hash(x->books, key, value) : 0;

	if (value.n == 0 || !begun_may_have(acked, key, hash))
		return HAS_NOT;
	if (begun_is_sure(acked, key, hash))
		return HAS;
	return begun_names(acked, key, hash) ? MAY_HAVE : MAY_HAVE_ANY;
}

static bool
is_acked_as(
    const struct wanted_source *x, const struct acked *acked, struct str key, struct str value)
{
	return knowledge_of(x, acked, key, value) != HAS_NOT;
}

enum standing_owner
refusals_owner(const struct wanted_source *x, const struct acked *acked)
{
	if (begun_has(acked, STATUS))
		return STANDING_BEGUN;
	if (is_acked_as(x, acked, STATUS, STR(ACKED_INACTIVE)))
		return STANDING_OURS;
	if (is_acked_as(x, acked, STATUS, STR(ACKED_BEGUN)))
		return STANDING_BEGUN;
	return is_acked_as(x, acked, STATUS, STR(ACKED_THEIRS)) ? STANDING_THEIRS
	                                                        : STANDING_NOBODYS;
}

/* An address that another contact was told of is that one's. */
static enum knowledge
has(const struct wanted_source *x, const struct acked *acked, const struct refusals_address *of,
    const struct acked_opt_out *told)
{
	bool is_anothers = told->is_acked && told->dsids.n > 0 && told->letter.tries == 0;
	enum knowledge k = acked->dsid.n > 0 || acked->is_imported
	                       ? knowledge_of(x, acked, owed_key(of->channel), of->address)
	                       : HAS_NOT;

	return k == MAY_HAVE_ANY && is_anothers ? HAS_NOT : k;
}

/* Who has the address is told as the first thing of a push, and others by a flag before they get
 * it.  Of what was imported by hand, that nobody saw, or that was begun, it is not known for
 * certain whether this contact has it: both hold for it. */
static void
judge(const struct wanted_source *x, const struct acked *acked, const struct refusals_address *of,
    const struct acked_opt_out *told, bool is_refused, struct refusals *out)
{
	enum knowledge k = has(x, acked, of, told);
	bool is_there = k != HAS_NOT;
	bool is_unsure = acked->is_imported || (is_there && k != HAS && !of->is_kept);

	if ((!is_there && !is_refused) || is_unsure)
		out->is_coming = out->is_coming || owed_flag(x, of->channel).n == 0;
	out->is_bringing =
	    out->is_bringing || (!is_there && !is_refused && owed_flag(x, of->channel).n == 0);
	out->is_blocked = out->is_blocked || (!is_there && is_refused);
	if (!is_there)
		return;
	out->untold++;
	out->is_lasting = out->is_lasting || (of->is_lasting && acked->dsid.n == 0 &&
	                                         owed_flag(x, of->channel).n == 0);
	out->is_leaving = out->is_leaving || of->is_leaving;
	if (is_refused && of->is_refused && told->letter.last > out->exposed)
		out->exposed = told->letter.last;
}

/* It may have an address that is to go; or it is not known yet which contact it is, and one has
 * the address that was told by it, and that nobody has. */
static int
is_strays(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    const struct refusals_address *of, const struct acked_opt_out *told, bool *out, struct err *e)
{
	struct str ignored;
	bool is_unsure =
	    acked->dsid.n == 0 ? told->letter.tries == 0 : begun_has(acked, owed_key(of->channel));
	int rc = !of->is_kept || !told->is_acked || !is_unsure
	             ? 0
	             : owed_stray(x->books, a, told, STR(""), &ignored, e);

	*out = rc > 0;
	return rc < 0 ? -1 : 0;
}

static int
look_at(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    const struct refusals_address *of, struct refusals *out, struct err *e)
{
	struct str key = owed_key(of->channel);
	struct acked_opt_out told;
	bool is_refused, is_elsewhere;

	if (books_opt_out(x->books, a, key, books_hash(x->books, key, of->address), &told, e) < 0 ||
	    is_strays(x, a, acked, of, &told, &is_elsewhere, e) < 0)
		return -1;
	if ((acked_was_told(&told, acked->dsid) || is_elsewhere) &&
	    !owed_was_misnamed(x, a, of->channel, &told))
		return 0;
	if (owed_was_refused(x, a, of->channel, of->address, &told, &is_refused, e) < 0)
		return -1;
	judge(x, acked, of, &told, is_refused, out);
	return 0;
}

/* The next address that the contact has, or may have, other than the one that is wanted.  Returns:
 * 1, 0 there is none, -1. */
static int
next_kept(const struct wanted_source *x, const struct acked *acked,
    const struct refusals_address *wanted, struct unpack *u, struct refusals_address *out,
    struct err *e)
{
	uint32_t since;
	int rc;

	while (!u->bad && u->p < u->end) {
		struct str text = unpack_text(u), its = str_from(text, text.n > 1 ? 1 : 0);

		if (text.n < 2 || (unsigned char)text.p[0] != wanted->channel ||
		    str_eq(its, wanted->address) ||
		    !is_acked_as(x, acked, owed_key(wanted->channel), its))
			continue;
		rc = owed_find(x, wanted->channel, its, &since, e);
		*out = (struct refusals_address){ .channel = wanted->channel,
			.address = its,
			.is_refused = rc > 0,
			.is_kept = true,
			.is_leaving = wanted->address.n > 0 && !wanted->is_refused,
			/* A number is taken away. */
			.is_lasting = wanted->address.n == 0 && wanted->channel == OPT_OUT_EMAIL };
		return rc < 0 ? -1 : 1;
	}
	return 0;
}

int
refusals_of_contact(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    const struct refusals_address wanted[2], struct str addresses, struct refusals *out,
    struct err *e)
{
	*out = (struct refusals){ 0 };
	for (size_t i = 0; i < 2; i++) {
		struct refusals_address one = wanted[i];
		struct unpack u = unpack_of(addresses);
		int rc = one.address.n > 0 ? 1 : next_kept(x, acked, &wanted[i], &u, &one, e);

		while (rc > 0) {
			if (one.is_refused && look_at(x, a, acked, &one, out, e) < 0)
				return -1;
			rc = next_kept(x, acked, &wanted[i], &u, &one, e);
		}
		if (rc < 0)
			return -1;
	}
	return 0;
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

int
refusals_of_gone(const struct wanted_source *x, struct arena *a, struct str fh_id,
    const struct acked *acked, struct str addresses, struct refusals *out, struct err *e)
{
	static const struct refusals_address none[] = { { .channel = OPT_OUT_EMAIL },
		{ .channel = OPT_OUT_TEXT } };
	struct answers last;

	*out = (struct refusals){ 0 };
	if (acked->dsid.n == 0 && !acked->is_imported)
		return 0;
	if (load_answers(x, fh_id, &last, e) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++) {
		bool has_refused = (i == 0 ? last.email : last.text) == TRI_FALSE;
		struct unpack u = unpack_of(addresses);
		struct refusals one = { 0 };
		struct refusals_address kept;
		int rc;

		while ((rc = next_kept(x, acked, &none[i], &u, &kept, e)) > 0)
			if ((kept.is_refused || has_refused) &&
			    look_at(x, a, acked, &kept, &one, e) < 0)
				return -1;
		if (rc < 0)
			return -1;
		out->untold += one.untold;
		out->is_unowed = out->is_unowed || (has_refused && one.untold > 0);
		if (one.exposed > out->exposed)
			out->exposed = one.exposed;
	}
	return 0;
}

int
refusals_of_mobile(const struct wanted_source *x, const struct acked *acked, struct str addresses,
    struct str own, bool *out, struct err *e)
{
	struct unpack u = unpack_of(addresses);
	uint32_t since;
	int rc = 0;

	*out = false;
	if (x->push->text_opt_out.n > 0 || !begun_or_acked(acked, MOBILE))
		return 0;
	for (;;) {
		if (is_acked_as(x, acked, MOBILE, own))
			rc = owed_find(x, OPT_OUT_TEXT, own, &since, e);
		*out = *out || rc > 0;
		if (rc < 0 || u.bad || u.p >= u.end)
			return rc < 0 ? -1 : 0;
		own = unpack_text(&u);
		own = own.n > 1 && own.p[0] == OPT_OUT_TEXT ? str_from(own, 1) : STR("");
	}
}

bool
refusals_knows_mobile(
    const struct wanted_source *x, const struct acked *acked, struct str addresses)
{
	struct unpack u = unpack_of(addresses);

	while (acked->dsid.n > 0 && !u.bad && u.p < u.end) {
		struct str text = unpack_text(&u);

		if (text.n > 1 && text.p[0] == OPT_OUT_TEXT &&
		    knowledge_of(x, acked, MOBILE, str_from(text, 1)) == HAS)
			return true;
	}
	return false;
}

int
refusals_had_mobile(
    const struct wanted_source *x, struct str addresses, struct str own, bool *out, struct err *e)
{
	struct unpack u = unpack_of(addresses);
	uint32_t since;
	int rc = x->push->text_opt_out.n > 0 ? 0 : owed_find(x, OPT_OUT_TEXT, own, &since, e);

	*out = rc > 0;
	while (rc >= 0 && !*out && !u.bad && u.p < u.end) {
		struct str text = unpack_text(&u);

		if (text.n > 1 && text.p[0] == OPT_OUT_TEXT)
			rc = owed_find(x, OPT_OUT_TEXT, str_from(text, 1), &since, e);
		*out = rc > 0;
	}
	return rc < 0 ? -1 : 0;
}
