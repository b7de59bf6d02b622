#include "dailystory/span.h"

/* How somebody stood with one snapshot. */
struct standing {
	const struct past_contact *contact;
	const struct past_membership *member; /* NULL: not a member */
	bool is_listed;                       /* both: in the segment's list */
};

/* A contact status holds until the snapshot that ended it. */
static const struct past_contact *
contact_at(const struct span *x, uint32_t number)
{
	size_t i = 0;

	while (x->contacts[i].until != 0 && x->contacts[i].until <= number)
		i++;
	return &x->contacts[i];
}

static const struct past_membership *
member_at(const struct span *x, uint32_t slug, uint32_t number)
{
	for (size_t i = 0; i < x->memberships_n; i++) {
		const struct past_membership *m = &x->memberships[i];

		if (m->was.slug == slug && m->was.since <= number &&
		    (m->until == 0 || m->until > number))
			return m;
	}
	return NULL;
}

static struct standing
standing_at(const struct span *x, uint32_t slug, uint32_t number)
{
	struct standing s = { .contact = contact_at(x, number),
		.member = member_at(x, slug, number) };

	s.is_listed = s.member != NULL && past_contacts_was(s.contact);
	return s;
}

static bool
is_same_address(const struct past_contact *a, const struct past_contact *b)
{
	return str_eq(a->email, b->email) && str_eq(a->mobile, b->mobile);
}

const struct past_contact *
span_then(const struct span *x)
{
	return contact_at(x, x->from);
}

const struct past_contact *
span_now(const struct span *x)
{
	return &x->contacts[x->contacts_n - 1];
}

bool
span_is_moved(const struct span *x)
{
	const struct past_contact *then = span_then(x), *now = span_now(x);

	return past_contacts_was(then) && past_contacts_was(now) && !is_same_address(then, now);
}

static bool
is_same_status(const struct past_contact *a, const struct past_contact *b)
{
	return a->was_known == b->was_known && a->reason == b->reason &&
	       str_eq(a->detail, b->detail);
}

bool
span_is_skipped(const struct span *x)
{
	const struct past_contact *now = span_now(x);

	if (!now->was_known || now->reason == SKIPPED_NONE)
		return false;
	for (size_t i = 0; i + 1 < x->contacts_n; i++) {
		const struct past_contact *c = &x->contacts[i];

		if (c->until > x->from && c[1].was_known && c[1].reason != SKIPPED_NONE &&
		    !is_same_status(c, &c[1]))
			return true;
	}
	return false;
}

static uint32_t
later(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* The last snapshot of the span before ${end} with which anything changed; 0: there is none. */
static uint32_t
change_before(const struct span *x, uint32_t slug, uint32_t end)
{
	uint32_t last = x->from;

	for (size_t i = 0; i < x->contacts_n; i++)
		if (x->contacts[i].until < end)
			last = later(last, x->contacts[i].until);
	for (size_t i = 0; i < x->memberships_n; i++) {
		const struct past_membership *m = &x->memberships[i];

		if (m->was.slug != slug)
			continue;
		if (m->was.since < end)
			last = later(last, m->was.since);
		if (m->until < end)
			last = later(last, m->until);
	}
	return last > x->from ? last : 0;
}

/* Why the list changed with that snapshot: the membership did, or else being a contact. */
static uint32_t
cause_of(const struct standing *before, const struct standing *after, bool entered)
{
	if (before->member == NULL && after->member != NULL && entered)
		return after->member->was.cause;
	if (before->member != NULL && after->member == NULL && !entered)
		return before->member->left;
	return before->contact->cause;
}

/* The last time that somebody came into the list, or went; with ${moves} a new address counts as
 * both. */
static struct span_passage
last_passage(const struct span *x, uint32_t slug, bool entered, bool moves)
{
	uint32_t at = UINT32_MAX;

	while ((at = change_before(x, slug, at)) != 0) {
		struct standing before = standing_at(x, slug, at - 1);
		struct standing after = standing_at(x, slug, at);

		if (before.is_listed && after.is_listed && moves &&
		    !is_same_address(before.contact, after.contact))
			return (struct span_passage){ .at = at };
		if (before.is_listed != after.is_listed && after.is_listed == entered)
			return (struct span_passage){ .at = at,
				.cause = cause_of(&before, &after, entered) };
	}
	return (struct span_passage){ 0 };
}

static struct span_passage
passage(const struct span *x, uint32_t slug, bool entered)
{
	bool was = standing_at(x, slug, x->from).is_listed;
	bool is = standing_at(x, slug, UINT32_MAX).is_listed;
	bool is_moved = was && is && span_is_moved(x);
	struct span_passage p;

	if ((entered ? is && !was : was && !is) || is_moved) {
		p = last_passage(x, slug, entered, is_moved);
		p.is_moved = is_moved;
		return p;
	}
	return (struct span_passage){ 0 };
}

struct span_passage
span_entered(const struct span *x, uint32_t slug)
{
	return passage(x, slug, true);
}

struct span_passage
span_left(const struct span *x, uint32_t slug)
{
	return passage(x, slug, false);
}
