#include "state/buyers.h"

#include "base/pack.h"
#include "state/rows.h"

int
buyers_find(struct state *s, struct str id, uint32_t *number, struct err *e)
{
	struct unpack u;
	struct str row;
	int rc;

	*number = 0;
	if (id.n == 0)
		return 0;
	rc = kv_get(s->txn, TABLE_BUYERS, id, &row, e);
	if (rc <= 0)
		return rc;
	u = unpack_of(row);
	*number = (uint32_t)unpack_u64(&u);
	return u.bad || *number == 0 ? state_broken(e, "a buyer without a number") : 0;
}

int
buyers_put(struct state *s, struct str id, uint32_t *number, struct err *e)
{
	bool is_first = s->totals.applied == 1;
	struct buf key = { 0 }, row = { 0 };
	int rc;

	if (buyers_find(s, id, number, e) < 0)
		return -1;
	if (*number != 0 || id.n == 0)
		return 0;
	*number = (uint32_t)++s->totals.buyers;
	pack_u64(&row, *number);
	rc = (is_first ? kv_append : kv_put)(s->txn, TABLE_BUYERS, id, buf_view(&row), e);
	if (rc == 0)
		rc = kv_append(s->txn, TABLE_BUYER_IDS, row_key_number(&key, *number), id, e);
	buf_release(&key);
	buf_release(&row);
	return rc;
}

int
buyers_id(struct state *s, uint32_t number, struct str *id, struct err *e)
{
	struct buf key = { 0 };
	int rc = 1;

	*id = (struct str){ 0 };
	if (number != 0)
		rc = kv_get(s->txn, TABLE_BUYER_IDS, row_key_number(&key, number), id, e);
	buf_release(&key);
	if (rc == 0)
		return state_broken(e, "a number without a buyer");
	return rc < 0 ? -1 : 0;
}
