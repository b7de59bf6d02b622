#include "state/past_contacts.h"

#include "base/arena.h"
#include "base/pack.h"

#define NOT_KNOWN 0

int
past_contacts_put(struct state *s, struct str customer, const struct past_contact *p, struct err *e)
{
	struct buf key = { 0 }, row = { 0 };
	int rc;

	pack_key_text(&key, customer);
	pack_key_u32(&key, p->until);
	pack_u64(&row, p->was_known ? (uint64_t)p->reason + 1 : NOT_KNOWN);
	pack_text(&row, p->detail);
	pack_text(&row, p->email);
	pack_text(&row, p->mobile);
	pack_u64(&row, p->cause);
	rc = kv_put(s->txn, TABLE_PAST_CONTACTS, buf_view(&key), buf_view(&row), e);
	buf_release(&key);
	buf_release(&row);
	return rc;
}

bool
past_contacts_unpack(struct str key, struct str row, struct str *customer, struct past_contact *out)
{
	struct unpack k = unpack_of(key), u = unpack_of(row);
	uint64_t head = unpack_u64(&u);

	*customer = unpack_key_text(&k);
	*out = (struct past_contact){ .until = unpack_key_u32(&k), .was_known = head != NOT_KNOWN };
	if (out->was_known)
		out->reason = (enum skipped_reason)(head - 1);
	out->detail = unpack_text(&u);
	out->email = unpack_text(&u);
	out->mobile = unpack_text(&u);
	out->cause = (uint32_t)unpack_u64(&u);
	return !k.bad && !u.bad && head <= SKIPPED_COUNT;
}

int
past_contacts_read(struct arena *a, struct state *s, struct str customer,
    struct past_contact **list, size_t *n, struct err *e)
{
	struct buf prefix = { 0 }, found = { 0 };
	struct str key, row, ignored;
	struct kv_cursor *c;
	int rc;

	pack_key_text(&prefix, customer);
	c = kv_scan(s->txn, TABLE_PAST_CONTACTS, buf_view(&prefix), e);
	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		struct past_contact x;

		if (!past_contacts_unpack(key, str_copy(a, row), &ignored, &x)) {
			rc = state_broken(e, "the row of a contact status that ended");
			break;
		}
		buf_add(&found, &x, sizeof(x));
	}
	kv_cursor_close(c);
	buf_release(&prefix);
	*list = buf_list(&found, a, sizeof(**list), n);
	return rc;
}
