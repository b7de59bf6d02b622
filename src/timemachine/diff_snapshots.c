#include "timemachine/diff_snapshots.h"

#include "account/terms_history.h"
#include "bases/fold_manifest.h"
#include "delta/missing.h"
#include "snapshot/store.h"

static const char *const names[] = { "added", "changed", "removed", "unchanged", "unknown" };

const char *
diff_snapshots_op_name(enum diff_snapshots_op op)
{
	return names[op];
}

struct str
diff_snapshots_page(const struct diff_snapshots_side *side, const struct seen *s)
{
	return side->manifest.pages[s->page].path;
}

static int
find_manifest(
    struct diff_snapshots *d, struct diff_snapshots_side *side, const char *id, struct err *e)
{
	struct str base;
	int rc = fold_manifest_start(&d->a, d->account, &base, e);

	side->snapshot = str_c(id);
	if (rc < 0)
		return -1;
	if (rc > 0 && str_cmp(side->snapshot, base) <= 0) {
		err_set(e, ERR_FAILED, "snapshot %s was pruned", id);
		return err_advise(
		    e, "Only snapshots after base %.*s can be compared.", STR_ARG(base));
	}
	return store_snapshot_find(&d->a, d->account, id, &side->manifest, e);
}

/* The settings of the time, so that the same records are at fault. */
static int
find_terms(struct diff_snapshots *d, struct diff_snapshots_side *side, struct err *e)
{
	int rc = terms_history_load(&side->terms, d->account, side->snapshot, e);

	if (rc < 0 && e->kind == ERR_SETTINGS) {
		*e = (struct err)ERR_INIT;
		rc = 0;
	}
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	terms_release(&side->terms);
	return terms_present_unlisted(&side->terms, d->account, e);
}

static void
describe_pages(struct diff_snapshots *d, struct diff_snapshots_side *side)
{
	size_t n = side->manifest.n;

	side->pages = arena_zero(&d->a, n, sizeof(*side->pages));
	side->locations = arena_zero(&d->a, n, sizeof(*side->locations));
	for (size_t i = 0; i < n; i++) {
		const struct manifest_page *p = &side->manifest.pages[i];

		side->pages[i] = (struct source_page){ side->snapshot,
			{ p->path, p->sha256, p->resource, p->location }, .is_pruned = false };
		side->locations[i] = intern_add(&d->locations, p->location);
	}
}

static int
read_side(
    struct diff_snapshots *d, struct diff_snapshots_side *side, struct str only, struct err *e)
{
	const struct run run = {
		.account = d->account,
		.jobs = d->jobs,
		.snapshot = side->snapshot,
		.as_of = side->manifest.taken_at,
		.manifest = &side->manifest,
		.records = &side->terms.settings.records,
	};
	const struct read_source source = {
		.run = &run, .locations = side->locations, .only = only
	};

	read_snapshot_release(&side->in);
	if (read_snapshot_read(&side->in, &source, e) < 0)
		return -1;
	for (size_t i = 0; i < ENTITIES; i++)
		side->complete[i] = complete_find(&d->a, &side->in, &source, (enum entity)i);
	return 0;
}

static int
load_side(struct diff_snapshots *d, size_t i, const char *id, struct err *e)
{
	struct diff_snapshots_side *side = &d->sides[i];

	if (find_manifest(d, side, id, e) < 0 || find_terms(d, side, e) < 0)
		return -1;
	describe_pages(d, side);
	return read_side(d, side, d->only, e);
}

/* Whether the record that is asked for was seen; others are here, too, whose ids only the strict
 * reader can tell. */
static bool
holds(const struct diff_snapshots *d, size_t i, enum entity entity)
{
	const struct read_snapshot *in = &d->sides[i].in;

	for (size_t k = 0; k < in->seen_n[entity]; k++)
		if (str_eq(seen_id(in->seen[entity][k]), d->only))
			return true;
	return quarantine_has(&in->quarantine, entity, d->only);
}

/* Reading for one id skips records of other ids, and what is at fault among them. Where the record
 * is absent that counts, so everything is read. */
