#include "profile/recent.h"

#include "base/arena.h"
#include "state/location_names.h"

static int
fill_order(struct arena *a, struct state *s, const struct listed_order *from,
    struct profile_order *o, struct err *e)
{
	struct str items = from->items;
	struct item_words item;
	uint32_t store;
	int rc;

	*o = (struct profile_order){
		.time = from->time, .cents = from->cents, .is_purchase = from->is_purchase
	};
	if (location_names_find(s, from->location, &store, e) < 0 ||
	    dictionary_text(&s->words, s->txn, store, &o->store, e) < 0)
		return -1;
	/* An item is at least two bytes. */
	o->products = arena_array(a, items.n / 2, sizeof(*o->products));
	o->categories = arena_array(a, items.n / 2, sizeof(*o->categories));
	while ((rc = row_item_next(&items, &item)) > 0) {
		size_t i = o->items_n++;

		if (dictionary_text(&s->words, s->txn, item.product, &o->products[i], e) < 0 ||
		    dictionary_text(&s->words, s->txn, item.category, &o->categories[i], e) < 0)
			return -1;
	}
	return rc < 0 ? state_broken(e, "a sale's items") : 0;
}

int
recent_fill(struct arena *a, struct state *s, const struct order_totals *t, struct profile *p,
    struct err *e)
{
	p->orders = arena_array(a, t->listed_n, sizeof(*p->orders));
	p->orders_n = t->listed_n;
	for (size_t i = 0; i < t->listed_n; i++)
		if (fill_order(a, s, &t->listed[i], &p->orders[i], e) < 0)
			return -1;
	return 0;
}
