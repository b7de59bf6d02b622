/* latest_row.h -- a contact's rows in their latest form, for lists made out of the state. */
#ifndef DAILYSTORY_LATEST_ROW_H
#define DAILYSTORY_LATEST_ROW_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "dailystory/csv_rows.h"
#include "dailystory/export_source.h"
#include "dailystory/identity.h"
#include "profile/values.h"
#include "state/state.h"

/* What is used again for each row; zero-initialisable. */
struct latest_row {
	struct arena arena; /* emptied by the caller between customers */
	struct buf csv, json;
};

/* latest_row_write(r, s, source, p, x, since, f, e): the rows of a contact with this profile and
 * these addresses, if they were last written with a later snapshot than that of the number. */
int latest_row_write(struct latest_row *r, struct state *s, const struct export_source *source,
    const struct profile *p, const struct identity_addresses *x, uint32_t since, struct csv_rows *f,
    struct err *e) ERR_MUST;

void latest_row_release(struct latest_row *r);

#endif /* DAILYSTORY_LATEST_ROW_H */
