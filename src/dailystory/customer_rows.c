#include "dailystory/customer_rows.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "dailystory/contact.h"
#include "dailystory/csv_rows.h"
#include "dailystory/identity.h"
#include "profile/profile.h"

/* About what all lines of a customer take, so that their buffer rarely grows.
 */
#define LINES ((size_t)8 << 10)

/* One customer, while their entry is made. */
struct making {
	struct arena *a;
	struct state *s;
	const struct customer_rows_source *x;
	const struct affected_customer *u;
	struct profile profile;
	struct contact contact;
	struct buf b;
	struct customer_rows *out;
	struct err *e;
};

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What is in the buffer, which is empty then. */
static struct str
settled(struct making *g)
{
	struct str s = str_copy(g->a, buf_view(&g->b));

	buf_reset(&g->b);
	return s;
}

/* When to look again.  An earlier time that is still to come is left as it is:
 * who buys again and again would be written down anew each time, and is looked
 * at in vain but once. */
static int64_t
next_look(const struct making *g)
{
	const struct customer_rows_source *x = g->x;
	int64_t before = g->out->had ? g->out->before.due : TIMESTAMP_NEVER;
	int64_t due = earlier(segment_due(x->rules, &g->profile, x->as_of),
	    identity_due(x->settings, &g->profile, x->as_of));

	return before > x->as_of ? earlier(before, due) : due;
}

/* What the profile says of one who is not gone. */
static int
judge(struct making *g, bool *member)
{
	const struct customer_rows_source *x = g->x;
	struct standing *to = &g->out->now;

	if (profile_stored(g->a, g->s, g->u->id, &g->profile, g->e) <= 0)
		return state_broken(g->e, "a profile is missing");
	affected_reason(x->subjects, g->u, &g->out->before, to);
	segment_eval(x->rules, &g->profile, x->as_of, member);
	to->due = next_look(g);
	to->dropped = identity_dropped(g->a, &g->profile, x->as_of);
	contact_make(g->a, &g->profile, x->as_of, x->settings->list_separator, &g->contact);
	return 0;
}

/* What happens to the customer. */
static enum cause
cause_of(const struct making *g)
{
	if (g->x->is_first)
		return CAUSE_BASELINE;
	if (g->u->is_gone)
		return CAUSE_REMOVED;
	if (g->u->is_touched)
		return CAUSE_DATA;
	return g->x->is_recounted ? CAUSE_DEFINITION : CAUSE_CLOCK;
}

/* The standing, and the segments with it. */
static int
stand(struct making *g)
{
	enum cause cause = cause_of(g);
	struct customer_rows *out = g->out;
	bool *member = NULL;

	out->now = (struct standing){ .due = TIMESTAMP_NEVER };
	if (!g->u->is_gone) {
		member = arena_zero(g->a, g->x->rules->n + 1, sizeof(*member));
		if (judge(g, member) < 0)
			return -1;
	}
	if (membership_compare(g->a, g->x->tallies, out->before.memberships, member, cause,
	        g->x->snapshot, &out->memberships, &g->b, g->e) < 0)
		return -1;
	out->now.memberships = settled(g);
	if (g->u->is_gone)
		return 0;
	standing_pack(&g->b, &out->now);
	out->standing_row = settled(g);
	return 0;
}

static void
add_event(struct making *g, struct str whose, const char *event, const struct membership_change *t,
    enum cause cause)
{
	struct event v = {
		.event = event,
		.segment = t == NULL ? (struct str){ 0 } : t->count->slug,
		.whose = whose,
		.cause = cause,
	};

	event_row(&g->b, &v);
	g->out->events_n++;
}

static struct str
whose_events(struct making *g)
{
	const struct affected_customer *u = g->u;
	struct event_whose w = {
		.id = contact_id(g->a, u->id),
		.email = u->is_gone ? u->email : g->profile.email,
		.mobile = u->is_gone ? u->mobile : g->profile.mobile,
		.at = g->x->as_of,
	};

	event_whose(&g->b, &w);
	return settled(g);
}

static void
add_events(struct making *g)
{
	struct customer_rows *out = g->out;
	struct str whose = whose_events(g);

	if (g->u->is_new)
		add_event(
		    g, whose, "customer_added", NULL, g->x->is_first ? CAUSE_BASELINE : CAUSE_DATA);
	if (g->u->is_gone)
		add_event(g, whose, "customer_removed", NULL, CAUSE_REMOVED);
	for (int entered = 1; entered >= 0; entered--) {
		for (size_t i = 0; i < out->memberships.n; i++) {
			const struct membership_change *t = &out->memberships.list[i];

			if (t->was != t->is && t->is == entered)
				add_event(g, whose, entered ? "segment_entered" : "segment_left", t,
				    t->cause);
		}
	}
	out->events = settled(g);
}

/* The contact's row, if it is not the one written last. */
static void
add_contact(struct making *g, struct exported *x)
{
	struct hash hash;

	contact_csv(&g->b, &g->contact);
	hash = hash_of(buf_view(&g->b));
	if (x->row_snapshot != 0 && hash_eq(hash, x->row)) {
		buf_reset(&g->b);
		return;
	}
	x->row = hash;
	x->row_snapshot = g->x->snapshot;
	x->known |= contact_known(&g->contact);
	g->out->csv = settled(g);
	contact_json(&g->b, &g->contact, x->known);
	g->out->json = settled(g);
}

/* Their opt-out, if they have one and it is not the one written last. */
static void
add_opt_out(struct making *g, struct exported *x)
{
	bool email = g->profile.email_consent == TRI_FALSE;
	bool text = g->profile.text_consent == TRI_FALSE;
	struct hash hash;

	if (!email && !text)
		return;
	opt_out_row(&g->b, &g->contact, email, text);
	hash = hash_of(buf_view(&g->b));
	if (x->opt_out_snapshot != 0 && hash_eq(hash, x->opt_out)) {
		buf_reset(&g->b);
		return;
	}
	x->opt_out = hash;
	x->opt_out_snapshot = g->x->snapshot;
	g->out->opt_out = settled(g);
}

static int
add_rows(struct making *g)
{
	struct exported x = { 0 };
	struct str row;
	int rc = kv_get(g->s->txn, TABLE_EXPORTED, g->u->id, &row, g->e);

	if (rc < 0)
		return -1;
	if (rc > 0 && !exported_unpack(row, &x))
		return state_broken(g->e, "what was exported last");
	add_contact(g, &x);
	add_opt_out(g, &x);
	if (g->out->csv.n > 0 || g->out->opt_out.n > 0) {
		exported_pack(&g->b, &x);
		g->out->exported_row = settled(g);
	}
	return 0;
}

static int
make(struct making *g)
{
	struct customer_rows *out = g->out;
	int rc = affected_standing(g->a, g->s, g->u->id, &out->before, g->e);

	if (rc < 0)
		return -1;
	out->had = rc > 0;
	if (stand(g) < 0)
		return -1;
	add_events(g);
	if (g->u->is_gone || out->now.reason != STANDING_CONTACT)
		return 0;
	segment_row(&g->b, &g->contact);
	out->segment_row = settled(g);
	return add_rows(g);
}

int
customer_rows_make(struct arena *a, struct state *s, const struct customer_rows_source *source,
    const struct affected_customer *u, struct customer_rows *out, struct err *e)
{
	struct making g = { .a = a, .s = s, .x = source, .u = u, .out = out, .e = e };
	int rc;

	buf_reserve(&g.b, LINES);
	rc = make(&g);
	buf_release(&g.b);
	return rc;
}
