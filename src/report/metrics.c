#include "report/metrics.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/num.h"
#include "base/status.h"
#include "base/timestamp.h"
#include "record/record.h"

#define FILE_NAME "metrics.prom"
#define FILE_LIMIT (UINT64_C(1) << 24) /* bytes: 1,024 segments have 1.5 MB */
#define BEGINNING "# HELP flowstory_"
#define LAST_SUCCESS "flowstory_last_success_timestamp_seconds"
#define PUSH_SUCCESS "flowstory_push_last_success_timestamp_seconds"

/* What is being written. */
struct sheet {
	struct buf b;
	struct str account; /* as the value of a label */
	const char *name;   /* of the metric at hand */
};

/* ---- Writing */

static struct str
escape(struct arena *a, struct str value)
{
	struct buf b = { 0 };
	struct str text;

	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\\' || value.p[i] == '"')
			buf_char(&b, '\\');
		buf_char(&b, value.p[i]);
	}
	text = str_copy(a, buf_view(&b));
	buf_release(&b);
	return text;
}

/* The samples of a metric follow its head. */
static void
begin_as(struct sheet *t, const char *name, const char *help, const char *type)
{
	t->name = name;
	buf_printf(&t->b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
begin(struct sheet *t, const char *name, const char *help)
{
	begin_as(t, name, help, "gauge");
}

/* Up to the value; ${label} may be NULL.  Values are slugs and words of ours. */
static void
put_name(struct sheet *t, const char *label, struct str value)
{
	buf_printf(&t->b, "%s{account=\"%.*s\"", t->name, STR_ARG(t->account));
	if (label != NULL)
		buf_printf(&t->b, ",%s=\"%.*s\"", label, STR_ARG(value));
	buf_z(&t->b, "} ");
}

static void
put(struct sheet *t, const char *label, struct str value, uint64_t n)
{
	put_name(t, label, value);
	buf_u64(&t->b, n);
	buf_char(&t->b, '\n');
}

static void
add(struct sheet *t, const char *name, const char *help, uint64_t n)
{
	begin(t, name, help);
	put(t, NULL, STR(""), n);
}

static void
add_run(struct sheet *t, const struct run_summary *s, uint64_t last_success)
{
	uint64_t ms = (uint64_t)(s->duration / 1000);

	add(t, LAST_SUCCESS, "When a run last succeeded, with exit status 0 or 3.", last_success);
	add(t, "flowstory_last_run_timestamp_seconds", "When the last run ended.",
	    (uint64_t)(s->finished_at / TIMESTAMP_SECOND));
	begin(t, "flowstory_run_duration_seconds", "How long the last run took.");
	put_name(t, NULL, STR(""));
	buf_printf(&t->b, "%llu.%03llu\n", (unsigned long long)(ms / 1000),
	    (unsigned long long)(ms % 1000));
	add(t, "flowstory_exit_code", "Exit status of the last run.", (uint64_t)s->status);
	add(t, "flowstory_stopped_by_breaker", "1 if the mass-change breaker stopped the last run.",
	    s->was_stopped);
	if (!s->has_pending)
		return;
	add(t, "flowstory_pending_snapshots", "Snapshots that are not applied yet.", s->pending);
	add(t, "flowstory_late_snapshots", "Snapshots refused as older than the last applied one.",
	    s->late);
}

static void
add_fetch(struct sheet *t, const struct fetch_result *r)
{
	begin(t, "flowstory_records", "Records in the snapshot that the last run fetched.");
	for (int i = 0; i <= RESOURCE_ORDERS; i++)
		put(t, "kind", str_c(manifest_resource((enum resource)i)), r->records[i]);
	add(t, "flowstory_calls", "Calls to Flowhub in the last run.", r->calls);
	add(t, "flowstory_retries", "Calls to Flowhub that were retried.", r->retries);
	add(t, "flowstory_received_bytes", "Bytes of bodies received.", r->received);
	add(t, "flowstory_lists_in_doubt", "Lists the last run could not prove complete.",
	    r->doubts);
	add(t, "flowstory_locations_left_out", "Locations that Flowhub refused to read.",
	    r->left_out);
	add(t, "flowstory_unknown_customers",
	    "Customers named by orders that are left for the next run.", r->unknown_left);
	add(t, "flowstory_waiting_customers",
	    "Known customers missing from the list of all that are left for the next runs.",
	    r->waiting_left);
}

static void
add_compared(struct sheet *t, const struct check_note *n)
{
	begin(t, "flowstory_push_drift",
	    "What 'push --check' found last: fields by kind, and contacts deleted or opted out.");
	for (int k = 0; k < PUSH_CHECK_COUNT; k++)
		put(t, "kind", str_c(check_note_name((enum push_check_kind)k)), n->fields[k]);
	put(t, "kind", STR("deleted"), n->deleted);
	put(t, "kind", STR("opted_out"), n->opted_out);
}

static void
add_push(struct sheet *t, const struct run_summary *s, uint64_t last_success)
{
	const struct push_result *r = &s->push;
	int64_t age = r->oldest > 0 ? s->finished_at - r->oldest : 0;

	add(t, PUSH_SUCCESS, "When DailyStory last had acknowledged everything.", last_success);
	add(t, "flowstory_push_pending", "Rows that DailyStory has not acknowledged.", r->pending);
	add(t, "flowstory_push_rejected", "Rows that DailyStory did not take.", r->letters);
	add(t, "flowstory_push_held",
	    "Text opt-outs that cannot be told, so that the numbers are not sent.", r->held);
	add(t, "flowstory_push_oldest_pending_seconds",
	    "How long the oldest pending row waits, at most.",
	    age > 0 ? (uint64_t)(age / TIMESTAMP_SECOND) : 0);
	begin_as(
	    t, "flowstory_push_acked_total", "Calls that DailyStory ever acknowledged.", "counter");
	put(t, NULL, STR(""), r->acked_total);
	add(t, "flowstory_push_calls", "Calls to DailyStory in the last run.", r->calls);
	add(t, "flowstory_push_retries", "Calls to DailyStory that were retried.", r->retries);
	if (s->has_compared)
		add_compared(t, &s->compared);
}

static void
add_state(struct sheet *t, const struct run_summary *s)
{
	add(t, "flowstory_last_snapshot_timestamp_seconds",
	    "The time of the snapshot applied last.", (uint64_t)(s->last.as_of / TIMESTAMP_SECOND));
	add(t, "flowstory_customers", "Customers known.", s->totals.customers);
	add(t, "flowstory_orders", "Orders known.", s->totals.orders);
	add(t, "flowstory_contacts", "Customers who are contacts.", state_contacts(&s->totals));
	add(t, "flowstory_quarantined_records",
	    "Records quarantined from the snapshot applied last.", s->last.quarantined);
	begin(t, "flowstory_held_back_records",
	    "Records missing from the snapshot applied last, kept for a quarantined one.");
	put(t, "kind", STR("customers"), s->last.held_back[ENTITY_CUSTOMER]);
	put(t, "kind", STR("orders"), s->last.held_back[ENTITY_ORDER]);
	add(t, "flowstory_orders_in_two_locations",
	    "Orders in pages of two locations of the snapshot applied last.",
	    s->last.in_two_locations);
}

static void
add_segments(struct sheet *t, const struct membership_counts *c)
{
	if (c->n == 0)
		return;
	begin(t, "flowstory_segment_members", "Members of each segment.");
	for (size_t i = 0; i < c->n; i++)
		put(t, "segment", c->list[i].slug, c->list[i].members);
	begin(t, "flowstory_segment_contacts", "Members of each segment who are contacts.");
	for (size_t i = 0; i < c->n; i++)
		put(t, "segment", c->list[i].slug, c->list[i].contacts);
}

static void
add_by_cause(struct sheet *t, struct str slug, const uint64_t *by_cause, enum cause never)
{
	for (enum cause c = 0; c < CAUSE_MOVED; c++) {
		if (c == never)
			continue;
		buf_printf(&t->b, "%s{account=\"%.*s\",segment=\"%.*s\",cause=\"%s\"} ", t->name,
		    STR_ARG(t->account), STR_ARG(slug), membership_cause_name(c));
		buf_u64(&t->b, by_cause[c]);
		buf_char(&t->b, '\n');
	}
}

/* Nobody enters for being removed, and nobody leaves with a first snapshot. */
static void
add_causes(struct sheet *t, const struct run_summary *s)
{
	const struct membership_counts *c = &s->segments;

	if (c->n == 0 || s->causes == NULL)
		return;
	begin(t, "flowstory_segment_entered",
	    "Who entered with the snapshot applied last, by cause.");
	for (size_t i = 0; i < c->n; i++)
		add_by_cause(t, c->list[i].slug, s->causes[i].entered, CAUSE_REMOVED);
	begin(t, "flowstory_segment_left", "Who left with the snapshot applied last, by cause.");
	for (size_t i = 0; i < c->n; i++)
		add_by_cause(t, c->list[i].slug, s->causes[i].left, CAUSE_BASELINE);
}

static void
add_drift(struct sheet *t, const struct run_summary *s)
{
	if (!s->has_drift)
		return;
	begin(t, "flowstory_drift",
	    "Orders older than overlap_days that the last run found to have changed.");
	put(t, "kind", STR("added"), s->drift.added);
	put(t, "kind", STR("changed"), s->drift.changed);
	put(t, "kind", STR("removed"), s->drift.removed);
}

static void
add_disk(struct sheet *t, const struct run_summary *s)
{
	begin(t, "flowstory_disk_bytes", "What the account takes on the disk.");
	for (size_t i = 0; i < DISK_USE_KINDS; i++)
		put(t, "kind", str_c(s->disk[i].kind), s->disk[i].blocks);
}

/* ---- Reading what the run before wrote */

/* find_value(text, name, out): the value of the first sample of that name. */
static bool
find_value(struct str text, const char *name, uint64_t *out)
{
	struct str word = str_c(name);

	for (size_t at = 0; at < text.n;) {
		const char *line = text.p + at;
		const char *end = memchr(line, '\n', text.n - at);
		size_t n = end == NULL ? text.n - at : (size_t)(end - line);
		const char *space = memrchr(line, ' ', n);

		if (space != NULL && n > word.n && str_starts(str_of(line, n), word) &&
		    (line[word.n] == '{' || line[word.n] == ' '))
			return num_u64(str_of(space + 1, (size_t)(line + n - space - 1)), out);
		at += n + 1;
	}
	return false;
}

/* Returns: 1 loaded; 0 nothing is there; -1. */
static int
load(struct arena *a, const char *path, struct str *text, struct err *e)
{
	struct stat st;

	*text = STR("");
	if (lstat(path, &st) != 0)
		return 0;
	if (file_exists(path))
		return file_load(a, path, FILE_LIMIT, text, e) < 0 ? -1 : 1;
	err_set(e, ERR_SETTINGS, "'%s' is not a regular file", path);
	return err_advise(e, "Let 'metrics_file' name a file.");
}

/* ---- The file */

char *
metrics_path(struct arena *a, const char *account, const struct settings *settings)
{
	char *path = settings->metrics_file.n > 0 ? str_z(a, settings->metrics_file)
	                                          : str_z(a, STR(FILE_NAME));

	return path[0] == '/' ? path : file_join(a, account, path);
}

/* A path given by mistake, say of the settings themselves, must not cost what is there. */
static int
check_old(const char *path, struct str old, struct err *e)
{
	if (old.n == 0 || str_starts(old, STR(BEGINNING)))
		return 0;
	err_set(e, ERR_SETTINGS, "'%s' exists and does not hold metrics", path);
	return err_advise(e, "Let 'metrics_file' name another file, or remove that one.");
}

static int
write_whole(
    struct arena *a, const char *path, const struct run_summary *s, struct sheet *t, struct err *e)
{
	bool is_success = s->status == STATUS_DONE || s->status == STATUS_NEWS;
	bool is_pushed = s->push_status == STATUS_DONE || s->push_status == STATUS_NEWS;
	uint64_t success = 0, push_success = 0;
	struct str old;

	if (load(a, path, &old, e) < 0 || check_old(path, old, e) < 0)
		return -1;
	if (is_success)
		success = (uint64_t)(s->finished_at / TIMESTAMP_SECOND);
	else if (!find_value(old, LAST_SUCCESS, &success))
		success = 0;
	t->account = escape(a, s->account);
	add_run(t, s, success);
	add_fetch(t, &s->fetch);
	if (is_pushed)
		push_success = (uint64_t)(s->finished_at / TIMESTAMP_SECOND);
	else if (!find_value(old, PUSH_SUCCESS, &push_success))
		push_success = 0;
	if (s->has_push)
		add_push(t, s, push_success);
	if (s->has_state) {
		add_state(t, s);
		add_segments(t, &s->segments);
		add_causes(t, s);
		add_drift(t, s);
	}
	add_disk(t, s);
	return file_save_public(path, buf_view(&t->b), e);
}

int
metrics_write(const char *path, const struct run_summary *s, struct err *e)
{
	struct arena a = { 0 };
	struct sheet t = { 0 };
	int rc = write_whole(&a, path, s, &t, e);

	buf_release(&t.b);
	arena_release(&a);
	return rc;
}
