/* Goal: gzip is read whole or refused, in pieces of any size, to a limit. */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "lib/gz.h"

#define LIMIT (UINT64_C(1) << 20)

/* clang-format off: it tears the pieces of a member apart. */
/* One member around {"id":"c1"}, with the header flags of one byte and their
 * fields. */
#define BODY "{\"id\":\"c1\"}"
#define HEAD(flags) "\x1f\x8b\x08" flags "\0\0\0\0\0\xff"
#define DATA "\xab\x56\xca\x4c\x51\xb2\x52\x4a\x36\x54\xaa\x05\x00"
#define SUM "\xf9\xc2\xb3\x9a"
#define SIZE "\x0b\0\0\0"
#define REST DATA SUM SIZE
#define PLAIN HEAD("\0") REST
#define PLAIN_LEN 31
#define EMPTY                                                                                      \
	HEAD("\0")                                                                                 \
	"\x03\0"                                                                                   \
	"\0\0\0\0"                                                                                 \
	"\0\0\0\0"
#define EMPTY_LEN 20
#define TWO_LEN (PLAIN_LEN + EMPTY_LEN)

#define MSG_NONE "not a gzip file"
#define MSG_CUT "the gzip data ends too early"
#define MSG_DAMAGED "the gzip data is damaged"
#define MSG_SUM "the gzip checksum is wrong"
#define MSG_AFTER "bytes after the end of the gzip data"

struct sample {
	const char *name;
	struct str in;
	const char *out; /* NULL: refused */
	const char *msg;
	uint64_t at;
};

#define GOOD(name, in, out)                                                                        \
	{                                                                                          \
		name, { "" in, sizeof(in) - 1 }, out, "", 0                                        \
	}
#define BAD(name, in, at, msg)                                                                     \
	{                                                                                          \
		name, { "" in, sizeof(in) - 1 }, NULL, msg, at                                     \
	}

