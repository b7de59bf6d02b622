#include "fleet/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/host.h"

#define SELF "/proc/self/exe"  /* stays the same program though its file be replaced */
#define LINE_MOST 4096         /* bytes of one line; the rest of it is a line of its own */
#define READS_MOST 32          /* at a time: who prints without end keeps the others waiting */
#define AGAIN INT64_C(1000000) /* us: closer together they are one, to a process and its group */

/* One place, and who is at work there. */
struct worker {
	pid_t pid; /* 0: nobody */
	size_t account;
	int64_t begun;         /* ticks */
	int fds[CREW_STREAMS]; /* ends of pipes; -1: closed */
	struct buf lines[CREW_STREAMS];
};

struct running {
	const struct crew *c;
	struct worker workers[CREW_MOST];
	size_t n; /* at work */
	int signals;
	sigset_t before; /* the mask that children get */
	bool is_stopping, is_over;
	int64_t asked;     /* ticks when it was first asked to end */
	bool is_held;      /* one could not be started yet: */
	size_t account;    /* it, */
	char *const *argv; /* and its command line */
	struct err *e;
};

/* ---- Starting */

/* What the new process does; does not return.  Of our files it gets none.  It is a group of its
 * own: Ctrl-C would reach it twice, from the terminal and from us, and end it in the middle. */
static void
become(const struct running *r, const int *ends, char *const *argv)
{
	int null = open("/dev/null", O_RDONLY);

	(void)setpgid(0, 0);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(ends[CREW_OUT], STDOUT_FILENO) < 0 ||
	    dup2(ends[CREW_ERR], STDERR_FILENO) < 0)
		_exit(126);
	(void)close_range(3, UINT_MAX, 0);
	signal(SIGXFSZ, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &r->before, NULL);
	execv(SELF, argv);
	_exit(127);
}

