#include "timemachine/explain.h"

#include "base/timestamp.h"
#include "record/normalize.h"
#include "dailystory/identity.h"
#include "segment/due.h"
#include "segment/membership.h"
#include "timemachine/nearest.h"

static bool
is_same_page(const struct source_page *x, const struct source_page *y)
{
	const struct record_text_place a = record_text_place(x, 0), b = record_text_place(y, 0);

	return strcmp(a.top, b.top) == 0 && str_eq(a.id, b.id) && str_eq(a.path, b.path);
}

size_t
explain_page(const struct explain *x, const struct source_page *page)
{
	size_t i = 0;

	while (i < x->pages_n && !is_same_page(x->pages[i], page))
		i++;
	return i + 1;
}

struct str
explain_order_why(struct arena *a, const struct explain_order *o)
{
	const struct order *x = &o->x->order;

	if (x->voided)
		return STR("voided");
	if (o->kind.purchase)
		return STR("");
	if (o->kind.completed)
		return STR("a refund");
	if (x->status.n == 0)
		return STR("no status");
	return str_printf(a, "status '%.*s' does not count as completed", STR_ARG(x->status));
}

struct str
explain_left_out(struct arena *a, const struct past_contact *s)
{
	static const char *const reasons[SKIPPED_COUNT] = {
		[SKIPPED_NONE] = "",
		[SKIPPED_SUPPRESSED] = "an address of theirs is on the suppression list",
		[SKIPPED_UNDERAGE] = "they are younger than min_age",
		[SKIPPED_AGE_UNKNOWN] = "min_age is set, and their birthdate cannot be used",
		[SKIPPED_NO_IDENTIFIER] = "there is no usable email or mobile number",
		[SKIPPED_DUPLICATE_EMAIL] = "their email belongs to customer ",
		[SKIPPED_DUPLICATE_MOBILE] = "their mobile number belongs to customer ",
		[SKIPPED_SHARED_EMAIL] = "their email, which belongs to customer ",
		[SKIPPED_SHARED_MOBILE] = "their mobile number, which belongs to customer ",
		[SKIPPED_TOO_LONG] = "their row is longer than a file may be",
	};

	if (s->reason == SKIPPED_NONE)
		return STR("");
	return str_printf(
	    a, "%s%.*s (%s)", reasons[s->reason], STR_ARG(s->detail), skipped_name(s->reason));
}

const char *
explain_dropped(struct explain *x, size_t field)
{
	static const struct {
		enum contact_column column;
		enum normalize_drop first, last;
	} reasons[] = {
		{ COLUMN_EMAIL, DROP_EMAIL_INVALID, DROP_EMAIL_PLACEHOLDER },
		{ COLUMN_MOBILE, DROP_MOBILE_INVALID, DROP_MOBILE_PLACEHOLDER },
		{ COLUMN_BIRTHDATE, DROP_BIRTHDATE_UNREADABLE, DROP_BIRTHDATE_FUTURE },
		{ COLUMN_GEO, DROP_POSTAL_UNKNOWN, DROP_POSTAL_UNKNOWN },
	};
	const struct explain_profile *p = &x->profile;
	unsigned dropped = identity_dropped(&x->arena, &p->profile, p->as_of);

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].column != explain_profile_fields[field].column)
			continue;
		for (unsigned d = reasons[i].first; d <= reasons[i].last; d++)
			if ((dropped >> d & 1) != 0)
				return normalize_drop_name((enum normalize_drop)d);
	}
	return "";
}

static void
add_page(struct explain *x, const struct source_page *page)
{
	if (explain_page(x, page) > x->pages_n)
		x->pages[x->pages_n++] = page;
}

static void
list_pages(struct explain *x)
{
	const struct explain_profile *p = &x->profile;

	x->pages = arena_array(&x->arena, p->orders_n + 1, sizeof(*x->pages));
	add_page(x, &p->record->from);
	for (size_t i = 0; x->only == NULL && i < p->orders_n; i++)
		add_page(x, &p->orders[i].x->from);
}

static int
find_snapshot_id(struct explain *x, struct state *s, uint32_t number, struct str *id, struct err *e)
{
	struct applied at;

	if (state_applied_must(s, number, &at, e) < 0)
		return -1;
	*id = str_copy(&x->arena, at.id);
	return 0;
}