static const struct sample samples[] = {
	GOOD("plain", PLAIN, BODY),
	GOOD("file name", HEAD("\x08") "a.json\0" REST, BODY),
	GOOD("comment", HEAD("\x10") "hi\0" REST, BODY),
	GOOD("extra field", HEAD("\x04") "\3\0abc" REST, BODY),
	GOOD("header checksum", HEAD("\x02") "\x90\xc9" REST, BODY),
	GOOD("all fields", HEAD("\x1f") "\3\0abca\0b\0\x71\x71" REST, BODY),
	GOOD("empty member", EMPTY, ""),
	GOOD("two members", PLAIN PLAIN, BODY BODY),
	GOOD("empty ones too", EMPTY PLAIN EMPTY EMPTY PLAIN EMPTY, BODY BODY),
	BAD("nothing", "", 0, MSG_CUT),
	BAD("plain JSON", BODY, 0, MSG_NONE),
	BAD("zlib's own format", "\x78\xda\x03\0\0\0\0\x01", 0, MSG_NONE),
	BAD("half the magic", "\x1f", 1, MSG_CUT),
	BAD("wrong magic", "\x1f\x8c\x08\0\0\0\0\0\0\xff" REST, 0, MSG_NONE),
	BAD("method", "\x1f\x8b\x07\0\0\0\0\0\0\xff" REST, 3, MSG_DAMAGED),
	BAD("reserved flag", HEAD("\x20") REST, 3, MSG_DAMAGED),
	BAD("header sum", HEAD("\x02") "\x91\xc9" REST, 11, MSG_DAMAGED),
	BAD("header only", HEAD("\0"), 10, MSG_CUT),
	BAD("no trailer", HEAD("\0") DATA, 23, MSG_CUT),
	BAD("checksum", HEAD("\0") DATA "\xf8\xc2\xb3\x9a" SIZE, 23, MSG_SUM),
	BAD("size too small", HEAD("\0") DATA SUM "\x0a\0\0\0", 27, MSG_SUM),
	BAD("size too great", HEAD("\0") DATA SUM "\x0c\0\0\0", 27, MSG_SUM),
	BAD("size is nil", HEAD("\0") DATA SUM "\0\0\0\0", 27, MSG_SUM),
	BAD("size lies", HEAD("\0") DATA SUM "\xff\xff\xff\xff", 27, MSG_SUM),
	BAD("block of no kind", HEAD("\0") "\x07" REST, 10, MSG_DAMAGED),
	BAD("zero padding", PLAIN "\0", PLAIN_LEN, MSG_AFTER),
	BAD("much padding", PLAIN "\0\0\0\0\0\0\0\0", PLAIN_LEN, MSG_AFTER),
	BAD("line end", PLAIN "\n", PLAIN_LEN, MSG_AFTER),
	BAD("half a magic behind", PLAIN "\x1f", PLAIN_LEN + 1, MSG_CUT),
	BAD("other magic behind", PLAIN "\x1f\x1f", PLAIN_LEN, MSG_AFTER),
	BAD("text behind two", PLAIN EMPTY "x", TWO_LEN, MSG_AFTER),
	BAD("third is cut", PLAIN EMPTY HEAD("\0") DATA, TWO_LEN + 23, MSG_CUT),
	BAD("second is wrong", PLAIN HEAD("\0") DATA "\0\0\0\0" SIZE, PLAIN_LEN + 23, MSG_SUM),
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

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

TestSuite(gz, .init = begin, .fini = end);

/* What came of reading something. */
struct verdict {
	int rc;
	struct buf out;
	struct err e;
};

static struct verdict
whole(struct str in, uint64_t limit)
{
	struct verdict v = { .e = ERR_INIT };

	v.rc = gz_inflate(r, in, limit, &v.out, &v.e);
	return v;
}

static struct verdict
pieces(struct str in, size_t size, uint64_t limit)
{
	struct verdict v = { .e = ERR_INIT };
	struct gz_stream *s = gz_stream_new(limit);

	for (size_t i = 0; i < in.n && v.rc == 0; i += size) {
		size_t n = in.n - i < size ? in.n - i : size;
		/* Exactly n bytes, so that a step beyond them is seen. */
		char *copy = mem_alloc(n);

		memcpy(copy, in.p + i, n);
		v.rc = gz_stream_put(s, copy, n, &v.out, &v.e);
		mem_free(copy);
	}
	if (v.rc == 0)
		v.rc = gz_stream_end(s, &v.e);
	gz_stream_free(s);
	return v;
}

static void
expect_same(struct verdict a, struct verdict b, const char *name, size_t n)
{
	cr_expect(a.rc == b.rc, "%s, %zu: %d (%s) against %d (%s)", name, n, a.rc, a.e.msg, b.rc,
	    b.e.msg);
	if (a.rc == 0 && b.rc == 0)
		cr_expect(
		    str_eq(buf_view(&a.out), buf_view(&b.out)), "%s, %zu: other bytes", name, n);
	cr_expect_str_eq(a.e.msg, b.e.msg, "%s, %zu", name, n);
	cr_expect(a.e.at == b.e.at, "%s, %zu: byte %ju against %ju", name, n, (uintmax_t)a.e.at,
	    (uintmax_t)b.e.at);
}

/* Text that compresses, but not to nothing. */
static struct buf
text_of(size_t n)
{
	struct buf b = { 0 };
	uint32_t x = 1;

	while (b.n < n) {
		x = x * 1664525 + 1013904223;
		buf_printf(&b, "{\"id\":\"%u\",\"total\":%u},", x >> 12, x >> 24);
	}
	b.n = n;
	return b;
}

static struct buf
deflated(struct str text, int level)
{
	struct buf b = { 0 };

	gz_deflate(text, level, &b);
	return b;
}

Test(gz, says_of_every_sample_what_is_wrong_and_where)
{
	for (size_t i = 0; i < COUNT(samples); i++) {
		const struct sample *s = &samples[i];
		struct verdict v = whole(s->in, LIMIT);

		if (s->out != NULL) {
			cr_expect(v.rc == 0, "%s: %s", s->name, v.e.msg);
			cr_expect(
			    str_eq(buf_view(&v.out), str_c(s->out)), "%s: wrong text", s->name);
		} else {
			cr_expect(v.rc == -1, "%s was read", s->name);
			cr_expect(v.e.kind == ERR_DAMAGED, "%s", s->name);
			cr_expect_str_eq(v.e.msg, s->msg, "%s", s->name);
			cr_expect(v.e.at == s->at, "%s: byte %ju", s->name, (uintmax_t)v.e.at);
		}
		buf_release(&v.out);
	}
}

Test(gz, pieces_of_every_size_give_the_same)
{
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct str in = samples[i].in;
		struct verdict all = whole(in, LIMIT);

		for (size_t size = 1; size <= in.n; size++) {
			struct verdict v = pieces(in, size, LIMIT);

			expect_same(v, all, samples[i].name, size);
			buf_release(&v.out);
		}
		buf_release(&all.out);
	}
}

