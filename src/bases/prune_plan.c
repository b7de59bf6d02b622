#include "bases/prune_plan.h"

#include <stdlib.h>
#include <sys/statvfs.h>

#include "base/file.h"
#include "base/host.h"
#include "base/timestamp.h"
#include "bases/fold_manifest.h"
#include "bases/freed.h"
#include "bases/proofs.h"
#include "snapshot/store.h"

#define DIFF_SUFFIX ".jsonl.gz"

static bool
has(const struct str *list, size_t n, struct str id)
{
	return n > 0 && bsearch(&id, list, n, sizeof(*list), str_order) != NULL;
}

static int
list_applied(struct prune_plan *p, struct state *s, struct err *e)
{
	p->n = (size_t)s->totals.applied;
	p->list = arena_zero(&p->a, p->n, sizeof(*p->list));
	for (size_t i = 0; i < p->n; i++) {
		struct applied x;

		if (state_applied_must(s, (uint32_t)i + 1, &x, e) < 0)
			return -1;
		p->list[i].id = str_copy(&p->a, x.id);
		p->list[i].as_of = x.as_of;
	}
	p->last = p->list[p->n - 1].as_of;
	return 0;
}

static int
missing(struct str id, struct err *e)
{
	err_set(e, ERR_DAMAGED, "snapshots/%.*s was applied, but is missing", STR_ARG(id));
	return err_advise(e, "Restore it from a backup: what is gone cannot be folded.");
}

/* What there is of each: its pages, a base. */
static int
look(struct prune_plan *p, const struct str *there, size_t n, const struct str *bases,
    size_t bases_n, struct err *e)
{
	struct str *late = arena_array(&p->a, n, sizeof(*late));
	size_t k = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct retention_snapshot *x = &p->list[i];

		x->is_there = has(there, n, x->id);
		x->has_base = has(bases, bases_n, x->id);
		if (!x->is_there && str_cmp(x->id, p->start) > 0)
			return missing(x->id, e);
	}
	for (size_t i = 0; i < n; i++) {
		while (k < p->n && str_cmp(p->list[k].id, there[i]) < 0)
			k++;
		if (k < p->n && !str_eq(p->list[k].id, there[i]))
			late[p->late_n++] = there[i];
	}
	p->late = late;
	return 0;
}

static struct str
reasons(struct prune_plan *p, const struct retention_snapshot *x)
{
	struct buf b = { 0 };
	struct str out;

	if (x->is_horizon)
		buf_z(&b, "horizon");
	for (size_t i = 0; i < RETENTION_PERIODS; i++)
		if (x->is_of[i])
			buf_printf(&b, "%s%s", b.n > 0 ? ", " : "",
			    retention_period_name((enum retention_period)i));
	if (x->is_pinned)
		buf_printf(&b, "%spinned", b.n > 0 ? ", " : "");
	if (b.n == 0 && x->is_base)
		buf_z(&b, "within what is kept");
	out = str_copy(&p->a, buf_view(&b));
	buf_release(&b);
	return out;
}

static char *
path_of(struct prune_plan *p, const char *dir, struct str name, const char *suffix)
{
	return str_z(
	    &p->a, str_printf(&p->a, "%s/%s/%.*s%s", p->account, dir, STR_ARG(name), suffix));
}

static void
measure_base(struct prune_plan *p, struct prune_base *x)
{
	struct freed f = { .cap = 0 };

	freed_add(&f, path_of(p, "bases", x->id, ""));
	x->shared = freed_shared(&f);
	x->bytes = freed_bytes(&f) + x->shared;
	if (x->is_removed)
		p->bases_bytes += x->bytes - x->shared;
	freed_release(&f);
}

/* A base later than what was applied is none of this plan's business: it stays. */
static void
list_bases(struct prune_plan *p)
{
	struct prune_list *d = &p->drops;

	p->bases = arena_zero(&p->a, p->n, sizeof(*p->bases));
	d->bases = arena_array(&p->a, p->n, sizeof(*d->bases));
	for (size_t i = 0; i < p->n; i++) {
		const struct retention_snapshot *x = &p->list[i];
		struct prune_base *b = &p->bases[p->bases_n];

		if (!x->is_base && !x->has_base)
			continue;
		p->bases_n++;
		*b = (struct prune_base){ .id = x->id,
			.number = (uint32_t)i + 1,
			.is_made = x->is_base && !x->has_base,
			.is_proved = x->is_base && x->has_base && x->is_dropped &&
			             str_cmp(x->id, p->start) > 0,
			.is_removed = !x->is_base,
			.why = reasons(p, x) };
		if (x->has_base)
			measure_base(p, b);
		if (b->is_removed)
			d->bases[d->bases_n++] = b->id;
	}
}

static void
list_snapshots(struct prune_plan *p)
{
	struct prune_list *d = &p->drops;
	struct freed f = { .cap = 0 };

	d->snapshots = arena_array(&p->a, p->horizon, sizeof(*d->snapshots));
	for (size_t i = 0; i < p->horizon; i++) {
		if (!p->list[i].is_dropped)
			continue;
		d->snapshots[d->snapshots_n++] = p->list[i].id;
		freed_add(&f, path_of(p, "snapshots", p->list[i].id, ""));
	}
	p->snapshots_bytes = freed_bytes(&f);
	freed_release(&f);
}

