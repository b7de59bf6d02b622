/* Goal: the text of a record is the one that was read, whichever way it is found in its page, and
 * what is not proved by the record's hash or the page's digest is refused. */
#include "state/record_text.h"

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/file.h"
#include "lib/gz.h"
#include "lib/sha256.h"
#include "snapshot/page.h"
#include "snapshot/page_pack.h"

#define ID "20261123T040000Z"
#define NAME "orders-L1-all-0001.json.gz"
#define RECORDS 530

typedef int reader_fn(struct arena *a, const char *account, struct wanted_record *list, size_t n,
    size_t jobs, struct err *e);

/* A page of an account, and all of its records wanted. */
struct shelf {
	char dir[64];
	const char *file;
	struct buf text, stored;
	struct page_reader whole; /* for comparison */
	struct source_page source;
	struct wanted_record *list;
	struct hash *hashes;
	size_t n;
	struct arena a;
	struct err e;
};

static void
save(struct shelf *g)
{
	struct err e = ERR_INIT;

	cr_assert(file_save(g->file, buf_view(&g->stored), &e) == 0, "%s", e.msg);
}

/* The manifest's digest is that of the page as it is now. */
static void
prove(struct shelf *g)
{
	g->source.page.sha256 = str_copy(&g->a, str_c(sha256_of(buf_view(&g->stored)).hex));
	g->source.origin.sha256 = g->source.page.sha256;
	save(g);
}

static void
want_all(struct shelf *g)
{
	g->n = g->whole.scan.n;
	g->list = arena_zero(&g->a, g->n, sizeof(*g->list));
	g->hashes = arena_zero(&g->a, g->n, sizeof(*g->hashes));
	for (size_t i = 0; i < g->n; i++) {
		/* the last one first: the order of the list is kept */
		const struct split_record *r = &g->whole.scan.records[g->n - 1 - i];

		g->hashes[i] = hash_of(str_of(g->text.p + r->at, r->len));
		g->list[i] = (struct wanted_record){
			.from = &g->source, .index = r->index, .hash = &g->hashes[i]
		};
	}
}

static void
shelf_begin(struct shelf *g, const char *top)
{
	char *dir;

	*g = (struct shelf){ .dir = "/tmp/flowstory-text-XXXXXX", .e = ERR_INIT };
	cr_assert(mkdtemp(g->dir) != NULL);
	dir = file_join(&g->a, file_join(&g->a, g->dir, top), ID);
	cr_assert(dir_make_all(dir, &g->e) == 0);
	g->file = file_join(&g->a, dir, NAME);
	buf_z(&g->text, "{\"orders\":[");
	for (size_t i = 0; i < RECORDS; i++)
		buf_printf(&g->text, "%s{\"_id\":\"o%zu\",\"s\":\"%01200zu\"}", i > 0 ? "," : "", i,
		    i * 7919 % 1000);
	buf_z(&g->text, "]}");
	page_pack(buf_view(&g->text), RESOURCE_ORDERS, &g->stored);
	cr_assert(gz_blocks(buf_view(&g->stored)) == 6);
	g->whole.text = buf_view(&g->text);
	cr_assert(page_scan(&g->whole, RESOURCE_ORDERS, &g->e) == 0, "%s", g->e.msg);
	g->source = (struct source_page){ .snapshot = STR(ID),
		.page = { .path = STR(NAME), .resource = RESOURCE_ORDERS },
		.origin = { .base = STR(ID), .path = STR(NAME), .resource = RESOURCE_ORDERS } };
	prove(g);
	want_all(g);
}

static void
shelf_end(struct shelf *g)
{
	struct err e = ERR_INIT;

	cr_expect(dir_remove(g->dir, &e) == 0, "%s", e.msg);
	buf_release(&g->text);
	buf_release(&g->stored);
	page_reader_release(&g->whole);
	arena_release(&g->a);
}

/* Whether the first ${n} wanted are read, each as it is. */
static bool
reads(struct shelf *g, reader_fn *read, size_t n)
{
	struct arena a = { 0 };
	int rc;

	g->e = (struct err)ERR_INIT;
	rc = read(&a, g->dir, g->list, n, 2, &g->e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct str want;

		cr_assert(page_record(&g->whole, g->list[i].index, &want));
		cr_expect(str_eq(g->list[i].text, want), "record %u", g->list[i].index);
	}
	arena_release(&a);
	return rc == 0;
}

static void
expect_refused(struct shelf *g, reader_fn *read, size_t n, const char *why)
{
	cr_expect(!reads(g, read, n), "it was read");
	cr_expect(g->e.kind == ERR_DAMAGED);
	cr_expect(strstr(g->e.msg, why) != NULL, "%s", g->e.msg);
}

