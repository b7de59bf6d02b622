/* order.c -- of the generator: orders as JSON.  All money is cents here. */
#include <ctype.h>

#include "record.h"

struct deal {
	const char *name, *type;
	uint16_t percent, pennies;
};

static const struct deal deals[6] = {
	{ "Happy Hour", "percent", 15, 0 },
	{ "Loyalty", "percent", 10, 0 },
	{ "Veteran", "percent", 20, 0 },
	{ "$5 off", "dollar", 0, 500 },
	{ "First Visit", "percent", 25, 0 },
	{ "$2 off", "dollar", 0, 200 },
};

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
		l->deal = &deals[rng_under(r, COUNT(deals))];
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
static struct word
money(const struct sale *s, int64_t cents)
{
	const char *quote = s->w->opt->faults && s->hash % 20 == 2 ? "\"" : "";

	return word_print("%s%s%s", quote, word_cents(s->sign * cents).s, quote);
}

static void
put_deal(struct text *t, const struct sale *s, const struct line *l)
{
	static const struct deal correction = { "Correction", "dollar", 0, 0 };
	const struct deal *d = l->deal ? l->deal : &correction;

	text_print(t,
	    "{\"_id\":\"dc%d\",\"name\":\"%s\",\"type\":\"%s\",\"discountAmount\":%s,"
	    "\"penniesOff\":%ld,\"percentOff\":%u,\"isCartDiscount\":false,\"quantity\":1}",
	    l->deal ? (int)(d - deals) + 1 : 0, d->name, d->type, money(s, l->off).s,
	    d->percent > 0 ? 0 : l->off, d->percent);
}

static void
put_line(struct text *t, const struct sale *s, const struct line *l)
{
	const struct good *g = &s->b->good[l->good];

	text_print(t,
	    "{%s,\"quantity\":%s%u,\"unitPrice\":%s,\"totalPrice\":%s,\"totalDiscounts\":%s,"
	    "\"voided\":%s,\"itemDiscounts\":[",
	    g->head.p, s->sign < 0 ? "-" : "", l->quantity, word_cents(g->price).s,
	    money(s, l->total).s, money(s, l->off).s, l->voided ? "true" : "false");
	if (l->off > 0)
		put_deal(t, s, l);
	text_print(t, "],\"tax\":[");
	for (uint32_t i = 0; i < s->bill.taxes; i++) {
		const struct tax *tax = tax_of(s, i);

		text_print(t,
		    "%s{\"_id\":\"%s\",\"name\":\"%s\",\"percentage\":%s,"
		    "\"thisTaxInPennies\":%ld}",
		    i > 0 ? "," : "", tax->id, tax->name, word_cents(tax->basis).s,
		    s->sign * l->tax[i]);
	}
	text_print(t, "]}");
}

static int64_t
final_of(const struct sale *s)
{
	return s->bill.sub + s->bill.tax + s->bill.fees;
}

static void
put_totals(struct text *t, const struct sale *s)
{
	static const char *const names[] = { "finalTotal", "subTotal", "totalDiscounts",
		"totalFees", "totalTaxes" };
	const int64_t cents[] = { final_of(s), s->bill.sub, s->bill.off, s->bill.fees,
		s->bill.tax };
	bool old = s->w->opt->faults && s->hash % 20 == 1; /* FinalTotal */

	for (size_t i = 0; i < COUNT(names); i++)
		text_print(t, "%s\"%c%s\":%s", i > 0 ? "," : ",\"totals\":{",
		    old ? toupper((unsigned char)names[i][0]) : names[i][0], names[i] + 1,
		    money(s, cents[i]).s);
	text_print(t, "}");
}

static void
put_payment(struct text *t, const struct sale *s, const char *type, int64_t cents)
{
	text_print(t,
	    "{\"_id\":\"%s\",\"paymentType\":\"%s\",\"amount\":%s,\"loyaltyPoints\":%d,"
	    "\"balanceAfterPayment\":0}",
	    word_short(mix(s->hash + 11), mix(s->hash + (uint64_t)cents)).s, type,
	    money(s, cents).s, *type == 'l' ? 100 : 0);
}

static void
put_payments(struct text *t, const struct sale *s)
{
	uint64_t roll = s->hash >> 20;
	int64_t rest = final_of(s);

	text_print(t, ",\"payments\":[");
	if (s->o->status == STATUS_SOLD && rest > 1000 && s->sign > 0 && s->owner != NOBODY &&
	    roll % 17 == 0) {
		put_payment(t, s, "loyalty", 500);
		text_print(t, ",");
		rest -= 500;
	}
	if (s->o->status == STATUS_SOLD)
		put_payment(t, s, roll % 5 < 3 ? "cash" : "debit", rest);
	text_print(t, "]}");
}

