#include "timemachine/verify_rebuild.h"

#include <unistd.h>

#include "account/catch_up.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/pack.h"
#include "delta/seen.h"
#include "state/state.h"

/* Control bytes are not printed. */
static void
put_id(struct buf *b, struct str id)
{
	buf_z(b, " '");
	for (size_t i = 0; i < id.n; i++) {
		bool is_control = (unsigned char)id.p[i] < 0x20 || id.p[i] == 0x7f;

		buf_char(b, is_control ? '?' : id.p[i]);
	}
	buf_char(b, '\'');
}

/* Of a key what is no personal data: ids and numbers. */
static void
put_key(struct buf *b, size_t table, struct str key)
{
	struct unpack u = unpack_of(key);

	if (table == TABLE_CUSTOMERS || table == TABLE_BUYERS || table == TABLE_PROFILES ||
	    table == TABLE_UNATTRIBUTED || table == TABLE_CONTACT_STATUS ||
	    table == TABLE_EXPORTED || table == TABLE_ANSWERS) {
		buf_z(b, " customer");
		put_id(b, key);
	} else if (table == TABLE_ORDERS) {
		buf_z(b, " order");
		put_id(b, key);
	} else if (table == TABLE_SALES || table == TABLE_FORMER_ORDERS) {
		buf_z(b, " buyer ");
		buf_u64(b, unpack_key_u32(&u));
		buf_z(b, " order");
		if (table == TABLE_SALES)
			(void)unpack_key_i64(&u);
		put_id(b, unpack_rest(&u));
	} else if (table == TABLE_EMAILS || table == TABLE_DUE) {
		if (table == TABLE_DUE)
			(void)unpack_key_i64(&u);
		else
			(void)unpack_key_text(&u);
		buf_z(b, " customer");
		put_id(b, unpack_rest(&u));
	} else if (table == TABLE_PAST_MEMBERSHIPS) {
		buf_z(b, " customer");
		put_id(b, unpack_key_text(&u));
	} else if (table == TABLE_VERSIONS && key.n > 1) {
		u = unpack_of(str_of(key.p + 1, key.n - 1));
		buf_z(b, key.p[0] == ENTITY_ORDER ? " order" : " customer");
		put_id(b, unpack_key_text(&u));
	} else if (table == TABLE_SNAPSHOTS || table == TABLE_PAGES || table == TABLE_WORD_TEXTS ||
	           table == TABLE_BUYER_IDS || table == TABLE_RULE_TERMS ||
	           table == TABLE_LOCATION_NAMES || table == TABLE_STATUSES) {
		buf_z(b, " number ");
		buf_u64(b, unpack_key_u32(&u));
	} else if (table == TABLE_META) {
		put_id(b, key);
	}
}

/* A table of the account's state and of the rebuilt one, side by side. */
struct pair {
	struct kv_cursor *here, *rebuilt;
	struct str key[2], row[2];
	int rc[2];
	uint64_t unlike;
	struct buf first; /* the first difference */
};

static void
note_difference(struct pair *p, size_t table, int c, uint64_t row)
{
	const char *what = c < 0 ? "extra:" : c > 0 ? "missing:" : "differs:";
	size_t n;

	if (p->unlike++ > 0)
		return;
	buf_printf(&p->first, "row %llu %s", (unsigned long long)row, what);
	n = p->first.n;
	put_key(&p->first, table, p->key[c > 0]);
	if (p->first.n == n)
		p->first.n--; /* no colon before nothing */
}

static int
step(struct kv_cursor *cur, struct pair *p, int side, struct err *e)
{
	p->rc[side] = kv_next(cur, &p->key[side], &p->row[side], e);
	return p->rc[side] < 0 ? -1 : 0;
}

