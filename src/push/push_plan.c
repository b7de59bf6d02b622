#include "push/push_plan.h"

#include "base/interrupt.h"
#include "dailystory/opt_outs.h"
#include "push/begun.h"
#include "push/leaving.h"
#include "push/letter.h"
#include "push/everybody.h"
#include "push/owed.h"
#include "push/pending.h"
#include "push/push_body.h"
#include "push/push_calls.h"
#include "push/push_entered.h"
#include "push/push_first.h"
#include "push/push_moot.h"
#include "push/push_segments.h"
#include "push/push_taken.h"

/* The making of a plan. */
struct planning {
	struct push_plan *p;
	const struct wanted_source *x;
	const struct push_plan_options *o;
	struct arena a;          /* of one row */
	bool retries;            /* the dead letter of this one */
	bool is_new;             /* this one is to be made */
	struct push_tells tells; /* of this row */
	struct push_taken_plan rows;
	struct push_taken taken;
	struct push_counts told; /* opt-outs of this plan, by whose contact has the address */
	struct intern moving;    /* whose row is to go before one */
	struct buf body;
	struct err *e;
};

static void
add_item(struct planning *g, const struct push_item *item)
{
	struct push_plan *p = g->p;

	push_items_add(&p->items, item, buf_view(&g->body));
	p->n++;
	p->of_kind[item->kind]++;
	p->calls += item->calls;
}

/* ---- Customers */

/* The dead letter is not moot. */
static void
keep_opt_out_letter(
    struct planning *g, struct str key, uint64_t hash, const struct acked_opt_out *x)
{
	struct buf name = { 0 };

	if (x->letter.tries > 0)
		(void)intern_add(&g->p->letters,
		    str_printf(&g->a, "o%.*s", STR_ARG(fold_rows_address(&name, key, hash))));
	buf_release(&name);
}

/* What was rejected waits until something else is wanted, or its time is over. */
static bool
is_waiting(const struct planning *g, const struct wanted *w, const struct acked *acked)
{
	return !g->retries && pending_waits(g->x, w, acked, g->o->now);
}

static void
count_fields(struct planning *g, const struct wanted *w, bool is_first)
{
	for (size_t i = 0; i < w->fields_n; i++) {
		if (!w->fields[i].is_changed || w->fields[i].is_quiet)
			continue;
		push_counts_add(&g->p->fields, w->fields[i].key);
		if (is_first)
			push_counts_add(&g->p->first, w->fields[i].key);
	}
}

/* A status alone is no change that somebody has to look at.  But that a contact is active again
 * waits with a row that is held: until then it is written to less, never more, and the row counts
 * as pending, so nothing waits for ever without a word. */
static bool
is_held_back(const struct planning *g, const struct wanted *w, const struct acked *acked)
{
	return g->o->protects_only && !standing_protects(&w->standing) && !w->is_erased &&
	       !push_tells_brings(g->x, w, acked);
}

static void
plan_row(struct planning *g, const struct wanted *w, const struct acked *acked,
    const struct standing_facts *now)
{
	struct push_plan *p = g->p;
	enum push_item_kind kind = push_items_kind(w, acked);
	bool is_told = now->has_row && push_tells_brings(g->x, w, acked);
	bool is_first = g->p->is_first && acked->dsid.n == 0;
	bool has_stray = w->strays.n > 0, goes = now->has_row || has_stray;
	bool was_refused = acked_last_letter(acked)->tries > 0;
	/* An address that it gives up is told of, or is another's, once it is gone from there. */
	bool is_awaited =
	    now->has_row && (now->is_clearing || intern_find(&g->moving, w->fh_id) > 0);

	if (w->since != 0 && (p->oldest == 0 || w->since < p->oldest))
		p->oldest = w->since;
	if (goes && is_held_back(g, w, acked)) {
		p->held_back++;
		return;
	}
	p->retried += goes && was_refused;
	push_body_row(&g->body, g->x, w, acked, now);
	add_item(g, &(struct push_item){ .kind = kind,
	                .fh_id = w->fh_id,
	                .calls = push_calls(g->x, w, acked, now, &g->tells,
	                             push_counts_of(&g->told, w->fh_id)) +
	                         (now->has_row ? g->taken.finds : 0),
	                .has_row = goes,
	                .step = standing_outcome(now),
	                .was_refused = was_refused,
	                .protects = standing_protects(now) || now->is_clearing || is_told ||
	                            is_awaited || w->is_erased || has_stray,
	                .frees = has_stray || is_awaited });
	g->is_new = acked->dsid.n == 0 && w->hold == WANTED_WHOLE;
	p->first_gone += kind == PUSH_GONE_ITEM && is_first;
	p->deleted += now->has_row && wanted_deletes(g->x, w);
	if (kind == PUSH_GONE_ITEM)
		push_counts_add(&p->gone, w->gone);
	if (kind == PUSH_CHANGED && now->has_row && w->hold == WANTED_WHOLE)
		count_fields(g, w, is_first);
}

