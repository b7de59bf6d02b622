#include "delta/delta.h"

#include <stdlib.h>

#include "delta/missing.h"
#include "delta/field_changes.h"

#define AHEAD 16

static const char *const names[] = { "added", "changed", "removed", "unchanged" };

const char *
delta_op_name(enum delta_op op)
{
	return names[op];
}

struct finding {
	struct delta *d;
	struct state *s;
	struct read_snapshot *in;
	const struct read_source *source;
	enum entity entity;
	/* Winners whose text is new, and the revision of each. */
	const struct seen **revised;
	struct field_change *revisions;
	size_t revised_n;
	struct err *e;
};

static void
add_op(struct finding *f, struct delta_record op)
{
	f->d->ops[f->entity][f->d->ops_n[f->entity]++] = op;
	f->d->counts[f->entity][op.op]++;
}

static void
restamp(struct finding *f, const struct seen *s)
{
	f->d->refreshed[f->entity][f->d->refreshed_n[f->entity]++] = s;
}

static int
place_before(struct finding *f, struct str id, struct place *out)
{
	struct known_customer customer;
	struct known_order order;
	struct str row;
	size_t table = f->entity == ENTITY_ORDER ? TABLE_ORDERS : TABLE_CUSTOMERS;
	int rc = kv_get(f->s->txn, table, id, &row, f->e);

	if (rc < 0)
		return -1;
	if (f->entity == ENTITY_ORDER) {
		if (rc == 0 || !known_order_unpack(row, &order))
			return state_broken(f->e, "an order's row");
		*out = order.place;
	} else {
		if (rc == 0 || !known_customer_unpack(row, &customer))
			return state_broken(f->e, "a customer's row");
		*out = customer.place;
	}
	return 0;
}

static int
judge(struct finding *f, const struct seen *s)
{
	struct field_change *v;

	switch ((enum seen_form)s->sight) {
	case SEEN_MOVED:
		restamp(f, s);
		/* fall through */
	case SEEN_SAME:
		f->d->counts[f->entity][DELTA_UNCHANGED]++;
		break;
	case SEEN_NEW:
		f->d->added[f->entity][f->d->added_n[f->entity]++] = s;
		break;
	case SEEN_TEXT:
		v = &f->revisions[f->revised_n];
		*v = (struct field_change){ .raw = seen_raw(s) };
		f->revised[f->revised_n++] = s;
		return place_before(f, seen_id(s), &v->before);
	case SEEN_FORMS:
		break;
	}
	return 0;
}

/* What is new stays in the list of what was seen, so that it needs no other. */
static int
judge_all(struct finding *f)
{
	const struct seen **seen = f->in->seen[f->entity];
	size_t n = f->in->seen_n[f->entity];
	bool is_new = f->in->forms_n[f->entity][SEEN_NEW] == n;

	f->d->added[f->entity] = seen;
	f->d->added_n[f->entity] = is_new ? n : 0;
	for (size_t i = 0; !is_new && i < n; i++) {
		if (i + AHEAD < n)
			seen_prefetch(seen[i + AHEAD]);
		if (judge(f, seen[i]) < 0)
			return -1;
	}
	f->in->seen_n[f->entity] = f->d->added_n[f->entity];
	f->d->counts[f->entity][DELTA_ADDED] = f->d->added_n[f->entity];
	return 0;
}

static int
add_revised(struct finding *f)
{
	if (f->revised_n == 0)
		return 0;
	if (field_changes_make(&f->d->arena, f->s, f->source->account, f->revisions, f->revised_n,
	        f->source->jobs, f->e) < 0)
		return -1;
	for (size_t i = 0; i < f->revised_n; i++) {
		const struct seen *s = f->revised[i];

		if (f->revisions[i].changes.n == 0) {
			f->d->counts[f->entity][DELTA_UNCHANGED]++;
			restamp(f, s);
			continue;
		}
		add_op(f, (struct delta_record){ .op = DELTA_CHANGED,
		              .id = seen_id(s),
		              .seen = s,
		              .before = f->revisions[i].before,
		              .changes = f->revisions[i].changes });
	}
	return 0;
}

static void
add_absent(struct finding *f, const struct absent *gone, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_op(f, (struct delta_record){
		              .op = DELTA_REMOVED, .id = gone[i].id, .before = gone[i].before });
}

static int
by_id(const void *x, const void *y)
{
	return str_cmp(((const struct delta_record *)x)->id, ((const struct delta_record *)y)->id);
}

/* How many ids there may be at most: each is in one op or one restamp. */
static void
make_room(struct finding *f, size_t absent_n)
{
	const size_t *sights = f->in->forms_n[f->entity];
	size_t known = sights[SEEN_TEXT] + sights[SEEN_MOVED];

	f->d->ops[f->entity] = arena_array(&f->d->arena, known + absent_n, sizeof(**f->d->ops));
	f->d->refreshed[f->entity] = arena_array(&f->d->arena, known, sizeof(**f->d->refreshed));
	f->revised = arena_array(&f->d->arena, known, sizeof(*f->revised));
	f->revisions = arena_array(&f->d->arena, known, sizeof(*f->revisions));
}

static int
find_entity(struct finding *f)
{
	struct absent *gone;
	size_t n;

	if (missing_find(&f->d->arena, f->s, f->in, f->source, f->entity, &gone, &n, f->e) < 0)
		return -1;
	make_room(f, n);
	f->d->counts[f->entity][DELTA_UNCHANGED] = f->in->known[f->entity].unchanged;
	if (judge_all(f) < 0 || add_revised(f) < 0)
		return -1;
	add_absent(f, gone, n);
	if (f->revised_n + n > 0)
		qsort(f->d->ops[f->entity], f->d->ops_n[f->entity], sizeof(struct delta_record),
		    by_id);
	return 0;
}

int
delta_find(struct delta *d, struct state *s, struct read_snapshot *in,
    const struct read_source *source, struct err *e)
{
	*d = (struct delta){ 0 };
	for (size_t i = 0; i < ENTITIES; i++) {
		struct finding f = {
			.d = d, .s = s, .in = in, .source = source, .entity = (enum entity)i, .e = e
		};

		if (find_entity(&f) < 0)
			return -1;
	}
	return 0;
}

void
delta_release(struct delta *d)
{
	arena_release(&d->arena);
	*d = (struct delta){ 0 };
}

int
delta_next(struct delta_walk *w, struct delta_record *out)
{
	const struct seen **added = w->d->added[w->entity];
	size_t added_n = w->d->added_n[w->entity];
	const struct delta_record *ops = w->d->ops[w->entity];
	size_t ops_n = w->d->ops_n[w->entity];
	const struct seen *s;

	if (w->added + AHEAD < added_n)
		seen_prefetch(added[w->added + AHEAD]);
	if (w->added == added_n && w->ops == ops_n)
		return 0;
	if (w->added == added_n ||
	    (w->ops < ops_n && str_cmp(ops[w->ops].id, seen_id(added[w->added])) < 0)) {
		*out = ops[w->ops++];
		return 1;
	}
	s = added[w->added++];
	*out = (struct delta_record){ DELTA_ADDED, .id = seen_id(s), .seen = s };
	return 1;
}
