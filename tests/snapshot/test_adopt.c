/* Goal: files exported by other means become a snapshot as they are, told by
 * their bodies, or leave nothing behind. */
#include "snapshot/adopt.h"

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "snapshot/store.h"
#include "lib/gz.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ID "20261123T040000Z"
#define FILES_MAX 4

struct place {
	char dir[64];
	struct arena a;
	char *files[FILES_MAX];
	struct adoption x;
	struct adopted told[ADOPT_PAGES * FILES_MAX];
	size_t told_n;
	struct err e;
};

static void
place_begin(struct place *g)
{
	*g = (struct place){ .dir = "/tmp/flowstory-adopt-XXXXXX", .e = ERR_INIT };
	cr_assert(mkdtemp(g->dir) != NULL);
	g->x = (struct adoption){ .files = g->files, .finished_at = STR("2026-11-23T05:00:00Z") };
	cr_assert(timestamp_parse_id(STR(ID), &g->x.taken_at));
}

static void
place_end(struct place *g)
{
	struct err e = ERR_INIT;

	cr_expect(dir_remove(g->dir, &e) == 0, "%s", e.msg);
	arena_release(&g->a);
}

/* One more file to adopt; ' stands for ". */
static void
add(struct place *g, const char *text, bool gzip)
{
	char *p = str_z(&g->a, str_c(text));
	struct buf b = { 0 };

	for (char *c = p; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c;
	if (gzip)
		gz_deflate(str_c(p), 6, &b);
	else
		buf_z(&b, p);
	g->files[g->x.n] =
	    file_join(&g->a, g->dir, str_z(&g->a, str_printf(&g->a, "in-%zu", g->x.n)));
	cr_assert(file_save(g->files[g->x.n], buf_view(&b), &g->e) == 0);
	g->x.n++;
	buf_release(&b);
}

static int
adopt(struct place *g)
{
	return adopt_files(&g->a, g->dir, &g->x, g->told, &g->told_n, &g->e);
}

/* Nothing in snapshots/ but what is meant to be. */
static void
expect_snapshots(struct place *g, size_t want)
{
	struct str *names;
	size_t n;

	cr_assert(dir_list(&g->a, file_join(&g->a, g->dir, "snapshots"), &names, &n, &g->e) == 0);
	cr_expect(n == want, "%zu", n);
}

Test(adopt, the_resource_is_told_from_the_body)
{
	static const struct {
		const char *text;
		enum resource resource;
		const char *path;
		uint64_t records;
	} rows[] = {
		{ "{'customers':[{'id':1},null]}", RESOURCE_CUSTOMERS, "customers-0001.json", 1 },
		{ "{'total':2,'orders':[{'id':1}]}", RESOURCE_ORDERS, "orders-all-0001.json", 1 },
		{ "{'orders':[]}", RESOURCE_ORDERS, "orders-all-0001.json", 0 },
		{ "{'customer':{'id':1}}", RESOURCE_CUSTOMER, "customer-0001.json", 1 },
		{ "{'data':[{'id':1,'email':''}]}", RESOURCE_CUSTOMERS, "customers-0001.json", 1 },
		{ "{'data':[{'_id':1,'orderStatus':'x'}]}", RESOURCE_ORDERS, "orders-all-0001.json",
		    1 },
		{ "{'data':{'id':1,'name':'x'}}", RESOURCE_CUSTOMER, "customer-0001.json", 1 },
		{ "[{'id':1,'name':'x'}]", RESOURCE_CUSTOMERS, "customers-0001.json", 1 },
		{ "[{'id':1,'name':'x','totals':{}}]", RESOURCE_ORDERS, "orders-all-0001.json", 1 },
		{ "[null,7,{'id':},{'phone':1}]", RESOURCE_CUSTOMERS, "customers-0001.json", 3 },
		{ "{'id':1,'isLoyal':true}", RESOURCE_CUSTOMER, "customer-0001.json", 1 },
		/* under the list's name only a page of that list is looked into */
		{ "{'customers':{'id':1}}", RESOURCE_CUSTOMERS, "customers-0001.json", 1 },
		{ "{'id':1,'totals':{}}", RESOURCE_ORDERS, "orders-partial-0001.json", 1 },
		{ "{'data':{'id':1,'totals':{}}}", RESOURCE_ORDERS, "orders-partial-0001.json", 1 },
		{ "{'total':1,'orders' : {'id':1}}", RESOURCE_ORDERS, "orders-partial-0001.json",
		    1 },
		{ "{'data':[{'importId':1,'email':''}]}", RESOURCE_LOCATIONS, "locations-0001.json",
		    1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place g;

		place_begin(&g);
		add(&g, rows[i].text, false);
		cr_expect(adopt(&g) == 0, "%s: %s", rows[i].text, g.e.msg);
		cr_expect(g.told[0].resource == rows[i].resource, "%s: %d", rows[i].text,
		    (int)g.told[0].resource);
		cr_expect(str_eq(g.told[0].path, str_c(rows[i].path)), "%s: %.*s", rows[i].text,
		    STR_ARG(g.told[0].path));
		if (rows[i].resource != RESOURCE_LOCATIONS)
			cr_expect(g.told[0].records == rows[i].records, "%s", rows[i].text);
		place_end(&g);
	}
}

Test(adopt, files_are_copied_as_they_are)
{
	struct place g;
	struct manifest m;
	struct str stored, copy;

	place_begin(&g);
	add(&g, "{'customers':[{'id':1}]}", true);
	add(&g, "{'customers':[{'id':2}]}", false);
	cr_assert(adopt(&g) == 0, "%s", g.e.msg);
	cr_assert(store_manifest(&g.a, g.dir, STR(ID), &m, &g.e) == 0, "%s", g.e.msg);
	cr_assert(m.n == 2);
	cr_expect(str_eq(m.pages[0].path, STR("customers-0001.json.gz")));
	cr_expect(str_eq(m.pages[1].path, STR("customers-0002.json")));
	cr_expect(str_eq(m.finished_at, STR("2026-11-23T05:00:00Z")));
	for (size_t i = 0; i < m.n; i++) {
		char *path = file_join(
		    &g.a, file_join(&g.a, g.dir, "snapshots/" ID), str_z(&g.a, m.pages[i].path));

		cr_assert(file_load(&g.a, g.files[i], 1 << 20, &stored, &g.e) == 0);
		cr_assert(file_load(&g.a, path, 1 << 20, &copy, &g.e) == 0);
		cr_expect(str_eq(stored, copy), "file %zu", i);
		cr_expect(str_eq(m.pages[i].sha256, str_c(sha256_of(stored).hex)));
		cr_expect(m.pages[i].bytes == stored.n);
		cr_expect(m.pages[i].scope.kind == SCOPE_ALL);
	}
	place_end(&g);
}

Test(adopt, the_scope_is_what_was_said)
{
	struct place g;
	struct manifest m;

	place_begin(&g);
	g.x.kind = SCOPE_CREATED;
	g.x.location = STR("L1");
	cr_assert(timestamp_parse(STR("2026-03-01"), &g.x.from));
	cr_assert(timestamp_parse(STR("2026-03-09"), &g.x.to));
	add(&g, "{'orders':[]}", false);
	add(&g, "{'customer':{'id':1}}", false);
	add(&g, "{'customers':[]}", false);
	cr_assert(adopt(&g) == 0, "%s", g.e.msg);
	cr_assert(store_manifest(&g.a, g.dir, STR(ID), &m, &g.e) == 0, "%s", g.e.msg);
	cr_expect(str_eq(m.pages[0].path, STR("orders-L1-2026-03-01-2026-03-09-0001.json")));
	cr_expect(str_eq(m.pages[0].location, STR("L1")));
	cr_expect(m.pages[0].scope.kind == SCOPE_CREATED);
	cr_expect(m.pages[0].scope.from == g.x.from);
	cr_expect(m.pages[0].scope.to == g.x.to);
	cr_expect(m.pages[1].scope.kind == SCOPE_ID);
	cr_expect(m.pages[1].location.n == 0, "customers have none");
	cr_expect(m.pages[2].scope.kind == SCOPE_CREATED);
	place_end(&g);
}

Test(adopt, a_part_is_called_so)
{
	struct place g;

	place_begin(&g);
	g.x.kind = SCOPE_UPDATED;
	add(&g, "{'orders':[]}", false);
	cr_assert(adopt(&g) == 0, "%s", g.e.msg);
	cr_expect(str_eq(g.told[0].path, STR("orders-partial-0001.json")));
	place_end(&g);
}

Test(adopt, what_cannot_be_a_page_leaves_nothing)
{
	static const char *const rows[] = { "", "no json", "[]", "{}", "[7]", "{'data':[]}",
		"{'customers':[}", "[{'id':1}]", "{'customers':[]} x" };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place g;

		place_begin(&g);
		add(&g, "{'customers':[]}", false);
		add(&g, rows[i], i % 2 == 1);
		cr_expect(adopt(&g) == -1, "'%s'", rows[i]);
		cr_expect(g.e.kind == ERR_USAGE, "'%s': %s", rows[i], g.e.msg);
		cr_expect(strcmp(g.e.file, g.files[1]) == 0, "'%s': %s", rows[i], g.e.file);
		expect_snapshots(&g, 0);
		place_end(&g);
	}
}

Test(adopt, a_file_that_is_not_there_leaves_nothing)
{
	struct place g;

	place_begin(&g);
	add(&g, "{'customers':[]}", false);
	g.files[g.x.n++] = file_join(&g.a, g.dir, "none.json");
	cr_expect(adopt(&g) == -1);
	cr_expect(g.e.kind == ERR_USAGE, "%s", g.e.msg);
	expect_snapshots(&g, 0);
	place_end(&g);
}

Test(adopt, a_snapshot_of_that_time_is_not_touched)
{
	struct place g;
	struct manifest m;

	place_begin(&g);
	add(&g, "{'customers':[{'id':1}]}", false);
	cr_assert(adopt(&g) == 0, "%s", g.e.msg);
	add(&g, "{'orders':[]}", false);
	cr_expect(adopt(&g) == -1);
	cr_expect(g.e.kind == ERR_USAGE);
	expect_snapshots(&g, 1);
	cr_assert(store_manifest(&g.a, g.dir, STR(ID), &m, &g.e) == 0);
	cr_expect(m.n == 1);
	place_end(&g);
}
