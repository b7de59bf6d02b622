/* Goal: how fast a page of orders is taken apart, one row a step:
 * name,unit,value. */
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "json/read.h"
#include "record/record.h"
#include "record/id.h"
#include "json/split.h"

#define ORDERS 600
#define ROUNDS 200

static void
put_order(struct buf *b, unsigned n, const char *id)
{
	buf_printf(b,
	    "{\"%s\":\"5f8a1c%06u-3c41-4d7e-9b1a-0242ac130003\","
	    "\"clientId\":\"0d70b1c2-9e4f-4a57-8c55-7d3f1b2a6e90\","
	    "\"locationId\":\"b334f1aa-2d5c-45f0-9a77-1f2e3d4c5b6a\","
	    "\"createdAt\":\"2026-05-01T10:00:%02uZ\","
	    "\"completedOn\":\"2026-05-01T10:05:%02uZ\","
	    "\"orderStatus\":\"sold\",\"orderType\":\"in-store\","
	    "\"voided\":false,\"originalSaleId\":\"\","
	    "\"customerId\":\"a7bb23d4-0c1e-4f3a-8d2b-%012u\","
	    "\"customerType\":\"recCustomer\",\"name\":\"Jane Doe\","
	    "\"fullName\":\"Jane Doe\",\"currentPoints\":50,"
	    "\"budtender\":\"Alice\",\"fulfilledBy\":\"Alice\",",
	    id, n, n % 60, n % 60, n);
	buf_printf(b,
	    "\"totals\":{\"finalTotal\":40.25,\"subTotal\":35.0,"
	    "\"totalDiscounts\":0,\"totalFees\":0,\"totalTaxes\":5.25},"
	    "\"itemsInCart\":[{\"id\":\"c%u\",\"productId\":"
	    "\"7e1d9f60-52b3-4c8e-a1d4-6b7c8d9e0f1a\",\"sku\":\"BD-35G\","
	    "\"productName\":\"Blue Dream 3.5g\",\"title1\":\"Blue Dream\","
	    "\"title2\":\"3.5g\",\"brand\":\"Rocky\",\"category\":\"Flower\","
	    "\"type\":\"PackedBud\",\"strainName\":\"Blue Dream\","
	    "\"quantity\":1,\"unitOfWeight\":\"Each\",\"unitPrice\":35.0,"
	    "\"totalPrice\":35.0,\"unitCost\":20.0,\"totalCost\":20.0,"
	    "\"totalDiscounts\":0,\"voided\":false,\"itemDiscounts\":[],"
	    "\"tax\":[{\"_id\":\"t%u\",\"name\":\"State Tax\","
	    "\"percentage\":15,\"thisTaxInPennies\":525,"
	    "\"appliesTo\":\"all\"}]}],\"payments\":[{\"_id\":\"p%u\","
	    "\"paymentType\":\"cash\",\"amount\":40.25,\"loyaltyPoints\":0,"
	    "\"balanceAfterPayment\":0}]}",
	    n, n, n);
}

static void
put_page(struct buf *b, const char *id)
{
	buf_reset(b);
	buf_printf(b, "{\"total\":%d,\"orders\":[", ORDERS);
	for (unsigned i = 0; i < ORDERS; i++) {
		if (i > 0)
			buf_char(b, ',');
		put_order(b, i, id);
	}
	buf_z(b, "]}");
}

/* What a pass works with. */
struct tools {
	struct split s;
	struct json j;
	struct record_reader r;
	struct arena a;
};

/* One pass over the page; false if it did not do what it should. */
typedef bool pass_fn(struct str page, struct tools *t);

static bool
pass_scan(struct str page, struct tools *t)
{
	static const char *const members[] = { "orders", "data", NULL };
	struct err e = ERR_INIT;

	return split_page(&t->s, page, members, "total", &e) == 0 && t->s.n == ORDERS;
}

static bool
pass_peek(struct str page, struct tools *t)
{
	size_t found = 0;

	for (size_t i = 0; i < t->s.n; i++) {
		struct split_record r = t->s.records[i];
		struct str id;

		found += id_peek(str_of(page.p + r.at, r.len), true, &id);
	}
	return found == ORDERS;
}

static bool
pass_read(struct str page, struct tools *t)
{
	for (size_t i = 0; i < t->s.n; i++) {
		struct split_record r = t->s.records[i];
		struct json_fault f;

		if (!json_read(&t->j, str_of(page.p + r.at, r.len), &f))
			return false;
	}
	return true;
}

static bool
pass_order(struct str page, struct tools *t)
{
	for (size_t i = 0; i < t->s.n; i++) {
		struct split_record r = t->s.records[i];
		struct order o;
		struct record_fault f;

		arena_reset(&t->a);
		if (!record_read_order(&t->r, &t->a, str_of(page.p + r.at, r.len), &o, &f))
			return false;
	}
	return true;
}

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* The best of many rounds: what the machine can do undisturbed. */
static void
measure(const char *name, pass_fn *pass, struct str page, struct tools *t)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < ROUNDS; i++) {
		int64_t start = now_ns(), took;

		if (!pass(page, t)) {
			printf("%s,failed,0\n", name);
			break;
		}
		took = now_ns() - start;
		best = took < best ? took : best;
	}
	printf("%s,MB/s,%lld\n", name, (long long)((int64_t)page.n * 1000 / best));
	printf("%s,ns/record,%lld\n", name, (long long)(best / ORDERS));
}

int
main(void)
{
	static const char *const names[] = { "scan best", "scan plain", "scan sse2", "scan avx2" };
	const struct record_settings settings = { .completed_n = 0 };
	struct buf page = { 0 };
	struct schema schema;
	struct intern unknown = { 0 };
	struct tools t = {
		.r = { .schema = &schema, .settings = &settings, .unknown = { .words = &unknown } }
	};

	schema_init(&schema);
	put_page(&page, "id");
	for (int way = SIMD_AVX2; way >= SIMD_BEST; way--) {
		t.s.way = (enum simd_way)way;
		if (simd_reader(t.s.way) != NULL)
			measure(names[way], pass_scan, buf_view(&page), &t);
	}
	measure("peek, id first", pass_peek, buf_view(&page), &t);
	measure("json_read", pass_read, buf_view(&page), &t);
	measure("record_read_order", pass_order, buf_view(&page), &t);
	t.r.strict = true;
	measure("record_read_order, strict", pass_order, buf_view(&page), &t);
	put_page(&page, "_id");
	measure("scan, old ids", pass_scan, buf_view(&page), &t);
	measure("peek, _id only", pass_peek, buf_view(&page), &t);
	split_release(&t.s);
	json_release(&t.j);
	record_reader_release(&t.r);
	intern_release(&unknown);
	arena_release(&t.a);
	buf_release(&page);
	return 0;
}
