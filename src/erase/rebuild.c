#include "erase/rebuild.h"

#include "account/bookmark.h"
#include "account/catch_up.h"
#include "base/file.h"
#include "erase/folded.h"
#include "erase/swap.h"
#include "state/state.h"
#include "timemachine/replay_input.h"

static const char *const parts[] = { "diffs", "exports", "state" };

#define PARTS (sizeof(parts) / sizeof(parts[0]))

struct deriving {
	const struct rebuild *d;
	struct arena a;
	struct state s;
	struct catch_up catch_up;
	struct replay_input input;
	char *dir;
	struct err *e;
};

static void
begin(struct deriving *g, const struct rebuild *d, struct err *e)
{
	*g = (struct deriving){ .d = d, .e = e };
	g->dir = file_join(&g->a, d->account, DERIVE_DIR);
	g->catch_up = (struct catch_up){
		.pipeline = { .account = d->account,
		    .output = g->dir,
		    .jobs = d->jobs,
		    .keep = FILE_QUICK,
		    .pages_done = d->pages_done },
		.s = &g->s,
		.is_replay = true,
	};
}

static void
end(struct deriving *g)
{
	state_close(&g->s);
	catch_up_release(&g->catch_up);
	arena_release(&g->a);
}

static int
find_input(struct deriving *g)
{
	if (replay_input_find(&g->a, g->d->account, g->d->host, &g->input, g->e) < 0)
		return -1;
	if (g->input.applied > 0)
		g->catch_up.until = g->input.ids[g->input.applied - 1];
	return 0;
}

int
rebuild_check(const struct rebuild *d, struct err *e)
{
	struct deriving g;
	int rc;

	begin(&g, d, e);
	rc = find_input(&g);
	/* an empty state, that of a replay that begins; a base would fill it */
	if (rc == 0 && g.input.applied > 0 && g.input.base.n == 0)
		rc = catch_up_begin(&g.catch_up, e);
	end(&g);
	return rc;
}

/* Whoever is gone is counted no more: what was less than a tenth of all may be more now. */
static int
accept(struct deriving *g, struct str id)
{
	struct terms_history *h = &g->catch_up.history;
	const struct terms *t;
	int rc = terms_history_accepts(h, id, g->e);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = terms_history_at(h, id, &t, g->e);
	if (rc <= 0)
		return rc;
	return terms_history_follow(h, id, t, true, g->e);
}

static int
apply_one(struct deriving *g, struct str id)
{
	struct outcome outcome;

	g->catch_up.pipeline.accept = id;
	if (catch_up_apply(&g->catch_up, id, &outcome, g->e) < 0)
		return -1;
	return outcome.breaker.kind == ERR_NONE ? 0 : accept(g, id);
}

static int
apply_all(struct deriving *g)
{
	const struct host *host = g->d->host;
	struct progress_report progress = { .steps = g->input.applied };

	for (size_t i = 0; i < g->input.applied; i++) {
		progress.step = i;
		host->progress(host->context, &progress);
		if (apply_one(g, g->input.ids[i]) < 0)
			return -1;
	}
	return 0;
}

static int
finish(struct deriving *g)
{
	state_close(&g->s);
	if (folded_carry(g->d->account, g->input.base, g->dir, g->e) < 0)
		return -1;
	for (size_t i = 0; i < PARTS; i++) {
		char *part = file_join(&g->a, g->dir, parts[i]);

		if (dir_exists(part) && swap_mark(part, g->e) < 0)
			return -1;
	}
	return dir_sync(g->dir, g->e);
}

int
rebuild_make(const struct rebuild *d, struct err *e)
{
	struct deriving g;
	int rc;

	begin(&g, d, e);
	rc = dir_remove(g.dir, e);
	if (rc == 0)
		rc = find_input(&g);
	if (rc == 0 && g.input.applied > 0) {
		rc = dir_make(g.dir, e);
		if (rc == 0)
			rc = state_open_quick(&g.s, g.dir, e) < 0 ? -1 : 0;
		if (rc == 0 && catch_up_restore(d->account, &g.s, e) == 0 &&
		    catch_up_begin(&g.catch_up, e) == 0 && apply_all(&g) == 0 && finish(&g) == 0)
			rc = 1;
		else
			rc = -1;
	}
	end(&g);
	return rc;
}

/* The digest of the diff of a snapshot, as a state knows it; empty: it does not. */
static int
find_diff(struct arena *a, const char *dir, const char *id, struct str *out, struct err *e)
{
	struct state s = { 0 };
	struct applied applied;
	struct err ignored = ERR_INIT;
	uint32_t number;
	int rc = state_open(&s, dir, false, e);

	*out = (struct str){ 0 };
	if (rc > 0 && s.totals.applied > 0 &&
	    state_snapshot_find(&s, id, &number, &applied, &ignored) == 0)
		*out = str_copy(a, applied.diff_sha256);
	state_close(&s);
	return rc < 0 ? -1 : 0;
}

int
rebuild_head(struct arena *a, const char *account, const char *dir, struct str *out, struct err *e)
{
	return find_diff(a, file_join(a, account, dir), NULL, out, e);
}

/* It names a diff by its digest, which is another now. */
static int
follow_bookmark(struct arena *a, const char *account, struct err *e)
{
	char *old = file_join(a, account, DERIVE_DIR);
	struct bookmark b;
	struct str was, now;
	const char *id;

	if (bookmark_load(a, account, &b, e) < 0)
		return -1;
	if (b.snapshot.n == 0)
		return 0;
	id = str_z(a, b.snapshot);
	if (find_diff(a, old, id, &was, e) < 0 || find_diff(a, account, id, &now, e) < 0)
		return -1;
	if (was.n == 0 || now.n == 0 || !str_eq(b.diff, was))
		return 0;
	b.diff = now;
	return bookmark_save(account, &b, e);
}

int
rebuild_swap(const char *account, struct err *e)
{
	struct arena a = { 0 };
	char *dir = file_join(&a, account, DERIVE_DIR);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < PARTS; i++)
		rc = swap_dirs(file_join(&a, dir, parts[i]), file_join(&a, account, parts[i]), e);
	if (rc == 0)
		rc = follow_bookmark(&a, account, e);
	arena_release(&a);
	return rc;
}
