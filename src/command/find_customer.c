#include "command/find_customer.h"

#include "base/arena.h"
#include "command/message.h"
#include "dailystory/holders.h"
#include "record/field.h"
#include "record/normalize.h"
#include "state/versions.h"
#include "state/rows.h"

#define NAMED_MOST 5 /* ids that a message lists */

/* The customers who match. */
struct matches {
	struct arena *a;
	struct buf ids; /* struct str after struct str */
	size_t n;
	struct str contact; /* the one who is written with the address */
	size_t contacts_n;
};

static int
add_match(struct matches *m, struct state *s, enum holders_kind kind, struct str id, struct err *e)
{
	struct str copy = str_copy(m->a, id), row;
	struct contact_status status;
	int rc = kv_get(s->txn, TABLE_CONTACT_STATUS, id, &row, e);

	if (rc < 0)
		return -1;
	buf_add(&m->ids, &copy, sizeof(copy));
	m->n++;
	if (rc > 0 && row_contact_status_unpack(row, &status) && row_is_contact(&status) &&
	    (kind == HOLDERS_EMAIL ? status.holds_email : status.holds_mobile)) {
		m->contact = copy;
		m->contacts_n++;
	}
	return 0;
}

static int
match_address(
    struct matches *m, struct state *s, enum holders_kind kind, struct str address, struct err *e)
{
	struct str *ids;
	size_t n;

	if (address.n == 0)
		return 0;
	if (holders_sharing(m->a, s, kind, address, false, &ids, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_match(m, s, kind, ids[i], e) < 0)
			return -1;
	return 0;
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
	if (m->n > 1 && m->contacts_n == 1) {
		*id = m->contact;
		list_others(m, *id, &others);
		say(o, SAY_INFO, "this %s is shared; '%.*s' is the contact, not %s",
		    is_email ? "email" : "mobile", STR_ARG(*id), others.p);
	} else if (m->n > 1) {
		list_others(m, (struct str){ 0 }, &others);
		err_set(e, ERR_FAILED, "%zu customers share this %s: %s", m->n,
		    is_email ? "email" : "mobile", others.p);
		rc = err_advise(e, "Name one of them by id.");
	}
	buf_release(&others);
	return rc;
}

int
find_customer(const struct options *o, struct arena *a, struct state *s, struct str name,
    struct str *id, struct err *e)
{
	struct matches m = { .a = a };
	unsigned dropped = 0;
	struct str email, mobile;
	int rc = versions_has_customer(a, s, name, e);

	if (rc != 0) {
		*id = str_copy(a, name);
		return rc < 0 ? -1 : 0;
	}
	name = str_clean(a, name);
	email = normalize_email(a, name, NULL, 0, &dropped);
	mobile = normalize_mobile(a, name, &dropped);
	rc = match_address(&m, s, HOLDERS_EMAIL, email, e);
	if (rc == 0 && m.n == 0)
		rc = match_address(&m, s, HOLDERS_MOBILE, mobile, e);
	if (rc == 0)
		rc = choose(o, &m, email.n > 0, id, e);
	buf_release(&m.ids);
	return rc;
}
