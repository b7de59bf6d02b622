/* order.c -- of the generator: orders as JSON.  All money is cents here. */
#include "record.h"
#include "tables.h"

#define MOST_LINES 5

/* The kinds of edits that an order meets in turn. */
enum edit {
	EDIT_PRICE,
	EDIT_SELLER,
	EDIT_PACKER
};

#define EDITS 3

struct line {
	uint32_t good, quantity;
	int64_t off, total; /* discount; what is left of the price */
	int64_t tax[2];
	const struct deal *deal; /* NULL: none */
	bool voided;
};

/* What an order comes to, before its sign. */
struct bill {
	struct line line[MOST_LINES];
	uint32_t lines, taxes;
	int64_t sub, off, tax, fees;
};

struct tax {
	const char *name, *id;
	int64_t basis; /* hundredths of a percent */
};

static const struct tax taxes[] = {
	{ "State Tax", "tx1", 1500 },
	{ "City Tax", "tx2", 431 },
	{ "Sales Tax", "tx3", 290 },
};

/* An order as the writer sees it: drawn once, used by all parts. */
struct sale {
	const struct world *w;
	const struct book *b;
	const struct order *o;
	uint32_t n;
	uint32_t owner;
	uint64_t hash;
	int sign; /* -1 for a refund */
	struct bill bill;
};

static uint32_t
edits_of(const struct sale *s, enum edit kind)
{
	uint32_t edits = s->o->edits;

	if (s->sign < 0) /* a refund's goods stay as they were */
		return kind == EDIT_SELLER ? edits : 0;
	return record_edits(edits, record_hash(s->w, STREAM_ORDER_EDIT, s->n), EDITS, kind);
}

static const struct tax *
tax_of(const struct sale *s, uint32_t i)
{
	uint32_t who = s->o->customer;

	if (who != NOBODY && record_is_medical(s->w, who))
		return &taxes[2];
	return &taxes[i];
}

/* The two taxes of a town that has its own. */
static uint32_t
count_taxes(const struct sale *s)
{
	return tax_of(s, 0) == &taxes[0] && s->o->location % 3 == 1 ? 2 : 1;
}

static void
draw_line(const struct sale *s, struct line *l, struct rng *r)
{
	uint64_t u = rng_next(r) >> 32;
	const struct good *g;
	int64_t price;

	/* favourites sell more, again like the root */
	l->good = (uint32_t)((u * u >> 32) * BOOK_GOODS >> 32);
	g = &s->b->good[l->good];
	l->quantity = rng_under(r, 8) ? 1 : 2 + rng_under(r, 2);
	price = (int64_t)g->price * l->quantity;
	l->deal = NULL;
	l->off = 0;
	if (rng_under(r, 100) < 16) {
		l->deal = &table_deal[rng_under(r, COUNT(table_deal))];
		l->off = price * l->deal->percent / 100 + l->deal->pennies;
		if (l->off > price)
			l->off = price;
	}
	l->total = price - l->off;
	l->voided = rng_under(r, 100) == 0;
}

/* One to five lines, two on average. */
static uint32_t
count_lines(uint64_t roll)
{
	static const uint8_t steps[] = { 42, 72, 88, 96, 100 };
	uint32_t n = 0;

	while (roll % 100 >= steps[n])
		n++;
	return n + 1;
}

