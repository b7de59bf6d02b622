/* Goal: whatever was read before, a record is read by the fast path as strictly: the
 * same fields, unknown fields and faults.  Half of the inputs are records, a
 * line each; the others steer the making of records that are nearly sound. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "record/alike.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct str statuses[] = { { "sold", 4 } };
static const struct record_settings settings = { .completed_statuses = statuses, .completed_n = 1 };

/* An exact copy, so that a step beyond its end is seen. */
static void
check(struct alike *g, bool is_order, struct str text)
{
	char *copy = mem_alloc(text.n);

	if (text.n > 0)
		memcpy(copy, text.p, text.n);
	assert(alike_differ(g, is_order, str_of(copy, text.n)) == NULL);
	mem_free(copy);
}

/* What steers: its bytes, then zeros. */
struct steer {
	const uint8_t *p, *end;
};

static unsigned
pick(struct steer *s, unsigned n)
{
	return s->p < s->end ? *s->p++ % n : 0;
}

static const char *const names[] = { "id", "_id", "orderId", "createdAt", "completedOn",
	"orderStatus", "orderType", "voided", "originalSaleId", "customerId", "budtender", "totals",
	"finalTotal", "FinalTotal", "itemsInCart", "productName", "title1", "category", "type",
	"itemDiscounts", "tax", "payments", "groups", "email", "loyaltyPoints", "isLoyal",
	"birthDate", "name", "quantity", "unknown", "a/b~c", "", "\\u0069d", "na\\u006de",
	"caf\xc3\xa9", "bad\xff", "ctl\x01", "DEL\x7f", "consentsToPromotionalEmail",
	"twenty-nine-bytes-in-the-name", "thirty-bytes-are-in-this-name!", "x\"", "x\\" };

static const char *const values[] = { "\"\"", "\"o1\"", "\" sold \"", "null", "true", "false", "0",
	"-0", "01", "12.50", "1e5", "1.", "-", "12345678", "123456789.5", "0.123456789", "1.2.3",
	"NaN", "\"2026-01-01T00:00:00Z\"", "\"2026-01-01T00:00:00.123456Z\"", "\"2026-13-01\"",
	"\"sold\"", "\"a \\\"quoted\\\" one\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\x\"",
	"\"Ren\xc3\xa9\xc3\xa9\"", "\"\xc3\"", "\"tab\tin it\"", "\"DEL\x7f \"",
	"\"thirty-two bytes of plain text..\"", "\"cut", "nul", "tru", "\xff", "\"True\"", "+1",
	"" };

static void make_value(struct buf *b, struct steer *s, unsigned depth);

static void
make_list(struct buf *b, struct steer *s, unsigned depth)
{
	unsigned n = pick(s, 4);

	buf_char(b, '[');
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			buf_char(b, ',');
		make_value(b, s, depth + 1);
	}
	buf_char(b, ']');
}

static void
make_object(struct buf *b, struct steer *s, unsigned depth)
{
	unsigned n = pick(s, 12);

	buf_char(b, '{');
	for (unsigned i = 0; i < n; i++) {
		unsigned name = pick(s, 64);

		if (i > 0)
			buf_char(b, ',');
		if (pick(s, 32) == 31)
			buf_char(b, ' ');
		if (name < sizeof(names) / sizeof(names[0]))
			buf_printf(b, "\"%s\":", names[name]);
		else
			buf_printf(b, "\"n%u\":", pick(s, 256));
		make_value(b, s, depth + 1);
	}
	buf_char(b, '}');
}

static void
make_value(struct buf *b, struct steer *s, unsigned depth)
{
	unsigned kind = pick(s, 8);

	if (kind == 1 && depth < 6)
		make_object(b, s, depth);
	else if (kind == 2 && depth < 6)
		make_list(b, s, depth);
	else if (kind == 3)
		buf_printf(b, "%u", pick(s, 256));
	else
		buf_z(b, values[pick(s, sizeof(values) / sizeof(values[0]))]);
}

/* Change a byte, cut the end off, or nest deeply; mostly nothing. */
static void
spoil(struct buf *b, struct steer *s)
{
	size_t at = (pick(s, 256) << 8 | pick(s, 256)) % (b->n + 1);

	switch (pick(s, 8)) {
	case 1:
		if (at < b->n)
			b->p[at] = (char)pick(s, 256);
		break;
	case 2:
		b->n = at;
		break;
	case 3:
		b->n -= b->n > 0;
		buf_z(b, ",\"deep\":");
		at = 55 + at % 12;
		for (size_t i = 0; i < at; i++)
			buf_z(b, i % 2 == 0 ? "[" : "{\"d\":");
		buf_z(b, at % 2 == 0 ? "{}" : "[]");
		for (size_t i = at; i-- > 0;)
			buf_z(b, i % 2 == 0 ? "]" : "}");
		buf_char(b, '}');
		break;
	default:
		break;
	}
}

static void
check_made(struct alike *g, struct steer *s)
{
	struct buf b = { 0 };

	while (s->p < s->end) {
		bool is_order = pick(s, 4) > 0;

		buf_reset(&b);
		make_object(&b, s, 1);
		/* sound but for the rest, so that the rest is looked at */
		if (b.n > 2 && pick(s, 2) == 0) {
			b.n--;
			buf_z(&b, ",\"id\":\"1\",\"createdAt\":\"2026-01-01\"}");
		}
		spoil(&b, s);
		/* twice: what the first taught must not matter */
		check(g, is_order, buf_view(&b));
		check(g, is_order, buf_view(&b));
	}
	buf_release(&b);
}

static void
check_lines(struct alike *g, struct str text)
{
	while (text.n > 0) {
		const char *nl = memchr(text.p, '\n', text.n);
		size_t n = nl == NULL ? text.n : (size_t)(nl - text.p);

		check(g, true, str_of(text.p, n));
		check(g, false, str_of(text.p, n));
		n += nl != NULL;
		text.p += n;
		text.n -= n;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct alike g;
	struct steer s = { data + 1, data + size };

	if (size == 0)
		return 0;
	alike_begin(&g, &settings);
	if (data[0] < 0x80)
		check_lines(&g, str_of((const char *)data, size));
	else
		check_made(&g, &s);
	alike_end(&g);
	return 0;
}
