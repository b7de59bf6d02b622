/* Goal: the names of the API are known, each in its own object alone. */
#include "ledger/schema.h"

#include <criterion/criterion.h>

#include "base/json.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* As they stand in docs/flowhub.md. */
static const char *const names[SCHEMA_OBJECTS] = {
	[SCHEMA_CUSTOMER] =
	    "id _id createdAt updatedAt type name birthDate isLoyal "
	    "loyaltyPoints phone email streetAddress1 streetAddress2 city "
	    "state zip country consentsToPromotionalEmail "
	    "consentsToPromotionalSMS groups firstName lastName medId "
	    "stateId medIdExpiration",
	[SCHEMA_GROUP] = "name",
	[SCHEMA_ORDER] =
	    "id _id orderId clientId locationId createdAt completedOn "
	    "orderStatus orderType voided originalSaleId customerId "
	    "customerType name fullName currentPoints budtender budtenderId "
	    "fulfilledBy totals itemsInCart payments",
	[SCHEMA_TOTALS] =
	    "finalTotal subTotal totalDiscounts totalFees totalTaxes "
	    "FinalTotal SubTotal TotalDiscounts TotalFees TotalTaxes",
	[SCHEMA_ITEM] =
	    "id productId parentProductId variantId sku productName title1 "
	    "title2 brand category type strainName quantity unitOfWeight "
	    "unitPrice totalPrice unitCost totalCost totalDiscounts voided "
	    "itemDiscounts tax",
	[SCHEMA_DISCOUNT] =
	    "_id name type discountAmount penniesOff percentOff "
	    "isCartDiscount quantity",
	[SCHEMA_TAX] = "_id name percentage thisTaxInPennies appliesTo",
	[SCHEMA_PAYMENT] =
	    "_id paymentType amount loyaltyPoints balanceAfterPayment",
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
			cr_expect(schema_match(&s, (enum schema_object)o,
				      name) != SCHEMA_UNKNOWN,
			    "%.*s of %zu", STR_ARG(name), o);
	}
}

Test(schema, a_name_that_is_nearly_one_is_unknown)
{
	static const char *const rows[] = { "", "I", "ID", "Id", "idd", "_ID",
		"e-mail", "Email", "emai", "emaill",
		"consentsToPromotionalEmai", "consentsToPromotionalEmails",
		"a-name-longer-than-any-that-the-api-has-ever-had",
		"finalTotal", "orderStatus" };
	struct schema s;

	schema_init(&s);
	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect(schema_match(&s, SCHEMA_CUSTOMER, str_c(rows[i])) ==
			      SCHEMA_UNKNOWN,
		    "%s", rows[i]);
	for (size_t n = 0; n < 64; n++) {
		char text[64];

		memset(text, 'x', sizeof(text));
		cr_expect(schema_match(&s, SCHEMA_ORDER, str_of(text, n)) ==
			      SCHEMA_UNKNOWN,
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
		{ SCHEMA_CUSTOMER, "name", FIELD_NAME },
		{ SCHEMA_ORDER, "name", SCHEMA_IGNORED },
		{ SCHEMA_CUSTOMER, "orderId", SCHEMA_UNKNOWN },
		{ SCHEMA_ORDER, "orderId", FIELD_ORDER_ID },
		{ SCHEMA_ITEM, "type", FIELD_TYPE },
		{ SCHEMA_ORDER, "type", SCHEMA_UNKNOWN },
		{ SCHEMA_ITEM, "id", SCHEMA_IGNORED },
		{ SCHEMA_TOTALS, "FinalTotal", FIELD_FINAL_TOTAL_PASCAL },
		{ SCHEMA_ORDER, "FinalTotal", SCHEMA_UNKNOWN },
		{ SCHEMA_PAYMENT, "loyaltyPoints", SCHEMA_IGNORED },
		{ SCHEMA_CUSTOMER, "loyaltyPoints", FIELD_LOYALTY_POINTS },
	};
	struct schema s;

	schema_init(&s);
	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect(schema_match(&s, rows[i].object,
			      str_c(rows[i].name)) == rows[i].field,
		    "row %zu", i);
}

Test(schema, slots_say_where_the_values_lie)
{
	struct schema s;
	struct schema_slots slots;
	struct words words = { 0 };
	struct schema_unknown unknown = { .words = &words };
	struct arena a = { 0 };
	struct json j = JSON_INIT;
	struct json_fault f;

	schema_init(&s);
	cr_assert(json_read(&j,
	    STR("{\"zip\":\"1\",\"new\":{\"id\":1},\"groups\":[{\"id\":2}],"
		"\"\\u0069d\":[3]}"),
	    &f));
	schema_slots(
	    &s, SCHEMA_CUSTOMER, &j, 0, &slots, &a, "/customer", &unknown);

	cr_expect(str_eq(json_raw(&j, slots.at[FIELD_ZIP]), STR("\"1\"")));
	cr_expect(str_eq(json_raw(&j, slots.at[FIELD_ID]), STR("[3]")));
	cr_expect(slots.at[FIELD_EMAIL] == 0);
	cr_expect(unknown.n == 1 && words.n == 2);
	cr_expect(str_eq(words.texts[1], STR("/customer/new")));
	json_release(&j);
	arena_release(&a);
	schema_unknown_release(&unknown);
	words_release(&words);
}
