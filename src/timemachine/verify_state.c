#include "timemachine/verify_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "lib/hash.h"
#include "base/file.h"
#include "base/pack.h"
#include "state/rule_terms.h"
#include "state/state.h"

/* Rows in rising order of their keys: a damaged tree may lead round in circles. */
static int
check_table(struct state *s, size_t table, uint64_t *rows, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, table, e);
	struct str key, row;
	struct buf last = { 0 };
	int rc;

	*rows = 0;
	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		if (*rows > 0 && str_cmp(key, buf_view(&last)) <= 0) {
			rc = state_broken(e, "keys are out of order");
			break;
		}
		(void)hash_of(row); /* every byte of it is read */
		buf_reset(&last);
		buf_str(&last, key);
		(*rows)++;
	}
	kv_cursor_close(c);
	buf_release(&last);
	return rc;
}

static int
check_tables(struct state *s, struct err *e)
{
	const struct totals *t = &s->totals;
	uint64_t rows[TABLE_COUNT], counted;

	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (check_table(s, i, &rows[i], e) < 0 || kv_count(s->txn, i, &counted, e) < 0)
			return -1;
		if (rows[i] != counted)
			return state_broken(e, "a table has lost rows");
	}
	if (rows[TABLE_SNAPSHOTS] != t->applied || rows[TABLE_CUSTOMERS] != t->customers ||
	    rows[TABLE_ORDERS] != t->orders || rows[TABLE_SALES] != t->orders ||
	    rows[TABLE_CREATED] != t->orders || rows[TABLE_WORDS] != s->words.last ||
	    rows[TABLE_BUYERS] != s->buyers.last || rows[TABLE_BUYER_IDS] != s->buyers.last)
		return state_broken(e, "the totals are not those of the rows");
	return 0;
}

static int
read_snapshots(struct arena *a, struct state *s, struct verify_state *out, struct err *e)
{
	uint64_t counted;

	if (kv_count(s->txn, TABLE_SNAPSHOTS, &counted, e) < 0)
		return -1;
	if (counted != s->totals.applied)
		return state_broken(e, "the number of snapshots");
	out->list = arena_zero(a, (size_t)counted, sizeof(*out->list));
	while (out->n < counted) {
		struct verify_state_snapshot *v = &out->list[out->n++];
		struct applied x;

		if (state_applied_must(s, (uint32_t)out->n, &x, e) < 0)
			return -1;
		v->id = str_copy(a, x.id);
		v->manifest_sha256 = str_copy(a, x.manifest_sha256);
		v->diff_sha256 = str_copy(a, x.diff_sha256);
		v->export_sha256 = str_copy(a, x.export_sha256);
		if (out->n > 1 && str_cmp(v[-1].id, v->id) >= 0)
			return state_broken(e, "snapshots are out of order");
	}
	return 0;
}

/* The pages of all snapshots, in order: the key begins with the snapshot's number. */
static int
read_pages(struct arena *a, struct state *s, struct verify_state *out, struct err *e)
{
	struct kv_cursor *c;
	struct verify_state_page *list;
	struct str key, row;
	uint64_t n = 0, counted;
	int rc;

	if (kv_count(s->txn, TABLE_PAGES, &counted, e) < 0)
		return -1;
	list = arena_array(a, (size_t)counted, sizeof(*list));
	c = kv_all(s->txn, TABLE_PAGES, e);
	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct unpack k = unpack_of(key), u = unpack_of(row);
		uint32_t number = unpack_key_u32(&k);
		struct str path = unpack_text(&u), sha256 = unpack_text(&u);
		struct verify_state_snapshot *v;

		if (k.bad || u.bad || number == 0 || number > out->n || n == counted) {
			rc = state_broken(e, "a page's row");
			break;
		}
		v = &out->list[number - 1];
		list[n].path = str_copy(a, path);
		list[n].sha256 = str_copy(a, sha256);
		if (v->pages_n++ == 0)
			v->pages = &list[n];
		n++;
	}
	kv_cursor_close(c);
	return rc;
}

/* A first run or a rebuild that was interrupted leaves a state without totals. */
static bool
has_file(const char *account)
{
	struct arena a = { 0 };
	bool has = file_exists(file_join(&a, account, "state/data.mdb"));

	arena_release(&a);
	return has;
}

static int
read_state(
    struct arena *a, const char *account, bool thorough, struct verify_state *out, struct err *e)
{
	struct state s = { 0 };
	int rc = state_open(&s, account, false, e);

	out->is_there = rc > 0 || (rc == 0 && has_file(account));
	if (rc > 0) {
		rc = thorough ? check_tables(&s, e) : 0;
		if (rc == 0)
			rc = read_snapshots(a, &s, out, e);
		if (rc == 0)
			rc = read_pages(a, &s, out, e);
		if (rc == 0)
			rc = rule_terms_list(a, &s, &out->terms, &out->terms_n, e);
	}
	state_close(&s);
	return rc;
}

/* A crash here is an answer, not an accident: no core file, no last words. */
static _Noreturn void
read_in_child(const char *account, bool thorough, struct err *why)
{
	const struct rlimit none = { 0, 0 };
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct verify_state ignored = { 0 };
	struct arena a = { 0 };

	(void)!setrlimit(RLIMIT_CORE, &none);
	if (nowhere >= 0)
		(void)!dup2(nowhere, STDERR_FILENO);
	_exit(read_state(&a, account, thorough, &ignored, why) < 0);
}

/* ${why}: what the child filled in, if it ended by itself. */
static int
wait_for_child(pid_t child, const struct err *why, struct err *e)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(e, errno, "cannot wait for a child");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status)) {
		if (why->kind == ERR_NONE) /* out of memory is the only end without a word */
			mem_out();
		*e = *why;
		return -1;
	}
	err_set(e, ERR_FAILED, "the state is damaged: reading it crashes");
	err_file(e, "state/data.mdb");
	return err_advise(
	    e, "Run 'flowstory process --rebuild': it makes the state again from the snapshots.");
}

/* LMDB trusts what it reads: a flipped bit can make a reader crash.  What a child could read, the
 * parent can. */
static int
try_reading(const char *account, bool thorough, struct err *e)
{
	struct err *why =
	    mmap(NULL, sizeof(*why), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child;
	int rc;

	if (why == MAP_FAILED)
		return err_sys(e, errno, "cannot share memory with a child");
	*why = (struct err)ERR_INIT;
	fflush(stdout);
	child = fork();
	if (child == 0)
		read_in_child(account, thorough, why);
	rc = child < 0 ? err_sys(e, errno, "cannot start a child") : wait_for_child(child, why, e);
	(void)munmap(why, sizeof(*why));
	return rc;
}

int
verify_state_read(
    struct arena *a, const char *account, bool thorough, struct verify_state *out, struct err *e)
{
	*out = (struct verify_state){ 0 };
	if (try_reading(account, thorough, e) == 0 && read_state(a, account, false, out, e) == 0)
		return 0;
	*out = (struct verify_state){ 0 };
	return -1;
}

static int
compare_id(const void *id, const void *snapshot)
{
	return str_cmp(
	    *(const struct str *)id, ((const struct verify_state_snapshot *)snapshot)->id);
}

const struct verify_state_snapshot *
verify_state_find(const struct verify_state *state, struct str id)
{
	if (state->n == 0)
		return NULL;
	return bsearch(&id, state->list, state->n, sizeof(*state->list), compare_id);
}
