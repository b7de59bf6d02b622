/* fleet_drive.h -- one command for each account of a fleet, and what it says, with the account's
 * name in front. */
#ifndef COMMAND_FLEET_DRIVE_H
#define COMMAND_FLEET_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "command/command.h"
#include "fleet/ledger.h"

#define FLEET_DRIVE_WORDS 64 /* of the command, beside our own */

struct fleet_drive {
	const struct options *o;
	struct arena *a;  /* of the messages and vitals that are kept */
	struct ledger *l; /* in the order in which they are started */
	size_t jobs;      /* processes */
	size_t threads;   /* of each */
	int64_t until;    /* us since 1970: nothing is started later */
	const char *verb;
	char *const *words; /* that follow the verb */
	size_t words_n;
	const char *from; /* the files in it below an account's name follow these; NULL: none do */
	bool is_json;     /* standard output is kept for the fleet's own */
	bool has_history; /* of runs: .fleet/runs */
	const char *dir;
};

/* fleet_drive_run(d, was_stopped, e): fills what came of each row, and reads its vitals again. */
int fleet_drive_run(struct fleet_drive *d, bool *was_stopped, struct err *e) ERR_MUST;

#endif /* COMMAND_FLEET_DRIVE_H */
