/* values.h -- struct profile: a customer's fields and what their orders add up to; and its row.
 *
 * Contract section 4.  Text is cleaned and normalised once, when a profile is made; rules and
 * exports take it as it is.
 */
#ifndef PROFILE_VALUES_H
#define PROFILE_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/field.h"

struct arena;

/* A completed order, for what rules count over a span of time. */
struct profile_order {
	int64_t time;  /* us */
	int64_t cents; /* less than nothing for most refunds */
	bool is_purchase;
	struct str store;                  /* as in stores */
	struct str *products, *categories; /* of a purchase; some are empty */
	size_t items_n;
};

/* Absent text has the length 0.  Text is borrowed from where the profile was made. */
struct profile {
	struct str id; /* exact, not cleaned */
	struct str cust_type;
	enum tri is_loyal;
	struct str points;       /* plain decimal, or absent */
	struct str *products;    /* distinct, sorted by bytes */
	uint32_t *product_words; /* the same, as numbers of the dictionary */
	size_t products_n;
	struct str *categories;
	uint32_t *category_words;
	size_t categories_n;
	struct str *stores; /* names, else ids, of the locations of purchases */
	uint32_t *store_words;
	size_t stores_n;
	struct str last_store;
	struct profile_order *orders; /* only after profile_recent, and of profile_records */
	size_t orders_n;
	struct str med_id;
	struct str last_budtender;
	int64_t total_spent; /* cents */
	uint64_t total_orders;
	struct str last_ordertype;
	struct str last_orderstatus;
	int64_t last_orderdate;   /* us, whole seconds; TIMESTAMP_NONE */
	int64_t first_order_date; /* us; TIMESTAMP_NONE */

	struct str first_name, last_name;
	struct str email;  /* normalised, or absent */
	struct str mobile; /* E.164, or absent */
	struct str address, city, state, postal_code;
	bool is_abroad;    /* of a country that is not the US: the postal code has no geo code */
	int32_t birthdate; /* as read, even if it lies in the future; DAY_NONE */

	enum tri email_consent, text_consent;
	int64_t last_purchase; /* us, exact: for duplicate-email; TIMESTAMP_NONE */
	int64_t created;       /* us, of the customer; TIMESTAMP_NONE */
	unsigned dropped;      /* bits 1 << enum normalize_drop (record/normalize.h) */
};

/* values_pack: a profile as a row of the state.  values_unpack returns false if the row is damaged;
 * the lists come as numbers of the dictionary, in ${a}: without an arena they are left out. */
void values_pack(struct buf *b, const struct profile *p);
bool values_unpack(struct arena *a, struct str row, struct profile *p);

#endif /* PROFILE_VALUES_H */
