/* schema.h -- the fields of a customer and an order that are known by name.
 *
 * Names are those of Flowhub's API as far as it is known (docs/oddities.md).  A field that is not
 * among them is kept and compared like any other, and reported by its path.
 */
#ifndef RECORD_SCHEMA_H
#define RECORD_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/intern.h"

/* -- Known names -- */

/* The objects that occur, each with its own names. */
enum schema_object {
	SCHEMA_CUSTOMER,
	SCHEMA_GROUP, /* one of a customer's groups */
	SCHEMA_ORDER,
	SCHEMA_TOTALS,   /* order/totals */
	SCHEMA_ITEM,     /* one of an order's items */
	SCHEMA_DISCOUNT, /* one of an item's discounts */
	SCHEMA_TAX,      /* one of its taxes */
	SCHEMA_PAYMENT,  /* one of an order's payments */
	SCHEMA_OBJECTS
};

/* The fields that are read; all other known names are SCHEMA_IGNORED. */
enum schema_field {
	SCHEMA_FIELD_ID,
	SCHEMA_FIELD_UNDERSCORE_ID,
	SCHEMA_FIELD_ORDER_ID,
	/* customer */
	SCHEMA_FIELD_CREATED_AT,
	SCHEMA_FIELD_TYPE,
	SCHEMA_FIELD_NAME,
	SCHEMA_FIELD_FIRST_NAME,
	SCHEMA_FIELD_LAST_NAME,
	SCHEMA_FIELD_BIRTH_DATE,
	SCHEMA_FIELD_IS_LOYAL,
	SCHEMA_FIELD_LOYALTY_POINTS,
	SCHEMA_FIELD_PHONE,
	SCHEMA_FIELD_EMAIL,
	SCHEMA_FIELD_STREET1,
	SCHEMA_FIELD_STREET2,
	SCHEMA_FIELD_CITY,
	SCHEMA_FIELD_STATE,
	SCHEMA_FIELD_ZIP,
	SCHEMA_FIELD_COUNTRY,
	SCHEMA_FIELD_MED_ID,
	SCHEMA_FIELD_EMAIL_CONSENT,
	SCHEMA_FIELD_TEXT_CONSENT,
	SCHEMA_FIELD_GROUPS,
	/* order */
	SCHEMA_FIELD_COMPLETED_ON,
	SCHEMA_FIELD_ORDER_STATUS,
	SCHEMA_FIELD_ORDER_TYPE,
	SCHEMA_FIELD_VOIDED,
	SCHEMA_FIELD_ORIGINAL_SALE,
	SCHEMA_FIELD_CUSTOMER_ID,
	SCHEMA_FIELD_BUDTENDER,
	SCHEMA_FIELD_LOCATION_ID,
	SCHEMA_FIELD_TOTALS,
	SCHEMA_FIELD_ITEMS,
	SCHEMA_FIELD_PAYMENTS,
	/* totals */
	SCHEMA_FIELD_FINAL_TOTAL,
	SCHEMA_FIELD_FINAL_TOTAL_PASCAL,
	/* item */
	SCHEMA_FIELD_PRODUCT_NAME,
	SCHEMA_FIELD_TITLE1,
	SCHEMA_FIELD_CATEGORY,
	SCHEMA_FIELD_QUANTITY,
	SCHEMA_FIELD_TOTAL_PRICE,
	SCHEMA_FIELD_ITEM_DISCOUNTS,
	SCHEMA_FIELD_TAX,
	SCHEMA_FIELDS,
	SCHEMA_IGNORED = SCHEMA_FIELDS,
	SCHEMA_UNKNOWN
};

/* Built once, then read by all threads. */
struct schema {
	struct schema_bucket {
		const struct schema_name *first;
		size_t n;
	} by_length[SCHEMA_OBJECTS][32];
};
void schema_init(struct schema *s);
enum schema_field schema_match(const struct schema *s, enum schema_object object, struct str name);

/* What is looked into below a field: such an object, or a list of them. */
struct schema_inside {
	enum schema_object object; /* SCHEMA_OBJECTS: nothing */
	bool listed;
};
struct schema_inside schema_inside(enum schema_field field);

/* Where the values of one object's fields are in its tape; 0: missing. */
struct schema_slots {
	uint32_t at[SCHEMA_FIELDS];
};

/* -- Unknown names -- */

/* The unknown fields of one record: their paths from the entity down as numbers of ${words}.  An
 * element of a list may give one again.  Zero-initialisable. */
struct schema_unknown {
	struct intern *words;
	uint32_t *list;
	size_t n, cap;
};
void schema_unknown_release(struct schema_unknown *u);

/* schema_path_number(u, object, name): the number of the path to an object's field, say
 * "/order/totals/tip". */
uint32_t schema_path_number(
    const struct schema_unknown *u, enum schema_object object, struct str name);

/* schema_note(u, number): the record has the field of this path. */
void schema_note(struct schema_unknown *u, uint32_t number);

#endif /* RECORD_SCHEMA_H */