/* ${first} is the order whose goods these are. */
static void
draw_bill(struct sale *s, uint32_t first)
{
	struct rng r = { record_hash(s->w, STREAM_ITEM, first) };
	struct bill *bill = &s->bill;
	uint32_t lines = count_lines(rng_next(&r) >> 8);

	bill->taxes = count_taxes(s);
	bill->lines = s->sign < 0 && s->n % 2 ? 1 : lines;
	for (uint32_t i = 0; i < bill->lines; i++) {
		struct line *l = &bill->line[i];

		draw_line(s, l, &r);
		if (i == 0) {
			int64_t less = 100 * (int64_t)edits_of(s, EDIT_PRICE);

			l->voided = false;
			less = less < l->total ? less : l->total;
			l->off += less;
			l->total -= less;
		}
		for (uint32_t k = 0; k < bill->taxes; k++) {
			l->tax[k] = (l->total * tax_of(s, k)->basis + 5000) / 10000;
			bill->tax += l->voided ? 0 : l->tax[k];
		}
		bill->sub += l->voided ? 0 : l->total;
		bill->off += l->voided ? 0 : l->off;
	}
	if (s->sign > 0 && world_way(s->w, s->n) == WAY_DELIVERY)
		bill->fees = 500;
}

/* Cents with the order's sign, some as text if odd records are wanted. */
static void
put_money(struct text *t, const struct sale *s, int64_t cents)
{
	bool as_text = s->w->opt->faults && s->hash % 20 == 2;

	if (as_text)
		text_char(t, '"');
	text_cents(t, s->sign * cents);
	if (as_text)
		text_char(t, '"');
}

static void
put_deal(struct text *t, const struct sale *s, const struct line *l)
{
	const struct deal *d = l->deal;
	bool percent = d && d->percent > 0;

	PUT(t, "{\"_id\":\"dc");
	text_num(t, d ? (uint64_t)(d - table_deal) + 1 : 0);
	PUT(t, "\",\"name\":\"");
	text_str(t, d ? d->name : "Correction");
	PUT(t, "\",\"type\":\"");
	text_str(t, d ? d->type : "dollar");
	PUT(t, "\",\"discountAmount\":");
	put_money(t, s, l->off);
	PUT(t, ",\"penniesOff\":");
	text_num(t, percent ? 0 : (uint64_t)l->off);
	PUT(t, ",\"percentOff\":");
	text_num(t, percent ? d->percent : 0);
	PUT(t, ",\"isCartDiscount\":false,\"quantity\":1}");
}

static void
put_taxes(struct text *t, const struct sale *s, const struct line *l)
{
	for (uint32_t i = 0; i < s->bill.taxes; i++) {
		const struct tax *tax = tax_of(s, i);

		if (i > 0)
			text_char(t, ',');
		PUT(t, "{\"_id\":\"");
		text_str(t, tax->id);
		PUT(t, "\",\"name\":\"");
		text_str(t, tax->name);
		PUT(t, "\",\"percentage\":");
		text_cents(t, tax->basis);
		PUT(t, ",\"thisTaxInPennies\":");
		if (s->sign < 0 && l->tax[i] > 0)
			text_char(t, '-');
		text_num(t, (uint64_t)l->tax[i]);
		PUT(t, "}");
	}
}

static void
put_line(struct text *t, const struct sale *s, const struct line *l)
{
	const struct good *g = &s->b->good[l->good];

	text_char(t, '{');
	text_put(t, s->b->text.p + g->head, g->head_n);
	if (s->sign < 0)
		text_char(t, '-');
	text_num(t, l->quantity);
	PUT(t, ",\"unitPrice\":");
	text_cents(t, g->price);
	PUT(t, ",\"totalPrice\":");
	put_money(t, s, l->total);
	PUT(t, ",\"totalDiscounts\":");
	put_money(t, s, l->off);
	text_str(t, l->voided ? ",\"voided\":true" : ",\"voided\":false");
	PUT(t, ",\"itemDiscounts\":[");
	if (l->off > 0)
		put_deal(t, s, l);
	PUT(t, "],\"tax\":[");
	put_taxes(t, s, l);
	PUT(t, "]}");
}

static int64_t
final_of(const struct sale *s)
{
	return s->bill.sub + s->bill.tax + s->bill.fees;
}

