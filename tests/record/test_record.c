/* Goal: of a customer only the id quarantines; what else cannot be read is dropped and told; ids
 * and unknown fields are told as the contract means it. */
#include <stdio.h>

#include "base/timestamp.h"
#include "reader.h"

static void
expect_texts(const struct customer *c)
{
	const struct {
		struct str have;
		const char *want;
	} rows[] = { { c->id, "c1" }, { c->type, "recCustomer" }, { c->name, "Jane Doe" },
		{ c->first_name, "7" }, { c->last_name, "D" }, { c->phone, "3035551234" },
		{ c->email, "e" }, { c->street1, "s1" }, { c->street2, "s2" }, { c->city, "c" },
		{ c->state, "CO" }, { c->zip, "80202" }, { c->med_id, "m" },
		{ c->birth_date, "1990-05-15" }, { c->points, "12.5" } };

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect(str_eq(rows[i].have, str_c(rows[i].want)), "%s", rows[i].want);
}

Test(record, a_customer_is_read_whole)
{
	struct reader g;

	reader_begin(&g);
	cr_assert(read_customer(&g, "{'id':' c1 ','type':' recCustomer','name':'Jane\\u0000Doe',"
	                            "'firstName':7,'lastName':'D','phone':3035551234,'email':'e',"
	                            "'streetAddress1':'s1','streetAddress2':'s2','city':'c',"
	                            "'state':'CO','zip':80202,'medId':'m','birthDate':'1990-05-15',"
	                            "'isLoyal':'True','loyaltyPoints':'12.50',"
	                            "'consentsToPromotionalEmail':true,"
	                            "'consentsToPromotionalSMS':false,"
	                            "'createdAt':'2026-01-01T00:00:00Z'}"));

	expect_texts(&g.c);
	cr_expect(g.c.is_loyal == TRI_TRUE);
	cr_expect(g.c.email_consent == TRI_TRUE);
	cr_expect(g.c.text_consent == TRI_FALSE);
	cr_expect(g.c.created == INT64_C(1767225600) * TIMESTAMP_SECOND);
	cr_expect(g.r.unknown.n == 0, "all names are known");
	reader_end(&g);
}

Test(record, an_id_is_all_a_customer_needs)
{
	struct reader g;

	reader_begin(&g);
	cr_assert(read_customer(&g, "{'id':1}"));
	cr_expect(str_eq(g.c.id, STR("1")));
	cr_expect(g.c.name.n == 0 && g.c.points.n == 0);
	cr_expect(g.c.is_loyal == TRI_ABSENT && g.c.created == TIMESTAMP_NONE);
	reader_end(&g);
}

Test(record, a_customers_unreadable_field_is_dropped_and_told)
{
	static const char *const texts[] = { "type", "name", "firstName", "lastName", "phone",
		"email", "streetAddress1", "streetAddress2", "city", "state", "zip", "country",
		"medId" };
	static const char *const bad_text[] = { "true", "{}", "['a']" };
	static const char *const flags[] = { "isLoyal", "consentsToPromotionalEmail",
		"consentsToPromotionalSMS" };
	static const char *const bad_flag[] = { "2", "'maybe'", "[]" };
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(texts) + COUNT(flags); i++) {
		bool is_text = i < COUNT(texts);
		const char *name = is_text ? texts[i] : flags[i - COUNT(texts)];

		for (size_t k = 0; k < 3; k++) {
			const char *value = is_text ? bad_text[k] : bad_flag[k];
			struct str text = str_printf(&g.a, "{'id':'c1','%s':%s}", name, value);
			struct str shown = quoted(&g.a, value);

			if (shown.p[0] == '"')
				shown = str_of(shown.p + 1, shown.n - 2);
			cr_assert(read_customer(&g, str_z(&g.a, text)), "%s", text.p);
			cr_expect(g.c.drops.n == 1 &&
			              str_eq(g.c.drops.list[0].field, str_c(name)) &&
			              str_eq(g.c.drops.list[0].value, shown) &&
			              g.c.drops.list[0].reason == DROPPED_UNREADABLE,
			    "%s", text.p);
		}
	}
	reader_end(&g);
}

