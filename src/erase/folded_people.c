#include "erase/folded_people.h"

#include "base/pack.h"
#include "dailystory/holders.h"
#include "dailystory/opt_outs.h"
#include "profile/profile.h"
#include "segment/membership.h"
#include "state/past_contacts.h"
#include "state/rows.h"

struct dropping {
	struct state *s;
	const struct folded_names *names;
	struct membership_counts counts;
	struct intern sharing; /* ids of who shares an address with them, or with one of these */
	struct intern left[HOLDERS_KINDS]; /* addresses that were asked about */
	int64_t as_of;                     /* of the base */
	struct arena a, scratch;
	struct buf key, row;
	struct err *e;
};

/* ---- Tables */

/* Of each row of a table that begins so, copies of key and row. */
static int
each_row(struct dropping *g, enum state_table table, struct str prefix,
    int (*fn)(struct dropping *g, enum state_table table, struct str key, struct str row))
{
	struct kv_cursor *c = kv_scan(g->s->txn, table, prefix, g->e);
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, g->e)) > 0) {
		arena_reset(&g->scratch);
		if (fn(g, table, str_copy(&g->scratch, key), str_copy(&g->scratch, row)) < 0) {
			rc = -1;
			break;
		}
	}
	kv_cursor_close(c);
	return rc;
}

static int
drop_row(struct dropping *g, enum state_table table, struct str key, struct str row)
{
	(void)row;
	return kv_del(g->s->txn, table, key, g->e) < 0 ? -1 : 0;
}

static int
drop_prefix(struct dropping *g, enum state_table table, struct str prefix)
{
	return each_row(g, table, prefix, drop_row);
}