Test(gz, a_page_in_pieces_of_every_size_gives_the_same)
{
	struct buf text = text_of(9000);
	struct buf in = deflated(buf_view(&text), 6);

	for (size_t size = 1; size <= in.n; size++) {
		struct verdict v = pieces(buf_view(&in), size, LIMIT);

		cr_expect(v.rc == 0, "pieces of %zu: %s", size, v.e.msg);
		cr_expect(
		    str_eq(buf_view(&v.out), buf_view(&text)), "pieces of %zu: other bytes", size);
		buf_release(&v.out);
	}
	buf_release(&in);
	buf_release(&text);
}

Test(gz, what_is_deflated_inflates_to_itself)
{
	static const size_t sizes[] = { 0, 1, 2, 63, 64, 65535, 65536, 65537, 300000 };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct buf text = text_of(sizes[i]);

		for (int level = 1; level <= 9; level++) {
			struct buf in = deflated(buf_view(&text), level);
			struct verdict v = whole(buf_view(&in), LIMIT);

			cr_expect(v.rc == 0, "%zu bytes, level %d: %s", sizes[i], level, v.e.msg);
			cr_expect(str_eq(buf_view(&v.out), buf_view(&text)), "%zu bytes, level %d",
			    sizes[i], level);
			buf_release(&v.out);
			buf_release(&in);
		}
		buf_release(&text);
	}
}

Test(gz, what_cannot_be_compressed_passes_through)
{
	struct buf noise = { 0 };
	uint32_t x = 7;

	while (noise.n < 200000) {
		x = x * 1664525 + 1013904223;
		buf_char(&noise, (char)(x >> 24));
	}
	struct buf in = deflated(buf_view(&noise), 6);
	struct verdict v = whole(buf_view(&in), LIMIT);

	cr_expect(v.rc == 0, "%s", v.e.msg);
	cr_expect(str_eq(buf_view(&v.out), buf_view(&noise)), "other bytes");
	buf_release(&v.out);
	buf_release(&in);
	buf_release(&noise);
}

Test(gz, deflating_appends_a_member_without_time_or_name)
{
	struct buf b = { 0 };

	buf_z(&b, "before");
	gz_deflate(STR(BODY), 6, &b);
	cr_assert(b.n > 16);
	cr_expect(memcmp(b.p, "before", 6) == 0, "what was there is lost");
	cr_expect(memcmp(b.p + 6, "\x1f\x8b\x08\0\0\0\0\0", 8) == 0, "header");
	buf_release(&b);
}

Test(gz, members_written_one_after_another_read_as_one_text)
{
	struct buf text = text_of(50000);
	struct buf in = { 0 };

	for (size_t i = 0; i < text.n; i += 7000) {
		size_t n = text.n - i < 7000 ? text.n - i : 7000;

		gz_deflate(str_of(text.p + i, n), 3, &in);
	}
	struct verdict v = whole(buf_view(&in), LIMIT);

	cr_expect(v.rc == 0, "%s", v.e.msg);
	cr_expect(str_eq(buf_view(&v.out), buf_view(&text)), "other bytes");
	buf_release(&v.out);
	buf_release(&in);
	buf_release(&text);
}