/* The last snapshot's files are what is imported next: they stay whatever is set. */
static int
list_exports(struct prune_plan *p, struct err *e)
{
	int64_t cut = retention_cut(p->r->exports, p->last);
	struct prune_list *d = &p->drops;
	struct freed f = { .cap = 0 };
	int rc = 0;

	d->exports = arena_zero(&p->a, p->n, sizeof(*d->exports));
	for (size_t i = 0; rc == 0 && i + 1 < p->n && p->list[i].as_of < cut; i++) {
		struct prune_export *x = &d->exports[d->exports_n];
		char *dir = path_of(p, "exports", p->list[i].id, "");

		rc = prune_list_export(&p->a, p->account, p->list[i].id, x, e);
		for (size_t k = 0; k < x->n; k++)
			freed_add(&f, file_join(&p->a, dir, str_z(&p->a, x->files[k])));
		d->exports_n += x->n > 0;
	}
	p->exports_bytes = freed_bytes(&f);
	freed_release(&f);
	return rc;
}

/* Only those of what is folded: the base names the digest with which the chain begins. */
static void
list_diffs(struct prune_plan *p)
{
	int64_t cut = retention_cut(p->r->diffs, p->last);
	struct prune_list *d = &p->drops;
	struct freed f = { .cap = 0 };

	d->diffs = arena_array(&p->a, p->horizon, sizeof(*d->diffs));
	for (size_t i = 0; i < p->horizon && p->list[i].as_of < cut; i++) {
		char *path = path_of(p, "diffs", p->list[i].id, DIFF_SUFFIX);

		if (!file_exists(path))
			continue;
		d->diffs[d->diffs_n++] = p->list[i].id;
		freed_add(&f, path);
	}
	p->diffs_bytes = freed_bytes(&f);
	freed_release(&f);
}

/* Each base is about as large as the pages that it folds, or as all that is known, whichever is
 * less; and two states are made to compare. */
static void
measure_need(struct prune_plan *p)
{
	struct freed state = { .cap = 0 }, pages = { .cap = 0 };
	uint64_t known, folded;
	struct statvfs v;

	freed_add(&state, path_of(p, "state", STR("data.mdb"), ""));
	for (size_t i = 0; i < p->horizon; i++)
		freed_add(&pages, path_of(p, "snapshots", p->list[i].id, ""));
	known = freed_bytes(&state) + freed_shared(&state);
	folded = freed_bytes(&pages) + freed_shared(&pages);
	if (p->start.n > 0 || folded > known)
		folded = known;
	if (prune_plan_folds(p))
		p->needed = 2 * known + prune_plan_makes(p) * folded;
	p->free = UINT64_MAX;
	if (statvfs(p->account, &v) == 0)
		p->free = (uint64_t)v.f_bavail * v.f_frsize;
	freed_release(&state);
	freed_release(&pages);
}

/* What is read again must have its snapshots: the last days, and the last complete reads. */
static int
find_floor(struct prune_plan *p, const struct str *there, size_t n, struct err *e)
{
	int64_t least = p->last - (int64_t)p->least_days * TIMESTAMP_DAY;

	const struct proofs_bounds bounds = { p->first_day, least };

	p->asked = retention_cut(p->r->all, p->last);
	p->floor = INT64_MAX;
	if (p->is_unbounded)
		return 0;
	if (proofs_oldest(p->account, there, n, &bounds, &p->floor, e) < 0)
		return -1;
	if (p->floor > least)
		p->floor = least;
	return 0;
}

/* The snapshots that were applied, as store_list gives them, up to the last one applied. */
static size_t
count_applied(const struct prune_plan *p, const struct str *there, size_t n)
{
	while (n > 0 && str_cmp(there[n - 1], p->list[p->n - 1].id) > 0)
		n--;
	return n;
}

int
prune_plan_make(struct prune_plan *p, struct state *s, struct err *e)
{
	struct str *there, *bases;
	size_t n, bases_n;

	if (list_applied(p, s, e) < 0 || store_list(&p->a, p->account, &there, &n, e) < 0 ||
	    fold_manifest_list(&p->a, p->account, &bases, &bases_n, e) < 0 ||
	    fold_manifest_start(&p->a, p->account, &p->start, e) < 0 ||
	    look(p, there, n, bases, bases_n, e) < 0 ||
	    find_floor(p, there, count_applied(p, there, n), e) < 0)
		return -1;
	retention_plan(p->r, p->floor, p->list, p->n, &p->horizon);
	p->drops.at = host_now_text(&p->a);
	list_snapshots(p);
	list_bases(p);
	list_diffs(p);
	if (list_exports(p, e) < 0)
		return -1;
	measure_need(p);
	return 0;
}

size_t
prune_plan_makes(const struct prune_plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->bases_n; i++)
		n += p->bases[i].is_made;
	return n;
}

bool
prune_plan_folds(const struct prune_plan *p)
{
	for (size_t i = 0; i < p->bases_n; i++)
		if (p->bases[i].is_made || p->bases[i].is_proved)
			return true;
	return false;
}

void
prune_plan_release(struct prune_plan *p)
{
	arena_release(&p->a);
}
