#include "dailystory/span_export.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/interrupt.h"
#include "base/timestamp.h"
#include "dailystory/csv_rows.h"
#include "dailystory/export_manifest.h"
#include "dailystory/identity.h"
#include "dailystory/latest_row.h"
#include "dailystory/opt_outs.h"
#include "dailystory/span.h"
#include "profile/profile.h"
#include "segment/membership.h"
#include "state/rows.h"

/* A walk over everybody who is known, and who was a contact when the span began. */
struct walk {
	struct state *s;
	const struct export_source *x;
	uint32_t from;
	struct arena arena;
	struct membership_counts counts;
	struct csv_rows files;
	struct str *gone; /* who is not known any more and was a contact then, by id */
	size_t gone_n, gone_next;
	struct latest_row row;
	struct err *e;
};

/* ---- One customer */

/* Appends what holds now to what ended. */
static int
read_contacts(struct walk *g, struct str id, const struct past_contact *now, struct span *out)
{
	struct past_contact *ended, *all;
	size_t n;

	if (past_contacts_read(&g->row.arena, g->s, id, &ended, &n, g->e) < 0)
		return -1;
	all = arena_array(&g->row.arena, n + 1, sizeof(*all));
	if (n > 0)
		memcpy(all, ended, n * sizeof(*all));
	all[n] = *now;
	out->contacts = all;
	out->contacts_n = n + 1;
	return 0;
}

static int
read_memberships(struct walk *g, struct str id, struct str now, struct span *out)
{
	struct past_membership *ended;
	struct membership m;
	struct buf all = { 0 };
	size_t n;
	int more;

	if (membership_history_read(&g->row.arena, g->s, id, &ended, &n, g->e) < 0)
		return -1;
	if (n > 0)
		buf_add(&all, ended, n * sizeof(*ended));
	while ((more = row_membership_next(&now, &m)) > 0) {
		struct past_membership x = { .was = m };

		buf_add(&all, &x, sizeof(x));
	}
	out->memberships = buf_list(&all, &g->row.arena, sizeof(*ended), &out->memberships_n);
	return more == 0 ? 0 : state_broken(g->e, "a customer's memberships");
}

static struct identity_addresses
addresses_of(const struct past_contact *c)
{
	return (struct identity_addresses){ c->email, c->mobile };
}

static int
write_passage(struct walk *g, struct str id, enum csv_rows_segment which, size_t count,
    struct span_passage p, const struct past_contact *c)
{
	struct identity_addresses x = addresses_of(c);
	struct applied applied;
	enum cause cause = p.is_moved ? CAUSE_MOVED : (enum cause)p.cause;

	if (p.at == 0)
		return 0;
	if (state_applied_must(g->s, p.at, &applied, g->e) < 0)
		return -1;
	return csv_rows_passage(&g->files, which, count, id, &x, cause,
	    timestamp_text(&g->row.arena, applied.as_of), g->e);
}

static int
write_segments(struct walk *g, struct str id, const struct span *x)
{
	for (size_t i = 0; i < g->counts.n; i++) {
		struct membership_count *t = &g->counts.list[i];
		struct span_passage entered = span_entered(x, t->number);
		struct span_passage left = span_left(x, t->number);

		t->entered += entered.at != 0 && !entered.is_moved;
		t->left += left.at != 0 && !left.is_moved;
		if (write_passage(g, id, CSV_ROWS_ENTERED, i, entered, span_now(x)) < 0 ||
		    write_passage(g, id, CSV_ROWS_LEFT, i, left, span_then(x)) < 0)
			return -1;
	}
	return 0;
}

/* What is another than it was when the span began. */
static int
write_changes(struct walk *g, struct str id, const struct span *x)
{
	const struct past_contact *then = span_then(x), *now = span_now(x);
	struct identity_addresses before = addresses_of(then), after = addresses_of(now);

	if (past_contacts_was(then) && !past_contacts_was(now) &&
	    csv_rows_gone(&g->files, id, &before,
	        now->was_known ? skipped_name(now->reason) : "removed", g->e) < 0)
		return -1;
	if (span_is_moved(x) && csv_rows_moved(&g->files, id, &before, &after, g->e) < 0)
		return -1;
	if (span_is_skipped(x) &&
	    csv_rows_skipped(&g->files, id, now->reason, now->detail, g->e) < 0)
		return -1;
	return write_segments(g, id, x);
}

/* How they stand now, and their row. */
static int
write_present(
    struct walk *g, struct str id, const struct contact_status *status, struct past_contact *now)
{
	struct identity_addresses exported;
	struct profile profile;
	int rc;

	*now = (struct past_contact){
		.was_known = true, .reason = status->reason, .detail = row_detail(status)
	};
	if (!row_is_contact(status))
		return 0;
	rc = profile_stored(&g->row.arena, g->s, id, &profile, g->e);
	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "a customer's profile");
	exported = identity_exported(status, &profile);
	now->email = exported.email;
	now->mobile = exported.mobile;
	return latest_row_write(&g->row, g->s, g->x, &profile, &exported, g->from, &g->files, g->e);
}

