/* Goal: what is read by the fast path is read as strictly: whatever came before, and whatever is
 * wrong with the record. */
#include "record/fast_outline.h"

#include <stdio.h>

#include <criterion/criterion.h>

#include "json/exact.h"
#include "alike.h"
#include "support/quoted.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct str statuses[] = { { "sold", 4 } };
static const struct record_settings settings = { .completed_statuses = statuses, .completed_n = 1 };

static const char order[] = "{'id':'o1','createdAt':'2026-01-01T00:00:00.5Z','orderStatus':'sold',"
                            "'voided':false,'customerId':null,'name':'Ren\xc3\xa9 \\u0041\\\\',"
                            "'totals':{'finalTotal':12.5,'subTotal':0,'tip':-1e2},"
                            "'itemsInCart':[{'id':'1','productName':'P','tax':[{'_id':'t','z':1}],"
                            "'itemDiscounts':[]},{'id':'2','voided':true,'x':{'y':[[],{'w':1}]}}],"
                            "'payments':[{'_id':'p','amount':12.5}],'more':[1,{'a':{}},'s',null]}";
static const char customer[] =
    "{'id':'c1','name':'Al ','email':null,'loyaltyPoints':49.5,"
    "'isLoyal':true,'groups':[{'name':'VIP'},{'name':'x','n':1}],'new':{}}";

struct both {
	struct alike g;
	struct arena a;
};

static void
begin(struct both *h)
{
	h->a = (struct arena){ 0 };
	alike_begin(&h->g, &settings);
	cr_assert_null(alike_differ(&h->g, true, quoted(&h->a, order)));
	cr_assert_null(alike_differ(&h->g, false, quoted(&h->a, customer)));
}

static void
end(struct both *h)
{
	alike_end(&h->g);
	arena_release(&h->a);
}

Test(fast_outline, sound_records_need_no_strict_reader)
{
	static const char *const orders[] = { order, "{}", "{'id':1}",
		"{'createdAt':'x','id':'o2'}",
		"{'payments':[],'totals':null,'itemsInCart':[{},{}]}",
		"{'never':{'seen':[1,[2,{'q':{}}]]},'id':'\\n'}",
		"{'totals':{'tip':0,'finalTotal':7},'more':[],'id':'o3'}",
		"{'twenty-nine-bytes-in-the-name':0}" };
	struct both h;

	begin(&h);
	cr_expect(alike_knows(&h.g, false, quoted(&h.a, customer)));
	for (size_t i = 0; i < COUNT(orders); i++) {
		cr_expect(alike_knows(&h.g, true, quoted(&h.a, orders[i])), "%s", orders[i]);
		cr_expect_null(alike_differ(&h.g, true, quoted(&h.a, orders[i])));
	}
	end(&h);
}

/* The record with one member more, so that no step comes near its end. */
static struct str
lengthened(struct arena *a, struct str text)
{
	return str_printf(a, "%.*s,\"more\":\"a text longer than any step there is in it\"}",
	    (int)text.n - 1, text.p);
}

Test(fast_outline, what_is_unusual_is_left_to_the_strict_reader)
{
	static const char *const orders[] = { "", "{", "[]", "7", " {}", "{} ", "{ 'id':1}",
		"{'id' :1}", "{'id': 1}", "{'id':1 }", "{'id':1,}", "{'id':1,'id':1}",
		"{'id':1,'new':2,'new':3}", "{'totals':{'tip':1,'tip':1}}",
		"{'more':[{'a':1,'a':2}]}", "{'\\u0069d':1}", "{'caf\xc3\xa9':1}", "{'a\x7f':1}",
		"{'thirty-bytes-are-in-this-name!':0}", "{'totals':[]}", "{'itemsInCart':{}}",
		"{'itemsInCart':[null]}", "{'itemsInCart':[[]]}", "{'payments':[7]}", "{'id':01}",
		"{'id':1.}", "{'id':1.x}", "{'id':1x5}", "{'id':.5}", "{'id':+1}", "{'id':1.2.3}",
		"{'id':12x}", "{'id':nul}", "{'id':nulll}", "{'id':'\x01'}", "{'id':'\xff'}",
		"{'id':'\\x'}", "{'id':'", "{'id':1}}", "{'id':1]", "{'id':[1}", "{'id'", "{'id'}",
		"{id:1}", "{'id':1;'_id':2}", "{'id':1'_id':2}" };
	struct both h;

	begin(&h);
	for (size_t i = 0; i < COUNT(orders); i++) {
		struct str text = quoted(&h.a, orders[i]);

		cr_expect(!alike_knows(&h.g, true, text), "%s", orders[i]);
		cr_expect_null(alike_differ(&h.g, true, text), "%s", orders[i]);
		if (text.n < 3 || text.p[text.n - 1] != '}')
			continue;
		text = lengthened(&h.a, text);
		cr_expect(!alike_knows(&h.g, true, text), "%s", orders[i]);
		cr_expect_null(alike_differ(&h.g, true, text), "%s", orders[i]);
	}
	end(&h);
}

Test(fast_outline, numbers_of_every_length)
{
	static const char *const numbers[] = { "1", "1234567", "12345678", "123456789", "0.5",
		"1.2345678", "12345678.12345678", "1.23456789", "-7", "1e5", "1.5E-3", "0",
		"-0.0" };
	struct both h;

	begin(&h);
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct str text =
		    str_printf(&h.a, "{\"id\":1,\"totals\":{\"finalTotal\":%s}}", numbers[i]);

		for (int k = 0; k < 2; k++) {
			cr_expect(alike_knows(&h.g, true, text), "%s", numbers[i]);
			cr_expect_null(alike_differ(&h.g, true, text));
			text = lengthened(&h.a, text);
		}
	}
	end(&h);
}

