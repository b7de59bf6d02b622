/* Goal: what is packed comes out again, keys sort as what they say, and a row
 * that is cut anywhere is found out. */
#include "base/pack.h"

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const uint64_t numbers[] = { 0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_C(1) << 32,
	INT64_MAX, UINT64_C(1) << 63, UINT64_MAX };

static const int64_t signed_numbers[] = { INT64_MIN, INT64_MIN + 1, INT32_MIN, -16385, -129, -128,
	-65, -64, -2, -1, 0, 1, 63, 64, 127, 128, INT32_MAX, INT64_MAX - 1, INT64_MAX };

Test(pack, numbers_come_out_as_they_went_in)
{
	struct buf b = { 0 };
	struct unpack u;

	for (size_t i = 0; i < COUNT(numbers); i++) {
		pack_u64(&b, numbers[i]);
		pack_fixed(&b, numbers[i]);
		pack_key_u32(&b, (uint32_t)numbers[i]);
	}
	for (size_t i = 0; i < COUNT(signed_numbers); i++) {
		pack_i64(&b, signed_numbers[i]);
		pack_key_i64(&b, signed_numbers[i]);
	}

	u = unpack_of(buf_view(&b));
	for (size_t i = 0; i < COUNT(numbers); i++) {
		cr_expect(unpack_u64(&u) == numbers[i], "varint %zu", i);
		cr_expect(unpack_fixed(&u) == numbers[i], "fixed %zu", i);
		cr_expect(unpack_key_u32(&u) == (uint32_t)numbers[i], "key %zu", i);
	}
	for (size_t i = 0; i < COUNT(signed_numbers); i++) {
		cr_expect(unpack_i64(&u) == signed_numbers[i], "i64 %zu", i);
		cr_expect(unpack_key_i64(&u) == signed_numbers[i], "time %zu", i);
	}
	cr_expect(!u.bad && u.p == u.end, "nothing is left");
	buf_release(&b);
}

Test(pack, a_varint_has_one_byte_for_seven_bits)
{
	static const struct {
		uint64_t v;
		size_t n;
	} rows[] = { { 0, 1 }, { 127, 1 }, { 128, 2 }, { 16383, 2 }, { 16384, 3 },
		{ UINT32_MAX, 5 }, { UINT64_MAX, 10 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };

		pack_u64(&b, rows[i].v);
		cr_expect(b.n == rows[i].n, "row %zu: %zu bytes", i, b.n);
		buf_release(&b);
	}
}

Test(pack, texts_may_hold_anything_and_be_empty)
{
	static const struct str texts[] = { { NULL, 0 }, { "", 0 }, { "a", 1 }, { "a\0b", 3 },
		{ "\xff\x80", 2 } };
	struct buf b = { 0 };
	struct unpack u;

	for (size_t i = 0; i < COUNT(texts); i++) {
		pack_text(&b, texts[i]);
		pack_key_text(&b, texts[i]);
	}
	buf_z(&b, "rest");

	u = unpack_of(buf_view(&b));
	for (size_t i = 0; i < COUNT(texts); i++) {
		cr_expect(str_eq(unpack_text(&u), texts[i]), "text %zu", i);
		cr_expect(str_eq(unpack_key_text(&u), texts[i]), "key %zu", i);
	}
	cr_expect(str_eq(unpack_rest(&u), STR("rest")));
	cr_expect(unpack_rest(&u).n == 0 && !u.bad, "then nothing");
	buf_release(&b);
}

Test(pack, a_key_text_holds_up_to_255_bytes)
{
	char text[255];
	struct buf b = { 0 };
	struct unpack u;

	memset(text, 'x', sizeof(text));
	pack_key_text(&b, str_of(text, sizeof(text)));

	u = unpack_of(buf_view(&b));
	cr_expect(b.n == 256);
	cr_expect(unpack_key_text(&u).n == 255 && !u.bad);
	buf_release(&b);
}

Test(pack, keys_sort_as_their_numbers)
{
	for (size_t i = 0; i + 1 < COUNT(signed_numbers); i++) {
		struct buf a = { 0 }, b = { 0 };

		pack_key_i64(&a, signed_numbers[i]);
		pack_key_i64(&b, signed_numbers[i + 1]);
		cr_expect(str_cmp(buf_view(&a), buf_view(&b)) < 0, "time %zu", i);
		buf_reset(&a);
		buf_reset(&b);
		pack_key_u32(&a, (uint32_t)i << 8);
		pack_key_u32(&b, ((uint32_t)i << 8) + 1);
		cr_expect(str_cmp(buf_view(&a), buf_view(&b)) < 0, "number %zu", i);
		buf_release(&a);
		buf_release(&b);
	}
}

static void
put_all(struct buf *b)
{
	pack_u64(b, UINT64_MAX);
	pack_i64(b, INT64_MIN);
	pack_text(b, STR("text"));
	pack_fixed(b, 7);
	pack_key_u32(b, 7);
	pack_key_i64(b, 7);
	pack_key_text(b, STR("key"));
}

static bool
take_all(struct str row)
{
	struct unpack u = unpack_of(row);

	(void)unpack_u64(&u);
	(void)unpack_i64(&u);
	(void)unpack_text(&u);
	(void)unpack_fixed(&u);
	(void)unpack_key_u32(&u);
	(void)unpack_key_i64(&u);
	(void)unpack_key_text(&u);
	return !u.bad && u.p == u.end;
}

Test(pack, a_row_that_is_cut_is_bad)
{
	struct buf b = { 0 };

	put_all(&b);
	cr_assert(take_all(buf_view(&b)));
	for (size_t n = 0; n < b.n; n++) {
		/* in memory of its own, so that a step beyond is seen */
		struct buf cut = { 0 };

		buf_add(&cut, b.p, n);
		cr_expect(!take_all(buf_view(&cut)), "cut at %zu", n);
		buf_release(&cut);
	}
	buf_release(&b);
}

Test(pack, what_is_bad_stays_bad_and_reads_as_nothing)
{
	struct unpack u = unpack_of(STR("\x05"
	                                "ab"));

	cr_expect(unpack_text(&u).n == 0 && u.bad);
	cr_expect(unpack_u64(&u) == 0);
	cr_expect(unpack_i64(&u) == 0);
	cr_expect(unpack_fixed(&u) == 0);
	cr_expect(unpack_key_u32(&u) == 0);
	cr_expect(unpack_text(&u).n == 0);
	cr_expect(unpack_rest(&u).n == 0);
	cr_expect(u.bad);
}

Test(pack, hostile_rows_are_bad)
{
	static const struct str varints[] = {
		{ NULL, 0 },
		{ "\x80", 1 },
		{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10 },
	};
	/* a length of 2^64 - 1: no sum with the place may come round */
	struct unpack u = unpack_of(STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
	                                "abc"));

	cr_expect(unpack_text(&u).n == 0 && u.bad, "a text beyond all");
	for (size_t i = 0; i < COUNT(varints); i++) {
		u = unpack_of(varints[i]);
		cr_expect(unpack_u64(&u) == 0 && u.bad, "varint %zu", i);
	}
}

Test(pack, an_absent_row_is_an_empty_one)
{
	struct unpack u = unpack_of((struct str){ 0 });

	cr_expect(unpack_rest(&u).n == 0 && !u.bad);
	cr_expect(unpack_fixed(&u) == 0 && u.bad);
}
