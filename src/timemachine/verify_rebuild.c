#include "timemachine/verify_rebuild.h"

#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/pack.h"
#include "account/account.h"
#include "timemachine/verify_child.h"
#include "command/progress.h"
#include "account/catch_up.h"
#include "delta/seen.h"
#include "state/state.h"

struct rebuilding {
	const struct options *o;
	const struct verify_state *claims;
	struct arena a;
	char *dir; /* where it happens */
	struct findings *f;
	struct progress progress;
	struct err *e;
};

/* A text that is printable as it is. */
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

/* What a key says, as far as it is nobody's personal data: ids and numbers. */
static void
put_key(struct buf *b, size_t table, struct str key)
{
	struct unpack u = unpack_of(key);

	if (table == TABLE_CUSTOMERS || table == TABLE_BUYERS || table == TABLE_PROFILES ||
	    table == TABLE_UNATTRIBUTED || table == TABLE_CONTACT_STATUS ||
	    table == TABLE_EXPORTED) {
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
	           table == TABLE_BUYER_IDS || table == TABLE_RULE_TERMS) {
		buf_z(b, " number ");
		buf_u64(b, unpack_key_u32(&u));
	} else if (table == TABLE_META) {
		put_id(b, key);
	}
}

/* Two tables side by side. */
struct pair {
	struct kv_cur *here, *again;
	struct str key[2], row[2];
	int rc[2];
	uint64_t unlike;
	struct buf first; /* what the first difference is */
};

static void
note(struct pair *p, size_t table, int c, uint64_t row)
{
	const char *what = c < 0 ? "too much:" : c > 0 ? "missing:" : "differs:";
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
step(struct kv_cur *cur, struct pair *p, int side, struct err *e)
{
	p->rc[side] = kv_next(cur, &p->key[side], &p->row[side], e);
	return p->rc[side] < 0 ? -1 : 0;
}

static int
walk_pair(struct pair *p, size_t table, struct err *e)
{
	uint64_t row = 0;

	if (step(p->here, p, 0, e) < 0 || step(p->again, p, 1, e) < 0)
		return -1;
	while (p->rc[0] > 0 || p->rc[1] > 0) {
		int c = p->rc[0] == 0 ? 1 : p->rc[1] == 0 ? -1 : str_cmp(p->key[0], p->key[1]);

		row++;
		if (c != 0 || !str_eq(p->row[0], p->row[1]))
			note(p, table, c, row);
		if (c <= 0 && step(p->here, p, 0, e) < 0)
			return -1;
		if (c >= 0 && step(p->again, p, 1, e) < 0)
			return -1;
	}
	return 0;
}

/* Appends a line for the table if the two are not the same. */
static int
compare_table(struct state *here, struct state *again, size_t table, struct buf *out, struct err *e)
{
	struct pair p = { .here = kv_cursor(here->txn, table, e),
		.again = kv_cursor(again->txn, table, e) };
	int rc = p.here == NULL || p.again == NULL ? -1 : walk_pair(&p, table, e);

	if (rc == 0 && p.unlike > 0)
		buf_printf(out,
		    "table '%s' is not the one that follows from the "
		    "snapshots: %.*s; %llu rows in all\n",
		    table_names()[table].name, STR_ARG(p.first), (unsigned long long)p.unlike);
	kv_cursor_close(p.here);
	kv_cursor_close(p.again);
	buf_release(&p.first);
	return rc;
}

/* In the child. */
static int
compare(void *context, struct buf *out, struct err *e)
{
	const struct rebuilding *g = context;
	struct state here = { 0 }, again = { 0 };
	int rc = state_open(&here, g->o->account, false, e);

	if (rc > 0)
		rc = state_open(&again, g->dir, false, e);
	if (rc == 0)
		rc = err_set(e, ERR_INTERNAL, "the state has gone");
	rc = rc < 0 ? -1 : 0;
	for (size_t i = 0; rc == 0 && i < TABLE_COUNT; i++)
		rc = compare_table(&here, &again, i, out, e);
	state_close(&again);
	state_close(&here);
	return rc;
}

static int
add_findings(struct rebuilding *g)
{
	struct buf lines = { 0 };
	int rc = verify_child_run(compare, g, &lines, g->e);
	size_t at = 0;

	while (rc == 0 && at < lines.n) {
		const char *end = memchr(lines.p + at, '\n', lines.n - at);
		size_t n = (size_t)(end - lines.p) - at;

		finding_add(
		    g->f, FINDING_STATE, STR("state/data.mdb"), "%.*s", (int)n, lines.p + at);
		at += n + 1;
	}
	buf_release(&lines);
	return rc;
}

static int
apply_all(struct rebuilding *g, struct catch_up *q)
{
	struct outcome x;
	int rc = catch_up_begin(q, g->e);

	if (g->claims->n > 0)
		q->last_export = g->claims->list[g->claims->n - 1].id;
	progress_begin(&g->progress, g->o, g->claims->n);
	for (size_t i = 0; rc == 0 && i < g->claims->n; i++) {
		rc = catch_up_apply(q, g->claims->list[i].id, &x, g->e);
		progress_step(&g->progress);
	}
	progress_end(&g->progress);
	return rc;
}

static int
build(struct rebuilding *g)
{
	struct state s = { 0 };
	struct catch_up q = {
		.pipeline = { .account = g->o->account,
		    .output = g->dir,
		    .jobs = g->o->jobs,
		    .keep = FILE_NOWHERE,
		    .pages_done = &g->progress.done },
		.s = &s,
	};
	int rc = dir_make_quick(g->dir, g->e);

	if (rc == 0)
		rc = state_open_quick(&s, g->dir, g->e);
	if (rc > 0)
		rc = apply_all(g, &q);
	catch_up_release(&q);
	state_close(&s);
	return rc;
}

int
verify_rebuild(
    const struct options *o, const struct verify_state *claims, struct findings *f, struct err *e)
{
	struct rebuilding g = { .o = o, .claims = claims, .f = f, .e = e };
	struct err why = ERR_INIT;
	int rc;

	g.dir = str_z(&g.a, str_printf(&g.a, "%s/.verify.tmp-%ld", o->account, (long)getpid()));
	rc = build(&g);
	if (rc == 0)
		rc = add_findings(&g);
	if (dir_remove(g.dir, rc < 0 ? &why : e) < 0)
		rc = -1;
	arena_release(&g.a);
	return rc;
}
