#include "erase/person.h"

#include <stdlib.h>

#include "base/pack.h"
#include "dailystory/holders.h"
#include "dailystory/opt_outs.h"
#include "record/normalize.h"
#include "state/rows.h"
#include "state/versions.h"

int
person_find(
    struct arena *a, struct state *s, struct str name, struct str **ids, size_t *n, struct err *e)
{
	unsigned dropped = 0;
	struct str address;
	int rc = versions_has_customer(a, s, name, e);

	*n = 0;
	*ids = arena_array(a, 1, sizeof(**ids));
	if (rc > 0)
		(*ids)[(*n)++] = str_copy(a, name);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	name = str_clean(a, name);
	/* of two addresses the first would be theirs, and the other be left without a word */
	if (name.n > 0 && memchr(name.p, '@', name.n) != memrchr(name.p, '@', name.n))
		return 0;
	address = normalize_email(a, name, NULL, 0, &dropped);
	if (address.n > 0)
		return holders_sharing(a, s, HOLDERS_EMAIL, address, false, ids, n, e);
	address = normalize_mobile(a, name, &dropped);
	if (address.n > 0)
		return holders_sharing(a, s, HOLDERS_MOBILE, address, false, ids, n, e);
	return 0;
}

/* The buyers that the table of former orders names for one of these orders. */
static int
add_former(struct state *s, const struct intern *orders, struct intern *out, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, TABLE_FORMER_ORDERS, e);
	struct str key, row, id;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct unpack u = unpack_of(key);
		uint32_t buyer = unpack_key_u32(&u);

		if (intern_find(orders, unpack_rest(&u)) == 0)
			continue;
		rc = dictionary_text(&s->buyers, s->txn, buyer, &id, e);
		if (rc < 0)
			break;
		(void)intern_add(out, id);
	}
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

/* Whose they are now. */
static int
add_present(struct state *s, const struct intern *orders, struct intern *out, struct err *e)
{
	for (uint32_t i = 1; i < orders->n; i++) {
		struct known_record known;
		struct str id;
		int rc = state_record(s->txn, ENTITY_ORDER, orders->texts[i], &known, e);

		if (rc < 0)
			return -1;
		if (rc == 0 || known.buyer == 0)
			continue;
		if (dictionary_text(&s->buyers, s->txn, known.buyer, &id, e) < 0)
			return -1;
		(void)intern_add(out, id);
	}
	return 0;
}

int
person_former(
    struct arena *a, struct state *s, struct str id, struct str **others, size_t *n, struct err *e)
{
	struct intern orders = { 0 }, found = { 0 };
	struct str *list;
	size_t orders_n;
	int rc = versions_orders(a, s, id, &list, &orders_n, e);

	*n = 0;
	for (size_t i = 0; rc == 0 && i < orders_n; i++)
		(void)intern_add(&orders, list[i]);
	if (rc == 0 && orders_n > 0)
		rc = add_present(s, &orders, &found, e);
	if (rc == 0 && orders_n > 0)
		rc = add_former(s, &orders, &found, e);
	*others = arena_array(a, found.n + 1, sizeof(**others));
	for (uint32_t i = 1; i < found.n; i++)
		if (!str_eq(found.texts[i], id))
			(*others)[(*n)++] = str_copy(a, found.texts[i]);
	if (*n > 1)
		qsort(*others, *n, sizeof(**others), str_order);
	intern_release(&orders);
	intern_release(&found);
	return rc;
}

/* Whether a row of theirs is written with an address of the kind. */
static int
is_written(struct state *s, enum holders_kind kind, struct str id, struct err *e)
{
	struct contact_status status;
	struct str row;
	int rc = kv_get(s->txn, TABLE_CONTACT_STATUS, id, &row, e);

	if (rc <= 0)
		return rc;
	if (!row_contact_status_unpack(row, &status))
		return state_broken(e, "who is a contact");
	return row_is_contact(&status) &&
	       (kind == HOLDERS_EMAIL ? status.holds_email : status.holds_mobile);
}

/* Whether somebody else is written with the address now; the key begins with its channel. */
static int
is_of_others(struct state *s, struct str key, const struct intern *erased, struct err *e)
{
	enum holders_kind kind = key.p[0] == OPT_OUT_EMAIL ? HOLDERS_EMAIL : HOLDERS_MOBILE;
	struct arena a = { 0 };
	struct str *ids;
	size_t n;
	int rc = holders_sharing(&a, s, kind, str_from(key, 1), true, &ids, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		if (intern_find(erased, ids[i]) == 0)
			rc = is_written(s, kind, ids[i], e);
	arena_release(&a);
	return rc;
}

int
person_exported(
    struct state *s, struct str id, const struct intern *erased, struct intern *out, struct err *e)
{
	struct unpack u;
	struct exported x;
	struct str row;
	int rc = kv_get(s->txn, TABLE_EXPORTED, id, &row, e);

	if (rc <= 0)
		return rc;
	if (!row_exported_unpack(row, &x))
		return state_broken(e, "what was exported");
	for (u = unpack_of(x.addresses); rc >= 0 && u.p < u.end;) {
		struct str key = unpack_text(&u);

		if (u.bad || key.n < 2)
			return state_broken(e, "what was exported");
		rc = is_of_others(s, key, erased, e);
		if (rc == 0)
			(void)intern_add(out, str_from(key, 1));
	}
	return rc < 0 ? -1 : 0;
}

static int
count_refused(
    struct state *s, unsigned channel, const struct intern *addresses, uint64_t *n, struct err *e)
{
	struct buf key = { 0 };
	struct str row;
	int rc = 0;

	for (uint32_t i = 1; rc >= 0 && i < addresses->n; i++) {
		buf_reset(&key);
		buf_char(&key, (char)channel);
		buf_str(&key, addresses->texts[i]);
		if (key.n > KV_KEY_MAX)
			continue;
		rc = kv_get(s->txn, TABLE_OWED, buf_view(&key), &row, e);
		*n += rc > 0;
	}
	buf_release(&key);
	return rc < 0 ? -1 : 0;
}

int
person_refused(struct state *s, const struct intern *emails, const struct intern *mobiles,
    uint64_t *n, struct err *e)
{
	*n = 0;
	if (count_refused(s, OPT_OUT_EMAIL, emails, n, e) < 0)
		return -1;
	return count_refused(s, OPT_OUT_TEXT, mobiles, n, e);
}

static int
add_heirs(struct state *s, enum holders_kind kind, const struct intern *addresses,
    const struct intern *erased, struct intern *heirs, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	for (uint32_t i = 1; rc == 0 && i < addresses->n; i++) {
		struct str *ids;
		size_t n;

		if (addresses->texts[i].n > UINT8_MAX)
			continue;
		rc = holders_sharing(&a, s, kind, addresses->texts[i], true, &ids, &n, e);
		for (size_t k = 0; rc == 0 && k < n; k++)
			if (intern_find(erased, ids[k]) == 0)
				(void)intern_add(heirs, ids[k]);
	}
	arena_release(&a);
	return rc;
}

int
person_heirs(struct state *s, const struct intern *emails, const struct intern *mobiles,
    const struct intern *erased, uint64_t *n, struct err *e)
{
	struct intern heirs = { 0 };
	int rc = add_heirs(s, HOLDERS_EMAIL, emails, erased, &heirs, e);

	if (rc == 0)
		rc = add_heirs(s, HOLDERS_MOBILE, mobiles, erased, &heirs, e);
	*n = heirs.n > 0 ? heirs.n - 1 : 0;
	intern_release(&heirs);
	return rc;
}
