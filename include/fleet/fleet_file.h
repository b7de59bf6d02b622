/* fleet_file.h -- fleet.json beside the accounts: the settings of the fleet itself. */
#ifndef FLEET_FLEET_FILE_H
#define FLEET_FLEET_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

struct fleet_file {
	uint64_t calls_per_second; /* to one host, of all accounts together */
	uint64_t jobs;             /* accounts at once */
	bool is_limit_shared;      /* false: machines share no disk, each has its part of it */
	bool has_few_metrics;      /* fleet.prom: four series an account */
	const char *metrics_file;  /* its path */
};

/* fleet_file_load(a, dir, out, e): ${dir}/fleet.json, or the defaults without one; texts in ${a}.
 * Errors: ERR_SETTINGS with line and column. */
int fleet_file_load(
    struct arena *a, const char *dir, struct fleet_file *out, struct err *e) ERR_MUST;

#endif /* FLEET_FLEET_FILE_H */