/* ${row}: their status; empty: they are not known any more. */
static int
write_customer(struct walk *g, struct str id, struct str row)
{
	struct contact_status status = { 0 };
	struct past_contact now = { 0 };
	struct span x = { .from = g->from };
	int rc = 0;

	if (row.n > 0 && !row_contact_status_unpack(row, &status))
		return state_broken(g->e, "a customer's status");
	if (row.n > 0)
		rc = write_present(g, id, &status, &now);
	if (rc == 0)
		rc = read_contacts(g, id, &now, &x);
	if (rc == 0)
		rc = read_memberships(g, id, status.memberships, &x);
	if (rc == 0)
		rc = write_changes(g, id, &x);
	arena_reset(&g->row.arena);
	return rc;
}

/* ---- Everybody */

/* Whether a row of the past is of somebody who was a contact then and is not known any more.  The
 * first row that ended in the span says how they stood. */
static int
note_gone(struct walk *g, struct str id, const struct past_contact *c, struct buf *gone)
{
	struct str row;
	int rc;

	if (!past_contacts_was(c))
		return 0;
	rc = kv_get(g->s->txn, TABLE_CONTACT_STATUS, id, &row, g->e);
	if (rc == 0) {
		id = str_copy(&g->arena, id);
		buf_add(gone, &id, sizeof(id));
	}
	return rc < 0 ? -1 : 0;
}

static int
find_gone(struct walk *g)
{
	struct kv_cursor *cur = kv_all(g->s->txn, TABLE_PAST_CONTACTS, g->e);
	struct str key, row, id, last = { 0 };
	struct buf gone = { 0 };
	struct past_contact c;
	int rc;

	while ((rc = kv_next(cur, &key, &row, g->e)) > 0) {
		rc = past_contacts_unpack(key, row, &id, &c)
		         ? 0
		         : state_broken(g->e, "the row of a contact status that ended");
		if (rc == 0 && c.until > g->from && !(last.p != NULL && str_eq(id, last))) {
			last = id;
			rc = note_gone(g, id, &c, &gone);
		}
		if (rc < 0)
			break;
	}
	kv_cursor_close(cur);
	g->gone = buf_list(&gone, &g->arena, sizeof(*g->gone), &g->gone_n);
	qsort(g->gone, g->gone_n, sizeof(*g->gone), str_order);
	return rc;
}

/* Those who are gone come between the others, up to ${id}; NULL: all that are left. */
static int
write_gone(struct walk *g, const struct str *id)
{
	while (
	    g->gone_next < g->gone_n && (id == NULL || str_cmp(g->gone[g->gone_next], *id) < 0)) {
		if (write_customer(g, g->gone[g->gone_next++], (struct str){ 0 }) < 0)
			return -1;
	}
	return 0;
}

static int
walk(struct walk *g)
{
	struct kv_cursor *c;
	struct str id, row;
	int rc;

	if (find_gone(g) < 0)
		return -1;
	c = kv_all(g->s->txn, TABLE_CONTACT_STATUS, g->e);
	while ((rc = kv_next(c, &id, &row, g->e)) > 0)
		if (interrupt_check(g->e) < 0 || write_gone(g, &id) < 0 ||
		    write_customer(g, id, row) < 0) {
			rc = -1;
			break;
		}
	kv_cursor_close(c);
	return rc < 0 ? -1 : write_gone(g, NULL);
}

/* The segments there are, and those that were left for good. */
static int
read_counts(struct walk *g)
{
	struct membership_counts *t = &g->counts;
	uint32_t *slugs;
	size_t n;

	if (membership_counts_read(&g->arena, g->s, t, g->e) < 0)
		return -1;
	for (size_t i = 0; i < t->n; i++)
		t->list[i].entered = t->list[i].left = 0;
	if (membership_counts_match(t, g->x->run->rules, g->e) < 0 ||
	    membership_history_slugs(&g->arena, g->s, g->from, &slugs, &n, g->e) < 0)
		return -1;
	return membership_counts_add(&g->arena, g->s, t, slugs, n, g->e);
}

static int
write_files(struct walk *g, struct export_dir *o)
{
	if (read_counts(g) < 0)
		return -1;
	csv_rows_begin(&g->files, o, &g->counts, g->x->run->exports->csv_bom);
	if (walk(g) < 0 || opt_outs_write(g->s, g->from, &g->files, g->e) < 0 ||
	    csv_rows_end(&g->files, g->e) < 0)
		return -1;
	return export_manifest_write(&g->files, g->s, g->x, g->e);
}

int
span_export_write(struct export_dir *o, struct state *s, const struct export_source *source,
    uint32_t from, struct err *e)
{
	struct walk g = { .s = s, .x = source, .from = from, .e = e };
	int rc = write_files(&g, o);

	csv_rows_release(&g.files);
	latest_row_release(&g.row);
	arena_release(&g.arena);
	return rc;
}
