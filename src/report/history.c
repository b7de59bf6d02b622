#include "report/history.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "bases/pruned.h"
#include "dailystory/export_dir.h"
#include "json/read.h"
#include "lib/gz.h"
#include "report/calendar.h"
#include "report/events.h"
#include "snapshot/store.h"

#define FILE_LIMIT ((uint64_t)1 << 31)

/* One history that is read, snapshot by snapshot. */
struct reading {
	const char *account;
	struct report_model *m;
	struct arena *a;      /* the model's */
	struct arena scratch; /* of one snapshot */
	struct json tape;
	struct gz_reader *gz;
	struct buf text;
	int64_t as_of; /* of the snapshot in hand, us */
	struct pruned_snapshot *pruned;
	size_t pruned_n;
	struct err *e;
};

/* "This week" is the 7 days up to the last snapshot. */
static bool
is_this_week(const struct reading *g)
{
	return g->as_of > g->m->as_of - 7 * TIMESTAMP_DAY;
}

/* -- Values in a JSON file of the program's own -- */

static int
fail(struct reading *g, const char *path)
{
	err_set(g->e, ERR_FAILED, "the report cannot read this file");
	err_file(g->e, path);
	return err_advise(g->e, "'flowstory verify' says what is wrong with the account.");
}

static uint64_t
number_at(const struct json *j, uint32_t object, const char *name)
{
	uint32_t node = json_find(j, object, str_c(name));
	uint64_t n = 0;

	if (node != 0)
		(void)num_u64(json_raw(j, node), &n);
	return n;
}

static int64_t
cents_at(struct arena *a, const struct json *j, uint32_t object, const char *name)
{
	int64_t cents = 0;

	(void)money_parse(json_find_text(a, j, object, name), &cents);
	return cents;
}

static const char *
path_of(struct reading *g, const char *dir, struct str id, const char *name)
{
	return str_z(&g->scratch,
	    str_printf(&g->scratch, "%s/%s/%.*s%s", g->account, dir, STR_ARG(id), name));
}

static int
load_file(struct reading *g, const char *path, struct str *out)
{
	if (file_load(&g->scratch, path, FILE_LIMIT, out, g->e) == 0)
		return 0;
	if (g->e->sys != ENOENT)
		return -1;
	return err_advise(g->e, "A report is read from diffs/ and exports/. If they were deleted, "
	                        "'flowstory process --rebuild' makes them again.");
}

/* The file as JSON in the tape. */
static int
load(struct reading *g, const char *path)
{
	struct str text;
	struct json_fault fault;

	if (load_file(g, path, &text) < 0)
		return -1;
	return json_read(&g->tape, text, &fault) ? 0 : fail(g, path);
}

/* -- manifest.json of an export -- */

static void
add_changes(const struct json *j, uint32_t counts, struct report_bucket *b, bool *is_same)
{
	uint32_t changes = json_find(j, counts, STR("changes"));
	uint32_t orders = changes == 0 ? 0 : json_find(j, changes, STR("orders"));
	uint32_t customers = changes == 0 ? 0 : json_find(j, changes, STR("customers"));

	if (orders == 0 || customers == 0)
		return;
	b->orders_added += number_at(j, orders, "added");
	b->orders_changed += number_at(j, orders, "changed");
	b->orders_removed += number_at(j, orders, "removed");
	*is_same = number_at(j, orders, "added") + number_at(j, orders, "changed") +
	               number_at(j, orders, "removed") + number_at(j, customers, "added") +
	               number_at(j, customers, "changed") + number_at(j, customers, "removed") ==
	           0;
}

static void
add_dropped(struct reading *g, uint32_t counts)
{
	const struct json *j = &g->tape;
	uint32_t dropped = json_find(j, counts, STR("dropped"));

	for (size_t i = 0; dropped != 0 && i < g->m->dropped_n; i++)
		g->m->dropped[i].n +=
		    number_at(j, dropped, str_z(&g->scratch, g->m->dropped[i].name));
}

/* An address a line, below the head: an email, or after a comma a mobile number.  Of an export
 * that was thinned the file is gone: then only how many there were is known. */
