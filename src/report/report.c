#include "report/report.h"

#include "account/account.h"
#include "account/bookmark.h"
#include "account/settings_defaults.h"
#include "account/run_log.h"
#include "account/terms.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "base/zone.h"
#include "json/read.h"
#include "report/calendar.h"
#include "report/census.h"
#include "report/history.h"
#include "report/html.h"
#include "report/pushes.h"
#include "report/runs.h"
#include "snapshot/store.h"
#include "state/rule_terms.h"
#include "timemachine/count_due.h"

#define SETTINGS_LIMIT ((uint64_t)1 << 20)
/* As many columns of hours as fit a page. */
#define HOURS_DAYS 90
/* Days before the first snapshot are shown, too, where that is less than this ago. */
#define DAYS_LEAST 14

struct gathering {
	struct arena *a;
	const struct report_source *x;
	struct report_model *m;
	struct str *ids; /* of the snapshots applied, oldest first */
	size_t n;
	struct pending pending;
	struct run_log_entry *runs; /* no later than now */
	size_t runs_n;
	struct applied last;
	struct segment_set rules;
	struct err *e;
};

/* -- Which snapshots, and which days -- */

static int
list_applied(struct gathering *g)
{
	struct state *s = g->x->s;
	struct applied row;

	g->n = (size_t)s->totals.applied;
	g->ids = arena_array(g->a, g->n, sizeof(*g->ids));
	for (size_t i = 0; i < g->n; i++) {
		if (state_applied_must(s, (uint32_t)i + 1, &row, g->e) < 0)
			return -1;
		g->ids[i] = str_copy(g->a, row.id);
	}
	if (state_applied_must(s, (uint32_t)g->n, &g->last, g->e) < 0)
		return -1;
	g->last.id = g->ids[g->n - 1];
	return 0;
}

static int32_t
day_of_id(struct str id)
{
	int64_t us = 0;

	(void)timestamp_parse_id(id, &us);
	return calendar_day(us);
}

static void
make_calendar(struct gathering *g)
{
	struct report_model *m = g->m;
	int32_t first = day_of_id(g->ids[0]), last = calendar_day(g->last.as_of), shown;

	if (g->pending.n > 0)
		last = day_of_id(g->pending.ids[g->pending.n - 1]);
	if (g->runs_n > 0 && calendar_day(g->runs[g->runs_n - 1].at) > last)
		last = calendar_day(g->runs[g->runs_n - 1].at);
	/* fewer would be stretched over the whole page */
	if (last - first < DAYS_LEAST)
		first = last - DAYS_LEAST + 1;
	if (g->x->days > 0 && (uint64_t)(last - first) >= g->x->days)
		first = last - (int32_t)g->x->days + 1;
	calendar_make(g->a, m, first, last);
	shown = last - first + 1 < HOURS_DAYS ? last - first + 1 : HOURS_DAYS;
	m->hours_day = last - shown + 1;
	m->hours_days = (size_t)shown;
	m->hours = arena_zero(g->a, m->hours_days * 24, sizeof(*m->hours));
}

static void
mark_pending(struct gathering *g)
{
	for (size_t i = 0; i < g->pending.n; i++) {
		int64_t us = 0;

		(void)timestamp_parse_id(g->pending.ids[i], &us);
		calendar_mark(g->m, us, REPORT_HOUR_PENDING);
	}
}

/* The runs that are no later than the report, and whether the breaker holds one up. */
static int
load_runs(struct gathering *g)
{
	size_t n;

	if (run_log_load(g->a, g->x->account, &g->runs, &n, g->e) < 0)
		return -1;
	if (g->pending.n > 0 && run_log_is_stopped(g->runs, n, g->pending.ids[0]))
		g->m->stopped = g->pending.ids[0];
	g->runs_n = runs_until(g->runs, n, g->m->now);
	return 0;
}

