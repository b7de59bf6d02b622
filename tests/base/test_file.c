/* Goal: a file appears whole or not at all, whatever fails on the way. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "place.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NO_LIMIT (1u << 30)

TestSuite(file, .init = place_enter, .fini = place_leave);

static size_t
count_names(void)
{
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str *names;
	size_t n = 0;

	cr_assert_eq(dir_list(&a, ".", &names, &n, &e), 0, "%s", e.msg);
	arena_release(&a);
	return n;
}

static void
expect_content(const char *path, struct str want)
{
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str got = { 0 };

	cr_expect_eq(file_load(&a, path, NO_LIMIT, &got, &e), 0, "%s", e.msg);
	cr_expect(str_eq(got, want), "%s holds %zu bytes, not %zu", path, got.n, want.n);
	arena_release(&a);
}

/* Bytes that tell their place, so that a lost or doubled piece is seen. */
static char *
pattern(size_t n)
{
	char *p = mem_alloc(n);

	for (size_t i = 0; i < n; i++)
		p[i] = (char)(i * 31 + i / 251 * 7 + i / 65536);
	return p;
}

Test(file, save_and_load_give_the_same_bytes)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096, 65535, 65536, 65537, 131072, 1000003 };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct err e = ERR_INIT;
		char *p = pattern(sizes[i]);

		cr_expect_eq(file_save("x", str_of(p, sizes[i]), &e), 0, "%s", e.msg);
		expect_content("x", str_of(p, sizes[i]));
		mem_free(p);
	}
	cr_expect_eq(count_names(), 1u, "the file alone");
}

Test(file, pieces_of_every_size_give_the_same_file)
{
	static const size_t pieces[] = { 1, 7, 4096, 40000, 65535, 65536, 65537, 70000, 200000 };
	enum {
		TOTAL = 300001
	};
	char *p = pattern(TOTAL);

	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct file_out f = FILE_OUT_INIT;
		struct err e = ERR_INIT;

		cr_assert_eq(file_create(&f, "x", &e), 0, "%s", e.msg);
		for (size_t at = 0; at < TOTAL; at += pieces[i]) {
			size_t left = TOTAL - at;

			cr_assert_eq(file_put(&f, p + at, left < pieces[i] ? left : pieces[i], &e),
			    0, "%s", e.msg);
		}
		cr_expect_eq(f.size, (uint64_t)TOTAL, "size accepted");
		cr_expect_eq(file_commit(&f, &e), 0, "%s", e.msg);
		cr_expect_eq(f.fd, -1, "closed");
		expect_content("x", str_of(p, TOTAL));
	}
	mem_free(p);
}

Test(file, load_needs_no_size_from_the_system)
{
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str got = { 0 };
	char *p = pattern(300001);
	pid_t pid;

	cr_assert_eq(mkfifo("pipe", 0600), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open("pipe", O_WRONLY);
		size_t at = 0;

		while (at < 300001) {
			size_t left = 300001 - at;
			ssize_t n = write(fd, p + at, left < 977 ? left : 977);

			at += n > 0 ? (size_t)n : 0;
		}
		_exit(0);
	}
	cr_expect_eq(file_load(&a, "pipe", NO_LIMIT, &got, &e), 0, "%s", e.msg);
	waitpid(pid, NULL, 0);

	cr_expect(str_eq(got, str_of(p, 300001)), "%zu bytes", got.n);
	cr_expect_eq(file_load(&a, "/proc/self/status", NO_LIMIT, &got, &e), 0, "%s", e.msg);
	cr_expect_gt(got.n, 0u, "a file that says it has no size");
	mem_free(p);
	arena_release(&a);
}