static int
read_opt_outs(struct reading *g, struct str id, struct report_bucket *b)
{
	struct str text;
	const char *end;

	if (!file_exists(path_of(g, "exports", id, "/opt-outs.csv")))
		return 0;
	if (load_file(g, path_of(g, "exports", id, "/opt-outs.csv"), &text) < 0)
		return -1;
	while ((end = memchr(text.p, '\n', text.n)) != NULL) {
		text = str_from(text, (size_t)(end + 1 - text.p));
		b->opt_outs_email += text.n > 0 && text.p[0] != ',';
		b->opt_outs_text += text.n > 0 && text.p[0] == ',';
	}
	return 0;
}

static int
read_manifest(struct reading *g, struct str id, struct report_bucket *b, bool *is_same)
{
	const char *path = path_of(g, "exports", id, "/manifest.json");
	const struct json *j = &g->tape;
	uint32_t counts, held;
	uint64_t opt_outs;

	if (load(g, path) < 0)
		return -1;
	counts = json_find(j, 0, STR("counts"));
	if (counts == 0)
		return fail(g, path);
	b->customers = number_at(j, counts, "customers");
	b->contacts = number_at(j, counts, "contacts");
	b->orders = number_at(j, counts, "orders");
	b->exported += number_at(j, counts, "exported");
	b->gone += number_at(j, counts, "gone");
	b->moved += number_at(j, counts, "moved");
	opt_outs = number_at(j, counts, "opt_outs");
	b->opt_outs += opt_outs;
	b->quarantined += number_at(j, counts, "quarantined");
	held = json_find(j, counts, STR("held_back"));
	if (held != 0)
		b->held_back += number_at(j, held, "customers") + number_at(j, held, "orders");
	add_changes(j, counts, b, is_same);
	add_dropped(g, counts);
	return opt_outs > 0 ? read_opt_outs(g, id, b) : 0;
}

/* -- segments.json and events.jsonl -- */

static size_t
find_segment(const struct report_model *m, struct str slug)
{
	size_t i = 0;

	while (i < m->segments_n && !str_eq(m->segments[i].slug, slug))
		i++;
	return i;
}

static int
read_segments(struct reading *g, struct str id, struct report_bucket *b)
{
	const struct json *j = &g->tape;

	if (load(g, path_of(g, "exports", id, "/segments.json")) < 0)
		return -1;
	for (uint32_t i = 1; i < j->nodes[0].next; i = j->nodes[i].next) {
		size_t k = find_segment(g->m, json_find_text(&g->scratch, j, i, "slug"));
		struct report_membership *x = &b->segments[k];

		if (k == g->m->segments_n)
			continue;
		x->is_known = true;
		x->members = number_at(j, i, "members");
		x->contacts = number_at(j, i, "contacts");
		if (!is_this_week(g)) {
			g->m->segments[k].has_week_ago = true;
			g->m->segments[k].members_week_ago = x->members;
		}
	}
	return 0;
}

static int
read_events(struct reading *g, struct str id, struct report_bucket *b)
{
	struct events events = { 0 };
	struct event event;
	int rc = events_open(&g->scratch, g->account, id, &events, g->e);

	while (rc >= 0 && (rc = events_next(&g->scratch, &events, &event, g->e)) > 0) {
		size_t k = find_segment(g->m, event.slug);
		struct report_membership *x = &b->segments[k];
		struct report_segment *s = &g->m->segments[k];

		if (k == g->m->segments_n)
			continue;
		(event.is_entered ? x->entered : x->left)[event.cause]++;
		if (is_this_week(g))
			(*(event.is_entered ? &s->week_entered : &s->week_left))++;
	}
	events_close(&events);
	return rc;
}

/* -- The diff and the snapshot -- */

static int
read_diff(struct reading *g, struct str id, struct report_bucket *b)
{
	const char *path = path_of(g, "diffs", id, ".jsonl.gz");
	struct str packed;

	if (!file_exists(path) && !dir_exists(path_of(g, "snapshots", id, "")))
		return 0;
	if (load_file(g, path, &packed) < 0)
		return -1;
	if (gz_inflate(g->gz, packed, FILE_LIMIT, &g->text, g->e) < 0) {
		err_file(g->e, path);
		return -1;
	}
	b->voided_later += drift_voided(buf_view(&g->text));
	drift_add(buf_view(&g->text), g->as_of, g->m->reach, &b->drift);
	return 0;
}

/* Of a snapshot that was pruned, as it was kept with others.  One that is gone besides is verify's
 * to tell of.  Returns: 1, 0 there is none, -1. */