Test(gz, a_cut_at_any_byte_is_refused_there)
{
	struct buf text = text_of(5000);
	struct buf in = deflated(buf_view(&text), 6);

	for (size_t n = 0; n < in.n; n++) {
		struct verdict v = whole(str_of(in.p, n), LIMIT);

		cr_expect(v.rc == -1, "cut at %zu was read", n);
		cr_expect(v.e.kind == ERR_DAMAGED, "cut at %zu", n);
		cr_expect_str_eq(v.e.msg, "the gzip data ends too early", "cut at %zu", n);
		cr_expect(v.e.at == n, "cut at %zu: byte %ju", n, (uintmax_t)v.e.at);
		buf_release(&v.out);
	}
	buf_release(&in);
	buf_release(&text);
}

/*
 * Bits without meaning (time, system, padding) may be anything.  A refusal is
 * always zlib's; what libdeflate alone lets pass is the right text (gz.h).
 */
static void
flip_every_bit(struct buf *in, struct str text)
{
	for (size_t i = 0; i < 8 * in->n; i++) {
		char bit = (char)(1U << i % 8);

		in->p[i / 8] ^= bit;
		struct verdict v = whole(buf_view(in), LIMIT);
		struct verdict w = pieces(buf_view(in), 13, LIMIT);

		if (v.rc < 0 || w.rc == 0)
			expect_same(v, w, "flipped bit", i);
		cr_expect(v.rc == 0 || v.e.kind == ERR_DAMAGED, "bit %zu", i);
		cr_expect(
		    v.rc < 0 || str_eq(buf_view(&v.out), text), "bit %zu: other text was read", i);
		in->p[i / 8] ^= bit;
		buf_release(&v.out);
		buf_release(&w.out);
	}
}

Test(gz, a_flipped_bit_never_gives_another_text)
{
	struct buf text = text_of(1500);

	for (int level = 1; level <= 9; level += 4) {
		struct buf in = deflated(buf_view(&text), level);

		flip_every_bit(&in, buf_view(&text));
		buf_release(&in);
	}
	buf_release(&text);
}

Test(gz, a_bomb_stops_at_the_limit_whatever_size_it_claims)
{
	size_t n = (size_t)64 << 20;
	char *zeros = mem_zero(n, 1);
	struct buf in = deflated(str_of(zeros, n), 9);

	for (int lie = 0; lie < 2; lie++) {
		if (lie)
			memcpy(in.p + in.n - 4, "\x40\0\0\0", 4);
		struct verdict v = whole(buf_view(&in), LIMIT);
		struct verdict w = pieces(buf_view(&in), 100, LIMIT);

		cr_expect(v.rc == -1, "the bomb was read");
		cr_expect(v.e.kind == ERR_DAMAGED);
		cr_expect_str_eq(v.e.msg, "it has more than 1048576 bytes when inflated");
		cr_expect(v.out.cap <= 2 * LIMIT, "took %zu", v.out.cap);
		expect_same(v, w, "bomb", 100);
		buf_release(&v.out);
		buf_release(&w.out);
	}
	buf_release(&in);
	mem_free(zeros);
}

Test(gz, a_promised_size_beyond_what_deflate_can_do_takes_no_memory)
{
	struct str in = STR(HEAD("\0") DATA SUM "\0\0\0\x40");
	struct verdict v = whole(in, UINT64_MAX);

	cr_expect_str_eq(v.e.msg, "the gzip checksum is wrong");
	cr_expect(v.out.cap <= 1 << 20, "took %zu bytes", v.out.cap);
	buf_release(&v.out);
}

Test(gz, the_limit_is_met_to_the_byte_over_all_members)
{
	struct str two = STR(PLAIN EMPTY PLAIN);

	for (uint64_t limit = 0; limit < 30; limit++) {
		struct verdict v = whole(two, limit);
		struct verdict w = pieces(two, 1, limit);

		cr_expect(
		    v.rc == (limit < 22 ? -1 : 0), "limit %ju: %s", (uintmax_t)limit, v.e.msg);
		cr_expect(v.out.n <= limit, "limit %ju: %zu bytes came", (uintmax_t)limit, v.out.n);
		if (v.rc < 0)
			cr_expect(v.e.at == (limit < 11 ? 0 : 51), "limit %ju: byte %ju",
			    (uintmax_t)limit, (uintmax_t)v.e.at);
		expect_same(v, w, "limit", limit);
		buf_release(&v.out);
		buf_release(&w.out);
	}
}

