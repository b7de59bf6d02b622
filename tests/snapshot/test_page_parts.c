/* Goal: whichever parts of a page are left out, what is read of the rest is what it is in the whole
 * page, and a part is left out only where it is elements of a list. */
#include "snapshot/page_parts.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "lib/gz.h"
#include "snapshot/page_pack.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define CUTS 12

static uint32_t
roll(uint32_t *x, uint32_t n)
{
	*x = *x * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)n * (*x >> 4) >> 28);
}

/* Texts that may be expected: those of a page, most of them. */
struct texts {
	const struct place *g;
	uint32_t dice;
	size_t next;
	bool is_on; /* else nothing is expected */
};

/* A page, read whole and in parts. */
struct place {
	struct buf text, file;
	struct texts texts;
	struct page_reader whole, page;
	struct page_parts parts;
};

static void
place_end(struct place *g)
{
	buf_release(&g->text);
	buf_release(&g->file);
	page_reader_release(&g->whole);
	page_reader_release(&g->page);
	page_parts_release(&g->parts);
}

/* The text packed so that a part begins at each of these places. */
static void
pack(struct place *g, const uint32_t *cuts, size_t n)
{
	struct gz_block list[CUTS + 2] = { 0 };
	size_t blocks = 0;
	uint32_t from = 0;

	for (size_t i = 0; i <= n; i++) {
		uint32_t to = i < n ? cuts[i] : (uint32_t)g->text.n;

		if (to > from)
			list[blocks++].text = to - from;
		from = to > from ? to : from;
	}
	buf_reset(&g->file);
	gz_deflate_blocks(buf_view(&g->text), 1, list, blocks, &g->file);
	g->page.stored = buf_view(&g->file);
}

static bool
read_whole(struct place *g)
{
	struct err e = ERR_INIT;

	g->whole.text = buf_view(&g->text);
	return page_scan(&g->whole, RESOURCE_ORDERS, &e) == 0;
}

static struct str
text_of(const struct place *g, size_t i)
{
	const struct split_record *x = &g->whole.scan.records[i];

	return str_of(g->whole.text.p + x->at, x->len);
}

static bool
begin_texts(void *context, struct hash first)
{
	struct texts *t = context;

	for (t->next = 0; t->next < t->g->whole.scan.n; t->next++)
		if (hash_eq(hash_of(text_of(t->g, t->next)), first))
			return t->next++, true;
	return false;
}

/* As they follow there, or one of another length, one that came before, or none. */
static bool
next_text(void *context, struct page_text *out)
{
	struct texts *t = context;
	struct str text;

	if (t->next >= t->g->whole.scan.n || roll(&t->dice, 40) == 0)
		return false;
	text = text_of(t->g, roll(&t->dice, 20) == 0 ? t->next / 2 : t->next);
	t->next += roll(&t->dice, 30) != 0;
	*out = (struct page_text){ .len = (uint32_t)text.n, .hash = hash_of(text) };
	if (roll(&t->dice, 20) == 0)
		out->len += roll(&t->dice, 30) - 10;
	return true;
}

/* Which parts are left out: bits. */
static bool
read_parts(struct place *g, const struct page_part *found, uint32_t left_out)
{
	const struct page_expected expected = { begin_texts, next_text, &g->texts };

	g->texts.g = g;
	if (!page_parts_find(&g->parts, &g->page))
		return false;
	for (size_t i = 0; i < g->parts.n; i++)
		if ((left_out >> i & 1) != 0) {
			g->parts.list[i].known = "known";
			g->parts.list[i].text = found[i].text;
			g->parts.list[i].records = found[i].records;
		}
	return page_parts_read(
	    &g->parts, &g->page, RESOURCE_ORDERS, g->texts.is_on ? &expected : NULL);
}

/* Hashes that were needed are those of the texts. */
static void
expect_hashes(const struct place *g)
{
	const struct split *s = &g->page.scan;
	size_t at = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct split_record *x = &s->records[i];
		struct hash hash;

		if (page_parts_hash(&g->parts, &at, x->at, x->len, &hash))
			cr_assert(hash_eq(hash, hash_of(str_of(g->page.text.p + x->at, x->len))));
	}
}

static void
expect_as_whole(struct place *g)
{
	const struct split *want = &g->whole.scan, *got = &g->page.scan;
	size_t record = 0;

	cr_assert(got->n == want->n, "%zu of %zu", got->n, want->n);
	for (size_t i = 0; i < g->parts.n; i++) {
		const struct page_part *x = &g->parts.list[i];

		cr_assert(x->first == record);
		for (uint32_t k = 0; k < x->records; k++, record++) {
			const struct split_record *a = &want->records[record];
			const struct split_record *b = &got->records[record];

			cr_assert(a->index == b->index, "%zu", record);
			if (x->known != NULL)
				continue;
			cr_assert(str_eq(str_of(g->whole.text.p + a->at, a->len),
			              str_of(g->page.text.p + b->at, b->len)),
			    "%zu", record);
			cr_assert(page_parts_byte(&g->parts, b->at) == a->at, "%zu", record);
		}
	}
	cr_assert(record == want->n);
	expect_hashes(g);
}

