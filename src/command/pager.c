#include "command/pager.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define USUAL "if command -v less >/dev/null 2>&1; then exec less; else exec cat; fi"

/* What the pager's process does; does not return. */
static void
become(const char *line, const int ends[2])
{
	if (dup2(ends[0], STDIN_FILENO) < 0)
		_exit(127);
	close(ends[0]);
	close(ends[1]);
	setenv("LESS", "FRX", 0);
	setenv("LV", "-c", 0);
	execl("/bin/sh", "sh", "-c", line, (char *)NULL);
	_exit(127);
}

/* Puts ${fd} into the place of a stream and returns a copy of what was there, or -1. */
static int
exchange(int fd, int stream)
{
	int copy = dup(stream);

	if (copy >= 0 && dup2(fd, stream) < 0) {
		close(copy);
		return -1;
	}
	return copy;
}

void
pager_begin(struct pager *p)
{
	const char *line = getenv("PAGER");
	int ends[2];

	if (line != NULL && (line[0] == '\0' || strcmp(line, "cat") == 0))
		return;
	if (fflush(stdout) != 0 || pipe(ends) != 0)
		return;
	p->pid = fork();
	if (p->pid == 0)
		become(line == NULL ? USUAL : line, ends);
	close(ends[0]);
	if (p->pid > 0) {
		p->out = exchange(ends[1], STDOUT_FILENO);
		if (isatty(STDERR_FILENO))
			p->err = exchange(ends[1], STDERR_FILENO);
	} else {
		p->pid = 0;
	}
	close(ends[1]);
}

static void
put_back(int *copy, int stream)
{
	if (*copy >= 0) {
		(void)!dup2(*copy, stream);
		close(*copy);
	}
	*copy = -1;
}

void
pager_end(struct pager *p)
{
	if (p->pid == 0)
		return;
	(void)!fflush(stdout);
	put_back(&p->out, STDOUT_FILENO);
	put_back(&p->err, STDERR_FILENO);
	while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	p->pid = 0;
}
