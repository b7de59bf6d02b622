#include "account/pipeline.h"

#include "account/settings_terms.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "dailystory/export.h"
#include "delta/apply.h"
#include "delta/delta.h"
#include "delta/diff_file.h"
#include "delta/read_snapshot.h"
#include "delta/remember_pages.h"
#include "snapshot/store.h"
#include "state/rule_terms.h"

/* One snapshot on its way through the pipeline. */
struct application {
	const struct pipeline *p;
	struct state *s;
	const struct terms *terms;
	struct run run;
	struct arena a;
	struct applied before; /* the last snapshot applied; no id: there is none */
	struct manifest manifest;
	struct read_source source;
	struct read_snapshot in;
	struct delta delta;
	struct diff_file diff;
	struct apply_result changed;
	struct export_dir export;
	struct outcome *out;
	struct err *e;
};

static int
load_before(struct application *g)
{
	struct state *s = g->s;

	if (s->totals.applied == 0)
		return 0;
	if (state_applied_must(s, (uint32_t)s->totals.applied, &g->before, g->e) < 0)
		return -1;
	g->before.id = str_copy(&g->a, g->before.id);
	g->before.diff_sha256 = str_copy(&g->a, g->before.diff_sha256);
	return 0;
}

static int
read_manifest(struct application *g)
{
	uint32_t *locations;

	if (store_manifest(&g->a, g->run.account, g->run.snapshot, &g->manifest, g->e) < 0)
		return -1;
	g->run.as_of = g->manifest.taken_at;
	locations = arena_zero(&g->a, g->manifest.n + 1, sizeof(*locations));
	g->source = (struct read_source){
		.run = &g->run,
		.locations = locations,
		.kv = g->s->totals.applied == 0 ? NULL : g->s->kv,
		.pages_done = g->p->pages_done,
		.way = g->p->way,
	};
	return apply_locations(g->s, &g->manifest, locations, g->e);
}

/* What the pages hold, and what of it is a change. */
static int
find_changes(struct application *g)
{
	if (read_snapshot_read(&g->in, &g->source, g->e) < 0)
		return -1;
	return delta_find(&g->delta, g->s, &g->in, &g->source, g->e);
}

/* A mass change that is accepted is only noted. */
static int
check_breaker(struct application *g)
{
	if (apply_breaker(g->s, &g->delta, g->run.records, g->e) == 0)
		return 0;
	if (!g->p->is_dry && !str_eq(g->p->accept, g->run.snapshot))
		return -1;
	g->out->breaker = *g->e;
	*g->e = (struct err)ERR_INIT;
	return 0;
}

/* On a thread of its own, while the state is written. */
static int
begin_diff(struct application *g)
{
	struct diff_file_parts parts = {
		.run = &g->run,
		.head = { .previous = g->before.id,
		    .manifest_sha256 = str_c(g->manifest.sha256.hex),
		    .previous_diff_sha256 = g->before.diff_sha256 },
		.delta = &g->delta,
		.keep = g->p->keep,
		.quarantined = g->in.quarantine.n,
	};

	return diff_file_begin(&g->diff, g->p->output, g->s->kv, &parts, g->e);
}

/* The pages are stored too, so that each record can be found again. */
static int
update_state(struct application *g)
{

	g->s->totals.applied = g->run.number;
	if (apply_delta(&g->a, g->s, &g->source, &g->in, &g->delta, &g->changed, g->e) < 0 ||
	    remember_pages(g->s, &g->manifest, &g->in, g->e) < 0)
		return -1;
	for (size_t i = 0; i < g->manifest.n; i++) {
		const struct manifest_page *p = &g->manifest.pages[i];
		struct applied_page page = { p->path, p->sha256, p->resource, p->location };

		if (state_page_put(g->s, g->run.number, (uint32_t)i, &page, g->e) < 0)
			return -1;
	}
	return 0;
}

