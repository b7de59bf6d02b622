#include "command/find_customer.h"

#include "profile/values.h"
#include "base/arena.h"
#include "command/message.h"
#include "record/field.h"
#include "profile/profile.h"
#include "state/versions.h"
#include "state/rows.h"

#define NAMED_MOST 5 /* ids that a message lists */

/* The customers who match. */
struct matches {
	struct arena *a;
	struct buf ids; /* struct str after struct str */
	size_t n;
	struct str contact; /* the last of them who is a contact */
	size_t contacts_n;
};

static int
add_match(struct matches *m, struct state *s, struct str id, struct err *e)
{
	struct str copy = str_copy(m->a, id), row;
	struct contact_status status;
	int rc = kv_get(s->txn, TABLE_CONTACT_STATUS, id, &row, e);

	if (rc < 0)
		return -1;
	buf_add(&m->ids, &copy, sizeof(copy));
	m->n++;
	if (rc > 0 && row_contact_status_unpack(row, &status) && row_is_contact(&status)) {
		m->contact = copy;
		m->contacts_n++;
	}
	return 0;
}

/* The table of emails holds all who would be contacts if the email were not shared. */
static int
match_email(struct matches *m, struct state *s, struct str email, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_EMAILS, e);
	struct buf from = { 0 };
	struct str key, row, prefix;
	int rc;

	if (c == NULL)
		return -1;
	prefix = row_key_address(&from, email, STR(""));
	rc = kv_seek(c, prefix, &key, &row, e);
	while (rc > 0 && str_starts(key, prefix)) {
		rc = add_match(m, s, str_of(key.p + prefix.n, key.n - prefix.n), e);
		if (rc == 0)
			rc = kv_next(c, &key, &row, e);
	}
	buf_release(&from);
	kv_cursor_close(c);
	return rc < 0 ? -1 : 0;
}

/* Looks at every profile, because mobiles, and the emails of customers who are left out, have no
 * table. */
static int
match_profiles(
    struct matches *m, struct state *s, struct str email, struct str mobile, struct err *e)
{
	struct kv_cur *c = kv_cursor(s->txn, TABLE_PROFILES, e);
	struct str id, row;
	int rc;

	if (c == NULL)
		return -1;
	rc = kv_seek(c, STR(""), &id, &row, e);
	while (rc > 0) {
		struct profile p = { .id = id };

		rc = 0;
		if (!values_unpack(NULL, row, &p))
			rc = state_broken(e, "a profile's row");
		else if ((email.n > 0 && str_eq(p.email, email)) ||
		         (mobile.n > 0 && str_eq(p.mobile, mobile)))
			rc = add_match(m, s, id, e);
		if (rc == 0)
			rc = kv_next(c, &id, &row, e);
	}
	kv_cursor_close(c);
	return rc;
}

static void
list_others(const struct matches *m, struct str but, struct buf *b)
{
	const struct str *ids = (const void *)m->ids.p;
	size_t listed = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (str_eq(ids[i], but))
			continue;
		if (listed == NAMED_MOST) {
			buf_z(b, ", ...");
			break;
		}
		buf_printf(b, "%s'%.*s'", listed++ > 0 ? ", " : "", STR_ARG(ids[i]));
	}
	buf_char(b, '\0');
}

static int
choose(
    const struct options *o, const struct matches *m, bool is_email, struct str *id, struct err *e)
{
	const struct str *ids = (const void *)m->ids.p;
	struct buf others = { 0 };
	int rc = 0;

	if (m->n == 0) {
		err_set(e, ERR_FAILED, "no customer has this id, email or mobile");
		return err_advise(e, "Removed customers can only be looked up by id.");
	}
	*id = ids[0];
	if (m->n > 1 && is_email && m->contacts_n == 1) {
		*id = m->contact;
		list_others(m, *id, &others);
		say(o, SAY_INFO, "this email is shared; '%.*s' is the contact, not %s",
		    STR_ARG(*id), others.p);
	} else if (m->n > 1) {
		list_others(m, (struct str){ 0 }, &others);
		err_set(e, ERR_FAILED, "%zu customers share this %s: %s", m->n,
		    is_email ? "email" : "mobile", others.p);
		rc = err_advise(e, "Name one of them by id.");
	}
	buf_release(&others);
	return rc;
}

static int
is_id(struct arena *a, struct state *s, struct str name, struct err *e)
{
	struct version *list;
	struct str *orders;
	size_t n;

	if (name.n == 0 || name.n > ID_MAX)
		return 0;
	if (versions_list(a, s, ENTITY_CUSTOMER, name, &list, &n, e) < 0)
		return -1;
	if (n > 0)
		return 1;
	if (versions_orders(a, s, name, &orders, &n, e) < 0)
		return -1;
	return n > 0;
}

int
find_customer(const struct options *o, struct arena *a, struct state *s, struct str name,
    struct str *id, struct err *e)
{
	struct matches m = { .a = a };
	unsigned dropped = 0;
	struct str email, mobile;
	int rc = is_id(a, s, name, e);

	if (rc != 0) {
		*id = str_copy(a, name);
		return rc < 0 ? -1 : 0;
	}
	name = str_clean(a, name);
	email = normalize_email(a, name, NULL, 0, &dropped);
	mobile = normalize_mobile(a, name, &dropped);
	if (email.n > 0)
		rc = match_email(&m, s, email, e);
	if (rc == 0 && m.n == 0 && email.n + mobile.n > 0) {
		say(o, SAY_DETAIL, "searching every profile");
		rc = match_profiles(&m, s, email, mobile, e);
	}
	if (rc == 0)
		rc = choose(o, &m, email.n > 0, id, e);
	buf_release(&m.ids);
	return rc;
}
