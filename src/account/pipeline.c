#include "account/pipeline.h"

#include "base/arena.h"
#include "base/file.h"
#include "dailystory/export.h"
#include "delta/apply.h"
#include "delta/delta.h"
#include "delta/diff_file.h"
#include "delta/read_snapshot.h"
#include "delta/remember_pages.h"
#include "snapshot/store.h"

/* Everything one snapshot needs on its way, released at its end. */
struct applying {
	const struct pipeline *p;
	struct state *s;
	struct str id;
	const struct terms *policy;
	struct arena a;
	struct manifest manifest;
	struct read_snapshot intake;
	struct delta delta;
	struct apply_result touched;
	struct applied applied, before;
	struct err breaker;
	struct sha256 plan;
	bool has_before, is_accepted;
	struct segment_set rules_before;
	struct diff_file diff;
	struct export_dir out;
	struct err *e;
};

static int
load_before(struct applying *g)
{
	struct state *s = g->s;
	int rc = s->totals.applied == 0
	             ? 0
	             : state_applied(s, (uint32_t)s->totals.applied, &g->before, g->e);

	if (rc < 0 || s->totals.applied == 0)
		return rc;
	if (rc == 0)
		return state_broken(g->e, "a snapshot is missing");
	g->has_before = true;
	g->before.id = str_copy(&g->a, g->before.id);
	g->before.diff_sha256 = str_copy(&g->a, g->before.diff_sha256);
	return 0;
}

static int
begin_diff(struct applying *g)
{
	struct diff_file_parts parts = {
		.head = { .snapshot = g->id,
		    .previous = g->before.id,
		    .manifest_sha256 = str_c(g->manifest.sha256.hex),
		    .previous_diff_sha256 = g->before.diff_sha256 },
		.delta = &g->delta,
		.keep = g->p->keep,
		.manifest = &g->manifest,
		.quarantined = g->intake.quarantine.n,
		.jobs = g->p->jobs,
	};

	return diff_file_begin(&g->diff, g->p->output, g->s->kv, &parts, g->e);
}

static int
end_diff(struct applying *g)
{
	struct sha256 sha256;

	if (diff_file_end(
	        &g->diff, g->touched.unknown_fields, g->touched.unknown_n, &sha256, g->e) < 0)
		return -1;
	g->applied.diff_sha256 = str_copy(&g->a, str_c(sha256.hex));
	read_snapshot_forget(&g->intake);
	return 0;
}

/* Read the pages and find what they change; the diff is written meanwhile. */
static int
take_in(struct applying *g)
{
	struct read_source source = {
		.account = g->p->account,
		.snapshot = g->id,
		.manifest = &g->manifest,
		.kv = g->s->totals.applied == 0 ? NULL : g->s->kv,
		.settings = &g->policy->settings.ledger,
		.jobs = g->p->jobs,
		.pages_done = g->p->pages_done,
		.way = g->p->way,
	};
	uint32_t *locations;

	if (store_manifest(&g->a, g->p->account, g->id, &g->manifest, g->e) < 0)
		return -1;
	locations = arena_zero(&g->a, g->manifest.n + 1, sizeof(*locations));
	source.locations = locations;
	if (apply_locations(g->s, &g->manifest, locations, g->e) < 0 ||
	    read_snapshot_read(&g->intake, &source, g->e) < 0 ||
	    delta_find(&g->delta, g->s, &g->intake, &source, g->e) < 0)
		return -1;
	if (apply_breaker(g->s, &g->delta, &g->policy->settings.ledger, g->e) < 0) {
		if (!g->p->accept_mass_change && !g->policy->is_accepted)
			return -1;
		g->breaker = *g->e;
		*g->e = (struct err)ERR_INIT;
		g->is_accepted = true;
	}
	if (begin_diff(g) < 0)
		return -1;
	g->s->totals.applied++;
	if (apply_delta(&g->a, g->s, &source, &g->intake, &g->delta, &g->touched, g->e) < 0)
		return -1;
	return remember_pages(g->s, &g->manifest, &g->intake, g->e);
}

/* Its pages, so that records can be found again. */
static int
register_pages(struct applying *g)
{
	uint32_t number = (uint32_t)g->s->totals.applied;

	for (size_t i = 0; i < g->manifest.n; i++) {
		struct applied_page page = { g->manifest.pages[i].path, g->manifest.pages[i].sha256,
			g->manifest.pages[i].resource };

		if (state_page_put(g->s, number, (uint32_t)i, &page, g->e) < 0)
			return -1;
	}
	return 0;
}

/* What it says of itself; only the export is not known yet. */
static void
describe(struct applying *g)
{
	g->applied.id = g->id;
	g->applied.as_of = g->manifest.taken_at;
	g->applied.manifest_sha256 = str_c(g->manifest.sha256.hex);
	g->applied.quarantined = g->intake.quarantine.n;
	for (size_t i = 0; i < 4; i++) {
		g->applied.customers[i] = g->delta.counts[ENTITY_CUSTOMER][i];
		g->applied.orders[i] = g->delta.counts[ENTITY_ORDER][i];
	}
}

/* Whether the text stored under the name is another; then the new one is stored. */
static int
follow(struct applying *g, const char *name, struct str now, bool *changed)
{
	struct str before;
	int rc = state_meta(g->s, name, &before, g->e);

	if (rc < 0)
		return -1;
	*changed = rc == 0 || !str_eq(before, now);
	return *changed ? state_meta_put(g->s, name, now, g->e) : 0;
}