static int
end_diff(struct application *g)
{
	struct applied *x = &g->out->applied;
	struct sha256 sha256;

	if (diff_file_end(
	        &g->diff, g->changed.unknown_fields, g->changed.unknown_n, &sha256, g->e) < 0)
		return -1;
	*x = (struct applied){
		.id = g->run.snapshot,
		.as_of = g->manifest.taken_at,
		.manifest_sha256 = str_c(g->manifest.sha256.hex),
		.diff_sha256 = str_copy(&g->a, str_c(sha256.hex)),
		.quarantined = g->in.quarantine.n,
		.in_two_locations = g->changed.in_two_locations,
		.is_quarantine_new = g->changed.is_quarantine_new,
		.is_in_two_new = g->changed.is_in_two_new,
	};
	memcpy(x->held_back, g->changed.held_back, sizeof(x->held_back));
	memcpy(x->customers, g->delta.counts[ENTITY_CUSTOMER], sizeof(x->customers));
	memcpy(x->orders, g->delta.counts[ENTITY_ORDER], sizeof(x->orders));
	read_snapshot_forget(&g->in);
	return 0;
}

/* The rules of the snapshot before; none at the first. */
static int
parse_rules_before(struct application *g, struct segment_set *out)
{
	struct str text;
	int rc = state_meta(g->s, "rules", &text, g->e);

	if (rc <= 0)
		return rc;
	return segment_parse(
	    &g->a, "rules of the snapshot before", str_copy(&g->a, text), out, g->e);
}

/* Stores the text under its name; ${changed}: another one was stored there. */
static int
replace_meta(struct application *g, const char *name, struct str now, bool *changed)
{
	struct str before;
	int rc = state_meta(g->s, name, &before, g->e);

	if (rc < 0)
		return -1;
	*changed = rc == 0 || !str_eq(before, now);
	return *changed ? state_meta_put(g->s, name, now, g->e) : 0;
}

