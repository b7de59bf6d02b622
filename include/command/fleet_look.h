/* fleet_look.h -- what 'flowstory fleet' says of accounts without starting any. */
#ifndef COMMAND_FLEET_LOOK_H
#define COMMAND_FLEET_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "command/options.h"
#include "fleet/fleet_file.h"
#include "fleet/ledger.h"
#include "fleet/roster.h"
#include "http/limit.h"

/* A fleet at hand. */
struct fleet {
	const struct options *o;
	struct arena *a;
	struct fleet_file file;
	struct roster whole, roster; /* all accounts, and those that were chosen */
	struct ledger ledger;        /* of those that were chosen, once it is loaded */
	int64_t now;
	int64_t limit; /* us: --max-age, or TIMESTAMP_NEVER */
	bool is_json;
	const char *out; /* of a page; NULL: fleet.html */
};

/* Each returns the exit status, or -1. */
int fleet_look_list(struct fleet *f, struct err *e) ERR_MUST;
int fleet_look_status(struct fleet *f, struct err *e) ERR_MUST;
int fleet_look_report(struct fleet *f, struct err *e) ERR_MUST;

/* fleet_look_clients(f): warns of accounts with the client id of another: a copy that was not
 * finished would take one client's customers for another's. */
void fleet_look_clients(const struct fleet *f);

/* fleet_look_limits(f, list, n): how fast hosts are called, and whether one wants it slower. */
void fleet_look_limits(struct fleet *f, struct limit_state **list, size_t *n);

#endif /* COMMAND_FLEET_LOOK_H */
