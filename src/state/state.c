#include "state/state.h"

#include <errno.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/pack.h"
#include "lib/kv_files.h"
#include "state/rows.h"

/* Bytes of rows that are kept in memory before the first snapshot's go to the file. */
#define SPILL (UINT64_C(16) << 20)

static const struct dictionary words = {
	.by_text = TABLE_WORDS, .by_number = TABLE_WORD_TEXTS, .is_cached = true
};
static const struct dictionary buyers = { .by_text = TABLE_BUYERS, .by_number = TABLE_BUYER_IDS };

static void
pack_totals(struct buf *b, const struct state *s)
{
	const struct totals *t = &s->totals;

	pack_u64(b, STATE_VERSION);
	pack_u64(b, t->applied);
	pack_u64(b, s->words.last);
	pack_u64(b, s->buyers.last);
	pack_u64(b, t->customers);
	pack_u64(b, t->orders);
	pack_u64(b, t->guest_orders);
	pack_u64(b, t->unattributed_orders);
	pack_i64(b, t->completed);
	pack_i64(b, t->profiles);
	pack_i64(b, t->guest);
	pack_i64(b, t->unattributed);
	for (size_t i = 0; i < SKIPPED_COUNT; i++)
		pack_u64(b, t->skipped[i]);
}

/* Returns 1 read, 0 of another version, -1 broken. */
static int
unpack_totals(struct str row, struct state *s)
{
	struct unpack u = unpack_of(row);
	struct totals *t = &s->totals;

	if (unpack_u64(&u) != STATE_VERSION)
		return u.bad ? -1 : 0;
	t->applied = unpack_u64(&u);
	s->words.last = unpack_u64(&u);
	s->buyers.last = unpack_u64(&u);
	t->customers = unpack_u64(&u);
	t->orders = unpack_u64(&u);
	t->guest_orders = unpack_u64(&u);
	t->unattributed_orders = unpack_u64(&u);
	t->completed = unpack_i64(&u);
	t->profiles = unpack_i64(&u);
	t->guest = unpack_i64(&u);
	t->unattributed = unpack_i64(&u);
	for (size_t i = 0; i < SKIPPED_COUNT; i++)
		t->skipped[i] = unpack_u64(&u);
	return u.bad || u.p != u.end ? -1 : 1;
}

/* Returns 1 loaded, 0 if there are none, or of another version, -1. */
static int
load_totals(struct state *s, struct err *e)
{
	struct str row;
	int rc = state_meta(s, "totals", &row, e);

	s->totals = (struct totals){ 0 };
	s->words.last = s->buyers.last = 0;
	if (rc < 0)
		return -1;
	if (rc > 0)
		rc = unpack_totals(row, s);
	s->is_fresh = s->buyers.is_in_order = rc == 0;
	if (rc < 0)
		return state_broken(e, "the totals cannot be read");
	return rc;
}

int
state_reload(struct state *s, struct err *e)
{
	int rc = load_totals(s, e);

	if (rc == 0)
		return state_broken(e, "it has no totals, or those of another version");
	return rc < 0 ? -1 : 0;
}

int
state_begin(struct state *s, struct err *e)
{
	int rc;

	s->txn = kv_begin(s->kv, s->writable, e);
	if (s->txn == NULL)
		return -1;
	rc = load_totals(s, e);
	if (s->writable && !s->is_fresh)
		kv_share_begin(s->txn);
	return rc == 0 && s->writable ? 1 : rc;
}

/* Whether a store that cannot be opened is that of a version with fewer tables;
 * the totals are in the first. */
static bool
is_of_another_version(struct state *s, const char *dir)
{
	struct err ignored = ERR_INIT;

	s->kv = kv_open(dir, table_list(), TABLE_META + 1, KV_READ, &ignored);
	if (s->kv != NULL)
		s->txn = kv_begin(s->kv, false, &ignored);
	return s->txn != NULL && load_totals(s, &ignored) == 0;
}

/* Open the store for writing. What lies there without totals was left by a run that ended early;
 * another version's is of no use, and may have trees that this one does not know. */
static int
open_written(struct state *s, const char *dir, enum kv_mode mode, struct err *e)
{
	bool is_new = !kv_files_are_there(dir);
	int rc;

	s->kv = kv_open(dir, table_list(), TABLE_COUNT, mode, e);
	if (s->kv == NULL || is_new)
		return s->kv == NULL ? -1 : 0;
	s->txn = kv_begin(s->kv, false, e);
	rc = s->txn == NULL ? -1 : load_totals(s, e);
	kv_abort(s->txn);
	s->txn = NULL;
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	kv_close(s->kv);
	s->kv = NULL;
	if (kv_files_remove(dir, e) == 0)
		s->kv = kv_open(dir, table_list(), TABLE_COUNT, mode, e);
	return s->kv == NULL ? -1 : 0;
}

