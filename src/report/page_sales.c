#include "report/page_sales.h"

#include "base/arena.h"
#include "report/chart.h"
#include "report/html.h"
#include "report/layout.h"

/* Of the chart, in units. */
#define MONEY_BASE 96
#define MONEY_HEIGHT 120

/* -- Money and orders -- */

static void
add_money_hits(struct chart *c, const struct report_model *m)
{
	for (size_t i = 0; i < m->buckets_n; i++) {
		const struct report_bucket *x = &m->buckets[i];

		chart_hit(c, i, MONEY_HEIGHT);
		layout_step(c->b, m, i);
		buf_z(c->b, ": ");
		html_plural(c->b, x->purchases, "purchase, ", "purchases, ");
		html_money(c->b, x->completed);
		chart_hit_end(c);
	}
}

static void
add_dollars(struct buf *b, uint64_t cents)
{
	html_money(b, (int64_t)cents);
}

static void
add_money_chart(struct buf *b, const struct report_model *m)
{
	struct arena a = { 0 };
	int64_t *completed = layout_series(&a, m), *refunded = layout_series(&a, m), most;
	struct chart_series up = { "c1", completed, CHART_FULL },
	                    down = { "c2", refunded, CHART_NARROW };
	struct chart c;

	for (size_t i = 0; i < m->buckets_n; i++) {
		completed[i] = m->buckets[i].completed;
		refunded[i] = m->buckets[i].refunded;
	}
	most = chart_most(&up, 1, m->buckets_n);
	buf_z(b, "<figure>");
	layout_highest(b, completed, m->buckets_n, add_dollars);
	c = chart_begin(b, m->buckets_n, MONEY_HEIGHT, "wide",
	    STR("Purchases (up) and refunds (down) in dollars over time"));
	chart_bars(&c, &up, 1, most, MONEY_BASE, MONEY_BASE - 2, false);
	chart_bars(&c, &down, 1, most, MONEY_BASE, MONEY_BASE - 2, true);
	chart_baseline(&c, MONEY_BASE);
	add_money_hits(&c, m);
	chart_end(&c);
	layout_axis(b, m);
	buf_z(b, "<ul class=\"key\">");
	layout_key(b, "c1", CHART_FULL, "purchases");
	layout_key(b, "c2", CHART_NARROW, "refunds");
	buf_z(b, "</ul></figure>\n");
	arena_release(&a);
}

static bool
add_money_row(struct buf *b, const struct report_model *m, size_t i, const void *context)
{
	const struct report_bucket *x = &m->buckets[i];

	(void)context;
	layout_cell(b, x->purchases);
	layout_cell_money(b, x->completed);
	layout_cell(b, x->refunds);
	layout_cell_money(b, x->refunded);
	layout_cell(b, x->guest_purchases);
	layout_cell(b, x->unknown_purchases);
	layout_cell(b, x->voided_later);
	return true;
}

static bool
has_buyers(const struct report_model *m)
{
	bool has = false;

	for (size_t i = 0; i < 4 && !has; i++)
		has = m->purchases_of[i] > 0;
	return has;
}

static void
add_customers(struct buf *b, const struct report_model *m)
{
	static const char *const names[] = { "1 order", "2 orders", "3 to 5 orders",
		"6 orders and more" };
	uint64_t most = 0;

	for (size_t i = 0; i < 4; i++)
		most = m->purchases_of[i] > most ? m->purchases_of[i] : most;
	buf_z(b,
	    "<div class=\"two\">\n<table><caption>Customers by their number of orders</caption>");
	layout_columns(b, "Orders|Customers|");
	for (size_t i = 0; i < 4; i++) {
		buf_printf(b, "<tr><th scope=\"row\">%s</th>", names[i]);
		layout_cell(b, m->purchases_of[i]);
		buf_z(b, "<td class=\"bar\">");
		chart_share(b, m->purchases_of[i], most);
		buf_z(b, "</td></tr>\n");
	}
	buf_z(b, "</tbody></table>\n<table><caption>What customers with an order have spent in "
	         "all: on average ");
	html_money(b, m->spent_mean);
	buf_z(b, "</caption>");
	layout_columns(b, "Of these customers|spent at most");
	static const char *const parts[] = { "the least", "a quarter", "half", "three quarters",
		"all" };
	for (size_t i = 0; i < 5; i++) {
		buf_printf(b, "<tr><th scope=\"row\">%s</th>", parts[i]);
		layout_cell_money(b, m->spent[i]);
		buf_z(b, "</tr>\n");
	}
	buf_z(b, "</tbody></table>\n</div>\n");
}

static void
add_statuses(struct buf *b, const struct report_model *m)
{
	buf_z(b, "<table class=\"short\"><caption>Orders by status</caption>");
	layout_columns(b, "Status|Orders|Dollars");
	for (size_t i = 0; i < m->statuses_n; i++) {
		buf_z(b, "<tr><th scope=\"row\">");
		if (m->statuses[i].name.n > 0)
			html_name(b, m->statuses[i].name);
		else
			buf_z(b, "none");
		buf_z(b, "</th>");
		layout_cell(b, m->statuses[i].n);
		layout_cell_money(b, m->status_cents[i]);
		buf_z(b, "</tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

static void
add_money(struct buf *b, const struct report_model *m)
{
	layout_heading(b, "Money and orders", NULL);
	buf_z(b, "<p>");
	html_plural(b, m->orders, "order", "orders");
	buf_z(b, ", ");
	html_money(b, m->completed);
	buf_z(b, " of completed sales: ");
	html_money(b, m->profiles);
	buf_z(b, " of customers, ");
	html_money(b, m->guest);
	buf_z(b, " of guests, ");
	html_money(b, m->unattributed);
	buf_z(b, " of customers whose record has not come yet.</p>\n");
	add_money_chart(b, m);
	layout_numbers(b, m, "Orders by the time at which they were completed, as they stand now",
	    "When|Purchases|Dollars|Refunds|Dollars|Of guests|Of unknown customers|Voided later",
	    add_money_row, NULL);
	if (has_buyers(m))
		add_customers(b, m);
	add_statuses(b, m);
}

/* -- Products -- */

static void
add_values(struct buf *b, const char *caption, const struct report_value *list, size_t n)
{
	buf_printf(b, "<table><caption>%s</caption>", caption);
	layout_columns(b, "Name, as a rule needs it|Customers|");
	for (size_t i = 0; i < n; i++) {
		buf_z(b, "<tr><th scope=\"row\">");
		html_name(b, list[i].text);
		buf_z(b, "</th>");
		layout_cell(b, list[i].customers);
		buf_z(b, "<td class=\"bar\">");
		chart_share(b, list[i].customers, list[0].customers);
		buf_z(b, "</td></tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

static void
add_products(struct buf *b, const struct report_model *m)
{
	if (m->products_n == 0) {
		layout_heading(b, "What they bought", NULL);
		buf_z(b, "<p>No customer has bought anything yet.</p>\n");
		return;
	}
	layout_heading(b, "What they bought", "By the number of customers who ever bought it.");
	buf_z(b, "<div class=\"two\">\n");
	add_values(b, "Products", m->products, m->products_n);
	add_values(b, "Categories", m->categories, m->categories_n);
	buf_z(b, "</div>\n");
}

void
page_sales(struct buf *b, const struct report_model *m)
{
	add_money(b, m);
	add_products(b, m);
}
