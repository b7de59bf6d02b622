#include "lib/kv.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lmdb.h>

#include "base/arena.h"
#include "kv_internal.h"
#include "lib/kv_files.h"

/* The map is address space, not memory or disk, so it is far larger than any state; four times the
 * file leaves room where that is still too little. */
#define MAP_MIN ((size_t)1 << 36)
#define MAP_TIMES 4
#define OPENING "cannot open the state"
#define READING "cannot read the state"
#define WRITING "cannot write the state"
/* LMDB takes each page it changes from the heap; an hour changes some thousand. */
#define HEAP ((size_t)16 << 20)
/* Bytes of rows whose pages take the disk long enough not to wait for the commit with them. */
#define MANY ((uint64_t)64 << 10)
#define SHARE 16 /* of all rows at least: each time LMDB sorts what it wrote before */
#define ROW ((size_t)8)
#define ROWS ((size_t)64 << 20) /* that no transaction has room for; write_early */

struct kv {
	MDB_env *env;
	int fd; /* of the data */
	const struct kv_table *tables;
	size_t n;
	bool is_durable; /* a commit waits for the disk */
	bool was_early;  /* a transaction wrote before its commit, or could */
	MDB_dbi early;
	MDB_dbi dbis[];
};

/* What LMDB, or the system, said of ${what}: 0, or -1 with ${e} filled. */
static int
check(struct err *e, int rc, const char *what)
{
	switch (rc) {
	case MDB_SUCCESS:
		return 0;
	case MDB_CORRUPTED:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_PAGE_NOTFOUND:
	case MDB_INCOMPATIBLE:
		err_set(e, ERR_FAILED, "the state is damaged or from another program version");
		return err_advise(
		    e, "Delete the directory 'state': the next 'flowstory process' rebuilds it.");
	case MDB_MAP_FULL:
	case MDB_MAP_RESIZED:
		err_set(e, ERR_FAILED, "the state has outgrown its map");
		return err_advise(e, "Run the command again: opening the state enlarges it.");
	case MDB_KEYEXIST:
		return err_set(e, ERR_INTERNAL, "a key appended to the state out of order");
	case EIO: /* also what it makes of a write cut short */
		err_sys(e, rc, "%s", what);
		return err_advise(e, "The disk may be full or failing.");
	default:
		if (rc > 0)
			return err_sys(e, rc, "%s", what);
		err_set(e, ERR_IO, "%s: %s", what, mdb_strerror(rc));
		e->sys = rc;
		return -1;
	}
}

static uint64_t
bytes_in_use(MDB_env *env)
{
	MDB_envinfo info;
	MDB_stat shape;

	mdb_env_info(env, &info);
	mdb_env_stat(env, &shape);
	return ((uint64_t)info.me_last_pgno + 1) * shape.ms_psize;
}

/* Reading a map beyond the end of its file kills the process: a file that was cut has to be found
 * out before anything is read. */
static bool
is_short(MDB_env *env)
{
	struct stat st;
	int fd;

	return mdb_env_get_fd(env, &fd) == 0 && fstat(fd, &st) == 0 &&
	       (uint64_t)st.st_size < bytes_in_use(env);
}

/* LMDB counts pages at the end that one transaction took and gave back, but does not write them,
 * which would make is_short wrong.  The empty transaction keeps other writers away.  The commit
 * stands whatever fails here. */
static void
lengthen(MDB_env *env)
{
	MDB_txn *txn;
	int fd;

	if (!is_short(env) || mdb_txn_begin(env, NULL, 0, &txn) != 0)
		return;
	mdb_env_get_fd(env, &fd);
	if (is_short(env) && ftruncate(fd, (off_t)bytes_in_use(env)) == 0)
		fdatasync(fd);
	mdb_txn_abort(txn);
}

/* A row of zeros, for write_early. */
static int
open_early(struct kv *kv, MDB_txn *txn)
{
	char zeros[ROW] = { 0 };
	MDB_val key = { 1, zeros }, row = { ROW, zeros };
	int rc = mdb_dbi_open(txn, "early", MDB_CREATE | MDB_DUPSORT | MDB_DUPFIXED, &kv->early);

	if (rc == 0)
		rc = mdb_put(txn, kv->early, &key, &row, MDB_NOOVERWRITE);
	return rc == MDB_KEYEXIST ? 0 : rc;
}

