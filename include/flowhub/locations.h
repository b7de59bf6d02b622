/* locations.h -- which locations there are, and which of them are read. */
#ifndef FLOWHUB_LOCATIONS_H
#define FLOWHUB_LOCATIONS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "flowhub/client.h"
#include "flowhub/coverage.h"
#include "flowhub/response.h"

/*
 * locations_get(a, c, list, n, e):
 * One call; c->body is the page.  Ids are unique, in Flowhub's order; texts lie in a.
 * Errors: those of client_get; ERR_FAILED if Flowhub names none.
 */
int locations_get(struct arena *a, struct client *c, struct response_record **list, size_t *n,
    struct err *e) ERR_MUST;

/*
 * locations_choose(a, settings, list, n, ids, ids_n, e):
 * Those the settings name, or all.
 * Errors: ERR_SETTINGS naming one that is not in the list.
 */
int locations_choose(struct arena *a, const struct flowhub_settings *settings,
    const struct response_record *list, size_t n, struct str **ids, size_t *ids_n,
    struct err *e) ERR_MUST;

/* locations_known(a, account, coverage, settings, ids, n): without a call: those of the settings,
 * or of the newest snapshot; maybe none. */
void locations_known(struct arena *a, const char *account, const struct coverage *coverage,
    const struct flowhub_settings *settings, struct str **ids, size_t *n);

#endif /* FLOWHUB_LOCATIONS_H */