static int
find_manifest(struct reading *g, struct str id, struct manifest *out)
{
	const struct pruned_snapshot *p = pruned_find(g->pruned, g->pruned_n, id);

	if (p != NULL)
		return pruned_manifest(&g->scratch, p, out, g->e) < 0 ? -1 : 1;
	if (!dir_exists(path_of(g, "snapshots", id, "")))
		return 0;
	return store_manifest(&g->scratch, g->account, id, out, g->e) < 0 ? -1 : 1;
}

static int
read_snapshot(struct reading *g, struct str id, struct report_bucket *b)
{
	struct manifest manifest;
	int64_t finished;
	int rc = find_manifest(g, id, &manifest);

	if (rc <= 0)
		return rc;
	b->pages += manifest.n;
	g->m->doubts = 0; /* of the last one, in the end */
	for (size_t i = 0; i < manifest.n; i++) {
		b->bytes += manifest.pages[i].bytes;
		g->m->doubts += manifest_is_in_doubt(&manifest.pages[i]);
	}
	b->doubts += g->m->doubts;
	if (timestamp_parse(manifest.finished_at, &finished) &&
	    finished - manifest.taken_at > b->run_us)
		b->run_us = finished - manifest.taken_at;
	return 0;
}

/* -- All of them -- */

static int
read_one(struct reading *g, struct str id, bool is_first)
{
	struct report_bucket *b, before;
	bool is_same = false;

	(void)timestamp_parse_id(id, &g->as_of);
	b = calendar_find(g->m, calendar_day(g->as_of));
	if (b == NULL)
		return 0;
	before = *b;
	b->is_known = true;
	b->snapshots++;
	if (read_manifest(g, id, b, &is_same) < 0 || read_segments(g, id, b) < 0 ||
	    read_events(g, id, b) < 0 || read_snapshot(g, id, b) < 0 ||
	    (!is_first && read_diff(g, id, b) < 0))
		return -1;
	if (is_first) {
		g->m->first_step = (size_t)(b - g->m->buckets);
		g->m->first_opt_outs = b->opt_outs - before.opt_outs;
		g->m->first_email = b->opt_outs_email - before.opt_outs_email;
		g->m->first_text = b->opt_outs_text - before.opt_outs_text;
	}
	calendar_mark(g->m, g->as_of,
	    b->quarantined > before.quarantined ? REPORT_HOUR_FAULT
	    : is_same                           ? REPORT_HOUR_SAME
	                                        : REPORT_HOUR_DONE);
	arena_reset(&g->scratch);
	return 0;
}

static void
reading_release(struct reading *g)
{
	json_release(&g->tape);
	gz_reader_free(g->gz);
	buf_release(&g->text);
	arena_release(&g->scratch);
}

int
history_read(struct arena *a, const char *account, const struct str *ids, size_t n,
    struct report_model *m, struct err *e)
{
	struct reading g = { .account = account, .m = m, .a = a, .e = e };
	int rc = 0;

	rc = pruned_load(a, account, &g.pruned, &g.pruned_n, e);
	g.gz = gz_reader_new();
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = read_one(&g, ids[i], i == 0);
	reading_release(&g);
	return rc;
}

/* -- As of the last snapshot -- */

static int
last_segments(struct reading *g, struct str id)
{
	const struct json *j = &g->tape;
	struct report_model *m = g->m;

	if (load(g, path_of(g, "exports", id, "/segments.json")) < 0)
		return -1;
	m->segments = arena_zero(g->a, j->nodes[0].count + 1, sizeof(*m->segments));
	for (uint32_t i = 1; i < j->nodes[0].next; i = j->nodes[i].next) {
		struct report_segment *s = &m->segments[m->segments_n++];

		s->slug = str_copy(g->a, json_find_text(g->a, j, i, "slug"));
		s->name = str_copy(g->a, json_find_text(g->a, j, i, "name"));
		s->sentence = str_copy(g->a, json_find_text(g->a, j, i, "rule"));
		s->members = number_at(j, i, "members");
		s->contacts = number_at(j, i, "contacts");
	}
	return 0;
}

static void
last_statuses(struct reading *g)
{
	const struct json *j = &g->tape;
	uint32_t list = json_find(j, 0, STR("statuses"));
	struct report_model *m = g->m;
	uint32_t value;

	if (list == 0)
		return;
	m->statuses = arena_zero(g->a, j->nodes[list].count + 1, sizeof(*m->statuses));
	m->status_cents = arena_zero(g->a, j->nodes[list].count + 1, sizeof(*m->status_cents));
	for (uint32_t i = list + 1; i < j->nodes[list].next; i = j->nodes[value].next) {
		value = j->nodes[i].next;
		m->statuses[m->statuses_n] =
		    (struct report_count){ str_copy(g->a, json_text(&g->scratch, j, i)),
			    number_at(j, value, "orders") };
		m->status_cents[m->statuses_n++] = cents_at(&g->scratch, j, value, "dollars");
	}
}

