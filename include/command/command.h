/* command.h -- what a command is, and how one is run.
 *
 * A command is one file, cmd_<name>.c, and one line of COMMANDS.  Its table says which options
 * (options.h) and operands it takes and what it needs: an account, the lock, the state. command_run
 * reads the command line by that table, gets what is needed, runs the command, and puts everything
 * away.
 *
 * A command prints data to standard output and messages through message.h.
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/file.h"
#include "base/status.h"
#include "command/options.h"
#include "state/state.h"

/* ---- The list of commands */

/* In the order of --help. */
#define COMMANDS(X)                                                                                \
	X(init)                                                                                    \
	X(check)                                                                                   \
	X(fetch)                                                                                   \
	X(adopt)                                                                                   \
	X(process)                                                                                 \
	X(run)                                                                                     \
	X(segments)                                                                                \
	X(fields)                                                                                  \
	X(status)                                                                                  \
	X(push)                                                                                    \
	X(export)                                                                                  \
	X(replay)                                                                                  \
	X(prune)                                                                                   \
	X(verify)                                                                                  \
	X(diff)                                                                                    \
	X(audit)                                                                                   \
	X(explain)                                                                                 \
	X(report)                                                                                  \
	X(erase)                                                                                   \
	X(fleet)                                                                                   \
	X(help)                                                                                    \
	X(version)

struct command;
#define X(name) extern const struct command cmd_##name;

COMMANDS(X)
#undef X

/* All of them, NULL at the end. */
extern const struct command *const command_all[];

/* command_find(name, e): the command of that name.
 * Errors: ERR_USAGE: there is none; the advice names the nearest one. */
const struct command *command_find(const char *name, struct err *e) ERR_MUST;

/* ---- Needs */

enum needs {
	NEEDS_ACCOUNT = 1, /* the directory is there */
	NEEDS_LOCK = 2,    /* nobody else writes to the account */
	NEEDS_STATE = 4,   /* the state is open for reading, and a snapshot is applied */
	NEEDS_FEW = 8      /* NEEDS_STATE, and few of its rows */
};

/* ---- A command, and one run of it */

/* What check and run are given. */
struct invocation {
	struct options *o;
	void *own; /* the command's own options; check may complete them */
	char **operands;
	size_t n;
	struct arena a;
	struct state s; /* NEEDS_STATE */
	struct lock lock;
};

struct command {
	const char *name;
	const char *synopsis; /* after the name */
	const char *summary;  /* one line for the list */
	const char *help;     /* paragraphs of --help, before the options */
	const struct option *options;
	size_t size; /* of the struct they fill */
	unsigned needs;
	bool is_stoppable;    /* asked by a signal, it stops at the next safe place */
	bool is_paged;        /* on a terminal it goes through a pager */
	size_t least, most;   /* operands */
	const char *operands; /* what to call them: "two snapshots" */
	/* What each status of STATUS_LIST means here, in its order.  NULL: what it says there for 0
	 * to 2, and with NEEDS_LOCK for 75; else: does not occur. */
	const char *exits[7];
	/* Look at options and operands before anything else is changed; may be NULL. */
	int (*check)(struct invocation *x, struct err *e);
	/* Returns the exit status, or -1. */
	int (*run)(struct invocation *x, struct err *e);
};

/* command_run(c, o, argc, argv, e): argv[0] is the command's name; common options among the rest
 * go into ${o}.  Returns the exit status, or -1. */
int command_run(
    const struct command *c, struct options *o, int argc, char **argv, struct err *e) ERR_MUST;

#endif /* COMMAND_COMMAND_H */
