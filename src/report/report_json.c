#include "report/report.h"

#include "base/timestamp.h"
#include "lib/json_writer.h"
#include "report/html.h"

static const char *const healths[] = { [REPORT_WELL] = "well",
	[REPORT_LOOK] = "look",
	[REPORT_LATE] = "late",
	[REPORT_STOPPED] = "stopped",
	[REPORT_EMPTY] = "empty" };

static void
add_day(struct doc *d, const char *name, int32_t day)
{
	struct buf b = { 0 };

	day_format(&b, day);
	doc_text(d, name, buf_view(&b));
	buf_release(&b);
}

static void
add_causes(struct doc *d, const char *name, const uint64_t *by_cause)
{
	struct doc *x = doc_in_object(d, name);

	for (int c = 0; c < CAUSE_COUNT; c++)
		doc_u64(x, membership_cause_name((enum cause)c), by_cause[c]);
}

static void
add_memberships(struct doc *d, const struct report_model *m, const struct report_bucket *b)
{
	struct doc *list = doc_in_array(d, "segments");

	for (size_t i = 0; i < m->segments_n; i++) {
		const struct report_membership *x = &b->segments[i];
		struct doc *s;

		if (!x->is_known)
			continue;
		s = doc_in_object(list, NULL);
		doc_text(s, "slug", m->segments[i].slug);
		doc_u64(s, "members", x->members);
		doc_u64(s, "contacts", x->contacts);
		add_causes(s, "entered", x->entered);
		add_causes(s, "left", x->left);
	}
}

static void
add_drift(struct doc *d, const struct drift *drift)
{
	struct doc *x = doc_in_object(d, "drift");

	doc_u64(x, "added", drift->added);
	doc_u64(x, "changed", drift->changed);
	doc_u64(x, "removed", drift->removed);
	doc_u64(x, "found_by_full_reads", drift->full);
}

static void
add_kinds(struct doc *d, const uint64_t *kinds)
{
	struct doc *x = doc_in_object(d, "disk_kinds");

	for (size_t i = 0; i < DISK_USE_KINDS; i++)
		doc_u64(x, disk_use_kinds[i], kinds[i]);
}

static void
add_pushes(struct doc *d, const struct report_pushes *p)
{
	struct doc *x = doc_in_object(d, "push");

	doc_u64(x, "pushes", p->n);
	doc_u64(x, "calls", p->calls);
	doc_u64(x, "acked", p->acked);
	doc_u64(x, "rejected", p->rejected);
	if (p->has_pending)
		doc_u64(x, "pending", p->pending);
	doc_u64(x, "without_answer", p->unanswered);
	doc_u64(x, "failed", p->failed);
}

/* What no log tells is not there. */
static void
add_runs(struct doc *d, const struct report_bucket *b)
{
	if (b->has_runs) {
		doc_u64(d, "runs", b->runs);
		doc_u64(d, "calls", b->calls);
		doc_u64(d, "retries", b->retries);
		doc_u64(d, "runs_without_answer", b->silent);
		doc_u64(d, "runs_failed", b->failed);
	}
	if (b->has_disk) {
		doc_u64(d, "disk_used", b->used);
		doc_u64(d, "disk_free", b->free);
	}
	if (b->has_kinds)
		add_kinds(d, b->kinds);
	if (b->has_pushes)
		add_pushes(d, &b->pushes);
}

