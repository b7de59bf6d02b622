/* Goal: the files are private, outlive crashes, and damage is found out. */
#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"

static unsigned
mode_of(struct place *p, const char *name)
{
	struct arena a = { 0 };
	struct stat st = { 0 };

	cr_expect(stat(file_join(&a, p->dir, name), &st) == 0);
	arena_release(&a);
	return st.st_mode & 07777;
}

Test(kvfile, files_are_private_whatever_the_umask)
{
	static const mode_t masks[] = { 0, 0177, 0277, 0777 };

	for (size_t i = 0; i < COUNT(masks); i++) {
		mode_t before = umask(masks[i]);
		struct place p = place_new();

		umask(before);
		cr_expect(mode_of(&p, "data.mdb") == 0600, "mask %zu", i);
		cr_expect(mode_of(&p, "lock.mdb") == 0600, "mask %zu", i);
		place_end(&p);
	}
}

/* Whoever finds no lock in it takes the store for nobody's and begins its mutexes anew, under the
 * hands of who uses them. */
Test(kvfile, a_new_store_is_locked_from_the_start)
{
	struct place p = place_new();
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
	struct arena a = { 0 };
	char *lock = file_join(&a, p.dir, "lock.mdb");
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open(lock, O_RDWR);

		_exit(fd >= 0 && fcntl(fd, F_GETLK, &l) == 0 && l.l_type != F_UNLCK ? 0 : 1);
	}
	cr_assert(waitpid(pid, &status, 0) == pid);
	cr_expect(status == 0);
	arena_release(&a);
	place_end(&p);
}

Test(kvfile, reading_a_store_that_is_not_there_makes_none)
{
	struct place p = place_new();

	kv_close(p.kv);
	cr_assert(dir_remove(p.dir, &p.e) == 0);
	p.kv = open_at(&p, false);
	cr_expect(p.kv == NULL);
	cr_expect(p.e.kind == ERR_FAILED && p.e.sys == ENOENT, "%s", p.e.msg);
	cr_expect(!dir_exists(p.dir), "the directory was made");

	cr_assert(dir_make(p.dir, &p.e) == 0);
	p.kv = open_at(&p, false);
	cr_expect(p.kv == NULL);
	cr_expect(p.e.kind == ERR_FAILED && p.e.sys == ENOENT, "%s", p.e.msg);
	cr_expect(size_of(&p, "data.mdb") == -1, "a store was made");
	cr_expect(size_of(&p, "lock.mdb") == -1, "a lock was made");
	place_end(&p);
}

Test(kvfile, writing_into_a_directory_that_is_not_there_is_an_error_of_the_system)
{
	struct place p = place_new();

	kv_close(p.kv);
	cr_assert(dir_remove(p.dir, &p.e) == 0);
	p.kv = open_at(&p, true);
	cr_expect(p.kv == NULL);
	cr_expect(p.e.kind == ERR_IO && p.e.sys == ENOENT, "%s", p.e.msg);
	place_end(&p);
}

/* The system's flags of the mapped file: rr is random read. */
static bool
is_read_ahead(const struct place *p)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[512];
	bool is_it = false, ahead = true;

	cr_assert(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strchr(line, '-') != NULL && strchr(line, '-') < strchr(line, ' '))
			is_it = strstr(line, p->dir) != NULL && strstr(line, "data.mdb") != NULL;
		if (is_it && strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " rr") != NULL)
			ahead = false;
	}
	fclose(f);
	return ahead;
}

Test(kvfile, who_looks_at_few_rows_reads_nothing_beside_them)
{
	static const enum kv_mode modes[] = { KV_READ, KV_LOOK };
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);

	cr_assert(kv_put(t, FIRST, STR("a"), STR("1"), &p.e) == 0);
	cr_assert(kv_commit(t, &p.e) == 0);
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct str value;

		kv_close(p.kv);
		p.kv = kv_open(p.dir, tables, COUNT(tables), modes[i], &p.e);
		cr_assert(p.kv != NULL, "%s", p.e.msg);
		cr_expect(is_read_ahead(&p) == (modes[i] == KV_READ));
		t = begin(&p, false);
		cr_expect(kv_get(t, FIRST, STR("a"), &value, &p.e) == 1);
		cr_expect(str_eq(value, STR("1")));
		kv_abort(t);
	}
	place_end(&p);
}