static int
open_as(struct state *s, const char *account, enum kv_mode mode, struct err *e)
{
	bool writable = mode == KV_WRITE || mode == KV_QUICK;
	struct arena a = { 0 };
	char *dir = file_join(&a, account, "state");
	int rc = 0;

	*s = (struct state){ .writable = writable, .words = words, .buyers = buyers };
	if (writable) {
		rc = dir_make(dir, e) < 0 ? -1 : open_written(s, dir, mode, e);
	} else {
		s->kv = kv_open(dir, table_list(), TABLE_COUNT, mode, e);
		rc = s->kv == NULL ? -1 : 0;
	}
	if (rc < 0 && !writable && (e->sys == ENOENT || is_of_another_version(s, dir)))
		rc = 0;
	else if (rc == 0)
		rc = state_begin(s, e);
	arena_release(&a);
	if (rc <= 0)
		state_close(s);
	return rc;
}

int
state_open(struct state *s, const char *account, bool writable, struct err *e)
{
	return open_as(s, account, writable ? KV_WRITE : KV_READ, e);
}

int
state_open_few(struct state *s, const char *account, struct err *e)
{
	return open_as(s, account, KV_LOOK, e);
}

int
state_open_quick(struct state *s, const char *account, struct err *e)
{
	return open_as(s, account, KV_QUICK, e);
}

int
state_commit(struct state *s, struct err *e)
{
	struct buf row = { 0 };
	int rc;

	pack_totals(&row, s);
	rc = state_meta_put(s, "totals", buf_view(&row), e);
	buf_release(&row);
	if (rc == 0) {
		rc = kv_commit(s->txn, e);
		s->txn = NULL;
	}
	return rc;
}

/* The rows of a first snapshot go to the file and are no state yet. */
static int
commit_rows(struct state *s, struct err *e)
{
	if (kv_commit(s->txn, e) < 0) {
		s->txn = NULL;
		return -1;
	}
	s->txn = kv_begin(s->kv, true, e);
	return s->txn == NULL ? -1 : 0;
}

int
state_spill(struct state *s, struct err *e)
{
	if (!s->is_fresh || kv_written(s->txn) < SPILL)
		return 0;
	return commit_rows(s, e);
}

int
state_share(struct state *s, struct err *e)
{
	if (!s->is_fresh)
		return kv_share(s->txn);
	return commit_rows(s, e) < 0 ? -1 : 1;
}

int
state_view(const struct state *s, struct state *view, struct err *e)
{
	*view = (struct state){ .kv = s->kv,
		.txn = kv_view(s->txn, e),
		.words = words,
		.buyers = buyers,
		.totals = s->totals,
		.is_fresh = s->is_fresh };
	view->words.last = s->words.last;
	view->buyers.last = s->buyers.last;
	return view->txn == NULL ? -1 : 0;
}

void
state_view_end(struct state *view)
{
	kv_abort(view->txn);
	dictionary_release(&view->words);
	*view = (struct state){ 0 };
}

void
state_close(struct state *s)
{
	kv_abort(s->txn);
	if (s->kv != NULL)
		kv_close(s->kv);
	dictionary_release(&s->words);
	s->txn = NULL;
	s->kv = NULL;
}

int
state_forget(const char *account, struct err *e)
{
	struct arena a = { 0 };
	char *dir = file_join(&a, account, "state");
	/* it may be a disk of its own, with what a disk has, or lie behind a link */
	int rc = dir_exists(dir) ? kv_files_remove(dir, e) : dir_remove(dir, e);

	arena_release(&a);
	return rc;
}

int
state_meta(struct state *s, const char *name, struct str *value, struct err *e)
{
	return kv_get(s->txn, TABLE_META, str_c(name), value, e);
}

int
state_meta_put(struct state *s, const char *name, struct str value, struct err *e)
{
	return kv_put(s->txn, TABLE_META, str_c(name), value, e);
}

int
state_applied(struct state *s, uint32_t number, struct applied *out, struct err *e)
{
	struct buf key = { 0 };
	struct unpack u;
	struct str row;
	int rc = kv_get(s->txn, TABLE_SNAPSHOTS, row_key_number(&key, number), &row, e);

	buf_release(&key);
	if (rc <= 0)
		return rc;
	u = unpack_of(row);
	out->id = unpack_text(&u);
	out->as_of = (int64_t)unpack_fixed(&u);
	out->manifest_sha256 = unpack_text(&u);
	out->diff_sha256 = unpack_text(&u);
	out->export_sha256 = unpack_text(&u);
	for (size_t i = 0; i < 4; i++)
		out->customers[i] = unpack_u64(&u);
	for (size_t i = 0; i < 4; i++)
		out->orders[i] = unpack_u64(&u);
	out->quarantined = unpack_u64(&u);
	for (size_t i = 0; i < ENTITIES; i++)
		out->held_back[i] = unpack_u64(&u);
	out->in_two_locations = unpack_u64(&u);
	out->is_quarantine_new = unpack_u64(&u) != 0;
	out->is_in_two_new = unpack_u64(&u) != 0;
	return u.bad ? state_broken(e, "a snapshot's row") : 1;
}

