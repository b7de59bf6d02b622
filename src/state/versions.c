#include "state/versions.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pack.h"
#include "state/buyers.h"
#include "record/field.h"

static struct str
version_key(struct buf *key, enum entity entity, struct str id)
{
	buf_reset(key);
	buf_char(key, (char)entity);
	pack_key_text(key, id);
	return buf_view(key);
}

int
versions_supersede(struct state *s, enum entity entity, struct str id, bool is_removed,
    struct place place, struct err *e)
{
	struct buf key = { 0 }, row = { 0 };
	int rc;

	(void)version_key(&key, entity, id);
	pack_key_u32(&key, (uint32_t)s->totals.applied);
	pack_u64(&row, is_removed);
	pack_u64(&row, place.snapshot);
	pack_u64(&row, place.page);
	pack_u64(&row, place.index);
	rc = kv_put(s->txn, TABLE_VERSIONS, buf_view(&key), buf_view(&row), e);
	buf_release(&key);
	buf_release(&row);
	return rc;
}

int
versions_former_order(struct state *s, uint32_t buyer, struct str order, struct err *e)
{
	struct buf key = { 0 };
	int rc = buyer == 0 ? 0
	                    : kv_put(s->txn, TABLE_FORMER_ORDERS,
	                          row_key_former(&key, buyer, order), STR(""), e);

	buf_release(&key);
	return rc;
}

static bool
unpack_version(struct str key, struct str row, struct version *v)
{
	struct unpack k = unpack_of(key), u = unpack_of(row);

	v->until = unpack_key_u32(&k);
	v->is_removed = unpack_u64(&u) != 0;
	v->place.snapshot = (uint32_t)unpack_u64(&u);
	v->place.page = (uint32_t)unpack_u64(&u);
	v->place.index = (uint32_t)unpack_u64(&u);
	return !u.bad && !k.bad && k.p == k.end;
}

/* Returns 1 and the place of the version in force, 0 if there is none. */
static int
current_place(struct state *s, enum entity entity, struct str id, struct place *out, struct err *e)
{
	struct known_customer customer;
	struct known_order order;
	struct str row;
	size_t table = entity == ENTITY_ORDER ? TABLE_ORDERS : TABLE_CUSTOMERS;
	int rc = kv_get(s->txn, table, id, &row, e);

	if (rc <= 0)
		return rc;
	if (entity == ENTITY_ORDER) {
		if (!known_order_unpack(row, &order))
			return state_broken(e, "an order's row");
		*out = order.place;
	} else {
		if (!known_customer_unpack(row, &customer))
			return state_broken(e, "a customer's row");
		*out = customer.place;
	}
	return 1;
}

static int
read_versions(struct kv_cur *c, struct str prefix, struct buf *found, struct err *e)
{
	struct str key, row;
	int rc = kv_seek(c, prefix, &key, &row, e);

	while (rc > 0 && str_starts(key, prefix)) {
		struct version v;

		if (!unpack_version(str_of(key.p + prefix.n, key.n - prefix.n), row, &v))
			return state_broken(e, "a version's row");
		buf_add(found, &v, sizeof(v));
		rc = kv_next(c, &key, &row, e);
	}
	return rc < 0 ? -1 : 0;
}

int
versions_list(struct arena *a, struct state *s, enum entity entity, struct str id,
    struct version **list, size_t *n, struct err *e)
{
	struct kv_cur *c;
	struct buf found = { 0 }, key = { 0 };
	struct version now = { 0 };
	int rc;

	*n = 0;
	if (id.n == 0 || id.n > ID_MAX)
		return 0;
	c = kv_cursor(s->txn, TABLE_VERSIONS, e);
	if (c == NULL)
		return -1;
	rc = read_versions(c, version_key(&key, entity, id), &found, e);
	if (rc == 0)
		rc = current_place(s, entity, id, &now.place, e);
	if (rc > 0)
		buf_add(&found, &now, sizeof(now));
	*n = found.n / sizeof(now);
	*list = arena_array(a, *n, sizeof(now));
	if (*n > 0)
		memcpy(*list, found.p, found.n);
	buf_release(&found);
	buf_release(&key);
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

/* The order's id in a key of the table. */
static bool
order_of(enum state_table table, struct str key, struct str *id)
{
	struct unpack u = unpack_of(key);
	int64_t created;
	uint32_t buyer;

	if (table == TABLE_SALES)
		return row_key_dated_unpack(key, &buyer, &created, id);
	(void)unpack_key_u32(&u);
	*id = unpack_rest(&u);
	return !u.bad;
}

/* The orders of one customer, in a table whose keys begin with the prefix. */
static int
list_orders(struct arena *a, struct state *s, enum state_table table, struct str prefix,
    struct buf *ids, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, table, e);
	struct str key, row;
	int rc;

	if (c == NULL)
		return -1;
	rc = kv_seek(c, prefix, &key, &row, e);
	while (rc > 0 && str_starts(key, prefix)) {
		struct str id;

		if (!order_of(table, key, &id)) {
			rc = state_broken(e, "the key of a customer's order");
			break;
		}
		id = str_copy(a, id);
		buf_add(ids, &id, sizeof(id));
		rc = kv_next(c, &key, &row, e);
	}
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

int
versions_orders(struct arena *a, struct state *s, struct str customer, struct str **ids, size_t *n,
    struct err *e)
{
	struct buf found = { 0 }, from = { 0 };
	struct str prefix;
	uint32_t buyer;
	size_t all;
	int rc;

	*n = 0;
	if (buyers_find(s, customer, &buyer, e) < 0)
		return -1;
	if (buyer == 0)
		return 0;
	prefix = row_key_number(&from, buyer);
	rc = list_orders(a, s, TABLE_SALES, prefix, &found, e);
	if (rc == 0)
		rc = list_orders(a, s, TABLE_FORMER_ORDERS, prefix, &found, e);
	all = found.n / sizeof(**ids);
	*ids = arena_array(a, all, sizeof(**ids));
	if (all > 0) {
		memcpy(*ids, found.p, found.n);
		qsort(*ids, all, sizeof(**ids), str_order);
	}
	for (size_t i = 0; i < all; i++)
		if (*n == 0 || !str_eq((*ids)[*n - 1], (*ids)[i]))
			(*ids)[(*n)++] = (*ids)[i];
	buf_release(&found);
	buf_release(&from);
	return rc;
}

int
versions_snapshot(
    struct state *s, struct str id, uint32_t *number, struct applied *out, struct err *e)
{
	uint32_t low = 1, high = (uint32_t)s->totals.applied + 1;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int c, rc = state_applied(s, mid, out, e);

		if (rc <= 0)
			return rc < 0 ? -1 : state_broken(e, "a snapshot is missing");
		c = str_cmp(out->id, id);
		*number = mid;
		if (c == 0)
			return 1;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return 0;
}
