#include "record/schema.h"

#include "base/arena.h"
#include "json/read.h"

struct schema_name {
	const char *name;
	enum schema_field field;
};

#define IGNORED(name)                                                                              \
	{                                                                                          \
		name, SCHEMA_IGNORED                                                               \
	}

/* Each list is sorted by the length of the names, as schema_init needs it. */
static const struct schema_name customer_names[] = {
	{ "id", SCHEMA_FIELD_ID },
	{ "_id", SCHEMA_FIELD_UNDERSCORE_ID },
	{ "zip", SCHEMA_FIELD_ZIP },
	{ "type", SCHEMA_FIELD_TYPE },
	{ "name", SCHEMA_FIELD_NAME },
	{ "city", SCHEMA_FIELD_CITY },
	{ "email", SCHEMA_FIELD_EMAIL },
	{ "phone", SCHEMA_FIELD_PHONE },
	{ "state", SCHEMA_FIELD_STATE },
	{ "medId", SCHEMA_FIELD_MED_ID },
	{ "groups", SCHEMA_FIELD_GROUPS },
	{ "country", SCHEMA_FIELD_COUNTRY },
	{ "isLoyal", SCHEMA_FIELD_IS_LOYAL },
	IGNORED("stateId"),
	{ "lastName", SCHEMA_FIELD_LAST_NAME },
	{ "createdAt", SCHEMA_FIELD_CREATED_AT },
	IGNORED("updatedAt"),
	{ "birthDate", SCHEMA_FIELD_BIRTH_DATE },
	{ "firstName", SCHEMA_FIELD_FIRST_NAME },
	{ "loyaltyPoints", SCHEMA_FIELD_LOYALTY_POINTS },
	{ "streetAddress1", SCHEMA_FIELD_STREET1 },
	{ "streetAddress2", SCHEMA_FIELD_STREET2 },
	IGNORED("medIdExpiration"),
	{ "consentsToPromotionalSMS", SCHEMA_FIELD_TEXT_CONSENT },
	{ "consentsToPromotionalEmail", SCHEMA_FIELD_EMAIL_CONSENT },
};

static const struct schema_name group_names[] = {
	IGNORED("name"),
};

static const struct schema_name order_names[] = {
	{ "id", SCHEMA_FIELD_ID },
	{ "_id", SCHEMA_FIELD_UNDERSCORE_ID },
	IGNORED("name"),
	{ "voided", SCHEMA_FIELD_VOIDED },
	{ "totals", SCHEMA_FIELD_TOTALS },
	{ "orderId", SCHEMA_FIELD_ORDER_ID },
	IGNORED("clientId"),
	IGNORED("fullName"),
	{ "payments", SCHEMA_FIELD_PAYMENTS },
	{ "createdAt", SCHEMA_FIELD_CREATED_AT },
	{ "orderType", SCHEMA_FIELD_ORDER_TYPE },
	{ "budtender", SCHEMA_FIELD_BUDTENDER },
	{ "locationId", SCHEMA_FIELD_LOCATION_ID },
	{ "customerId", SCHEMA_FIELD_CUSTOMER_ID },
	{ "completedOn", SCHEMA_FIELD_COMPLETED_ON },
	{ "orderStatus", SCHEMA_FIELD_ORDER_STATUS },
	IGNORED("budtenderId"),
	IGNORED("fulfilledBy"),
	{ "itemsInCart", SCHEMA_FIELD_ITEMS },
	IGNORED("customerType"),
	IGNORED("currentPoints"),
	{ "originalSaleId", SCHEMA_FIELD_ORIGINAL_SALE },
};

static const struct schema_name totals_names[] = {
	IGNORED("subTotal"),
	IGNORED("SubTotal"),
	IGNORED("totalFees"),
	IGNORED("TotalFees"),
	{ "finalTotal", SCHEMA_FIELD_FINAL_TOTAL },
	{ "FinalTotal", SCHEMA_FIELD_FINAL_TOTAL_PASCAL },
	IGNORED("totalTaxes"),
	IGNORED("TotalTaxes"),
	IGNORED("totalDiscounts"),
	IGNORED("TotalDiscounts"),
};

static const struct schema_name item_names[] = {
	IGNORED("id"),
	IGNORED("sku"),
	{ "tax", SCHEMA_FIELD_TAX },
	{ "type", SCHEMA_FIELD_TYPE },
	IGNORED("brand"),
	{ "title1", SCHEMA_FIELD_TITLE1 },
	IGNORED("title2"),
	{ "voided", SCHEMA_FIELD_VOIDED },
	{ "quantity", SCHEMA_FIELD_QUANTITY },
	IGNORED("unitCost"),
	{ "category", SCHEMA_FIELD_CATEGORY },
	IGNORED("productId"),
	IGNORED("variantId"),
	IGNORED("unitPrice"),
	IGNORED("totalCost"),
	IGNORED("strainName"),
	{ "totalPrice", SCHEMA_FIELD_TOTAL_PRICE },
	{ "productName", SCHEMA_FIELD_PRODUCT_NAME },
	IGNORED("unitOfWeight"),
	{ "itemDiscounts", SCHEMA_FIELD_ITEM_DISCOUNTS },
	IGNORED("totalDiscounts"),
	IGNORED("parentProductId"),
};

