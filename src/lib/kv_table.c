#include "lib/kv_table.h"

#include <assert.h>

struct str
kv_table_stored(const struct kv_table *t, struct str key, struct kv_table_key *room)
{
	size_t n, at = t->id_at;

	if (key.n <= at && t->part == 0)
		return key;
	assert(key.n <= KV_KEY_MAX && at <= key.n);
	memcpy(room->bytes, key.p, at);
	n = at + short_id_pack(str_from(key, at), room->bytes + at);
	if (t->part != 0)
		room->bytes[n++] = t->part;
	return str_of(room->bytes, n);
}

bool
kv_table_key(
    const struct kv_table *t, struct str stored, struct kv_table_key *room, struct str *key)
{
	size_t n, at = t->id_at;

	*key = stored;
	stored.n -= t->part != 0;
	if (stored.n <= at && t->part == 0)
		return true;
	assert(stored.n <= KV_KEY_MAX);
	memcpy(room->bytes, stored.p, at);
	if (!short_id_unpack(str_from(stored, at), room->bytes + at, &n))
		return false;
	*key = str_of(room->bytes, at + n);
	return true;
}

int
kv_table_find(const struct kv_table *t, struct str *key, struct kv_table_key *room, struct err *e)
{
	if (key->n > 0 && key->n <= KV_KEY_MAX)
		*key = kv_table_stored(t, *key, room);
	if (key->n == 0 || key->n > KV_KEY_MAX)
		return err_set(e, ERR_INTERNAL, "a key of %zu bytes for the state", key->n);
	return 0;
}
