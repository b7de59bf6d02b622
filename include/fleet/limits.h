/* limits.h -- the limits of calls that the accounts of a fleet share, a file a host (http/limit.h).
 *
 * They lie in the fleet's directory, .limit/, or where the accounts' own 'limit_dir' says.
 */
#ifndef FLEET_LIMITS_H
#define FLEET_LIMITS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/host.h"
#include "fleet/ledger.h"
#include "http/limit.h"

struct arena;

/* limits_offer(dir, e): from now on accounts without a limit_dir take part in that of the fleet in
 * ${dir}: those whose settings are read here, and the processes that are started. */
int limits_offer(const char *dir, struct err *e) ERR_MUST;

/* limits_set(l, interval, e): us between two calls to a host, for each host of the accounts.
 * Errors: ERR_SETTINGS: the fleet's own cannot be set; one of an account's own is its affair. */
int limits_set(const struct ledger *l, uint64_t interval, struct err *e) ERR_MUST;

/* limits_list(a, l, host, out, n): what there is to say of them, each once. */
void limits_list(struct arena *a, const struct ledger *l, const struct host *host,
    struct limit_state **out, size_t *n);

#endif /* FLEET_LIMITS_H */
