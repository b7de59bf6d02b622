#include "dailystory/export_manifest.h"

#include "base/arena.h"
#include "dailystory/centroid.h"
#include "delta/delta.h"
#include "lib/json_writer.h"
#include "state/state_statuses.h"

static int
write_doc(struct csv_rows *f, const char *path, const struct doc *d, uint64_t rows, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	doc_print(d, &b);
	rc = csv_rows_text(f, path, buf_view(&b), rows, e);
	buf_release(&b);
	return rc;
}

static int
write_segments(struct csv_rows *f, const struct segment_set *rules, struct err *e)
{
	struct doc *d = doc_array();
	struct buf sentence = { 0 };
	int rc;

	for (size_t i = 0; i < rules->n; i++) {
		const struct membership_count *y = membership_counts_of_rule(f->counts, i);
		struct doc *x = doc_in_object(d, NULL);

		buf_reset(&sentence);
		segment_sentence(rules, i, &sentence);
		doc_text(x, "name", rules->list[i].name);
		doc_text(x, "slug", y->slug);
		doc_text(x, "rule", buf_view(&sentence));
		doc_u64(x, "members", y->members);
		doc_u64(x, "contacts", y->contacts);
		doc_u64(x, "entered", y->entered);
		doc_u64(x, "left", y->left);
	}
	rc = write_doc(f, "segments.json", d, rules->n, e);
	buf_release(&sentence);
	doc_free(d);
	return rc;
}

static void
add_sums(struct doc *d, const struct totals *t)
{
	struct doc *sums = doc_in_object(d, "sums");

	doc_money(sums, "completed", t->completed);
	doc_money(sums, "profiles", t->profiles);
	doc_money(sums, "guest", t->guest);
	doc_money(sums, "unattributed", t->unattributed);
}

/* Their names are borrowed by the document. */
static void
add_statuses(struct doc *d, struct arena *a, const struct status_total *list, size_t n)
{
	struct doc *statuses = doc_in_object(d, "statuses");

	for (size_t i = 0; i < n; i++) {
		struct doc *x = doc_in_object(statuses, str_z(a, list[i].status));

		doc_u64(x, "orders", list[i].orders);
		doc_money(x, "dollars", list[i].cents);
	}
}

static void
add_changes(struct doc *d, const char *name, const uint64_t *counts)
{
	struct doc *x = doc_in_object(d, name);

	for (int i = 0; i < 4; i++)
		doc_u64(x, delta_op_name((enum delta_op)i), counts[i]);
}

static void
add_held_back(struct doc *d, const struct apply_result *changed)
{
	struct doc *x = doc_in_object(d, "held_back");

	doc_u64(x, "customers", changed->held_back[ENTITY_CUSTOMER]);
	doc_u64(x, "orders", changed->held_back[ENTITY_ORDER]);
}

/* How many there are of everybody and everything. */
static void
add_totals(struct doc *d, const struct totals *t)
{
	struct doc *x;

	doc_u64(d, "customers", t->customers);
	doc_u64(d, "contacts", state_contacts(t));
	x = doc_in_object(d, "skipped");
	for (size_t i = 1; i < SKIPPED_COUNT; i++)
		doc_u64(x, skipped_name((enum skipped_reason)i), t->skipped[i]);
}

static void
add_dropped(struct doc *d, const struct csv_rows *f)
{
	struct doc *x = doc_in_object(d, "dropped");

	for (size_t i = 0; i < DROPPED_REASONS; i++)
		doc_u64(x, drop_reason_name((enum drop_reason)i), f->dropped[i]);
}

/* What changed with a snapshot is counted in its own export, and not in lists made later. */
static void
add_counts(struct doc *d, const struct csv_rows *f, const struct totals *t,
    const struct export_source *source)
{
	struct doc *counts = doc_in_object(d, "counts"), *x;
	const struct applied *applied = source->applied;
	const struct apply_result *changed = source->changed;

	add_totals(counts, t);
	if (changed != NULL)
		add_dropped(counts, f);
	doc_u64(counts, "orders", t->orders);
	doc_u64(counts, "guest_orders", t->guest_orders);
	doc_u64(counts, "unattributed_orders", t->unattributed_orders);
	if (changed != NULL) {
		doc_u64(counts, "orders_in_two_locations", changed->in_two_locations);
		add_held_back(counts, changed);
	}
	doc_u64(counts, "exported", f->contacts);
	doc_u64(counts, "gone", csv_rows_count(f, CSV_ROWS_GONE));
	doc_u64(counts, "moved", csv_rows_count(f, CSV_ROWS_MOVED));
	doc_u64(counts, "opt_outs", csv_rows_count(f, CSV_ROWS_OPT_OUTS));
	if (changed == NULL)
		return;
	doc_u64(counts, "events", csv_rows_count(f, CSV_ROWS_EVENTS));
	doc_u64(counts, "quarantined", applied->quarantined);
	x = doc_in_object(counts, "changes");
	add_changes(x, "customers", applied->customers);
	add_changes(x, "orders", applied->orders);
}

static void
add_files(struct doc *d, const struct export_dir *o)
{
	struct doc *list = doc_in_array(d, "files");

	for (size_t i = 0; i < o->n; i++) {
		struct doc *x = doc_in_object(list, NULL);

		doc_text(x, "path", o->files[i]->path);
		doc_u64(x, "rows", o->files[i]->rows);
		doc_u64(x, "bytes", o->files[i]->bytes);
		doc_text(x, "sha256", str_c(o->files[i]->sha256.hex));
	}
}

/* What the manifest says before its counts. */
static void
add_head(struct doc *d, const struct export_source *source)
{
	doc_u64(d, "format", 1);
	doc_text(d, "snapshot", source->run->snapshot);
	if (source->changed == NULL)
		doc_text_or_null(d, "since", source->since);
	doc_time(d, "as_of", source->run->as_of);
	doc_text(d, "tool", STR("flowstory " FLOWSTORY_VERSION));
	doc_text(d, "attribution", STR(CENTROID_ATTRIBUTION));
	doc_text(d, "snapshot_manifest_sha256", source->applied->manifest_sha256);
	doc_text(d, "diff_sha256", source->applied->diff_sha256);
}

static int
write_manifest(
    struct csv_rows *f, struct state *s, const struct export_source *source, struct err *e)
{
	struct status_total *statuses;
	struct arena a = { 0 };
	struct doc *d = doc_object();
	size_t n;
	int rc = state_statuses_list(&a, s, &statuses, &n, e);

	if (rc == 0) {
		add_head(d, source);
		add_sums(d, &s->totals);
		add_statuses(d, &a, statuses, n);
		add_counts(d, f, &s->totals, source);
		add_files(d, f->dir);
		rc = write_doc(f, "manifest.json", d, 0, e);
	}
	doc_free(d);
	arena_release(&a);
	return rc;
}

int
export_manifest_write(
    struct csv_rows *f, struct state *s, const struct export_source *source, struct err *e)
{
	bool has_fields = source->changed == NULL || s->totals.applied == 1;

	if (has_fields && csv_rows_fields(f, source->run->rules, source->more_fields, e) < 0)
		return -1;
	if (write_segments(f, source->run->rules, e) < 0)
		return -1;
	if (export_dir_finish(f->dir, e) < 0 || write_manifest(f, s, source, e) < 0)
		return -1;
	return export_dir_finish(f->dir, e);
}
