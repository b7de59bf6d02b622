#include "push/everybody.h"

static void
step(struct everybody *x, bool customer, bool contact, struct err *e)
{
	struct str row;

	if (customer)
		x->has_customer = kv_next(x->customers, &x->customer, &row, e);
	if (contact)
		x->has_contact = view_next(&x->acked, &x->contact, &row, e);
}

struct everybody
everybody_all(const struct wanted_source *x, struct err *e)
{
	return (struct everybody){ .customers = kv_all(x->s->txn, TABLE_CONTACT_STATUS, e),
		.acked = view_all(&x->books->view, VIEW_CONTACTS, e),
		.is_customer = true,
		.is_contact = true };
}

int
everybody_next(struct everybody *x, struct str *fh_id, struct err *e)
{
	int c;

	step(x, x->is_customer, x->is_contact, e);
	if (x->has_customer < 0 || x->has_contact < 0)
		return -1;
	if (x->has_customer + x->has_contact == 0)
		return 0;
	c = x->has_customer == 0 ? 1 : x->has_contact == 0 ? -1 : str_cmp(x->customer, x->contact);
	x->is_customer = c <= 0;
	x->is_contact = c >= 0;
	*fh_id = c <= 0 ? x->customer : x->contact;
	return 1;
}

void
everybody_end(struct everybody *x)
{
	kv_cursor_close(x->customers);
	view_end(&x->acked);
}
