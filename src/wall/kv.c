#include "wall/kv.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lmdb.h>

#include "base/arena.h"
#include "base/file.h"

/*
 * The map is address space, not memory or disk, so it is far larger than any
 * state; four times the file leaves room where that is still too little.
 */
#define MAP_MIN ((size_t)1 << 36)
#define MAP_TIMES 4
#define DATA "data.mdb" /* as LMDB names them */
#define LOCK "lock.mdb"
#define MODE 0600
#define OPENING "cannot open the state"
#define READING "cannot read the state"
#define WRITING "cannot write the state"

struct kv {
	MDB_env *env;
	size_t n;
	MDB_dbi tables[];
};

/*
 * Each table that is used gets a cursor: LMDB then looks at the page it was at
 * first, and keys come in order most of the time (puts get twice as fast).
 */
struct kv_txn {
	struct kv *kv;
	MDB_txn *txn;
	bool writable;
	uint64_t writes; /* so far; tells cursors to find their place again */
	MDB_cursor *cursors[];
};

struct kv_cur {
	struct kv_txn *txn;
	MDB_cursor *cursor;
	bool ended;
	uint64_t writes;      /* of the transaction when it came here */
	size_t n;	      /* of key; 0 if reading only, or nowhere yet */
	char key[KV_KEY_MAX]; /* where it is */
};

/* What LMDB said of ${what}: 0, or -1 with ${e} filled.  It may be an errno. */
static int
done(struct err *e, int rc, const char *what)
{
	switch (rc) {
	case MDB_SUCCESS:
		return 0;
	case MDB_CORRUPTED:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_PAGE_NOTFOUND:
	case MDB_INCOMPATIBLE:
		err_set(e, ERR_FAILED,
		    "the state is damaged or from another program version");
		return err_advise(e, "The directory state may be deleted: "
				     "the next process rebuilds it.");
	case MDB_MAP_FULL:
	case MDB_MAP_RESIZED:
		err_set(e, ERR_FAILED, "the state has outgrown its map");
		return err_advise(e, "Run the command again: the map is made "
				     "larger when the state is opened.");
	case MDB_KEYEXIST:
		return err_set(e, ERR_INTERNAL,
		    "a key appended to the state out of order");
	default:
		if (rc > 0)
			return err_sys(e, rc, "%s", what);
		err_set(e, ERR_IO, "%s: %s", what, mdb_strerror(rc));
		e->sys = rc;
		return -1;
	}
}

static MDB_val
val_of(struct str s)
{
	return (MDB_val){ s.n, (void *)(uintptr_t)s.p }; /* only read */
}

static struct str
str_of_val(MDB_val v)
{
	return (struct str){ v.mv_data, v.mv_size };
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

/*
 * The kernel kills who reads a map beyond the end of its file, so a file that
 * was cut has to be found out before anything is read.
 */
static bool
is_short(MDB_env *env)
{
	struct stat st;
	int fd;

	return mdb_env_get_fd(env, &fd) == 0 && fstat(fd, &st) == 0 &&
	       (uint64_t)st.st_size < bytes_in_use(env);
}

/*
 * LMDB does not write pages at the end that the same transaction took and gave
 * back, yet counts them, so that is_short would be wrong.  The empty
 * transaction keeps other writers away.  A commit is not undone by what fails
 * here.
 */
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

static int
open_tables(struct kv *kv, const char *const *names, unsigned txn_flags,
    unsigned table_flags, struct err *e)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(kv->env, NULL, txn_flags, &txn);

	if (rc != 0)
		return done(e, rc, OPENING);
	for (size_t i = 0; i < kv->n && rc == 0; i++)
		rc = mdb_dbi_open(txn, names[i], table_flags, &kv->tables[i]);
	if (rc == MDB_NOTFOUND)
		rc = MDB_INVALID;
	if (rc == 0)
		rc = mdb_txn_commit(txn);
	else
		mdb_txn_abort(txn);
	return done(e, rc, OPENING);
}

static int
open_env(struct kv *kv, const char *dir, unsigned flags, size_t size)
{
	size_t map = size > MAP_MIN / MAP_TIMES ? size * MAP_TIMES : MAP_MIN;
	int rc = mdb_env_set_mapsize(kv->env, map), dead;

	mdb_env_set_maxdbs(kv->env, (MDB_dbi)kv->n);
	if (rc == 0)
		rc = mdb_env_open(kv->env, dir, flags | MDB_NOTLS, MODE);
	if (rc == 0 && is_short(kv->env))
		rc = MDB_CORRUPTED;
	/* Readers that were killed would keep old pages for ever. */
	return rc == 0 ? mdb_reader_check(kv->env, &dead) : rc;
}

