/* fleet_page.h -- a fleet as one HTML page, a row an account, those that need a look first.
 *
 * Like an account's page (report/html_page.h) it runs nothing, asks for nothing and names nobody.
 */
#ifndef FLEET_FLEET_PAGE_H
#define FLEET_FLEET_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "fleet/ledger.h"
#include "fleet/fleet_runs.h"
#include "http/limit.h"

/* An account whose last snapshot applied is older is late. */
#define FLEET_PAGE_LATE (INT64_C(3) * 3600 * 1000000) /* us */

struct fleet_page {
	const struct ledger *l; /* by name; ${what} and status are of the last runs */
	const struct fleet_runs_account *runs; /* of the same rows */
	const char *dir;                       /* of the fleet, where links begin */
	int64_t now;
	const struct limit_state *limits;
	size_t limits_n;
};

/* fleet_page_write(b, p): the whole page. */
void fleet_page_write(struct buf *b, const struct fleet_page *p);

#endif /* FLEET_FLEET_PAGE_H */