/* What a child process does with the store; its exit status is the result. */
static int
in_child(struct place *p, int (*act)(struct place *))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(act(p));
	cr_assert(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
read_alone(struct place *p)
{
	struct kv *kv = open_at(p, false);
	struct kv_txn *t = kv == NULL ? NULL : kv_begin(kv, false, &p->e);
	struct str v;

	if (t == NULL)
		return 2;
	if (kv_get(t, FIRST, STR("a"), &v, &p->e) != 1)
		return 3;
	return str_eq(v, STR("committed")) ? 0 : 4;
}

Test(kvfile, another_process_reads_while_a_writer_is_at_work)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);

	put(&p, t, FIRST, STR("a"), STR("committed"));
	commit(&p, t);
	t = begin(&p, true);
	put(&p, t, FIRST, STR("a"), STR("not yet"));
	cr_expect(in_child(&p, read_alone) == 0);
	commit(&p, t);
	place_end(&p);
}

Test(kvfile, a_store_without_its_lock_is_read_without_making_one)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	struct arena a = { 0 };

	put(&p, t, FIRST, STR("a"), STR("committed"));
	commit(&p, t);
	kv_close(p.kv);
	p.kv = NULL;
	cr_assert(unlink(file_join(&a, p.dir, "lock.mdb")) == 0);
	cr_expect(in_child(&p, read_alone) == 0);
	cr_expect(size_of(&p, "lock.mdb") == -1, "a lock was made");
	arena_release(&a);
	place_end(&p);
}

static int
die_while_writing(struct place *p)
{
	struct kv *kv = open_at(p, true);
	struct kv_txn *t = kv == NULL ? NULL : kv_begin(kv, true, &p->e);

	if (t == NULL)
		return 2;
	fill(p, t, 20000);
	put(p, t, FIRST, STR("a"), STR("torn"));
	return 0;
}

Test(kvfile, a_writer_that_dies_leaves_the_commit_before_it)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);

	put(&p, t, FIRST, STR("a"), STR("committed"));
	commit(&p, t);
	kv_close(p.kv);
	cr_expect(in_child(&p, die_while_writing) == 0);
	p.kv = open_at(&p, true);
	cr_assert(p.kv != NULL, "%s", p.e.msg);
	t = begin(&p, true);
	expect_value(&p, t, FIRST, STR("a"), "committed");
	expect_value(&p, t, FIRST, STR("00000000"), NULL);
	commit(&p, t);
	place_end(&p);
}

/* A process that has the store open until it is killed. */
static pid_t
start_sitter(struct place *p)
{
	int ends[2];
	char ready = 0;
	pid_t pid;

	cr_assert(pipe(ends) == 0);
	pid = fork();
	if (pid == 0) {
		ready = open_at(p, false) != NULL;
		if (write(ends[1], &ready, 1) == 1)
			pause();
		_exit(0);
	}
	cr_assert(read(ends[0], &ready, 1) == 1 && ready == 1);
	close(ends[0]);
	close(ends[1]);
	return pid;
}

/* The one that sits keeps LMDB from taking the list of readers for stale. */
Test(kvfile, a_reader_that_died_does_not_make_the_store_grow)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	off_t size;
	pid_t sitter;

	put(&p, t, FIRST, STR("a"), STR("committed"));
	commit(&p, t);
	kv_close(p.kv);
	sitter = start_sitter(&p);
	cr_expect(in_child(&p, read_alone) == 0);
	p.kv = open_at(&p, true);
	cr_assert(p.kv != NULL, "%s", p.e.msg);
	rewrite(&p, 4);
	size = size_of(&p, "data.mdb");
	rewrite(&p, 40);
	cr_expect(size_of(&p, "data.mdb") == size);
	kill(sitter, SIGKILL);
	waitpid(sitter, NULL, 0);
	place_end(&p);
}

Test(kvfile, a_commit_that_the_disk_refuses_leaves_the_one_before)
{
	struct place p = place_new();
	struct kv_txn *t = begin(&p, true);
	struct rlimit room;

	put(&p, t, FIRST, STR("a"), STR("old"));
	commit(&p, t);
	cr_assert(getrlimit(RLIMIT_FSIZE, &room) == 0);
	room.rlim_cur = (rlim_t)size_of(&p, "data.mdb") + 8192;
	signal(SIGXFSZ, SIG_IGN);
	cr_assert(setrlimit(RLIMIT_FSIZE, &room) == 0);
	t = begin(&p, true);
	put(&p, t, FIRST, STR("a"), STR("new"));
	fill(&p, t, 5000);
	cr_expect(kv_commit(t, &p.e) == -1);
	cr_expect(p.e.kind == ERR_IO, "%s", p.e.msg);
	cr_expect(p.e.sys == EFBIG || p.e.sys == EIO, "%s", p.e.msg);
	room.rlim_cur = room.rlim_max;
	cr_assert(setrlimit(RLIMIT_FSIZE, &room) == 0);
	t = begin(&p, true);
	expect_value(&p, t, FIRST, STR("a"), "old");
	expect_value(&p, t, FIRST, STR("00000000"), NULL);
	fill(&p, t, 5000);
	commit(&p, t);
	place_end(&p);
}

