/* Goal: a page is packed into blocks that everybody reads as one text, a record is read out of its
 * block alone, and a file that lies about its blocks gives no record or another one, never more
 * than that. */
#include "snapshot/page_blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/file.h"
#include "lib/gz.h"
#include "snapshot/page.h"
#include "snapshot/page_pack.h"

#define LIST_AT 16 /* in the file, four numbers a block */
#define RECORDS 640
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A page in a file of its own. */
struct place {
	char path[64];
	struct buf text, file;
	struct page_reader whole; /* for comparison */
	struct page_blocks b;
	size_t n;      /* blocks */
	size_t spoilt; /* so many records at the beginning may be found as others */
};

/* ${between}: what stands around each record; every 41st element is null. */
static void
write_text(struct buf *b, size_t records, size_t bytes, const char *between)
{
	uint32_t x = 1;

	buf_z(b, "{\"total\":1,\"orders\":[");
	for (size_t i = 0; i < records; i++) {
		size_t from = b->n;

		buf_printf(
		    b, "%s%s{\"_id\":\"o%zu\",\"s\":\"[{,\\\"", i > 0 ? "," : "", between, i);
		while (b->n < from + bytes) {
			x = x * 1664525 + 1013904223;
			buf_printf(b, "%x", x >> 9);
		}
		buf_printf(b, "\"}%s%s", between, i % 41 == 7 ? ",null" : "");
	}
	buf_z(b, "],\"after\":[1,2]}");
}

static void
save(struct place *g)
{
	struct err e = ERR_INIT;

	cr_assert(file_save(g->path, buf_view(&g->file), &e) == 0, "%s", e.msg);
	g->n = gz_blocks(buf_view(&g->file));
}

static void
place_text(struct place *g)
{
	struct err e = ERR_INIT;
	int fd;

	snprintf(g->path, sizeof(g->path), "/tmp/flowstory-blocks-XXXXXX");
	fd = mkstemp(g->path);
	cr_assert(fd >= 0);
	close(fd);
	page_pack(buf_view(&g->text), RESOURCE_ORDERS, &g->file);
	g->whole.text = buf_view(&g->text);
	cr_assert(page_scan(&g->whole, RESOURCE_ORDERS, &e) == 0, "%s", e.msg);
	save(g);
}

static void
place_begin(struct place *g, size_t records, size_t bytes, const char *between)
{
	*g = (struct place){ .n = 0 };
	write_text(&g->text, records, bytes, between);
	place_text(g);
}

static void
place_end(struct place *g)
{
	unlink(g->path);
	buf_release(&g->text);
	buf_release(&g->file);
	page_reader_release(&g->whole);
	page_blocks_release(&g->b);
}

/* How many records are found as they are, how many as others, and how many of the latter before
 * that position. */
struct found {
	size_t right, wrong;
	size_t spoilt, before;
};

static struct found
find_all(struct place *g)
{
	struct found f = { .before = g->spoilt };

	for (size_t i = 0; i < g->whole.scan.n; i++) {
		struct str text, want;
		uint32_t index = g->whole.scan.records[i].index;

		cr_assert(page_record(&g->whole, index, &want));
		if (!page_blocks_record(&g->b, index, &text))
			continue;
		if (str_eq(text, want))
			f.right++;
		else
			f.wrong++, f.spoilt += i < f.before;
	}
	return f;
}

static void
put_number(struct place *g, size_t block, size_t which, uint32_t v)
{
	memcpy(g->file.p + LIST_AT + 16 * block + 4 * which, &v, sizeof(v));
}

