/* pending.h -- whether there is something to be sent of a customer, and whether it goes now. */
#ifndef PUSH_PENDING_H
#define PUSH_PENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "push/acked.h"
#include "push/wanted.h"

/* pending_row(x, w, acked): there is, but for the status. */
bool pending_row(const struct wanted_source *x, const struct wanted *w, const struct acked *acked);

/* pending_waits(w, letter, now): it was rejected, and is not tried again yet. */
bool pending_waits(const struct wanted *w, const struct acked_letter *letter, int64_t now);

#endif /* PUSH_PENDING_H */
