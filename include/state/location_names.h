/* location_names.h -- what locations are called.
 *
 * A location is a word, its id; so is its name.  One without a name goes by its id.
 */
#ifndef STATE_LOCATION_NAMES_H
#define STATE_LOCATION_NAMES_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "state/state.h"

/* location_names_find(s, location, word, e): what the location is called; of 0, 0. */
int location_names_find(struct state *s, uint32_t location, uint32_t *word, struct err *e) ERR_MUST;

/* location_names_put(s, location, name, e): 1 if it is called otherwise now, else 0.  An empty name
 * is none. */
int location_names_put(struct state *s, uint32_t location, struct str name, struct err *e) ERR_MUST;

#endif /* STATE_LOCATION_NAMES_H */
