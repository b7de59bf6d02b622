#include "push/wanted.h"

#include "dailystory/contact.h"
#include "dailystory/identity.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"

#define FLAG STR("fh_seg_")
#define LIST STR("fh_segments")
#define GONE STR("fh_gone")
#define STATUS STR("status")
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
	size_t cap;
	struct err *e;
};

int
wanted_source_load(struct arena *a, struct wanted_source *x, struct state *s, struct books *books,
    const struct push_settings *push, struct str separator, struct err *e)
{
	bool has_flags = push->membership == PUSH_FLAGS || push->membership == PUSH_STATIC;

	*x = (struct wanted_source){ .s = s, .books = books, .push = push, .separator = separator };
	if (state_applied_must(s, (uint32_t)s->totals.applied, &x->last, e) < 0 ||
	    membership_counts_read(a, s, &x->segments, e) < 0)
		return -1;
	if (!has_flags || x->segments.n <= WANTED_SEGMENTS_MOST)
		return 0;
	err_set(e, ERR_SETTINGS, "%zu segments are too many for 'push_membership': at most %d",
	    x->segments.n, WANTED_SEGMENTS_MOST);
	return err_advise(e, "Set it to \"list\" or \"none\".");
}

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
		.is_changed = !is_acked_as(g, key, value) };
	return f;
}

static bool
is_there(const struct acked *x)
{
	return x->dsid.n > 0 || x->is_imported;
}

