#include "report/run_summary.h"

#include "account/account.h"
#include "account/disk_recent.h"
#include "lib/json_writer.h"
#include "record/record.h"
#include "report/events.h"

uint64_t
run_summary_applied(const char *account)
{
	struct state s = { 0 };
	struct err ignored = ERR_INIT;
	uint64_t n = state_open(&s, account, false, &ignored) > 0 ? s.totals.applied : 0;

	state_close(&s);
	return n;
}

/* Before a snapshot is applied every one is pending. */
static void
count_pending(
    struct arena *a, const char *account, struct state *s, bool is_known, struct run_summary *out)
{
	struct state none = { 0 };
	struct err ignored = ERR_INIT;
	struct pending p;

	out->has_pending = account_pending(a, account, is_known ? s : &none, &p, &ignored) == 0;
	if (!out->has_pending)
		return;
	out->pending = p.n;
	out->late = p.late_n;
}

static int
list_applied(
    struct arena *a, struct state *s, uint64_t before, struct run_summary *out, struct err *e)
{
	uint64_t now = s->totals.applied;
	struct applied row;

	if (now <= before)
		return 0;
	out->applied = arena_array(a, (size_t)(now - before), sizeof(*out->applied));
	for (uint64_t i = before + 1; i <= now; i++) {
		if (state_applied_must(s, (uint32_t)i, &row, e) < 0)
			return -1;
		out->applied[out->applied_n++] = str_copy(a, row.id);
	}
	return 0;
}

static size_t
find_segment(const struct membership_counts *t, struct str slug)
{
	size_t i = 0;

	while (i < t->n && !str_eq(t->list[i].slug, slug))
		i++;
	return i;
}

/* By the events of its export, if they are still those that were counted. */
static bool
count_causes(struct arena *a, const char *account, struct run_summary *s)
{
	struct err ignored = ERR_INIT;
	struct events events = { 0 };
	struct event event;
	int rc = events_open(a, account, s->last.id, &events, &ignored);

	while (rc >= 0 && (rc = events_next(a, &events, &event, &ignored)) > 0) {
		size_t i = find_segment(&s->segments, event.slug);

		if (i < s->segments.n)
			(event.is_entered ? s->causes[i].entered
			                  : s->causes[i].left)[event.cause]++;
	}
	events_close(&events);
	for (size_t i = 0; i < s->segments.n && rc == 0; i++) {
		uint64_t entered = 0, left = 0;

		for (size_t c = 0; c < CAUSE_COUNT; c++) {
			entered += s->causes[i].entered[c];
			left += s->causes[i].left[c];
		}
		if (entered != s->segments.list[i].entered || left != s->segments.list[i].left)
			rc = -1;
	}
	return rc == 0;
}

/* With a first snapshot everybody enters by it. */
static void
load_causes(struct arena *a, const char *account, struct run_summary *s)
{
	s->causes = arena_zero(a, s->segments.n + 1, sizeof(*s->causes));
	if (s->totals.applied > 1 && !count_causes(a, account, s))
		s->causes = NULL;
	for (size_t i = 0; s->totals.applied == 1 && i < s->segments.n; i++)
		s->causes[i].entered[CAUSE_BASELINE] = s->segments.list[i].entered;
}

/* A first snapshot is all new, and no drift. */
static void
load_drift(struct arena *a, const char *account, const struct flowhub_settings *reading,
    struct run_summary *s)
{
	const struct drift_days days = { reading->overlap_days, reading->deep_days };
	bool is_first = s->applied_n == s->totals.applied;
	struct err ignored = ERR_INIT;

	s->has_drift = true;
	for (size_t i = is_first ? 1 : 0; i < s->applied_n && s->has_drift; i++)
		s->has_drift = drift_of(a, account, s->applied[i], days, &s->drift, &ignored) == 0;
}

static int
load_state(
    struct arena *a, struct state *s, uint64_t before, struct run_summary *out, struct err *e)
{
	if (state_applied_must(s, (uint32_t)s->totals.applied, &out->last, e) < 0 ||
	    membership_counts_read(a, s, &out->segments, e) < 0 ||
	    list_applied(a, s, before, out, e) < 0)
		return -1;
	out->last.id = str_copy(a, out->last.id);
	out->last.manifest_sha256 = out->last.diff_sha256 = out->last.export_sha256 = STR("");
	out->totals = s->totals;
	return 0;
}

void
run_summary_load(struct arena *a, const char *account, uint64_t applied,
    const struct flowhub_settings *reading, struct run_summary *out)
{
	struct state s = { 0 };
	struct err ignored = ERR_INIT;
	int rc = state_open(&s, account, false, &ignored);
	bool is_known = rc > 0 && s.totals.applied > 0;

	if (rc >= 0)
		count_pending(a, account, &s, is_known, out);
	out->has_state = is_known && load_state(a, &s, applied, out, &ignored) == 0;
	state_close(&s);
	if (out->has_state)
		load_causes(a, account, out);
	if (out->has_state && reading != NULL)
		load_drift(a, account, reading, out);
	out->is_measured = disk_recent(account, out->started_at, out->disk);
}