/* Who was erased, and is in DailyStory still, or may be. */
static void
count_erased(struct planning *g, const struct acked_letter *letter, bool waits)
{
	struct push_plan *p = g->p;
	int64_t at = letter_protects_at(letter);

	p->erased++;
	p->erased_refused += letter->tries > 0;
	if (waits && (p->erased_at == 0 || at < p->erased_at))
		p->erased_at = at;
}

/* The row, or the status alone: that does not wait for a row that does, unless DailyStory refused
 * the status itself. */
static void
plan_customer(struct planning *g, struct wanted *w, const struct acked *acked, bool is_pending)
{
	bool waits = is_waiting(g, w, acked), has_step, is_held;
	struct standing_facts now = w->standing;

	if (waits)
		w->strays.n = 0;
	now.has_row = !waits && pending_own(g->x, w, acked);
	has_step = acked->dsid.n > 0 && standing_step(&now) != STANDING_NOTHING;
	if (push_moot_is_wanted(w, acked, is_pending, has_step))
		(void)intern_add(&g->p->letters, str_printf(&g->a, "c%.*s", STR_ARG(w->fh_id)));
	is_held = has_step && !g->retries &&
	          pending_status_waits(w, acked, standing_step(&now), g->o->now);
	has_step = has_step && !is_held;
	if (w->is_erased && is_pending)
		count_erased(g, &acked->letter, waits);
	g->p->waiting += (waits && is_pending) || (is_held && !now.has_row);
	if (now.has_row || has_step || w->strays.n > 0)
		plan_row(g, w, acked, &now);
}

static int
make_wanted(struct planning *g, struct str fh_id, struct acked *acked, struct wanted *w)
{
	if (books_contact(g->x->books, &g->a, fh_id, acked, g->e) < 0 ||
	    wanted_make(&g->a, g->x, fh_id, acked, w, g->e) < 0 ||
	    push_taken_look(g->x, &g->a, &g->rows, w, &g->taken, g->e) < 0)
		return -1;
	g->retries = g->o->retries_letters || (g->taken.is_left && acked->letter.tries > 0);
	g->retries = g->retries && !refused_has(g->o->refused, 'c', fh_id);
	return 0;
}

static int
look_at(struct planning *g, struct str fh_id)
{
	struct push_plan *p = g->p;
	struct acked acked;
	struct wanted w;
	bool is_pending;

	g->is_new = false;
	if (make_wanted(g, fh_id, &acked, &w) < 0)
		return -1;
	p->there += acked_is_there(&acked);
	p->bound += acked.dsid.n > 0;
	p->opted_out += w.hold == WANTED_OPTED_OUT;
	if (g->o->only.n > 0 && !str_eq(fh_id, g->o->only))
		return 0;
	is_pending = pending_row(g->x, &w, &acked);
	if (is_pending && push_tells_load(&g->a, g->x, &w, &acked, &g->tells, g->e) < 0)
		return -1;
	plan_customer(g, &w, &acked, is_pending);
	/* Who is there, or will be with this push. */
	return acked.dsid.n == 0 && !g->is_new
	           ? 0
	           : push_entered(g->x, &w, &p->items, p->entered, g->e);
}

static int
walk_everybody(struct planning *g)
{
	struct everybody x = everybody_all(g->x, g->e);
	struct str fh_id;
	int rc;

	while ((rc = everybody_next(&x, &fh_id, g->e)) > 0) {
		rc = interrupt_check(g->e) < 0 ? -1 : look_at(g, fh_id);
		arena_reset(&g->a);
		if (rc < 0)
			break;
	}
	everybody_end(&x);
	return rc < 0 ? -1 : 0;
}

/* ---- Opt-outs */

/* An opt-out at work. */
struct telling {
	unsigned channel;
	struct str key, address, since;
	struct str dsid;     /* by which the holder is told; or empty */
	struct str holder;   /* whose contact has the address; or empty */
	struct str claimant; /* who is to have it; or empty */
	struct acked acked;  /* of the holder */
	struct wanted w;     /* of the holder, once it is to be told */
	bool goes;           /* the holder's row */
	bool is_moving;      /* the holder's row takes it away */
	bool is_by_row;      /* the row of who is to have it tells it */
	bool was_refused;
};