/*
 * An empty file would be begun by LMDB, reading or not.  Without a lock file
 * no writer has the store open, and to read does not justify making one: it
 * would belong to whoever happened to read.
 */
static int
open_reading(struct kv *kv, const char *dir, const char *const *tables,
    struct arena *a, struct err *e)
{
	bool has_lock = file_exists(path_join(a, dir, LOCK));
	unsigned flags = MDB_RDONLY | (has_lock ? 0 : MDB_NOLOCK);
	struct stat st;
	int rc = stat(path_join(a, dir, DATA), &st) == 0 ? 0 : errno;

	if (rc == ENOENT || (rc == 0 && st.st_size == 0)) {
		err_set(e, ERR_FAILED, "there is no state yet");
		e->sys = ENOENT;
		return -1;
	}
	if (rc == 0)
		rc = open_env(kv, dir, flags, (size_t)st.st_size);
	if (done(e, rc, OPENING) < 0)
		return -1;
	return open_tables(kv, tables, MDB_RDONLY, 0, e);
}

/* The umask can have taken bits of the mode away, a backup can have added some.
 */
static int
open_writing(struct kv *kv, const char *dir, const char *const *tables,
    struct arena *a, struct err *e)
{
	const char *data = path_join(a, dir, DATA);
	struct stat st;
	size_t size = stat(data, &st) == 0 ? (size_t)st.st_size : 0;
	int rc = open_env(kv, dir, 0, size);

	if (rc == 0 && (chmod(data, MODE) != 0 ||
			   chmod(path_join(a, dir, LOCK), MODE) != 0))
		rc = errno;
	if (done(e, rc, OPENING) < 0 ||
	    open_tables(kv, tables, 0, MDB_CREATE, e) < 0)
		return -1;
	return size > 0 ? 0 : dir_sync(dir, e);
}

struct kv *
kv_open(const char *dir, const char *const *tables, size_t n, bool writable,
    struct err *e)
{
	struct kv *kv = mem_zero(1, sizeof(*kv) + n * sizeof(kv->tables[0]));
	struct arena a = { 0 };
	int rc = done(e, mdb_env_create(&kv->env), OPENING);

	kv->n = n;
	if (rc == 0)
		rc = writable ? open_writing(kv, dir, tables, &a, e)
			      : open_reading(kv, dir, tables, &a, e);
	arena_release(&a);
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

uint64_t
kv_size(const struct kv *kv)
{
	return bytes_in_use(kv->env);
}

struct kv_txn *
kv_begin(struct kv *kv, bool writable, struct err *e)
{
	MDB_txn *txn;
	struct kv_txn *t;
	int rc = mdb_txn_begin(kv->env, NULL, writable ? 0 : MDB_RDONLY, &txn);

	if (done(e, rc, "cannot begin with the state") < 0)
		return NULL;
	t = mem_zero(1, sizeof(*t) + kv->n * sizeof(t->cursors[0]));
	t->kv = kv;
	t->txn = txn;
	t->writable = writable;
	return t;
}

static void
close_cursors(struct kv_txn *t)
{
	for (size_t i = 0; i < t->kv->n; i++)
		if (t->cursors[i] != NULL)
			mdb_cursor_close(t->cursors[i]);
}

int
kv_commit(struct kv_txn *t, struct err *e)
{
	int rc;

	close_cursors(t);
	rc = mdb_txn_commit(t->txn);
	if (rc == 0 && t->writable)
		lengthen(t->kv->env);
	mem_free(t);
	return done(e, rc, "cannot commit the state");
}

void
kv_abort(struct kv_txn *t)
{
	if (t == NULL)
		return;
	close_cursors(t);
	mdb_txn_abort(t->txn);
	mem_free(t);
}

/* The transaction's own cursor over a table. */
static int
cursor_of(struct kv_txn *t, size_t table, MDB_cursor **out)
{
	int rc = 0;

	if (t->cursors[table] == NULL)
		rc = mdb_cursor_open(
		    t->txn, t->kv->tables[table], &t->cursors[table]);
	*out = t->cursors[table];
	return rc;
}

static int
check_key(struct str key, struct err *e)
{
	if (key.n > 0 && key.n <= KV_KEY_MAX)
		return 0;
	return err_set(
	    e, ERR_INTERNAL, "a key of %zu bytes for the state", key.n);
}

static int
check_write(struct kv_txn *t, struct err *e)
{
	if (!t->writable)
		return err_set(e, ERR_INTERNAL, "a write while reading");
	t->writes++;
	return 0;
}

int
kv_get(struct kv_txn *t, size_t table, struct str key, struct str *value,
    struct err *e)
{
	MDB_val k = val_of(key), v;
	MDB_cursor *c;
	int rc;

