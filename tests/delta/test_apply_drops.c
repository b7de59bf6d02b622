/* Goal: what could not be used of added and changed records is listed once, by entity, id, field;
 * never what a record that is unchanged, or a copy that does not count, has. */
#include "delta/apply_drops.h"

#include "support/account.h"

#define O(id, more) "{'id':'" id "','createdAt':'2026-01-01'" more "}"

static void
expect_drops(struct account *g, const char *want)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < g->result.drops_n; i++) {
		const struct apply_drop *d = &g->result.drops[i];

		buf_printf(&b, "%s %.*s %.*s=%.*s %s; ", record_entity_name(d->entity),
		    STR_ARG(d->id), STR_ARG(d->drop.field), STR_ARG(d->drop.value),
		    drop_reason_name(d->drop.reason));
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s, not %s", STR_ARG(buf_view(&b)), want);
	buf_release(&b);
}

static const struct {
	struct page pages[4];
	const char *want;
} steps[] = {
	{ { ORDERS("[" O("2", ",'budtender':[]") ",null," O("10", "") "]"),
	      CUSTOMERS("[{'id':'b','type':true,'city':{}},{'id':'a','zip':[1]},{'id':'c'}]") },
	    "customer a zip=[1] unreadable; customer b city={} unreadable; "
	    "customer b type=true unreadable; order 2 budtender=[] unreadable; " },
	{ { ORDERS("[" O("2", ",'budtender':[]") "," O("10", "") "]"),
	      CUSTOMERS("[{'id':'b','type':true,'city':{}},{'id':'a','zip':[1]},{'id':'c'}]") },
	    "" },
	{ { CUSTOMERS("[{ 'type':true,'id':'b','city':{}},{'id':'a','zip':[1.0]},{'id':'c'}]") },
	    "" },
	{ { CUSTOMERS("[{'id':'b','type':true,'city':[]},{'id':'a','zip':[1]},{'id':'c'}]"),
	      SOME_ORDERS("[" O("2", ",'budtender':{}") "," O("2", ",'budtender':''") "]") },
	    "customer b city=[] unreadable; customer b type=true unreadable; " },
	{ { CUSTOMERS("[{'id':'c'}]"), SOME_ORDERS("[" O("2", ",'completedOn':'2999-01-01'") "]") },
	    "order 2 completedOn=2999-01-01 out-of-range; " },
	{ { CUSTOMERS("[]"), ORDERS("[]") }, "" },
};

Test(apply_drops, those_of_added_and_changed_records_in_order)
{
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct account g;

		account_begin(&g);
		g.way = ways[i];
		for (size_t k = 0; k < COUNT(steps); k++) {
			account_apply(&g, steps[k].pages);
			expect_drops(&g, steps[k].want);
		}
		account_end(&g);
	}
}
