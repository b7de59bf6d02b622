/* Goal: the names of the API are known, each in its own object alone. */
#include "record/schema.h"

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* As they stand in docs/flowhub.md. */
static const char *const names[SCHEMA_OBJECTS] = {
	[SCHEMA_CUSTOMER] = "id _id createdAt updatedAt type name birthDate isLoyal "
	                    "loyaltyPoints phone email streetAddress1 streetAddress2 city "
	                    "state zip country consentsToPromotionalEmail "
	                    "consentsToPromotionalSMS groups firstName lastName medId "
	                    "stateId medIdExpiration",
	[SCHEMA_GROUP] = "name",
	[SCHEMA_ORDER] = "id _id orderId clientId locationId createdAt completedOn "
	                 "orderStatus orderType voided originalSaleId customerId "
	                 "customerType name fullName currentPoints budtender budtenderId "
	                 "fulfilledBy totals itemsInCart payments",
	[SCHEMA_TOTALS] = "finalTotal subTotal totalDiscounts totalFees totalTaxes "
	                  "FinalTotal SubTotal TotalDiscounts TotalFees TotalTaxes",
	[SCHEMA_ITEM] = "id productId parentProductId variantId sku productName title1 "
	                "title2 brand category type strainName quantity unitOfWeight "
	                "unitPrice totalPrice unitCost totalCost totalDiscounts voided "
	                "itemDiscounts tax",
	[SCHEMA_DISCOUNT] = "_id name type discountAmount penniesOff percentOff "
	                    "isCartDiscount quantity",
	[SCHEMA_TAX] = "_id name percentage thisTaxInPennies appliesTo",
	[SCHEMA_PAYMENT] = "_id paymentType amount loyaltyPoints balanceAfterPayment",
};

/* The next name off the front of a list; empty at its end. */
static struct str
next_name(const char **list)
{
	const char *from = *list + strspn(*list, " ");
	size_t n = strcspn(from, " ");

	*list = from + n;
	return str_of(from, n);
}

Test(schema, every_name_of_the_api_is_known)
{
	struct schema s;

	schema_init(&s);
	for (size_t o = 0; o < SCHEMA_OBJECTS; o++) {
		const char *list = names[o];
		struct str name;

		while ((name = next_name(&list)).n > 0)
			cr_expect(schema_match(&s, (enum schema_object)o, name) != SCHEMA_UNKNOWN,
			    "%.*s of %zu", STR_ARG(name), o);
	}
}

Test(schema, a_name_that_is_nearly_one_is_unknown)
{
	static const char *const rows[] = { "", "I", "ID", "Id", "idd", "_ID", "e-mail", "Email",
		"emai", "emaill", "consentsToPromotionalEmai", "consentsToPromotionalEmails",
		"a-name-longer-than-any-that-the-api-has-ever-had", "finalTotal", "orderStatus" };
	struct schema s;

	schema_init(&s);
	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect(schema_match(&s, SCHEMA_CUSTOMER, str_c(rows[i])) == SCHEMA_UNKNOWN, "%s",
		    rows[i]);
	for (size_t n = 0; n < 64; n++) {
		char text[64];

		memset(text, 'x', sizeof(text));
		cr_expect(schema_match(&s, SCHEMA_ORDER, str_of(text, n)) == SCHEMA_UNKNOWN,
		    "%zu bytes", n);
	}
}

Test(schema, a_name_belongs_to_its_object)
{
	static const struct {
		enum schema_object object;
		const char *name;
		enum schema_field field;
	} rows[] = {
		{ SCHEMA_CUSTOMER, "name", SCHEMA_FIELD_NAME },
		{ SCHEMA_ORDER, "name", SCHEMA_IGNORED },
		{ SCHEMA_CUSTOMER, "orderId", SCHEMA_UNKNOWN },
		{ SCHEMA_ORDER, "orderId", SCHEMA_FIELD_ORDER_ID },
		{ SCHEMA_ITEM, "type", SCHEMA_FIELD_TYPE },
		{ SCHEMA_ORDER, "type", SCHEMA_UNKNOWN },
		{ SCHEMA_ITEM, "id", SCHEMA_IGNORED },
		{ SCHEMA_TOTALS, "FinalTotal", SCHEMA_FIELD_FINAL_TOTAL_PASCAL },
		{ SCHEMA_ORDER, "FinalTotal", SCHEMA_UNKNOWN },
		{ SCHEMA_PAYMENT, "loyaltyPoints", SCHEMA_IGNORED },
		{ SCHEMA_CUSTOMER, "loyaltyPoints", SCHEMA_FIELD_LOYALTY_POINTS },
	};
	struct schema s;

	schema_init(&s);
	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect(schema_match(&s, rows[i].object, str_c(rows[i].name)) == rows[i].field,
		    "row %zu", i);
}

Test(schema, a_path_leads_from_the_entity_down)
{
	static const struct {
		enum schema_object object;
		const char *name, *path;
	} rows[] = {
		{ SCHEMA_CUSTOMER, "x", "/customer/x" },
		{ SCHEMA_GROUP, "x", "/customer/groups/*/x" },
		{ SCHEMA_ORDER, "a/b~c", "/order/a~1b~0c" },
		{ SCHEMA_TOTALS, "", "/order/totals/" },
		{ SCHEMA_ITEM, "x", "/order/itemsInCart/*/x" },
		{ SCHEMA_DISCOUNT, "x", "/order/itemsInCart/*/itemDiscounts/*/x" },
		{ SCHEMA_TAX, "x", "/order/itemsInCart/*/tax/*/x" },
		{ SCHEMA_PAYMENT, "x", "/order/payments/*/x" },
	};
	struct intern words = { 0 };
	struct schema_unknown u = { .words = &words };

	for (uint32_t i = 0; i < COUNT(rows); i++) {
		cr_expect(schema_path_number(&u, rows[i].object, str_c(rows[i].name)) == i + 1);
		cr_expect(str_eq(words.texts[i + 1], str_c(rows[i].path)), "%.*s",
		    STR_ARG(words.texts[i + 1]));
	}
	cr_expect(u.n == 0, "a path is no field of a record");
	intern_release(&words);
}

Test(schema, only_six_fields_are_looked_into)
{
	unsigned n = 0, listed = 0;

	for (unsigned f = 0; f < SCHEMA_FIELDS; f++) {
		struct schema_inside in = schema_inside((enum schema_field)f);

		n += in.object != SCHEMA_OBJECTS;
		listed += in.listed;
	}
	cr_expect(n == 6 && listed == 5, "%u, %u", n, listed);
	cr_expect(schema_inside(SCHEMA_FIELD_TOTALS).object == SCHEMA_TOTALS);
	cr_expect(schema_inside(SCHEMA_FIELD_TAX).object == SCHEMA_TAX);
}