static void
put_totals(struct text *t, const struct sale *s)
{
	static const char *const camel[] = { "finalTotal", "subTotal", "totalDiscounts",
		"totalFees", "totalTaxes" };
	static const char *const pascal[] = { "FinalTotal", "SubTotal", "TotalDiscounts",
		"TotalFees", "TotalTaxes" };
	const int64_t cents[] = { final_of(s), s->bill.sub, s->bill.off, s->bill.fees,
		s->bill.tax };
	bool old = s->w->opt->faults && s->hash % 20 == 1;

	PUT(t, ",\"totals\":{");
	for (size_t i = 0; i < COUNT(camel); i++) {
		text_str(t, i > 0 ? ",\"" : "\"");
		text_str(t, old ? pascal[i] : camel[i]);
		PUT(t, "\":");
		put_money(t, s, cents[i]);
	}
	text_char(t, '}');
}

static void
put_payment(struct text *t, const struct sale *s, const char *type, int64_t cents)
{
	PUT(t, "{\"_id\":\"");
	text_short(t, mix(s->hash + 11), mix(s->hash + (uint64_t)cents));
	PUT(t, "\",\"paymentType\":\"");
	text_str(t, type);
	PUT(t, "\",\"amount\":");
	put_money(t, s, cents);
	PUT(t, ",\"loyaltyPoints\":");
	text_num(t, *type == 'l' ? 100 : 0);
	PUT(t, ",\"balanceAfterPayment\":0}");
}

static void
put_payments(struct text *t, const struct sale *s)
{
	uint64_t roll = s->hash >> 20;
	const char *type = roll % 5 < 3 ? "cash" : "debit";

	PUT(t, ",\"payments\":[");
	if (s->o->status == STATUS_SOLD && final_of(s) > 1000 && s->sign > 0 &&
	    s->owner != NOBODY && roll % 17 == 0) {
		put_payment(t, s, "loyalty", 500);
		text_char(t, ',');
		put_payment(t, s, type, final_of(s) - 500);
	} else if (s->o->status == STATUS_SOLD) {
		put_payment(t, s, type, final_of(s));
	}
	PUT(t, "]}");
}

/* Its id in quotes, under one more member name. */
static void
put_own_id(struct text *t, const struct sale *s, uint32_t n)
{
	text_char(t, '"');
	record_id(t, s->w->opt, STREAM_ORDER_ID, n);
	text_char(t, '"');
}

static void
put_times(struct text *t, const struct sale *s)
{
	int digits = s->w->opt->format == FORMAT_V0 ? 3 : 6;
	int64_t done = s->o->created + world_delay(s->w, s->n);

	PUT(t, ",\"createdAt\":\"");
	text_time(t, s->o->created, digits);
	if (s->o->status != STATUS_SOLD) {
		PUT(t, "\",\"completedOn\":null");
		return;
	}
	if (s->o->finished > 0) {
		int64_t to = world_time(s->w->opt, s->o->finished);
		int64_t from = world_time(s->w->opt, (uint32_t)(s->o->finished - 1));

		if (from < s->o->created)
			from = s->o->created;
		done = from + (int64_t)(s->hash % (uint64_t)(to - from + 1));
	}
	PUT(t, "\",\"completedOn\":\"");
	text_time(t, done, digits == 6 ? 3 : 0);
	text_char(t, '"');
}

static void
put_state(struct text *t, const struct sale *s)
{
	static const char *const status[2][3] = {
		{ "sold", "pending", "cancelled" },
		{ "Sold", "Pending", "Cancelled" },
	};
	bool upper = s->w->opt->format == FORMAT_V0 && s->hash % 3 == 0;

	PUT(t, ",\"orderStatus\":\"");
	text_str(t, status[upper][s->o->status]);
	switch (world_way(s->w, s->n)) {
	case WAY_STORE:
		PUT(t, "\",\"orderType\":\"in-store");
		break;
	case WAY_PICKUP:
		PUT(t, "\",\"orderType\":\"Pickup");
		break;
	case WAY_DELIVERY:
		PUT(t, "\",\"orderType\":\"Delivery");
		break;
	case WAY_UNKNOWN:
		break;
	}
	if (record_is_faulty(s->w, STREAM_ORDER, s->n))
		PUT(t, "\",\"voided\":\"maybe\"");
	else
		text_str(t, s->o->voided ? "\",\"voided\":true" : "\",\"voided\":false");
	PUT(t, ",\"originalSaleId\":");
	if (s->o->original != NOBODY)
		put_own_id(t, s, s->o->original);
	else
		PUT(t, "\"\"");
}

