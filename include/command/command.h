/* command.h -- the table of commands and what all of them share.
 *
 * A command is one file.  It writes data to standard output and messages through say.h.
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "command/args.h"

/* What stands before the command, or after it. */
struct options {
	const char *account; /* -C, "." by default */
	size_t jobs;
	bool quiet, verbose, log_json;
	bool json; /* --json, of a command that prints a table */
};

/* Exit statuses that are no errors (contract, section 8). */
enum status {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,
	STATUS_QUARANTINED = 3,
	STATUS_REFUSED = 4
};

struct command {
	const char *name;
	const char *synopsis; /* after the name */
	const char *summary;  /* one line for the list */
	const char *help;     /* the rest of --help */
	/* Returns the exit status, or -1 with e filled. argv[0] is the command's name. */
	int (*run)(const struct options *o, int argc, char **argv, struct err *e);
};

/*
 * command_args(name, own, n, o, argc, argv, e):
 * args_parse with the options that every command takes as well; those go into ${o}.
 * Returns: how many positionals, from argv[1] on; -1.
 */
int command_args(const char *name, const struct arg *own, size_t n, struct options *o, int argc,
    char **argv, struct err *e) ERR_MUST;

/* command_first(o, own, n, argc, argv, e): the options in front of the command. Returns the index
 * of the command's word. */
int command_first(struct options *o, const struct arg *own, size_t n, int argc, char **argv,
    struct err *e) ERR_MUST;

extern const struct command cmd_init, cmd_check, cmd_adopt, cmd_process, cmd_segments, cmd_status,
    cmd_export, cmd_verify, cmd_replay, cmd_fetch, cmd_run, cmd_explain, cmd_audit, cmd_diff,
    cmd_fields;

#endif /* COMMAND_COMMAND_H */
