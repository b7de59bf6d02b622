#include "dailystory/export_manifest.h"

#include "base/num.h"
#include "base/timestamp.h"
#include "dailystory/centroid.h"
#include "dailystory/contact.h"
#include "delta/delta.h"
#include "lib/json_writer.h"

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

/* The rules as they were read. */
static int
write_rules(struct csv_rows *f, const struct segment_set *rules, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	buf_str(&b, rules->text);
	buf_char(&b, '\n');
	rc = csv_rows_text(f, "rules.json", buf_view(&b), rules->n, e);
	buf_release(&b);
	return rc;
}

static void
add_money(struct doc *d, const char *name, int64_t cents)
{
	struct buf b = { 0 };

	money_format(&b, cents);
	doc_text(d, name, buf_view(&b));
	buf_release(&b);
}

static void
add_sums(struct doc *d, const struct totals *t)
{
	struct doc *sums = doc_in_object(d, "sums");

	add_money(sums, "completed", t->completed);
	add_money(sums, "profiles", t->profiles);
	add_money(sums, "guest", t->guest);
	add_money(sums, "unattributed", t->unattributed);
}

static void
add_changes(struct doc *d, const char *name, const uint64_t *counts)
{
	struct doc *x = doc_in_object(d, name);

	for (int i = 0; i < 4; i++)
		doc_u64(x, delta_op_name((enum delta_op)i), counts[i]);
}

static void
add_counts(
    struct doc *d, const struct csv_rows *f, const struct totals *t, const struct applied *applied)
{
	struct doc *counts = doc_in_object(d, "counts");
	struct doc *x;

	doc_u64(counts, "customers", t->customers);
	doc_u64(counts, "contacts", t->skipped[SKIPPED_NONE]);
	x = doc_in_object(counts, "skipped");
	for (size_t i = 1; i < SKIPPED_COUNT; i++)
		doc_u64(x, skipped_name((enum skipped_reason)i), t->skipped[i]);
	x = doc_in_object(counts, "dropped");
	for (size_t i = 0; i < DROP_COUNT; i++)
		doc_u64(x, normalize_drop_name((enum normalize_drop)i), t->dropped[i]);
	doc_u64(counts, "orders", t->orders);
	doc_u64(counts, "guest_orders", t->guest_orders);
	doc_u64(counts, "unattributed_orders", t->unattributed_orders);
	doc_u64(counts, "exported", f->contacts);
	doc_u64(counts, "opt_outs", f->opt_outs->rows);
	doc_u64(counts, "events", f->events->rows);
	if (applied == NULL)
		return;
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

static int
write_manifest(
    struct csv_rows *f, const struct state *s, const struct export_source *source, struct err *e)
{
	struct doc *d = doc_object();
	struct buf b = { 0 };
	int rc;

	doc_u64(d, "format", 1);
	doc_text(d, "snapshot", source->snapshot);
	timestamp_format(&b, source->as_of);
	doc_text(d, "as_of", buf_view(&b));
	doc_text(d, "tool", STR("flowstory " FLOWSTORY_VERSION));
	doc_text(d, "attribution", STR(CENTROID_ATTRIBUTION));
	if (source->applied != NULL) {
		doc_text(d, "snapshot_manifest_sha256", source->applied->manifest_sha256);
		doc_text(d, "diff_sha256", source->applied->diff_sha256);
	}
	add_sums(d, &s->totals);
	add_counts(d, f, &s->totals, source->applied);
	add_files(d, f->dir);
	rc = write_doc(f, "manifest.json", d, 0, e);
	buf_release(&b);
	doc_free(d);
	return rc;
}

int
export_manifest_write(
    struct csv_rows *f, const struct state *s, const struct export_source *source, struct err *e)
{
	struct buf fields = { 0 };
	int rc;

	contact_fields(&fields);
	rc = csv_rows_text(f, "fields.csv", buf_view(&fields), COLUMN_COUNT, e);
	buf_release(&fields);
	if (rc < 0 || write_segments(f, source->rules, e) < 0 ||
	    write_rules(f, source->rules, e) < 0 ||
	    csv_rows_text(f, "settings.json", source->settings_text, 0, e) < 0)
		return -1;
	if (source->is_suppress_new && source->settings->suppress_text.n > 0 &&
	    csv_rows_text(f, "suppress.txt", source->settings->suppress_text, 0, e) < 0)
		return -1;
	if (export_dir_finish(f->dir, e) < 0 || write_manifest(f, s, source, e) < 0)
		return -1;
	return export_dir_finish(f->dir, e);
}