static void
add_bucket(struct doc *list, const struct report_model *m, const struct report_bucket *b)
{
	struct doc *d = doc_in_object(list, NULL);

	add_day(d, "day", b->day);
	doc_u64(d, "snapshots", b->snapshots);
	if (b->is_known) {
		doc_u64(d, "customers", b->customers);
		doc_u64(d, "contacts", b->contacts);
		doc_u64(d, "orders", b->orders);
	}
	doc_u64(d, "exported", b->exported);
	doc_u64(d, "moved", b->moved);
	doc_u64(d, "gone", b->gone);
	doc_u64(d, "opt_outs", b->opt_outs);
	doc_u64(d, "opt_outs_email", b->opt_outs_email);
	doc_u64(d, "opt_outs_text", b->opt_outs_text);
	doc_u64(d, "quarantined", b->quarantined);
	doc_u64(d, "held_back", b->held_back);
	doc_u64(d, "lists_in_doubt", b->doubts);
	add_drift(d, &b->drift);
	doc_u64(d, "orders_added", b->orders_added);
	doc_u64(d, "orders_changed", b->orders_changed);
	doc_u64(d, "orders_removed", b->orders_removed);
	doc_u64(d, "voided_later", b->voided_later);
	doc_u64(d, "pages", b->pages);
	doc_u64(d, "bytes", b->bytes);
	add_runs(d, b);
	doc_u64(d, "purchases", b->purchases);
	doc_u64(d, "guest_purchases", b->guest_purchases);
	doc_u64(d, "unattributed_purchases", b->unknown_purchases);
	doc_money(d, "completed", b->completed);
	doc_u64(d, "refunds", b->refunds);
	doc_money(d, "refunded", b->refunded);
	add_memberships(d, m, b);
}

static void
add_segments(struct doc *d, const struct report_model *m)
{
	struct doc *list = doc_in_array(d, "segments");

	for (size_t i = 0; i < m->segments_n; i++) {
		const struct report_segment *s = &m->segments[i];
		struct doc *x = doc_in_object(list, NULL);

		doc_text(x, "name", s->name);
		doc_text(x, "slug", s->slug);
		doc_text(x, "rule", s->sentence);
		doc_u64(x, "members", s->members);
		doc_u64(x, "contacts", s->contacts);
		doc_u64(x, "by_email", s->by_email);
		doc_u64(x, "by_text", s->by_text);
		doc_u64(x, "due_entered", s->due_entered);
		doc_u64(x, "due_left", s->due_left);
		if (s->has_week_ago)
			doc_u64(x, "members_week_ago", s->members_week_ago);
		doc_u64(x, "week_entered", s->week_entered);
		doc_u64(x, "week_left", s->week_left);
	}
}

/* One of a list: what it is, and how many. */
static void
add_pair(struct doc *list, const char *what, struct str text, const char *of, uint64_t n)
{
	struct doc *d = doc_in_object(list, NULL);

	doc_text(d, what, text);
	doc_u64(d, of, n);
}

static void
add_counts(struct doc *d, const char *name, const struct report_count *list, size_t n)
{
	struct doc *x = doc_in_array(d, name);

	for (size_t i = 0; i < n; i++)
		add_pair(x, "name", list[i].name, "count", list[i].n);
}

static void
add_values(struct doc *d, const char *name, const struct report_value *list, size_t n)
{
	struct doc *x = doc_in_array(d, name);

	for (size_t i = 0; i < n; i++)
		add_pair(x, "value", list[i].text, "customers", list[i].customers);
}

static void
add_levels(struct doc *d, const struct report_model *m)
{
	struct doc *sums = doc_in_object(d, "sums"), *skipped = doc_in_object(d, "skipped");

	doc_u64(d, "customers", m->customers);
	doc_u64(d, "contacts", m->contacts);
	doc_u64(d, "orders", m->orders);
	doc_u64(d, "opted_out_emails", m->owed_email);
	doc_u64(d, "opted_out_mobiles", m->owed_text);
	doc_money(sums, "completed", m->completed);
	doc_money(sums, "profiles", m->profiles);
	doc_money(sums, "guest", m->guest);
	doc_money(sums, "unattributed", m->unattributed);
	doc_money(d, "average_spent", m->spent_mean);
	for (int i = SKIPPED_NONE + 1; i < SKIPPED_COUNT; i++)
		doc_u64(skipped, skipped_name((enum skipped_reason)i), m->skipped[i]);
	add_counts(d, "dropped", m->dropped, m->dropped_n);
	add_counts(d, "statuses", m->statuses, m->statuses_n);
	add_values(d, "products", m->products, m->products_n);
	add_values(d, "categories", m->categories, m->categories_n);
}

