#include "kv_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
#define LOCK_BYTES 8192 /* as LMDB makes it for 126 readers */
#define MODE 0600
#define OPENING "cannot open the state"
/* LMDB takes each page it changes from the heap; an hour changes some thousand. */
#define HEAP ((size_t)16 << 20)

int
kv_done(struct err *e, int rc, const char *what)
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
		return err_advise(e, "The directory state may be deleted: "
		                     "the next process rebuilds it.");
	case MDB_MAP_FULL:
	case MDB_MAP_RESIZED:
		err_set(e, ERR_FAILED, "the state has outgrown its map");
		return err_advise(e, "Run the command again: the map is made "
		                     "larger when the state is opened.");
	case MDB_KEYEXIST:
		return err_set(e, ERR_INTERNAL, "a key appended to the state out of order");
	case EIO: /* also what it makes of a write cut short */
		err_sys(e, rc, "%s", what);
		return err_advise(e, "The disk may be full, or failing.");
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

/* The tree for new keys is called as the table, with a plus behind. */
static int
open_table(struct kv_parts *p, const struct kv_table *table, MDB_txn *txn, unsigned flags)
{
	char name[32];
	int rc = mdb_dbi_open(txn, table->name, flags, &p->dbi[KV_SETTLED]);

	p->n = 1;
	if (rc != 0 || !table->gathers)
		return rc;
	snprintf(name, sizeof(name), "%s+", table->name);
	p->n = KV_PARTS;
	return mdb_dbi_open(txn, name, flags, &p->dbi[KV_NEW]);
}

static int
open_tables(struct kv *kv, const struct kv_table *tables, unsigned txn_flags, unsigned table_flags,
    struct err *e)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(kv->env, NULL, txn_flags, &txn);

	if (rc != 0)
		return kv_done(e, rc, OPENING);
	for (size_t i = 0; i < kv->n && rc == 0; i++)
		rc = open_table(&kv->tables[i], &tables[i], txn, table_flags);
	if (rc == MDB_NOTFOUND)
		rc = MDB_INVALID;
	if (rc == 0)
		rc = mdb_txn_commit(txn);
	else
		mdb_txn_abort(txn);
	return kv_done(e, rc, OPENING);
}

static int
open_env(struct kv *kv, const char *dir, unsigned flags, size_t size)
{
	size_t map = size > MAP_MIN / MAP_TIMES ? size * MAP_TIMES : MAP_MIN;
	int rc = mdb_env_set_mapsize(kv->env, map), dead;

	mdb_env_set_maxdbs(kv->env, (MDB_dbi)kv->n * KV_PARTS);
	if (rc == 0)
		rc = mdb_env_open(kv->env, dir, flags | MDB_NOTLS, MODE);
	if (rc == 0 && is_short(kv->env))
		rc = MDB_CORRUPTED;
	/* Readers that were killed would keep old pages for ever. */
	return rc == 0 ? mdb_reader_check(kv->env, &dead) : rc;
}

/* Its maker was killed before the first commit. */
static bool
is_blank(MDB_env *env, off_t size)
{
	MDB_envinfo info;

	return size == 0 || (mdb_env_info(env, &info) == 0 && info.me_last_txnid == 0);
}

/*
 * An empty file would be begun by LMDB, reading or not.  Without a lock file
 * no writer has the store open, and to read does not justify making one: it
 * would belong to whoever happened to read.
 */
static int
open_reading(
    struct kv *kv, const char *dir, const struct kv_table *tables, struct arena *a, struct err *e)
{
	bool has_lock = file_exists(file_join(a, dir, LOCK));
	unsigned flags = MDB_RDONLY | (has_lock ? 0 : MDB_NOLOCK);
	struct stat st;
	int rc = stat(file_join(a, dir, DATA), &st) == 0 ? 0 : errno;

	if (rc == 0 && st.st_size > 0)
		rc = open_env(kv, dir, flags, (size_t)st.st_size);
	if (rc == ENOENT || (rc == 0 && is_blank(kv->env, st.st_size))) {
		err_set(e, ERR_FAILED, "there is no state yet");
		e->sys = ENOENT;
		return -1;
	}
	if (kv_done(e, rc, OPENING) < 0)
		return -1;
	return open_tables(kv, tables, MDB_RDONLY, 0, e);
}

/*
 * LMDB writes the lock file through a map, where a full disk kills the process,
 * so it gets its room first.  Not every file system can say it has it.
 */
static int
reserve_lock(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, MODE);
	int rc = 0;

	if (fd < 0)
		return errno;
	if (fallocate(fd, 0, 0, LOCK_BYTES) != 0 && errno != EOPNOTSUPP)
		rc = errno;
	close(fd);
	return rc;
}

/* The umask can have taken bits of the mode, a backup can have added some. */
static int
open_writing(struct kv *kv, const char *dir, const struct kv_table *tables, enum kv_mode mode,
    struct arena *a, struct err *e)
{
	const char *data = file_join(a, dir, DATA);
	struct stat st = { 0 };
	bool fresh = stat(data, &st) == 0 ? st.st_size == 0 : errno == ENOENT;
	size_t size = (size_t)st.st_size;
	int rc = reserve_lock(file_join(a, dir, LOCK));

	if (rc == 0)
		rc = open_env(kv, dir, mode == KV_QUICK ? MDB_NOSYNC : 0, size);
	/* What was begun and not finished, on a full disk, nobody can open. */
	if (rc != 0 && fresh)
		unlink(data);
	if (rc == 0 && (chmod(data, MODE) != 0 || chmod(file_join(a, dir, LOCK), MODE) != 0))
		rc = errno;
	if (kv_done(e, rc, OPENING) < 0 || open_tables(kv, tables, 0, MDB_CREATE, e) < 0)
		return -1;
	mem_ahead(HEAP);
	return size > 0 ? 0 : dir_sync(dir, e);
}

struct kv *
kv_open(const char *dir, const struct kv_table *tables, size_t n, enum kv_mode mode, struct err *e)
{
	struct kv *kv = mem_zero(1, sizeof(*kv) + n * sizeof(kv->tables[0]));
	struct arena a = { 0 };
	int rc = kv_done(e, mdb_env_create(&kv->env), OPENING);

	kv->n = n;
	if (rc == 0)
		rc = mode == KV_READ ? open_reading(kv, dir, tables, &a, e)
		                     : open_writing(kv, dir, tables, mode, &a, e);
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

	if (kv_done(e, rc, "cannot begin with the state") < 0)
		return NULL;
	t = mem_zero(1, sizeof(*t) + kv->n * sizeof(t->trees[0]));
	t->kv = kv;
	t->txn = txn;
	t->writable = t->gathers = writable;
	return t;
}

static void
close_cursors(struct kv_txn *t)
{
	for (size_t i = 0; i < t->kv->n; i++)
		for (unsigned part = 0; part < KV_PARTS; part++)
			if (t->trees[i].own[part] != NULL)
				mdb_cursor_close(t->trees[i].own[part]);
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
	return kv_done(e, rc, "cannot commit the state");
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

uint64_t
kv_written(const struct kv_txn *t)
{
	return t->written;
}
