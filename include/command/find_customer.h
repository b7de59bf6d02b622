/* find_customer.h -- what a command line names: a customer by id, email or mobile; a snapshot by
 * its id.
 */
#ifndef COMMAND_FIND_CUSTOMER_H
#define COMMAND_FIND_CUSTOMER_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "command/command.h"
#include "state/state.h"

struct arena;

/*
 * find_customer(o, a, s, name, id, e):
 * An id that is or was a customer's, or is named by an order; else the email or mobile of a
 * customer known now.  Of several who share an email the one who is the contact is meant, and that
 * is said. Errors: ERR_FAILED, without the name: it may be a person's.
 */
int find_customer(const struct options *o, struct arena *a, struct state *s, struct str name,
    struct str *id, struct err *e) ERR_MUST;

/* find_snapshot(a, s, id, number, out, e): an applied snapshot; NULL: the last one. */
int find_snapshot(struct arena *a, struct state *s, const char *id, uint32_t *number,
    struct applied *out, struct err *e) ERR_MUST;

#endif /* COMMAND_FIND_CUSTOMER_H */