Test(file, load_refuses_what_is_over_the_limit)
{
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str got = { 0 };

	cr_assert_eq(file_save("x", STR("12345"), &e), 0, "%s", e.msg);

	cr_expect_eq(file_load(&a, "x", 5, &got, &e), 0, "%s", e.msg);
	cr_expect_eq(file_load(&a, "x", 4, &got, &e), -1);
	cr_expect_eq(e.kind, ERR_FAILED, "kind");
	cr_expect_str_eq(e.msg, "'x' is larger than 4 bytes");
	e = (struct err)ERR_INIT;
	cr_expect_eq(file_load(&a, "/dev/zero", 100000, &got, &e), -1);
	cr_expect_eq(e.kind, ERR_FAILED, "no end: %s", e.msg);
	arena_release(&a);
}

Test(file, load_tells_what_the_system_said)
{
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct str got = STR("old");

	cr_expect_eq(file_load(&a, "none", NO_LIMIT, &got, &e), -1);
	cr_expect_eq(e.kind, ERR_IO, "kind");
	cr_expect_eq(e.sys, ENOENT, "sys");
	cr_expect_str_eq(e.msg, "cannot open 'none': No such file or directory");
	cr_expect_eq(file_load(&a, ".", NO_LIMIT, &got, &e), -1);
	cr_expect_eq(e.sys, EISDIR, "a directory: %s", e.msg);
	cr_expect(str_eq(got, STR("old")), "the result is left");
	arena_release(&a);
}

Test(file, nothing_is_seen_under_the_name_before_commit)
{
	struct file_out f = FILE_OUT_INIT;
	struct err e = ERR_INIT;
	char tmp[64];

	cr_assert_eq(mkdir("d", 0700), 0);
	cr_assert_eq(file_save("d/x", STR("old"), &e), 0, "%s", e.msg);
	cr_assert_eq(file_create(&f, "d/x", &e), 0, "%s", e.msg);
	cr_assert_eq(file_put(&f, "new", 3, &e), 0, "%s", e.msg);
	expect_content("d/x", STR("old"));
	snprintf(tmp, sizeof(tmp), "d/.x.tmp-%ld", (long)getpid());
	cr_expect(file_exists(tmp), "%s", tmp);
	cr_expect_eq(file_commit(&f, &e), 0, "%s", e.msg);

	expect_content("d/x", STR("new"));
	cr_expect(!file_exists(tmp), "no temporary is left");
}

Test(file, abandon_leaves_the_old_file_and_no_temporary)
{
	struct file_out f = FILE_OUT_INIT;
	struct err e = ERR_INIT;

	cr_assert_eq(file_save("x", STR("old"), &e), 0, "%s", e.msg);
	cr_assert_eq(file_create(&f, "x", &e), 0, "%s", e.msg);
	cr_assert_eq(file_put(&f, "new", 3, &e), 0, "%s", e.msg);
	file_abandon(&f);
	file_abandon(&f);

	expect_content("x", STR("old"));
	cr_expect_eq(count_names(), 1u, "no temporary");
	cr_expect_eq(f.fd, -1, "closed");
}

Test(file, close_gives_the_file_its_name_too)
{
	struct file_out f = FILE_OUT_INIT;
	struct err e = ERR_INIT;

	cr_assert_eq(file_create(&f, "x", &e), 0, "%s", e.msg);
	cr_assert_eq(file_put(&f, "abc", 3, &e), 0, "%s", e.msg);
	cr_expect_eq(file_close(&f, &e), 0, "%s", e.msg);
	file_abandon(&f);

	expect_content("x", STR("abc"));
	cr_expect_eq(count_names(), 1u, "no temporary");
}

Test(file, a_temporary_of_a_dead_process_is_no_obstacle)
{
	struct err e = ERR_INIT;
	char tmp[64];
	FILE *stale;

	snprintf(tmp, sizeof(tmp), ".x.tmp-%ld", (long)getpid());
	stale = fopen(tmp, "w");
	cr_assert_not_null(stale);
	fputs("much longer stale text", stale);
	fclose(stale);
	cr_expect_eq(file_save("x", STR("new"), &e), 0, "%s", e.msg);

	expect_content("x", STR("new"));
	cr_expect_eq(count_names(), 1u, "the stale one is gone");
}