static int
find_membership(struct explain *x, struct state *s, struct explain_segment *y, struct err *e)
{
	const struct past_membership *membership;
	uint32_t slug;

	if (dictionary_find(&s->words, s->txn, y->segment->slug, &slug, e) < 0)
		return -1;
	membership = past_records_membership(&x->records, slug, x->profile.number);
	if (membership == NULL)
		return 0;
	y->was_member = true;
	y->entered = str_c(membership_cause_name((enum cause)membership->was.cause));
	if (find_snapshot_id(x, s, membership->was.since, &y->since, e) < 0)
		return -1;
	if (y->is_member)
		return 0;
	y->left = str_c(membership_cause_name((enum cause)membership->left));
	return find_snapshot_id(x, s, membership->until, &y->until, e);
}

static int
explain_segment(struct explain *x, struct state *s, size_t rule, struct err *e)
{
	const struct segment_set *rules = &x->terms.rules;
	const struct explain_profile *p = &x->profile;
	struct explain_segment *y = &x->segments[x->segments_n++];
	struct buf b = { 0 };

	*y = (struct explain_segment){ .segment = &rules->list[rule],
		.is_member = p->member[rule],
		.changes = due_one(rules, rule, &p->profile, p->as_of) };
	segment_reason(rules, rule, &p->profile, p->as_of, &b);
	y->reason = str_copy(&x->arena, buf_view(&b));
	buf_release(&b);
	return find_membership(x, s, y, e);
}

static int
explain_segments(struct explain *x, struct state *s, struct err *e)
{
	const struct segment_set *rules = &x->terms.rules;

	x->segments = arena_array(&x->arena, rules->n, sizeof(*x->segments));
	for (size_t i = 0; i < rules->n; i++)
		if ((x->only == NULL || str_eq(rules->list[i].slug, str_c(x->only))) &&
		    explain_segment(x, s, i, e) < 0)
			return -1;
	if (x->only == NULL || x->segments_n > 0)
		return 0;
	err_set(e, ERR_USAGE, "no segment '%s' was in force", x->only);
	return err_advise(e, "'flowstory segments' lists the present ones.");
}

/* The customer was not known with that snapshot: say what is. */
static int
fail_unknown(struct explain *x, struct state *s, struct err *e)
{
	const struct record_history *c = &x->records.customer;
	uint32_t number = x->profile.number;
	struct str id = { 0 };

	if (c->n == 0) {
		err_set(e, ERR_FAILED,
		    "%zu %s this customer, but no record of theirs was ever read",
		    x->records.orders_n, x->records.orders_n == 1 ? "order names" : "orders name");
		return err_advise(
		    e, "They are counted as unattributed until the customer appears.");
	}
	if (c->list[0].v.place.snapshot > number) {
		if (find_snapshot_id(x, s, c->list[0].v.place.snapshot, &id, e) < 0)
			return -1;
		return err_set(
		    e, ERR_FAILED, "this customer was first read with snapshot %.*s", STR_ARG(id));
	}
	for (size_t i = c->n; i-- > 0;) {
		if (!c->list[i].v.is_removed || c->list[i].v.until > number)
			continue;
		if (find_snapshot_id(x, s, c->list[i].v.until - 1, &id, e) < 0)
			return -1;
		err_set(e, ERR_FAILED,
		    "this customer was removed; the last snapshot they were known with is %.*s",
		    STR_ARG(id));
		return err_advise(e, "Add '--at %.*s'.", STR_ARG(id));
	}
	return state_broken(e, "the versions of a customer");
}

/* Where a version that was in force was pruned, nothing can be added up. */
static int
check_known(struct explain *x, struct state *s, uint32_t number, struct err *e)
{
	uint32_t from = past_records_known_from(&x->records);
	struct str first, asked;

	if (number >= from)
		return 0;
	if (find_snapshot_id(x, s, from, &first, e) < 0 ||
	    find_snapshot_id(x, s, number, &asked, e) < 0)
		return -1;
	err_set(e, ERR_FAILED, "the records this customer had then were pruned");
	return nearest_advise(x->account, asked, first, e);
}

int
explain(struct explain *x, struct state *s, struct str id, uint32_t number, struct err *e)
{
	struct arena *a = &x->arena;
	struct past_records_source source = { x->account, x->jobs, number };
	struct rule_terms *terms;
	size_t n;

	if (past_records_load(a, s, &source, id, &x->records, e) < 0 ||
	    check_known(x, s, number, e) < 0 || rule_terms_list(a, s, &terms, &n, e) < 0 ||
	    explain_profile_terms(&x->terms, rule_terms_at(terms, n, number), e) < 0 ||
	    explain_profile_make(a, s, &x->records, &x->terms, number, &x->profile, e) < 0)
		return -1;
	if (x->profile.record == NULL)
		return fail_unknown(x, s, e);
	if (explain_segments(x, s, e) < 0)
		return -1;
	list_pages(x);
	return 0;
}

void
explain_release(struct explain *x)
{
	terms_release(&x->terms);
	arena_release(&x->arena);
}
