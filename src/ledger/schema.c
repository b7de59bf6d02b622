#include "ledger/schema.h"

#include "base/arena.h"
#include "base/json.h"

struct schema_name {
	const char *name;
	enum schema_field field;
};

#define IGNORED(name) { name, SCHEMA_IGNORED }

/* Each list is sorted by the length of the name; schema_init asserts nothing but finds the runs. */
static const struct schema_name customer_names[] = {
	{ "id", FIELD_ID },
	{ "_id", FIELD__ID },
	{ "zip", FIELD_ZIP },
	{ "type", FIELD_TYPE },
	{ "name", FIELD_NAME },
	{ "city", FIELD_CITY },
	{ "email", FIELD_EMAIL },
	{ "phone", FIELD_PHONE },
	{ "state", FIELD_STATE },
	{ "medId", FIELD_MED_ID },
	{ "groups", FIELD_GROUPS },
	IGNORED("country"),
	{ "isLoyal", FIELD_IS_LOYAL },
	IGNORED("stateId"),
	{ "lastName", FIELD_LAST_NAME },
	{ "createdAt", FIELD_CREATED_AT },
	IGNORED("updatedAt"),
	{ "birthDate", FIELD_BIRTH_DATE },
	{ "firstName", FIELD_FIRST_NAME },
	{ "loyaltyPoints", FIELD_LOYALTY_POINTS },
	{ "streetAddress1", FIELD_STREET1 },
	{ "streetAddress2", FIELD_STREET2 },
	IGNORED("medIdExpiration"),
	{ "consentsToPromotionalSMS", FIELD_TEXT_CONSENT },
	{ "consentsToPromotionalEmail", FIELD_EMAIL_CONSENT },
};

static const struct schema_name group_names[] = {
	IGNORED("name"),
};

static const struct schema_name order_names[] = {
	{ "id", FIELD_ID },
	{ "_id", FIELD__ID },
	IGNORED("name"),
	{ "voided", FIELD_VOIDED },
	{ "totals", FIELD_TOTALS },
	{ "orderId", FIELD_ORDER_ID },
	IGNORED("clientId"),
	IGNORED("fullName"),
	{ "payments", FIELD_PAYMENTS },
	{ "createdAt", FIELD_CREATED_AT },
	{ "orderType", FIELD_ORDER_TYPE },
	{ "budtender", FIELD_BUDTENDER },
	IGNORED("locationId"),
	{ "customerId", FIELD_CUSTOMER_ID },
	{ "completedOn", FIELD_COMPLETED_ON },
	{ "orderStatus", FIELD_ORDER_STATUS },
	IGNORED("budtenderId"),
	IGNORED("fulfilledBy"),
	{ "itemsInCart", FIELD_ITEMS },
	IGNORED("customerType"),
	IGNORED("currentPoints"),
	{ "originalSaleId", FIELD_ORIGINAL_SALE },
};

static const struct schema_name totals_names[] = {
	IGNORED("subTotal"),
	IGNORED("SubTotal"),
	IGNORED("totalFees"),
	IGNORED("TotalFees"),
	{ "finalTotal", FIELD_FINAL_TOTAL },
	{ "FinalTotal", FIELD_FINAL_TOTAL_PASCAL },
	IGNORED("totalTaxes"),
	IGNORED("TotalTaxes"),
	IGNORED("totalDiscounts"),
	IGNORED("TotalDiscounts"),
};

