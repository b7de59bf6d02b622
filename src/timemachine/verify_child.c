#include "timemachine/verify_child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What comes first through the pipe; both ends are the same program. */
struct answer {
	int rc;
	struct err e;
};

static int
send_all(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n > 0) {
		ssize_t w = write(fd, from, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return -1;
		from += w;
		n -= (size_t)w;
	}
	return 0;
}

/* A crash here is an answer, not an accident: no core file, no last words. */
static void
be_quiet(void)
{
	struct rlimit none = { 0, 0 };
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)!setrlimit(RLIMIT_CORE, &none);
	if (nowhere >= 0)
		(void)!dup2(nowhere, STDERR_FILENO);
}

static void
work(child_fn *fn, void *context, int fd)
{
	struct answer answer = { .e = ERR_INIT };
	struct buf out = { 0 };

	be_quiet();
	answer.rc = fn(context, &out, &answer.e);
	if (send_all(fd, &answer, sizeof(answer)) < 0 || send_all(fd, out.p, out.n) < 0)
		_exit(1);
	_exit(0);
}

static int
receive_all(int fd, struct buf *b, struct err *e)
{
	char piece[65536];
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, errno, "cannot read from a child");
		buf_add(b, piece, (size_t)n);
	}
	return 0;
}

static int
died(struct err *e)
{
	err_set(e, ERR_FAILED, "the state is damaged: reading it crashes");
	err_file(e, "state/data.mdb");
	return err_advise(e, "Run 'flowstory process --rebuild': the state "
	                     "follows from the snapshots alone.");
}

/* What the child sent, once it has ended. */
static int
take(pid_t child, const struct buf *b, struct buf *out, struct err *e)
{
	struct answer answer;
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(e, errno, "cannot wait for a child");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || b->n < sizeof(answer))
		return died(e);
	memcpy(&answer, b->p, sizeof(answer));
	buf_add(out, b->p + sizeof(answer), b->n - sizeof(answer));
	if (answer.rc < 0)
		*e = answer.e;
	return answer.rc < 0 ? -1 : 0;
}

int
verify_child_run(child_fn *fn, void *context, struct buf *out, struct err *e)
{
	struct buf b = { 0 };
	int ends[2], rc;
	pid_t child;

	fflush(stdout);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(e, errno, "cannot make a pipe");
	child = fork();
	if (child == 0)
		work(fn, context, ends[1]);
	close(ends[1]);
	if (child < 0)
		rc = err_sys(e, errno, "cannot start a child");
	else {
		rc = receive_all(ends[0], &b, e);
		if (rc == 0)
			rc = take(child, &b, out, e);
	}
	close(ends[0]);
	buf_release(&b);
	return rc;
}