Test(page_blocks, a_page_in_blocks_is_the_same_text)
{
	static const struct {
		size_t records, bytes, blocks;
	} rows[] = {
		{ 500, 1680, 7 }, /* what stands before and after are two */
		{ 500, 550, 4 },
		{ 500, 460, 0 },
		{ 3, 200000, 4 },
		{ 2, 1000000, 3 },
		{ 1, 1000000, 0 },
		{ 100000, 3, 20 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gz_reader *r = gz_reader_new();
		struct buf out = { 0 };
		struct err e = ERR_INIT;
		struct place g;

		place_begin(&g, rows[i].records, rows[i].bytes, "");
		cr_expect(gz_inflate(r, buf_view(&g.file), PAGE_LIMIT, &out, &e) == 0, "%s", e.msg);
		cr_expect(str_eq(buf_view(&out), buf_view(&g.text)), "row %zu", i);
		cr_expect(g.n == rows[i].blocks, "row %zu: %zu blocks", i, g.n);
		gz_reader_free(r);
		buf_release(&out);
		place_end(&g);
	}
}

Test(page_blocks, customers_lie_in_smaller_ones)
{
	struct buf out = { 0 };
	struct place g;

	place_begin(&g, RECORDS, 460, "");
	memcpy(g.text.p + 12, "data", 4);
	memmove(g.text.p + 16, g.text.p + 18, g.text.n - 18);
	g.text.n -= 2;
	page_pack(buf_view(&g.text), RESOURCE_CUSTOMERS, &out);
	cr_expect(gz_blocks(buf_view(&out)) == 11, "%zu", gz_blocks(buf_view(&out)));
	buf_release(&out);
	place_end(&g);
}

Test(page_blocks, the_same_page_gives_the_same_bytes)
{
	struct buf again = { 0 };
	struct place g;

	place_begin(&g, RECORDS, 1000, "");
	page_pack(buf_view(&g.text), RESOURCE_ORDERS, &again);
	cr_expect(str_eq(buf_view(&again), buf_view(&g.file)));
	buf_release(&again);
	place_end(&g);
}

Test(page_blocks, what_has_no_records_is_one_member)
{
	struct buf out = { 0 };
	struct place g;

	place_begin(&g, RECORDS, 1000, "");
	page_pack(buf_view(&g.text), RESOURCE_LOCATIONS, &out);
	cr_expect(out.n > 0 && gz_blocks(buf_view(&out)) == 0, "locations have none");
	buf_reset(&out);
	page_pack(str_of(g.text.p, g.text.n - 1), RESOURCE_ORDERS, &out);
	cr_expect(out.n > 0 && gz_blocks(buf_view(&out)) == 0, "it cannot be followed");
	buf_release(&out);
	place_end(&g);
}

Test(page_blocks, each_record_is_found_in_its_block)
{
	static const char *const between[] = { "", " ", "\n\t" };

	for (size_t i = 0; i < COUNT(between); i++) {
		struct place g;
		struct found f;

		place_begin(&g, RECORDS, 1000, between[i]);
		cr_assert(page_blocks_open(&g.b, g.path));
		f = find_all(&g);
		cr_expect(f.right == RECORDS && f.wrong == 0, "%zu found", f.right);
		page_blocks_close(&g.b);
		cr_assert(page_blocks_view(&g.b, buf_view(&g.file)));
		f = find_all(&g);
		cr_expect(f.right == RECORDS && f.wrong == 0, "%zu found in memory", f.right);
		page_blocks_close(&g.b);
		place_end(&g);
	}
}

/* Where the record of the list lies after the first of its block. */
static struct split_record
span_in_block(const struct place *g, size_t i)
{
	struct split_record x = g->whole.scan.records[i];
	const struct split_record *first =
	    split_find(&g->whole.scan, page_blocks_first(&g->b, x.index));

	cr_assert(first != NULL);
	x.at -= first->at;
	return x;
}

Test(page_blocks, who_knows_where_a_record_lies_gets_its_bytes)
{
	for (size_t step = 1; step <= 7; step += 3) {
		struct str text, want;
		struct place g;

		place_begin(&g, RECORDS, 1000, "");
		cr_assert(page_blocks_open(&g.b, g.path));
		/* those of a block from its end, as whoever wants several asks for them */
		for (size_t k = g.whole.scan.n; k >= step; k -= step) {
			struct split_record x = span_in_block(&g, k - 1);

			cr_assert(page_record(&g.whole, x.index, &want));
			cr_assert(page_blocks_bytes(&g.b, x.index, x.at, x.len, &text));
			cr_assert(str_eq(text, want), "record %u", x.index);
			if (k % 5 != 0)
				continue;
			cr_assert(page_blocks_record(&g.b, x.index, &text));
			cr_assert(str_eq(text, want), "record %u, by its brackets", x.index);
		}
		cr_expect(!page_blocks_bytes(&g.b, 3, 1 << 20, 10, &text), "beyond the block");
		cr_expect(!page_blocks_bytes(&g.b, 3, UINT32_MAX, UINT32_MAX, &text));
		page_blocks_close(&g.b);
		place_end(&g);
	}
}

Test(page_blocks, what_is_no_record_is_not_found)
{
	struct place g;
	struct str text;

	place_begin(&g, RECORDS, 1000, "");
	cr_assert(page_blocks_open(&g.b, g.path));
	cr_expect(!page_blocks_record(&g.b, 8, &text), "null");
	cr_expect(!page_blocks_record(&g.b, RECORDS + 1 + RECORDS / 41, &text));
	cr_expect(!page_blocks_record(&g.b, UINT32_MAX, &text));
	cr_expect(page_blocks_record(&g.b, 9, &text), "it goes on");
	page_blocks_close(&g.b);
	place_end(&g);
}

Test(page_blocks, a_file_that_is_not_in_blocks_is_not_opened)
{
	struct place g;

	place_begin(&g, 100, 1000, "");
	cr_expect(!page_blocks_open(&g.b, g.path), "one member");
	cr_expect(!page_blocks_view(&g.b, buf_view(&g.file)));
	buf_reset(&g.file);
	save(&g);
	cr_expect(!page_blocks_open(&g.b, g.path), "empty");
	cr_expect(!page_blocks_open(&g.b, "/tmp"), "a directory");
	unlink(g.path);
	cr_expect(!page_blocks_open(&g.b, g.path), "nothing");
	cr_assert(mkfifo(g.path, 0600) == 0);
	cr_expect(!page_blocks_open(&g.b, g.path), "a pipe");
	page_blocks_close(&g.b);
	place_end(&g);
}

/* A block is read as far as the record, so its checksum is not asked: what is found of it may be
 * wrong. */
Test(page_blocks, damage_costs_its_block_alone)
{
	size_t in_first = (RECORDS - 1) / 4;
	struct place g;
	struct found f;
	struct gz_block first;

	place_begin(&g, RECORDS, 1000, "");
	cr_assert(g.n == 6);
	first = gz_block(buf_view(&g.file), 0);
	g.file.p[first.stored + 1000] ^= 1;
	g.spoilt = in_first;
	save(&g);
	cr_assert(page_blocks_open(&g.b, g.path));
	f = find_all(&g);
	cr_expect(f.right >= RECORDS - in_first && f.right < RECORDS && f.wrong == f.spoilt,
	    "%zu found", f.right);
	page_blocks_close(&g.b);
	g.file.n -= gz_block(buf_view(&g.file), 5).stored + 100;
	save(&g);
	cr_assert(page_blocks_open(&g.b, g.path));
	f = find_all(&g);
	cr_expect(
	    f.right >= RECORDS - 2 * in_first - 2 && f.right < RECORDS - 1 && f.wrong == f.spoilt,
	    "the last ones are cut: %zu", f.right);
	page_blocks_close(&g.b);
	place_end(&g);
}

/* From the end on, as state/record_text.c asks, a block is read once. */
Test(page_blocks, what_was_read_does_for_those_before)
{
	static const uint32_t index[] = { 60, 21, 3 };
	struct place g;

	place_begin(&g, RECORDS, 1000, "");
	cr_assert(page_blocks_view(&g.b, buf_view(&g.file)));
	for (size_t i = 0; i < COUNT(index); i++) {
		struct str text, want;
		size_t n = g.b.scan.n;

		cr_assert(page_blocks_record(&g.b, index[i], &text));
		cr_assert(page_record(&g.whole, index[i], &want));
		cr_expect(str_eq(text, want));
		cr_expect(g.b.is_start && g.b.scan.n > 60 && g.b.scan.n < 90, "%zu", g.b.scan.n);
		cr_expect(i == 0 || g.b.scan.n == n);
	}
	page_blocks_close(&g.b);
	place_end(&g);
}

/* The last record of a block is the longest by far: what should have done does not. */
Test(page_blocks, a_record_beyond_what_should_do_is_found)
{
	struct place g = { .n = 0 };
	struct str text, want;

	buf_z(&g.text, "[");
	for (size_t i = 0; i < 400; i++)
		buf_printf(
		    &g.text, "{\"id\":%zu,\"s\":\"%0*zu\"},", i, i % 100 == 90 ? 90000 : 10, i);
	buf_z(&g.text, "{}]");
	place_text(&g);
	cr_assert(g.n == 4, "%zu", g.n);
	cr_assert(page_blocks_view(&g.b, buf_view(&g.file)));
	for (uint32_t i = 0; i < 400; i += 90) {
		cr_assert(page_blocks_record(&g.b, i, &text) && page_record(&g.whole, i, &want));
		cr_expect(str_eq(text, want), "%u", i);
	}
	page_blocks_close(&g.b);
	place_end(&g);
}

/* Whatever the list says, reading ends, within the file and the block. */
Test(page_blocks, a_list_that_lies_finds_no_more_than_records)
{
	static const uint32_t lies[] = { 0, 1, 100, 70000, 130000, 1 << 20, 1 << 27, INT32_MAX,
		UINT32_MAX - 1, UINT32_MAX };
	struct place g;

	place_begin(&g, RECORDS, 1000, "");
	for (size_t block = 0; block < g.n; block++)
		for (size_t which = 0; which < 4; which++)
			for (size_t i = 0; i < COUNT(lies); i++) {
				struct gz_block was = gz_block(buf_view(&g.file), block);
				const uint32_t number[] = { was.stored, was.text, was.at,
					was.index };
				struct found f;

				put_number(&g, block, which, lies[i]);
				save(&g);
				if (page_blocks_open(&g.b, g.path))
					f = find_all(&g);
				page_blocks_close(&g.b);
				cr_assert(page_blocks_view(&g.b, buf_view(&g.file)));
				f = find_all(&g);
				cr_expect(f.right + f.wrong <= RECORDS);
				page_blocks_close(&g.b);
				put_number(&g, block, which, number[which]);
			}
	place_end(&g);
}
