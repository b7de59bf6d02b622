#include "push/push_tells.h"

#include "dailystory/opt_outs.h"
#include "push/begun.h"
#include "push/owed.h"

/* An address of theirs at work. */
struct telling {
	unsigned channel;
	struct str address, key;
	uint64_t hash;
	bool is_refused; /* it is owed now */
	struct acked_opt_out told;
	bool is_strays; /* it finds a contact that was told of it, and that nobody has */
};

bool
push_tells_by_row(const struct wanted_source *x, unsigned channel, const struct acked *acked)
{
	return owed_flag(x, channel).n > 0 && (channel == OPT_OUT_TEXT || acked_is_there(acked));
}

static void
list_both(const struct wanted_source *x, const struct wanted *w, struct telling out[2])
{
	out[0] = (struct telling){
		.channel = OPT_OUT_EMAIL, .address = w->email, .is_refused = w->email_refused
	};
	out[1] = (struct telling){
		.channel = OPT_OUT_TEXT, .address = w->mobile, .is_refused = w->mobile_refused
	};
	for (size_t i = 0; i < 2; i++) {
		out[i].key = owed_key(out[i].channel);
		out[i].hash = books_hash(x->books, out[i].key, out[i].address);
	}
}

bool
push_tells_brings(const struct wanted_source *x, const struct wanted *w, const struct acked *acked)
{
	struct telling both[2];

	list_both(x, w, both);
	for (size_t i = 0; i < 2 && w->gone.n == 0; i++) {
		const struct telling *t = &both[i];

		if (t->is_refused && t->address.n > 0 && push_tells_by_row(x, t->channel, acked) &&
		    !begun_is_sure(acked, t->key, t->hash))
			return true;
	}
	return false;
}

/* But not of who was deleted, if it was that contact. */
static int
find_strays(struct arena *a, const struct wanted_source *x, const struct acked *acked,
    struct telling *t, struct err *e)
{
	bool is_strays;

	if (books_opt_out(x->books, a, t->key, t->hash, &t->told, e) < 0 ||
	    owed_is_strays(x->books, a, &t->told, &is_strays, e) < 0)
		return -1;
	t->is_strays = owed_flag(x, t->channel).n > 0 && (t->told.is_alone || is_strays) &&
	               !(acked->was_dsid.n > 0 && acked_was_told(&t->told, acked->was_dsid));
	return 0;
}

/* The opt-out goes before the row, as an item of its own. */
static bool
is_item(const struct wanted_source *x, const struct telling *t, const struct acked *acked)
{
	bool has_it = begun_is_sure(acked, t->key, t->hash);

	return t->is_refused && (has_it || !push_tells_by_row(x, t->channel, acked));
}

/* As send_opt_out.c does.  Without a flag the address alone is told, so the contact that has it by
 * then is told again. */
static int
look_at(struct arena *a, const struct wanted_source *x, const struct telling *t,
    const struct acked *acked, bool *out, struct err *e)
{
	bool has_flag = owed_flag(x, t->channel).n > 0, needs;
	struct str since;
	int rc = t->address.n == 0 || (t->channel == OPT_OUT_TEXT && !has_flag)
	             ? 0
	             : owed_since(x, a, t->channel, t->address, &since, e);

	*out = false;
	if (rc <= 0)
		return rc;
	if (owed_needs(x, a, t->channel, t->address, since, acked->dsid, &needs, e) < 0)
		return -1;
	if (acked->dsid.n > 0)
		*out = needs && !(t->is_refused && begun_is_sure(acked, t->key, t->hash));
	else
		*out = !has_flag || !((needs && is_item(x, t, acked)) || t->is_strays);
	return 0;
}

/* Each address finds another one, and the first is theirs. */
static bool
are_parted(const struct telling both[2])
{
	return both[0].is_strays && both[1].is_strays &&
	       !str_eq(both[0].told.dsids, both[1].told.dsids);
}

int
push_tells_load(struct arena *a, const struct wanted_source *x, const struct wanted *w,
    const struct acked *acked, struct push_tells *out, struct err *e)
{
	bool by_email = w->email.n > 0 && (!w->email_refused || w->mobile.n == 0), tells;
	struct telling both[2];

	*out = (struct push_tells){ 0 };
	list_both(x, w, both);
	for (size_t i = 0; i < 2; i++)
		if (find_strays(a, x, acked, &both[i], e) < 0)
			return -1;
	out->is_found_by_text = !both[0].is_strays && (!by_email || both[1].is_strays) &&
	                        !(owed_flag(x, OPT_OUT_EMAIL).n > 0 && is_item(x, both, acked));
	both[1].is_strays = both[1].is_strays && !are_parted(both);
	for (size_t i = 0; i < 2 && w->gone.n == 0; i++) {
		if (look_at(a, x, &both[i], acked, &tells, e) < 0)
			return -1;
		out->calls += tells;
	}
	return 0;
}
