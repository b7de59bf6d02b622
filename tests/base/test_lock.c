/* Goal: one process at a time holds the lock, and it dies with its holder. */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/lock.h"
#include "place.h"

TestSuite(lock, .init = place_enter, .fini = place_leave);

static void
expect_content(struct str want)
{
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str got = { 0 };

	cr_expect_eq(file_load(&a, "lock", 10000, &got, &e), 0, "%s", e.msg);
	cr_expect(str_eq(got, want), "'%.*s'", STR_ARG(got));
	arena_release(&a);
}

/* A child that takes the lock, says so, and sleeps until it is killed. */
static pid_t
start_holder(struct str text)
{
	int ends[2];
	char said = 0;
	pid_t pid;

	cr_assert_eq(pipe(ends), 0);
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		struct lock l = LOCK_INIT;
		struct err e = ERR_INIT;
		int rc = lock_take(&l, "lock", text, &e);

		if (write(ends[1], rc == 0 ? "y" : "n", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	cr_assert_eq(read(ends[0], &said, 1), 1);
	cr_assert_eq(said, 'y', "the child has the lock");
	close(ends[0]);
	return pid;
}

static void
end_holder(pid_t pid)
{
	cr_assert_eq(kill(pid, SIGKILL), 0);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

Test(lock, the_holder_is_written_into_a_private_file)
{
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;
	struct stat st;
	mode_t old = umask(0);

	cr_expect_eq(lock_take(&l, "lock", STR("pid 1, run\n"), &e), 0, "%s", e.msg);
	umask(old);

	expect_content(STR("pid 1, run\n"));
	cr_assert_eq(stat("lock", &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0600u, "mode");
	lock_release(&l);
	cr_expect_eq(l.fd, -1, "given back");
	lock_release(&l);
	expect_content(STR(""));
}

Test(lock, a_second_one_is_busy_and_names_the_first)
{
	struct lock l = LOCK_INIT, m = LOCK_INIT;
	struct err e = ERR_INIT;

	cr_assert_eq(
	    lock_take(&l, "lock", STR("process 12, run, since 04:00\n"), &e), 0, "%s", e.msg);
	cr_expect_eq(lock_take(&m, "lock", STR("me"), &e), -1);

	cr_expect_eq(e.kind, ERR_BUSY, "kind");
	cr_expect_eq(err_status(e.kind), 75, "exit status");
	cr_expect_str_eq(e.msg, "another run holds the lock: process 12, run, since 04:00");
	cr_expect_eq(m.fd, -1, "not got");
	expect_content(STR("process 12, run, since 04:00\n"));
	lock_release(&l);
	cr_expect_eq(lock_take(&m, "lock", STR("me"), &e), 0, "%s", e.msg);
	expect_content(STR("me"));
	lock_release(&m);
}

Test(lock, it_dies_with_its_process_however_that_ends)
{
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;
	pid_t pid = start_holder(STR("a much longer text of the child"));

	cr_expect_eq(lock_take(&l, "lock", STR("me"), &e), -1);
	cr_expect_eq(e.kind, ERR_BUSY, "%s", e.msg);
	cr_expect_str_eq(e.msg, "another run holds the lock: a much longer text of the child");
	end_holder(pid);
	cr_expect_eq(lock_take(&l, "lock", STR("me"), &e), 0, "%s", e.msg);

	expect_content(STR("me"));
	lock_release(&l);
}

Test(lock, a_holders_text_cannot_drive_the_terminal)
{
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;
	char text[1000];
	pid_t pid;

	memset(text, 'x', sizeof(text));
	memcpy(text, "\033]0;", 4);
	pid = start_holder(str_of(text, sizeof(text)));
	cr_expect_eq(lock_take(&l, "lock", STR("me"), &e), -1);
	end_holder(pid);

	cr_expect(
	    str_starts(str_c(e.msg), STR("another run holds the lock: ?]0;xxx")), "%s", e.msg);
	cr_expect_lt(strlen(e.msg), 256u, "cut to a sensible length");
}

Test(lock, a_holder_without_a_text_is_busy_all_the_same)
{
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;
	pid_t pid = start_holder(STR(""));

	cr_expect_eq(lock_take(&l, "lock", STR("me"), &e), -1);
	end_holder(pid);

	cr_expect_str_eq(e.msg, "another run holds the lock");
}

Test(lock, what_cannot_be_a_lock_is_an_error)
{
	struct lock l = LOCK_INIT;
	struct err e = ERR_INIT;

	cr_assert_eq(mkdir("lock", 0700), 0);
	cr_expect_eq(lock_take(&l, "lock", STR("me"), &e), -1, "a directory");
	cr_expect_eq(e.kind, ERR_IO, "%s", e.msg);
	cr_expect_eq(lock_take(&l, "none/lock", STR("me"), &e), -1);
	cr_expect_eq(e.sys, ENOENT, "%s", e.msg);
	cr_assert_eq(symlink("elsewhere", "link"), 0);
	cr_expect_eq(lock_take(&l, "link", STR("me"), &e), -1, "a link");
	cr_expect_eq(e.sys, ELOOP, "%s", e.msg);
	cr_expect_eq(l.fd, -1, "not got");
}
