#include "dailystory/customer_rows.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "dailystory/contact.h"
#include "dailystory/csv_rows.h"
#include "dailystory/identity.h"
#include "segment/due.h"

/* More than the lines of most customers, so that their buffer rarely grows. */
#define ROWS_SIZE ((size_t)8 << 10)

/* One customer whose rows are being made. */
struct making {
	struct arena *a;
	struct state *s;
	const struct customer_rows_source *x;
	const struct affected_customer *u;
	const struct profile *profile; /* of a removed customer the last one */
	enum cause cause;              /* of what happens to the customer */
	struct contact contact;
	struct buf b;
	struct customer_rows *out;
	struct err *e;
};

/* What is in the buffer, which is empty then. */
static struct str
drained(struct making *g)
{
	struct str s = str_copy(g->a, buf_view(&g->b));

	buf_reset(&g->b);
	return s;
}

static enum cause
cause_of(const struct making *g)
{
	if (g->x->export->run->number == 1)
		return CAUSE_BASELINE;
	if (g->out->is_removed)
		return CAUSE_REMOVED;
	if (g->u->is_changed)
		return CAUSE_DATA;
	return g->x->export->is_recounted ? CAUSE_DEFINITION : CAUSE_CLOCK;
}

/* Contract section 6: anybody's records in the chain, then what decides who is written. */
static enum cause
contact_cause_of(const struct making *g)
{
	if (g->u->is_linked)
		return CAUSE_DATA;
	if (g->cause == CAUSE_CLOCK && g->x->export->is_chosen_anew)
		return CAUSE_DEFINITION;
	return g->cause;
}

/* The stored profile, or a rebuilt one if something it comes from changed.  Returns: 1; 0 for
 * somebody who is only named by orders, which are counted and no more. */
