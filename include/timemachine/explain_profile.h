/* explain_profile.h -- a customer's profile as of one snapshot, and what each value comes from.
 *
 * It is made from the customer's records by the terms of that snapshot, so it says what process
 * said then.
 */
#ifndef TIMEMACHINE_EXPLAIN_PROFILE_H
#define TIMEMACHINE_EXPLAIN_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "account/terms.h"
#include "dailystory/contact.h"
#include "timemachine/past_records.h"
#include "profile/values.h"
#include "state/rule_terms.h"

struct arena;

/* What a value is made of. */
enum basis {
	BASIS_RECORD,    /* the customer's own record */
	BASIS_COMPLETED, /* all completed orders, refunds too */
	BASIS_PURCHASES,
	BASIS_LAST_PURCHASE,
	BASIS_FIRST_PURCHASE,
	BASIS_LAST_ORDER /* of any status */
};

/* the field's name, its basis, the contact's column or COLUMN_COUNT */
#define EXPLAIN_FIELDS(X)                                                                          \
	X("fh_id", BASIS_RECORD, COLUMN_ID)                                                        \
	X("fh_cust_type", BASIS_RECORD, COLUMN_CUST_TYPE)                                          \
	X("fh_isloyal", BASIS_RECORD, COLUMN_IS_LOYAL)                                             \
	X("fh_points", BASIS_RECORD, COLUMN_POINTS)                                                \
	X("fh_products", BASIS_PURCHASES, COLUMN_PRODUCTS)                                         \
	X("fh_categories", BASIS_PURCHASES, COLUMN_CATEGORIES)                                     \
	X("fh_med_id", BASIS_RECORD, COLUMN_MED_ID)                                                \
	X("fh_last_budtender", BASIS_LAST_PURCHASE, COLUMN_BUDTENDER)                              \
	X("fh_total_spent", BASIS_COMPLETED, COLUMN_SPENT)                                         \
	X("fh_total_orders", BASIS_PURCHASES, COLUMN_ORDERS)                                       \
	X("fh_last_ordertype", BASIS_LAST_ORDER, COLUMN_ORDERTYPE)                                 \
	X("fh_last_orderstatus", BASIS_LAST_ORDER, COLUMN_ORDERSTATUS)                             \
	X("fh_last_orderdate", BASIS_LAST_PURCHASE, COLUMN_ORDERDATE)                              \
	X("first_order_date", BASIS_FIRST_PURCHASE, COLUMN_COUNT)                                  \
	X("first_name", BASIS_RECORD, COLUMN_FIRST_NAME)                                           \
	X("last_name", BASIS_RECORD, COLUMN_LAST_NAME)                                             \
	X("email", BASIS_RECORD, COLUMN_EMAIL)                                                     \
	X("mobile", BASIS_RECORD, COLUMN_MOBILE)                                                   \
	X("address", BASIS_RECORD, COLUMN_ADDRESS)                                                 \
	X("city", BASIS_RECORD, COLUMN_CITY)                                                       \
	X("state", BASIS_RECORD, COLUMN_STATE)                                                     \
	X("postal_code", BASIS_RECORD, COLUMN_POSTAL)                                              \
	X("birthdate", BASIS_RECORD, COLUMN_BIRTHDATE)                                             \
	X("geo_code", BASIS_RECORD, COLUMN_GEO)

struct explain_field {
	const char *name;
	enum basis basis;
	enum contact_column column;
};
#define X(name, basis, column) +1
enum {
	EXPLAIN_FIELD_COUNT = 0 EXPLAIN_FIELDS(X)
};
#undef X
extern const struct explain_field explain_profile_fields[EXPLAIN_FIELD_COUNT];

/* explain_profile_find(name): the position of a field; EXPLAIN_FIELD_COUNT if there is none. */
size_t explain_profile_find(const char *name);

/* An order that was the customer's, and what it counts as. */
struct explain_order {
	const struct record_version *x;
	struct order_kind kind;
	bool is_last_purchase, is_first_purchase, is_last;
};

/* Borrows the records and the terms. */
struct explain_profile {
	uint32_t number;
	struct str snapshot;
	int64_t as_of;
	const struct terms *terms;
	const struct record_version *record; /* NULL: not known then, and the rest is empty */
	const struct past_contact *status;
	struct profile profile;
	struct str values[EXPLAIN_FIELD_COUNT];
	bool *member;                 /* by position among the rules */
	struct explain_order *orders; /* by created, id */
	size_t orders_n;
};

/* explain_profile_terms(t, stored, e): terms as the state has them, without suppression list. */
int explain_profile_terms(struct terms *t, const struct rule_terms *stored, struct err *e) ERR_MUST;

/*
 * explain_profile_make(a, s, records, terms, number, out, e):
 * Errors: ERR_INTERNAL if an order's sum is not the value, or the rules disagree with the
 *         memberships in the state.
 */
int explain_profile_make(struct arena *a, struct state *s, const struct past_records *records,
    const struct terms *terms, uint32_t number, struct explain_profile *out,
    struct err *e) ERR_MUST;

/* explain_profile_uses(basis, o): the order is among those that a value is made of. */
bool explain_profile_uses(enum basis basis, const struct explain_order *o);

#endif /* TIMEMACHINE_EXPLAIN_PROFILE_H */
