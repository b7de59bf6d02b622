/* Goal: a text in blocks reads as one text by everybody, each block can be read alone, and a list
 * of blocks that lies harms nobody. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "lib/gz.h"

#define LIMIT (UINT64_C(1) << 20)
#define LIST_AT 16 /* in the file: header, length, name, length */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A text, and the file it became. */
struct sample {
	struct buf text, file;
	struct gz_block list[8];
	size_t n;
};

static struct gz_reader *r;

static void
begin(void)
{
	r = gz_reader_new();
}

static void
end(void)
{
	gz_reader_free(r);
}

TestSuite(gz_blocks, .init = begin, .fini = end);

static struct sample
sample_of(size_t size, size_t n)
{
	struct sample s = { .n = n };
	uint32_t x = 1;

	while (s.text.n < size) {
		x = x * 1664525 + 1013904223;
		buf_printf(&s.text, "{\"id\":\"%u\",\"total\":%u},", x >> 12, x >> 24);
	}
	s.text.n = size;
	for (size_t i = 0; i < n; i++)
		s.list[i] = (struct gz_block){ .text = (uint32_t)(size / n),
			.at = (uint32_t)(3 * i),
			.index = (uint32_t)(100000 + i) };
	s.list[n - 1].text += (uint32_t)(size % n);
	gz_deflate_blocks(buf_view(&s.text), 6, s.list, n, &s.file);
	return s;
}

static void
sample_release(struct sample *s)
{
	buf_release(&s->text);
	buf_release(&s->file);
}

/* What zlib says of the file, and that gz_inflate says the same. */
static int
read_both(struct str file, struct buf *out, struct err *e)
{
	struct gz_stream *s = gz_stream_new(LIMIT);
	struct buf by_zlib = { 0 };
	struct err strict = ERR_INIT;
	int rc = gz_stream_put(s, file.p, file.n, &by_zlib, &strict);
	int ours;

	if (rc == 0)
		rc = gz_stream_end(s, &strict);
	gz_stream_free(s);
	ours = gz_inflate(r, file, LIMIT, out, e);
	cr_expect(ours == rc, "%d (%s) against %d (%s)", ours, e->msg, rc, strict.msg);
	if (ours == 0 && rc == 0)
		cr_expect(str_eq(buf_view(out), buf_view(&by_zlib)), "other bytes");
	if (ours < 0 && rc < 0) {
		cr_expect_str_eq(e->msg, strict.msg);
		cr_expect(e->at == strict.at);
	}
	buf_release(&by_zlib);
	return ours;
}

/* The file with so many bytes put over what is there. */
static bool
reads_the_same(const struct sample *s, size_t at, const void *bytes, size_t n)
{
	struct buf file = { 0 }, out = { 0 };
	struct err e = ERR_INIT;
	bool same;

	buf_str(&file, buf_view(&s->file));
	memcpy(file.p + at, bytes, n);
	same =
	    read_both(buf_view(&file), &out, &e) == 0 && str_eq(buf_view(&out), buf_view(&s->text));
	buf_release(&file);
	buf_release(&out);
	return same;
}

Test(gz_blocks, read_as_one_text_and_each_alone)
{
	for (size_t n = 1; n <= 8; n++) {
		struct sample s = sample_of(9001, n);
		struct buf out = { 0 };
		struct err e = ERR_INIT;
		size_t at = 0;

		cr_expect(read_both(buf_view(&s.file), &out, &e) == 0, "%s", e.msg);
		cr_expect(str_eq(buf_view(&out), buf_view(&s.text)));
		cr_expect(gz_blocks(buf_view(&s.file)) == (n == 1 ? 0 : n));
		buf_reset(&out);
		for (size_t i = 0; n > 1 && i < n; i++) {
			struct gz_block b = gz_block(buf_view(&s.file), i);

			cr_expect(b.stored == s.list[i].stored && b.text == s.list[i].text &&
			          b.at == s.list[i].at && b.index == s.list[i].index);
			cr_expect(
			    gz_inflate_block(r, str_of(s.file.p + at, b.stored), b.text, &out));
			at += b.stored;
		}
		if (n > 1)
			cr_expect(str_eq(buf_view(&out), buf_view(&s.text)), "%zu blocks", n);
		buf_release(&out);
		sample_release(&s);
	}
}

Test(gz_blocks, a_single_one_is_an_ordinary_member)
{
	struct sample s = sample_of(5000, 1);
	struct buf plain = { 0 };

	gz_deflate(buf_view(&s.text), 6, &plain);
	cr_expect(str_eq(buf_view(&s.file), buf_view(&plain)));
	cr_expect(s.list[0].stored == plain.n);
	buf_release(&plain);
	sample_release(&s);
}

Test(gz_blocks, are_appended_and_the_same_each_time)
{
	struct sample s = sample_of(5000, 3);
	struct buf again = { 0 };

	buf_z(&again, "before");
	gz_deflate_blocks(buf_view(&s.text), 6, s.list, 3, &again);
	cr_assert(again.n == s.file.n + 6);
	cr_expect(memcmp(again.p, "before", 6) == 0);
	cr_expect(memcmp(again.p + 6, s.file.p, s.file.n) == 0);
	cr_expect(memcmp(s.file.p, "\x1f\x8b\x08\x04\0\0\0\0", 8) == 0, "header");
	buf_release(&again);
	sample_release(&s);
}

