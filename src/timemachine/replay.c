#include "timemachine/replay.h"

#include "account/catch_up.h"
#include "timemachine/replay_compare.h"
#include "timemachine/replay_dir.h"
#include "timemachine/replay_input.h"

/* The replay at work. */
struct replaying {
	struct replay *r;
	struct replay_input input;
	size_t from, until; /* positions kept: [from, until) */
	struct segment_set rules;
	struct state s;
	struct catch_up catch_up;
	struct err *e;
};

static int
find_position(struct replaying *g, const char *option, const char *id, size_t *at)
{
	for (size_t i = 0; i < g->input.n; i++) {
		if (!str_eq(g->input.ids[i], str_c(id)))
			continue;
		*at = i;
		return 0;
	}
	if (str_cmp(str_c(id), g->input.base) <= 0) {
		err_set(g->e, ERR_USAGE, "%s: snapshot '%s' was pruned", option, id);
		return err_advise(g->e, "History begins after base %.*s.", STR_ARG(g->input.base));
	}
	err_set(g->e, ERR_USAGE, "%s: there is no snapshot '%s'", option, id);
	return err_advise(g->e,
	    "An id is a time such as 20261123T040000Z: snapshots/ has a directory of "
	    "that name.");
}

/* Nothing after the span has to be applied; what was never applied cannot be compared. */
static int
find_span(struct replaying *g)
{
	const struct replay *r = g->r;
	size_t last;

	g->until = r->check ? g->input.applied : g->input.n;
	if (r->from != NULL && find_position(g, "--from", r->from, &g->from) < 0)
		return -1;
	if (r->check && r->from != NULL && g->from >= g->input.applied) {
		err_set(g->e, ERR_USAGE,
		    "--from: snapshot %s is not applied yet, so there is nothing to compare it "
		    "with",
		    r->from);
		return err_advise(g->e, "Run 'flowstory process' first.");
	}
	if (r->until == NULL)
		return 0;
	if (find_position(g, "--until", r->until, &last) < 0)
		return -1;
	if (last < g->until)
		g->until = last + 1;
	else if (r->check)
		host_note(r->host, NOTE_WARNING,
		    "--until: snapshot %s is not applied yet; only what was applied is compared",
		    r->until);
	if (last < g->from)
		return err_set(
		    g->e, ERR_USAGE, "--until %s is before --from %s", r->until, r->from);
	return 0;
}

static int
apply_one(struct replaying *g, size_t i)
{
	const struct replay *r = g->r;
	bool is_kept = i >= g->from;
	struct outcome ignored;

	g->catch_up.pipeline.keep = is_kept ? FILE_QUICK : FILE_NOWHERE;
	if (catch_up_apply(&g->catch_up, g->input.ids[i], &ignored, g->e) < 0)
		return -1;
	if (!r->check || !is_kept)
		return 0;
	return replay_compare(r->account, r->out, g->input.ids[i], g->e);
}

static int
say_kept(struct replaying *g, size_t applied)
{
	err_set(
	    g->e, ERR_INTERRUPTED, "interrupted: %zu of %zu snapshots replayed", applied, g->until);
	return err_advise(g->e, "The account was only read. Run the same command to start again.");
}

static int
apply_all(struct replaying *g)
{
	const struct host *host = g->r->host;
	struct progress_report progress = { .steps = g->until };

	for (size_t i = 0; i < g->until; i++) {
		progress.step = i;
		host->progress(host->context, &progress);
		if (apply_one(g, i) < 0)
			return g->e->kind == ERR_INTERRUPTED ? say_kept(g, i) : -1;
	}
	return 0;
}

static int
prepare(struct replaying *g)
{
	struct replay *r = g->r;

	if (replay_input_find(&r->arena, r->account, r->host, &g->input, g->e) < 0 ||
	    find_span(g) < 0)
		return -1;
	if (g->input.applied > 0)
		g->catch_up.until = g->input.ids[g->input.applied - 1];
	if (catch_up_begin(&g->catch_up, g->e) < 0)
		return -1;
	if (g->catch_up.lacks_terms && g->input.applied > 0)
		host_note(r->host, NOTE_WARNING,
		    "terms/ is missing: the present settings and rules are taken for those of "
		    "every snapshot; restore it if you have a backup");
	if (r->segments == NULL)
		return 0;
	g->catch_up.rules = &g->rules;
	return terms_rules(&r->arena, r->account, r->segments, &g->rules, g->e);
}

int
replay(struct replay *r, struct err *e)
{
	struct replaying g = {
		.r = r,
		.catch_up.pipeline = { .account = r->account,
		    .output = r->out,
		    .jobs = r->jobs,
		    .pages_done = r->pages_done },
		.catch_up.is_replay = true,
		.e = e,
	};
	struct replay_dir dir = { .account = r->account,
		.dir = r->out,
		.from = r->from,
		.until = r->until,
		.segments = r->segments,
		.lock = LOCK_INIT };
	int rc = -1;

	g.catch_up.s = &g.s;
	if (prepare(&g) == 0 && replay_dir_begin(&dir, e) == 0 &&
	    state_open_quick(&g.s, r->out, e) >= 0 && catch_up_restore(r->account, &g.s, e) == 0 &&
	    apply_all(&g) == 0)
		rc = replay_dir_sync(&dir, e);
	r->applied = g.until;
	if (g.until > g.from) {
		r->kept = g.input.ids + g.from;
		r->kept_n = g.until - g.from;
	}
	state_close(&g.s);
	catch_up_release(&g.catch_up);
	replay_dir_release(&dir);
	return rc;
}

void
replay_release(struct replay *r)
{
	arena_release(&r->arena);
}