static int
open_tables(struct kv *kv, unsigned txn_flags, unsigned table_flags, struct err *e)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(kv->env, NULL, txn_flags, &txn);

	if (rc != 0)
		return check(e, rc, OPENING);
	for (size_t i = 0; i < kv->n && rc == 0; i++)
		rc = mdb_dbi_open(txn, kv_table_tree(&kv->tables[i]), table_flags, &kv->dbis[i]);
	if (rc == MDB_NOTFOUND)
		rc = MDB_INVALID;
	if (rc == 0 && table_flags != 0)
		rc = open_early(kv, txn);
	if (rc == 0)
		rc = mdb_txn_commit(txn);
	else
		mdb_txn_abort(txn);
	return check(e, rc, OPENING);
}

static int
open_env(struct kv *kv, const char *dir, unsigned flags, size_t size)
{
	size_t map = size > MAP_MIN / MAP_TIMES ? size * MAP_TIMES : MAP_MIN;
	int rc = mdb_env_set_mapsize(kv->env, map), dead;

	mdb_env_set_maxdbs(kv->env, (MDB_dbi)kv->n + 1);
	if (rc == 0)
		rc = mdb_env_open(kv->env, dir, flags | MDB_NOTLS, KV_FILES_MODE);
	if (rc == 0)
		rc = mdb_env_get_fd(kv->env, &kv->fd);
	if (rc == 0 && is_short(kv->env))
		rc = MDB_CORRUPTED;
	/* Readers that were killed would keep old pages for ever. */
	return rc == 0 ? mdb_reader_check(kv->env, &dead) : rc;
}

/* Its maker was killed before the first commit. */
static bool
is_blank(MDB_env *env, size_t size)
{
	MDB_envinfo info;

	return size == 0 || (mdb_env_info(env, &info) == 0 && info.me_last_txnid == 0);
}

/* LMDB would begin a store in an empty file, reading or not.  Without a lock file no writer has the
 * store open, and none is made: it would belong to whoever happened to read. */
static int
open_reading(struct kv *kv, const char *dir, enum kv_mode mode, struct err *e)
{
	struct kv_files files;
	int rc = kv_files_look(dir, &files);
	unsigned flags =
	    MDB_RDONLY | (files.is_locked ? 0 : MDB_NOLOCK) | (mode == KV_LOOK ? MDB_NORDAHEAD : 0);

	if (rc == 0 && files.size > 0)
		rc = open_env(kv, dir, flags, files.size);
	if (rc == ENOENT || (rc == 0 && is_blank(kv->env, files.size))) {
		err_set(e, ERR_FAILED, "there is no state yet");
		e->sys = ENOENT;
		return -1;
	}
	if (check(e, rc, OPENING) < 0)
		return -1;
	return open_tables(kv, MDB_RDONLY, 0, e);
}

static int
open_writing(struct kv *kv, const char *dir, enum kv_mode mode, struct err *e)
{
	struct kv_files files;
	int why = kv_files_look(dir, &files), rc = kv_files_reserve(dir);
	bool is_fresh = why == 0 ? files.size == 0 : why == ENOENT;

	if (rc == 0)
		rc = open_env(kv, dir, mode == KV_QUICK ? MDB_NOSYNC : 0, files.size);
	/* What was begun and not finished, on a full disk, nobody can open. */
	if (rc != 0 && is_fresh)
		kv_files_drop(dir);
	if (rc == 0)
		rc = kv_files_close_off(dir);
	if (check(e, rc, OPENING) < 0 || open_tables(kv, 0, MDB_CREATE, e) < 0)
		return -1;
	mem_ahead(HEAP);
	return files.size > 0 ? 0 : kv_files_sync(dir, e);
}

struct kv *
kv_open(const char *dir, const struct kv_table *tables, size_t n, enum kv_mode mode, struct err *e)
{
	struct kv *kv = mem_zero(1, sizeof(*kv) + n * sizeof(kv->dbis[0]));
	int rc = check(e, mdb_env_create(&kv->env), OPENING);

	kv->tables = tables;
	kv->n = n;
	kv->is_durable = mode == KV_WRITE;
	if (rc == 0)
		rc = mode <= KV_LOOK ? open_reading(kv, dir, mode, e)
		                     : open_writing(kv, dir, mode, e);
	if (rc == 0)
		return kv;
	kv_close(kv);
	return NULL;
}

void
kv_close(struct kv *kv)
{
	if (kv != NULL && kv->env != NULL)
		mdb_env_close(kv->env);
	mem_free(kv);
}