static int
reread(struct diff_snapshots *d, struct err *e)
{
	bool lacks[2] = { false, false };

	for (size_t x = 0; x < ENTITIES; x++) {
		bool before = holds(d, 0, (enum entity)x);
		bool after = holds(d, 1, (enum entity)x);

		lacks[0] = lacks[0] || (after && !before);
		lacks[1] = lacks[1] || (before && !after);
	}
	for (size_t i = 0; d->only.n > 0 && i < 2; i++)
		if (lacks[i] && read_side(d, &d->sides[i], (struct str){ 0 }, e) < 0)
			return -1;
	return 0;
}

/* Only orders are read by time. */
static int64_t
created_at(enum entity entity, const struct seen *s)
{
	return entity == ENTITY_ORDER ? seen_created(s) : 0;
}

/* Only one side holds the record: whether a complete read of the other had to hold it. */
static void
decide_absence(const struct diff_snapshots *d, struct diff_snapshots_record *l)
{
	bool is_gone = l->before != NULL;
	const struct seen *s = is_gone ? l->before : l->after;
	const struct diff_snapshots_side *has = &d->sides[is_gone ? 0 : 1];
	const struct diff_snapshots_side *lacks = &d->sides[is_gone ? 1 : 0];

	l->op = SNAPSHOT_DIFF_UNKNOWN;
	if (quarantine_has(&lacks->in.quarantine, l->entity, l->id))
		l->why = is_gone ? "quarantined in the later snapshot"
		                 : "quarantined in the earlier snapshot";
	else if (!complete_cover(&lacks->complete[l->entity], has->locations[s->page],
	             created_at(l->entity, s)))
		l->why = is_gone ? "the later snapshot does not prove that it is gone"
		                 : "the earlier snapshot does not prove that it was not "
		                   "there";
	else
		l->op = is_gone ? SNAPSHOT_DIFF_REMOVED : SNAPSHOT_DIFF_ADDED;
}

static void
add_pair(struct diff_snapshots *d, enum entity entity, struct str id, const struct seen *x,
    const struct seen *y)
{
	struct diff_snapshots_record l = {
		.entity = entity, .op = SNAPSHOT_DIFF_CHANGED, .id = id, .before = x, .after = y
	};

	if (d->only.n > 0 && !str_eq(l.id, d->only))
		return;
	if (x == NULL || y == NULL)
		decide_absence(d, &l);
	else if (hash_eq(seen_hash(x), seen_hash(y)))
		l.op = SNAPSHOT_DIFF_UNCHANGED;
	d->counts[entity][l.op]++;
	if (l.op != SNAPSHOT_DIFF_UNCHANGED)
		d->list[d->n++] = l;
}

static void
merge(struct diff_snapshots *d, enum entity entity)
{
	const struct read_snapshot *x = &d->sides[0].in;
	const struct read_snapshot *y = &d->sides[1].in;
	size_t i = 0, k = 0;

	while (i < x->seen_n[entity] || k < y->seen_n[entity]) {
		int order = i == x->seen_n[entity] ? 1
		            : k == y->seen_n[entity]
		                ? -1
		                : str_cmp(seen_id(x->seen[entity][i]), seen_id(y->seen[entity][k]));
		const struct seen *before = order <= 0 ? x->seen[entity][i++] : NULL;
		const struct seen *after = order >= 0 ? y->seen[entity][k++] : NULL;

		add_pair(d, entity, seen_id(order <= 0 ? before : after), before, after);
	}
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
		wanted[n++] = (struct wanted_record){ .from = &d->sides[0].pages[l->before->page],
			.index = l->before->index };
		wanted[n++] = (struct wanted_record){ .from = &d->sides[1].pages[l->after->page],
			.index = l->after->index };
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

int
diff_snapshots_make(struct diff_snapshots *d, const char *before, const char *after, struct err *e)
{
	size_t most = 0;

	if (load_side(d, 0, before, e) < 0 || load_side(d, 1, after, e) < 0 || reread(d, e) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++)
		for (size_t x = 0; x < ENTITIES; x++)
			most += d->sides[i].in.seen_n[x];
	d->list = arena_array(&d->a, most, sizeof(*d->list));
	for (size_t x = 0; x < ENTITIES; x++)
		if (!d->has_entity || d->entity == x)
			merge(d, (enum entity)x);
	return compare_texts(d, e);
}

void
diff_snapshots_release(struct diff_snapshots *d)
{
	for (size_t i = 0; i < 2; i++) {
		read_snapshot_release(&d->sides[i].in);
		terms_release(&d->sides[i].terms);
	}
	intern_release(&d->locations);
	arena_release(&d->a);
}
