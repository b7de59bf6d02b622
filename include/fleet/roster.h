/* roster.h -- the accounts of a fleet: found in a directory, or listed in a file.
 *
 * A fleet is a directory whose sub-directories are accounts (flowstory.json in it), also one level
 * further down; or a text file, a path per line, '#' begins a comment unless it stands within a
 * word.  A file '.disabled' in an account leaves it out.  Names that begin with a dot are the
 * fleet's own.  A directory that two names lead to is one account, by the first of them; one that
 * cannot be looked into, or whose flowstory.json is no file, is taken for an account, so that
 * somebody is told.
 */
#ifndef FLEET_ROSTER_H
#define FLEET_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

struct roster_account {
	struct str name;  /* below the fleet's directory, or as the file has it, with \x0a for what
	                   * is no text; one of a kind */
	const char *path; /* from the working directory on */
};

struct roster {
	const char *dir;             /* of fleet.json, defaults.json and what the fleet keeps */
	struct roster_account *list; /* by name */
	size_t n;
	struct roster_account *disabled; /* left out */
	size_t disabled_n;
	bool is_account; /* the directory is one itself, which is not in the list */
};

/* roster_check_name(name, e): whether a directory that is called so is found in a fleet.  Errors:
 * ERR_USAGE. */
int roster_check_name(const char *name, struct err *e) ERR_MUST;

/* One part of several: account i of the whole list belongs to part i mod ${of}. */
struct roster_shard {
	size_t part, of; /* part counts from 0; of is at least 1 */
};

/* roster_load(a, fleet, out, e): in ${a}.  Errors: ERR_USAGE: there is no such fleet, or no account
 * in it; ERR_SETTINGS: the file is no text; ERR_IO. */
int roster_load(struct arena *a, const char *fleet, struct roster *out, struct err *e) ERR_MUST;

/* roster_parse_shard(text, out, e): "3/100", from 1 on. */
int roster_parse_shard(const char *text, struct roster_shard *out, struct err *e) ERR_MUST;

/* roster_choose(r, shard, globs, n, e): leave those of the part whose name one of the patterns
 * matches; no pattern: all of it.  Errors: ERR_USAGE: a pattern that matches no account of the
 * whole fleet, which would hide a slip of the pen. */
int roster_choose(struct roster *r, struct roster_shard shard, const char *const *globs, size_t n,
    struct err *e) ERR_MUST;

#endif /* FLEET_ROSTER_H */
