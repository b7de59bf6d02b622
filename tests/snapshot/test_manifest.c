/* Goal: a manifest is believed only if it says everything a snapshot is judged
 * by, and what is written is read again. */
#include "snapshot/manifest.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/timestamp.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define SHA "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
#define ID "20261123T040000Z"

struct reading {
	struct arena a;
	struct manifest m;
	struct err e;
	struct str text;
};

/* Written with ' for ". */
static int
parse(struct reading *g, const char *text)
{
	char *p;

	arena_release(&g->a);
	*g = (struct reading){ .e = ERR_INIT };
	p = str_z(&g->a, str_c(text));
	for (char *c = p; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c;
	g->text = str_c(p);
	return manifest_parse(&g->a, STR(ID), g->text, &g->m, &g->e);
}

/* A manifest of one page that has these members. */
static int
parse_page(struct reading *g, const char *members)
{
	struct buf b = { 0 };
	int rc;

	buf_printf(&b, "{'format':1,'taken_at':'2026-11-23T04:00:00Z','pages':[{%s}]}", members);
	buf_char(&b, '\0');
	rc = parse(g, b.p);
	buf_release(&b);
	return rc;
}

#define PATH "'path':'p.json',"
#define HASH "'sha256':'" SHA "',"
#define KIND "'resource':'orders',"
#define ALL "'scope':{'kind':'all'}"

Test(manifest, a_page_is_read_with_all_it_says)
{
	struct reading g = { 0 };
	const struct manifest_page *p;

	cr_assert(
	    parse_page(&g, PATH HASH KIND "'location':7,'page':3,'records':500,'bytes':81234,"
	                                  "'total':812,'request':'/v1/x?y','fetched_at':'f',"
	                                  "'scope':{'kind':'created','from':'2026-11-20',"
	                                  "'to':'2026-11-23T00:00:00.5+01:00'},'more':[{}]") == 0,
	    "%s", g.e.msg);
	cr_assert(g.m.n == 1);
	p = &g.m.pages[0];
	cr_expect(str_eq(p->path, STR("p.json")));
	cr_expect(str_eq(p->location, STR("7")), "a number by its digits");
	cr_expect(str_eq(p->sha256, STR(SHA)));
	cr_expect(p->resource == RESOURCE_ORDERS);
	cr_expect(p->page == 3 && p->records == 500 && p->bytes == 81234);
	cr_expect(p->has_total && p->total == 812);
	cr_expect(str_eq(p->request, STR("/v1/x?y")));
	cr_expect(p->scope.kind == SCOPE_CREATED);
	cr_expect(p->scope.to - p->scope.from ==
	          3 * TIMESTAMP_DAY - TIMESTAMP_HOUR + TIMESTAMP_SECOND / 2);
	cr_expect(g.m.taken_at % TIMESTAMP_DAY == 4 * TIMESTAMP_HOUR);
	cr_expect(strcmp(g.m.sha256.hex, sha256_of(g.text).hex) == 0);
	arena_release(&g.a);
}

Test(manifest, only_what_a_snapshot_is_judged_by_has_to_be_there)
{
	struct reading g = { 0 };

	cr_assert(parse_page(&g, PATH HASH KIND ALL) == 0, "%s", g.e.msg);
	cr_expect(!g.m.pages[0].has_total && g.m.pages[0].page == 0);
	cr_expect(g.m.pages[0].location.n == 0 && g.m.tool.n == 0);
	cr_assert(parse(&g, "{'format':1,'taken_at':'2026-11-23T04:00:00Z',"
	                    "'pages':[]}") == 0);
	cr_expect(g.m.n == 0);
	arena_release(&g.a);
}

Test(manifest, every_scope_has_its_bounds)
{
	static const struct {
		const char *scope;
		int rc;
		enum scope_kind kind;
		const char *detail;
	} rows[] = {
		{ "{'kind':'all'}", 0, SCOPE_ALL, "" },
		{ "{'kind':'updated'}", 0, SCOPE_UPDATED, "" },
		{ "{'kind':'updated','after':'2026-01-01'}", 0, SCOPE_UPDATED, "2026-01-01" },
		{ "{'kind':'id','id':' 7 '}", 0, SCOPE_ID, "7" },
		{ "{'kind':'id'}", 0, SCOPE_ID, "" },
		{ "{'kind':'created','from':'2026-01-01'}", -1, SCOPE_ALL, "" },
		{ "{'kind':'created','from':'x','to':'2026-01-01'}", -1, SCOPE_ALL, "" },
		{ "{'kind':'created'}", -1, SCOPE_ALL, "" },
		{ "{'kind':'ALL'}", -1, SCOPE_ALL, "" },
		{ "{'kind':'some'}", -1, SCOPE_ALL, "" },
		{ "{'kind':null}", -1, SCOPE_ALL, "" },
		{ "{}", -1, SCOPE_ALL, "" },
		{ "'all'", -1, SCOPE_ALL, "" },
		{ "null", -1, SCOPE_ALL, "" },
	};
	struct reading g = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };

		buf_printf(&b, PATH HASH KIND "'scope':%s", rows[i].scope);
		buf_char(&b, '\0');
		cr_expect(parse_page(&g, b.p) == rows[i].rc, "%s", rows[i].scope);
		if (rows[i].rc == 0) {
			cr_expect(g.m.pages[0].scope.kind == rows[i].kind);
			cr_expect(str_eq(g.m.pages[0].scope.detail, str_c(rows[i].detail)));
		} else {
			cr_expect(g.e.kind == ERR_DAMAGED);
		}
		buf_release(&b);
	}
	arena_release(&g.a);
}

