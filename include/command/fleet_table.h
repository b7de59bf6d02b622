/* fleet_table.h -- the accounts of a fleet as a table, or as JSON. */
#ifndef COMMAND_FLEET_TABLE_H
#define COMMAND_FLEET_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "fleet/ledger.h"
#include "http/limit.h"

struct fleet_table {
	const struct ledger *l;
	int64_t now;
	int64_t limit;  /* us: an age above it needs a look */
	bool is_all;    /* a line for each account, not only for those that need a look */
	bool has_times; /* they were run now */
	const struct limit_state *limits; /* of hosts, for JSON */
	size_t limits_n;
};

/* fleet_table_is_stale(t, row): nothing is applied, or it is older than the limit or in the
 * future. */
bool fleet_table_is_stale(const struct fleet_table *t, const struct ledger_row *row);

void fleet_table_print(const struct fleet_table *t);
void fleet_table_print_json(const struct fleet_table *t);

#endif /* COMMAND_FLEET_TABLE_H */
