/* census.h -- what the state says as of the last snapshot, counted over all customers and orders.
 */
#ifndef REPORT_CENSUS_H
#define REPORT_CENSUS_H

#include "base/err.h"
#include "record/record.h"
#include "report/model.h"
#include "state/state.h"

struct arena;

/* census_customers(a, s, m, e): who may be reached, by segment; what was spent, how many
 * orders, which products and categories, and who is owed an opt-out. */
int census_customers(
    struct arena *a, struct state *s, struct report_model *m, struct err *e) ERR_MUST;

/* census_orders(s, settings, m, e): the orders of each bucket, by their time. */
int census_orders(struct state *s, const struct record_settings *settings, struct report_model *m,
    struct err *e) ERR_MUST;

#endif /* REPORT_CENSUS_H */
