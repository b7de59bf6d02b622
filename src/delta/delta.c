#include "delta/delta.h"

#include <stdlib.h>

#include "delta/missing.h"
#include "delta/field_changes.h"

#define AHEAD 16

const char *
delta_op_name(enum delta_op op)
{
	static const char *const names[] = { "added", "changed", "removed", "unchanged" };

	return names[op];
}

/* The records of one kind, while they are judged. */
struct comparison {
	struct delta *d;
	struct state *s;
	struct read_snapshot *in;
	const struct read_source *source;
	enum entity entity;
	/* Copies whose text is new, and what differs in each. */
	const struct seen **copies;
	struct field_change *changes;
	size_t n;
	struct err *e;
};

static void
add_op(struct comparison *c, struct delta_record r)
{
	c->d->ops[c->entity][c->d->ops_n[c->entity]++] = r;
	c->d->counts[c->entity][r.op]++;
}

/* Unchanged, but its row has to say its new text or location. */
static void
add_refreshed(struct comparison *c, const struct seen *s)
{
	c->d->refreshed[c->entity][c->d->refreshed_n[c->entity]++] = s;
	c->d->counts[c->entity][DELTA_UNCHANGED]++;
}

static void
judge(struct comparison *c, const struct seen *s)
{
	struct seen_known known;

	switch ((enum seen_form)s->form) {
	case SEEN_MOVED:
		add_refreshed(c, s);
		break;
	case SEEN_SAME:
		c->d->counts[c->entity][DELTA_UNCHANGED]++;
		break;
	case SEEN_NEW:
		c->d->added[c->entity][c->d->added_n[c->entity]++] = s;
		break;
	case SEEN_TEXT:
		known = seen_known(s);
		c->changes[c->n] = (struct field_change){
			.text = seen_text(s), .before = known.place, .hash = known.hash
		};
		c->copies[c->n++] = s;
		break;
	case SEEN_FORMS:
		break;
	}
}

/* What was added stays in the snapshot's list, so that it needs no other. */
static void
judge_all(struct comparison *c)
{
	const struct seen **seen = c->in->seen[c->entity];
	size_t n = c->in->seen_n[c->entity];
	bool is_all_new = c->in->forms_n[c->entity][SEEN_NEW] == n;

	c->d->added[c->entity] = seen;
	c->d->added_n[c->entity] = is_all_new ? n : 0;
	for (size_t i = 0; !is_all_new && i < n; i++) {
		if (i + AHEAD < n)
			seen_prefetch(seen[i + AHEAD]);
		judge(c, seen[i]);
	}
	c->in->seen_n[c->entity] = c->d->added_n[c->entity];
	c->d->counts[c->entity][DELTA_ADDED] = c->d->added_n[c->entity];
}

static int
add_changed(struct comparison *c)
{
	if (c->n > 0 &&
	    field_changes_make(&c->d->arena, c->s, c->source->run, c->changes, c->n, c->e) < 0)
		return -1;
	for (size_t i = 0; i < c->n; i++) {
		const struct seen *s = c->copies[i];

		if (c->changes[i].changes.n == 0)
			add_refreshed(c, s);
		else
			add_op(c, (struct delta_record){ .op = DELTA_CHANGED,
			              .id = seen_id(s),
			              .seen = s,
			              .before = c->changes[i].before,
			              .changes = c->changes[i].changes });
	}
	return 0;
}

static int
by_id(const void *x, const void *y)
{
	return str_cmp(((const struct delta_record *)x)->id, ((const struct delta_record *)y)->id);
}

/* How many ids there may be at most: each is in one list. */
static void
make_room(struct comparison *c, size_t missing)
{
	const size_t *forms = c->in->forms_n[c->entity];
	size_t known = forms[SEEN_TEXT] + forms[SEEN_MOVED];
	struct arena *a = &c->d->arena;

	c->d->ops[c->entity] = arena_array(a, known + missing, sizeof(**c->d->ops));
	c->d->refreshed[c->entity] = arena_array(a, known, sizeof(**c->d->refreshed));
	c->copies = arena_array(a, known, sizeof(*c->copies));
	c->changes = arena_array(a, known, sizeof(*c->changes));
}

static int
compare_entity(struct comparison *c)
{
	struct missing missing;

	if (missing_find(&c->d->arena, c->s, c->in, c->source, c->entity, &missing, c->e) < 0)
		return -1;
	c->d->held_back[c->entity] = missing.held_back;
	make_room(c, missing.n);
	c->d->counts[c->entity][DELTA_UNCHANGED] = c->in->known[c->entity].unchanged;
	judge_all(c);
	if (add_changed(c) < 0)
		return -1;
	for (size_t i = 0; i < missing.n; i++)
		add_op(c, (struct delta_record){ .op = DELTA_REMOVED,
		              .id = missing.list[i].id,
		              .before = missing.list[i].before });
	if (c->d->ops_n[c->entity] > 0)
		qsort(c->d->ops[c->entity], c->d->ops_n[c->entity], sizeof(struct delta_record),
		    by_id);
	return 0;
}

/* Nobody asks for a text any more: the tables' pages take over its memory. */
static void
forget_texts(struct read_snapshot *in)
{
	for (size_t i = 0; i < ENTITIES; i++)
		text_index_release(&in->known[i]);
}

int
delta_find(struct delta *d, struct state *s, struct read_snapshot *in,
    const struct read_source *source, struct err *e)
{
	*d = (struct delta){ 0 };
	for (size_t i = 0; i < ENTITIES; i++) {
		struct comparison c = {
			.d = d, .s = s, .in = in, .source = source, .entity = (enum entity)i, .e = e
		};

		if (compare_entity(&c) < 0)
			return -1;
	}
	forget_texts(in);
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