/* ---- As JSON */

static void
add_error(struct doc *d, const struct err *e)
{
	struct doc *x;

	if (e->kind == ERR_NONE) {
		doc_null(d, "error");
		return;
	}
	x = doc_in_object(d, "error");
	doc_text(x, "kind", str_c(err_name(e->kind)));
	doc_text(x, "message", str_c(e->msg));
	if (e->file[0] != '\0')
		doc_text(x, "file", str_c(e->file));
	if (e->advice[0] != '\0')
		doc_text(x, "advice", str_c(e->advice));
}

static void
add_fetch(struct doc *d, const struct fetch_result *r)
{
	struct doc *x = doc_in_object(d, "fetch"), *records;

	doc_text_or_null(x, "snapshot", str_c(r->id));
	doc_u64(x, "calls", r->calls);
	doc_u64(x, "retries", r->retries);
	doc_u64(x, "bytes", r->received);
	records = doc_in_object(x, "records");
	for (int i = 0; i <= RESOURCE_ORDERS; i++)
		doc_u64(records, manifest_resource((enum resource)i), r->records[i]);
	doc_u64(x, "lists_in_doubt", r->doubts);
	doc_u64(x, "locations_left_out", r->left_out);
}

static void
add_push(struct doc *d, const struct run_summary *s)
{
	const struct push_result *r = &s->push;
	struct doc *x;

	if (!s->has_push)
		return;
	x = doc_in_object(d, "push");
	doc_u64(x, "exit_status", (uint64_t)s->push_status);
	doc_u64(x, "calls", r->calls);
	doc_u64(x, "retries", r->retries);
	doc_u64(x, "acked", r->acked);
	doc_u64(x, "pending", r->pending);
	doc_u64(x, "rejected", r->letters);
	doc_u64(x, "held", r->held);
}

static void
add_segments(struct doc *d, const struct membership_counts *t)
{
	struct doc *list = doc_in_array(d, "segments");

	for (size_t i = 0; i < t->n; i++) {
		struct doc *x = doc_in_object(list, NULL);

		doc_text(x, "slug", t->list[i].slug);
		doc_u64(x, "members", t->list[i].members);
		doc_u64(x, "contacts", t->list[i].contacts);
		doc_u64(x, "entered", t->list[i].entered);
		doc_u64(x, "left", t->list[i].left);
	}
}

static void
add_state(struct doc *d, const struct run_summary *s)
{
	struct doc *list = doc_in_array(d, "applied");

	for (size_t i = 0; i < s->applied_n; i++)
		doc_text(list, NULL, s->applied[i]);
	if (!s->has_state) {
		doc_null(d, "last_applied");
		return;
	}
	doc_text(d, "last_applied", s->last.id);
	doc_time(d, "as_of", s->last.as_of);
	doc_u64(d, "customers", s->totals.customers);
	doc_u64(d, "orders", s->totals.orders);
	doc_u64(d, "contacts", state_contacts(&s->totals));
	doc_u64(d, "quarantined", s->last.quarantined);
	doc_u64(d, "held_back_customers", s->last.held_back[ENTITY_CUSTOMER]);
	doc_u64(d, "held_back_orders", s->last.held_back[ENTITY_ORDER]);
	doc_u64(d, "orders_in_two_locations", s->last.in_two_locations);
	add_segments(d, &s->segments);
}

void
run_summary_json(const struct run_summary *s, struct buf *b)
{
	struct doc *d = doc_object(), *disk;

	doc_text(d, "account", s->account);
	doc_text(d, "command", STR("run"));
	doc_text(d, "run", s->run);
	doc_time(d, "started_at", s->started_at);
	doc_time(d, "finished_at", s->finished_at);
	doc_u64(d, "duration_ms", (uint64_t)(s->duration / 1000));
	doc_u64(d, "exit_status", (uint64_t)s->status);
	add_error(d, &s->error);
	doc_bool(d, "stopped_by_breaker", s->was_stopped);
	add_fetch(d, &s->fetch);
	add_push(d, s);
	if (s->has_pending) {
		doc_u64(d, "pending", s->pending);
		doc_u64(d, "late", s->late);
	}
	add_state(d, s);
	disk = doc_in_object(d, "disk_bytes");
	for (size_t i = 0; i < DISK_USE_KINDS; i++)
		doc_u64(disk, s->disk[i].kind, s->disk[i].blocks);
	doc_print_line(d, b);
	buf_char(b, '\n');
	doc_free(d);
}
