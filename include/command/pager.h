/* pager.h -- what is printed for a person to read, through $PAGER, as git does it.
 *
 * PAGER is a shell's command line; empty or "cat" is none; without it less is used if it is there.
 * LESS is set to FRX where it is not set: what fits the terminal is only printed.
 */
#ifndef COMMAND_PAGER_H
#define COMMAND_PAGER_H

#include <sys/types.h>

/* What streams were, while the pager has them. */
struct pager {
	pid_t pid;    /* 0: none */
	int out, err; /* copies; -1: untouched */
};
#define PAGER_INIT                                                                                 \
	{                                                                                          \
		.out = -1, .err = -1                                                               \
	}

/* pager_begin(p): standard output, which is a terminal, goes to a pager from now on, and so do
 * messages if they are for a terminal.  If none can be started, everything stays as it is. */
void pager_begin(struct pager *p);

/* pager_end(p): wait until the reader is done, and put the streams back.  Harmless if none began.
 */
void pager_end(struct pager *p);

#endif /* COMMAND_PAGER_H */