static const char *
differ_exactly(struct both *h, bool is_order, struct str text)
{
	struct str copy = exact(text);
	const char *what = alike_differ(&h->g, is_order, copy);

	drop(copy);
	return what;
}

Test(fast_outline, a_record_cut_anywhere_or_with_another_byte_is_told_as_strictly)
{
	static const char bytes[] = "\"\\{}[]:, 0-.en\x01\x7f\xc3\xa9\xff";
	const char *const texts[] = { customer, order };
	struct both h;

	begin(&h);
	for (int is_order = 0; is_order < 2; is_order++) {
		struct str text = quoted(&h.a, texts[is_order]);
		char *p = str_z(&h.a, text);

		for (size_t n = text.n; n > 0; n--)
			cr_expect_null(
			    differ_exactly(&h, is_order, str_of(text.p, n)), "cut to %zu", n);
		for (size_t i = 0; i < text.n; i++) {
			for (const char *c = bytes; *c != '\0'; c++) {
				p[i] = *c;
				cr_expect_null(differ_exactly(&h, is_order, str_of(p, text.n)),
				    "%d at %zu", *c, i);
			}
			p[i] = text.p[i];
		}
	}
	end(&h);
}

/* ${n} containers inside one another, lists and objects by turns or only lists.
 */
static struct str
nested(struct buf *b, size_t n, bool objects)
{
	buf_reset(b);
	buf_z(b, "{\"id\":1,\"deep\":");
	for (size_t i = 1; i < n; i++)
		buf_z(b, objects && i % 2 == 0 ? "{\"d\":" : "[");
	buf_char(b, '1');
	for (size_t i = n; --i > 0;)
		buf_char(b, objects && i % 2 == 0 ? '}' : ']');
	buf_char(b, '}');
	return buf_view(b);
}

Test(fast_outline, nesting_ends_where_it_does_for_the_strict_reader)
{
	struct both h;
	struct buf b = { 0 };

	begin(&h);
	for (size_t n = 2; n < JSON_DEPTH + 3; n++)
		for (int objects = 0; objects < 2; objects++) {
			struct str text = nested(&b, n, objects);

			cr_expect_null(alike_differ(&h.g, true, text));
			cr_expect(h.g.fast.r.strict || objects ||
			              alike_knows(&h.g, true, text) == (n <= JSON_DEPTH),
			    "%zu", n);
		}
	/* an empty one is one level, too */
	for (int more = 0; more < 2; more++) {
		struct str text = nested(&b, JSON_DEPTH + (size_t)more, false);
		char *one = memchr(text.p + 8, '1', text.n - 8);

		memmove(one + 2, one + 1, (size_t)(text.p + text.n - one - 1));
		memcpy(one, "[]", 2);
		b.n++;
		cr_expect_null(alike_differ(&h.g, true, buf_view(&b)));
	}
	buf_release(&b);
	end(&h);
}

Test(fast_outline, more_names_than_are_kept_are_read_all_the_same)
{
	struct both h;
	struct buf b = { 0 };

	begin(&h);
	for (unsigned n = 0; n < 3 * FAST_OUTLINE_NAMES; n++) {
		buf_reset(&b);
		buf_printf(&b,
		    "{\"id\":%u,\"totals\":{\"n%u\":1,\"finalTotal\":1},"
		    "\"x\":{\"a%u\":{},\"b\":[]}}",
		    n, n, n);
		cr_expect_null(alike_differ(&h.g, true, buf_view(&b)));
		cr_expect_null(alike_differ(&h.g, false, buf_view(&b)));
	}
	cr_expect(!alike_knows(&h.g, true, buf_view(&b)));
	cr_expect(alike_knows(&h.g, true, quoted(&h.a, order)), "what was kept is still known");
	buf_release(&b);
	end(&h);
}

Test(fast_outline, as_many_names_in_one_object_as_there_are)
{
	struct both h;
	struct buf b = { 0 };

	begin(&h);
	for (unsigned n = 60; n < 70; n++) {
		buf_reset(&b);
		buf_z(&b, "{\"id\":1,\"z\":{");
		for (unsigned i = 0; i < n; i++)
			buf_printf(&b, "%s\"n%u\":%u", i == 0 ? "" : ",", i, i);
		buf_z(&b, "}}");
		cr_expect_null(alike_differ(&h.g, true, buf_view(&b)));
		cr_expect(alike_knows(&h.g, true, buf_view(&b)) == (n <= FAST_OUTLINE_NAMES));
		/* the last name once more */
		b.n -= 2;
		buf_printf(&b, ",\"n%u\":0}}", n - 1);
		cr_expect_null(alike_differ(&h.g, true, buf_view(&b)));
	}
	buf_release(&b);
	end(&h);
}

Test(fast_outline, more_places_than_are_kept_are_read_all_the_same)
{
	struct both h;
	struct buf b = { 0 };

	begin(&h);
	for (unsigned n = 0; n < 2 * FAST_OUTLINE_PLACES; n++) {
		buf_reset(&b);
		buf_printf(&b, "{\"id\":1,\"q\":{\"m%u\":{\"k\":{\"l\":1,\"k\":2}}}}",
		    n % FAST_OUTLINE_NAMES);
		cr_expect_null(alike_differ(&h.g, n % 2 == 0, buf_view(&b)));
	}
	cr_expect(alike_knows(&h.g, true, quoted(&h.a, order)));
	buf_release(&b);
	end(&h);
}
