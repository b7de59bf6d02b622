/* Goal: a diff file says what changed in the contract's lines, is gzip that any
 * reader takes, and is not there before it is committed. */
#include "delta/diff_file.h"

#include "support/account.h"
#include "lib/gz.h"

static struct str
inflated(struct account *g, const char *path)
{
	struct gz_reader *r = gz_reader_new();
	struct buf b = { 0 };
	struct str stored, out;

	cr_assert(file_load(&g->a, path, 1 << 30, &stored, &g->e) == 0, "%s", g->e.msg);
	cr_assert(gz_inflate(r, stored, 1 << 30, &b, &g->e) == 0, "%s", g->e.msg);
	out = str_copy(&g->a, buf_view(&b));
	buf_release(&b);
	gz_reader_free(r);
	return out;
}

/* The delta in hand as a file: its text, which no number of threads changes. */
static struct str
written(
    struct account *g, struct diff_file_parts *parts, const struct str *unknown, size_t unknown_n)
{
	char *path = file_join(&g->a, g->dir,
	    str_z(&g->a, str_printf(&g->a, "diffs/%.*s.jsonl.gz", STR_ARG(g->run.snapshot))));
	struct str text = { 0 };

	parts->delta = &g->delta;
	parts->run = &g->run;
	for (g->run.jobs = 1; g->run.jobs <= 2; g->run.jobs++) {
		struct str before = text;
		struct diff_file out;
		struct sha256 sha256;

		cr_assert(
		    diff_file_begin(&out, g->dir, g->s.kv, parts, &g->e) == 0, "%s", g->e.msg);
		cr_assert(
		    diff_file_end(&out, unknown, unknown_n, &sha256, &g->e) == 0, "%s", g->e.msg);
		cr_expect(file_exists(path) == (g->run.jobs > 1), "not yet");
		cr_assert(diff_file_commit(&out, &g->e) == 0, "%s", g->e.msg);
		diff_file_release(&out);
		text = inflated(g, path);
		cr_expect(strcmp(sha256_of(text).hex, sha256.hex) == 0);
		if (g->run.jobs > 1)
			cr_expect(str_eq(before, text));
	}
	return text;
}

static void
expect_text(struct account *g, struct str have, const char *want)
{
	cr_expect(str_eq(have, quoted(&g->a, want)), "%.*s", STR_ARG(have));
}

Test(diff_file, the_first_one_has_no_one_before)
{
	static const struct page pages[] = { CUSTOMERS("[{'id':'a\\\"b'}]"), { 0 } };
	struct account g;
	struct diff_file_parts parts = { .head = { .manifest_sha256 = STR("m") } };

	account_begin(&g);
	account_judge(&g, pages);
	expect_text(&g, written(&g, &parts, NULL, 0),
	    "{'type':'diff','format':1,'snapshot':'20300102T000000Z',"
	    "'previous':null,'manifest_sha256':'m',"
	    "'previous_diff_sha256':null}\n"
	    "{'entity':'customer','id':'a\\'b','op':'added',"
	    "'page':'page-0001.json','index':0}\n"
	    "{'type':'end','customers':{'added':1,'changed':0,'removed':0,"
	    "'unchanged':0},'orders':{'added':0,'changed':0,'removed':0,"
	    "'unchanged':0},'quarantined':0,'unknown_fields':[]}\n");
	account_end(&g);
}

Test(diff_file, each_op_has_its_line)
{
	static const struct page first[] = { CUSTOMERS("[]"),
		CUSTOMERS("[{'id':'a'},{'id':'b','n':1.0}]"),
		ORDERS("[{'id':'a','createdAt':'2026-01-01'}]"), { 0 } };
	static const struct page next[] = { CUSTOMERS("[null,{'id':'b','n':2}]"),
		ORDERS("[{'id':'a','createdAt':'2026-01-01'}]"), { 0 } };
	static const struct str unknown[] = { { "/customer/n", 11 } };
	struct account g;
	struct diff_file_parts parts = { .head = { .previous = STR("20300102T000000Z"),
		                             .manifest_sha256 = STR("m"),
		                             .previous_diff_sha256 = STR("d") },
		.quarantined = 3 };

	account_begin(&g);
	account_apply(&g, first);
	account_judge(&g, next);
	expect_text(&g, written(&g, &parts, unknown, 1),
	    "{'type':'diff','format':1,'snapshot':'20300103T000000Z',"
	    "'previous':'20300102T000000Z','manifest_sha256':'m',"
	    "'previous_diff_sha256':'d'}\n"
	    "{'entity':'customer','id':'a','op':'removed','previous':{"
	    "'snapshot':'20300102T000000Z','page':'page-0002.json',"
	    "'index':0}}\n"
	    "{'entity':'customer','id':'b','op':'changed',"
	    "'page':'page-0001.json','index':1,'previous':{"
	    "'snapshot':'20300102T000000Z','page':'page-0002.json',"
	    "'index':1},'changes':[{'path':'/n','before':1.0,'after':2}]}\n"
	    "{'type':'end','customers':{'added':0,'changed':1,'removed':1,"
	    "'unchanged':0},'orders':{'added':0,'changed':0,'removed':0,"
	    "'unchanged':1},'quarantined':3,'unknown_fields':["
	    "'/customer/n']}\n");
	account_end(&g);
}

Test(diff_file, a_large_one_is_many_members_and_one_text)
{
	struct account g;
	struct buf b = { 0 };
	struct page pages[2] = { { 0 } };
	struct diff_file_parts parts = { .head = { .manifest_sha256 = STR("m") } };
	struct str text;
	size_t lines = 0;

	account_begin(&g);
	buf_char(&b, '[');
	for (int i = 0; i < 40000; i++)
		buf_printf(&b, "%s{'id':'%d'}", i > 0 ? "," : "", i);
	buf_z(&b, "]");
	pages[0] = (struct page)CUSTOMERS(str_z(&g.a, buf_view(&b)));
	account_judge(&g, pages);
	text = written(&g, &parts, NULL, 0);
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	cr_expect(lines == 40002, "%zu", lines);
	cr_expect(text.n > 2 << 20, "more than two pieces");
	buf_release(&b);
	account_end(&g);
}

Test(diff_file, one_that_is_given_up_leaves_nothing)
{
	static const struct page pages[] = { CUSTOMERS("[{'id':'a'}]"), { 0 } };
	struct account g;
	struct diff_file_parts parts = { .run = &g.run };
	struct diff_file out;
	struct str *names;
	size_t n;

	account_begin(&g);
	account_judge(&g, pages);
	parts.delta = &g.delta;
	cr_assert(diff_file_begin(&out, g.dir, g.s.kv, &parts, &g.e) == 0);
	diff_file_release(&out);
	cr_assert(dir_list(&g.a, file_join(&g.a, g.dir, "diffs"), &names, &n, &g.e) == 0);
	cr_expect(n == 0, "%zu left", n);
	account_end(&g);
}
