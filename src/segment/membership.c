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
membership_cause_name(enum cause c)
{
	return causes[c];
}

static int
by_slug(const void *x, const void *y)
{
	return str_cmp(
	    ((const struct membership_count *)x)->slug, ((const struct membership_count *)y)->slug);
}

int
membership_counts_read(
    struct arena *a, struct state *s, struct membership_counts *out, struct err *e)
{
	struct unpack u;
	struct str row;
	uint64_t n;
	int rc = state_meta(s, "segments", &row, e);

	*out = (struct membership_counts){ 0 };
	if (rc <= 0)
		return rc;
	u = unpack_of(str_copy(a, row));
	n = unpack_u64(&u);
	if (n > SEGMENT_MAX)
		return state_broken(e, "the counts of segments");
	out->list = arena_zero(a, (size_t)n, sizeof(*out->list));
	out->n = (size_t)n;
	for (size_t i = 0; i < out->n; i++) {
		struct membership_count *t = &out->list[i];

		t->slug = unpack_text(&u);
		t->number = (uint32_t)unpack_u64(&u);
		t->members = unpack_u64(&u);
		t->contacts = unpack_u64(&u);
		t->entered = unpack_u64(&u);
		t->left = unpack_u64(&u);
	}
	return u.bad ? state_broken(e, "the counts of segments") : 0;
}

int
membership_counts_store(struct state *s, const struct membership_counts *t, struct err *e)
{
	struct buf b = { 0 };
	uint64_t n = 0;
	int rc;

	for (size_t i = 0; i < t->n; i++)
		n += t->list[i].is_current;
	pack_u64(&b, n);
	for (size_t i = 0; i < t->n; i++) {
		const struct membership_count *y = &t->list[i];

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

static bool
has_number(const struct membership_counts *t, uint32_t slug)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].number == slug)
			return true;
	return false;
}

int
membership_counts_add(struct arena *a, struct state *s, struct membership_counts *t,
    const uint32_t *slugs, size_t n, struct err *e)
{
	struct membership_count *list = arena_array(a, t->n + n + 1, sizeof(*list));

	if (t->n > 0)
		memcpy(list, t->list, t->n * sizeof(*list));
	t->list = list;
	for (size_t i = 0; i < n; i++) {
		struct membership_count *x = &list[t->n];

		if (has_number(t, slugs[i]))
			continue;
		*x = (struct membership_count){ .number = slugs[i] };
		if (dictionary_text(&s->words, s->txn, slugs[i], &x->slug, e) < 0)
			return -1;
		x->slug = str_copy(a, x->slug);
		t->n++;
	}
	qsort(list, t->n, sizeof(*list), by_slug);
	return 0;
}

int
membership_counts_match(struct membership_counts *t, const struct segment_set *set, struct err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		struct membership_count *y = &t->list[i];

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

static struct membership_count *
find_count(const struct membership_counts *t, struct str slug)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->list[i].slug, slug))
			return &t->list[i];
	return NULL;
}

/* A rule joins the count of its slug, or starts one. */
static int
join_rule(struct state *s, const struct segment_set *set, size_t i,
    const struct segment_set *before, struct membership_counts *out, struct err *e)
{
	const struct segment *now = &set->list[i];
	const struct segment *was = find_segment(before, now->slug);
	struct membership_count *t = find_count(out, now->slug);

	if (t == NULL) {
		t = &out->list[out->n++];
		*t = (struct membership_count){ .slug = now->slug };
		if (dictionary_put(&s->words, s->txn, now->slug, &t->number, e) < 0)
			return -1;
	}
	t->is_current = true;
	t->rule = i;
	t->is_redefined = was == NULL || !str_eq(was->effective, now->effective);
	return 0;
}

int
membership_counts_load(struct arena *a, struct state *s, const struct segment_set *set,
    const struct segment_set *before, struct membership_counts *out, struct err *e)
{
	struct membership_counts stored;

	if (membership_counts_read(a, s, &stored, e) < 0)
		return -1;
	*out = (struct membership_counts){
		.list = arena_zero(a, stored.n + set->n, sizeof(*out->list)), .n = stored.n
	};
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

const struct membership_count *
membership_counts_of_rule(const struct membership_counts *t, size_t rule)
{
	size_t i = 0;

	while (i < t->n && (!t->list[i].is_current || t->list[i].rule != rule))
		i++;
	assert(i < t->n);
	return &t->list[i];
}

/* Both are sorted by slug, so they are walked once, side by side. */
int
membership_compare(struct arena *a, const struct membership_counts *t, struct str before,
    const bool *member, enum cause cause, uint32_t snapshot, struct membership_changes *out,
    struct buf *now, struct err *e)
{
	struct membership m = { 0 };
	int more = row_membership_next(&before, &m);

	*out = (struct membership_changes){ .list = arena_array(a, t->n, sizeof(*out->list)) };
	for (size_t i = 0; i < t->n; i++) {
		struct membership_count *y = &t->list[i];
		struct membership_change x = { .count = y, .cause = cause, .before = m };

		x.was = more > 0 && m.slug == y->number;
		x.is = member != NULL && y->is_current && member[y->rule];
		if (x.was && x.is)
			x.cause = (enum cause)m.cause;
		else if (cause == CAUSE_CLOCK && (!y->is_current || y->is_redefined))
			x.cause = CAUSE_DEFINITION;
		if (x.is && x.was)
			row_membership_pack(now, m);
		else if (x.is)
			row_membership_pack(
			    now, (struct membership){ y->number, snapshot, (uint32_t)x.cause });
		if (x.was || x.is)
			out->list[out->n++] = x;
		if (x.was)
			more = row_membership_next(&before, &m);
	}
	return more == 0 ? 0 : state_broken(e, "a customer's memberships");
}