int
state_applied_must(struct state *s, uint32_t number, struct applied *out, struct err *e)
{
	int rc = state_applied(s, number, out, e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(e, "a snapshot is missing");
	return 0;
}

int
state_snapshot_find(
    struct state *s, const char *id, uint32_t *number, struct applied *out, struct err *e)
{
	uint32_t low = 1, high = (uint32_t)s->totals.applied;

	*number = high;
	if (id == NULL && high > 0)
		return state_applied_must(s, high, out, e);
	while (low <= high) {
		uint32_t mid = low + (high - low) / 2;
		int order;

		if (state_applied_must(s, mid, out, e) < 0)
			return -1;
		order = str_cmp(out->id, str_c(id));
		*number = mid;
		if (order == 0)
			return 0;
		if (order < 0)
			low = mid + 1;
		else
			high = mid - 1;
	}
	err_set(e, ERR_USAGE, "no snapshot '%s' is applied", id == NULL ? "" : id);
	return err_advise(e, "'flowstory audit' lists the applied ones.");
}

int
state_applied_put(struct state *s, uint32_t number, const struct applied *row, struct err *e)
{
	struct buf key = { 0 }, b = { 0 };
	int rc;

	pack_text(&b, row->id);
	pack_fixed(&b, (uint64_t)row->as_of);
	pack_text(&b, row->manifest_sha256);
	pack_text(&b, row->diff_sha256);
	pack_text(&b, row->export_sha256);
	for (size_t i = 0; i < 4; i++)
		pack_u64(&b, row->customers[i]);
	for (size_t i = 0; i < 4; i++)
		pack_u64(&b, row->orders[i]);
	pack_u64(&b, row->quarantined);
	for (size_t i = 0; i < ENTITIES; i++)
		pack_u64(&b, row->held_back[i]);
	pack_u64(&b, row->in_two_locations);
	pack_u64(&b, row->is_quarantine_new);
	pack_u64(&b, row->is_in_two_new);
	rc = kv_put(s->txn, TABLE_SNAPSHOTS, row_key_number(&key, number), buf_view(&b), e);
	buf_release(&key);
	buf_release(&b);
	return rc;
}

int
state_record_row(enum entity entity, struct str row, struct known_record *out, struct err *e)
{
	if (row_record_unpack(row, entity, out))
		return 0;
	return state_broken(e, entity == ENTITY_ORDER ? "an order's row" : "a customer's row");
}

int
state_record(
    struct kv_txn *t, enum entity entity, struct str id, struct known_record *out, struct err *e)
{
	struct str row;
	int rc = kv_get(t, state_record_table(entity), id, &row, e);

	return rc > 0 && state_record_row(entity, row, out, e) < 0 ? -1 : rc;
}

int
state_record_must(
    struct kv_txn *t, enum entity entity, struct str id, struct known_record *out, struct err *e)
{
	int rc = state_record(t, entity, id, out, e);

	if (rc == 0)
		return state_broken(
		    e, entity == ENTITY_ORDER ? "an order is missing" : "a customer is missing");
	return rc < 0 ? -1 : 0;
}

static struct str
page_key(struct buf *key, uint32_t snapshot, uint32_t page)
{
	buf_reset(key);
	pack_key_u32(key, snapshot);
	pack_key_u32(key, page);
	return buf_view(key);
}

int
state_page(
    struct state *s, uint32_t snapshot, uint32_t page, struct applied_page *out, struct err *e)
{
	struct buf key = { 0 };
	struct unpack u;
	struct str row;
	int rc = kv_get(s->txn, TABLE_PAGES, page_key(&key, snapshot, page), &row, e);

	buf_release(&key);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return state_broken(e, "a page that is not listed");
	u = unpack_of(row);
	out->path = unpack_text(&u);
	out->sha256 = unpack_text(&u);
	out->resource = (enum resource)unpack_u64(&u);
	out->location = unpack_text(&u);
	return u.bad ? state_broken(e, "a page's row") : 0;
}

int
state_page_put(struct state *s, uint32_t snapshot, uint32_t page,
    const struct applied_page *page_row, struct err *e)
{
	struct buf key = { 0 }, row = { 0 };
	int rc;

	pack_text(&row, page_row->path);
	pack_text(&row, page_row->sha256);
	pack_u64(&row, page_row->resource);
	pack_text(&row, page_row->location);
	rc = kv_append(s->txn, TABLE_PAGES, page_key(&key, snapshot, page), buf_view(&row), e);
	buf_release(&key);
	buf_release(&row);
	return rc;
}