static reader_fn *const readers[] = { record_text_read, record_text_known };

static void
forget_hashes(struct shelf *g)
{
	for (size_t i = 0; i < g->n; i++)
		g->list[i].hash = NULL;
}

Test(record_text, is_found_with_and_without_hashes_in_blocks_and_in_one_member)
{
	for (size_t k = 0; k < 2; k++) {
		struct shelf g;

		shelf_begin(&g, "snapshots");
		for (size_t n = 1; n <= g.n; n += 33)
			cr_expect(reads(&g, readers[k], n), "%s", g.e.msg);
		forget_hashes(&g);
		cr_expect(reads(&g, readers[k], g.n), "%s", g.e.msg);
		want_all(&g);
		buf_reset(&g.stored);
		gz_deflate(buf_view(&g.text), 6, &g.stored);
		prove(&g);
		cr_expect(reads(&g, readers[k], g.n), "%s", g.e.msg);
		shelf_end(&g);
	}
}

Test(record_text, is_found_in_a_base)
{
	for (size_t k = 0; k < 2; k++) {
		struct source_page *sources;
		struct shelf g;

		shelf_begin(&g, "bases");
		sources = arena_zero(&g.a, g.n, sizeof(*sources));
		for (size_t i = 0; i < g.n; i++) {
			sources[i] = g.source;
			sources[i].is_pruned = true;
			sources[i].origin.index = g.list[i].index;
			g.list[i].from = &sources[i];
		}
		cr_expect(reads(&g, readers[k], g.n), "%s", g.e.msg);
		sources[3].origin.base.n = 0;
		cr_expect(!reads(&g, readers[k], g.n));
		cr_expect_str_eq(g.e.msg, "the version was pruned with snapshot " ID);
		shelf_end(&g);
	}
}

/* A record that was sent again in other bytes which mean the same: its hash is the later one's. */
Test(record_text, is_that_of_its_place_where_the_hash_is_a_later_texts)
{
	for (size_t k = 0; k < 2; k++) {
		struct shelf g;

		shelf_begin(&g, "snapshots");
		g.hashes[7].lo ^= 1;
		cr_expect(reads(&g, readers[k], g.n), "%s", g.e.msg);
		shelf_end(&g);
	}
}

Test(record_text, a_list_that_lies_gives_no_other_record)
{
	for (size_t k = 0; k < 2; k++)
		for (size_t number = 0; number < 24; number++) {
			struct shelf g;

			shelf_begin(&g, "snapshots");
			g.stored.p[16 + 4 * number] ^= 1;
			prove(&g);
			cr_expect(reads(&g, readers[k], g.n), "%zu: %s", number, g.e.msg);
			shelf_end(&g);
		}
}

Test(record_text, a_page_that_is_damaged_where_the_record_lies_is_refused)
{
	for (size_t k = 0; k < 2; k++) {
		struct shelf g;

		shelf_begin(&g, "snapshots");
		g.stored.p[g.stored.n - 12] ^= 1;
		save(&g);
		expect_refused(&g, readers[k], 1, "its sha256 is");
		g.stored.n -= 20;
		save(&g);
		expect_refused(&g, readers[k], 1, "its sha256 is");
		g.stored.n = 0;
		save(&g);
		expect_refused(&g, readers[k], 1, "its sha256 is");
		cr_assert(remove(g.file) == 0);
		expect_refused(&g, readers[k], 1, "it is not there");
		shelf_end(&g);
	}
}

/* The digest stands for all of the page, the hash for the record alone. */
Test(record_text, damage_elsewhere_in_the_page_is_seen_by_the_digest)
{
	struct shelf g;

	shelf_begin(&g, "snapshots");
	g.stored.p[gz_block(buf_view(&g.stored), 0).stored + 60] ^= 1;
	save(&g);
	cr_expect(reads(&g, record_text_known, 1), "%s", g.e.msg);
	expect_refused(&g, record_text_read, 1, "its sha256 is");
	expect_refused(&g, record_text_known, g.n, "its sha256 is");
	forget_hashes(&g);
	expect_refused(&g, record_text_known, 1, "its sha256 is");
	shelf_end(&g);
}

/* Another record than the state knows, in a page that is as sound as before. */
Test(record_text, another_text_than_the_hash_says_is_not_taken_out_of_a_file_nobody_proved)
{
	struct shelf g;

	shelf_begin(&g, "snapshots");
	g.text.p[g.text.n - 10] = '5';
	buf_reset(&g.stored);
	page_pack(buf_view(&g.text), RESOURCE_ORDERS, &g.stored);
	save(&g);
	expect_refused(&g, record_text_known, 1, "its sha256 is");
	shelf_end(&g);
}
