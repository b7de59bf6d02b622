/* Goal: directories are made, moved, listed and removed, and no link is
 * followed. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/intern.h"
#include "place.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

TestSuite(dir, .init = place_enter, .fini = place_leave);

static void
touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0, "%s", path);
	close(fd);
}

Test(dir, made_0700_whatever_the_umask)
{
	static const mode_t masks[] = { 0, 022, 077, 0277, 0777 };

	for (size_t i = 0; i < COUNT(masks); i++) {
		struct err e = ERR_INIT;
		mode_t old = umask(masks[i]);

		cr_expect_eq(dir_make_all("a/b/c", &e), 0, "%s", e.msg);
		umask(old);
		cr_expect_eq(mode_of("a"), 0700u, "umask %03o", masks[i]);
		cr_expect_eq(mode_of("a/b/c"), 0700u, "umask %03o", masks[i]);
		cr_expect_eq(dir_remove("a", &e), 0, "%s", e.msg);
	}
}

Test(dir, making_what_is_there_changes_nothing)
{
	struct err e = ERR_INIT;

	cr_assert_eq(mkdir("d", 0755), 0);
	cr_assert_eq(chmod("d", 0755), 0);
	cr_assert_eq(symlink("d", "link"), 0);

	cr_expect_eq(dir_make("d", &e), 0, "%s", e.msg);
	cr_expect_eq(dir_make("link", &e), 0, "%s", e.msg);
	cr_expect_eq(mode_of("d"), 0755u, "the mode is the owner's affair");
}

Test(dir, make_all_takes_every_spelling_of_a_path)
{
	static const char *const paths[] = { "a", "b/", "c/d", "e//f//g/", "./h/./i", "j/../k" };

	for (size_t i = 0; i < COUNT(paths); i++) {
		struct err e = ERR_INIT;

		cr_expect_eq(dir_make_all(paths[i], &e), 0, "%s: %s", paths[i], e.msg);
		cr_expect_eq(dir_make_all(paths[i], &e), 0, "again");
		cr_expect(dir_exists(paths[i]), "%s", paths[i]);
	}
}

Test(dir, make_all_takes_an_absolute_path)
{
	struct err e = ERR_INIT;
	struct arena a = { 0 };
	char *path = file_join(&a, place, "x/y");

	cr_expect_eq(dir_make_all(path, &e), 0, "%s", e.msg);
	cr_expect(dir_exists("x/y"), "in its place");
	arena_release(&a);
}

Test(dir, a_file_in_the_way_is_an_error)
{
	struct err e = ERR_INIT;

	touch("x");

	cr_expect_eq(dir_make("x", &e), -1);
	cr_expect_eq(e.sys, EEXIST, "%s", e.msg);
	cr_expect_eq(dir_make_all("x/y", &e), -1);
	cr_expect_eq(e.kind, ERR_IO, "%s", e.msg);
	cr_expect_eq(dir_make("none/y", &e), -1);
	cr_expect_eq(e.sys, ENOENT, "%s", e.msg);
}

Test(dir, list_is_sorted_by_bytes_and_whole)
{
	static const char *const sorted[] = { " ", ".hidden", "10", "9", "A", "B", "a", "a-", "a.b",
		"aa", "\xc3\xa9", "\xff" };
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str *names = NULL;
	size_t n = 0;

	cr_assert_eq(mkdir("d", 0700), 0);
	cr_assert_eq(chdir("d"), 0);
	for (size_t i = COUNT(sorted); i-- > 0;)
		touch(sorted[i]);
	cr_assert_eq(chdir(".."), 0);
	cr_expect_eq(dir_list(&a, "d", &names, &n, &e), 0, "%s", e.msg);

	cr_assert_eq(n, COUNT(sorted), "%zu names", n);
	for (size_t i = 0; i < n; i++)
		cr_expect(str_eq(names[i], str_c(sorted[i])), "name %zu", i);
	arena_release(&a);
}

Test(dir, list_of_many_names_loses_none)
{
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str *names = NULL;
	size_t n = 0;
	char name[32];

	cr_assert_eq(mkdir("d", 0700), 0);
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "d/%05d", i);
		touch(name);
	}
	cr_expect_eq(dir_list(&a, "d", &names, &n, &e), 0, "%s", e.msg);

	cr_assert_eq(n, 3000u, "%zu names", n);
	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%05zu", i);
		cr_expect(str_eq(names[i], str_c(name)), "name %zu", i);
	}
	arena_release(&a);
}

Test(dir, list_of_nothing_is_empty_and_of_a_file_an_error)
{
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str *names = NULL;
	size_t n = 7;

	cr_expect_eq(dir_list(&a, "none", &names, &n, &e), 0, "%s", e.msg);
	cr_expect_eq(n, 0u, "missing");
	n = 7;
	cr_assert_eq(mkdir("d", 0700), 0);
	cr_expect_eq(dir_list(&a, "d", &names, &n, &e), 0, "%s", e.msg);
	cr_expect_eq(n, 0u, "empty");
	touch("x");
	cr_expect_eq(dir_list(&a, "x", &names, &n, &e), -1);
	cr_expect_eq(e.sys, ENOTDIR, "%s", e.msg);
	arena_release(&a);
}

Test(dir, remove_takes_the_whole_tree)
{
	struct err e = ERR_INIT;
	char name[64];

	cr_assert_eq(dir_make_all("d/a/b/c", &e), 0, "%s", e.msg);
	cr_assert_eq(dir_make_all("d/.hidden/x", &e), 0, "%s", e.msg);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "d/a/%d", i);
		touch(name);
	}
	cr_assert_eq(mkfifo("d/a/pipe", 0600), 0);
	touch("d/a/b/read-only");
	cr_assert_eq(chmod("d/a/b/read-only", 0400), 0);

	cr_expect_eq(dir_remove("d", &e), 0, "%s", e.msg);
	cr_expect(!dir_exists("d"), "it is gone");
	cr_expect_eq(dir_remove("d", &e), 0, "missing is fine");
	cr_expect_eq(dir_remove("none/d", &e), 0, "without a parent too");
}

/* A chain of n directories, each named d, in the working directory. */
static void
make_chain(int n)
{
	int at = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	cr_assert_geq(at, 0);
	for (int i = 0; i < n; i++) {
		int next;

		cr_assert_eq(mkdirat(at, "d", 0700), 0);
		next = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		cr_assert_geq(next, 0);
		close(at);
		at = next;
	}
	close(at);
}

