/* Goal: the command of on_end gets its text and its time, and no more; of our files it has none. */
#include "command/on_end.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/host.h"

#define SECOND INT64_C(1000000)

static struct {
	char dir[64];
	struct arena a;
	struct options o;
} g;

static void
begin(void)
{
	cr_redirect_stderr();
	memset(&g, 0, sizeof(g));
	strcpy(g.dir, "/tmp/flowstory-on-end-XXXXXX");
	cr_assert(mkdtemp(g.dir) != NULL);
	g.o.account = g.dir;
}

static void
end(void)
{
	struct err e = ERR_INIT;

	cr_expect(dir_remove(g.dir, &e) == 0, "%s", e.msg);
	arena_release(&g.a);
}

TestSuite(on_end, .init = begin, .fini = end);

/* Runs it and gives what it left in the file "out"; empty: nothing. */
static struct str
run(const char *line, struct str text, int64_t limit)
{
	struct str out = STR("");
	struct err e = ERR_INIT;

	on_end_run(&g.o, str_c(line), text, limit);
	if (file_load(&g.a, file_join(&g.a, g.dir, "out"), 1 << 24, &out, &e) < 0)
		return STR("");
	return out;
}

/* What was said. */
static const char *
said(void)
{
	static char text[4096];
	FILE *f;
	size_t n;

	fflush(stderr);
	f = cr_get_redirected_stderr();
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	return text;
}

Test(on_end, a_text_of_any_length_arrives_and_may_be_left_unread)
{
	size_t n = (size_t)3 << 20;
	char *long_text = arena_array(&g.a, n, 1);

	memset(long_text, 'x', n);
	cr_expect(str_eq(run("cat >out", str_of(long_text, n), 20 * SECOND), str_of(long_text, n)));
	cr_expect(str_eq(run("echo done >out", str_of(long_text, n), 20 * SECOND), STR("done\n")));
	cr_expect(str_eq(run("cat >out", STR(""), 20 * SECOND), STR("")));
}

Test(on_end, it_ends_with_its_time_and_so_does_what_it_started)
{
	int64_t begun = host_ticks();
	struct stat first, then;
	char *path = file_join(&g.a, g.dir, "out");

	run("(while :; do echo x >>out; sleep 0.05; done) & sleep 60", STR(""), SECOND / 2);
	cr_expect(host_ticks() - begun < 20 * SECOND);
	cr_assert(stat(path, &first) == 0);
	usleep(300000);
	cr_assert(stat(path, &then) == 0);
	cr_expect(first.st_size == then.st_size, "something writes still");
	cr_expect(strstr(said(), "was stopped after") != NULL);
}

Test(on_end, who_does_not_listen_is_ended_all_the_same)
{
	int64_t begun = host_ticks();

	run("trap '' TERM; while :; do sleep 0.1; done", STR(""), SECOND / 10);
	cr_expect(host_ticks() - begun < 20 * SECOND);
}

Test(on_end, much_output_is_read_while_it_runs)
{
	g.o.quiet = true;
	cr_expect(str_eq(run("yes | head -c 1000000; yes | head -c 100000 >&2; echo ok >out",
	                     STR(""), 20 * SECOND),
	              STR("")) == false);
}

Test(on_end, it_has_none_of_our_files_and_none_of_our_secrets)
{
	int fd = open("/dev/null", O_RDONLY); /* one that is not closed by itself */
	struct str out;

	cr_assert(fd > 2);
	setenv("FLOWHUB_API_KEY", "hush", 1);
	setenv("DAILYSTORY_TOKEN", "hush", 1);
	setenv("FLOWHUBBUB", "kept", 1);
	out = run("ls /proc/self/fd | wc -l >out; env >>out", STR(""), 20 * SECOND);
	/* 0, 1, 2 and the directory that ls reads */
	cr_expect(str_starts(out, STR("4\n")), "%.*s", STR_ARG(out));
	cr_expect(!str_has_nocase(out, STR("hush")));
	cr_expect(str_has_nocase(out, STR("FLOWHUBBUB=kept")));
	close(fd);
}