/* Of tables whose keys begin with the customer as text8. */
static int
drop_past(struct dropping *g, struct str id)
{
	static const enum state_table tables[] = { TABLE_PAST_MEMBERSHIPS, TABLE_PAST_CONTACTS };

	if (id.n > UINT8_MAX)
		return 0;
	buf_reset(&g->key);
	buf_char(&g->key, ENTITY_CUSTOMER);
	pack_key_text(&g->key, id);
	if (drop_prefix(g, TABLE_VERSIONS, buf_view(&g->key)) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (drop_prefix(g, tables[i], str_from(buf_view(&g->key), 1)) < 0)
			return -1;
	return 0;
}

/* Of tables whose keys are the customer. */
static int
drop_plain(struct dropping *g, struct str id)
{
	static const enum state_table tables[] = { TABLE_PROFILES, TABLE_UNATTRIBUTED,
		TABLE_CONTACT_STATUS, TABLE_EXPORTED, TABLE_ANSWERS };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (kv_del(g->s->txn, tables[i], id, g->e) < 0)
			return -1;
	return 0;
}

/* The number stays, for numbers have no gaps. */
static int
drop_buyer(struct dropping *g, struct str id)
{
	struct state *s = g->s;
	uint32_t number;

	if (dictionary_find(&s->buyers, s->txn, id, &number, g->e) < 0)
		return -1;
	if (number == 0)
		return 0;
	if (drop_prefix(g, TABLE_FORMER_ORDERS, row_key_number(&g->key, number)) < 0)
		return -1;
	/* no id begins with a space */
	return dictionary_rename(
	    &s->buyers, s->txn, number, str_printf(&g->scratch, " erased %u", number), g->e);
}

/* What wanted a look in the base's snapshot: a record of theirs that was quarantined. */
static int
drop_noted(struct dropping *g, struct str id)
{
	buf_reset(&g->key);
	buf_char(&g->key, 0);
	pack_u64(&g->key, ENTITY_CUSTOMER * 2 + 1);
	buf_str(&g->key, id);
	return kv_del(g->s->txn, TABLE_NOTED, buf_view(&g->key), g->e) < 0 ? -1 : 0;
}

/* ---- What they counted for */

/* Their orders are guests' by now, or gone. */
static void
move_money(struct dropping *g, int64_t *from, int64_t cents)
{
	struct totals *t = &g->s->totals;

	*from -= cents;
	if (g->names->is_removal)
		t->completed -= cents;
	else
		t->guest += cents;
}

static int
uncount_unattributed(struct dropping *g, struct str id)
{
	struct str row;
	struct unpack u;
	int rc = kv_get(g->s->txn, TABLE_UNATTRIBUTED, id, &row, g->e);

	if (rc <= 0)
		return rc;
	u = unpack_of(row);
	move_money(g, &g->s->totals.unattributed, unpack_i64(&u));
	g->s->totals.unattributed_orders -= unpack_u64(&u);
	return u.bad ? state_broken(g->e, "the row of an unknown customer") : 0;
}

static int
uncount_memberships(struct dropping *g, const struct contact_status *status)
{
	struct str list = status->memberships;
	struct membership m;
	int rc;

	while ((rc = row_membership_next(&list, &m)) > 0)
		for (size_t i = 0; i < g->counts.n; i++) {
			struct membership_count *c = &g->counts.list[i];

			if (c->number != m.slug)
				continue;
			c->members--;
			c->contacts -= row_is_contact(status);
			c->entered -= m.since == g->s->totals.applied && c->entered > 0;
		}
	return rc < 0 ? state_broken(g->e, "a customer's memberships") : 0;
}

/* Returns 1 with the row in the arena, 0, -1. */
static int
find_status(struct dropping *g, struct str id, struct contact_status *out)
{
	struct str row;
	int rc = kv_get(g->s->txn, TABLE_CONTACT_STATUS, id, &row, g->e);

	if (rc > 0 && !row_contact_status_unpack(str_copy(&g->scratch, row), out))
		return state_broken(g->e, "a customer's status");
	return rc;
}

static int
drop_due(struct dropping *g, struct str id, const struct contact_status *status)
{
	return drop_row(g, TABLE_DUE, row_key_due(&g->key, status->due, id), STR(""));
}

static int
uncount_status(struct dropping *g, struct str id)
{
	struct contact_status status;
	int rc = find_status(g, id, &status);

	if (rc <= 0)
		return rc;
	g->s->totals.skipped[status.reason]--;
	if (uncount_memberships(g, &status) < 0)
		return -1;
	return drop_due(g, id, &status);
}

/* One less owes the address. */
static int
uncount_owed(struct dropping *g, struct str key)
{
	uint64_t n;
	uint32_t since;
	struct str row;
	int rc = kv_get(g->s->txn, TABLE_OWED, key, &row, g->e);

	if (rc <= 0)
		return rc;
	if (!row_owed_unpack(row, &n, &since))
		return state_broken(g->e, "an address that is owed");
	if (n <= 1)
		return kv_del(g->s->txn, TABLE_OWED, key, g->e) < 0 ? -1 : 0;
	buf_reset(&g->row);
	row_owed_pack(&g->row, n - 1, since);
	return kv_put(g->s->txn, TABLE_OWED, key, buf_view(&g->row), g->e);
}

static int
uncount_debts(struct dropping *g, struct str id, const struct profile *p)
{
	struct opt_outs_list list;
	struct exported x = { 0 };
	struct str row;
	int rc = kv_get(g->s->txn, TABLE_EXPORTED, id, &row, g->e);

	if (rc < 0)
		return -1;
	if ((rc > 0 && !row_exported_unpack(str_copy(&g->scratch, row), &x)) ||
	    !opt_outs_owed(&g->scratch, p, x.addresses, &list))
		return state_broken(g->e, "what was exported last");
	for (size_t i = 0; i < list.n; i++)
		if (uncount_owed(g, list.keys[i]) < 0)
			return -1;
	return 0;
}

/* ---- Who shared an address */

/* Each address once: a group may be large. */
static int
add_sharing(struct dropping *g, enum holders_kind kind, struct str address)
{
	struct str *ids;
	size_t n;

	if (address.n == 0 || intern_find(&g->left[kind], address) != 0)
		return 0;
	(void)intern_add(&g->left[kind], address);
	if (holders_sharing(&g->scratch, g->s, kind, address, true, &ids, &n, g->e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		(void)intern_add(&g->sharing, ids[i]);
	return 0;
}

static int
leave_address(struct dropping *g, enum holders_kind kind, struct str id, struct str address)
{
	enum state_table table = kind == HOLDERS_EMAIL ? TABLE_EMAILS : TABLE_MOBILES;

	if (address.n == 0)
		return 0;
	if (kv_del(g->s->txn, table, row_key_address(&g->key, address, id), g->e) < 0)
		return -1;
	return add_sharing(g, kind, address);
}

static int
uncount_profile(struct dropping *g, struct str id)
{
	struct profile p;
	int rc = profile_stored_brief(&g->scratch, g->s, id, &p, g->e);

	if (rc <= 0)
		return rc;
	move_money(g, &g->s->totals.profiles, p.total_spent);
	if (uncount_debts(g, id, &p) < 0 || leave_address(g, HOLDERS_EMAIL, id, p.email) < 0)
		return -1;
	return leave_address(g, HOLDERS_MOBILE, id, p.mobile);
}

static int
put_status(struct dropping *g, struct str id, const struct contact_status *status)
{
	buf_reset(&g->row);
	row_contact_status_pack(&g->row, status);
	return kv_put(g->s->txn, TABLE_CONTACT_STATUS, id, buf_view(&g->row), g->e);
}

/* The tables of addresses say it as the status does.  What they hold is asked about by nobody when
 * the next snapshot takes it from them, so whoever waits for it steps back, too. */
static int
step_back(struct dropping *g, struct str id)
{
	struct profile p;
	struct holders_place before, now;
	int rc = profile_stored_brief(&g->scratch, g->s, id, &p, g->e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "one of those who share an address");
	if (add_sharing(g, HOLDERS_EMAIL, p.email) < 0 ||
	    add_sharing(g, HOLDERS_MOBILE, p.mobile) < 0)
		return -1;
	before = (struct holders_place){ str_copy(&g->scratch, p.email), true };
	now = (struct holders_place){ before.address, false };
	if (holders_move(g->s, HOLDERS_EMAIL, id, &before, &now, g->e) < 0)
		return -1;
	before.address = now.address = str_copy(&g->scratch, p.mobile);
	return holders_move(g->s, HOLDERS_MOBILE, id, &before, &now, g->e);
}

/* They take part again with the next snapshot, which looks at whoever begins to. */
static int
look_again(struct dropping *g, struct str id)
{
	struct contact_status status;
	int rc = find_status(g, id, &status);

	if (rc <= 0)
		return rc;
	if (!status.takes_part)
		return 0;
	if (drop_due(g, id, &status) < 0 || step_back(g, id) < 0)
		return -1;
	status.takes_part = false;
	status.due = g->as_of;
	if (kv_put(g->s->txn, TABLE_DUE, row_key_due(&g->key, status.due, id), STR(""), g->e) < 0)
		return -1;
	return put_status(g, id, &status);
}

/* ---- Rows of others that name them */

static int
forget_holder(struct dropping *g, enum state_table table, struct str id, struct str row)
{
	struct contact_status status;

	(void)table;
	if (!row_contact_status_unpack(row, &status))
		return state_broken(g->e, "a customer's status");
	if (!folded_names_is(g->names, status.detail))
		return 0;
	status.detail = (struct str){ 0 };
	return put_status(g, id, &status);
}

static int
forget_past_holder(struct dropping *g, enum state_table table, struct str key, struct str row)
{
	struct past_contact x;
	struct str id;

	(void)table;
	if (!past_contacts_unpack(key, row, &id, &x))
		return state_broken(g->e, "the row of a contact status that ended");
	if (!folded_names_is(g->names, x.detail))
		return 0;
	x.detail = (struct str){ 0 };
	return past_contacts_put(g->s, id, &x, g->e);
}

/* ---- All of it */

static int
drop_one(struct dropping *g, struct str id)
{
	arena_reset(&g->scratch);
	if (uncount_profile(g, id) < 0 || uncount_unattributed(g, id) < 0 ||
	    uncount_status(g, id) < 0 || drop_plain(g, id) < 0 || drop_past(g, id) < 0 ||
	    drop_noted(g, id) < 0)
		return -1;
	return drop_buyer(g, id);
}

static int
store_counts(struct dropping *g)
{
	for (size_t i = 0; i < g->counts.n; i++)
		g->counts.list[i].is_current = true;
	return membership_counts_store(g->s, &g->counts, g->e);
}

static int
drop_all(struct dropping *g)
{
	const struct intern *ids = &g->names->gather->ids;
	struct applied last;

	if (state_applied_must(g->s, (uint32_t)g->s->totals.applied, &last, g->e) < 0 ||
	    membership_counts_read(&g->a, g->s, &g->counts, g->e) < 0)
		return -1;
	g->as_of = last.as_of;
	for (uint32_t i = 1; i < ids->n; i++)
		if (drop_one(g, ids->texts[i]) < 0)
			return -1;
	if (store_counts(g) < 0 || each_row(g, TABLE_CONTACT_STATUS, STR(""), forget_holder) < 0 ||
	    each_row(g, TABLE_PAST_CONTACTS, STR(""), forget_past_holder) < 0)
		return -1;
	/* it grows while it is read */
	for (uint32_t i = 1; i < g->sharing.n; i++) {
		arena_reset(&g->scratch);
		if (look_again(g, g->sharing.texts[i]) < 0)
			return -1;
	}
	return profile_sums(g->s, g->e);
}

int
folded_people_drop(struct state *s, const struct folded_names *names, struct err *e)
{
	struct dropping g = { .s = s, .names = names, .e = e };
	int rc = drop_all(&g);

	intern_release(&g.sharing);
	for (size_t kind = 0; kind < HOLDERS_KINDS; kind++)
		intern_release(&g.left[kind]);
	buf_release(&g.key);
	buf_release(&g.row);
	arena_release(&g.a);
	arena_release(&g.scratch);
	return rc;
}
