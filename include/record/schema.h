/* schema.h -- the fields of a customer and an order that are known by name.
 *
 * Names are those of Flowhub's API as far as it is known (docs/oddities.md); a field that is not
 * among them is kept and diffed like any other and reported by name.
 */
#ifndef RECORD_SCHEMA_H
#define RECORD_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/intern.h"

/* Objects that occur, each with its own names. */
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
	FIELD_ID,
	FIELD__ID,
	FIELD_ORDER_ID,
	/* customer */
	FIELD_CREATED_AT,
	FIELD_TYPE,
	FIELD_NAME,
	FIELD_FIRST_NAME,
	FIELD_LAST_NAME,
	FIELD_BIRTH_DATE,
	FIELD_IS_LOYAL,
	FIELD_LOYALTY_POINTS,
	FIELD_PHONE,
	FIELD_EMAIL,
	FIELD_STREET1,
	FIELD_STREET2,
	FIELD_CITY,
	FIELD_STATE,
	FIELD_ZIP,
	FIELD_MED_ID,
	FIELD_EMAIL_CONSENT,
	FIELD_TEXT_CONSENT,
	FIELD_GROUPS,
	/* order */
	FIELD_COMPLETED_ON,
	FIELD_ORDER_STATUS,
	FIELD_ORDER_TYPE,
	FIELD_VOIDED,
	FIELD_ORIGINAL_SALE,
	FIELD_CUSTOMER_ID,
	FIELD_BUDTENDER,
	FIELD_TOTALS,
	FIELD_ITEMS,
	FIELD_PAYMENTS,
	/* totals */
	FIELD_FINAL_TOTAL,
	FIELD_FINAL_TOTAL_PASCAL,
	/* item */
	FIELD_PRODUCT_NAME,
	FIELD_TITLE1,
	FIELD_CATEGORY,
	FIELD_ITEM_DISCOUNTS,
	FIELD_TAX,
	FIELD_COUNT,
	SCHEMA_IGNORED = FIELD_COUNT,
	SCHEMA_UNKNOWN
};

/* A member name to its field: built once, then read by all threads. */
struct schema {
	struct schema_bucket {
		const struct schema_name *first;
		size_t n;
	} by_length[SCHEMA_OBJECTS][32];
};
void schema_init(struct schema *s);
enum schema_field schema_match(const struct schema *s, enum schema_object object, struct str name);

/* Where the values of one object's fields are in its tape; 0: missing. */
struct schema_slots {
	uint32_t at[FIELD_COUNT];
};

/* Unknown fields of one record: their paths from the entity down as numbers of ${words}; one may
 * stand there more than once (array elements). Zero-initialisable. */
struct schema_unknown {
	struct intern *words;
	uint32_t *list;
	size_t n, cap;
};
void schema_unknown_release(struct schema_unknown *u);

/* schema_path_number(u, object, name): the number of the path to an object's field
 * ("/order/totals/tip"). */
uint32_t schema_path_number(
    const struct schema_unknown *u, enum schema_object object, struct str name);

/* schema_note(u, number): the record has the field of this path. */
void schema_note(struct schema_unknown *u, uint32_t number);

/* What is looked into below a field: such an object, or a list of them. */
struct schema_inside {
	enum schema_object object; /* SCHEMA_OBJECTS: nothing */
	bool listed;
};
struct schema_inside schema_inside(enum schema_field field);

#endif /* RECORD_SCHEMA_H */
