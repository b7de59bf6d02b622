#include "state/versions.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/pack.h"
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
versions_supersede(
    struct state *s, enum entity entity, struct str id, const struct version *was, struct err *e)
{
	struct buf key = { 0 }, row = { 0 };
	int rc;

	(void)version_key(&key, entity, id);
	pack_key_u32(&key, (uint32_t)s->totals.applied);
	pack_u64(&row, was->is_removed);
	pack_u64(&row, was->place.snapshot);
	pack_u64(&row, was->place.page);
	pack_u64(&row, was->place.index);
	if (entity == ENTITY_CUSTOMER) {
		pack_u64(&row, was->answers.email);
		pack_u64(&row, was->answers.text);
	}
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
unpack_version(enum entity entity, struct str key, struct str row, struct version *v)
{
	struct unpack k = unpack_of(key), u = unpack_of(row);

	*v = (struct version){ .until = 0 };
	v->until = unpack_key_u32(&k);
	v->is_removed = unpack_u64(&u) != 0;
	v->place.snapshot = (uint32_t)unpack_u64(&u);
	v->place.page = (uint32_t)unpack_u64(&u);
	v->place.index = (uint32_t)unpack_u64(&u);
	if (entity == ENTITY_CUSTOMER) {
		v->answers.email = (enum tri)unpack_u64(&u);
		v->answers.text = (enum tri)unpack_u64(&u);
	}
	return !u.bad && !k.bad && k.p == k.end;
}

/* 1 the version in force, 0 none. */
static int
find_in_force(struct state *s, enum entity entity, struct str id, struct version *v, struct err *e)
{
	struct known_record known;
	struct customer c = { .id = id };
	int rc = state_record(s->txn, entity, id, &known, e);

	if (rc <= 0)
		return rc;
	*v = (struct version){ .place = known.place, .hash = known.hash };
	if (entity == ENTITY_ORDER)
		return 1;
	if (!record_unpack_customer(known.fields, &c))
		return state_broken(e, "a customer's row");
	v->answers = state_answers_of(&c);
	return 1;
}

int
versions_list(struct arena *a, struct state *s, enum entity entity, struct str id,
    struct version **list, size_t *n, struct err *e)
{
	struct kv_cursor *c;
	struct buf found = { 0 }, key = { 0 };
	struct str prefix, at, row;
	struct version v;
	int rc;

	*n = 0;
	if (id.n == 0 || id.n > ID_MAX)
		return 0;
	prefix = version_key(&key, entity, id);
	c = kv_scan(s->txn, TABLE_VERSIONS, prefix, e);
	while ((rc = kv_next(c, &at, &row, e)) > 0) {
		if (!unpack_version(entity, str_of(at.p + prefix.n, at.n - prefix.n), row, &v)) {
			rc = state_broken(e, "a version's row");
			break;
		}
		buf_add(&found, &v, sizeof(v));
	}
	kv_cursor_close(c);
	if (rc == 0)
		rc = find_in_force(s, entity, id, &v, e);
	if (rc > 0)
		buf_add(&found, &v, sizeof(v));
	*list = buf_list(&found, a, sizeof(**list), n);
	buf_release(&key);
	return rc < 0 ? -1 : 0;
}

/* The order's id in a key of either table. */
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
	struct kv_cursor *c = kv_scan(s->txn, table, prefix, e);
	struct str key, row, id;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		if (!order_of(table, key, &id)) {
			rc = state_broken(e, "the key of a customer's order");
			break;
		}
		id = str_copy(a, id);
		buf_add(ids, &id, sizeof(id));
	}
	kv_cursor_close(c);
	return rc;
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
	if (dictionary_find(&s->buyers, s->txn, customer, &buyer, e) < 0)
		return -1;
	if (buyer == 0)
		return 0;
	prefix = row_key_number(&from, buyer);
	rc = list_orders(a, s, TABLE_SALES, prefix, &found, e);
	if (rc == 0)
		rc = list_orders(a, s, TABLE_FORMER_ORDERS, prefix, &found, e);
	*ids = buf_list(&found, a, sizeof(**ids), &all);
	if (all > 0)
		qsort(*ids, all, sizeof(**ids), str_order);
	for (size_t i = 0; i < all; i++)
		if (*n == 0 || !str_eq((*ids)[*n - 1], (*ids)[i]))
			(*ids)[(*n)++] = (*ids)[i];
	buf_release(&from);
	return rc;
}

int
versions_has_customer(struct arena *a, struct state *s, struct str id, struct err *e)
{
	struct version *list;
	struct str *orders;
	size_t n;

	if (id.n == 0 || id.n > ID_MAX)
		return 0;
	if (versions_list(a, s, ENTITY_CUSTOMER, id, &list, &n, e) < 0)
		return -1;
	if (n > 0)
		return 1;
	return versions_orders(a, s, id, &orders, &n, e) < 0 ? -1 : n > 0;
}
