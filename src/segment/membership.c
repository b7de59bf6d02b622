#include "segment/membership.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/pack.h"

static const char *const causes[CAUSE_COUNT] = {
#define X(cause, name) name,
	CAUSES(X)
#undef X
};

const char *
cause_name(enum cause c)
{
	return causes[c];
}

static int
by_slug(const void *x, const void *y)
{
	return str_cmp(((const struct tally *)x)->slug, ((const struct tally *)y)->slug);
}

int
tallies_read(struct arena *a, struct state *s, struct tallies *out, struct err *e)
{
	struct unpack u;
	struct str row;
	uint64_t n;
	int rc = state_meta(s, "segments", &row, e);

	*out = (struct tallies){ 0 };
	if (rc <= 0)
		return rc;
	u = unpack_of(str_copy(a, row));
	n = unpack_u64(&u);
	if (n > SEGMENT_MAX)
		return state_broken(e, "the segments' row");
	out->list = arena_zero(a, (size_t)n, sizeof(*out->list));
	out->n = (size_t)n;
	for (size_t i = 0; i < out->n; i++) {
		struct tally *t = &out->list[i];

		t->slug = unpack_text(&u);
		t->number = (uint32_t)unpack_u64(&u);
		t->members = unpack_u64(&u);
		t->contacts = unpack_u64(&u);
		t->entered = unpack_u64(&u);
		t->left = unpack_u64(&u);
	}
	return u.bad ? state_broken(e, "the segments' row") : 0;
}

int
tallies_store(struct state *s, const struct tallies *t, struct err *e)
{
	struct buf b = { 0 };
	uint64_t n = 0;
	int rc;

	for (size_t i = 0; i < t->n; i++)
		n += t->list[i].is_current;
	pack_u64(&b, n);
	for (size_t i = 0; i < t->n; i++) {
		const struct tally *y = &t->list[i];

		if (!y->is_current)
			continue;
		pack_text(&b, y->slug);
		pack_u64(&b, y->number);
		pack_u64(&b, y->members);
		pack_u64(&b, y->contacts);
		pack_u64(&b, y->entered);
		pack_u64(&b, y->left);
	}
	rc = state_meta_put(s, "segments", buf_view(&b), e);
	buf_release(&b);
	return rc;
}

int
tallies_match(struct tallies *t, const struct segment_set *set, struct err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		struct tally *y = &t->list[i];

		for (size_t k = 0; k < set->n; k++) {
			if (!str_eq(set->list[k].slug, y->slug))
				continue;
			y->is_current = true;
			y->rule = k;
		}
		if (!y->is_current)
			return state_broken(e, "a segment without a rule");
	}
	return 0;
}

static const struct segment *
find_segment(const struct segment_set *set, struct str slug)
{
	for (size_t i = 0; i < set->n; i++)
		if (str_eq(set->list[i].slug, slug))
			return &set->list[i];
	return NULL;
}

static struct tally *
find_tally(const struct tallies *t, struct str slug)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->list[i].slug, slug))
			return &t->list[i];
	return NULL;
}

/* A rule of now joins the tally of its slug, or starts one. */
static int
join_rule(struct state *s, const struct segment_set *set, size_t i,
    const struct segment_set *before, struct tallies *out, struct err *e)
{
	const struct segment *now = &set->list[i];
	const struct segment *was = find_segment(before, now->slug);
	struct tally *t = find_tally(out, now->slug);

	if (t == NULL) {
		t = &out->list[out->n++];
		*t = (struct tally){ .slug = now->slug };
		if (dictionary_put(&s->names, s->txn, now->slug, &s->totals.names, &t->number, e) <
		    0)
			return -1;
	}
	t->is_current = true;
	t->rule = i;
	t->is_redefined = was == NULL || !str_eq(was->effective, now->effective);
	return 0;
}

int
tallies_load(struct arena *a, struct state *s, const struct segment_set *set,
    const struct segment_set *before, struct tallies *out, struct err *e)
{
	struct tallies stored;

	if (tallies_read(a, s, &stored, e) < 0)
		return -1;
	*out = (struct tallies){ .list = arena_zero(a, stored.n + set->n, sizeof(*out->list)),
		.n = stored.n };
	for (size_t i = 0; i < stored.n; i++) {
		out->list[i] = stored.list[i];
		out->list[i].entered = out->list[i].left = 0;
	}
	for (size_t i = 0; i < set->n; i++)
		if (join_rule(s, set, i, before, out, e) < 0)
			return -1;
	qsort(out->list, out->n, sizeof(*out->list), by_slug);
	for (size_t i = 0; i < out->n; i++)
		out->any_redefined =
		    out->any_redefined || !out->list[i].is_current || out->list[i].is_redefined;
	return 0;
}

const struct tally *
tallies_of_rule(const struct tallies *t, size_t rule)
{
	size_t i = 0;

	while (i < t->n && (!t->list[i].is_current || t->list[i].rule != rule))
		i++;
	assert(i < t->n);
	return &t->list[i];
}

static enum cause
cause_of(const struct tally *t, struct circumstances c)
{
	if (c.is_first)
		return CAUSE_BASELINE;
	if (c.is_gone)
		return CAUSE_REMOVED;
	if (c.is_touched)
		return CAUSE_DATA;
	if (!t->is_current || t->is_redefined || c.is_recounted)
		return CAUSE_DEFINITION;
	return CAUSE_CLOCK;
}

/* Memberships are stored in the order of the tallies, so both are walked once, side by side. */
int
transition_list(struct arena *a, const struct tallies *t, struct str before, const bool *member,
    struct circumstances c, uint32_t snapshot, struct transition **list, size_t *n, struct buf *now,
    struct err *e)
{
	struct membership m = { 0 };
	int more = row_membership_next(&before, &m);

	*list = arena_array(a, t->n, sizeof(**list));
	*n = 0;
	for (size_t i = 0; i < t->n; i++) {
		struct transition x = { .tally = &t->list[i] };

		x.was = more > 0 && m.slug == x.tally->number;
		x.before = m;
		x.is = member != NULL && x.tally->is_current && member[x.tally->rule];
		x.cause = x.was && x.is ? (enum cause)m.cause : cause_of(x.tally, c);
		if (x.is)
			row_membership_pack(now, x.was ? m
			                               : (struct membership){ x.tally->number,
			                                     snapshot, (uint32_t)x.cause });
		if (x.was || x.is)
			(*list)[(*n)++] = x;
		if (x.was)
			more = row_membership_next(&before, &m);
	}
	if (more != 0)
		return state_broken(e, "a customer's memberships");
	return 0;
}