/* Members of an object, in any order; ${x} throws the dice. */
static void
write_page(struct buf *b, uint32_t *x)
{
	static const char *const heads[] = { "[", "{\"orders\":[", "{\"total\":7,\"orders\":[",
		"{\"data\":[{},{}],\"orders\":[", " {\"orders\":[{\"a\":1}],\"orders\" : [ " };
	static const char *const tails[] = { "]", "]}", "],\"total\":9}",
		"],\"orders\":[{\"b\":2}]}", "],\"data\":[{},{}]}" };
	static const char *const elements[] = { "{\"id\":\"a\"}", "{\"id\":\"[{,\\\"\"}",
		"{ \"id\" : [ 1, {} ] }", "null", "17", "", "[[],{}]", "\"],\"" };
	static const char *const between[] = { ",", ",", ",", " ,", ", ", "\n,\t" };
	uint32_t plain = roll(x, 2), head = roll(x, COUNT(heads)), n = 1 + roll(x, 30);

	buf_reset(b);
	buf_z(b, heads[head]);
	for (uint32_t i = 0; i < n; i++) {
		buf_z(b, elements[roll(x, plain ? 3 : COUNT(elements))]);
		buf_z(b, i + 1 < n ? between[roll(x, plain ? 1 : COUNT(between))] : "");
	}
	buf_z(b, head == 0 ? tails[0] : tails[1 + roll(x, COUNT(tails) - 1)]);
}

/* Anywhere, or where a record begins. */
static void
throw_cuts(struct place *g, uint32_t *x, uint32_t *cuts)
{
	const struct split *s = &g->whole.scan;

	for (size_t i = 0; i < CUTS; i++)
		cuts[i] = s->n == 0 || roll(x, 4) == 0 ? roll(x, (uint32_t)g->text.n)
		                                       : s->records[roll(x, (uint32_t)s->n)].at;
	for (size_t i = 0; i < CUTS; i++)
		for (size_t k = 0; k + 1 < CUTS; k++)
			if (cuts[k] > cuts[k + 1]) {
				uint32_t t = cuts[k];

				cuts[k] = cuts[k + 1];
				cuts[k + 1] = t;
			}
}

Test(page_parts, the_rest_is_what_it_is_in_the_whole_page)
{
	size_t left_out_n = 0, expected_n = 0;

	for (uint32_t seed = 1; seed <= 4000; seed++) {
		struct page_part found[CUTS + 2];
		uint32_t x = seed, cuts[CUTS], whole = 0;
		struct place g = { .text = { 0 } };

		write_page(&g.text, &x);
		cr_assert(read_whole(&g), "%.*s", STR_ARG(buf_view(&g.text)));
		throw_cuts(&g, &x, cuts);
		pack(&g, cuts, CUTS);
		if (!read_parts(&g, NULL, 0)) {
			place_end(&g); /* one member */
			continue;
		}
		expect_as_whole(&g);
		cr_assert(g.parts.n <= COUNT(found));
		memcpy(found, g.parts.list, g.parts.n * sizeof(*found));
		for (size_t i = 0; i < g.parts.n; i++)
			whole |= (uint32_t)found[i].is_records_alone << i;
		for (size_t turn = 0; turn < 8; turn++) {
			uint32_t left_out = turn == 0 ? whole : whole & roll(&x, 1 << 16);

			g.texts.is_on = turn % 2 != 0;
			g.texts.dice = roll(&x, 1 << 20);
			cr_assert(read_parts(&g, found, left_out), "seed %u", seed);
			expect_as_whole(&g);
			left_out_n += left_out != 0;
			expected_n += g.parts.texts_n;
			for (size_t i = 0; i < g.parts.n; i++)
				cr_assert(
				    g.parts.list[i].is_records_alone == found[i].is_records_alone);
		}
		place_end(&g);
	}
	cr_assert(left_out_n > 1000, "%zu", left_out_n);
	cr_assert(expected_n > 10000, "%zu", expected_n);
}

#define R "{\"id\":\"r\"},"

/* The part that begins at the '#', and ends at the next one: is it whole where all is read, and is
 * the rest read without it? */