	if (check_key(key, e) < 0)
		return -1;
	rc = cursor_of(t, table, &c);
	if (rc == 0)
		rc = mdb_cursor_get(c, &k, &v, MDB_SET);
	if (rc == MDB_NOTFOUND)
		return 0;
	if (done(e, rc, READING) < 0)
		return -1;
	*value = str_of_val(v);
	return 1;
}

static int
put(struct kv_txn *t, size_t table, struct str key, struct str value,
    unsigned flags, struct err *e)
{
	MDB_val k = val_of(key), v = val_of(value);
	MDB_cursor *c;
	int rc;

	if (check_write(t, e) < 0 || check_key(key, e) < 0)
		return -1;
	rc = cursor_of(t, table, &c);
	if (rc == 0)
		rc = mdb_cursor_put(c, &k, &v, flags);
	return done(e, rc, WRITING);
}

int
kv_put(struct kv_txn *t, size_t table, struct str key, struct str value,
    struct err *e)
{
	return put(t, table, key, value, 0, e);
}

int
kv_append(struct kv_txn *t, size_t table, struct str key, struct str value,
    struct err *e)
{
	return put(t, table, key, value, MDB_APPEND, e);
}

int
kv_del(struct kv_txn *t, size_t table, struct str key, struct err *e)
{
	MDB_val k = val_of(key);
	int rc;

	if (check_write(t, e) < 0 || check_key(key, e) < 0)
		return -1;
	rc = mdb_del(t->txn, t->kv->tables[table], &k, NULL);
	if (rc == MDB_NOTFOUND)
		return 0;
	return done(e, rc, WRITING) < 0 ? -1 : 1;
}

int
kv_clear(struct kv_txn *t, size_t table, struct err *e)
{
	if (check_write(t, e) < 0)
		return -1;
	return done(e, mdb_drop(t->txn, t->kv->tables[table], 0), WRITING);
}

int
kv_count(struct kv_txn *t, size_t table, uint64_t *n, struct err *e)
{
	MDB_stat shape;
	int rc = mdb_stat(t->txn, t->kv->tables[table], &shape);

	if (rc == 0)
		*n = shape.ms_entries;
	return done(e, rc, READING);
}

struct kv_cur *
kv_cursor(struct kv_txn *t, size_t table, struct err *e)
{
	MDB_cursor *cursor;
	struct kv_cur *c;
	int rc = mdb_cursor_open(t->txn, t->kv->tables[table], &cursor);

	if (done(e, rc, READING) < 0)
		return NULL;
	c = mem_zero(1, sizeof(*c));
	c->txn = t;
	c->cursor = cursor;
	return c;
}

/* A step to where ${op} leads, from ${from} if that is how it works. */
static int
step(struct kv_cur *c, MDB_cursor_op op, struct str from, struct str *key,
    struct str *value, struct err *e)
{
	MDB_val k = val_of(from), v;
	int rc = mdb_cursor_get(c->cursor, &k, &v, op);

	c->ended = rc == MDB_NOTFOUND;
	if (c->ended)
		return 0;
	if (done(e, rc, READING) < 0)
		return -1;
	*key = str_of_val(k);
	*value = str_of_val(v);
	if (c->txn->writable) {
		memcpy(c->key, key->p, key->n);
		c->n = key->n;
		c->writes = c->txn->writes;
	}
	return 1;
}

int
kv_seek(struct kv_cur *c, struct str from, struct str *key, struct str *value,
    struct err *e)
{
	if (from.n == 0)
		return step(c, MDB_FIRST, from, key, value, e);
	if (check_key(from, e) < 0)
		return -1;
	return step(c, MDB_SET_RANGE, from, key, value, e);
}

int
kv_next(struct kv_cur *c, struct str *key, struct str *value, struct err *e)
{
	char at[KV_KEY_MAX];
	struct str was = { at, c->n };

	if (c->ended)
		return 0;
	if (c->n > 0 && c->writes != c->txn->writes) {
		int rc;

		memcpy(at, c->key, c->n);
		rc = step(c, MDB_SET_RANGE, was, key, value, e);
		if (rc <= 0 || !str_eq(*key, was))
			return rc;
	}
	return step(c, MDB_NEXT, STR(""), key, value, e);
}

int
kv_last(struct kv_cur *c, struct str *key, struct str *value, struct err *e)
{
	return step(c, MDB_LAST, STR(""), key, value, e);
}

void
kv_cursor_close(struct kv_cur *c)
{
	if (c == NULL)
		return;
	mdb_cursor_close(c->cursor);
	mem_free(c);
}