/* Columns are in the order of contacts-*.json, whose body this is. */
static void
add_columns(struct making *g, const struct contact *c, uint32_t known)
{
	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		enum contact_column column = (enum contact_column)i;

		if (!contact_is_member(c, known, column) ||
		    (g->x->push->clear == 1 && c->cells[i].n == 0))
			continue;
		add(g, str_c(contact_field(column)), c->cells[i], i >= COLUMN_ID);
		/* It may be "" here: the email remains. */
		if (column == COLUMN_EMAIL && g->w->is_mobile_held && is_there(g->acked) &&
		    acked_field(g->acked, MOBILE) != NULL)
			add(g, MOBILE, STR(""), false);
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

	f->is_quiet = !is_set && g->acked->is_imported && acked_field(g->acked, key) == NULL;
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

/* A flag of a segment that is no more would be True for ever. */
static void
clear_old_flags(struct making *g)
{
	for (size_t i = 0; i < g->acked->fields_n; i++) {
		struct str key = g->acked->fields[i].key;

		if (!str_starts(key, FLAG) && !str_eq(key, LIST))
			continue;
		if (!is_wanted(g->w, key))
			add(g, key, str_eq(key, LIST) ? STR("") : STR("False"), true);
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
	clear_old_flags(g);
	return rc;
}

/* Who comes back, and was made inactive by us. */
static void
add_return(struct making *g)
{
	if (acked_field(g->acked, GONE) != NULL)
		add(g, GONE, STR(""), true);
	if (g->w->is_guarded)
		return;
	if (is_acked_as(g, STATUS, STR("Inactive")) || g->acked->is_deleted)
		add(g, STATUS, STR("Active"), false);
}

/* ---- Gone */

static void
make_gone(struct making *g, struct str reason)
{
	struct wanted *w = g->w;
	unsigned how = g->x->push->gone;

	w->gone = reason;
	w->makes_inactive = how == PUSH_GONE_INACTIVE || str_eq(reason, STR("suppressed")) ||
	                    str_eq(reason, STR("underage")) || str_eq(reason, NO_CHANNEL);
	if (w->makes_inactive)
		add(g, STATUS, STR("Inactive"), false);
	add(g, GONE, reason, true);
	for (size_t i = 0; i < g->acked->fields_n; i++) {
		struct str key = g->acked->fields[i].key;

		if (str_starts(key, FLAG))
			add(g, key, STR("False"), true);
		else if (str_eq(key, LIST))
			add(g, key, STR(""), true);
	}
}

/* ---- A contact */

int
wanted_owed(const struct wanted_source *x, unsigned channel, struct str address, uint32_t *since,
    struct err *e)
{
	struct buf key = { 0 };
	struct str row;
	uint64_t customers;
	int rc;

	*since = 0;
	if (address.n == 0)
		return 0;
	buf_char(&key, (char)channel);
	buf_str(&key, address);
	rc = kv_get(x->s->txn, TABLE_OWED, buf_view(&key), &row, e);
	if (rc > 0 && !row_owed_unpack(row, &customers, since))
		rc = state_broken(e, "an address that is owed");
	buf_release(&key);
	return rc;
}

/* Whoever refuses texts has no mobile there, as long as there is no way to say that they do. */
static int
find_channels(struct making *g, const struct identity_addresses *x)
{
	struct wanted *w = g->w;
	uint32_t since;
	int email = wanted_owed(g->x, OPT_OUT_EMAIL, x->email, &since, g->e);
	int text = wanted_owed(g->x, OPT_OUT_TEXT, x->mobile, &since, g->e);

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

/* Until it is known that the contact itself was told.  One that was imported is theirs already. */
static int
find_guard(struct making *g)
{
	struct wanted *w = g->w;
	struct acked_opt_out told;
	uint64_t hash = books_hash(g->x->books, EMAIL, w->email);

	if (!w->email_refused || w->email.n == 0 || w->mobile.n == 0 || g->acked->is_imported ||
	    g->x->push->email_opt_out.n > 0)
		return 0;
	if (books_opt_out(g->x->books, g->a, EMAIL, hash, &told, g->e) < 0)
		return -1;
	w->is_guarded =
	    g->acked->dsid.n == 0 || !told.is_acked || !str_eq(told.dsid, g->acked->dsid);
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

static int
make_contact(struct making *g, const struct contact_status *status)
{
	struct wanted *w = g->w;
	struct identity_addresses their;
	struct exported exported;
	struct profile profile;
	struct contact c;
	int rc = profile_stored(g->a, g->x->s, w->fh_id, &profile, g->e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "a customer's profile");
	w->memberships = status->memberships;
	their = identity_exported(status, &profile);
	if (find_channels(g, &their) < 0 || find_guard(g) < 0 || find_exported(g, &exported) < 0)
		return -1;
	if (!is_reachable(w) && !is_there(g->acked))
		w->hold = WANTED_OPTED_OUT;
	if (w->is_mobile_held && w->email.n == 0) {
		make_gone(g, NO_CHANNEL);
		return 0;
	}
	contact_make(g->a, &profile, g->x->last.as_of, g->x->separator, &c);
	c.cells[COLUMN_EMAIL] = w->email;
	c.cells[COLUMN_MOBILE] = w->mobile;
	add_columns(g, &c, exported.known | contact_known(&c));
	rc = add_memberships(g, status->memberships);
	add_return(g);
	return rc;
}

static void
finish(struct making *g)
{
	struct wanted *w = g->w;
	struct buf b = { 0 };

	for (size_t i = 0; i < w->fields_n; i++)
		w->is_changed =
		    w->is_changed || (w->fields[i].is_changed && !w->fields[i].is_quiet);
	buf_str(&b, w->gone);
	wanted_body(&b, w, STR(""));
	w->digest = books_digest(g->x->books, g->a, buf_view(&b));
	buf_release(&b);
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
	else if (rc >= 0) {
		make_gone(&g, rc > 0 ? str_c(skipped_name(status.reason)) : STR("removed"));
		rc = 0;
	}
	if (rc == 0)
		finish(&g);
	return rc;
}

int
wanted_exported(struct arena *a, const struct wanted_source *x, struct str fh_id,
    struct journal_field **fields, size_t *n, uint32_t *number, struct err *e)
{
	struct wanted_source plain = *x;
	struct push_settings none = { .membership = PUSH_NONE, .text_opt_out = STR("known") };
	const struct acked nothing = { 0 };
	struct exported last;
	struct wanted w;

	plain.push = &none;
	if (load_exported(x, fh_id, &last, e) < 0 ||
	    wanted_make(a, &plain, fh_id, &nothing, &w, e) < 0)
		return -1;
	*number = last.row_snapshot;
	*fields = wanted_hashes(a, x, &w, n);
	return w.gone.n == 0 && last.row_snapshot > 0;
}

/* ---- As text */

static void
put_member(struct buf *b, const struct wanted_field *f)
{
	if (b->p[b->n - 1] != '{')
		buf_char(b, ',');
	buf_json(b, f->key);
	buf_char(b, ':');
	buf_json(b, f->value);
}

void
wanted_body(struct buf *b, const struct wanted *w, struct str dsid)
{
	bool has_extended = false;

	buf_char(b, '{');
	if (dsid.n > 0)
		put_member(b, &(struct wanted_field){ .key = STR("dsId"), .value = dsid });
	for (size_t i = 0; i < w->fields_n; i++) {
		has_extended = has_extended || w->fields[i].is_extended;
		if (!w->fields[i].is_extended)
			put_member(b, &w->fields[i]);
	}
	if (has_extended) {
		if (b->p[b->n - 1] != '{')
			buf_char(b, ',');
		buf_z(b, "\"extendedProperties\":{");
		for (size_t i = 0; i < w->fields_n; i++)
			if (w->fields[i].is_extended)
				put_member(b, &w->fields[i]);
		buf_char(b, '}');
	}
	buf_char(b, '}');
}

/* Who only refuses texts is still a customer. */
bool
wanted_deletes(const struct wanted_source *x, const struct wanted *w)
{
	if (w->gone.n > 0 && page_filter_has(x->erased, w->fh_id))
		return true;
	return x->push->gone == PUSH_GONE_DELETE && w->gone.n > 0 && !str_eq(w->gone, NO_CHANNEL);
}

struct journal_field *
wanted_hashes(struct arena *a, const struct wanted_source *x, const struct wanted *w, size_t *n)
{
	struct journal_field *list = arena_array(a, w->fields_n, sizeof(*list));

	for (size_t i = 0; i < w->fields_n; i++)
		list[i] = (struct journal_field){ .key = w->fields[i].key,
			.hash = books_hash(x->books, w->fields[i].key, w->fields[i].value) };
	*n = w->fields_n;
	return list;
}
