#include "erase/redact_order.h"

#include "record/field.h"

/* A list of what may stay, not of what goes: free text and fields nobody knows may name people. */
static const char *const order_members[] = { "id", "_id", "orderId", "clientId", "locationId",
	"createdAt", "completedOn", "orderStatus", "orderType", "voided", "originalSaleId",
	"totals", "itemsInCart", "budtender", NULL };
static const char *const totals_members[] = { "finalTotal", "FinalTotal", "subTotal", "SubTotal",
	"totalTaxes", "TotalTaxes", "totalFees", "TotalFees", "totalDiscounts", "TotalDiscounts",
	NULL };
static const char *const item_members[] = { "id", "productName", "title1", "category", "type",
	"brand", "quantity", "unitPrice", "totalPrice", "totalDiscounts", "voided", NULL };

struct keeping {
	struct arena *a;
	const struct json *j;
	struct buf *out;
};

static bool
is_listed(const struct keeping *g, uint32_t name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (json_is(g->j, name, str_c(*list)))
			return true;
	return false;
}

/* Missing, null and "" are one, and stay absent; anything else is no list and no object. */
static void
put_stand_in(const struct keeping *g, uint32_t node)
{
	struct str ignored;

	buf_z(g->out, field_text(g->a, g->j, node, &ignored) == FIELD_IS_ABSENT ? "null" : "0");
}

static void
keep_members(const struct keeping *g, uint32_t object, const char *const *list,
    void (*keep)(const struct keeping *g, uint32_t name, uint32_t value))
{
	const struct json_node *n = g->j->nodes;
	bool is_first = true;

	buf_char(g->out, '{');
	for (uint32_t i = object + 1, value; i < n[object].next; i = n[value].next) {
		value = n[i].next;
		if (!is_listed(g, i, list))
			continue;
		if (!is_first)
			buf_char(g->out, ',');
		is_first = false;
		buf_str(g->out, json_raw(g->j, i));
		buf_char(g->out, ':');
		keep(g, i, value);
	}
	buf_char(g->out, '}');
}

/* Where text or a number has to be. */
static void
keep_plain(const struct keeping *g, uint32_t name, uint32_t value)
{
	uint8_t kind = g->j->nodes[value].kind;

	(void)name;
	if (kind == JSON_ARRAY || kind == JSON_OBJECT)
		buf_z(g->out, "[]"); /* it could not be read before either */
	else
		buf_str(g->out, json_raw(g->j, value));
}

static void
keep_items(const struct keeping *g, uint32_t list)
{
	const struct json_node *n = g->j->nodes;

	if (n[list].kind != JSON_ARRAY) {
		put_stand_in(g, list);
		return;
	}
	buf_char(g->out, '[');
	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next) {
		if (i != list + 1)
			buf_char(g->out, ',');
		if (n[i].kind == JSON_OBJECT)
			keep_members(g, i, item_members, keep_plain);
		else
			buf_z(g->out, n[i].kind == JSON_NULL ? "null" : "0");
	}
	buf_char(g->out, ']');
}

static void
keep_totals(const struct keeping *g, uint32_t value)
{
	if (g->j->nodes[value].kind == JSON_OBJECT)
		keep_members(g, value, totals_members, keep_plain);
	else
		put_stand_in(g, value);
}

static void
keep_member(const struct keeping *g, uint32_t name, uint32_t value)
{
	if (json_is(g->j, name, STR("itemsInCart")))
		keep_items(g, value);
	else if (json_is(g->j, name, STR("totals")))
		keep_totals(g, value);
	else
		keep_plain(g, name, value);
}

void
redact_order(struct arena *a, const struct json *j, struct buf *out)
{
	const struct keeping g = { a, j, out };

	keep_members(&g, 0, order_members, keep_member);
}

/* ---- One member */

/* The first step of a pointer, taken off; empty: there is none. */
static struct str
take_step(struct str *path)
{
	struct str step = path->n > 0 ? str_from(*path, 1) : *path;
	const char *end = step.n == 0 ? NULL : memchr(step.p, '/', step.n);

	if (end != NULL)
		step.n = (size_t)(end - step.p);
	*path = str_from(*path, path->n > 0 ? step.n + 1 : 0);
	return step;
}

static bool
has(const char *const *list, struct str name)
{
	for (; *list != NULL; list++)
		if (str_eq(name, str_c(*list)))
			return true;
	return false;
}

/* What is left of the path leads to one item or into it. */
static bool
keep_in_items(const struct keeping *g, struct str path, uint32_t value)
{
	uint8_t kind = g->j->nodes[value].kind;

	(void)take_step(&path);
	if (path.n > 0) {
		if (!has(item_members, take_step(&path)) || path.n > 0)
			return false;
		keep_plain(g, value, value);
	} else if (kind == JSON_OBJECT) {
		keep_members(g, value, item_members, keep_plain);
	} else {
		buf_z(g->out, kind == JSON_NULL ? "null" : "0");
	}
	return true;
}

static bool
keep_at(const struct keeping *g, struct str path, uint32_t value)
{
	struct str name = take_step(&path);
	bool is_items = str_eq(name, STR("itemsInCart")), is_totals = str_eq(name, STR("totals"));
	bool is_inside = path.n > 0;

	if (!has(order_members, name))
		return false;
	if (is_items && is_inside)
		return keep_in_items(g, path, value);
	if (is_inside && (!is_totals || !has(totals_members, take_step(&path)) || path.n > 0))
		return false;
	if (is_items)
		keep_items(g, value);
	else if (is_totals && !is_inside)
		keep_totals(g, value);
	else
		keep_plain(g, value, value);
	return true;
}

bool
redact_order_member(struct arena *a, struct str path, struct str text, struct buf *out)
{
	struct json j = JSON_INIT;
	const struct keeping g = { a, &j, out };
	struct json_fault ignored;
	struct buf list = { 0 };
	bool stays;

	/* the root is nobody's member */
	buf_char(&list, '[');
	buf_str(&list, text);
	buf_char(&list, ']');
	stays = json_read(&j, buf_view(&list), &ignored) && j.nodes[0].count == 1 &&
	        keep_at(&g, path, 1);
	json_release(&j);
	buf_release(&list);
	return stays;
}