Test(manifest, a_fault_of_its_json_has_a_name_and_a_place)
{
	struct reading g = { 0 };

	cr_expect(parse(&g, "{\n 'format':1,\n 'pages':[],\n}") == -1);
	cr_expect_str_eq(g.e.msg, "a comma before a closing bracket");
	cr_expect(g.e.line == 3 && g.e.column == 12 && g.e.at == 26, "%u:%u, byte %zu", g.e.line,
	    g.e.column, (size_t)g.e.at);
	arena_release(&g.a);
}

Test(manifest, what_is_missing_or_wrong_refuses_the_snapshot)
{
	static const char *const rows[] = {
		"",
		"[]",
		"7",
		"{",
		"{}",
		"{'taken_at':'2026-11-23T04:00:00Z','pages':[]}",
		"{'format':2,'taken_at':'2026-11-23T04:00:00Z','pages':[]}",
		"{'format':1.0,'taken_at':'2026-11-23T04:00:00Z','pages':[]}",
		"{'format':'1','taken_at':'2026-11-23T04:00:00Z','pages':[]}",
		"{'format':1,'taken_at':'2026-11-23T04:00:01Z','pages':[]}",
		"{'format':1,'taken_at':'2026-11-23T04:00:00.5Z','pages':[]}",
		"{'format':1,'taken_at':'soon','pages':[]}",
		"{'format':1,'pages':[]}",
		"{'format':1,'taken_at':'2026-11-23T04:00:00Z'}",
		"{'format':1,'taken_at':'2026-11-23T04:00:00Z','pages':{}}",
		"{'format':1,'taken_at':'2026-11-23T04:00:00Z','pages':[7]}",
		"{'format':1,'format':1,'pages':[]}",
		"{'format':1,'taken_at':'2026-11-23T04:00:00Z','pages':[]} x",
	};
	struct reading g = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(parse(&g, rows[i]) == -1, "%s", rows[i]);
		cr_expect(g.e.kind == ERR_DAMAGED, "%s", rows[i]);
		cr_expect(strcmp(g.e.file, "snapshots/" ID "/manifest.json") == 0, "%s: %s",
		    rows[i], g.e.file);
		cr_expect(g.e.at != ERR_NOWHERE, "%s", rows[i]);
	}
	arena_release(&g.a);
}