/* Notes the terms in the state, and what of them changed since the snapshot before. */
static int
replace_terms(struct application *g, struct export_source *x)
{
	const struct settings *settings = &g->terms->settings;
	bool rules_changed; /* the export compares rule by rule */
	const struct {
		const char *name; /* as docs/state.md has it */
		struct str text;
		bool *changed;
	} list[] = {
		{ "rules", g->terms->rules.text, &rules_changed },
		{ "profile_settings", settings_terms_of_profiles(settings, &g->a),
		    &x->is_recounted },
		{ "contact_settings", settings_terms_of_contacts(settings, &g->a),
		    &x->is_everybody },
		{ "choice", settings_terms_of_choice(settings, &g->a), &x->is_chosen_anew },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (replace_meta(g, list[i].name, list[i].text, list[i].changed) < 0)
			return -1;
	if (g->before.id.n == 0)
		x->is_recounted = x->is_everybody = x->is_chosen_anew = false;
	return rule_terms_follow(g->s,
	    &(struct rule_terms){ .rules = g->terms->rules.text,
	        .settings = g->terms->settings_text,
	        .suppress_sha256 = settings->suppress_sha256 },
	    g->e);
}

static int
begin_export(struct application *g)
{
	char *exports = file_join(&g->a, g->p->output, "exports");
	char *dir = file_join(&g->a, exports, str_z(&g->a, g->run.snapshot));

	if (g->p->keep != FILE_NOWHERE && dir_make(exports, g->e) < 0)
		return -1;
	if (export_dir_begin(&g->export, dir, g->p->keep, g->e) < 0)
		return -1;
	g->export.jobs = g->run.jobs;
	return 0;
}

static int
write_export(struct application *g)
{
	struct segment_set rules_before = { 0 };
	struct export_source x = {
		.run = &g->run,
		.rules_before = &rules_before,
		.changed = &g->changed,
		.quarantined = g->in.quarantine.list,
		.quarantined_n = g->in.quarantine.n,
		.applied = &g->out->applied,
	};

	if (parse_rules_before(g, &rules_before) < 0 || replace_terms(g, &x) < 0 ||
	    begin_export(g) < 0)
		return -1;
	return export_write(&g->export, g->s, &x, g->e);
}

/* The digest of everything that is written of the snapshot: a setting that concerns nobody in it
 * is in terms/ alone. */
static struct sha256
plan_of(struct application *g)
{
	const struct applied *x = &g->out->applied;
	struct buf text = { 0 };
	struct sha256 terms;

	terms_print(g->terms, (struct str){ 0 }, &text);
	terms = sha256_of(buf_view(&text));
	buf_release(&text);
	return sha256_of(str_printf(&g->a, "%.*s\n%.*s\n%.*s\n%s\n%.*s\n", STR_ARG(x->id),
	    STR_ARG(x->diff_sha256), STR_ARG(x->export_sha256), terms.hex,
	    STR_ARG(g->terms->settings.suppress_sha256)));
}

/* The snapshot's own row. */
static int
register_snapshot(struct application *g)
{
	struct applied *x = &g->out->applied;

	x->export_sha256 = str_c(export_dir_find(&g->export, STR("manifest.json"))->sha256.hex);
	g->out->plan = plan_of(g);
	return state_applied_put(g->s, g->run.number, x, g->e);
}

static int
check_plan(const struct application *g)
{
	const char *expect = g->p->expect, *plan = g->out->plan.hex;

	if (expect == NULL || str_eq_nocase(str_c(expect), str_c(plan)))
		return 0;
	err_set(g->e, ERR_DIFFERS, "snapshot %.*s would not be applied as planned: its plan is %s",
	    STR_ARG(g->run.snapshot), plan);
	return err_advise(g->e,
	    "Nothing was changed. A snapshot, the rules or the settings have changed since: "
	    "run 'flowstory process --plan' again.");
}

/* The files appear before the state knows of them, the terms first: after a crash in between, the
 * next run makes them again. */
static int
commit(struct application *g)
{
	if (g->p->is_dry)
		return 0;
	if (g->p->history != NULL && terms_history_follow(g->p->history, g->run.snapshot, g->terms,
	                                 g->out->breaker.kind != ERR_NONE, g->e) < 0)
		return -1;
	if (diff_file_commit(&g->diff, g->e) < 0 ||
	    export_dir_commit(&g->export, &g->out->was_replaced, g->e) < 0 ||
	    state_commit(g->s, g->e) < 0)
		return -1;
	return state_begin(g->s, g->e) < 0 ? -1 : 0;
}

static void
count_rows(const struct export_dir *export, struct outcome *out)
{
	for (size_t i = 0; i < export->n; i++) {
		const struct export_file *f = export->files[i];

		if (str_starts(f->path, STR("contacts-")) && str_ends(f->path, STR(".csv")))
			out->contacts += f->rows;
		if (str_eq(f->path, STR("events.jsonl")))
			out->events = f->rows;
		if (str_eq(f->path, STR("opt-outs.csv")))
			out->opt_outs = f->rows;
	}
}

static int
apply(struct application *g)
{
	if (load_before(g) < 0 || read_manifest(g) < 0 || find_changes(g) < 0 ||
	    check_breaker(g) < 0 || interrupt_check(g->e) < 0 || begin_diff(g) < 0 ||
	    update_state(g) < 0 || end_diff(g) < 0 || interrupt_check(g->e) < 0 ||
	    write_export(g) < 0 || register_snapshot(g) < 0 || check_plan(g) < 0 ||
	    interrupt_check(g->e) < 0)
		return -1;
	return commit(g);
}

int
pipeline_apply(const struct pipeline *p, struct state *s, struct str id, const struct terms *terms,
    struct outcome *out, struct err *e)
{
	struct application g = { .p = p,
		.s = s,
		.terms = terms,
		.run = { .account = p->account,
		    .jobs = p->jobs,
		    .snapshot = id,
		    .number = (uint32_t)s->totals.applied + 1,
		    .manifest = &g.manifest,
		    .records = &terms->settings.records,
		    .rules = &terms->rules,
		    .exports = &terms->settings.export },
		.diff = { .file = FILE_OUT_INIT },
		.out = out,
		.e = e };
	struct applied *x = &out->applied;
	int rc;

	*out = (struct outcome){ 0 };
	rc = apply(&g);
	out->has_news = g.changed.is_quarantine_new || g.changed.is_in_two_new;
	count_rows(&g.export, out);
	x->manifest_sha256 = x->diff_sha256 = x->export_sha256 = (struct str){ 0 };
	diff_file_release(&g.diff);
	export_dir_release(&g.export);
	delta_release(&g.delta);
	read_snapshot_release(&g.in);
	arena_release(&g.a);
	return rc;
}