static void
put_buyer(struct text *t, const struct sale *s)
{
	if (s->owner == NOBODY) {
		text_str(t, s->hash % 2 ? ",\"customerId\":null" : "");
		text_str(t, s->hash % 4 ? ",\"name\":\"\"" : "");
		return;
	}
	PUT(t, ",\"customerId\":\"");
	record_customer_id(t, s->w, s->owner);
	text_str(t, record_is_medical(s->w, s->owner) ? "\",\"customerType\":\"medCustomer"
	                                              : "\",\"customerType\":\"recCustomer");
	PUT(t, "\",\"name\":\"");
	record_name(t, s->w, s->owner);
	if (world_way(s->w, s->n) != WAY_STORE) {
		PUT(t, "\",\"fullName\":\"");
		record_name(t, s->w, s->owner);
	}
	PUT(t, "\",\"currentPoints\":");
	text_num(t, under(mix(s->hash + 5), 600));
}

static void
put_seller(struct text *t, const struct sale *s)
{
	uint64_t roll = mix(s->hash + 3);
	uint32_t team = s->o->location * BOOK_STAFF;
	uint64_t seller = (roll + edits_of(s, EDIT_SELLER)) % BOOK_STAFF;
	uint64_t packer = (roll + roll / 64 % 2 + edits_of(s, EDIT_PACKER)) % BOOK_STAFF;
	uint64_t hash = record_hash(s->w, STREAM_STAFF, team + seller);

	/* an order on the web has no budtender */
	if (world_way(s->w, s->n) != WAY_UNKNOWN) {
		PUT(t, ",\"budtender\":\"");
		text_str(t, table_first[(team + seller) % COUNT(table_first)].text);
		PUT(t, "\",\"budtenderId\":\"");
		text_short(t, hash, mix(hash));
		text_char(t, '"');
	}
	if (s->o->status != STATUS_SOLD)
		return;
	PUT(t, ",\"fulfilledBy\":\"");
	text_str(t, table_first[(team + packer) % COUNT(table_first)].text);
	text_char(t, '"');
}

void
record_order(struct text *t, const struct world *w, const struct book *b, uint32_t n)
{
	struct sale s = { .w = w, .b = b, .o = &w->order[n], .n = n };
	const char *quote = w->opt->format == FORMAT_V0 ? "" : "\"";

	s.owner = world_owner(w, n);
	s.hash = record_hash(w, STREAM_TALLY, ~(uint64_t)n);
	s.sign = s.o->original != NOBODY ? -1 : 1;
	draw_bill(&s, s.sign < 0 ? s.o->original : n);
	record_key(t, w->opt, STREAM_ORDER_ID, n);
	put_own_id(t, &s, n);
	PUT(t, ",\"orderId\":\"");
	text_num(t, 1000000 + (uint64_t)n);
	PUT(t, "\",\"clientId\":\"");
	text_str(t, b->client);
	PUT(t, "\",\"locationId\":");
	text_str(t, quote);
	record_import_id(t, w->opt, s.o->location);
	text_str(t, quote);
	put_times(t, &s);
	put_state(t, &s);
	put_buyer(t, &s);
	put_seller(t, &s);
	put_totals(t, &s);
	PUT(t, ",\"itemsInCart\":[");
	for (uint32_t i = 0; i < s.bill.lines; i++) {
		if (i > 0)
			text_char(t, ',');
		put_line(t, &s, &s.bill.line[i]);
	}
	text_char(t, ']');
	put_payments(t, &s);
}
