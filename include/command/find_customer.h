/* find_customer.h -- finds the customer whom a command line names, by id, email or mobile. */
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
 * ${name} is an id that is or was a customer's, or that an order names; else the email or mobile
 * of a present customer.  If several share it, it means the one who is written with it, and a
 * message says so.
 * Errors: ERR_FAILED, without the name, which may be a person's.
 */
int find_customer(const struct options *o, struct arena *a, struct state *s, struct str name,
    struct str *id, struct err *e) ERR_MUST;

#endif /* COMMAND_FIND_CUSTOMER_H */
