#include "push/wanted.h"

#include "base/pack.h"
#include "base/timestamp.h"
#include "dailystory/contact.h"
#include "dailystory/identity.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"
#include "push/begun.h"
#include "push/owed.h"
#include "push/refusals.h"
#include "push/taken.h"

#define FLAG STR("fh_seg_")
#define LIST WANTED_LIST
#define GONE WANTED_GONE
#define EMAIL STR("email")
#define MOBILE STR("mobilePhone")
/* Why a contact is to be gone who is one for the export. */
#define NO_CHANNEL STR("texts-refused")

/* One customer at work. */
struct making {
	struct arena *a;
	const struct wanted_source *x;
	const struct acked *acked;
	struct wanted *w;
	bool knows_mobile; /* which one DailyStory has, for certain */
	size_t cap;
	struct err *e;
};

/* ---- Fields */

static bool
is_acked_as(const struct making *g, struct str key, struct str value)
{
	const uint64_t *hash = acked_field(g->acked, key);

	return hash != NULL && *hash == books_hash(g->x->books, key, value);
}

static struct wanted_field *
add(struct making *g, struct str key, struct str value, bool is_extended)
{
	struct wanted *w = g->w;
	struct wanted_field *f;

	w->fields = arena_grow(g->a, w->fields, w->fields_n, &g->cap, sizeof(*w->fields));
	f = &w->fields[w->fields_n++];
	*f = (struct wanted_field){ .key = key,
		.value = value,
		.is_extended = is_extended,
		.is_changed = !is_acked_as(g, key, value) || begun_has(g->acked, key) };
	return f;
}

/* Whether an empty text may be sent at all. */
static bool
sends_empty(const struct making *g)
{
	return g->x->push->clear == 0;
}

/* A mobile that was sent, may not be texted, and has none in its place.  Where it cannot be taken
 * away, one that is known stays and is no harm, whatever refuses that they are to get: who refuses
 * themself owes it to both. */
static bool
is_to_clear(const struct making *g)
{
	bool has_one = begun_or_acked(g->acked, MOBILE);
	bool stays = g->knows_mobile && !sends_empty(g);

	if (g->w->mobile.n > 0)
		return false;
	return g->w->clears_mobile ||
	       (g->w->is_mobile_held && acked_is_there(g->acked) && has_one && !stays);
}

/* It was to go, and DailyStory keeps it. */
static bool
is_kept(const struct making *g)
{
	return is_acked_as(g, MOBILE, STR(ACKED_KEPT));
}

/* It cannot be taken away: nothing would be left, or no empty text may be sent. */
static bool
is_stuck(const struct making *g)
{
	const struct wanted *w = g->w;

	if (w->mobile.n > 0)
		return false;
	if ((w->is_mobile_held || w->clears_mobile) && w->email.n == 0)
		return true;
	if (is_kept(g))
		return true;
	return is_to_clear(g) && !sends_empty(g) &&
	       (begun_has(g->acked, MOBILE) || !is_acked_as(g, MOBILE, STR("")));
}

static void
clear_mobile(struct making *g)
{
	bool is_changed = add(g, MOBILE, STR(""), false)->is_changed;

	g->w->standing.is_clearing = g->w->standing.is_clearing || is_changed;
}

/* Columns are in the order of contacts-*.json, whose body this is. */
static void
add_columns(struct making *g, const struct contact *c, uint32_t known)
{
	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		enum contact_column column = (enum contact_column)i;
		const struct wanted_field *f;

		if (!contact_is_member(c, known, column) || (!sends_empty(g) && c->cells[i].n == 0))
			continue;
		f = add(g, str_c(contact_field(column)), c->cells[i], i >= COLUMN_ID);
		/* Another takes its place. */
		if (column == COLUMN_MOBILE && (g->w->clears_mobile || is_kept(g)))
			g->w->standing.is_clearing = g->w->standing.is_clearing || f->is_changed;
		/* It may be "" here: the email remains. */
		if (column == COLUMN_EMAIL && is_to_clear(g) && sends_empty(g) && !is_kept(g))
			clear_mobile(g);
	}
}

struct str
wanted_flag(struct arena *a, struct str slug)
{
	char *name = arena_bytes(a, NULL, FLAG.n + slug.n);

	memcpy(name, FLAG.p, FLAG.n);
	for (size_t i = 0; i < slug.n; i++)
		name[FLAG.n + i] = slug.p[i] == '-' ? '_' : slug.p[i];
	return str_of(name, FLAG.n + slug.n);
}