static void
last_counts(struct reading *g, uint32_t counts)
{
	const struct json *j = &g->tape;
	struct report_model *m = g->m;
	uint32_t skipped = json_find(j, counts, STR("skipped"));
	uint32_t dropped = json_find(j, counts, STR("dropped"));

	m->customers = number_at(j, counts, "customers");
	m->orders = number_at(j, counts, "orders");
	m->guest_orders = number_at(j, counts, "guest_orders");
	m->unattributed_orders = number_at(j, counts, "unattributed_orders");
	m->quarantined = number_at(j, counts, "quarantined");
	m->contacts = number_at(j, counts, "contacts");
	for (int i = SKIPPED_NONE + 1; skipped != 0 && i < SKIPPED_COUNT; i++)
		m->skipped[i] = number_at(j, skipped, skipped_name((enum skipped_reason)i));
	m->skipped[SKIPPED_NONE] =
	    m->contacts - m->skipped[SKIPPED_SHARED_EMAIL] - m->skipped[SKIPPED_SHARED_MOBILE];
	if (dropped == 0)
		return;
	m->dropped = arena_zero(g->a, j->nodes[dropped].count + 1, sizeof(*m->dropped));
	for (uint32_t i = dropped + 1; i < j->nodes[dropped].next;
	     i = j->nodes[j->nodes[i].next].next)
		m->dropped[m->dropped_n++].name = str_copy(g->a, json_text(&g->scratch, j, i));
}

static int
last_manifest(struct reading *g, struct str id)
{
	const char *path = path_of(g, "exports", id, "/manifest.json");
	const struct json *j = &g->tape;
	struct report_model *m = g->m;
	uint32_t counts, sums;

	if (load(g, path) < 0)
		return -1;
	counts = json_find(j, 0, STR("counts"));
	sums = json_find(j, 0, STR("sums"));
	if (counts == 0 || sums == 0)
		return fail(g, path);
	m->completed = cents_at(&g->scratch, j, sums, "completed");
	m->profiles = cents_at(&g->scratch, j, sums, "profiles");
	m->guest = cents_at(&g->scratch, j, sums, "guest");
	m->unattributed = cents_at(&g->scratch, j, sums, "unattributed");
	m->tool = str_copy(g->a, json_find_text(g->a, j, 0, "tool"));
	m->chain_head = str_copy(g->a, json_find_text(g->a, j, 0, "diff_sha256"));
	last_counts(g, counts);
	last_statuses(g);
	return 0;
}

/* The first few of quarantine.jsonl. */
static int
last_faults(struct reading *g, struct str id)
{
	const char *path = path_of(g, "exports", id, "/quarantine.jsonl");
	const struct json *j = &g->tape;
	struct report_model *m = g->m;
	struct json_fault fault;
	struct str text;

	if (m->quarantined == 0)
		return 0;
	if (load_file(g, path, &text) < 0)
		return -1;
	m->faults = arena_zero(g->a, REPORT_TOP, sizeof(*m->faults));
	while (text.n > 0 && m->faults_n < REPORT_TOP) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end == NULL ? text.n : (size_t)(end - text.p);

		if (!json_read(&g->tape, str_of(text.p, n), &fault))
			return fail(g, path);
		m->faults[m->faults_n++] = (struct report_fault){
			.page = str_copy(g->a, json_find_text(g->a, j, 0, "page")),
			.entity = str_copy(g->a, json_find_text(g->a, j, 0, "entity")),
			.reason = str_copy(g->a, json_find_text(g->a, j, 0, "reason")),
			.index = number_at(j, 0, "index"),
		};
		text = str_from(text, n + (end != NULL));
	}
	return 0;
}

int
history_last(
    struct arena *a, const char *account, struct str id, struct report_model *m, struct err *e)
{
	struct reading g = { .account = account, .m = m, .a = a, .e = e };
	int rc = last_manifest(&g, id) < 0 || last_segments(&g, id) < 0 || last_faults(&g, id) < 0
	             ? -1
	             : 0;

	m->last_snapshot = str_copy(a, id);
	reading_release(&g);
	return rc;
}