Test(manifest, a_page_that_is_not_described_refuses_the_snapshot)
{
	static const char *const rows[] = {
		HASH KIND ALL,
		PATH KIND ALL,
		PATH HASH ALL,
		PATH HASH "'resource':'order'," ALL,
		PATH HASH "'resource':'Orders'," ALL,
		PATH HASH "'resource':'orders'",
		PATH "'sha256':''," KIND ALL,
		PATH "'sha256':'abc'," KIND ALL,
		PATH "'sha256':'AAAAAAAAAAAAAAAAbbbbbbbbbbbbbbbb"
		     "ccccccccccccccccdddddddddddddddd'," KIND ALL,
		PATH "'sha256':'" SHA "a'," KIND ALL,
	};
	struct reading g = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect(parse_page(&g, rows[i]) == -1, "%s", rows[i]);
		cr_expect(g.e.kind == ERR_DAMAGED, "%s", rows[i]);
	}
	arena_release(&g.a);
}

Test(manifest, a_path_leads_nowhere_but_into_the_directory)
{
	static const struct {
		const char *path;
		int rc;
	} rows[] = {
		{ "customers-0001.json.gz", 0 },
		{ "a b", 0 },
		{ "\\u00e9.json", 0 },
		{ "", -1 },
		{ ".", -1 },
		{ "..", -1 },
		{ ".hidden", -1 },
		{ "/etc/passwd", -1 },
		{ "../20261123T030000Z/p.json", -1 },
		{ "a/b", -1 },
		{ "a/", -1 },
		{ "p.json\\u0000.gz", -1 },
	};
	struct reading g = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = { 0 };

		buf_printf(&b, "'path':'%s'," HASH KIND ALL, rows[i].path);
		buf_char(&b, '\0');
		cr_expect(parse_page(&g, b.p) == rows[i].rc, "%s", rows[i].path);
		buf_release(&b);
	}
	arena_release(&g.a);
}

Test(manifest, what_is_written_is_read_again)
{
	struct manifest_page pages[] = {
		{ .path = STR("a.json"),
		    .resource = RESOURCE_ORDERS,
		    .location = STR("L \"1\""),
		    .scope = { SCOPE_CREATED, -1, 2 * TIMESTAMP_DAY, { 0 } },
		    .sha256 = STR(SHA),
		    .page = 1,
		    .records = 2,
		    .bytes = UINT64_MAX,
		    .has_total = true,
		    .request = STR("/x?y=z"),
		    .fetched_at = STR("t") },
		{ .path = STR("b.json.gz"),
		    .resource = RESOURCE_CUSTOMER,
		    .scope = { SCOPE_ID, 0, 0, STR("c1") },
		    .sha256 = STR(SHA) },
		{ .path = STR("c.json"),
		    .resource = RESOURCE_LOCATIONS,
		    .scope = { SCOPE_UPDATED, 0, 0, STR("2026-01-01") },
		    .sha256 = STR(SHA) },
	};
	struct manifest m = { .finished_at = STR("f"),
		.tool = STR("t"),
		.source = STR("s"),
		.pages = pages,
		.n = COUNT(pages) };
	struct arena a = { 0 };
	struct err e = ERR_INIT;
	struct manifest out;
	struct buf text = { 0 }, again = { 0 };

	cr_assert(timestamp_parse_id(STR(ID), &m.taken_at));
	manifest_format(&m, &text);
	cr_assert(manifest_parse(&a, STR(ID), buf_view(&text), &out, &e) == 0, "%s", e.msg);
	cr_expect(out.taken_at == m.taken_at && out.n == m.n);
	cr_expect(out.pages[0].scope.from == -1);
	cr_expect(out.pages[0].bytes == UINT64_MAX);
	cr_expect(out.pages[0].has_total && out.pages[0].total == 0);
	cr_expect(str_eq(out.pages[1].scope.detail, STR("c1")));
	manifest_format(&out, &again);
	cr_expect(str_eq(buf_view(&text), buf_view(&again)));
	buf_release(&text);
	buf_release(&again);
	arena_release(&a);
}