static int
walk_pair(struct pair *p, size_t table, struct err *e)
{
	uint64_t row = 0;

	if (step(p->here, p, 0, e) < 0 || step(p->rebuilt, p, 1, e) < 0)
		return -1;
	while (p->rc[0] > 0 || p->rc[1] > 0) {
		int c = p->rc[0] == 0 ? 1 : p->rc[1] == 0 ? -1 : str_cmp(p->key[0], p->key[1]);

		row++;
		if (c != 0 || !str_eq(p->row[0], p->row[1]))
			note_difference(p, table, c, row);
		if (c <= 0 && step(p->here, p, 0, e) < 0)
			return -1;
		if (c >= 0 && step(p->rebuilt, p, 1, e) < 0)
			return -1;
	}
	return 0;
}

static int
compare_table(
    struct state *here, struct state *rebuilt, size_t table, struct findings *f, struct err *e)
{
	struct pair p = { .here = kv_all(here->txn, table, e),
		.rebuilt = kv_all(rebuilt->txn, table, e) };
	int rc = walk_pair(&p, table, e);

	if (rc == 0 && p.unlike > 0)
		finding_add(f, FINDING_STATE, STR("state/data.mdb"),
		    "table '%s' differs from the rebuilt one: %.*s; %llu rows in all",
		    table_names()[table], STR_ARG(buf_view(&p.first)),
		    (unsigned long long)p.unlike);
	kv_cursor_close(p.here);
	kv_cursor_close(p.rebuilt);
	buf_release(&p.first);
	return rc;
}

static int
compare_states(const char *account, const char *dir, struct findings *f, struct err *e)
{
	struct state here = { 0 }, rebuilt = { 0 };
	int rc = state_open(&here, account, false, e);

	if (rc > 0)
		rc = state_open(&rebuilt, dir, false, e);
	if (rc == 0)
		rc = err_set(e, ERR_INTERNAL, "the state has disappeared");
	rc = rc < 0 ? -1 : 0;
	for (size_t i = 0; rc == 0 && i < TABLE_COUNT; i++)
		if (i != TABLE_ORIGINS)
			rc = compare_table(&here, &rebuilt, i, f, e);
	state_close(&rebuilt);
	state_close(&here);
	return rc;
}

static int
apply_all(const struct verify_rebuild *r, struct catch_up *c, struct err *e)
{
	struct progress_report progress = { .steps = r->state->n };
	struct outcome ignored;
	int rc;

	c->until = r->state->list[r->state->n - 1].id;
	rc = catch_up_begin(c, e);
	/* from the base on, if history was pruned */
	for (size_t i = c->s->totals.applied; rc == 0 && i < r->state->n; i++) {
		progress.step = i;
		r->host->progress(r->host->context, &progress);
		rc = catch_up_apply(c, r->state->list[i].id, &ignored, e);
	}
	return rc;
}

static int
rebuild(const struct verify_rebuild *r, const char *dir, struct err *e)
{
	struct state s = { 0 };
	struct catch_up c = {
		.pipeline = { .account = r->account,
		    .output = dir,
		    .jobs = r->jobs,
		    .keep = FILE_NOWHERE,
		    .pages_done = r->pages_done },
		.s = &s,
		.is_replay = true,
	};
	int rc = dir_make_quick(dir, e);

	if (rc == 0)
		rc = state_open_quick(&s, dir, e);
	if (rc > 0)
		rc = catch_up_restore(r->account, &s, e);
	if (rc == 0)
		rc = apply_all(r, &c, e);
	catch_up_release(&c);
	state_close(&s);
	return rc;
}

int
verify_rebuild(const struct verify_rebuild *r, struct findings *f, struct err *e)
{
	struct arena a = { 0 };
	struct err ignored = ERR_INIT;
	char *dir = str_z(&a, str_printf(&a, "%s/.verify.tmp-%ld", r->account, (long)getpid()));
	int rc = rebuild(r, dir, e);

	if (rc == 0)
		rc = compare_states(r->account, dir, f, e);
	if (dir_remove(dir, rc < 0 ? &ignored : e) < 0)
		rc = -1;
	arena_release(&a);
	return rc;
}