struct kv_txn *
kv_begin(struct kv *kv, bool writable, struct err *e)
{
	MDB_txn *txn;
	struct kv_txn *t;
	int rc = mdb_txn_begin(kv->env, NULL, writable ? 0 : MDB_RDONLY, &txn);

	if (check(e, rc, "cannot begin with the state") < 0)
		return NULL;
	t = mem_zero(1, sizeof(*t) + kv->n * sizeof(t->cursors[0]));
	t->kv = kv;
	t->txn = txn;
	t->writable = writable;
	t->early_at = writable && kv->is_durable && !kv->was_early ? MANY : UINT64_MAX;
	return t;
}

static void
close_cursors(struct kv_txn *t)
{
	for (size_t i = 0; i < t->kv->n; i++)
		if (t->cursors[i] != NULL)
			mdb_cursor_close(t->cursors[i]);
}

/* LMDB writes all pages, each to its place in the file, and then waits for the disk, which would
 * have nothing to do until then.  The page that makes them the state it writes after its wait. */
int
kv_commit(struct kv_txn *t, struct err *e)
{
	int rc;

	close_cursors(t);
	if (t->kv->is_durable && t->written >= MANY)
		write_back_begin(&t->back, t->kv->fd);
	rc = mdb_txn_commit(t->txn);
	write_back_end(&t->back);
	if (rc == 0 && t->writable)
		lengthen(t->kv->env);
	kv_overlay_free(t->own);
	mem_free(t);
	return check(e, rc, "cannot commit the state");
}

void
kv_abort(struct kv_txn *t)
{
	if (t == NULL)
		return;
	close_cursors(t);
	write_back_end(&t->back);
	mdb_txn_abort(t->txn);
	kv_overlay_free(t->own);
	mem_free(t);
}

static MDB_val
val_of(struct str s)
{
	return (MDB_val){ s.n, (void *)(uintptr_t)s.p }; /* only read */
}

static int
open_cursor(struct kv_txn *t, size_t table)
{
	if (t->cursors[table] != NULL)
		return 0;
	return mdb_cursor_open(t->txn, t->kv->dbis[table], &t->cursors[table]);
}

static int
check_write(struct kv_txn *t, struct err *e)
{
	t->writes++;
	return t->writable ? 0 : err_set(e, ERR_INTERNAL, "a write while reading");
}

int
kv_get(struct kv_txn *t, size_t table, struct str key, struct str *value, struct err *e)
{
	struct kv_table_key room;
	MDB_val k, v;
	const struct kv_overlay_row *over;
	int rc;

	if (t->under != NULL && t->kv->tables[table].is_private)
		return err_set(e, ERR_INTERNAL, "a view of '%s'", t->kv->tables[table].name);
	if (kv_table_find(&t->kv->tables[table], &key, &room, e) < 0)
		return -1;
	over = kv_overlay_get(t->under, t->kv->dbis[table], key);
	if (over != NULL) {
		*value = over->value;
		return !over->is_gone;
	}
	k = val_of(key);
	rc = open_cursor(t, table);
	if (rc == 0)
		rc = mdb_cursor_get(t->cursors[table], &k, &v, MDB_SET);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (check(e, rc, READING) < 0)
		return -1;
	*value = str_of(v.mv_data, v.mv_size);
	return 1;
}

/*
 * LMDB keeps the pages that a transaction changes until it commits, unless a request may need more
 * of them than it could keep: then it writes those it has.  This is such a request, for more rows
 * than that, all of them zeros; the first is there, so it ends at once and stores nothing.  A
 * version that has room for them writes when it commits, as without it.  That of Debian 12 forgets
 * the list of what it wrote, a megabyte of addresses: so one transaction of an open store does it.
 */
static int
write_early(struct kv_txn *t, struct err *e)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	void *zeros = mmap(NULL, ROW * ROWS, PROT_READ, flags, -1, 0);
	MDB_val key = { 1, zeros }, rows[] = { { ROW, zeros }, { ROWS, NULL } };
	MDB_cursor *cursor;
	int rc;

	t->early_at = t->written + (t->written / SHARE > MANY ? t->written / SHARE : MANY);
	t->kv->was_early = true;
	if (zeros == MAP_FAILED)
		return 0;
	write_back_begin(&t->back, t->kv->fd);
	mem_unwatched(true);
	rc = mdb_cursor_open(t->txn, t->kv->early, &cursor);
	if (rc == 0) {
		rc = mdb_cursor_put(cursor, &key, rows, MDB_MULTIPLE | MDB_NODUPDATA);
		mdb_cursor_close(cursor);
	}
	mem_unwatched(false);
	munmap(zeros, ROW * ROWS);
	return check(e, rc == MDB_KEYEXIST ? 0 : rc, WRITING);
}