/* How many snapshots wait for an import by hand, where imports are made by hand. */
static int
count_unimported(struct gathering *g)
{
	struct report_model *m = g->m;
	struct bookmark b;

	if (bookmark_load(g->a, g->x->account, &b, g->e) < 0)
		return -1;
	m->is_imported_by_hand = b.snapshot.n > 0;
	for (size_t i = g->n; m->is_imported_by_hand && i > 0; i--)
		m->unimported += str_cmp(g->ids[i - 1], b.snapshot) > 0;
	return 0;
}

/* -- Segments -- */

/* The rules of the last snapshot, as the state keeps them. */
static int
load_rules(struct gathering *g)
{
	struct str text;
	int rc = state_meta(g->x->s, "rules", &text, g->e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "the rules of the last snapshot");
	return segment_parse(
	    g->a, "rules of the last snapshot", str_copy(g->a, text), &g->rules, g->e);
}

static int
add_due(struct gathering *g)
{
	struct due *due = arena_zero(g->a, g->rules.n + 1, sizeof(*due));

	if (count_due(g->a, g->x->s, &g->rules, g->last.as_of, due, g->e) < 0)
		return -1;
	for (size_t i = 0; i < g->rules.n && i < g->m->segments_n; i++) {
		g->m->segments[i].due_entered = due[i].entered[DUE_WEEK];
		g->m->segments[i].due_left = due[i].left[DUE_WEEK];
	}
	return 0;
}

/* -- Is it well? -- */

static struct str
age_of(struct gathering *g)
{
	struct buf b = { 0 };
	struct str text;

	html_span(&b, g->m->now - g->m->as_of);
	text = str_copy(g->a, buf_view(&b));
	buf_release(&b);
	return text;
}

/* Where imports are made by hand a push is somebody's own affair. */
static bool
has_push(const struct report_model *m)
{
	return m->push.is_used && (m->push.is_on || !m->is_imported_by_hand);
}

static struct str
say_stopped(struct gathering *g)
{
	if (g->m->stopped.n > 0)
		return STR(
		    "Stopped: the breaker holds back a snapshot that would remove too much.");
	return has_push(g->m) ? pushes_stopped(g->a, g->m) : STR("");
}

static struct str
say_late(struct gathering *g)
{
	const struct report_model *m = g->m;
	int64_t most = g->x->settings->flowhub.stale_after;

	if (m->now - m->as_of <= most)
		return has_push(m) ? pushes_late(g->a, m, most) : STR("");
	if (m->silent == 0)
		return str_printf(
		    g->a, "Late: the last snapshot applied is %.*s old.", STR_ARG(age_of(g)));
	return str_printf(g->a,
	    "Late: the last snapshot applied is %.*s old, and since then Flowhub did not answer "
	    "%llu time%s.",
	    STR_ARG(age_of(g)), (unsigned long long)m->silent, m->silent == 1 ? "" : "s");
}

static struct str
say_look(struct gathering *g)
{
	const struct report_model *m = g->m;

	if (m->late > 0)
		return STR("Look: a snapshot came too late to be applied.");
	if (m->pending > 0)
		return STR("Look: not every snapshot is applied.");
	if (m->quarantined > 0)
		return STR("Look: records of the last snapshot could not be read.");
	return has_push(m) ? pushes_look(g->a, m) : STR("");
}

static struct str
say_well(struct gathering *g)
{
	return str_printf(g->a, "Up to date: the last snapshot is %.*s old%.*s.",
	    STR_ARG(age_of(g)), STR_ARG(has_push(g->m) ? pushes_well(g->a, g->m) : STR("")));
}

static bool
is_said(struct report_model *m, enum report_health health, struct str verdict)
{
	if (verdict.n == 0)
		return false;
	m->health = health;
	m->verdict = verdict;
	return true;
}

/* What stops everything comes first. */
static void
add_verdict(struct gathering *g)
{
	struct report_model *m = g->m;

	if (is_said(m, REPORT_STOPPED, say_stopped(g)))
		return;
	if (m->now < m->as_of)
		(void)is_said(m, REPORT_LOOK, STR("Look: the last snapshot lies in the future."));
	else if (!is_said(m, REPORT_LATE, say_late(g)) && !is_said(m, REPORT_LOOK, say_look(g)))
		(void)is_said(m, REPORT_WELL, say_well(g));
}

