/* options.h -- a command line, read against tables of options.
 *
 * --name VALUE, --name=VALUE, -n VALUE, -nVALUE, and flags by their letters in one word, -qv.  "--"
 * ends the options; what is no option is an operand.  An option is never taken for another's value:
 * a value that begins with '-' is written --name=-value.  An empty value is none: a variable of the
 * shell that is not set must not change what a command does.
 */
#ifndef COMMAND_OPTIONS_H
#define COMMAND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define OPTIONS_RUN_MAX 40

/* The options of every command, and what messages say of the run. */
struct options {
	const char *account; /* "." by default */
	size_t jobs;
	bool quiet, verbose, log_json;
	bool to_terminal; /* standard output is a terminal, with or without a pager */
	struct {
		const char *account, *jobs; /* as they were given; NULL: not */
	} given;
	const char *command;       /* its name; NULL: not known yet */
	size_t behind;             /* operands that stood after "--" */
	char run[OPTIONS_RUN_MAX]; /* an id of this process, for --log-json */
};

/* One option.  It is a flag, or it has a value; a value given twice is an error, unless there is
 * room for several. */
struct option {
	const char *name;   /* "--jobs"; NULL ends a list */
	const char *letter; /* "-j", or NULL */
	const char *value;  /* what --help calls its value, "N"; NULL: a flag */
	size_t at;          /* in the struct to fill: offsetof a const char *, or of a bool */
	const char *help;   /* in lines of at most 60 characters */
	bool is_required;
	bool is_exclusive; /* at most one of those marked may be given */
	unsigned needs;    /* with it, instead of the command's; 0: the same */
	size_t most;       /* values it may have, one place of the struct each; 0: one */
};

/* OPTION(type, member, name, ...): one that fills ${member} of ${type}; the rest as .value = "N".
 */
#define OPTION(type, member, option, ...)                                                          \
	{                                                                                          \
		.name = (option), .at = offsetof(type, member), __VA_ARGS__                        \
	}

/* Those of every command, into a struct options. */
extern const struct option options_common[];

/*
 * options_parse(own, into, o, stops_at_word, argc, argv, e):
 * Read a command line against ${own}, which fill ${into}, and the common ones.  argv[0] is not
 * read.  Operands are moved to the front of argv[1..].  What an earlier call put into ${o} counts
 * as given.
 * Returns: how many operands; with ${stops_at_word}, the index of the first one; -1 ERR_USAGE.
 */
int options_parse(const struct option *own, void *into, struct options *o, bool stops_at_word,
    int argc, char **argv, struct err *e) ERR_MUST;

/* options_given(a, in): whether that option was given. */
bool options_given(const struct option *a, const void *in);

/* options_now(value, now, e): what --now says, or the present time if ${value} is NULL. */
int options_now(const char *value, int64_t *now, struct err *e) ERR_MUST;

/* options_max_age(value, us, e): what --max-age says, or TIMESTAMP_NEVER if ${value} is NULL. */
int options_max_age(const char *value, int64_t *us, struct err *e) ERR_MUST;

/* options_has_word(argc, argv, word): whether the flag stands in a command line, before "--",
 * readable or not as the rest may be. */
bool options_has_word(int argc, char *const *argv, const char *word);

#endif /* COMMAND_OPTIONS_H */