static const struct schema_name discount_names[] = {
	IGNORED("_id"),
	IGNORED("name"),
	IGNORED("type"),
	IGNORED("quantity"),
	IGNORED("penniesOff"),
	IGNORED("percentOff"),
	IGNORED("discountAmount"),
	IGNORED("isCartDiscount"),
};

static const struct schema_name tax_names[] = {
	IGNORED("_id"),
	IGNORED("name"),
	IGNORED("appliesTo"),
	IGNORED("percentage"),
	IGNORED("thisTaxInPennies"),
};

static const struct schema_name payment_names[] = {
	IGNORED("_id"),
	IGNORED("amount"),
	IGNORED("paymentType"),
	IGNORED("loyaltyPoints"),
	IGNORED("balanceAfterPayment"),
};

#define LIST(path, names)                                                                          \
	{                                                                                          \
		path, names, sizeof(names) / sizeof((names)[0])                                    \
	}

static const struct {
	const char *path; /* from the entity down, a list being a star */
	const struct schema_name *names;
	size_t n;
} objects[SCHEMA_OBJECTS] = {
	[SCHEMA_CUSTOMER] = LIST("/customer", customer_names),
	[SCHEMA_GROUP] = LIST("/customer/groups/*", group_names),
	[SCHEMA_ORDER] = LIST("/order", order_names),
	[SCHEMA_TOTALS] = LIST("/order/totals", totals_names),
	[SCHEMA_ITEM] = LIST("/order/itemsInCart/*", item_names),
	[SCHEMA_DISCOUNT] = LIST("/order/itemsInCart/*/itemDiscounts/*", discount_names),
	[SCHEMA_TAX] = LIST("/order/itemsInCart/*/tax/*", tax_names),
	[SCHEMA_PAYMENT] = LIST("/order/payments/*", payment_names),
};

#define LENGTHS (sizeof(((struct schema *)0)->by_length[0]) / sizeof(struct schema_bucket))

void
schema_init(struct schema *s)
{
	*s = (struct schema){ 0 };
	for (size_t o = 0; o < SCHEMA_OBJECTS; o++) {
		for (size_t i = 0; i < objects[o].n; i++) {
			const struct schema_name *n = &objects[o].names[i];
			struct schema_bucket *b = &s->by_length[o][strlen(n->name)];

			if (b->n++ == 0)
				b->first = n;
		}
	}
}

enum schema_field
schema_match(const struct schema *s, enum schema_object object, struct str name)
{
	const struct schema_bucket *b;

	if (name.n >= LENGTHS)
		return SCHEMA_UNKNOWN;
	b = &s->by_length[object][name.n];
	for (size_t i = 0; i < b->n; i++) {
		const char *known = b->first[i].name;

		/* names of one length mostly differ in their first bytes */
		if (known[0] == name.p[0] && memcmp(known, name.p, name.n) == 0)
			return b->first[i].field;
	}
	return SCHEMA_UNKNOWN;
}

struct schema_inside
schema_inside(enum schema_field field)
{
	static const struct {
		enum schema_field field;
		struct schema_inside inside;
	} rows[] = {
		{ SCHEMA_FIELD_GROUPS, { SCHEMA_GROUP, true } },
		{ SCHEMA_FIELD_TOTALS, { SCHEMA_TOTALS, false } },
		{ SCHEMA_FIELD_ITEMS, { SCHEMA_ITEM, true } },
		{ SCHEMA_FIELD_PAYMENTS, { SCHEMA_PAYMENT, true } },
		{ SCHEMA_FIELD_ITEM_DISCOUNTS, { SCHEMA_DISCOUNT, true } },
		{ SCHEMA_FIELD_TAX, { SCHEMA_TAX, true } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].field == field)
			return rows[i].inside;
	return (struct schema_inside){ SCHEMA_OBJECTS, false };
}

uint32_t
schema_path_number(const struct schema_unknown *u, enum schema_object object, struct str name)
{
	struct buf b = { 0 };
	uint32_t number;

	buf_z(&b, objects[object].path);
	buf_char(&b, '/');
	json_pointer(&b, name);
	number = intern_add(u->words, buf_view(&b));
	buf_release(&b);
	return number;
}

void
schema_note(struct schema_unknown *u, uint32_t number)
{
	u->list = mem_grow(u->list, u->n, &u->cap, sizeof(*u->list));
	u->list[u->n++] = number;
}

void
schema_unknown_release(struct schema_unknown *u)
{
	mem_free(u->list);
	*u = (struct schema_unknown){ 0 };
}
