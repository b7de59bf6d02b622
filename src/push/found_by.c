#include "push/found_by.h"

#include "base/pack.h"
#include "dailystory/opt_outs.h"
#include "push/owed.h"

/* A contact that nobody has was told that the address refuses: it was made for that. */
static int
find_stray(const struct wanted_source *x, struct arena *a, unsigned channel, struct str address,
    bool *out, struct err *e)
{
	struct str key = owed_key(channel), ignored;
	struct acked_opt_out told;
	int rc =
	    address.n == 0 || owed_flag(x, channel).n == 0
	        ? 0
	        : books_opt_out(x->books, a, key, books_hash(x->books, key, address), &told, e);

	*out = rc > 0 && told.is_alone;
	if (rc <= 0 || *out)
		return rc < 0 ? -1 : 0;
	rc = owed_stray(x->books, a, &told, STR(""), &ignored, e);
	*out = rc > 0;
	return rc < 0 ? -1 : 0;
}

static bool
is_acked_as(
    const struct wanted_source *x, const struct acked *acked, unsigned channel, struct str value)
{
	struct str key = owed_key(channel);
	const uint64_t *hash = acked_field(acked, key);

	return hash != NULL && *hash == books_hash(x->books, key, value);
}

/* Of an address that was imported: what it was then, for by that the contact is found.  One that
 * does not refuse goes first, and then the email: if there is no such contact, one is made. */
static int
find_imported(const struct wanted_source *x, struct str fh_id, const struct acked *acked,
    struct arena *a, struct found_by *out, struct err *e)
{
	struct exported last;
	struct unpack u;
	struct str row;
	unsigned best = 0;
	int rc = kv_get(x->s->txn, TABLE_EXPORTED, fh_id, &row, e);

	if (rc <= 0 || !row_exported_unpack(row, &last))
		return rc < 0 ? -1 : 0;
	for (u = unpack_of(last.addresses); !u.bad && u.p < u.end;) {
		struct str text = unpack_text(&u), its = str_from(text, text.n > 1 ? 1 : 0);
		unsigned channel = text.n > 1 ? (unsigned char)text.p[0] : OPT_OUT_EMAIL, rank;
		uint32_t since;

		if (text.n < 2 || !is_acked_as(x, acked, channel, its))
			continue;
		rc = owed_find(x, channel, its, &since, e);
		if (rc < 0)
			return -1;
		rank = (rc == 0 ? 3U : 1U) + (channel == OPT_OUT_EMAIL ? 1U : 0U);
		if (rank <= best)
			continue;
		best = rank;
		*out = (struct found_by){ channel, str_copy(a, its) };
	}
	return 0;
}

int
found_by(const struct wanted_source *x, struct arena *a, const struct wanted *w,
    const struct acked *acked, bool is_told, struct found_by *out, struct err *e)
{
	bool by_email = w->email.n > 0 && (!w->email_refused || w->mobile.n == 0);
	bool has_email, has_mobile;

	if (find_stray(x, a, OPT_OUT_EMAIL, w->email, &has_email, e) < 0 ||
	    find_stray(x, a, OPT_OUT_TEXT, w->mobile, &has_mobile, e) < 0)
		return -1;
	has_email = has_email || is_told;
	by_email = has_email || (by_email && !has_mobile);
	*out = by_email ? (struct found_by){ OPT_OUT_EMAIL, w->email }
	                : (struct found_by){ OPT_OUT_TEXT, w->mobile };
	/* That contact was found, or made, by an address that was imported. */
	if (!acked->is_imported || (has_email && is_acked_as(x, acked, OPT_OUT_EMAIL, w->email)) ||
	    (has_mobile && is_acked_as(x, acked, OPT_OUT_TEXT, w->mobile)))
		return 0;
	return find_imported(x, w->fh_id, acked, a, out, e);
}