/* Whose contact has the address, and what is acked of it. */
static int
find_holder(struct planning *g, struct telling *t)
{
	struct str key = owed_key(t->channel);
	uint64_t hash = books_hash(g->x->books, key, t->address);
	int rc = books_holder(g->x->books, &g->a, key, hash, &t->holder, g->e);

	if (rc > 0)
		rc = books_contact(g->x->books, &g->a, t->holder, &t->acked, g->e);
	/* What is wanted of them says something only then. */
	if (rc > 0 && begun_has(&t->acked, key))
		rc = wanted_make(&g->a, g->x, t->holder, &t->acked, &t->w, g->e);
	t->dsid = leaving_dsid(g->x, &t->w, &t->acked, t->channel, t->address);
	return rc < 0 ? -1 : 0;
}

/* Who is to have the address, which no contact has; a row that waits tells nobody of a refusal,
 * unless it waits for that. */
static int
find_claimant(struct planning *g, unsigned channel, struct str address, struct str *fh_id)
{
	bool is_email = channel == OPT_OUT_EMAIL;
	struct str *ids;
	size_t n;
	int rc = owed_sharing(g->x, &g->a, owed_key(channel), address, &ids, &n, g->e);

	*fh_id = STR("");
	for (size_t i = 0; rc == 0 && fh_id->n == 0 && i < n; i++) {
		struct acked acked;
		struct wanted w;

		rc = make_wanted(g, ids[i], &acked, &w);
		if (rc == 0 && w.gone.n == 0 && w.hold == WANTED_WHOLE &&
		    str_eq(is_email ? w.email : w.mobile, address) &&
		    (w.is_blocked || !is_waiting(g, &w, &acked)))
			*fh_id = ids[i];
	}
	return rc;
}

/* What the row tells is in its own calls. */
static void
add_opt_out(struct planning *g, const struct telling *t)
{
	struct push_plan *p = g->p;
	bool is_theirs = t->holder.n > 0 && !t->is_moving;
	bool is_named = t->dsid.n > 0 || owed_flag(g->x, t->channel).n > 0;
	uint64_t n = is_theirs && is_named ? push_counts_add(&g->told, t->holder) : 0;

	if (t->is_moving)
		(void)intern_add(&g->moving, t->holder);
	push_body_opt_out(&g->body, g->x, t->key, is_theirs ? t->acked.dsid : STR(""));
	add_item(g, &(struct push_item){ .kind = PUSH_OPT_OUT,
	                .fh_id = is_theirs ? t->holder : t->claimant,
	                .channel = t->channel,
	                .address = t->address,
	                .since = t->since,
	                .was_refused = t->was_refused,
	                .calls = t->is_by_row        ? 0
	                         : n == 0 || t->goes ? 1
	                                             : 1 + push_calls_told(&t->w, n),
	                .is_moving = t->is_moving });
	*(t->channel == OPT_OUT_EMAIL ? &p->emails : &p->texts) += 1;
}

static bool
waits_for_letter(struct planning *g, const struct acked_letter *letter, struct str body)
{
	bool waits = !g->retries && letter_waits(letter, body, g->o->now);

	g->p->waiting += waits;
	g->p->retried += letter->tries > 0 && !waits;
	return waits;
}

/* Whether the holder's row takes the address away.  As long as it waits, or is held back, they are
 * inactive, and nobody else can have the address. */
static int
find_moving(struct planning *g, struct telling *t, bool *waits)
{
	bool is_still;

	*waits = false;
	if (t->holder.n == 0)
		return 0;
	if (make_wanted(g, t->holder, &t->acked, &t->w) < 0)
		return -1;
	is_still = is_waiting(g, &t->w, &t->acked) || is_held_back(g, &t->w, &t->acked);
	t->goes = pending_row(g->x, &t->w, &t->acked) && !is_still;
	t->is_moving = leaving_is(g->x, &t->w, &t->acked, t->channel, t->address);
	*waits = t->is_moving && is_still;
	return 0;
}

/* Who is to be told.  Returns: 1; 0 nobody, or not yet; -1. */
static int
find_teller(struct planning *g, struct telling *t)
{
	struct acked there = { 0 };
	bool waits;

	if (find_moving(g, t, &waits) < 0)
		return -1;
	if (waits)
		return 0;
	if ((t->holder.n == 0 || t->is_moving) &&
	    find_claimant(g, t->channel, t->address, &t->claimant) < 0)
		return -1;
	if (t->claimant.n > 0 && books_contact(g->x->books, &g->a, t->claimant, &there, g->e) < 0)
		return -1;
	t->is_by_row = t->claimant.n > 0 && push_tells_by_row(g->x, t->channel, &there);
	if (t->is_by_row && !t->is_moving)
		return 0;
	return g->o->only.n == 0 || str_eq(t->holder.n > 0 ? t->holder : t->claimant, g->o->only);
}