Test(record, a_customers_drops_have_their_reasons)
{
	static const struct {
		const char *members, *want;
	} rows[] = {
		{ "'loyaltyPoints':'1,000'", "loyaltyPoints=1,000 unreadable" },
		{ "'createdAt':'yesterday'", "createdAt=yesterday unreadable" },
		{ "'createdAt':'1850-01-01'", "" },
		{ "'createdAt':{'a': [1.50, 'b c'] }",
		    "createdAt={\"a\":[1.50,\"b c\"]} unreadable" },
		{ "'birthDate':true", "birthDate=true unreadable" },
		{ "'birthDate':19900515", "birthDate=19900515 unreadable" },
		{ "'birthDate':' 5/15/90 '", "birthDate=5/15/90 unreadable" },
		{ "'birthDate':'1899-12-31'", "birthDate=1899-12-31 out-of-range" },
		{ "'birthDate':'2026-06-15'", "" },
		{ "'birthDate':'2026-06-16'", "birthDate=2026-06-16 out-of-range" },
		{ "'birthDate':''", "" },
		{ "'email':'n/a'", "email=n/a unreadable" },
		{ "'email':'NONE@none.com, x'", "email=NONE@none.com, x placeholder" },
		{ "'email':'NONE@none.com, x@y.com'", "" },
		{ "'email':''", "" },
		{ "'phone':5", "phone=5 unreadable" },
		{ "'phone':'555-555-5555'", "phone=555-555-5555 placeholder" },
		{ "'phone':'(720) 555-0100 x5'", "phone=(720) 555-0100 x5 placeholder" },
		{ "'phone':'(720) 555-0101 x5'", "" },
		{ "'phone':'(720) 555-0101','country':'DE'", "phone=(720) 555-0101 unreadable" },
		{ "'phone':'(720) 555-0101','country':'Canada'", "" },
		{ "'phone':'(720) 555-0101','country':[]", "country=[] unreadable" },
		{ "'zip':'nowhere','state':'?'", "" },
		{ "'updatedAt':[],'stateId':{},'groups':7,'customerId':[]", "" },
		{ "'email':'\\u0000a\\ud83d\\u0007b '", "email=a\xef\xbf\xbd b unreadable" },
		{ "'city':['\\ud83d\\u0007']", "city=[\"\\ufffd\\u0007\"] unreadable" },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = str_printf(&g.a, "{'id':'c1',%s}", rows[i].members);

		cr_assert(read_customer(&g, str_z(&g.a, text)), "%s", rows[i].members);
		expect_drops(&g, &g.c.drops, rows[i].want, rows[i].members);
	}
	reader_end(&g);
}

Test(record, a_dropped_value_is_cut_at_80_characters)
{
	static const char e[] = "\xc3\xa9";
	struct reader g;
	struct buf b = { 0 };

	reader_begin(&g);
	buf_z(&b, "{'id':'c1','email':'");
	for (size_t i = 0; i < DROP_VALUE_MAX + 1; i++)
		buf_z(&b, e);
	buf_z(&b, "'}");
	buf_char(&b, '\0');
	cr_assert(read_customer(&g, b.p));
	cr_assert(g.c.drops.n == 1);
	cr_expect(g.c.drops.list[0].value.n == (sizeof(e) - 1) * DROP_VALUE_MAX);
	buf_release(&b);
	reader_end(&g);
}

Test(record, a_consent_that_cannot_be_read_is_no_answer)
{
	struct reader g;

	reader_begin(&g);
	cr_assert(read_customer(&g, "{'id':'c1','consentsToPromotionalEmail':'unclear',"
	                            "'consentsToPromotionalSMS':'no'}"));
	cr_expect(g.c.email_consent == TRI_ABSENT && g.c.email_consent_unread);
	cr_expect(g.c.text_consent == TRI_FALSE && !g.c.text_consent_unread);
	cr_assert(read_customer(&g, "{'id':'c1','consentsToPromotionalSMS':null}"));
	cr_expect(!g.c.email_consent_unread && !g.c.text_consent_unread);
	reader_end(&g);
}

Test(record, a_birthdate_that_is_no_text_is_no_date)
{
	struct reader g;

	reader_begin(&g);
	cr_expect(read_customer(&g, "{'id':'c1','birthDate':{}}"));
	cr_expect(str_eq(g.c.birth_date, STR("?")));
	cr_expect(read_customer(&g, "{'id':'c1','birthDate':null}"));
	cr_expect(g.c.birth_date.n == 0);
	reader_end(&g);
}

Test(record, the_first_present_id_of_the_chain_counts)
{
	static const struct {
		const char *text;
		bool is_order;
		const char *want; /* NULL: none */
	} rows[] = {
		{ "{'id':'a','_id':'b'}", false, "a" },
		{ "{'id':null,'_id':'b'}", false, "b" },
		{ "{'id':'','_id':5}", false, "5" },
		{ "{'_id':'b','id':' '}", false, "b" },
		{ "{'orderId':'z'}", false, NULL },
		{ "{'id':'','_id':null,'orderId':'z'}", true, "z" },
		{ "{'orderId':'z','id':'a'}", true, "a" },
		{ "{'id':true,'_id':'b'}", false, NULL },
		{ "{'id':1.5,'_id':'b'}", true, NULL },
		{ "{'_id':{},'orderId':'z'}", true, NULL },
		{ "{'ID':'a'}", false, NULL },
		{ "{}", false, NULL },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str id;

		if (rows[i].is_order)
			(void)read_order(&g, rows[i].text);
		else
			(void)read_customer(&g, rows[i].text);
		id = rows[i].is_order ? g.o.id : g.c.id;
		if (rows[i].want == NULL)
			cr_expect(
			    says(g.f.what, "no usable id") && !g.f.has_id, "%s", rows[i].text);
		else
			cr_expect(
			    str_eq(id, str_c(rows[i].want)), "%s: %.*s", rows[i].text, STR_ARG(id));
	}
	reader_end(&g);
}

