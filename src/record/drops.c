#include "record/drops.h"

#include "base/arena.h"
#include "base/pack.h"

void
drops_add(struct arena *a, struct record_drops *d, struct str field, struct str value,
    enum drop_reason reason)
{
	d->list = arena_grow(a, d->list, d->n, &d->cap, sizeof(*d->list));
	d->list[d->n++] = (struct record_drop){ field, value, reason };
}

/* The first DROP_VALUE_MAX characters. */
static struct str
cut(struct str s)
{
	size_t characters = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool begins = ((unsigned char)s.p[i] & 0xc0) != 0x80;

		if (begins && characters++ == DROP_VALUE_MAX)
			return str_of(s.p, i);
	}
	return s;
}

struct str
drops_value(struct arena *a, const struct json *j, uint32_t node)
{
	struct buf b = { 0 };
	struct str text;

	if (j->nodes[node].kind == JSON_STRING)
		return cut(str_clean(a, json_text(a, j, node)));
	json_compact(&b, j, node);
	text = str_copy(a, cut(str_clean(a, buf_view(&b))));
	buf_release(&b);
	return text;
}

void
drops_pack(struct buf *b, const struct record_drops *d)
{
	for (size_t i = 0; i < d->n; i++) {
		pack_text(b, d->list[i].field);
		pack_text(b, d->list[i].value);
		pack_u64(b, (uint64_t)d->list[i].reason);
	}
}

int
drops_next(struct str *packed, struct record_drop *out)
{
	struct unpack u = unpack_of(*packed);
	uint64_t reason;

	if (packed->n == 0)
		return 0;
	out->field = unpack_text(&u);
	out->value = unpack_text(&u);
	reason = unpack_u64(&u);
	if (u.bad || reason >= DROPPED_REASONS)
		return -1;
	out->reason = (enum drop_reason)reason;
	*packed = unpack_rest(&u);
	return 1;
}