static void
close_all(int *fds)
{
	for (size_t i = 0; i < CREW_STREAMS; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

static int
open_pipes(struct worker *w, int *ends)
{
	for (size_t i = 0; i < CREW_STREAMS; i++)
		w->fds[i] = ends[i] = -1;
	for (size_t i = 0; i < CREW_STREAMS; i++) {
		int both[2];

		if (pipe2(both, O_CLOEXEC) != 0)
			return -1;
		w->fds[i] = both[0];
		ends[i] = both[1];
		if (fcntl(both[0], F_SETFL, O_NONBLOCK) != 0)
			return -1;
	}
	return 0;
}

/* Returns: 0, or errno. */
static int
start(struct running *r, struct worker *w, size_t account, char *const *argv)
{
	int ends[CREW_STREAMS], why = open_pipes(w, ends) == 0 ? 0 : errno;

	w->account = account;
	w->begun = host_ticks();
	w->pid = why == 0 ? fork() : -1;
	if (w->pid == 0)
		become(r, ends, argv);
	if (w->pid < 0 && why == 0)
		why = errno;
	close_all(ends);
	if (w->pid > 0) {
		r->n++;
		return 0;
	}
	w->pid = 0;
	close_all(w->fds);
	return why;
}

/* False: there is no more. */
static bool
next(struct running *r)
{
	if (!r->is_held)
		r->is_held = r->c->next(r->c->context, &r->account, &r->argv);
	return r->is_held;
}

/* As many as there are places and accounts.  Where the machine has no room for one more, those at
 * work make room. */
static int
fill(struct running *r)
{
	for (size_t i = 0; i < r->c->jobs && !r->is_stopping && !r->is_over; i++) {
		int why;

		if (r->workers[i].pid > 0)
			continue;
		if (!next(r)) {
			r->is_over = true;
			break;
		}
		why = start(r, &r->workers[i], r->account, r->argv);
		if (why != 0 && r->n > 0)
			return 0;
		if (why != 0)
			return err_sys(r->e, why, "cannot start a process");
		r->is_held = false;
	}
	return 0;
}

/* ---- What they print */

/* Whole lines; and what is left at the end. */
static void
hand_on(struct running *r, struct worker *w, enum crew_stream stream, bool is_end)
{
	struct buf *b = &w->lines[stream];
	struct str rest = buf_view(b);
	const char *end;

	while (rest.n > 0) {
		end = memchr(rest.p, '\n', rest.n);
		if (end == NULL && rest.n < LINE_MOST && !is_end)
			break;
		r->c->line(r->c->context, w->account, stream,
		    end == NULL ? rest : str_of(rest.p, (size_t)(end - rest.p)));
		rest = str_from(rest, end == NULL ? rest.n : (size_t)(end - rest.p) + 1);
	}
	if (rest.n > 0)
		memmove(b->p, rest.p, rest.n);
	b->n = rest.n;
}

static void
take(struct running *r, struct worker *w, enum crew_stream stream)
{
	char text[LINE_MOST];
	ssize_t n = -1;

	for (int i = 0; i < READS_MOST && w->fds[stream] >= 0; i++) {
		n = read(w->fds[stream], text, sizeof(text));
		if (n <= 0)
			break;
		buf_add(&w->lines[stream], text, (size_t)n);
		hand_on(r, w, stream, false);
	}
	if (w->fds[stream] >= 0 && (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))) {
		close(w->fds[stream]);
		w->fds[stream] = -1;
	}
}

/* ---- Their ends */

static void
bury(struct running *r, struct worker *w, int how)
{
	struct crew_end end = { .status = WIFEXITED(how) ? WEXITSTATUS(how) : -1,
		.signal = WIFSIGNALED(how) ? WTERMSIG(how) : 0,
		.us = host_ticks() - w->begun };

	for (size_t i = 0; i < CREW_STREAMS; i++) {
		take(r, w, (enum crew_stream)i);
		hand_on(r, w, (enum crew_stream)i, true);
		w->lines[i].n = 0;
	}
	close_all(w->fds);
	w->pid = 0;
	r->n--;
	r->c->end(r->c->context, w->account, &end);
}

static void
bury_dead(struct running *r)
{
	for (size_t i = 0; i < r->c->jobs; i++) {
		int how;

		if (r->workers[i].pid > 0 &&
		    waitpid(r->workers[i].pid, &how, WNOHANG) == r->workers[i].pid)
			bury(r, &r->workers[i], how);
	}
}

/* ---- Signals */

static void
ask_all(struct running *r, int signal)
{
	for (size_t i = 0; i < r->c->jobs; i++)
		if (r->workers[i].pid > 0)
			(void)kill(r->workers[i].pid, signal);
}

/* Asked again, it does not wait any longer. */
static void
stop(struct running *r)
{
	int64_t now = host_ticks();

	if (!r->is_stopping)
		ask_all(r, SIGTERM);
	else if (now - r->asked >= AGAIN)
		ask_all(r, SIGKILL);
	r->asked = r->is_stopping ? r->asked : now;
	r->is_stopping = true;
}

/* The end of a process is a signal too. */
static void
take_signals(struct running *r)
{
	struct signalfd_siginfo s;

	while (read(r->signals, &s, sizeof(s)) == (ssize_t)sizeof(s))
		if (s.ssi_signo != SIGCHLD)
			stop(r);
	bury_dead(r);
}

/* What is ignored stays so, as by nohup(1); but where the ends of processes are, nobody would be
 * told of them. */
static int
hold_signals(struct running *r)
{
	static const int ends[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction old;
	sigset_t set;

	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sigaction(ends[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaddset(&set, ends[i]);
	if (sigprocmask(SIG_BLOCK, &set, &r->before) != 0)
		return err_sys(r->e, errno, "cannot start a process");
	r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return r->signals < 0 ? err_sys(r->e, errno, "cannot start a process") : 0;
}

/* ---- All of it */

/* Only of those at work: poll takes no more than files may be open. */
static void
wait_for_some(struct running *r)
{
	struct pollfd list[1 + CREW_MOST * CREW_STREAMS] = { { .fd = r->signals,
	    .events = POLLIN } };
	size_t whose[1 + CREW_MOST * CREW_STREAMS], n = 1;

	for (size_t i = 0; i < r->c->jobs * CREW_STREAMS; i++) {
		const struct worker *w = &r->workers[i / CREW_STREAMS];

		if (w->pid == 0 || w->fds[i % CREW_STREAMS] < 0)
			continue;
		whose[n] = i;
		list[n++] = (struct pollfd){ .fd = w->fds[i % CREW_STREAMS], .events = POLLIN };
	}
	if (poll(list, n, -1) < 0)
		return;
	for (size_t i = 1; i < n; i++)
		if (list[i].revents != 0)
			take(r, &r->workers[whose[i] / CREW_STREAMS],
			    (enum crew_stream)(whose[i] % CREW_STREAMS));
	take_signals(r);
}

int
crew_run(const struct crew *c, bool *was_stopped, struct err *e)
{
	struct running r = { .c = c, .signals = -1, .e = e };
	int rc = hold_signals(&r);

	while (rc == 0 || r.n > 0) {
		if (rc == 0)
			rc = fill(&r);
		if (r.n == 0)
			break;
		wait_for_some(&r);
	}
	*was_stopped = r.is_stopping;
	for (size_t i = 0; i < c->jobs; i++)
		for (size_t k = 0; k < CREW_STREAMS; k++)
			buf_release(&r.workers[i].lines[k]);
	if (r.signals >= 0)
		close(r.signals);
	(void)sigprocmask(SIG_SETMASK, &r.before, NULL);
	return rc;
}
