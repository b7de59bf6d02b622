/* Goal: a page is what its digest says or it is refused, and its records lie
 * where its generation of the API puts them. */
#include "snapshot/page.h"

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "lib/sha256.h"
#include "lib/gz.h"
#include "snapshot/page_pack.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ID "20261123T040000Z"

struct place {
	char dir[64];
	struct arena a;
	struct page_reader r;
	struct err e;
};

static void
place_begin(struct place *g)
{
	*g = (struct place){ .dir = "/tmp/flowstory-page-XXXXXX", .e = ERR_INIT };
	cr_assert(mkdtemp(g->dir) != NULL);
	cr_assert(dir_make_all(file_join(&g->a, g->dir, "snapshots/" ID), &g->e) == 0);
}

static void
place_end(struct place *g)
{
	struct err e = ERR_INIT;

	cr_expect(dir_remove(g->dir, &e) == 0, "%s", e.msg);
	page_reader_release(&g->r);
	arena_release(&g->a);
}

/* Store ${stored} under the name and load it with the digest of ${hashed}. */
static int
load(struct place *g, const char *name, struct str stored, struct str hashed)
{
	char *path = file_join(&g->a, file_join(&g->a, g->dir, "snapshots/" ID), name);

	g->e = (struct err)ERR_INIT;
	cr_assert(file_save(path, stored, &g->e) == 0, "%s", g->e.msg);
	return page_load(&g->r, g->dir, STR(ID), str_c(name), str_c(sha256_of(hashed).hex), &g->e);
}

static struct str
gzipped(struct place *g, struct str text)
{
	struct buf b = { 0 };
	struct str out;

	gz_deflate(text, 6, &b);
	out = str_copy(&g->a, buf_view(&b));
	buf_release(&b);
	return out;
}

Test(page, plain_and_gzipped_give_the_same_text)
{
	struct place g;
	struct str text = STR("[1,2]"), gz;

	place_begin(&g);
	gz = gzipped(&g, text);
	cr_assert(load(&g, "a.json", text, text) == 0, "%s", g.e.msg);
	cr_expect(str_eq(g.r.text, text));
	cr_assert(load(&g, "b.json.gz", gz, gz) == 0, "%s", g.e.msg);
	cr_expect(str_eq(g.r.text, text));
	cr_assert(load(&g, "c.json", gz, gz) == 0, "%s", g.e.msg);
	cr_expect(str_eq(g.r.text, text), "told by its first bytes");
	place_end(&g);
}

Test(page, several_members_are_one_text)
{
	struct place g;
	struct buf two = { 0 };

	place_begin(&g);
	gz_deflate(STR("[1,"), 6, &two);
	gz_deflate(STR("2]"), 6, &two);
	cr_assert(load(&g, "a.json.gz", buf_view(&two), buf_view(&two)) == 0, "%s", g.e.msg);
	cr_expect(str_eq(g.r.text, STR("[1,2]")));
	buf_release(&two);
	place_end(&g);
}

Test(page, what_is_not_what_was_stored_is_refused)
{
	struct place g;
	struct str gz;

	place_begin(&g);
	gz = gzipped(&g, STR("[1,2]"));
	cr_expect(load(&g, "a.json", STR("[1]"), STR("[2]")) == -1, "a digit");
	cr_expect(g.e.kind == ERR_DAMAGED && g.e.at == 0);
	cr_expect(strcmp(g.e.file, "snapshots/" ID "/a.json") == 0);
	cr_expect(
	    load(&g, "b.json.gz", STR("[1]"), STR("[1]")) == -1, "no gzip, by its name it must be");
	cr_expect(g.e.kind == ERR_DAMAGED);
	cr_expect(load(&g, "c.json.gz", STR(""), STR("")) == -1, "nothing at all");
	for (size_t n = 0; n < gz.n; n++) {
		struct str cut = str_of(gz.p, n);

		cr_expect(load(&g, "d.json.gz", cut, cut) == -1, "cut at %zu", n);
		cr_expect(g.e.kind == ERR_DAMAGED, "cut at %zu", n);
		cr_expect(load(&g, "e.json.gz", cut, gz) == -1, "cut at %zu", n);
	}
	place_end(&g);
}

Test(page, a_page_that_is_missing_is_refused)
{
	struct place g;

	place_begin(&g);
	cr_expect(page_load(&g.r, g.dir, STR(ID), STR("none.json"), STR("x"), &g.e) == -1);
	cr_expect(g.e.kind == ERR_DAMAGED, "%s", g.e.msg);
	cr_expect(strcmp(g.e.file, "snapshots/" ID "/none.json") == 0);
	place_end(&g);
}

Test(page, a_name_may_be_as_long_as_a_file_name)
{
	struct place g;
	char name[256];

	memset(name, 'x', 250);
	memcpy(name + 230, ".json", 6);
	place_begin(&g);
	cr_expect(load(&g, name, STR("[]"), STR("[]")) == 0, "%s", g.e.msg);
	place_end(&g);
}