Test(file, a_link_in_the_temporarys_place_is_not_followed)
{
	struct err e = ERR_INIT;
	char tmp[64];

	snprintf(tmp, sizeof(tmp), ".x.tmp-%ld", (long)getpid());
	cr_assert_eq(file_save("victim", STR("safe"), &e), 0, "%s", e.msg);
	cr_assert_eq(symlink("victim", tmp), 0);
	cr_expect_eq(file_save("x", STR("new"), &e), 0, "%s", e.msg);

	expect_content("victim", STR("safe"));
	expect_content("x", STR("new"));
}

Test(file, modes_do_not_depend_on_the_umask)
{
	static const mode_t masks[] = { 0, 022, 077, 0277, 0777 };

	for (size_t i = 0; i < COUNT(masks); i++) {
		struct err e = ERR_INIT;
		mode_t old = umask(masks[i]);

		cr_expect_eq(file_save("x", STR("a"), &e), 0, "%s", e.msg);
		umask(old);
		cr_expect_eq(mode_of("x"), 0600u, "umask %03o: %03o", masks[i], mode_of("x"));
		(void)umask(masks[i]);
		cr_expect_eq(file_save_public("x", STR("b"), &e), 0, "%s", e.msg);
		umask(old);
		cr_expect_eq(mode_of("x"), 0644u, "umask %03o: %03o", masks[i], mode_of("x"));
		cr_assert_eq(unlink("x"), 0);
	}
}

