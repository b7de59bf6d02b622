#include "push/push_tells.h"

#include "dailystory/opt_outs.h"
#include "push/begun.h"
#include "push/found_by.h"
#include "push/owed.h"

/* An address of theirs at work. */
struct telling {
	unsigned channel;
	struct str address, key;
	uint64_t hash;
	bool is_refused; /* it is owed now */
	struct acked_opt_out told;
	bool is_owed;  /* the contact is to be told of it, if it was not */
	bool needs;    /* it was told to nobody yet as it is owed now */
	bool is_first; /* before the row */
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

/* The opt-out goes before the row, as an item of its own, and that is enough: without a flag it
 * says nothing to a contact that does not have the address yet. */
static bool
is_item(const struct wanted_source *x, const struct telling *t, const struct acked *acked)
{
	bool has_it = begun_is_sure(acked, t->key, t->hash);
	bool has_flag = owed_flag(x, t->channel).n > 0;

	return t->is_refused && (has_it || (has_flag && !push_tells_by_row(x, t->channel, acked)));
}

/* What was told of the address, and is still to be. */
static int
load(struct arena *a, const struct wanted_source *x, const struct acked *acked, struct telling *t,
    struct err *e)
{
	bool has_flag = owed_flag(x, t->channel).n > 0;
	struct str since;
	int rc = t->address.n == 0 || (t->channel == OPT_OUT_TEXT && !has_flag)
	             ? 0
	             : owed_since(x, a, t->channel, t->address, &since, e);

	t->is_owed = rc > 0;
	if (rc <= 0)
		return rc;
	if (owed_needs(x, a, t->channel, t->address, since, acked->dsid, &t->needs, e) < 0 ||
	    books_opt_out(x->books, a, t->key, t->hash, &t->told, e) < 0)
		return -1;
	t->is_first = t->needs && is_item(x, t, acked);
	t->is_owed = t->needs || acked->dsid.n == 0;
	return 0;
}

/* The contact that is found, if it was told of an address by that, or made for it; but not the one
 * that was deleted.  Who was imported has each address that they were imported with. */
static int
find_stray(struct arena *a, const struct wanted_source *x, const struct acked *acked,
    const struct telling both[2], bool by_text, struct str *out, struct err *e)
{
	int rc = 0;

	*out = STR("");
	for (size_t n = 0; rc == 0 && n < 2; n++) {
		const struct telling *t = &both[n == 0 ? by_text : !by_text];
		bool has_it = acked->is_imported && begun_is_sure(acked, t->key, t->hash);

		if (owed_flag(x, t->channel).n > 0 && (n == 0 || has_it))
			rc = owed_stray(x->books, a, &t->told, acked->was_dsid, out, e);
	}
	return rc < 0 ? -1 : 0;
}

/* By a flag, by the time that the contact is found; without one the address alone is told, so the
 * contact that has it by then is told again. */
static bool
was_told(const struct wanted_source *x, const struct telling *t, struct str stray)
{
	return owed_flag(x, t->channel).n > 0 &&
	       (t->is_first || (!t->needs && acked_was_told(&t->told, stray)));
}

int
push_tells_load(struct arena *a, const struct wanted_source *x, const struct wanted *w,
    const struct acked *acked, struct push_tells *out, struct err *e)
{
	struct telling both[2];
	struct found_by found;
	struct str stray;

	*out = (struct push_tells){ 0 };
	list_both(x, w, both);
	for (size_t i = 0; i < 2; i++)
		if (load(a, x, acked, &both[i], e) < 0)
			return -1;
	if (found_by(x, a, w, acked, both[0].is_first && owed_flag(x, OPT_OUT_EMAIL).n > 0, &found,
	        e) < 0)
		return -1;
	out->is_found_by_text = found.channel == OPT_OUT_TEXT;
	if (find_stray(a, x, acked, both, out->is_found_by_text, &stray, e) < 0)
		return -1;
	for (size_t i = 0; i < 2 && w->gone.n == 0; i++)
		out->calls +=
		    both[i].is_owed &&
		    (acked->dsid.n > 0 ? !both[i].is_first : !was_told(x, &both[i], stray));
	return 0;
}