static int
look_at_owed(struct planning *g, struct str key, uint32_t number)
{
	struct telling t = {
		.channel = (unsigned char)key.p[0], .key = key, .address = str_from(key, 1)
	};
	uint64_t hash = books_hash(g->x->books, owed_key(t.channel), t.address);
	bool is_held = t.channel == OPT_OUT_TEXT && g->x->push->text_opt_out.n == 0, needs;
	struct acked_opt_out told;
	struct applied since;
	int rc;

	if (books_opt_out(g->x->books, &g->a, owed_key(t.channel), hash, &told, g->e) < 0 ||
	    find_holder(g, &t) < 0 || state_applied_must(g->x->s, number, &since, g->e) < 0 ||
	    owed_needs(g->x, &g->a, t.channel, t.address, since.id, t.dsid, &needs, g->e) < 0)
		return -1;
	g->p->held += is_held;
	if (!is_held && needs)
		keep_opt_out_letter(g, owed_key(t.channel), hash, &told);
	if (is_held || !needs)
		return 0;
	t.since = since.id;
	rc = find_teller(g, &t);
	g->retries = g->o->retries_letters && !refused_has(g->o->refused, 'o', key);
	if (rc <= 0 ||
	    waits_for_letter(g, &told.letter, owed_body(g->x, &g->a, t.channel, since.id)))
		return rc < 0 ? -1 : 0;
	t.was_refused = told.letter.tries > 0;
	add_opt_out(g, &t);
	if (g->p->owed_since == 0 || since.as_of < g->p->owed_since)
		g->p->owed_since = since.as_of;
	return 0;
}

static int
walk_owed(struct planning *g)
{
	struct kv_cursor *c = kv_all(g->x->s->txn, TABLE_OWED, g->e);
	struct str key, row;
	uint64_t customers;
	uint32_t since;
	int rc;

	while ((rc = kv_next(c, &key, &row, g->e)) > 0) {
		rc = key.n > 1 && row_owed_unpack(row, &customers, &since)
		         ? look_at_owed(g, key, since)
		         : state_broken(g->e, "an address that is owed");
		arena_reset(&g->a);
		if (rc < 0)
			break;
	}
	kv_cursor_close(c);
	return rc;
}

/* ---- Static segments */

static int
plan_segments(struct planning *g)
{
	const struct membership_counts *t = &g->x->segments;
	struct push_segment s;

	for (size_t i = 0; i < t->n; i++) {
		struct push_item item = {
			.kind = PUSH_SEGMENT, .fh_id = g->o->only, .address = t->list[i].slug
		};
		uint64_t n = g->p->entered[i];

		if (n == 0)
			continue;
		if (push_segments_look(g->x, &g->a, item.address, n, &s, g->e) < 0)
			return -1;
		if (s.letter.tries > 0)
			(void)intern_add(&g->p->letters, s.name);
		g->retries =
		    g->o->retries_letters && !refused_has(g->o->refused, 's', item.address);
		if (g->o->protects_only || waits_for_letter(g, &s.letter, STR("")))
			continue;
		buf_reset(&g->body);
		buf_printf(&g->body, "%.*s %ju", STR_ARG(item.address), (uintmax_t)n);
		item.calls = s.calls;
		item.was_refused = s.letter.tries > 0;
		add_item(g, &item);
	}
	return 0;
}

/* ---- The whole */

int
push_plan_make(struct push_plan *p, const struct wanted_source *x,
    const struct push_plan_options *o, struct err *e)
{
	struct planning g = { .p = p,
		.x = x,
		.o = o,
		.rows = { .is_part = o->only.n > 0 || o->protects_only,
		    .retries_letters = o->retries_letters,
		    .refused = o->refused,
		    .now = o->now },
		.e = e };
	int rc = push_first_is_on(x->books, e);

	p->items.most = o->most;
	p->items.after = o->after;
	p->entered = arena_zero(&p->arena, x->segments.n + 1, sizeof(*p->entered));
	p->is_first = rc > 0;
	rc = rc < 0 ? -1 : walk_owed(&g);
	if (rc == 0)
		rc = walk_everybody(&g);
	if (rc == 0)
		rc = plan_segments(&g);
	if (rc == 0)
		memcpy(p->hash, push_items_finish(&p->items).hex, sizeof(p->hash));
	push_counts_release(&g.told);
	intern_release(&g.moving);
	arena_release(&g.a);
	buf_release(&g.body);
	return rc;
}

void
push_plan_release(struct push_plan *p)
{
	push_items_release(&p->items);
	push_counts_release(&p->gone);
	push_counts_release(&p->fields);
	push_counts_release(&p->first);
	intern_release(&p->letters);
	arena_release(&p->arena);
	*p = (struct push_plan){ 0 };
}