/* Above the limit a write is short first and then refused. */
static void
limit_file_size(rlim_t bytes)
{
	struct rlimit limit = { bytes, RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Writes n bytes in pieces to "x"; 0 or -1 and what was wrong. */
static int
write_pieces(const char *p, size_t n, size_t piece, struct err *e)
{
	struct file_out f = FILE_OUT_INIT;

	cr_assert_eq(file_create(&f, "x", e), 0, "%s", e->msg);
	for (size_t at = 0; at < n; at += piece) {
		size_t left = n - at;

		if (file_put(&f, p + at, left < piece ? left : piece, e) != 0) {
			file_abandon(&f);
			return -1;
		}
	}
	return file_commit(&f, e);
}

Test(file, a_full_disk_leaves_the_old_file_wherever_it_strikes)
{
	static const size_t pieces[] = { 100, 5000, 65536, 200000 };
	static const rlim_t limits[] = { 4, 4095, 65535, 65536, 70000, 199999 };
	char *p = pattern(200000);
	struct err e = ERR_INIT;

	cr_assert_eq(file_save("x", STR("old"), &e), 0, "%s", e.msg);
	for (size_t i = 0; i < COUNT(limits); i++) {
		for (size_t k = 0; k < COUNT(pieces); k++) {
			int rc;

			limit_file_size(limits[i]);
			rc = write_pieces(p, 200000, pieces[k], &e);
			limit_file_size(RLIM_INFINITY);
			cr_expect_eq(rc, -1, "%zu bytes fit", (size_t)limits[i]);
			cr_expect_eq(e.kind, ERR_IO, "kind");
			cr_expect_eq(e.sys, EFBIG, "%s", e.msg);
			cr_expect_str_eq(e.msg, "cannot write 'x': File too large");
			cr_expect_eq(count_names(), 1u, "no temporary");
			expect_content("x", STR("old"));
		}
	}
	limit_file_size(200000);
	cr_expect_eq(write_pieces(p, 200000, 7777, &e), 0, "%s", e.msg);
	limit_file_size(RLIM_INFINITY);
	expect_content("x", str_of(p, 200000));
	mem_free(p);
}

Test(file, a_device_or_a_pipe_is_not_replaced)
{
	static const char *const names[] = { "pipe", "link" };
	struct stat st;

	cr_assert_eq(mkfifo("pipe", 0600), 0);
	cr_assert_eq(symlink("pipe", "link"), 0);
	for (size_t i = 0; i < COUNT(names); i++) {
		struct err e = ERR_INIT;

		cr_expect_eq(file_save(names[i], STR("x"), &e), -1, "%s", names[i]);
		cr_expect_not_null(strstr(e.msg, "not a regular file"), "%s", e.msg);
	}
	cr_expect(lstat("pipe", &st) == 0 && S_ISFIFO(st.st_mode));
	cr_expect(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
	cr_expect_eq(count_names(), COUNT(names), "nothing else");
}

Test(file, a_full_device_is_an_error_of_the_write)
{
	struct err e = ERR_INIT;
	struct file_out f = FILE_OUT_INIT;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	cr_assert_geq(full, 0);
	cr_assert_eq(file_create(&f, "x", &e), 0, "%s", e.msg);
	cr_assert_eq(dup2(full, f.fd), f.fd);
	close(full);
	cr_expect_eq(file_put(&f, "abc", 3, &e), 0, "it waits in memory");
	cr_expect_eq(file_commit(&f, &e), -1);

	cr_expect_eq(e.sys, ENOSPC, "%s", e.msg);
	cr_expect_eq(count_names(), 0u, "nothing is left");
	cr_expect_eq(f.fd, -1, "closed");
}

Test(file, a_failed_fsync_is_an_error_and_leaves_nothing)
{
	struct err e = ERR_INIT;
	struct file_out f = FILE_OUT_INIT;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(file_create(&f, "x", &e), 0, "%s", e.msg);
	cr_assert_eq(dup2(ends[1], f.fd), f.fd);
	cr_expect_eq(file_put(&f, "abc", 3, &e), 0, "%s", e.msg);
	cr_expect_eq(file_commit(&f, &e), -1, "a pipe cannot be synced");

	cr_expect_eq(e.sys, EINVAL, "%s", e.msg);
	cr_expect_eq(count_names(), 0u, "nothing is left");
	close(ends[0]);
	close(ends[1]);
}

Test(file, a_failed_rename_leaves_no_temporary)
{
	struct err e = ERR_INIT;

	cr_assert_eq(mkdir("x", 0700), 0);
	cr_assert_eq(mkdir("x/y", 0700), 0);
	cr_expect_eq(file_save("x", STR("abc"), &e), -1, "a directory's name");

	cr_expect_eq(e.kind, ERR_IO, "%s", e.msg);
	cr_expect_eq(count_names(), 1u, "the directory alone");
}

Test(file, what_cannot_be_created_says_so_and_is_closed)
{
	struct err e = ERR_INIT;
	struct file_out f = FILE_OUT_INIT;
	char name[300];

	cr_expect_eq(file_create(&f, "none/x", &e), -1);
	cr_expect_eq(e.sys, ENOENT, "%s", e.msg);
	cr_expect_eq(f.fd, -1, "closed");
	file_abandon(&f);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	cr_expect_eq(file_save(name, STR("a"), &e), -1);
	cr_expect_eq(e.sys, ENAMETOOLONG, "%s", e.msg);
	cr_expect_eq(count_names(), 0u, "nothing is left");
}

Test(file, exists_means_a_regular_file)
{
	struct err e = ERR_INIT;

	cr_assert_eq(file_save("x", STR(""), &e), 0, "%s", e.msg);
	cr_assert_eq(mkdir("d", 0700), 0);
	cr_assert_eq(symlink("x", "link"), 0);
	cr_assert_eq(symlink("none", "dangling"), 0);

	cr_expect(file_exists("x"), "a file");
	cr_expect(file_exists("link"), "a link to one");
	cr_expect(!file_exists("d"), "a directory");
	cr_expect(!file_exists("dangling"), "a link to nothing");
	cr_expect(!file_exists("none"), "nothing");
	cr_expect(dir_exists("d"), "a directory");
	cr_expect(!dir_exists("x"), "a file is no directory");
}

Test(file, join_puts_one_slash)
{
	struct arena a = { 0 };

	cr_expect_str_eq(file_join(&a, "x", "y"), "x/y");
	cr_expect_str_eq(file_join(&a, "x/", "y"), "x/y");
	cr_expect_str_eq(file_join(&a, "/", "y"), "/y");
	cr_expect_str_eq(file_join(&a, "", "y"), "y");
	cr_expect_str_eq(file_join(&a, "x", ""), "x/");
	arena_release(&a);
}