Test(page_parts, a_part_is_left_out_only_of_a_list)
{
	static const struct {
		const char *text;
		bool is_records_alone, is_read;
	} rows[] = {
		{ "[#" R "#{}]", true, true },
		{ "{\"orders\":[{},#" R R "#{}]}", true, true },
		{ "{\"orders\":[#{},{} , #{}]}", true, true },
		{ "{\"orders\":[#" R "#{}],\"orders\":[{}]}", true, true },
		{ "{\"orders\":[#" R "null,#{}]}", false, true },
		{ "{\"orders\":[#null," R "#{}]}", false, true },
		{ "{\"orders\":[#" R "#]}", false, false },
		{ "{\"orders\":[#" R "#null]}", false, false },
		{ "{\"orders\":[{},#{}],\"orders\":[{},#{}]}", false, true },
		{ "{\"orders\":[{}#," R "#{}]}", false, false },
		{ "{\"data\":[#" R "#{}],\"orders\":[{}]}", false, false },
		{ "{\"orders\":#" R "#{}}", false, false },
		{ "{\"orders\":[{\"a\":[#" R "#{}]}]}", false, false },
		{ "{\"orders\":[\"#" R "#{}\"]}", false, false },
		{ " #" R "#{}", false, false },
		{ "#" R "#{\"orders\":[]}", false, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct page_part part[3] = { { .text = 1 } };
		struct place g = { .text = { 0 } };
		uint32_t cuts[2];
		size_t n = 0;

		for (const char *p = rows[i].text; *p != '\0'; p++) {
			if (*p == '#')
				cuts[n++] = (uint32_t)g.text.n;
			else
				buf_char(&g.text, *p);
		}
		pack(&g, cuts, 2);
		n = cuts[0] > 0;
		if (read_parts(&g, NULL, 0))
			cr_expect(g.parts.list[n].is_records_alone == rows[i].is_records_alone,
			    "row %zu", i);
		else
			cr_expect(!rows[i].is_records_alone, "row %zu", i);
		part[n] = (struct page_part){ .text = cuts[1] - cuts[0], .records = 1 };
		cr_expect(read_parts(&g, part, 1U << n) == rows[i].is_read, "row %zu", i);
		place_end(&g);
	}
}

/* 20 records of 30 kB. */
static void
write_large(struct buf *b)
{
	buf_z(b, "{\"total\":20,\"orders\":[");
	for (size_t i = 0; i < 20; i++) {
		buf_printf(b, "%s{\"id\":\"%zu\",\"s\":\"", i > 0 ? "," : "", i);
		for (size_t k = 0; k < 5000; k++)
			buf_printf(b, "%zu ", 10000 + i * k % 9973);
		buf_z(b, "\"}");
	}
	buf_z(b, "]}");
}

Test(page_parts, a_page_that_fetch_stores_is_whole_but_for_its_ends)
{
	struct place g = { .text = { 0 } };

	write_large(&g.text);
	page_pack(buf_view(&g.text), RESOURCE_ORDERS, &g.file);
	g.page.stored = buf_view(&g.file);
	cr_assert(read_whole(&g) && read_parts(&g, NULL, 0) && g.parts.n == 6);
	expect_as_whole(&g);
	for (size_t i = 0; i < g.parts.n; i++)
		cr_expect(g.parts.list[i].is_records_alone == (i > 0 && i < 5), "%zu", i);
	cr_expect(g.parts.list[0].records == 0 && g.parts.list[5].records == 1);
	place_end(&g);
}

/* What a list or a caller may say, and a file be: it has to be read whole. */
Test(page_parts, what_does_not_fit_is_read_whole)
{
	struct page_part found[6];
	struct place g = { .text = { 0 } };

	write_large(&g.text);
	page_pack(buf_view(&g.text), RESOURCE_ORDERS, &g.file);
	g.page.stored = buf_view(&g.file);
	cr_assert(read_whole(&g) && read_parts(&g, NULL, 0));
	memcpy(found, g.parts.list, sizeof(found));
	cr_assert(read_parts(&g, found, 2));
	found[1].records = SPLIT_RECORDS;
	cr_expect(!read_parts(&g, found, 2), "more records than a page may have");
	found[1].records = 4, found[1].text = (uint32_t)PAGE_LIMIT;
	cr_expect(!read_parts(&g, found, 2), "more text");
	g.page.stored.n--;
	cr_expect(!read_parts(&g, found, 0), "it is cut");
	g.page.stored.n += 2;
	cr_expect(!read_parts(&g, found, 0), "there is more");
	g.page.stored.n--;
	for (size_t i = 0; i < 12; i++) { /* sizes, stored and of text */
		size_t at = 16 + i / 2 * 16 + i % 2 * 4;

		g.file.p[at] ^= 1;
		cr_expect(!read_parts(&g, found, 0), "number %zu", i);
		g.file.p[at] ^= 1;
	}
	g.file.p[g.file.n / 2] ^= 1;
	cr_expect(!read_parts(&g, found, 0), "damage");
	page_pack(STR("[{}]"), RESOURCE_ORDERS, &g.text);
	g.page.stored = str_from(buf_view(&g.text), g.whole.text.n);
	cr_expect(!read_parts(&g, found, 0), "one member");
	place_end(&g);
}