Test(page, a_bomb_is_refused)
{
	struct place g;
	struct buf text = { 0 };
	struct str gz;

	place_begin(&g);
	buf_reserve(&text, PAGE_LIMIT + 1);
	memset(text.p, ' ', PAGE_LIMIT + 1);
	text.n = PAGE_LIMIT + 1;
	gz = gzipped(&g, buf_view(&text));
	cr_expect(load(&g, "a.json.gz", gz, gz) == -1);
	cr_expect(g.e.kind == ERR_DAMAGED, "%s", g.e.msg);
	cr_expect(load(&g, "b.json", buf_view(&text), buf_view(&text)) == -1);
	cr_expect(g.e.kind == ERR_DAMAGED, "%s", g.e.msg);
	text.n = PAGE_LIMIT;
	cr_expect(
	    load(&g, "c.json", buf_view(&text), buf_view(&text)) == 0, "just not: %s", g.e.msg);
	buf_release(&text);
	place_end(&g);
}

/* In the smallest blocks that a page is stored in, each of which grows. */
Test(page, the_largest_page_may_be_one_that_cannot_be_shrunk)
{
	enum {
		BLOCKS = PAGE_LIMIT / PAGE_PACK_CUSTOMERS
	};
	static struct gz_block list[BLOCKS];
	struct buf text = { 0 }, packed = { 0 };
	uint64_t x = 1;
	struct place g;

	place_begin(&g);
	buf_reserve(&text, PAGE_LIMIT);
	while (text.n < PAGE_LIMIT) {
		x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
		memcpy(text.p + text.n, (char *)&x + 4, 4);
		text.n += 4;
	}
	for (size_t i = 0; i < BLOCKS; i++)
		list[i] = (struct gz_block){ .text = PAGE_PACK_CUSTOMERS };
	gz_deflate_blocks(buf_view(&text), 1, list, BLOCKS, &packed);
	cr_assert(packed.n > PAGE_LIMIT);
	cr_expect(load(&g, "a.json.gz", buf_view(&packed), buf_view(&packed)) == 0, "%zu bytes: %s",
	    packed.n, g.e.msg);
	cr_expect(str_eq(g.r.text, buf_view(&text)));
	buf_release(&text);
	buf_release(&packed);
	place_end(&g);
}

Test(page, records_lie_where_their_resource_puts_them)
{
	static const struct {
		enum resource resource;
		const char *text;
		size_t n;
	} rows[] = {
		{ RESOURCE_CUSTOMERS, "[1,null,2]", 2 },
		{ RESOURCE_CUSTOMERS, "{\"customers\":[1,2,3]}", 3 },
		{ RESOURCE_CUSTOMERS, "{\"data\":[1]}", 1 },
		{ RESOURCE_CUSTOMERS, "{\"data\":[1],\"customers\":[1,2]}", 2 },
		{ RESOURCE_CUSTOMERS, "{\"orders\":[1,2]}", 1 },
		{ RESOURCE_CUSTOMERS, "{\"total\":0}", 1 },
		{ RESOURCE_CUSTOMERS, "{\"customers\":null}", 0 },
		{ RESOURCE_CUSTOMER, "{\"customer\":{\"id\":1}}", 1 },
		{ RESOURCE_CUSTOMER, "{\"data\":{\"id\":1}}", 1 },
		{ RESOURCE_CUSTOMER, "{\"id\":1}", 1 },
		{ RESOURCE_ORDERS, "{\"total\":2,\"orders\":[1,2]}", 2 },
		{ RESOURCE_ORDERS, "{\"total\":0}", 0 },
		{ RESOURCE_ORDERS, "{\"orders\":null,\"total\":0}", 0 },
		{ RESOURCE_ORDERS, "{\"id\":1}", 1 },
		{ RESOURCE_LOCATIONS, "{\"data\":[1,2]}", 0 },
		{ RESOURCE_LOCATIONS, "[1,2]", 0 },
	};
	struct place g;

	place_begin(&g);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = str_c(rows[i].text);

		cr_assert(load(&g, "a.json", text, text) == 0);
		cr_expect(page_scan(&g.r, rows[i].resource, &g.e) == 0, "%s", rows[i].text);
		cr_expect(g.r.scan.n == rows[i].n, "%s: %zu", rows[i].text, g.r.scan.n);
	}
	place_end(&g);
}

Test(page, locations_are_held_to_their_structure)
{
	struct place g;

	place_begin(&g);
	cr_assert(load(&g, "a.json", STR("{\"data\":[}"), STR("{\"data\":[}")) == 0);
	cr_expect(page_scan(&g.r, RESOURCE_LOCATIONS, &g.e) == -1);
	cr_expect(g.e.kind == ERR_DAMAGED && g.e.at == 9, "%d", (int)g.e.at);
	cr_expect(strcmp(g.e.file, "snapshots/" ID "/a.json") == 0);
	place_end(&g);
}

Test(page, a_record_is_found_by_its_position)
{
	struct place g;
	struct str text = STR("[1,null,2]"), out;

	place_begin(&g);
	cr_assert(load(&g, "a.json", text, text) == 0);
	cr_assert(page_scan(&g.r, RESOURCE_CUSTOMERS, &g.e) == 0);
	cr_expect(page_record(&g.r, 2, &out) && str_eq(out, STR("2")));
	cr_expect(!page_record(&g.r, 1, &out), "null is no record");
	cr_expect(!page_record(&g.r, 3, &out));
	place_end(&g);
}