static int
find_profile(struct making *g)
{
	struct customer_rows *out = g->out;
	struct profile_update *f = &out->profile;
	int rc;

	out->is_rebuilt = g->u->is_changed || g->x->export->is_recounted;
	if (out->is_rebuilt) {
		if (profile_look(g->a, g->s, g->x->export->run->records, g->u->id, f, g->e) < 0)
			return -1;
	} else {
		rc = profile_stored(g->a, g->s, g->u->id, &f->now, g->e);
		if (rc <= 0)
			return rc < 0 ? -1 : state_broken(g->e, "a customer's profile");
		f->had = f->has = true;
	}
	out->is_removed = f->had && !f->has;
	g->profile = f->has ? &f->now : &f->before;
	if (f->has && profile_recent(g->a, g->s, g->x->export->run->records, g->u->id, g->x->since,
	                  &f->now, g->e) < 0)
		return -1;
	return f->has || f->had;
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* When to look again.  An earlier time that is still to come stays, or every purchase would write
 * it anew; it costs one look that finds nothing. */
static int64_t
next_look(const struct making *g)
{
	const struct run *x = g->x->export->run;
	int64_t before = g->out->had ? g->out->before.due : TIMESTAMP_NEVER;
	int64_t due = earlier(due_any(x->rules, g->profile, x->as_of),
	    identity_due(x->exports, g->profile, x->as_of));

	return before > x->as_of ? earlier(before, due) : due;
}

/* The status, and the segments with it. */
static int
make_status(struct making *g)
{
	const struct run *x = g->x->export->run;
	struct customer_rows *out = g->out;
	struct contact_status *now = &out->now;
	bool *member = NULL;

	now->due = TIMESTAMP_NEVER;
	if (!out->is_removed) {
		member = arena_zero(g->a, x->rules->n + 1, sizeof(*member));
		segment_eval(x->rules, g->profile, x->as_of, member);
		now->due = next_look(g);
	}
	if (membership_compare(g->a, g->x->counts, out->before.memberships, member, g->cause,
	        g->x->export->run->number, &out->memberships, &g->b, g->e) < 0)
		return -1;
	now->memberships = drained(g);
	row_contact_status_pack(&g->b, now);
	out->status_row = drained(g);
	return 0;
}

/* What all events of the customer say, with the addresses of then or now. */
static struct str
events_common(struct making *g, const struct identity_addresses *x)
{
	struct buf *b = &g->b;

	buf_z(b, ",\"fh_id\":");
	buf_json(b, contact_id(g->a, g->u->id));
	buf_z(b, ",\"email\":");
	buf_json(b, x->email);
	buf_z(b, ",\"mobile\":");
	buf_json(b, x->mobile);
	buf_z(b, ",\"at\":\"");
	timestamp_format(b, g->x->export->run->as_of);
	buf_char(b, '"');
	return drained(g);
}

/* An event up to what all say of the customer; ${segment} empty: it is none of a segment. */
static void
begin_event(struct making *g, const char *event, struct str segment, struct str common)
{
	struct buf *b = &g->b;

	buf_z(b, "{\"event\":\"");
	buf_z(b, event);
	if (segment.n > 0) {
		buf_z(b, "\",\"segment\":\"");
		buf_str(b, segment);
	}
	buf_char(b, '"');
	buf_str(b, common);
	g->out->events_n++;
}

static void
add_event(
    struct making *g, const char *event, struct str segment, struct str common, enum cause cause)
{
	begin_event(g, event, segment, common);
	buf_z(&g->b, ",\"cause\":\"");
	buf_z(&g->b, membership_cause_name(cause));
	buf_z(&g->b, "\"}\n");
}

static void
add_contact_events(struct making *g, struct str before, struct str now)
{
	const struct customer_rows *out = g->out;
	struct buf *b = &g->b;

	if (out->was_contact && !out->is_contact) {
		begin_event(g, "contact_gone", (struct str){ 0 }, before);
		buf_printf(b, ",\"reason\":\"%s\"}\n", customer_rows_gone_reason(out));
	}
	if (out->is_moved) {
		begin_event(g, "contact_moved", (struct str){ 0 }, now);
		buf_z(b, ",\"old_email\":");
		buf_json(b, out->exported_before.email);
		buf_z(b, ",\"old_mobile\":");
		buf_json(b, out->exported_before.mobile);
		buf_z(b, "}\n");
	}
}

/* By event, then segment. */
static void
add_events(struct making *g)
{
	static const char *const names[] = { "segment_left", "segment_entered" };
	const struct profile_update *f = &g->out->profile;
	const struct membership_changes *m = &g->out->memberships;
	struct str common[2]; /* of then, of now */

	common[0] = events_common(g, &g->out->exported_before);
	common[1] = events_common(g, &g->out->exported);
	add_contact_events(g, common[0], common[1]);
	if (!f->had)
		add_event(g, "customer_added", (struct str){ 0 }, common[1],
		    g->x->export->run->number == 1 ? CAUSE_BASELINE : CAUSE_DATA);
	if (!f->has)
		add_event(g, "customer_removed", (struct str){ 0 }, common[0], CAUSE_REMOVED);
	for (int entered = 1; entered >= 0; entered--) {
		for (size_t i = 0; i < m->n; i++) {
			const struct membership_change *c = &m->list[i];

			if (c->was != c->is && c->is == entered)
				add_event(
				    g, names[entered], c->count->slug, common[entered], c->cause);
		}
	}
	g->out->events = drained(g);
}

/* What is owed follows from the profile, and from what was exported before this snapshot. */
static int
find_owed(struct making *g, const struct exported *x)
{
	struct customer_rows *out = g->out;
	const struct profile_update *f = &out->profile;

	if (!out->is_rebuilt)
		return 0;
	if (opt_outs_owed(g->a, f->had ? &f->before : NULL, x->addresses, &out->owed_before) &&
	    opt_outs_owed(g->a, f->has ? &f->now : NULL, x->addresses, &out->owed))
		return 0;
	return state_broken(g->e, "what was exported last");
}

static int
find_exported(struct making *g, struct exported *x)
{
	struct str row;
	int rc = kv_get(g->s->txn, TABLE_EXPORTED, g->u->id, &row, g->e);

	*x = (struct exported){ 0 };
	if (rc > 0 && !row_exported_unpack(str_copy(g->a, row), x))
		return state_broken(g->e, "what was exported last");
	return rc < 0 ? -1 : 0;
}

/* The profile as it was with the snapshot before. */
static const struct profile *
profile_before(const struct making *g)
{
	return g->out->is_rebuilt ? &g->out->profile.before : &g->out->profile.now;
}

/* The contact's row, if it is not the one written last; or else the finding that it is too long. */
static void
add_contact(struct making *g, struct exported *x)
{
	struct customer_rows *out = g->out;
	struct profile exported = *g->profile;
	struct hash hash;
	struct str csv;

	exported.email = out->exported.email;
	exported.mobile = out->exported.mobile;
	contact_csv(&g->b, &g->contact);
	hash = hash_of(buf_view(&g->b));
	if (x->row_snapshot != 0 && hash_eq(hash, x->row)) {
		buf_reset(&g->b);
		return;
	}
	csv = drained(g);
	contact_json(&g->b, &g->contact, x->known | contact_known(&g->contact));
	out->json = drained(g);
	if (csv_rows_is_too_long(csv, out->json, g->x->export->run->exports->csv_bom)) {
		out->now.reason = SKIPPED_TOO_LONG;
		return;
	}
	out->csv = csv;
	x->row = hash;
	x->row_snapshot = g->x->export->run->number;
	x->known |= contact_known(&g->contact);
	x->addresses = opt_outs_remember(g->a, x, &exported);
	row_exported_pack(&g->b, x);
	out->exported_row = drained(g);
}

static void
make_contact(struct making *g, struct exported *x)
{
	const struct run *run = g->x->export->run;
	struct customer_rows *out = g->out;

	out->exported = identity_exported(&out->now, g->profile);
	contact_make(g->a, g->profile, run->as_of, run->exports->list_separator, &g->contact);
	g->contact.cells[COLUMN_EMAIL] = out->exported.email;
	g->contact.cells[COLUMN_MOBILE] = out->exported.mobile;
	if (g->x->export->run->number == 1) {
		contact_segment_csv(&g->b, &g->contact);
		out->segment_row = drained(g);
	}
	add_contact(g, x);
	out->is_contact = row_is_contact(&out->now);
	if (!out->is_contact)
		out->exported = (struct identity_addresses){ { 0 }, { 0 } };
}

/* What was exported last of who is gone is no row any more: when they return it is written again.
 * The addresses stay for opt-outs, and so do the columns that were ever known. */
static void
forget_row(struct making *g, struct exported *x)
{
	x->row = (struct hash){ 0, 0 };
	x->row_snapshot = 0;
	row_exported_pack(&g->b, x);
	g->out->exported_row = drained(g);
}

/* Whether they are a contact, and the rows of one. */
static int
make_standing(struct making *g)
{
	struct customer_rows *out = g->out;
	struct exported x;

	if (find_exported(g, &x) < 0 || find_owed(g, &x) < 0)
		return -1;
	out->was_contact = out->had && row_is_contact(&out->before);
	if (out->was_contact)
		out->exported_before = identity_exported(&out->before, profile_before(g));
	if (!out->is_removed)
		affected_reason(g->x->affected, g->u, &out->before, &out->now);
	if (!out->is_removed && row_is_contact(&out->now))
		make_contact(g, &x);
	out->is_moved = out->was_contact && out->is_contact &&
	                !identity_is_same(&out->exported_before, &out->exported);
	if (out->was_contact && !out->is_contact)
		forget_row(g, &x);
	return 0;
}

static int
make(struct making *g)
{
	struct customer_rows *out = g->out;
	int rc = find_profile(g);

	if (rc <= 0)
		return rc;
	rc = affected_status(g->a, g->s, g->u->id, &out->before, g->e);
	if (rc < 0)
		return -1;
	out->had = rc > 0;
	g->cause = cause_of(g);
	out->contact_cause = contact_cause_of(g);
	if (make_standing(g) < 0 || make_status(g) < 0)
		return -1;
	add_events(g);
	return 0;
}

const char *
customer_rows_gone_reason(const struct customer_rows *n)
{
	return n->is_removed ? "removed" : skipped_name(n->now.reason);
}

int
customer_rows_make(struct arena *a, struct state *s, const struct customer_rows_source *source,
    const struct affected_customer *u, struct customer_rows *out, struct err *e)
{
	struct making g = { .a = a, .s = s, .x = source, .u = u, .out = out, .e = e };
	int rc;

	buf_reserve(&g.b, ROWS_SIZE);
	rc = make(&g);
	buf_release(&g.b);
	return rc;
}
