#include "ledger/sighting.h"

#include <assert.h>

#include "base/arena.h"
#include "base/pack.h"

const char *
entity_name(enum entity e)
{
	return e == ENTITY_CUSTOMER ? "customer" : "order";
}

void
lexicon_release(struct lexicon *l)
{
	words_release(&l->words);
	words_release(&l->customers);
	words_release(&l->unknown);
}

/* Side by side: who asks for one of them asks for the others soon. */
void
sighting_keep(struct arena *a, struct sighting *s, struct str id,
    struct str facts, struct str raw)
{
	struct str parts[] = { id, facts, raw };
	char *p = arena_bytes(a, NULL, id.n + facts.n + raw.n);

	s->p = p;
	s->id_len = (uint8_t)id.n;
	s->facts_n = (uint32_t)facts.n;
	s->raw_n = (uint32_t)raw.n;
	for (size_t i = 0; i < 3; i++) {
		if (parts[i].n > 0)
			memcpy(p, parts[i].p, parts[i].n);
		p += parts[i].n;
	}
}

static void
pack_head(struct facts_out *f, struct hash hash,
    const struct schema_unknown *unknown)
{
	buf_reset(&f->facts);
	pack_fixed(&f->facts, hash.lo);
	pack_fixed(&f->facts, hash.hi);
	buf_reset(&f->items);
	for (size_t i = 0; i < unknown->n; i++)
		pack_u64(&f->items, unknown->list[i]);
	pack_text(&f->facts, buf_view(&f->items));
}

void
facts_customer(struct facts_out *f, struct hash hash,
    const struct schema_unknown *unknown, const struct customer *c)
{
	pack_head(f, hash, unknown);
	customer_pack(&f->facts, c);
}

void
facts_order(struct facts_out *f, struct hash hash,
    const struct schema_unknown *unknown, const struct order *o,
    struct lexicon *l)
{
	struct sale s = {
		.created = o->created,
		.time = o->time,
		.total = o->total,
		.has_total = o->has_total,
		.voided = o->voided,
		.undoes_sale = o->undoes_sale,
		.status = words_add(&l->words, o->status),
		.type = words_add(&l->words, o->type),
		.budtender = words_add(&l->words, o->budtender),
	};

	pack_head(f, hash, unknown);
	buf_reset(&f->items);
	for (size_t i = 0; i < o->items_n; i++)
		item_pack(&f->items,
		    (struct item_names){
		        words_add(&l->words, o->items[i].product),
		        words_add(&l->words, o->items[i].category) });
	s.items = buf_view(&f->items);
	pack_u64(&f->facts, words_add(&l->customers, o->customer));
	sale_pack(&f->facts, &s);
}

void
facts_release(struct facts_out *f)
{
	buf_release(&f->facts);
	buf_release(&f->items);
}

static struct unpack
open_facts(const struct sighting *s, struct hash *hash, struct str *unknown)
{
	struct unpack u = unpack_of(sighting_facts(s));

	hash->lo = unpack_fixed(&u);
	hash->hi = unpack_fixed(&u);
	*unknown = unpack_text(&u);
	return u;
}

struct customer_facts
sighting_customer(const struct sighting *s)
{
	struct customer_facts f;
	struct unpack u = open_facts(s, &f.hash, &f.unknown);

	f.fields = unpack_rest(&u);
	return f;
}

struct order_facts
sighting_order(const struct sighting *s)
{
	struct order_facts f;
	struct unpack u = open_facts(s, &f.hash, &f.unknown);
	bool ok;

	f.customer = (uint32_t)unpack_u64(&u);
	ok = sale_unpack(unpack_rest(&u), &f.sale);
	assert(ok);
	(void)ok;
	return f;
}

int
sighting_next(struct str *list, uint32_t *number)
{
	struct unpack u = unpack_of(*list);

	if (list->n == 0)
		return 0;
	*number = (uint32_t)unpack_u64(&u);
	*list = str_of((const char *)u.p, (size_t)(u.end - u.p));
	return 1;
}
