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
add_items(struct arena *a, struct order_totals *sum, struct str items)
{
	struct item_words item;
	int rc;

	while ((rc = row_item_next(&items, &item)) > 0) {
		if (sum->items_n == sum->items_cap) {
			size_t cap = sum->items_cap == 0 ? 32 : 2 * sum->items_cap;
			uint32_t *p = arena_array(a, cap, sizeof(*p));
			uint32_t *c = arena_array(a, cap, sizeof(*c));

			if (sum->items_n > 0) {
				memcpy(p, sum->products, sum->items_n * sizeof(*p));
				memcpy(c, sum->categories, sum->items_n * sizeof(*c));
			}
			sum->products = p;
			sum->categories = c;
			sum->items_cap = cap;
		}
		sum->products[sum->items_n] = item.product;
		sum->categories[sum->items_n++] = item.category;
	}
	return rc;
}

int
totals_add(struct arena *a, struct order_totals *sum, struct str id, const struct sale *sale,
    struct order_kind kind, struct err *e)
{
	sum->orders++;
	if (is_later(sale->created, id, sum->latest, sum->latest_id)) {
		sum->latest = sale->created;
		sum->latest_id = id;
		sum->latest_type = sale->type;
		sum->latest_status = sale->status;
		sum->latest_voided = sale->voided;
	}
	if (kind.completed && __builtin_add_overflow(sum->spent, sale->total, &sum->spent))
		return err_set(e, ERR_FAILED, "a customer's orders are too large to add up");
	if (!kind.purchase)
		return 0;
	if (sum->purchases++ == 0 || sale->time < sum->first)
		sum->first = sale->time;
	if (is_later(sale->time, id, sum->last, sum->last_id)) {
		sum->last = sale->time;
		sum->last_id = id;
		sum->last_budtender = sale->budtender;
	}
	if (add_items(a, sum, sale->items) < 0)
		return state_broken(e, "a sale's items");
	return 0;
}
