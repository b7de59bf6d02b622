#include "timemachine/verify_state.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/pack.h"
#include "timemachine/verify_child.h"
#include "state/state.h"

struct request {
	const char *account;
	bool thorough;
};

/* Rows in rising order of their keys: a damaged tree may lead round in circles.
 */
static int
walk(struct state *s, size_t table, uint64_t *rows, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, table, e);
	struct str key, row;
	struct buf last = { 0 };
	int rc;

	*rows = 0;
	if (c == NULL)
		return -1;
	rc = kv_seek(c, STR(""), &key, &row, e);
	while (rc > 0) {
		if (*rows > 0 && str_cmp(key, buf_view(&last)) <= 0) {
			rc = state_broken(e, "keys are out of order");
			break;
		}
		(void)hash_of(row); /* every byte of it is read */
		buf_reset(&last);
		buf_str(&last, key);
		(*rows)++;
		rc = kv_next(c, &key, &row, e);
	}
	kv_cursor_close(c);
	buf_release(&last);
	return rc;
}

static int
walk_all(struct state *s, struct err *e)
{
	const struct totals *t = &s->totals;
	uint64_t rows[TABLE_COUNT], counted;

	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (walk(s, i, &rows[i], e) < 0 || kv_count(s->txn, i, &counted, e) < 0)
			return -1;
		if (rows[i] != counted)
			return state_broken(e, "a table has lost rows");
	}
	if (rows[TABLE_SNAPSHOTS] != t->applied || rows[TABLE_CUSTOMERS] != t->customers ||
	    rows[TABLE_ORDERS] != t->orders || rows[TABLE_SALES] != t->orders ||
	    rows[TABLE_CREATED] != t->orders || rows[TABLE_WORDS] != t->names ||
	    rows[TABLE_BUYERS] != t->buyers || rows[TABLE_BUYER_IDS] != t->buyers)
		return state_broken(e, "the totals are not those of the rows");
	return 0;
}

/* The pages of all snapshots, in order; the key begins with the snapshot's
 * number. */
static int
put_pages(struct state *s, struct buf *out, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_PAGES, e);
	struct str key, row;
	int rc;

	if (c == NULL)
		return -1;
	rc = kv_seek(c, STR(""), &key, &row, e);
	while (rc > 0) {
		struct unpack k = unpack_of(key), u = unpack_of(row);

		pack_u64(out, unpack_key_u32(&k));
		pack_text(out, unpack_text(&u));
		pack_text(out, unpack_text(&u));
		if (k.bad || u.bad)
			rc = state_broken(e, "a page's row");
		else
			rc = kv_next(c, &key, &row, e);
	}
	kv_cursor_close(c);
	return rc;
}

static int
put_applied(struct state *s, struct buf *out, struct err *e)
{
	pack_u64(out, s->totals.applied);
	for (uint64_t i = 1; i <= s->totals.applied; i++) {
		struct applied x;
		int rc = state_applied(s, (uint32_t)i, &x, e);

		if (rc <= 0)
			return rc < 0 ? -1 : state_broken(e, "a snapshot is missing");
		pack_text(out, x.id);
		pack_text(out, x.manifest_sha256);
		pack_text(out, x.diff_sha256);
		pack_text(out, x.export_sha256);
	}
	return put_pages(s, out, e);
}

/* A first run or a rebuild that was interrupted has left a state without a word
 * in it. */
static bool
has_begun(const char *account)
{
	struct arena a = { 0 };
	bool begun = file_exists(file_join(&a, account, "state/data.mdb"));

	arena_release(&a);
	return begun;
}

/* In the child. */
static int
read_claims(void *context, struct buf *out, struct err *e)
{
	const struct request *r = context;
	struct state s = { 0 };
	int rc = state_open(&s, r->account, false, e);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		if (has_begun(r->account))
			pack_u64(out, 0);
		return 0;
	}
	rc = r->thorough ? walk_all(&s, e) : 0;
	if (rc == 0)
		rc = put_applied(&s, out, e);
	state_close(&s);
	return rc;
}

static struct str
next_text(struct arena *a, struct unpack *u)
{
	return str_copy(a, unpack_text(u));
}

static int
give_page(struct arena *a, struct verify_state *claims, struct unpack *u, size_t *cap)
{
	uint64_t number = unpack_u64(u);
	struct verify_claim_page page = { next_text(a, u), next_text(a, u) };
	struct verify_claim *x;

	if (u->bad || number == 0 || number > claims->n)
		return -1;
	x = &claims->list[number - 1];
	if (x->pages_n == *cap || x->pages_n == 0) {
		struct verify_claim_page *more;

		*cap = x->pages_n == 0 ? 8 : 2 * *cap;
		more = arena_array(a, *cap, sizeof(*more));
		if (x->pages_n > 0)
			memcpy(more, x->pages, x->pages_n * sizeof(*more));
		x->pages = more;
	}
	x->pages[x->pages_n++] = page;
	return 0;
}

static int
unpack(struct arena *a, struct str text, struct verify_state *claims, struct err *e)
{
	struct unpack u = unpack_of(text);
	size_t cap = 0;
	uint64_t n = unpack_u64(&u);

	if (n > text.n)
		return state_broken(e, "the number of snapshots");
	claims->is_there = true;
	claims->list = arena_zero(a, (size_t)n, sizeof(*claims->list));
	for (; claims->n < n; claims->n++) {
		struct verify_claim *x = &claims->list[claims->n];

		x->id = next_text(a, &u);
		x->manifest_sha256 = next_text(a, &u);
		x->diff_sha256 = next_text(a, &u);
		x->export_sha256 = next_text(a, &u);
		if (u.bad || (claims->n > 0 && str_cmp(x[-1].id, x->id) >= 0))
			return state_broken(e, "snapshots are out of order");
	}
	while (u.p < u.end)
		if (give_page(a, claims, &u, &cap) < 0)
			return state_broken(e, "a page's row");
	return 0;
}

int
verify_state_read(
    struct arena *a, const char *account, bool thorough, struct verify_state *out, struct err *e)
{
	struct request r = { account, thorough };
	struct buf b = { 0 };
	int rc = verify_child_run(read_claims, &r, &b, e);

	*out = (struct verify_state){ 0 };
	if (rc == 0 && b.n > 0)
		rc = unpack(a, buf_view(&b), out, e);
	if (rc < 0)
		*out = (struct verify_state){ 0 };
	buf_release(&b);
	return rc;
}

const struct verify_claim *
verify_state_find(const struct verify_state *claims, struct str id)
{
	size_t low = 0, high = claims->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = str_cmp(claims->list[mid].id, id);

		if (c == 0)
			return &claims->list[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