static void
put_times(struct text *t, const struct sale *s)
{
	int digits = s->w->opt->format == FORMAT_V0 ? 3 : 6;
	int64_t done = s->o->created + world_delay(s->w, s->n);

	text_print(t, ",\"createdAt\":\"%s\"", word_time(s->o->created, digits).s);
	if (s->o->status != STATUS_SOLD) {
		text_print(t, ",\"completedOn\":null");
		return;
	}
	if (s->o->finished > 0) {
		int64_t to = world_time(s->w->opt, s->o->finished);
		int64_t from = world_time(s->w->opt, (uint32_t)(s->o->finished - 1));

		if (from < s->o->created)
			from = s->o->created;
		done = from + (int64_t)(s->hash % (uint64_t)(to - from + 1));
	}
	text_print(t, ",\"completedOn\":\"%s\"", word_time(done, digits == 6 ? 3 : 0).s);
}

static void
put_state(struct text *t, const struct sale *s)
{
	static const char *const status[2][3] = {
		{ "sold", "pending", "cancelled" },
		{ "Sold", "Pending", "Cancelled" },
	};
	static const char *const way[] = { "in-store", "Pickup", "Delivery" };
	bool upper = s->w->opt->format == FORMAT_V0 && s->hash % 3 == 0;
	enum way how = world_way(s->w, s->n);

	text_print(t, ",\"orderStatus\":\"%s\"", status[upper][s->o->status]);
	if (how != WAY_UNKNOWN)
		text_print(t, ",\"orderType\":\"%s\"", way[how]);
	text_print(t, ",\"voided\":%s,\"originalSaleId\":\"%s\"",
	    record_is_faulty(s->w, STREAM_ORDER, s->n) ? "\"maybe\""
	    : s->o->voided                             ? "true"
	                                               : "false",
	    s->o->original != NOBODY ? record_id(s->w->opt, STREAM_ORDER_ID, s->o->original).s
	                             : "");
}

static void
put_buyer(struct text *t, const struct sale *s)
{
	struct word name;

	if (s->owner == NOBODY) {
		text_print(t, "%s%s", s->hash % 2 ? ",\"customerId\":null" : "",
		    s->hash % 4 ? ",\"name\":\"\"" : "");
		return;
	}
	name = record_name(s->w, s->owner);
	text_print(t, ",\"customerId\":\"%s\",\"customerType\":\"%s\",\"name\":\"%s\"",
	    record_customer_id(s->w, s->owner).s, record_type(s->w, s->owner), name.s);
	if (world_way(s->w, s->n) != WAY_STORE)
		text_print(t, ",\"fullName\":\"%s\"", name.s);
	text_print(t, ",\"currentPoints\":%u", under(mix(s->hash + 5), 600));
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
	if (world_way(s->w, s->n) != WAY_UNKNOWN)
		text_print(t, ",\"budtender\":\"%s\",\"budtenderId\":\"%s\"",
		    record_first_name(team + seller).s, word_short(hash, mix(hash)).s);
	if (s->o->status == STATUS_SOLD)
		text_print(t, ",\"fulfilledBy\":\"%s\"", record_first_name(team + packer).s);
}

void
record_order(struct text *t, const struct world *w, const struct book *b, uint32_t n)
{
	struct sale s = { .w = w, .b = b, .o = &w->order[n], .n = n };

	s.owner = world_owner(w, n);
	s.hash = record_hash(w, STREAM_TALLY, ~(uint64_t)n);
	s.sign = s.o->original != NOBODY ? -1 : 1;
	draw_bill(&s, s.sign < 0 ? s.o->original : n);
	text_print(t, "{\"%s\":\"%s\",\"orderId\":\"%u\",\"clientId\":\"%s\",\"locationId\":%s",
	    record_key(w->opt, STREAM_ORDER_ID, n), record_id(w->opt, STREAM_ORDER_ID, n).s,
	    1000000 + n, b->client.s, record_import_value(w->opt, s.o->location).s);
	put_times(t, &s);
	put_state(t, &s);
	put_buyer(t, &s);
	put_seller(t, &s);
	put_totals(t, &s);
	for (uint32_t i = 0; i < s.bill.lines; i++) {
		text_print(t, i > 0 ? "," : ",\"itemsInCart\":[");
		put_line(t, &s, &s.bill.line[i]);
	}
	text_print(t, "]");
	put_payments(t, &s);
}