static void
add_disk(struct doc *d, const struct report_model *m)
{
	struct doc *list = doc_in_array(d, "disk");

	for (size_t i = 0; i < DISK_USE_KINDS; i++) {
		struct doc *x;

		if (m->disk[i].files == 0)
			continue;
		x = doc_in_object(list, NULL);
		doc_text(x, "kind", str_c(m->disk[i].kind));
		doc_u64(x, "files", m->disk[i].files);
		doc_u64(x, "bytes", m->disk[i].bytes);
	}
	if (m->has_disk)
		doc_u64(d, "disk_free", m->free);
	if (m->full_day != 0)
		add_day(d, "disk_full", m->full_day);
}

static void
add_verified(struct doc *d, const struct verify_note *x)
{
	struct doc *v;

	if (x->at == 0) {
		doc_null(d, "verified");
		return;
	}
	v = doc_in_object(d, "verified");
	doc_time(v, "at", x->at);
	doc_bool(v, "rebuilt", x->is_rebuilt);
	doc_u64(v, "faults", x->faults);
}

static void
add_last_push(struct doc *d, const struct report_push *p)
{
	struct doc *x;

	if (p->last == NULL)
		return;
	x = doc_in_object(d, "last");
	doc_time(x, "at", p->last_at);
	doc_u64(x, "exit_status", (uint64_t)p->last->status);
	doc_u64(x, "calls", p->last->calls);
	doc_u64(x, "retries", p->last->retries);
	doc_u64(x, "acked", p->last->acked);
	doc_u64(x, "rejected", p->last->rejected);
}

static void
add_push(struct doc *d, const struct report_push *p)
{
	struct doc *x, *letters;

	if (!p->is_used)
		return;
	x = doc_in_object(d, "push");
	doc_bool(x, "on", p->is_on);
	if (p->has_whole) {
		doc_text(x, "snapshot", p->whole);
		doc_time(x, "as_of", p->whole_as_of);
		doc_u64(x, "behind", p->behind);
	}
	if (p->counted != NULL) {
		doc_u64(x, "pending", p->counted->pending);
		doc_u64(x, "held", p->counted->held);
	}
	if (p->books != NULL) {
		doc_u64(x, "contacts", p->books->contacts);
		letters = doc_in_object(x, "rejected");
		for (size_t i = 0; i < p->books->letters_n; i++)
			doc_u64(letters, p->books->letters[i].name, p->books->letters[i].n);
	}
	add_last_push(x, p);
	if (p->check == NULL)
		return;
	x = doc_in_object(x, "compared");
	doc_time(x, "at", p->check_at);
	for (size_t i = 0; i < RUN_LOG_CHECK_COUNT; i++)
		doc_u64(x, run_log_check_name((enum run_log_check_count)i), p->check->n[i]);
}

void
report_json(struct buf *b, const struct report_model *m)
{
	struct doc *d = doc_object(), *list;

	doc_text(d, "health", str_c(healths[m->health]));
	doc_text(d, "verdict", m->verdict);
	doc_time(d, "now", m->now);
	if (m->health != REPORT_EMPTY) {
		doc_text(d, "snapshot", m->last_snapshot);
		doc_time(d, "as_of", m->as_of);
	}
	doc_text(d, "time_zone", m->zone);
	doc_u64(d, "pending", m->pending);
	doc_u64(d, "late", m->late);
	if (m->is_imported_by_hand)
		doc_u64(d, "not_imported", m->unimported);
	if (m->stopped.n > 0)
		doc_text(d, "stopped_at", m->stopped);
	doc_u64(d, "lists_in_doubt", m->doubts);
	if (m->has_runs) {
		doc_u64(d, "runs_without_answer", m->silent);
		doc_u64(d, "unknown_customers", m->unknown_left);
		doc_u64(d, "waiting_customers", m->waiting_left);
	}
	add_verified(d, &m->verified);
	add_push(d, &m->push);
	add_segments(d, m);
	add_levels(d, m);
	add_disk(d, m);
	list = doc_in_array(d, "steps");
	for (size_t i = 0; i < m->buckets_n; i++)
		add_bucket(list, m, &m->buckets[i]);
	doc_print(d, b);
	doc_free(d);
}