static int
put(struct kv_txn *t, size_t table, struct str key, struct str value, unsigned flags, struct err *e)
{
	struct kv_table_key room;
	MDB_val k, v = val_of(value);
	int rc;

	if (check_write(t, e) < 0 || kv_table_find(&t->kv->tables[table], &key, &room, e) < 0)
		return -1;
	k = val_of(key);
	t->written += key.n + value.n;
	rc = open_cursor(t, table);
	if (!t->kv->tables[table].is_private)
		kv_overlay_put(t->own, t->kv->dbis[table], key, value);
	if (rc == 0)
		rc = mdb_cursor_put(t->cursors[table], &k, &v, flags);
	if (rc == 0 && t->own != NULL && t->written >= t->early_at)
		return write_early(t, e);
	return check(e, rc, WRITING);
}

int
kv_put(struct kv_txn *t, size_t table, struct str key, struct str value, struct err *e)
{
	return put(t, table, key, value, 0, e);
}

int
kv_walk_append(struct kv_txn *t, size_t table, struct str key, struct str value, struct err *e)
{
	return put(t, table, key, value, MDB_APPEND, e);
}

struct kv_fill *
kv_walk_fill(struct kv_txn *t, size_t table, struct kv_walk_shape *shape)
{
	MDB_stat found = { 0 };

	(void)mdb_stat(t->txn, t->kv->dbis[table], &found);
	shape->entries = found.ms_entries;
	shape->leaves = found.ms_leaf_pages;
	shape->page = found.ms_psize;
	shape->room = t->kv->tables[table].room;
	return &t->fill;
}

int
kv_del(struct kv_txn *t, size_t table, struct str key, struct err *e)
{
	struct kv_table_key room;
	MDB_val k;
	int rc;

	if (check_write(t, e) < 0 || kv_table_find(&t->kv->tables[table], &key, &room, e) < 0)
		return -1;
	k = val_of(key);
	if (!t->kv->tables[table].is_private)
		kv_overlay_del(t->own, t->kv->dbis[table], key);
	rc = mdb_del(t->txn, t->kv->dbis[table], &k, NULL);
	return rc == MDB_NOTFOUND ? 0 : check(e, rc, WRITING) < 0 ? -1 : 1;
}

int
kv_clear(struct kv_txn *t, size_t table, struct err *e)
{
	if (check_write(t, e) < 0)
		return -1;
	kv_overlay_give_up(t->own);
	return check(e, mdb_drop(t->txn, t->kv->dbis[table], 0), WRITING);
}

int
kv_walk_open(struct kv_walk *w, struct kv_txn *t, size_t table, struct err *e)
{
	MDB_cursor *cursor;

	if (check(e, mdb_cursor_open(t->txn, t->kv->dbis[table], &cursor), READING) < 0)
		return -1;
	*w = (struct kv_walk){ .cursor = cursor,
		.table = &t->kv->tables[table],
		.writes = &t->writes,
		.is_writable = t->writable,
		.over = t->under,
		.tree = t->kv->dbis[table] };
	return 0;
}

int
kv_walk_move(struct kv_walk *w, enum kv_move move, struct str from, struct str *key,
    struct str *value, struct err *e)
{
	static const MDB_cursor_op ops[] = { MDB_FIRST, MDB_SET_RANGE, MDB_NEXT, MDB_LAST,
		MDB_PREV };
	MDB_val k = val_of(from), v;
	int rc = mdb_cursor_get(w->cursor, &k, &v, ops[move]);

	if (rc == MDB_NOTFOUND)
		return 0;
	if (check(e, rc, READING) < 0)
		return -1;
	*key = str_of(k.mv_data, k.mv_size);
	*value = str_of(v.mv_data, v.mv_size);
	return 1;
}

int
kv_walk_broken(struct err *e)
{
	return check(e, MDB_CORRUPTED, READING);
}

void
kv_walk_close(struct kv_walk *w)
{
	mdb_cursor_close(w->cursor);
}

void
kv_version(struct buf *b)
{
	buf_printf(b, "%.11s\n", mdb_version(NULL, NULL, NULL));
}