Test(record, what_is_no_json_object_has_no_id)
{
	static const struct {
		const char *text, *what;
	} rows[] = {
		{ "", NULL },
		{ "[]", "no object" },
		{ "7", "no object" },
		{ "'text'", "no object" },
		{ "{'id':'a',}", NULL },
		{ "{'id':'a','id':'a'}", NULL },
		{ "{'id':'a','x':01}", NULL },
		{ "{'id':'a','x':'\x01'}", NULL },
		{ "{'id':'a','x':'\xff'}", NULL },
		{ "{'id':'a'} {}", NULL },
	};
	struct reader g;

	reader_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(!read_customer(&g, rows[i].text), "%s", rows[i].text);
		cr_expect(g.f.what != NULL && !g.f.has_id && g.f.id.n == 0, "%s", rows[i].text);
		if (rows[i].what != NULL)
			cr_expect(says(g.f.what, rows[i].what), "%s", rows[i].text);
	}
	reader_end(&g);
}

Test(record, unknown_fields_are_noted_where_they_lie)
{
	static const char *const want[] = { "/order/a~1b", "/order/~0", "/order/totals/tip",
		"/order/itemsInCart/*/x", "/order/itemsInCart/*/itemDiscounts/*/y",
		"/order/itemsInCart/*/tax/*/z", "/order/payments/*/ID", "/order/\xc3\xa9" };
	struct reader g;

	reader_begin(&g);
	cr_assert(read_order_with(&g, "'a/b':1,'~':{'deep':1},'totals':{'tip':1},"
	                              "'itemsInCart':[{'x':1,'itemDiscounts':[{'y':1}],"
	                              "'tax':[{'z':1},7]},{'x':2,'voided':true}],"
	                              "'payments':[{'ID':1}],'\\u00e9':1"));

	cr_expect(g.words.n == COUNT(want) + 1, "%u names", g.words.n);
	for (size_t i = 0; i < COUNT(want); i++)
		cr_expect(intern_find(&g.words, str_c(want[i])) != 0, "%s", want[i]);
	cr_expect(g.r.unknown.n == COUNT(want) + 1, "x comes twice");
	reader_end(&g);
}

Test(record, a_name_with_escapes_is_the_name_it_means)
{
	struct reader g;

	reader_begin(&g);
	cr_assert(read_customer(&g, "{'\\u0069d':'c1','ci\\u0074y':'X'}"));
	cr_expect(str_eq(g.c.id, STR("c1")) && str_eq(g.c.city, STR("X")));
	cr_expect(g.r.unknown.n == 0);
	reader_end(&g);
}

Test(record, a_customer_packed_comes_out_the_same)
{
	struct reader g;
	struct buf row = { 0 }, again = { 0 };
	struct customer out = { .id = STR("kept") };

	reader_begin(&g);
	cr_assert(
	    read_customer(&g, "{'id':'c1','type':'t','name':'n','firstName':'f','lastName':'l',"
	                      "'phone':'p','email':'e','streetAddress1':'1',"
	                      "'streetAddress2':'2','city':'c','state':'s','zip':'z',"
	                      "'medId':'m','birthDate':'b','loyaltyPoints':-1.5,"
	                      "'country':'US','isLoyal':false,'consentsToPromotionalEmail':[],"
	                      "'consentsToPromotionalSMS':false,'createdAt':'0001-01-01'}"));

	record_pack_customer(&row, &g.c);
	cr_assert(record_unpack_customer(buf_view(&row), &out));
	record_pack_customer(&again, &out);
	cr_expect(str_eq(buf_view(&row), buf_view(&again)));
	cr_expect(str_eq(out.id, STR("kept")), "the id is the key's");
	cr_expect(out.is_loyal == TRI_FALSE && out.created == g.c.created);
	cr_expect(str_eq(out.country, STR("US")));
	cr_expect(out.email_consent_unread && !out.text_consent_unread);
	for (size_t n = 0; n < row.n; n++)
		cr_expect(!record_unpack_customer(str_of(row.p, n), &out), "cut at %zu", n);
	buf_char(&row, '\0');
	cr_expect(!record_unpack_customer(buf_view(&row), &out), "a byte too many");
	buf_release(&row);
	buf_release(&again);
	reader_end(&g);
}
