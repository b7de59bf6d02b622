#include "state/location_names.h"

#include "base/pack.h"

int
location_names_find(struct state *s, uint32_t location, uint32_t *word, struct err *e)
{
	struct buf key = { 0 };
	struct unpack u;
	struct str row;
	int rc = 0;

	*word = location;
	if (location != 0)
		rc = kv_get(s->txn, TABLE_LOCATION_NAMES, row_key_number(&key, location), &row, e);
	buf_release(&key);
	if (rc <= 0)
		return rc;
	u = unpack_of(row);
	*word = (uint32_t)unpack_u64(&u);
	return u.bad || *word == 0 ? state_broken(e, "the name of a location") : 0;
}

int
location_names_put(struct state *s, uint32_t location, struct str name, struct err *e)
{
	struct buf key = { 0 }, row = { 0 };
	uint32_t before, now = location;
	int rc;

	if (location_names_find(s, location, &before, e) < 0)
		return -1;
	if (name.n > 0 && dictionary_put(&s->words, s->txn, name, &now, e) < 0)
		return -1;
	if (now == before)
		return 0;
	(void)row_key_number(&key, location);
	pack_u64(&row, now);
	rc = now == location
	         ? kv_del(s->txn, TABLE_LOCATION_NAMES, buf_view(&key), e)
	         : kv_put(s->txn, TABLE_LOCATION_NAMES, buf_view(&key), buf_view(&row), e);
	buf_release(&key);
	buf_release(&row);
	return rc < 0 ? -1 : 1;
}
