#include "timemachine/prune.h"

#include <unistd.h>

#include "account/catch_up.h"
#include "base/file.h"
#include "bases/fold_digest.h"
#include "bases/fold_manifest.h"
#include "bases/fold_restore.h"
#include "bases/fold_state.h"
#include "bases/pruned.h"

int
prune_plan_of(struct prune *p, struct err *e)
{
	struct state s = { 0 };
	int rc = state_open(&s, p->account, false, e);

	p->plan.account = p->account;
	if (rc > 0 && s.totals.applied == 0)
		rc = 0;
	if (rc > 0 && prune_plan_make(&p->plan, &s, e) < 0)
		rc = -1;
	state_close(&s);
	return rc;
}

/* ---- The bases that are to be made */

struct folding {
	struct prune *p;
	struct arena a;
	char *dir;            /* hidden, with two states in it */
	struct state live, s; /* the account's; the one history is applied to again */
	struct catch_up catch_up;
	struct str before; /* the base before, or empty */
	struct err *e;
};

/* What is folded is what was applied: the digests of every snapshot so far are the account's. */
static int
check_history(struct folding *g)
{
	uint32_t n = (uint32_t)g->s.totals.applied;

	for (uint32_t i = 1; i <= n; i++) {
		struct applied x, y;

		if (state_applied_must(&g->live, i, &x, g->e) < 0 ||
		    state_applied_must(&g->s, i, &y, g->e) < 0)
			return -1;
		if (str_eq(x.id, y.id) && str_eq(x.manifest_sha256, y.manifest_sha256) &&
		    str_eq(x.diff_sha256, y.diff_sha256) &&
		    str_eq(x.export_sha256, y.export_sha256))
			continue;
		err_set(g->e, ERR_DIFFERS, "snapshot %.*s does not come out as it was applied",
		    STR_ARG(x.id));
		return err_advise(g->e,
		    "Nothing was deleted. Run 'flowstory verify --rebuild': it names the fault.");
	}
	return 0;
}

/* The state made from the base must be the one it was made from, key by key. */
static int
check_base(struct folding *g, struct str name)
{
	char *dir = file_join(&g->a, g->dir, "check");
	struct state back = { 0 };
	const char *where = "";
	int rc = dir_make_quick(dir, g->e);

	if (rc == 0)
		rc = state_open_quick(&back, dir, g->e) < 0 ? -1 : 0;
	if (rc == 0)
		rc = fold_restore(g->p->account, name, &back, g->e);
	if (rc == 0)
		rc = fold_digest_same(&g->s, &back, &where, g->e);
	state_close(&back);
	if (rc == 0) {
		err_set(g->e, ERR_DIFFERS,
		    "table '%s' of the state made from the base differs from the account's", where);
		return err_advise(g->e, "Nothing was deleted. This is a fault of flowstory: "
		                        "please report it.");
	}
	return rc < 0 ? -1 : dir_remove(dir, g->e);
}

static int
write_base(struct folding *g, const char *dir)
{
	const char *bases = file_join(&g->a, g->p->account, "bases");
	struct fold_manifest before;
	struct fold_state f = {
		.account = g->p->account, .s = &g->s, .dir = dir, .jobs = g->p->jobs
	};

	if (g->before.n > 0) {
		if (fold_manifest_load(&g->a, g->p->account, g->before, &before, g->e) < 0)
			return -1;
		f.before = &before;
		f.before_dir = file_join(&g->a, bases, str_z(&g->a, g->before));
	}
	return fold_state_write(&f, g->e);
}

static int
make_base(struct folding *g, struct str id)
{
	char *bases = file_join(&g->a, g->p->account, "bases");
	struct str name = str_printf(&g->a, ".%.*s.tmp-%ld", STR_ARG(id), (long)getpid());
	char *tmp = file_join(&g->a, bases, str_z(&g->a, name));
	int rc = check_history(g);

	if (rc == 0)
		rc = dir_make(bases, g->e);
	if (rc == 0)
		rc = dir_make_quick(tmp, g->e);
	if (rc == 0)
		rc = write_base(g, tmp);
	if (rc == 0)
		rc = dir_sync(tmp, g->e);
	if (rc == 0)
		rc = check_base(g, name);
	if (rc == 0)
		rc = dir_rename(tmp, file_join(&g->a, bases, str_z(&g->a, id)), g->e);
	if (rc < 0) {
		struct err ignored = ERR_INIT;

		(void)!dir_remove(tmp, &ignored);
	}
	g->before = id;
	return rc;
}