Test(gz_blocks, are_told_by_the_head_of_the_file_once_it_is_long_enough)
{
	struct sample s = sample_of(5000, 5);

	for (size_t n = 0; n < GZ_BLOCKS_HEAD(5); n++)
		cr_expect(gz_blocks(str_of(s.file.p, n)) == 0, "%zu bytes", n);
	cr_expect(gz_blocks(str_of(s.file.p, GZ_BLOCKS_HEAD(5))) == 5);
	sample_release(&s);
}

/* clang-format off: it tears the pieces apart. */
#define HEAD "\x1f\x8b\x08\x04\0\0\0\0\0\xff"
#define ENTRY "\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0"
/* clang-format on */

Test(gz_blocks, a_list_that_is_not_ours_is_none)
{
	static const struct str heads[] = {
		{ HEAD "\x15\0FB\x10\0" ENTRY "x", 33 }, /* more behind the subfield */
		{ HEAD "\x14\0BC\x10\0" ENTRY, 32 },
		{ HEAD "\x14\0FB\x0f\0" ENTRY, 32 },
		{ HEAD "\x04\0FB\0\0", 16 },
		{ "\x1f\x8b\x08\x06\0\0\0\0\0\xff\x14\0FB\x10\0" ENTRY, 32 },
		{ "\x1f\x8b\x08\0\0\0\0\0\0\xff\x14\0FB\x10\0" ENTRY, 32 },
		{ "\x1f\x8b\x07\x04\0\0\0\0\0\xff\x14\0FB\x10\0" ENTRY, 32 },
	};
	static const struct str ours = { HEAD "\x14\0FB\x10\0" ENTRY, 32 };

	cr_expect(gz_blocks(ours) == 1);
	for (size_t i = 0; i < COUNT(heads); i++)
		cr_expect(gz_blocks(heads[i]) == 0, "%zu", i);
}

/* Whatever a list says, the text is that of the members. */
Test(gz_blocks, a_list_that_lies_changes_nothing)
{
	static const int lies[] = { -1, 1, 7, -7, 0x100, 0x10000, 0x1000000, INT32_MIN };
	struct sample s = sample_of(9000, 4);

	cr_expect(reads_the_same(&s, 0, s.file.p, 1));
	for (size_t i = 0; i < 4 * s.n; i++)
		for (size_t k = 0; k < COUNT(lies); k++) {
			size_t at = LIST_AT + 4 * i;
			uint32_t v;

			memcpy(&v, s.file.p + at, sizeof(v));
			v += (uint32_t)lies[k];
			cr_expect(
			    reads_the_same(&s, at, &v, sizeof(v)), "number %zu, %d", i, lies[k]);
		}
	cr_expect(reads_the_same(&s, LIST_AT, "\0\0\0\0\0\0\0\0", 8), "nothing");
	/* two that lie so that the sum is right */
	for (size_t k = 0; k < 2; k++) {
		uint32_t first, second;
		char both[20];

		memcpy(both, s.file.p + LIST_AT + 4 * k, sizeof(both));
		memcpy(&first, both, 4);
		memcpy(&second, both + 16, 4);
		first++, second--;
		memcpy(both, &first, 4);
		memcpy(both + 16, &second, 4);
		cr_expect(reads_the_same(&s, LIST_AT + 4 * k, both, sizeof(both)));
	}
	sample_release(&s);
}

Test(gz_blocks, a_block_is_exactly_what_its_list_says_or_not_read)
{
	struct sample s = sample_of(9000, 4);
	struct gz_block b = s.list[0];
	struct buf out = { 0 };

	buf_z(&out, "<");
	for (size_t n = 0; n < b.stored; n++)
		cr_expect(!gz_inflate_block(r, str_of(s.file.p, n), b.text, &out));
	cr_expect(!gz_inflate_block(r, str_of(s.file.p, b.stored + 1), b.text, &out));
	cr_expect(!gz_inflate_block(r, str_of(s.file.p, b.stored), b.text - 1, &out));
	cr_expect(!gz_inflate_block(r, str_of(s.file.p, b.stored), b.text + 1, &out));
	cr_expect(!gz_inflate_block(r, str_of(s.file.p, b.stored), 0, &out));
	cr_expect(!gz_inflate_block(r, str_of(s.file.p, b.stored), UINT32_MAX, &out));
	cr_expect(str_eq(buf_view(&out), STR("<")));
	cr_expect(out.cap < LIMIT, "took %zu", out.cap);
	cr_expect(gz_inflate_block(r, str_of(s.file.p, b.stored), b.text, &out));
	cr_expect(out.n == 1 + b.text && memcmp(out.p + 1, s.text.p, b.text) == 0);
	buf_release(&out);
	sample_release(&s);
}

