/* Goal: the strict way notes each value that is read, and unknown fields in
 * their order. */
#include "record/outline.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "support/quoted.h"

struct outlined {
	struct schema schema;
	struct intern words;
	struct schema_unknown unknown;
	struct outline o;
	struct arena a;
	struct json_fault f;
};

static bool
outline_of(struct outlined *g, enum schema_object object, const char *text)
{
	*g = (struct outlined){ .unknown = { .words = &g->words } };
	schema_init(&g->schema);
	return outline_strict(&g->o, &g->schema, object, quoted(&g->a, text), &g->unknown, &g->f);
}

static void
end(struct outlined *g)
{
	outline_release(&g->o);
	schema_unknown_release(&g->unknown);
	intern_release(&g->words);
	arena_release(&g->a);
}

static bool
slot_is(const struct outlined *g, uint32_t node, const char *text)
{
	return node != 0 && str_eq(json_raw(&g->o.tape, node), str_c(text));
}

static bool
notes(const struct outlined *g, const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n && i < g->unknown.n; i++)
		if (!str_eq(g->words.texts[g->unknown.list[i]], str_c(paths[i])))
			return false;
	return g->unknown.n == n;
}

Test(outline, slots_say_where_the_values_lie)
{
	static const char *const unknown[] = { "/customer/new", "/customer/groups/*/id" };
	struct outlined g;

	cr_assert(outline_of(&g, SCHEMA_CUSTOMER,
	    "{'zip':'1','new':{'id':1},'groups':[{'id':2,'name':3}],"
	    "'\\u0069d':[3]}"));
	cr_expect(slot_is(&g, g.o.own.at[SCHEMA_FIELD_ZIP], "\"1\""));
	cr_expect(slot_is(&g, g.o.own.at[SCHEMA_FIELD_ID], "[3]"));
	cr_expect(g.o.own.at[SCHEMA_FIELD_EMAIL] == 0);
	cr_expect(notes(&g, unknown, 2));
	end(&g);
}

Test(outline, items_and_totals_have_slots_of_their_own)
{
	static const char *const unknown[] = { "/order/itemsInCart/*/tax/*/z",
		"/order/itemsInCart/*/x", "/order/totals/t", "/order/payments/*/p", "/order/last" };
	struct outlined g;

	cr_assert(outline_of(&g, SCHEMA_ORDER,
	    "{'itemsInCart':[{'tax':[{'z':1},7],'x':2,'voided':true},null,8,"
	    "{'type':'Y'}],'totals':{'t':0,'finalTotal':5},"
	    "'payments':[{'p':1}],'last':1}"));
	cr_assert(g.o.items_n == 3, "null is none");
	cr_expect(slot_is(&g, g.o.items[0].slots.at[SCHEMA_FIELD_VOIDED], "true"));
	cr_expect(g.o.items[0].slots.at[SCHEMA_FIELD_TYPE] == 0);
	cr_expect(slot_is(&g, g.o.items[1].node, "8"));
	cr_expect(slot_is(&g, g.o.items[2].slots.at[SCHEMA_FIELD_TYPE], "\"Y\""));
	cr_expect(slot_is(&g, g.o.totals.at[SCHEMA_FIELD_FINAL_TOTAL], "5"));
	cr_expect(notes(&g, unknown, 5), "in the order of the text");
	end(&g);
}

Test(outline, what_is_not_what_it_should_be_is_not_looked_into)
{
	struct outlined g;

	cr_assert(outline_of(&g, SCHEMA_ORDER,
	    "{'itemsInCart':{'x':1},'totals':[{'t':0}],"
	    "'payments':[[{'p':1}]]}"));
	cr_expect(g.o.items_n == 0 && g.unknown.n == 0);
	end(&g);
}

Test(outline, an_outline_forgets_the_record_before)
{
	struct outlined g;

	cr_assert(outline_of(
	    &g, SCHEMA_ORDER, "{'id':1,'itemsInCart':[{}],'totals':{'finalTotal':5},'u':1}"));
	cr_assert(outline_strict(&g.o, &g.schema, SCHEMA_ORDER, STR("{}"), &g.unknown, &g.f));
	cr_expect(g.o.own.at[SCHEMA_FIELD_ID] == 0 && g.o.items_n == 0);
	cr_expect(g.o.totals.at[SCHEMA_FIELD_FINAL_TOTAL] == 0 && g.unknown.n == 0);
	end(&g);
}

Test(outline, a_fault_is_named)
{
	struct outlined g;

	cr_expect(!outline_of(&g, SCHEMA_ORDER, "{'a':1,'a':2}"));
	cr_expect_str_eq(g.f.what, "a repeated key");
	cr_expect(g.f.at == 7);
	end(&g);
	cr_expect(!outline_of(&g, SCHEMA_ORDER, "[1]"));
	cr_expect_str_eq(g.f.what, "no object");
	cr_expect(g.f.at == 0);
	end(&g);
}
