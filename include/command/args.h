/* args.h -- a command line against a table of options.
 *
 * --name VALUE, --name=VALUE, -n VALUE; "--" ends the options; what is no option is a positional.
 */
#ifndef COMMAND_ARGS_H
#define COMMAND_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* One option: a flag or a value. A value given twice is an error. */
struct arg {
	const char *name;   /* "--jobs" */
	const char *letter; /* "-j", or NULL */
	bool *flag;         /* set when it occurs, or NULL */
	const char **value; /* set to its value, or NULL */
};

struct args {
	const char *command;    /* for messages */
	const struct arg *list; /* the command's own, then the common ones */
	size_t n;
	const struct arg *common;
	size_t common_n;
	bool stops_at_word; /* the first positional ends it all */
};

/*
 * args_parse(x, argc, argv, e):
 * argv[0] is not looked at.  Positionals are moved to the front of argv[1..].
 * Returns: how many positionals; or with stops_at_word the index of the first; -1 ERR_USAGE.
 */
int args_parse(const struct args *x, int argc, char **argv, struct err *e) ERR_MUST;

/* args_count(name, text, least, most, out, e): a whole number within limits. */
int args_count(const char *name, const char *text, uint64_t least, uint64_t most, uint64_t *out,
    struct err *e) ERR_MUST;

#endif /* COMMAND_ARGS_H */