Test(gz, an_empty_member_needs_no_room_at_all)
{
	struct verdict v = whole(STR(EMPTY EMPTY), 0);

	cr_expect(v.rc == 0, "%s", v.e.msg);
	cr_expect(v.out.n == 0);
	buf_release(&v.out);
}

Test(gz, a_reader_is_as_new_after_a_refusal)
{
	struct verdict all[3];

	all[0] = whole(STR(HEAD("\0") DATA), LIMIT);
	all[1] = whole(STR(PLAIN PLAIN), LIMIT);
	all[2] = whole(STR(PLAIN "x"), LIMIT);
	cr_expect(all[0].rc == -1);
	cr_expect(all[1].rc == 0, "%s", all[1].e.msg);
	cr_expect(str_eq(buf_view(&all[1].out), STR(BODY BODY)));
	cr_expect(all[2].e.at == PLAIN_LEN);
	for (size_t i = 0; i < COUNT(all); i++)
		buf_release(&all[i].out);
}

Test(gz, a_stream_appends_and_goes_on_until_its_end)
{
	struct gz_stream *s = gz_stream_new(LIMIT);
	struct err e = ERR_INIT;
	struct buf out = { 0 };

	buf_z(&out, "<");
	cr_expect(gz_stream_put(s, PLAIN, PLAIN_LEN, &out, &e) == 0);
	cr_expect(gz_stream_put(s, "", 0, &out, &e) == 0, "no bytes at all");
	cr_expect(gz_stream_put(s, PLAIN, PLAIN_LEN, &out, &e) == 0);
	cr_expect(gz_stream_end(s, &e) == 0, "%s", e.msg);
	cr_expect(str_eq(buf_view(&out), STR("<" BODY BODY)));
	buf_release(&out);
	gz_stream_free(s);
}

Test(gz, a_stream_without_input_is_cut)
{
	struct gz_stream *s = gz_stream_new(LIMIT);
	struct err e = ERR_INIT;

	cr_expect(gz_stream_end(s, &e) == -1);
	cr_expect_str_eq(e.msg, "the gzip data ends too early");
	cr_expect(e.at == 0);
	gz_stream_free(s);
}

#define HURT HEAD("\0") DATA "\xf9\xc2\xb3\x9b" SIZE

Test(gz, members_beside_a_damaged_one_are_rescued)
{
	const struct str in = STR("\x1f" PLAIN HURT "x\x1f\x8b" PLAIN HEAD("\0") DATA);
	static const int kinds[] = { 1, 0, 1, 0 };
	struct buf out = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		cr_expect(gz_rescue(in, &at, LIMIT, &out) == kinds[i], "member %zu", i);
		cr_expect(str_eq(buf_view(&out), STR(BODY)), "as far as it can be read: %zu", i);
	}
	cr_expect(gz_rescue(in, &at, LIMIT, &out) == -1 && out.n == 0);
	at = 0;
	cr_expect(gz_rescue(in, &at, sizeof(BODY) - 2, &out) == 0, "beyond the limit");
	at = 100000;
	cr_expect(gz_rescue(in, &at, LIMIT, &out) == -1);
	buf_release(&out);
}

Test(gz, is_known_by_its_first_two_bytes)
{
	cr_expect(gz_is(STR(PLAIN)));
	cr_expect(gz_is(STR("\x1f\x8b")));
	cr_expect(!gz_is(STR("\x1f")));
	cr_expect(!gz_is(STR("")));
	cr_expect(!gz_is((struct str){ NULL, 0 }));
	cr_expect(!gz_is(STR(BODY)));
}

Test(gz, nothing_to_free_is_fine)
{
	gz_reader_free(NULL);
	gz_stream_free(NULL);
}
