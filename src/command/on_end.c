#include "command/on_end.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/host.h"
#include "command/message.h"

#define LINE_MOST 800                /* bytes of its output in one message */
#define GRACE (INT64_C(2) * 1000000) /* us between asking it to end and ending it */

extern char **environ;

struct hook {
	const struct options *o;
	int in, out, child_out; /* its input; our end and its end of its output; -1: closed */
	pid_t pid;
	int64_t deadline; /* ticks */
	bool is_late;     /* it was asked to end */
	struct buf line;  /* of its output, not ended yet */
};

/* ---- Its process */

/* Prefixes of the names of what holds secrets. */
static bool
may_be_secret(const char *variable)
{
	return strncmp(variable, "FLOWHUB_", 8) == 0 || strncmp(variable, "DAILYSTORY_", 11) == 0;
}

static char **
clean_environment(struct arena *a)
{
	size_t n = 0, kept = 0;
	char **list;

	while (environ[n] != NULL)
		n++;
	list = arena_array(a, n + 1, sizeof(*list));
	for (size_t i = 0; i < n; i++)
		if (!may_be_secret(environ[i]))
			list[kept++] = environ[i];
	list[kept] = NULL;
	return list;
}

/* What the new process does; does not return.  Of our files it gets none, for the lock is one. */
static void
become(const struct hook *h, char *line, char **environment)
{
	char *const words[] = { (char[]){ "sh" }, (char[]){ "-c" }, line, NULL };

	setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGXFSZ, SIG_DFL);
	if (chdir(h->o->account) != 0 || dup2(h->in, STDIN_FILENO) < 0 ||
	    dup2(h->child_out, STDOUT_FILENO) < 0 || dup2(h->child_out, STDERR_FILENO) < 0)
		_exit(126);
	(void)close_range(3, UINT_MAX, 0);
	execve("/bin/sh", words, environment);
	_exit(127);
}

/* Its input is a file in memory: neither of the two ever waits for the other. */
static int
put_input(struct hook *h, struct str text)
{
	h->in = memfd_create("summary", MFD_CLOEXEC);
	if (h->in < 0)
		return -1;
	while (text.n > 0) {
		ssize_t n = write(h->in, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		text = str_from(text, (size_t)n);
	}
	return lseek(h->in, 0, SEEK_SET) == 0 ? 0 : -1;
}

static int
start(struct hook *h, struct arena *a, struct str line, struct str text)
{
	char *words = str_z(a, line), **environment = clean_environment(a);
	int ends[2];

	if (put_input(h, text) < 0 || pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	h->out = ends[0];
	h->child_out = ends[1];
	if (fcntl(h->out, F_SETFL, O_NONBLOCK) != 0)
		return -1;
	h->pid = fork();
	if (h->pid == 0)
		become(h, words, environment);
	return h->pid < 0 ? -1 : 0;
}

static void
close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- What it prints */

static void
tell_line(struct hook *h)
{
	if (h->line.n > 0)
		say(h->o, SAY_INFO, "on_end: %.*s", STR_ARG(buf_view(&h->line)));
	buf_reset(&h->line);
}

/* As much as is there. */
static void
read_output(struct hook *h)
{
	char text[4096];
	ssize_t n;

	while (h->out >= 0 && (n = read(h->out, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] != '\n')
				buf_char(&h->line, text[i]);
			if (text[i] == '\n' || h->line.n == LINE_MOST)
				tell_line(h);
		}
}

/* ---- Its end */

/* Returns: as waitpid does. */
static int
wait_for(struct hook *h)
{
	static const struct timespec pause = { .tv_nsec = 5000000 };
	int status = 0;

	while (waitpid(h->pid, &status, WNOHANG) == 0) {
		int64_t late = host_ticks() - h->deadline;

		read_output(h);
		if (late > 0 && !h->is_late)
			kill(-h->pid, SIGTERM);
		h->is_late = h->is_late || late > 0;
		if (late > GRACE)
			kill(-h->pid, SIGKILL);
		nanosleep(&pause, NULL);
	}
	if (h->is_late)
		kill(-h->pid, SIGKILL);
	return status;
}

static void
judge(const struct hook *h, int status, int64_t limit)
{
	if (h->is_late)
		say(h->o, SAY_WARNING, "on_end: the command was stopped after %lld s",
		    (long long)(limit / 1000000));
	else if (WIFSIGNALED(status))
		say(h->o, SAY_WARNING, "on_end: the command was killed by signal %d",
		    WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		say(h->o, SAY_WARNING, "on_end: the command failed with status %d",
		    WEXITSTATUS(status));
}

void
on_end_run(const struct options *o, struct str line, struct str text, int64_t limit)
{
	struct hook h = { .o = o, .in = -1, .out = -1, .child_out = -1 };
	struct arena a = { 0 };
	int rc;

	h.deadline = host_ticks() + limit;
	rc = start(&h, &a, line, text);
	if (rc < 0)
		say(o, SAY_WARNING, "on_end: the command was not started: %s", strerror(errno));
	close_one(&h.in);
	close_one(&h.child_out);
	if (rc == 0) {
		int status = wait_for(&h);

		read_output(&h);
		tell_line(&h);
		judge(&h, status, limit);
	}
	close_one(&h.out);
	buf_release(&h.line);
	arena_release(&a);
}