Test(dir, a_tree_too_deep_is_refused_by_name_of_the_limit)
{
	struct err e = ERR_INIT;

	make_chain(DIR_DEPTH + 1);
	cr_expect_eq(dir_sync("d", &e), 0, "%s", e.msg);
	cr_expect_eq(dir_remove("d", &e), 0, "%s", e.msg);
	make_chain(DIR_DEPTH + 2);
	cr_expect_eq(dir_sync("d", &e), -1);
	cr_expect_eq(e.kind, ERR_FAILED, "%s", e.msg);
	cr_expect_eq(dir_remove("d", &e), -1);

	cr_expect_str_eq(e.msg, "'d': 'd' is more than 256 directories deep");
	cr_assert_eq(rename("d/d", "half"), 0);
	cr_expect_eq(dir_remove("half", &e), 0, "%s", e.msg);
}

Test(dir, remove_follows_no_link)
{
	struct err e = ERR_INIT;

	cr_assert_eq(mkdir("safe", 0700), 0);
	touch("safe/x");
	cr_assert_eq(mkdir("d", 0700), 0);
	cr_assert_eq(symlink("../safe", "d/link"), 0);
	cr_assert_eq(symlink("../safe/x", "d/file"), 0);
	cr_assert_eq(symlink("none", "d/dangling"), 0);
	cr_assert_eq(symlink("safe", "link"), 0);

	cr_expect_eq(dir_remove("d", &e), 0, "%s", e.msg);
	cr_expect_eq(dir_remove("link", &e), 0, "%s", e.msg);
	cr_expect(!dir_exists("d") && !dir_exists("link"), "both are gone");
	cr_expect(file_exists("safe/x"), "what they pointed to stays");
}