static const struct schema_name item_names[] = {
	IGNORED("id"),
	IGNORED("sku"),
	{ "tax", FIELD_TAX },
	{ "type", FIELD_TYPE },
	IGNORED("brand"),
	{ "title1", FIELD_TITLE1 },
	IGNORED("title2"),
	{ "voided", FIELD_VOIDED },
	IGNORED("quantity"),
	IGNORED("unitCost"),
	{ "category", FIELD_CATEGORY },
	IGNORED("productId"),
	IGNORED("variantId"),
	IGNORED("unitPrice"),
	IGNORED("totalCost"),
	IGNORED("strainName"),
	IGNORED("totalPrice"),
	{ "productName", FIELD_PRODUCT_NAME },
	IGNORED("unitOfWeight"),
	{ "itemDiscounts", FIELD_ITEM_DISCOUNTS },
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

#define LIST(names) { names, sizeof(names) / sizeof((names)[0]) }

static const struct {
	const struct schema_name *names;
	size_t n;
} objects[SCHEMA_OBJECTS] = {
	[SCHEMA_CUSTOMER] = LIST(customer_names),
	[SCHEMA_GROUP] = LIST(group_names),
	[SCHEMA_ORDER] = LIST(order_names),
	[SCHEMA_TOTALS] = LIST(totals_names),
	[SCHEMA_ITEM] = LIST(item_names),
	[SCHEMA_DISCOUNT] = LIST(discount_names),
	[SCHEMA_TAX] = LIST(tax_names),
	[SCHEMA_PAYMENT] = LIST(payment_names),
};

#define LENGTHS (sizeof(((struct schema *)0)->by_length[0]) / \
	sizeof(struct schema_bucket))

void
schema_init(struct schema *s)
{
	*s = (struct schema){ 0 };
	for (size_t o = 0; o < SCHEMA_OBJECTS; o++) {
		for (size_t i = 0; i < objects[o].n; i++) {
			const struct schema_name *n = &objects[o].names[i];
			struct schema_bucket *b =
			    &s->by_length[o][strlen(n->name)];

			if (b->n++ == 0)
				b->first = n;
		}
	}
}

enum schema_field
schema_match(
    const struct schema *s, enum schema_object object, struct str name)
{
	const struct schema_bucket *b;

	if (name.n >= LENGTHS)
		return SCHEMA_UNKNOWN;
	b = &s->by_length[object][name.n];
	for (size_t i = 0; i < b->n; i++) {
		const char *known = b->first[i].name;

		/* names of one length mostly differ in their first bytes */
		if (known[0] == name.p[0] &&
		    memcmp(known, name.p, name.n) == 0)
			return b->first[i].field;
	}
	return SCHEMA_UNKNOWN;
}

/* A name as a token of a JSON Pointer. */
static void
add_token(struct buf *b, struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '~')
			buf_z(b, "~0");
		else if (name.p[i] == '/')
			buf_z(b, "~1");
		else
			buf_char(b, name.p[i]);
	}
}

static void
note_unknown(struct schema_unknown *u, const char *where, struct str name)
{
	struct buf b = { 0 };

	buf_z(&b, where);
	buf_char(&b, '/');
	add_token(&b, name);
	if (u->n == u->cap) {
		u->cap = u->cap == 0 ? 16 : 2 * u->cap;
		u->list = mem_resize(u->list, u->cap, sizeof(*u->list));
	}
	u->list[u->n++] = words_add(u->words, buf_view(&b));
	buf_release(&b);
}

void
schema_unknown_release(struct schema_unknown *u)
{
	mem_free(u->list);
	*u = (struct schema_unknown){ 0 };
}

void
schema_slots(const struct schema *s, enum schema_object object,
    const struct json *j, uint32_t node, struct schema_slots *slots,
    struct arena *a, const char *where, struct schema_unknown *unknown)
{
	uint32_t i = node + 1;

	*slots = (struct schema_slots){ 0 };
	while (i < j->nodes[node].next) {
		const struct json_node *n = &j->nodes[i];
		struct str name = n->escaped
		    ? json_text(a, j, i)
		    : str_of(j->text.p + n->at + 1, n->len - 2);
		enum schema_field f = schema_match(s, object, name);

		if (f < FIELD_COUNT)
			slots->at[f] = n->next;
		else if (f == SCHEMA_UNKNOWN)
			note_unknown(unknown, where, name);
		i = j->nodes[n->next].next;
	}
}
