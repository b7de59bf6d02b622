#include "timemachine/diff_snapshots.h"

static const char *const names[] = { "added", "changed", "removed", "unchanged", "unknown" };

const char *
diff_snapshots_op_name(enum diff_snapshots_op op)
{
	return names[op];
}

/* Reading for one id skips records of other ids, and what is at fault among them. Where the record
 * is absent that counts, so everything is read. */
static int
reread(struct diff_snapshots *d, struct err *e)
{
	bool lacks[2] = { false, false };

	for (size_t x = 0; x < ENTITIES; x++) {
		bool before = diff_side_holds(&d->sides[0], (enum entity)x, d->only);
		bool after = diff_side_holds(&d->sides[1], (enum entity)x, d->only);

		lacks[0] = lacks[0] || (after && !before);
		lacks[1] = lacks[1] || (before && !after);
	}
	for (size_t i = 0; d->only.n > 0 && i < 2; i++)
		if (lacks[i] && diff_side_reread(&d->sides[i], e) < 0)
			return -1;
	return 0;
}

/* Only one side holds the record: whether a complete read of the other had to hold it.  What a base
 * does not hold was not known. */
static void
decide_absence(const struct diff_snapshots *d, struct diff_snapshots_record *l)
{
	bool is_gone = l->before != NULL;
	const struct diff_side_record *r = is_gone ? l->before : l->after;
	const struct diff_side *lacks = &d->sides[is_gone ? 1 : 0];

	l->op = SNAPSHOT_DIFF_UNKNOWN;
	if (quarantine_has(&lacks->in.quarantine, l->entity, l->id)) {
		l->why = is_gone ? "quarantined in the later snapshot"
		                 : "quarantined in the earlier snapshot";
		return;
	}
	if (!lacks->is_base &&
	    !complete_cover(&lacks->complete[l->entity], r->location, r->created)) {
		l->why = is_gone ? "the later snapshot does not prove that it is gone"
		                 : "the earlier snapshot does not prove that it was not "
		                   "there";
		return;
	}
	l->op = is_gone ? SNAPSHOT_DIFF_REMOVED : SNAPSHOT_DIFF_ADDED;
	if (lacks->is_base)
		l->why = "it was not known with the base";
}

static void
add_pair(struct diff_snapshots *d, enum entity entity, const struct diff_side_record *x,
    const struct diff_side_record *y)
{
	struct diff_snapshots_record l = { .entity = entity,
		.op = SNAPSHOT_DIFF_CHANGED,
		.id = x != NULL ? x->id : y->id,
		.before = x,
		.after = y };

	if (d->only.n > 0 && !str_eq(l.id, d->only))
		return;
	if (x == NULL || y == NULL)
		decide_absence(d, &l);
	else if (hash_eq(x->hash, y->hash))
		l.op = SNAPSHOT_DIFF_UNCHANGED;
	d->counts[entity][l.op]++;
	if (l.op != SNAPSHOT_DIFF_UNCHANGED)
		d->list[d->n++] = l;
}

static void
merge(struct diff_snapshots *d, enum entity entity)
{
	const struct diff_side_record *x = d->sides[0].list[entity], *y = d->sides[1].list[entity];
	size_t x_n = d->sides[0].n[entity], y_n = d->sides[1].n[entity];
	size_t i = 0, k = 0;

	while (i < x_n || k < y_n) {
		int order = i == x_n ? 1 : k == y_n ? -1 : str_cmp(x[i].id, y[k].id);

		add_pair(d, entity, order <= 0 ? &x[i] : NULL, order >= 0 ? &y[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
}

static struct wanted_record
wanted_of(struct diff_snapshots *d, size_t side, const struct diff_side_record *r)
{
	return (struct wanted_record){ .from = diff_side_source(&d->a, &d->sides[side], r),
		.index = r->index };
}

/* Reads both versions of all that differ, and compares them; where they mean the same, nothing
 * differs. */
static int
compare_texts(struct diff_snapshots *d, struct err *e)
{
	struct wanted_record *wanted = arena_zero(&d->a, 2 * d->n, sizeof(*wanted));
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct diff_snapshots_record *l = &d->list[i];

		if (l->op != SNAPSHOT_DIFF_CHANGED)
			continue;
		wanted[n++] = wanted_of(d, 0, l->before);
		wanted[n++] = wanted_of(d, 1, l->after);
	}
	if (record_text_read(&d->a, d->account, wanted, n, d->jobs, e) < 0)
		return -1;
	n = 0;
	for (size_t i = 0; i < d->n; i++) {
		struct diff_snapshots_record *l = &d->list[i];

		if (l->op == SNAPSHOT_DIFF_CHANGED) {
			if (diff_records_texts(
			        &d->a, wanted[n].text, wanted[n + 1].text, &l->changes, e) < 0)
				return -1;
			n += 2;
			if (l->changes.n == 0) {
				d->counts[l->entity][SNAPSHOT_DIFF_CHANGED]--;
				d->counts[l->entity][SNAPSHOT_DIFF_UNCHANGED]++;
				continue;
			}
		}
		d->list[kept++] = *l;
	}
	d->n = kept;
	return 0;
}

static int
load(struct diff_snapshots *d, size_t i, const char *id, struct err *e)
{
	struct diff_side *side = &d->sides[i];

	side->account = d->account;
	side->jobs = d->jobs;
	side->only = d->only;
	side->locations = &d->locations;
	return diff_side_load(side, id, e);
}

int
diff_snapshots_make(struct diff_snapshots *d, const char *before, const char *after, struct err *e)
{
	size_t most = 0;

	if (load(d, 0, before, e) < 0 || load(d, 1, after, e) < 0 || reread(d, e) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++)
		for (size_t x = 0; x < ENTITIES; x++)
			most += d->sides[i].n[x];
	d->list = arena_array(&d->a, most, sizeof(*d->list));
	for (size_t x = 0; x < ENTITIES; x++)
		if (!d->has_entity || d->entity == x)
			merge(d, (enum entity)x);
	return compare_texts(d, e);
}

void
diff_snapshots_release(struct diff_snapshots *d)
{
	diff_side_release(&d->sides[0]);
	diff_side_release(&d->sides[1]);
	intern_release(&d->locations);
	arena_release(&d->a);
}