/* What changed in rules and settings since the snapshot before. */
static int
follow_policy(struct applying *g, struct export_source *x)
{
	const struct settings *settings = &g->policy->settings;
	struct buf counting = { 0 }, choosing = { 0 };
	bool rules_changed;
	struct str text;
	int rc = state_meta(g->s, "rules", &text, g->e);

	if (rc > 0)
		rc = segment_parse(&g->a, "rules of the snapshot before", str_copy(&g->a, text),
		    &g->rules_before, g->e);
	settings_counting(settings, &counting);
	settings_choosing(settings, &choosing);
	if (rc >= 0 && follow(g, "rules", g->policy->rules.text, &rules_changed) == 0 &&
	    follow(g, "counting", buf_view(&counting), &x->is_recounted) == 0 &&
	    follow(g, "choosing", buf_view(&choosing), &x->is_everybody) == 0)
		rc = follow(g, "suppress", settings->suppress_sha256, &x->is_suppress_new);
	else
		rc = -1;
	if (!g->has_before)
		x->is_recounted = x->is_everybody = false;
	buf_release(&counting);
	buf_release(&choosing);
	return rc;
}

static int
write_export(struct applying *g)
{
	struct export_source x = {
		.snapshot = g->id,
		.as_of = g->manifest.taken_at,
		.rules = &g->policy->rules,
		.rules_before = &g->rules_before,
		.ledger = &g->policy->settings.ledger,
		.settings = &g->policy->settings.export,
		.settings_text = buf_view(&g->policy->settings_text),
		.is_accepted = g->is_accepted,
		.touched = &g->touched,
		.quarantined = g->intake.quarantine.list,
		.quarantined_n = g->intake.quarantine.n,
		.manifest = &g->manifest,
		.applied = &g->applied,
		.jobs = g->p->jobs,
	};
	char *exports = file_join(&g->a, g->p->output, "exports");

	if (follow_policy(g, &x) < 0)
		return -1;
	if (g->p->keep != FILE_NOWHERE && dir_make(exports, g->e) < 0)
		return -1;
	if (export_dir_begin(
	        &g->out, file_join(&g->a, exports, str_z(&g->a, g->id)), g->p->keep, g->e) < 0)
		return -1;
	g->out.jobs = g->p->jobs;
	return export_write(&g->out, g->s, &x, g->e);
}

/* The snapshot's own row, now that the digests of all that it brought are known. */
static int
register_snapshot(struct applying *g)
{
	const struct export_file *f = export_dir_find(&g->out, STR("manifest.json"));
	struct str plan;

	g->applied.export_sha256 = str_c(f->sha256.hex);
	plan = str_printf(&g->a, "%.*s\n%.*s\n%.*s\n", STR_ARG(g->id),
	    STR_ARG(g->applied.diff_sha256), STR_ARG(g->applied.export_sha256));
	g->plan = sha256_of(plan);
	return state_applied_put(g->s, (uint32_t)g->s->totals.applied, &g->applied, g->e);
}

static int
check_plan(const struct applying *g)
{
	const char *expect = g->p->expect;

	if (expect == NULL || str_eq_nocase(str_c(expect), str_c(g->plan.hex)))
		return 0;
	err_set(g->e, ERR_DIFFERS, "snapshot %.*s would not be applied as planned: its plan is %s",
	    STR_ARG(g->id), g->plan.hex);
	return err_advise(g->e, "Nothing was changed. A snapshot, the rules or "
	                        "the settings are not what they were: look at "
	                        "'flowstory process --plan' again.");
}

static int
commit(struct applying *g, struct outcome *out)
{
	bool replaced = false;

	if (g->p->is_dry)
		return 0;
	if (diff_file_commit(&g->diff, g->e) < 0 ||
	    export_dir_commit(&g->out, &replaced, g->e) < 0 || state_commit(g->s, g->e) < 0)
		return -1;
	out->was_replaced = replaced;
	return state_begin(g->s, g->e) < 0 ? -1 : 0;
}

static void
report(const struct applying *g, struct outcome *out)
{
	out->applied = g->applied;
	out->applied.id = g->id;
	out->applied.manifest_sha256 = out->applied.diff_sha256 = out->applied.export_sha256 =
	    (struct str){ 0 };
	out->breaker = g->breaker;
	out->plan = g->plan;
	for (size_t i = 0; i < g->out.n; i++) {
		const struct export_file *f = g->out.files[i];

		if (str_starts(f->path, STR("contacts-")) && str_ends(f->path, STR(".csv")))
			out->contacts += f->rows;
		if (str_eq(f->path, STR("events.jsonl")))
			out->events = f->rows;
		if (str_eq(f->path, STR("opt-outs.csv")))
			out->opt_outs = f->rows;
	}
}

/* From the pages to what is seen of them. */
static int
finish(struct applying *g, struct outcome *out)
{
	describe(g);
	if (write_export(g) < 0 || register_snapshot(g) < 0 || check_plan(g) < 0)
		return -1;
	report(g, out);
	return commit(g, out);
}

int
pipeline_apply(const struct pipeline *p, struct state *s, struct str id, const struct terms *policy,
    struct outcome *out, struct err *e)
{
	struct applying g = { .p = p,
		.s = s,
		.id = id,
		.policy = policy,
		.diff = { .file = FILE_OUT_INIT },
		.e = e };
	int rc = -1;

	*out = (struct outcome){ 0 };
	if (load_before(&g) == 0 && take_in(&g) == 0 && end_diff(&g) == 0 &&
	    register_pages(&g) == 0)
		rc = finish(&g, out);
	diff_file_release(&g.diff);
	export_dir_release(&g.out);
	delta_release(&g.delta);
	read_snapshot_release(&g.intake);
	arena_release(&g.a);
	return rc;
}