static int
is_member(const struct making *g, struct str memberships, uint32_t slug, bool *out)
{
	struct membership m;
	int rc;

	*out = false;
	while ((rc = row_membership_next(&memberships, &m)) > 0)
		*out = *out || m.slug == slug;
	return rc < 0 ? state_broken(g->e, "a customer's memberships") : 0;
}

/* Who was imported by hand has no flag that is False, and nothing asks for one. */
static void
add_flag(struct making *g, struct str slug, bool is_set)
{
	struct str key = wanted_flag(g->a, slug);
	struct wanted_field *f = add(g, key, is_set ? STR("True") : STR("False"), true);

	f->is_quiet = !is_set && g->acked->is_imported && !begun_or_acked(g->acked, key);
}

static int
add_flags(struct making *g, struct str memberships)
{
	const struct membership_counts *t = &g->x->segments;

	for (size_t i = 0; i < t->n; i++) {
		bool is_set;

		if (is_member(g, memberships, t->list[i].number, &is_set) < 0)
			return -1;
		add_flag(g, t->list[i].slug, is_set);
	}
	return 0;
}

static int
add_list(struct making *g, struct str memberships)
{
	const struct membership_counts *t = &g->x->segments;
	struct buf b = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->n; i++) {
		bool is_set;

		rc = is_member(g, memberships, t->list[i].number, &is_set);
		if (rc < 0 || !is_set)
			continue;
		if (b.n > 0)
			buf_str(&b, g->x->separator);
		buf_str(&b, t->list[i].slug);
	}
	add(g, LIST, str_copy(g->a, buf_view(&b)), true);
	buf_release(&b);
	return rc;
}

static bool
is_wanted(const struct wanted *w, struct str key)
{
	for (size_t i = 0; i < w->fields_n; i++)
		if (str_eq(w->fields[i].key, key))
			return true;
	return false;
}

/* A flag that nothing asks for any more would be True for ever. */
static void
clear_flags(struct making *g)
{
	const struct acked *x = g->acked;

	for (size_t i = 0; i < x->fields_n + x->begun_n; i++) {
		struct str key = i < x->fields_n ? x->fields[i].key : x->begun[i - x->fields_n].key;
		bool is_list = str_eq(key, LIST);

		if ((is_list || str_starts(key, FLAG)) && !is_wanted(g->w, key))
			add(g, key, is_list ? STR("") : STR("False"), true);
	}
}

static int
add_memberships(struct making *g, struct str memberships)
{
	unsigned how = g->x->push->membership;
	int rc = 0;

	if (how == PUSH_FLAGS || how == PUSH_STATIC)
		rc = add_flags(g, memberships);
	if (how == PUSH_LIST)
		rc = add_list(g, memberships);
	clear_flags(g);
	return rc;
}

/* ---- Gone */

/* To be deleted, and there still: DailyStory refused it, or did not answer. */
static bool
is_undeleted(const struct making *g)
{
	const struct acked_letter *letter = &g->acked->letter;
	bool is_refused = letter->tries > 0 && letter->op == JOURNAL_DELETE;

	return wanted_deletes(g->x, g->w) && (g->acked->is_deleting || is_refused);
}

static void
make_gone(struct making *g, struct str reason, bool is_barred)
{
	struct wanted *w = g->w;

	w->gone = reason;
	w->is_erased = page_filter_is_erased(g->x->erased, w->fh_id);
	w->standing.is_coming = w->standing.is_clearing = false;
	w->standing.is_barred = is_barred || g->x->push->gone == PUSH_GONE_INACTIVE ||
	                        is_undeleted(g) || str_eq(reason, STR("suppressed")) ||
	                        str_eq(reason, STR("underage")) || w->is_erased;
	if (w->clears_mobile && sends_empty(g) && !is_kept(g) &&
	    acked_field(g->acked, EMAIL) != NULL)
		clear_mobile(g);
	else if (w->clears_mobile || is_kept(g))
		w->standing.is_barred = true;
	add(g, GONE, reason, true);
	clear_flags(g);
}

/* ---- A contact */

