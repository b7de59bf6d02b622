#include "profile/values.h"

#include "base/arena.h"
#include "base/pack.h"

/* The single texts of a profile in the order of their row. */
/* clang-format off */
#define PROFILE_TEXTS(X)                                                                           \
	X(cust_type)                                                                               \
	X(points)                                                                                  \
	X(med_id) X(last_budtender) X(last_ordertype) X(last_orderstatus) X(first_name)            \
	    X(last_name) X(email) X(mobile) X(address) X(city) X(state) X(postal_code) X(last_store)
/* clang-format on */

static void
pack_words(struct buf *b, const uint32_t *list, size_t n)
{
	pack_u64(b, n);
	for (size_t i = 0; i < n; i++)
		pack_u64(b, list[i]);
}

static size_t
unpack_words(struct arena *a, struct unpack *u, uint32_t **list)
{
	uint64_t n = unpack_u64(u);

	if (n > (uint64_t)(u->end - u->p)) {
		u->bad = true;
		n = 0;
	}
	*list = arena_array(a, (size_t)n, sizeof(**list));
	for (uint64_t i = 0; i < n; i++)
		(*list)[i] = (uint32_t)unpack_u64(u);
	return (size_t)n;
}

void
values_pack(struct buf *b, const struct profile *p)
{
	pack_u64(b, (uint64_t)p->is_loyal | (uint64_t)p->email_consent << 2 |
	                (uint64_t)p->text_consent << 4 | (uint64_t)p->is_abroad << 6);
	pack_i64(b, p->total_spent);
	pack_u64(b, p->total_orders);
	pack_i64(b, p->birthdate);
	pack_u64(b, p->dropped);
	pack_fixed(b, (uint64_t)p->last_orderdate);
	pack_fixed(b, (uint64_t)p->first_order_date);
	pack_fixed(b, (uint64_t)p->last_purchase);
	pack_fixed(b, (uint64_t)p->created);
#define X(field) pack_text(b, p->field);
	PROFILE_TEXTS(X)
#undef X
	pack_words(b, p->product_words, p->products_n);
	pack_words(b, p->category_words, p->categories_n);
	pack_words(b, p->store_words, p->stores_n);
}

bool
values_unpack(struct arena *a, struct str row, struct profile *p)
{
	struct unpack u = unpack_of(row);
	struct str id = p->id;
	uint64_t flags = unpack_u64(&u);

	*p = (struct profile){ .id = id };
	p->is_loyal = (enum tri)(flags & 3);
	p->email_consent = (enum tri)(flags >> 2 & 3);
	p->text_consent = (enum tri)(flags >> 4 & 3);
	p->is_abroad = (flags >> 6 & 1) != 0;
	p->total_spent = unpack_i64(&u);
	p->total_orders = unpack_u64(&u);
	p->birthdate = (int32_t)unpack_i64(&u);
	p->dropped = (unsigned)unpack_u64(&u);
	p->last_orderdate = (int64_t)unpack_fixed(&u);
	p->first_order_date = (int64_t)unpack_fixed(&u);
	p->last_purchase = (int64_t)unpack_fixed(&u);
	p->created = (int64_t)unpack_fixed(&u);
#define X(field) p->field = unpack_text(&u);
	PROFILE_TEXTS(X)
#undef X
	if (a == NULL)
		return !u.bad;
	p->products_n = unpack_words(a, &u, &p->product_words);
	p->categories_n = unpack_words(a, &u, &p->category_words);
	p->stores_n = unpack_words(a, &u, &p->store_words);
	return !u.bad && u.p == u.end;
}