/* One that is there may have been damaged since, or made by another version. */
static int
prove_base(struct folding *g, struct str id)
{
	g->before = id;
	return check_history(g) < 0 ? -1 : check_base(g, id);
}

/* History again, up to the snapshot. */
static int
apply_until(struct folding *g, uint32_t number, size_t all)
{
	const struct prune_plan *plan = &g->p->plan;
	struct progress_report progress = { .steps = all };

	while (g->s.totals.applied < number) {
		struct outcome ignored;

		progress.step = (size_t)g->s.totals.applied;
		g->p->host->progress(g->p->host->context, &progress);
		if (catch_up_apply(
		        &g->catch_up, plan->list[g->s.totals.applied].id, &ignored, g->e) < 0)
			return -1;
	}
	return 0;
}

static int
make_bases(struct folding *g)
{
	const struct prune_plan *plan = &g->p->plan;

	for (size_t i = 0; i < plan->bases_n; i++) {
		const struct prune_base *b = &plan->bases[i];

		if (!b->is_made && !b->is_proved)
			continue;
		if (apply_until(g, b->number, plan->horizon) < 0 ||
		    (b->is_made ? make_base(g, b->id) : prove_base(g, b->id)) < 0)
			return -1;
	}
	return 0;
}

static int
begin(struct folding *g)
{
	const struct prune_plan *plan = &g->p->plan;
	int rc = state_open(&g->live, g->p->account, false, g->e);

	if (rc == 0)
		return err_set(g->e, ERR_INTERNAL, "the state has disappeared");
	if (rc < 0 || dir_make_quick(g->dir, g->e) < 0 ||
	    state_open_quick(&g->s, g->dir, g->e) < 0 ||
	    catch_up_restore(g->p->account, &g->s, g->e) < 0)
		return -1;
	g->before = plan->start;
	g->catch_up.until = plan->list[plan->n - 1].id;
	return catch_up_begin(&g->catch_up, g->e);
}

static int
fold(struct prune *p, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct folding g = { .p = p,
		.catch_up = { .pipeline = { .account = p->account,
		                  .jobs = p->jobs,
		                  .keep = FILE_NOWHERE,
		                  .pages_done = p->pages_done },
		    .is_replay = true },
		.e = e };
	int rc;

	g.dir = str_z(&g.a, str_printf(&g.a, "%s/.prune.tmp-%ld", p->account, (long)getpid()));
	g.catch_up.pipeline.output = g.dir;
	g.catch_up.s = &g.s;
	rc = begin(&g);
	if (rc == 0)
		rc = make_bases(&g);
	catch_up_release(&g.catch_up);
	state_close(&g.s);
	state_close(&g.live);
	if (dir_remove(g.dir, rc < 0 ? &ignored : e) < 0)
		rc = -1;
	arena_release(&g.a);
	return rc;
}

/* ---- The whole */

/* The account's state finds the texts of what is folded in the base, before they go. */
static int
follow(struct prune *p, struct err *e)
{
	struct state s = { 0 };
	int rc = state_open(&s, p->account, true, e);

	if (rc >= 0)
		rc = fold_restore_origins(p->account, p->plan.list[p->plan.horizon - 1].id, &s, e);
	if (rc == 0)
		rc = state_commit(&s, e);
	state_close(&s);
	return rc;
}

static int
check_room(const struct prune_plan *plan, struct err *e)
{
	if (plan->needed <= plan->free)
		return 0;
	err_set(e, ERR_FAILED, "too little room: about %llu bytes are needed, %llu are free",
	    (unsigned long long)plan->needed, (unsigned long long)plan->free);
	return err_advise(e, "Nothing was changed. Make room, then prune again.");
}

int
prune_run(struct prune *p, struct err *e)
{
	const struct prune_plan *plan = &p->plan;
	const struct prune_list *d = &plan->drops;

	if (check_room(plan, e) < 0 || (prune_plan_folds(plan) && fold(p, e) < 0))
		return -1;
	if (prune_list_is_empty(d))
		return 0;
	if (d->snapshots_n > 0 &&
	    (follow(p, e) < 0 || pruned_add(p->account, d->snapshots, d->snapshots_n, e) < 0))
		return -1;
	if (prune_list_save(p->account, d, e) < 0)
		return -1;
	return prune_list_finish(p->account, e) < 0 ? -1 : 0;
}

void
prune_release(struct prune *p)
{
	prune_plan_release(&p->plan);
}