/* Whoever refuses texts has no mobile there, as long as there is no way to say that they do. */
static int
find_channels(struct making *g, const struct identity_addresses *x)
{
	struct wanted *w = g->w;
	uint32_t since;
	int email = owed_find(g->x, OPT_OUT_EMAIL, x->email, &since, g->e);
	int text = owed_find(g->x, OPT_OUT_TEXT, x->mobile, &since, g->e);

	if (email < 0 || text < 0)
		return -1;
	w->email = x->email;
	w->mobile = x->mobile;
	w->email_refused = email > 0;
	w->mobile_refused = text > 0;
	if (text > 0 && g->x->push->text_opt_out.n == 0) {
		w->is_mobile_held = true;
		w->mobile = STR("");
	}
	return 0;
}

static void
take_facts(struct wanted *w, const struct refusals *x)
{
	w->standing.is_coming = x->is_coming;
	w->is_bringing = x->is_bringing;
	w->untold = x->untold;
	w->standing.is_untold = x->untold > 0;
	w->standing.is_lasting = x->is_lasting;
	w->standing.is_clearing = x->is_leaving;
	w->standing.is_exposed = x->exposed > 0;
	w->is_blocked = x->is_blocked;
	w->exposed = x->exposed;
}

static int
find_refusals(struct making *g, struct str addresses)
{
	struct wanted *w = g->w;
	const struct refusals_address list[] = {
		{ .channel = OPT_OUT_EMAIL, .address = w->email, .is_refused = w->email_refused },
		{ .channel = OPT_OUT_TEXT, .address = w->mobile, .is_refused = w->mobile_refused }
	};
	struct refusals found;

	if (refusals_of_contact(g->x, g->a, g->acked, list, addresses, &found, g->e) < 0)
		return -1;
	take_facts(w, &found);
	return 0;
}

static bool
is_reachable(const struct wanted *w)
{
	return (w->email.n > 0 && !w->email_refused) || (w->mobile.n > 0 && !w->mobile_refused);
}

static int
load_exported(const struct wanted_source *x, struct str fh_id, struct exported *out, struct err *e)
{
	struct str text;
	int rc = kv_get(x->s->txn, TABLE_EXPORTED, fh_id, &text, e);

	*out = (struct exported){ 0 };
	if (rc > 0 && !row_exported_unpack(text, out))
		return state_broken(e, "what was exported last");
	return rc < 0 ? -1 : 0;
}

static int
find_exported(struct making *g, struct exported *out)
{
	struct applied row;

	if (load_exported(g->x, g->w->fh_id, out, g->e) < 0)
		return -1;
	if (out->row_snapshot == 0)
		return 0;
	if (state_applied_must(g->x->s, out->row_snapshot, &row, g->e) < 0)
		return -1;
	g->w->since = row.as_of;
	return 0;
}

/* Of the mobile that DailyStory has, or may have, when it is not the one that is wanted. */
static int
find_old_mobile(struct making *g, struct str addresses, struct str own)
{
	struct wanted *w = g->w;

	if (w->mobile.n > 0 && is_acked_as(g, MOBILE, w->mobile))
		return 0;
	if (w->mobile.n == 0 && g->acked->dsid.n == 0 &&
	    refusals_had_mobile(g->x, addresses, own, &w->had_refused, g->e) < 0)
		return -1;
	g->knows_mobile = refusals_knows_mobile(g->x, g->acked, addresses);
	return refusals_of_mobile(g->x, g->acked, addresses, own, &w->clears_mobile, g->e);
}

static int
make_contact(struct making *g, const struct contact_status *status)
{
	struct wanted *w = g->w;
	struct identity_addresses their;
	struct exported exported;
	struct profile profile;
	struct contact c;
	int taken, rc = profile_stored(g->a, g->x->s, w->fh_id, &profile, g->e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "a customer's profile");
	w->memberships = status->memberships;
	their = identity_exported(status, &profile);
	if (find_channels(g, &their) < 0 || find_exported(g, &exported) < 0 ||
	    find_refusals(g, exported.addresses) < 0 ||
	    strays_find(g->x, g->a, g->acked,
	        &(struct strays_theirs){ .fh_id = w->fh_id,
	            .email = their.email,
	            .mobile = their.mobile,
	            .exported = exported.addresses },
	        &w->strays, g->e) < 0)
		return -1;
	if (!is_reachable(w) && !acked_is_there(g->acked) && w->strays.own.address.n == 0)
		w->hold = WANTED_OPTED_OUT;
	if (find_old_mobile(g, exported.addresses, profile.mobile) < 0)
		return -1;
	if (is_stuck(g)) {
		make_gone(g, NO_CHANNEL, true);
		return 0;
	}
	contact_make(g->a, &profile, g->x->last.as_of, g->x->separator, &c);
	c.cells[COLUMN_EMAIL] = w->email;
	c.cells[COLUMN_MOBILE] = w->mobile;
	add_columns(g, &c, exported.known | contact_known(&c));
	rc = add_memberships(g, status->memberships);
	taken = rc < 0 ? -1 : taken_mark(g->x, g->a, w->fh_id, w->fields, w->fields_n, g->e);
	w->is_taken = taken > 0;
	/* Who comes back; of who was deleted nothing is known but that it may be there. */
	if ((begun_or_acked(g->acked, GONE) || g->acked->is_deleted) && sends_empty(g))
		add(g, GONE, STR(""), true);
	return taken < 0 ? -1 : 0;
}