/* -- Settings -- */

/* Who may read the page need not know where a secret lies. */
static bool
is_private(struct str name)
{
	return str_eq(name, STR("client_id")) || str_ends(name, STR("_file"));
}

/* What a later file says counts; null says nothing. */
static void
add_setting(struct gathering *g, struct str name, struct str value, size_t *cap)
{
	struct report_model *m = g->m;
	size_t i = 0;

	if (is_private(name) || str_eq(value, STR("null")))
		return;
	while (i < m->settings_n && !str_eq(m->settings[i].name, name))
		i++;
	if (i == m->settings_n) {
		m->settings = arena_grow(g->a, m->settings, i, cap, sizeof(*m->settings));
		m->settings_n++;
	}
	m->settings[i] = (struct report_setting){ str_copy(g->a, name), str_copy(g->a, value) };
}

static int
add_file(struct gathering *g, const char *path, size_t *cap)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	struct str text;

	if (path == NULL || !file_exists(path))
		return 0;
	if (file_load(g->a, path, SETTINGS_LIMIT, &text, g->e) < 0)
		return -1;
	if (json_read(&j, text, &fault) && j.nodes[0].kind == JSON_OBJECT)
		for (uint32_t i = 1; i < j.nodes[0].next; i = j.nodes[j.nodes[i].next].next)
			add_setting(g, json_text(g->a, &j, i), json_raw(&j, j.nodes[i].next), cap);
	json_release(&j);
	return 0;
}

/* As flowstory.json has them, and the file of all accounts. */
static int
add_settings(struct gathering *g)
{
	const char *account = g->x->account;
	size_t cap = 0;

	if (add_file(g, settings_defaults_path(g->a, account), &cap) < 0)
		return -1;
	return add_file(g, file_join(g->a, account, "flowstory.json"), &cap);
}

/* -- All of it -- */

static int
gather_applied(struct gathering *g)
{
	struct report_model *m = g->m;
	const struct record_settings *settings = &g->x->settings->records;

	if (list_applied(g) < 0 || count_unimported(g) < 0 || load_rules(g) < 0 ||
	    history_last(g->a, g->x->account, g->last.id, m, g->e) < 0)
		return -1;
	m->as_of = g->last.as_of;
	m->as_of_offset = zone_offset(m->as_of);
	make_calendar(g);
	mark_pending(g);
	runs_add(m, g->runs, g->runs_n);
	pushes_add(m, g->runs, g->runs_n);
	pushes_behind(m, g->ids, g->n);
	if (history_read(g->a, g->x->account, g->ids, g->n, m, g->e) < 0 || add_due(g) < 0 ||
	    census_customers(g->a, g->x->s, m, g->e) < 0 ||
	    census_orders(g->x->s, settings, m, g->e) < 0)
		return -1;
	add_verdict(g);
	return 0;
}

int
report_gather(
    struct arena *a, const struct report_source *source, struct report_model *out, struct err *e)
{
	struct gathering g = { .a = a, .x = source, .m = out, .e = e };

	*out = (struct report_model){ .health = REPORT_EMPTY,
		.verdict = STR("Nothing is applied yet."),
		.now = source->now,
		.now_offset = zone_offset(source->now),
		.zone = source->zone,
		.reach = { source->settings->flowhub.overlap_days,
		    source->settings->flowhub.deep_days },
		.push = { .is_on = source->settings->push.is_on },
		.tool = STR("flowstory " FLOWSTORY_VERSION) };
	if (account_pending(a, source->account, source->s, &g.pending, e) < 0 ||
	    add_settings(&g) < 0)
		return -1;
	out->push.is_used = out->push.is_on || dir_exists(file_join(a, source->account, "push"));
	out->pending = g.pending.n;
	out->late = g.pending.late_n;
	disk_use_measure(source->account, out->disk);
	if (load_runs(&g) < 0 || verify_note_load(a, source->account, &out->verified, e) < 0)
		return -1;
	if (source->s->totals.applied == 0)
		return 0;
	return gather_applied(&g);
}