static void
expect_damaged(struct place *p, bool writable, const char *what, size_t n)
{
	p->kv = open_at(p, writable);
	cr_expect(p->kv == NULL, "%s %zu: was opened", what, n);
	cr_expect(p->e.kind == ERR_FAILED, "%s %zu: %s", what, n, p->e.msg);
	cr_expect_str_eq(p->e.msg, "the state is damaged or from another program version");
	cr_expect(p->e.advice[0] != '\0', "no advice");
	kv_close(p->kv);
	p->kv = NULL;
}

Test(kvfile, a_file_cut_anywhere_is_damaged)
{
	struct place p = place_new();
	struct arena a = { 0 };
	char *path = file_join(&a, p.dir, "data.mdb");

	rewrite(&p, 1);
	kv_close(p.kv);
	for (off_t n = size_of(&p, "data.mdb") - 1; n > 0; n -= 1111) {
		cr_assert(truncate(path, n) == 0);
		expect_damaged(&p, false, "cut at", (size_t)n);
		expect_damaged(&p, true, "cut at", (size_t)n);
	}
	arena_release(&a);
	place_end(&p);
}

Test(kvfile, a_file_of_another_kind_is_damaged)
{
	struct place p = place_new();
	struct arena a = { 0 };
	char *path = file_join(&a, p.dir, "data.mdb");
	char *junk = mem_zero(20000, 1);

	kv_close(p.kv);
	for (size_t i = 0; i < 20000; i++)
		junk[i] = (char)(i * 31 + 7);
	for (size_t n = 1; n <= 20000; n = n * 3 + 1) {
		cr_assert(file_save(path, str_of(junk, n), &p.e) == 0);
		expect_damaged(&p, false, "junk of", n);
		expect_damaged(&p, true, "junk of", n);
	}
	mem_free(junk);
	arena_release(&a);
	place_end(&p);
}

Test(kvfile, a_store_that_lacks_a_table_is_of_another_version)
{
	static const struct kv_table more[] = { { .name = "first", KV_PLAIN },
		{ .name = "second", KV_PLAIN }, { .name = "third", KV_PLAIN } };
	struct place p = place_new();

	kv_close(p.kv);
	p.kv = kv_open(p.dir, more, 3, KV_READ, &p.e);
	cr_expect(p.kv == NULL && p.e.kind == ERR_FAILED, "%s", p.e.msg);
	p.kv = kv_open(p.dir, more, 3, KV_WRITE, &p.e);
	cr_expect(p.kv != NULL, "%s", p.e.msg);
	place_end(&p);
}

Test(kvfile, a_store_that_was_never_begun_is_begun_anew)
{
	struct place p = place_new();
	struct arena a = { 0 };

	kv_close(p.kv);
	cr_assert(truncate(file_join(&a, p.dir, "data.mdb"), 0) == 0);
	p.kv = open_at(&p, false);
	cr_expect(p.kv == NULL && p.e.sys == ENOENT, "%s", p.e.msg);
	p.kv = open_at(&p, true);
	cr_assert(p.kv != NULL, "%s", p.e.msg);
	rewrite(&p, 1);
	arena_release(&a);
	place_end(&p);
}

/*
 * LMDB does not write the pages at the end that were given back at once, as
 * those of a large value are while there are free pages to be reused.
 */
Test(kvfile, a_large_value_put_and_deleted_at_once_leaves_a_whole_file)
{
	const size_t n = (size_t)4 << 20;
	struct place p = place_new();
	char *bytes = mem_zero(n, 1);
	struct kv_txn *t;

	rewrite(&p, 4);
	t = begin(&p, true);
	put(&p, t, FIRST, STR("a"), STR("1"));
	put(&p, t, FIRST, STR("b"), str_of(bytes, n));
	cr_assert(kv_del(t, FIRST, STR("b"), &p.e) == 1);
	commit(&p, t);
	cr_expect((size_t)size_of(&p, "data.mdb") > n, "no longer the case that this is about");
	kv_close(p.kv);
	p.kv = open_at(&p, true);
	cr_assert(p.kv != NULL, "%s", p.e.msg);
	t = begin(&p, false);
	expect_value(&p, t, FIRST, STR("a"), "1");
	kv_abort(t);
	mem_free(bytes);
	place_end(&p);
}