static void
finish(struct making *g)
{
	const struct host *h = g->x->books->host;
	struct wanted *w = g->w;
	struct buf b = { 0 };

	for (size_t i = 0; i < w->fields_n; i++)
		w->is_changed =
		    w->is_changed || (w->fields[i].is_changed && !w->fields[i].is_quiet);
	w->standing.owner = refusals_owner(g->x, g->acked);
	w->standing.is_stale = timestamp_age(g->acked->seen, h->now(h->context)) >= TIMESTAMP_DAY;
	w->standing.is_gone = w->gone.n > 0;
	w->standing.is_back = w->gone.n == 0 && (g->acked->gone.n > 0 ||
	                                            (sends_empty(g) && begun_has(g->acked, GONE)));
	w->standing.is_deleted = w->gone.n == 0 && g->acked->is_deleted;
	buf_str(&b, w->gone);
	/* A row that waits does so no more when the number that it replaces is to go. */
	if (w->clears_mobile && w->mobile.n > 0)
		buf_char(&b, '-');
	/* Nor when an address is free that was another's. */
	if (w->is_taken)
		buf_char(&b, '+');
	wanted_fields_body(&b, w->fields, w->fields_n, STR(""));
	w->digest = books_digest(g->x->books, g->a, buf_view(&b));
	buf_release(&b);
}

/* Who is no contact: also their number may not be texted, nor what refuses be reached. */
static int
make_none(struct making *g, struct str reason)
{
	struct wanted *w = g->w;
	bool is_erased = page_filter_is_erased(g->x->erased, w->fh_id);
	struct exported last;
	struct refusals found;

	if (load_exported(g->x, w->fh_id, &last, g->e) < 0 ||
	    refusals_of_mobile(g->x, g->acked, last.addresses, STR(""), &w->clears_mobile, g->e) <
	        0 ||
	    refusals_of_gone(g->x, g->a, w->fh_id, g->acked, last.addresses, &found, g->e) < 0 ||
	    (is_erased ? strays_of_erased(g->x, g->a, w->fh_id, g->acked, &w->strays, g->e)
	               : strays_of_gone(
	                     g->x, g->a, w->fh_id, g->acked, last.addresses, &w->strays, g->e)) < 0)
		return -1;
	take_facts(w, &found);
	make_gone(g, reason, found.is_unowed);
	return 0;
}

int
wanted_make(struct arena *a, const struct wanted_source *x, struct str fh_id,
    const struct acked *acked, struct wanted *out, struct err *e)
{
	struct making g = { .a = a, .x = x, .acked = acked, .w = out, .e = e };
	struct contact_status status;
	struct str row;
	int rc = kv_get(x->s->txn, TABLE_CONTACT_STATUS, fh_id, &row, e);

	*out = (struct wanted){ .fh_id = fh_id };
	if (rc > 0 && !row_contact_status_unpack(row, &status))
		return state_broken(e, "a customer's status");
	if (rc > 0 && row_is_contact(&status))
		rc = make_contact(&g, &status);
	else if (rc >= 0)
		rc = make_none(&g, rc > 0 ? str_c(skipped_name(status.reason)) : STR("removed"));
	if (rc == 0)
		finish(&g);
	return rc;
}

/* Who only refuses texts is still a customer. */
bool
wanted_deletes(const struct wanted_source *x, const struct wanted *w)
{
	if (w->is_erased)
		return true;
	return x->push->gone == PUSH_GONE_DELETE && w->gone.n > 0 && !str_eq(w->gone, NO_CHANNEL);
}