/* The last 257 bytes may be 0, and nothing tells of damage: only what can be inflated is asked. */
Test(gz_blocks, the_start_of_one_is_its_text_but_for_the_end)
{
	struct sample s = sample_of(50000, 1);
	struct str file = buf_view(&s.file), got;
	struct buf out = { 0 };

	for (uint32_t n = 1; n < 50000; n += 997) {
		buf_reset(&out);
		buf_char(&out, '!');
		cr_assert(gz_inflate_start(r, file, n, &out), "%u", n);
		cr_assert(out.n == n + 1);
		got = str_from(buf_view(&out), 1);
		while (got.n > 0 && out.n - got.n <= 258 && got.p[got.n - 1] == '\0')
			got.n--;
		cr_expect(memcmp(got.p, s.text.p, got.n) == 0, "%u", n);
	}
	out.n = 1;
	cr_expect(!gz_inflate_start(r, file, 50000, &out), "that is all of it");
	cr_expect(!gz_inflate_start(r, file, 50001, &out) && !gz_inflate_start(r, file, 0, &out));
	cr_expect(!gz_inflate_start(r, str_of(file.p, 60), 40000, &out), "it is cut");
	s.file.p[9 + 3] ^= 0x7f;
	cr_expect(!gz_inflate_start(r, file, 40000, &out), "no deflate");
	cr_expect(out.n == 1, "as it was");
	buf_release(&out);
	sample_release(&s);
}

/* Its header may have a checksum, at which libdeflate does not look. */
Test(gz_blocks, a_header_with_more_than_our_list_is_for_zlib)
{
	struct sample s = sample_of(9000, 3);
	size_t second = s.list[0].stored;
	struct buf out = { 0 };

	for (unsigned bit = 1; bit < 256; bit *= 2) {
		s.file.p[second + 3] = (char)bit;
		cr_expect(
		    bit == 4 || !gz_inflate_block(r, str_of(s.file.p + second, s.list[1].stored),
		                    s.list[1].text, &out),
		    "%u", bit);
	}
	buf_release(&out);
	sample_release(&s);
}

Test(gz_blocks, a_cut_at_any_byte_is_refused_there)
{
	struct sample s = sample_of(4000, 3);
	struct buf out = { 0 };

	for (size_t n = 0; n < s.file.n; n++) {
		struct err e = ERR_INIT;
		int rc = read_both(str_of(s.file.p, n), &out, &e);

		/* between two members is an end like any other: the manifest's digest tells */
		if (n == s.list[0].stored || n == s.list[0].stored + s.list[1].stored)
			cr_expect(rc == 0);
		else
			cr_expect(rc < 0 && e.at == n, "cut at %zu", n);
	}
	buf_release(&out);
	sample_release(&s);
}

/* As of one member (test_gz.c): libdeflate may forgive what does not change the text. */
Test(gz_blocks, a_flipped_bit_never_gives_another_text)
{
	struct sample s = sample_of(1500, 3);
	struct buf out = { 0 };

	for (size_t i = 0; i < 8 * s.file.n; i++) {
		struct err e = ERR_INIT;

		s.file.p[i / 8] ^= (char)(1U << i % 8);
		if (gz_inflate(r, buf_view(&s.file), LIMIT, &out, &e) == 0)
			cr_expect(str_eq(buf_view(&out), buf_view(&s.text)), "bit %zu", i);
		else
			cr_expect(e.kind == ERR_DAMAGED, "bit %zu", i);
		s.file.p[i / 8] ^= (char)(1U << i % 8);
	}
	buf_release(&out);
	sample_release(&s);
}

Test(gz_blocks, the_limit_is_met_to_the_byte)
{
	struct sample s = sample_of(6000, 3);
	struct buf out = { 0 };
	struct err e = ERR_INIT;

	cr_expect(gz_inflate(r, buf_view(&s.file), 6000, &out, &e) == 0, "%s", e.msg);
	cr_expect(gz_inflate(r, buf_view(&s.file), 5999, &out, &e) < 0);
	cr_expect_str_eq(e.msg, "it has more than 5999 bytes when inflated");
	cr_expect(e.at == s.list[0].stored + s.list[1].stored, "where the third begins");
	buf_release(&out);
	sample_release(&s);
}

Test(gz_blocks, as_many_as_a_field_can_list)
{
	struct gz_block *list = mem_zero(GZ_BLOCKS, sizeof(*list));
	struct buf text = { 0 }, file = { 0 }, out = { 0 };
	struct err e = ERR_INIT;

	for (size_t i = 0; i < GZ_BLOCKS; i++) {
		buf_char(&text, (char)('a' + i % 26));
		list[i].text = 1;
	}
	gz_deflate_blocks(buf_view(&text), 6, list, GZ_BLOCKS, &file);
	cr_expect(gz_blocks(buf_view(&file)) == GZ_BLOCKS);
	cr_expect(read_both(buf_view(&file), &out, &e) == 0, "%s", e.msg);
	cr_expect(str_eq(buf_view(&out), buf_view(&text)));
	mem_free(list);
	buf_release(&text);
	buf_release(&file);
	buf_release(&out);
}
