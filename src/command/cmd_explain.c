#include <stdio.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "command/command.h"
#include "timemachine/explanation.h"
#include "command/find_customer.h"
#include "dailystory/identity.h"
#include "segment/membership.h"

static const char help[] =
    "CUSTOMER is an id, an email or a mobile number. Says where each value of\n"
    "the customer's profile comes from: the orders that count and those left\n"
    "out, with the reason; the page each record lies in, with its sha256. "
    "Then\n"
    "each segment: its rule filled in with the customer's values, since when\n"
    "they are or are not a member and why, and when time alone will change "
    "it.\n"
    "\n"
    "  --at ID         as of that snapshot (default: the last one applied)\n"
    "  --segment SLUG  this segment alone\n"
    "  --json          as JSON\n";

struct asking {
	const struct options *o;
	struct arena a;
	struct state s;
	struct past_records records;
	struct terms policy;
	struct explain_profile profile_at;
	struct explanation x;
	struct err *e;
};

size_t
explanation_page(const struct explanation *x, const struct source_page *page)
{
	size_t i = 0;

	while (i < x->pages_n && (!str_eq(x->pages[i]->snapshot, page->snapshot) ||
	                             !str_eq(x->pages[i]->page.path, page->page.path)))
		i++;
	return i + 1;
}

struct str
explanation_why(struct arena *a, const struct explain_order *o)
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
	return str_printf(a, "status '%.*s' is no completed one", STR_ARG(x->status));
}

struct str
explanation_time(struct arena *a, int64_t us)
{
	struct buf b = { 0 };
	struct str s;

	timestamp_format(&b, us);
	s = str_copy(a, buf_view(&b));
	buf_release(&b);
	return s;
}

struct str
explanation_total(struct arena *a, const struct order *o)
{
	struct buf b = { 0 };
	struct str s;

	if (!o->has_total)
		return STR("");
	money_format(&b, o->total);
	s = str_copy(a, buf_view(&b));
	buf_release(&b);
	return s;
}

const char *
explanation_basis(enum basis basis)
{
	switch (basis) {
	case BASIS_RECORD:
		return "the record";
	case BASIS_COMPLETED:
		return "completed orders";
	case BASIS_PURCHASES:
		return "purchases";
	case BASIS_LAST_PURCHASE:
		return "last purchase";
	case BASIS_FIRST_PURCHASE:
		return "first purchase";
	case BASIS_LAST_ORDER:
		return "last order";
	}
	return "";
}

