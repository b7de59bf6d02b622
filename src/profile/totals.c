#include "profile/totals.h"

#include "base/arena.h"

/* A later time, or the same time and the greater id. */
static bool
is_later(int64_t time, struct str id, int64_t best, struct str best_id)
{
	return time > best || (time == best && str_cmp(id, best_id) > 0);
}

/* Returns 0, or -1 if the list is broken. */
static int
add_items(struct arena *a, struct order_totals *t, struct str items)
{
	struct item_words item;
	int rc;

	while ((rc = row_item_next(&items, &item)) > 0) {
		size_t cap = t->items_cap; /* of both */

		t->products = arena_grow(a, t->products, t->items_n, &cap, sizeof(*t->products));
		t->categories =
		    arena_grow(a, t->categories, t->items_n, &t->items_cap, sizeof(*t->categories));
		t->products[t->items_n] = item.product;
		t->categories[t->items_n++] = item.category;
	}
	return rc;
}

/* Few customers buy at more than one. */
static void
add_location(struct arena *a, struct order_totals *t, uint32_t location)
{
	for (size_t i = 0; i < t->locations_n; i++)
		if (t->locations[i] == location)
			return;
	if (location == 0)
		return;
	t->locations =
	    arena_grow(a, t->locations, t->locations_n, &t->locations_cap, sizeof(*t->locations));
	t->locations[t->locations_n++] = location;
}

static void
list_order(struct arena *a, struct order_totals *t, const struct sale *sale, bool is_purchase)
{
	t->listed = arena_grow(a, t->listed, t->listed_n, &t->listed_cap, sizeof(*t->listed));
	t->listed[t->listed_n++] = (struct listed_order){ .time = sale->time,
		.cents = sale->total,
		.is_purchase = is_purchase,
		.location = row_sale_location(sale),
		.items = is_purchase ? str_copy(a, sale->items) : STR("") };
}

int
totals_add(struct arena *a, struct order_totals *t, struct str id, const struct sale *sale,
    struct order_kind kind, struct err *e)
{
	t->orders++;
	if (is_later(sale->created, id, t->latest, t->latest_id)) {
		t->latest = sale->created;
		t->latest_id = id;
		t->latest_type = sale->type;
		t->latest_status = sale->status;
		t->latest_voided = sale->voided;
	}
	if (kind.completed && __builtin_add_overflow(t->spent, sale->total, &t->spent))
		return err_set(e, ERR_FAILED, "a customer's orders are too large to add up");
	if (kind.completed && sale->time >= t->since)
		list_order(a, t, sale, kind.purchase);
	if (!kind.purchase)
		return 0;
	if (t->purchases++ == 0 || sale->time < t->first)
		t->first = sale->time;
	if (is_later(sale->time, id, t->last, t->last_id)) {
		t->last = sale->time;
		t->last_id = id;
		t->last_budtender = sale->budtender;
		t->last_location = row_sale_location(sale);
	}
	add_location(a, t, row_sale_location(sale));
	if (add_items(a, t, sale->items) < 0)
		return state_broken(e, "a sale's items");
	return 0;
}

int
totals_kind(struct state *s, const struct record_settings *settings, const struct sale *sale,
    struct order_kind *kind, struct err *e)
{
	struct str status;

	if (dictionary_text(&s->words, s->txn, sale->status, &status, e) < 0)
		return -1;
	*kind = record_order_kind(settings, status, sale->voided, sale->undoes_sale, sale->total);
	return 0;
}