Test(dir, remove_takes_what_comes_meanwhile)
{
	struct err e = ERR_INIT;

	for (int i = 0; i < 100; i++) {
		pid_t pid;

		cr_assert_eq(mkdir("d", 0700), 0);
		pid = fork();
		while (pid == 0) {
			int fd = open("d/late", O_WRONLY | O_CREAT, 0600);

			if (fd < 0)
				_exit(0);
			close(fd);
			usleep(20);
		}
		usleep(500);
		cr_expect_eq(dir_remove("d", &e), 0, "%s", e.msg);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

Test(dir, remove_says_what_it_could_not_take)
{
	struct err e = ERR_INIT;
	int status = 0;
	pid_t pid;

	cr_assert_eq(dir_make_all("d/locked", &e), 0, "%s", e.msg);
	touch("d/locked/x");
	cr_assert_eq(chmod("d/locked", 0500), 0);
	cr_assert_eq(chmod(".", 0777), 0);
	pid = fork();
	if (pid == 0) {
		int rc;

		/* The superuser is refused nothing. */
		if (getuid() == 0 &&
		    (chown("d", 65534, 65534) != 0 || chown("d/locked", 65534, 65534) != 0 ||
		        setuid(65534) != 0))
			_exit(9);
		rc = dir_remove("d", &e);
		_exit(rc == -1 && e.sys == EACCES &&
		              str_eq(str_c(e.msg), STR("'d': cannot remove 'x': "
		                                       "Permission denied"))
		          ? 0
		          : 1);
	}
	waitpid(pid, &status, 0);

	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %d", WEXITSTATUS(status));
	cr_expect(file_exists("d/locked/x"), "it is still there");
	cr_assert_eq(chmod("d/locked", 0700), 0);
}

Test(dir, rename_moves_and_never_replaces)
{
	struct err e = ERR_INIT;

	cr_assert_eq(mkdir("a", 0700), 0);
	touch("a/x");
	cr_assert_eq(mkdir("empty", 0700), 0);
	touch("file");

	cr_expect_eq(dir_rename("a", "empty", &e), -1, "an empty directory");
	cr_expect_eq(e.sys, EEXIST, "%s", e.msg);
	cr_expect_eq(dir_rename("a", "file", &e), -1, "a file");
	cr_expect_eq(dir_rename("none", "c", &e), -1, "from nothing");
	cr_expect_eq(e.sys, ENOENT, "%s", e.msg);
	cr_expect(file_exists("a/x"), "nothing was moved");
	cr_expect_eq(dir_rename("a", "b", &e), 0, "%s", e.msg);
	cr_expect(file_exists("b/x") && !dir_exists("a"), "it was moved");
}

Test(dir, sync_goes_through_everything)
{
	struct err e = ERR_INIT;

	cr_assert_eq(dir_make_all("d/a/b", &e), 0, "%s", e.msg);
	touch("d/x");
	touch("d/a/b/y");
	cr_assert_eq(chmod("d/x", 0400), 0);
	cr_assert_eq(symlink("none", "d/dangling"), 0);
	cr_assert_eq(symlink(".", "d/loop"), 0);
	cr_assert_eq(mkfifo("d/pipe", 0600), 0);
	cr_assert_eq(symlink("d", "link"), 0);

	cr_expect_eq(dir_sync("d", &e), 0, "%s", e.msg);
	cr_expect_eq(dir_sync("link", &e), 0, "%s", e.msg);
	cr_expect_eq(dir_sync("none", &e), -1, "missing is an error");
	cr_expect_eq(e.sys, ENOENT, "%s", e.msg);
}

Test(dir, the_parent_is_found_for_every_spelling)
{
	static const char *const paths[] = { "x", "d/x", "d//x", "d/x/", "d/", "/x", "/", "./x",
		"d/../x" };
	struct err e = ERR_INIT;

	cr_assert_eq(mkdir("d", 0700), 0);
	for (size_t i = 0; i < COUNT(paths); i++)
		cr_expect_eq(dir_sync_parent(paths[i], &e), 0, "'%s': %s", paths[i], e.msg);
	cr_expect_eq(dir_sync_parent("none/x", &e), -1);
	cr_expect_eq(e.sys, ENOENT, "%s", e.msg);
	cr_expect_str_eq(e.msg, "cannot sync the directory 'none': No such file or directory");
}

Test(dir, counts_a_file_with_two_names_once)
{
	struct intern linked = { 0 };
	struct dir_use use = { 0 }, again = { 0 };
	struct err e = ERR_INIT;

	cr_assert_eq(dir_make_all("a/b", &e), 0, "%s", e.msg);
	cr_assert_eq(file_save("a/one", STR("12345"), &e), 0, "%s", e.msg);
	cr_assert_eq(file_save("a/b/two", STR("123"), &e), 0, "%s", e.msg);
	cr_assert_eq(link("a/one", "a/b/three"), 0);
	cr_assert_eq(symlink("/", "a/b/root"), 0);
	dir_use_add(&use, &linked, "a");
	cr_expect_eq(use.files, 2u);
	cr_expect_eq(use.bytes, 8u);
	cr_expect_eq(use.blocks % 512, 0u);
	dir_use_add(&again, &linked, "a/one");
	dir_use_add(&again, &linked, "nowhere");
	cr_expect_eq(again.files, 0u, "counted under its other name");
	intern_release(&linked);
}