const char *
explanation_dropped(struct arena *a, const struct explain_profile *p, size_t field)
{
	static const struct {
		enum contact_column column;
		enum normalize_drop first, last;
	} reasons[] = {
		{ COLUMN_EMAIL, DROP_EMAIL_INVALID, DROP_EMAIL_PLACEHOLDER },
		{ COLUMN_MOBILE, DROP_MOBILE_INVALID, DROP_MOBILE_INVALID },
		{ COLUMN_BIRTHDATE, DROP_BIRTHDATE_UNREADABLE, DROP_BIRTHDATE_FUTURE },
		{ COLUMN_LATITUDE, DROP_POSTAL_UNKNOWN, DROP_POSTAL_UNKNOWN },
		{ COLUMN_LONGITUDE, DROP_POSTAL_UNKNOWN, DROP_POSTAL_UNKNOWN },
	};
	unsigned dropped = identity_dropped(a, &p->profile, p->as_of);

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
add_page(struct explanation *x, const struct source_page *page)
{
	if (explanation_page(x, page) > x->pages_n)
		x->pages[x->pages_n++] = page;
}

static void
list_pages(struct asking *g)
{
	const struct explain_profile *p = &g->profile_at;

	g->x.pages = arena_array(&g->a, p->orders_n + 1, sizeof(*g->x.pages));
	add_page(&g->x, &p->record->from);
	for (size_t i = 0; !g->x.is_one_segment && i < p->orders_n; i++)
		add_page(&g->x, &p->orders[i].x->from);
}

static int
snapshot_name(struct asking *g, uint32_t number, struct str *out)
{
	struct applied at;
	int rc = state_applied(&g->s, number, &at, g->e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "a snapshot is missing");
	*out = str_copy(&g->a, at.id);
	return 0;
}

static int
add_stay(struct asking *g, struct explained *y)
{
	const struct past_membership *stay;
	uint32_t number;

	if (dictionary_find(&g->s.names, g->s.txn, y->segment->slug, &number, g->e) < 0)
		return -1;
	stay = past_records_stay(&g->records, number, g->profile_at.number);
	if (stay == NULL)
		return 0;
	y->has_stay = true;
	y->entered = str_c(membership_cause_name((enum cause)stay->was.cause));
	if (snapshot_name(g, stay->was.since, &y->since) < 0)
		return -1;
	if (y->is_member)
		return 0;
	y->left = str_c(membership_cause_name((enum cause)stay->left));
	return snapshot_name(g, stay->until, &y->until);
}

static int
explain_segment(struct asking *g, size_t rule)
{
	const struct segment_set *set = &g->policy.rules;
	int64_t as_of = g->profile_at.as_of;
	struct explained *y = &g->x.segments[g->x.segments_n++];
	struct buf b = { 0 };

	*y = (struct explained){ .segment = &set->list[rule],
		.is_member = g->profile_at.member[rule],
		.changes = segment_due_one(set, rule, &g->profile_at.profile, as_of) };
	segment_reason(set, rule, &g->profile_at.profile, as_of, &b);
	y->reason = str_copy(&g->a, buf_view(&b));
	buf_release(&b);
	return add_stay(g, y);
}

static int
explain_segments(struct asking *g, const char *slug)
{
	const struct segment_set *set = &g->policy.rules;

	g->x.segments = arena_array(&g->a, set->n, sizeof(*g->x.segments));
	g->x.is_one_segment = slug != NULL;
	for (size_t i = 0; i < set->n; i++)
		if ((slug == NULL || str_eq(set->list[i].slug, str_c(slug))) &&
		    explain_segment(g, i) < 0)
			return -1;
	if (slug == NULL || g->x.segments_n > 0)
		return 0;
	err_set(g->e, ERR_USAGE, "no segment '%s' was in force", slug);
	return err_advise(g->e, "'flowstory segments' lists the present ones.");
}

/* The customer is not known with that snapshot: say what is. */
static int
say_unknown(struct asking *g)
{
	const struct record_history *c = &g->records.customer;
	uint32_t number = g->profile_at.number;
	struct str id = { 0 };

	if (c->n == 0) {
		err_set(g->e, ERR_FAILED, "%zu %s this customer, of whom no record was ever read",
		    g->records.orders_n, g->records.orders_n == 1 ? "order names" : "orders name");
		return err_advise(g->e, "They are counted as unattributed "
		                        "until the customer appears.");
	}
	if (c->list[0].v.place.snapshot > number) {
		if (snapshot_name(g, c->list[0].v.place.snapshot, &id) < 0)
			return -1;
		return err_set(g->e, ERR_FAILED, "this customer was first read with snapshot %.*s",
		    STR_ARG(id));
	}
	for (size_t i = c->n; i-- > 0;) {
		if (!c->list[i].v.is_removed || c->list[i].v.until > number)
			continue;
		if (snapshot_name(g, c->list[i].v.until, &id) < 0 ||
		    snapshot_name(g, c->list[i].v.until - 1, &id) < 0)
			return -1;
		err_set(g->e, ERR_FAILED,
		    "this customer was removed; the last snapshot they were "
		    "known with is %.*s",
		    STR_ARG(id));
		return err_advise(g->e, "Add '--at %.*s'.", STR_ARG(id));
	}
	return state_broken(g->e, "the versions of a customer");
}

static int
explain(struct asking *g, const char *name, const char *at, const char *slug)
{
	struct past_records_source source = { g->o->account, g->o->jobs, 0 };
	struct applied applied;
	struct rule_terms *terms;
	struct str id;
	size_t n;

	if (find_state(&g->s, g->o->account, g->e) < 0 ||
	    find_snapshot(&g->a, &g->s, at, &source.at, &applied, g->e) < 0 ||
	    find_customer(g->o, &g->a, &g->s, str_c(name), &id, g->e) < 0 ||
	    past_records_load(&g->a, &g->s, &source, id, &g->records, g->e) < 0 ||
	    rule_terms_list(&g->a, &g->s, &terms, &n, g->e) < 0 ||
	    explain_profile_policy(&g->policy, rule_terms_at(terms, n, source.at), g->e) < 0 ||
	    explain_profile_make(
	        &g->a, &g->s, &g->records, &g->policy, source.at, &g->profile_at, g->e) < 0)
		return -1;
	if (g->profile_at.record == NULL)
		return say_unknown(g);
	g->x.profile_at = &g->profile_at;
	if (explain_segments(g, slug) < 0)
		return -1;
	list_pages(g);
	return 0;
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	const char *at = NULL, *slug = NULL;
	const struct arg own[] = {
		{ "--at", NULL, NULL, &at },
		{ "--segment", NULL, NULL, &slug },
		{ "--json", NULL, &o.json, NULL },
	};
	struct asking g = { .o = &o, .e = e };
	int rc = command_args("explain", own, 3, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc != 1) {
		err_set(e, ERR_USAGE, "explain takes one customer");
		return err_advise(e, "Name one by id, email or mobile.");
	}
	rc = explain(&g, argv[1], at, slug);
	if (rc == 0)
		(o.json ? explanation_json : explanation_text)(&g.a, &g.x);
	state_close(&g.s);
	terms_release(&g.policy);
	arena_release(&g.a);
	return rc;
}

const struct command cmd_explain = {
	.name = "explain",
	.synopsis = "CUSTOMER [--at ID] [--segment SLUG] [--json]",
	.summary = "where a customer's values and segments come from",
	.help = help,
	.run = run,
};
