#include "push/guard.h"

#include "base/pack.h"
#include "push/owed.h"

#define STATUS STR("status")

static bool
is_acked_as(
    const struct wanted_source *x, const struct acked *acked, struct str key, struct str value)
{
	const uint64_t *hash = acked_field(acked, key);

	return hash != NULL && *hash == books_hash(x->books, key, value);
}

bool
guard_is_ours(const struct wanted_source *x, const struct acked *acked)
{
	return is_acked_as(x, acked, STATUS, STR(ACKED_INACTIVE)) ||
	       is_acked_as(x, acked, STATUS, STR(ACKED_BEGUN));
}

bool
guard_is_theirs(const struct wanted_source *x, const struct acked *acked)
{
	return is_acked_as(x, acked, STATUS, STR(ACKED_THEIRS));
}

bool
guard_is_done(const struct wanted_source *x, const struct acked *acked)
{
	return is_acked_as(x, acked, STATUS, STR(ACKED_INACTIVE)) || guard_is_theirs(x, acked);
}

bool
guard_is_open(const struct wanted_source *x, const struct acked *acked, int64_t exposed)
{
	return exposed > 0 && acked->dsid.n > 0 && acked->letter.op != JOURNAL_STATUS &&
	       !guard_is_done(x, acked);
}

static bool
has(const struct wanted_source *x, const struct acked *acked, const struct guard_address *of)
{
	return (acked->dsid.n > 0 || acked->is_imported) &&
	       is_acked_as(x, acked, owed_key(of->channel), of->address);
}

/* Who has the address is told as the first thing of a push, and others by a flag before they get
 * it.  What was imported by hand is not known for certain of this contact: both hold for it. */
static void
judge(const struct wanted_source *x, const struct acked *acked, const struct guard_address *of,
    const struct acked_opt_out *told, struct guard *out)
{
	if (acked_was_told(told, acked->dsid))
		return;
	if (!has(x, acked, of) || acked->is_imported)
		out->is_on = out->is_on || owed_flag(x, of->channel).n == 0;
	if (!has(x, acked, of))
		return;
	out->has_untold = true;
	out->is_on = out->is_on || told->letter.tries > 0 || guard_is_ours(x, acked);
	if (told->letter.tries > 0 && told->letter.last > out->exposed)
		out->exposed = told->letter.last;
}

int
guard_kept(const struct wanted_source *x, const struct acked *acked, unsigned channel,
    struct str wanted, struct str addresses, struct guard_address *out, struct err *e)
{
	struct unpack u = unpack_of(addresses);
	uint32_t since;
	int rc = 0;

	*out = (struct guard_address){ .channel = channel };
	while (!u.bad && u.p < u.end && out->address.n == 0) {
		struct str text = unpack_text(&u);
		bool is_other = text.n > 1 && (unsigned char)text.p[0] == channel &&
		                !str_eq(str_from(text, 1), wanted);

		if (is_other && is_acked_as(x, acked, owed_key(channel), str_from(text, 1)))
			out->address = str_from(text, 1);
	}
	if (out->address.n > 0)
		rc = owed_find(x, channel, out->address, &since, e);
	out->is_refused = rc > 0;
	return rc < 0 ? -1 : 0;
}

int
guard_find(const struct wanted_source *x, struct arena *a, const struct acked *acked,
    const struct guard_address *list, size_t n, struct guard *out, struct err *e)
{
	*out = (struct guard){ 0 };
	for (size_t i = 0; i < n; i++) {
		struct str key = owed_key(list[i].channel);
		struct acked_opt_out told;

		if (!list[i].is_refused || list[i].address.n == 0)
			continue;
		if (books_opt_out(
		        x->books, a, key, books_hash(x->books, key, list[i].address), &told, e) < 0)
			return -1;
		judge(x, acked, &list[i], &told, out);
	}
	return 0;
}
