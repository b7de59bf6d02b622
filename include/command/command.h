/* command.h -- what a command is, and how one is run.
 *
 * A command is one file, cmd_<name>.c, and one line of COMMANDS.  Its table says which options and
 * operands it takes and what it needs: an account, the lock, the state.  command_run reads the
 * command line by that table, gets what is needed, runs the command, and puts everything away.
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
	X(export)                                                                                  \
	X(replay)                                                                                  \
	X(verify)                                                                                  \
	X(diff)                                                                                    \
	X(audit)                                                                                   \
	X(explain)

struct command;
#define X(name) extern const struct command cmd_##name;

COMMANDS(X)
#undef X

/* Exit statuses (contract, section 8); those of errors are in base/err.h. */
enum status {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_QUARANTINED = 3,
	STATUS_REFUSED = 4,
	STATUS_BREAKER = 5,
	STATUS_BUSY = 75
};

/* ---- Needs and options */

enum needs {
	NEEDS_ACCOUNT = 1, /* the directory is there */
	NEEDS_LOCK = 2,    /* nobody else writes to the account */
	NEEDS_STATE = 4    /* the state is open for reading, and a snapshot is applied */
};

/* The options of every command. */
struct options {
	const char *account; /* "." by default */
	size_t jobs;
	bool quiet, verbose, log_json;
};

/* One option.  It is a flag, or it has a value; a value given twice is an error. */
struct option {
	const char *name;   /* "--jobs"; NULL ends a list */
	const char *letter; /* "-j", or NULL */
	const char *value;  /* what --help calls its value, "N"; NULL: a flag */
	size_t at;          /* in the struct to fill: offsetof a const char *, or of a bool */
	const char *help;   /* in lines of at most 60 characters */
	bool is_required;
	bool is_exclusive; /* at most one of those marked may be given */
	unsigned needs;    /* with it, instead of the command's; 0: the same */
};

/* OPTION(type, member, name, ...): one that fills ${member} of ${type}; the rest as .value = "N".
 */
#define OPTION(type, member, option, ...)                                                          \
	{                                                                                          \
		.name = (option), .at = offsetof(type, member), __VA_ARGS__                        \
	}

extern const struct option command_common[]; /* into a struct command_common */
struct command_common {
	const char *account, *jobs;
	bool quiet, verbose, log_json;
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
	const char *help;     /* paragraphs of --help, in front of the options */
	const struct option *options;
	size_t size; /* of the struct they fill */
	unsigned needs;
	size_t least, most;   /* operands */
	const char *operands; /* what to call them: "two snapshots" */
	/* What each exit status from 0 to 5 means, then 75.  NULL: what it means everywhere for 0
	 * to 2 and with NEEDS_LOCK for 75, else: does not occur. */
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

/*
 * command_parse(own, into, o, stops_at_word, argc, argv, e):
 * Read a command line: --name VALUE, --name=VALUE, -n VALUE; "--" ends the options; what is not an
 * option is an operand.  argv[0] is not read.  Operands are moved to the front of argv[1..].
 * Returns: how many operands; with ${stops_at_word}, the index of the first one; -1 ERR_USAGE.
 */
int command_parse(const struct option *own, void *into, struct options *o, bool stops_at_word,
    int argc, char **argv, struct err *e) ERR_MUST;

#endif /* COMMAND_COMMAND_H */
