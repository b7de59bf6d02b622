#include "bases/derive.h"

static void
prepare(struct derive *d)
{
	schema_init(&d->schema);
	d->reader = (struct record_reader){
		.schema = &d->schema, .settings = &d->lenient, .unknown = { .words = &d->unknown }
	};
	d->is_ready = true;
}

static int
unreadable(struct err *e)
{
	return err_set(e, ERR_DAMAGED, "a record of the base cannot be read");
}

static int
derive_customer(struct derive *d, const struct fold_record *r, struct known_record *known,
    const struct answers *answers, struct err *e)
{
	struct record_fault fault;
	struct customer c;

	if (!record_read_customer(&d->reader, &d->a, r->text, &c, &fault))
		return unreadable(e);
	if (answers != NULL) {
		c.email_consent = answers->email;
		c.text_consent = answers->text;
	}
	buf_reset(&d->fields);
	record_pack_customer(&d->fields, &c);
	known->fields = buf_view(&d->fields);
	row_record_pack(&d->out.known, ENTITY_CUSTOMER, known);
	return 0;
}

/* The number of a text that the dictionary must have: its record was applied once. */
static int
number_of(struct derive *d, struct dictionary *of, struct str text, uint32_t *out, struct err *e)
{
	if (dictionary_find(of, d->s->txn, text, out, e) < 0)
		return -1;
	if (*out == 0 && text.n > 0)
		return err_set(e, ERR_DAMAGED, "a text of a record has no number in the base");
	return 0;
}

static int
word_of(struct derive *d, struct str text, uint32_t *out, struct err *e)
{
	return number_of(d, &d->s->words, text, out, e);
}

static int
pack_items(struct derive *d, const struct order *o, struct err *e)
{
	buf_reset(&d->items);
	for (size_t i = 0; i < o->items_n; i++) {
		struct item_words item;

		if (word_of(d, o->items[i].product, &item.product, e) < 0 ||
		    word_of(d, o->items[i].category, &item.category, e) < 0)
			return -1;
		row_item_pack(&d->items, item);
	}
	return 0;
}

static int
pack_sale(struct derive *d, const struct order *o, uint32_t location, struct err *e)
{
	struct sale sale = { .created = o->created,
		.time = o->time,
		.total = o->total,
		.has_total = o->has_total,
		.voided = o->voided,
		.undoes_sale = o->undoes_sale,
		.page_location = location };

	if (word_of(d, o->status, &sale.status, e) < 0 || word_of(d, o->type, &sale.type, e) < 0 ||
	    word_of(d, o->budtender, &sale.budtender, e) < 0 ||
	    word_of(d, o->location, &sale.own_location, e) < 0 || pack_items(d, o, e) < 0)
		return -1;
	sale.items = buf_view(&d->items);
	row_sale_pack(&d->out.sale, &sale);
	return 0;
}

static int
derive_order(
    struct derive *d, const struct fold_record *r, struct known_record *known, struct err *e)
{
	struct record_fault fault;
	struct order o;

	if (!record_read_order(&d->reader, &d->a, r->text, &o, &fault))
		return unreadable(e);
	if (word_of(d, r->location, &known->location, e) < 0 ||
	    number_of(d, &d->s->buyers, o.customer, &known->buyer, e) < 0 ||
	    pack_sale(d, &o, known->location, e) < 0)
		return -1;
	known->created = o.created;
	row_record_pack(&d->out.known, ENTITY_ORDER, known);
	(void)row_key_sale(&d->out.sale_key, known->buyer, known->created, r->id);
	(void)row_key_created(&d->out.created_key, known->location, known->created, r->id);
	return 0;
}

int
derive_record(struct derive *d, const struct fold_record *r, struct place place, int64_t as_of,
    const struct answers *answers, struct err *e)
{
	struct known_record known = { .hash = r->hash, .place = place };

	if (!d->is_ready)
		prepare(d);
	arena_reset(&d->a);
	buf_reset(&d->out.known);
	buf_reset(&d->out.sale);
	d->reader.taken_at = as_of;
	if (r->entity == ENTITY_CUSTOMER)
		return derive_customer(d, r, &known, answers, e);
	return derive_order(d, r, &known, e);
}

void
derive_release(struct derive *d)
{
	if (d->is_ready)
		record_reader_release(&d->reader);
	intern_release(&d->unknown);
	arena_release(&d->a);
	buf_release(&d->items);
	buf_release(&d->fields);
	buf_release(&d->out.known);
	buf_release(&d->out.sale_key);
	buf_release(&d->out.sale);
	buf_release(&d->out.created_key);
}
