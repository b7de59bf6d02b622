/* Goal: what was imported by hand is remembered as it was said, and a directory is an export only
 * if its manifest says where it ends. */
#include "account/bookmark.h"

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/file.h"

struct fixture {
	char dir[64];
	struct arena a;
	struct err e;
};

static void
begin(struct fixture *g)
{
	*g = (struct fixture){ .dir = "/tmp/flowstory-bookmark-XXXXXX", .e = ERR_INIT };
	cr_assert(mkdtemp(g->dir) != NULL);
}

static void
end(struct fixture *g)
{
	struct err e = ERR_INIT;

	cr_expect(dir_remove(g->dir, &e) == 0, "%s", e.msg);
	arena_release(&g->a);
}

static void
save(struct fixture *g, const char *name, const char *text)
{
	cr_assert(file_save(file_join(&g->a, g->dir, name), str_c(text), &g->e) == 0);
}

Test(bookmark, nothing_was_imported_at_first)
{
	struct fixture g;
	struct bookmark b = { STR("x"), STR("y") };

	begin(&g);
	cr_assert(bookmark_load(&g.a, g.dir, &b, &g.e) == 0);
	cr_expect(b.snapshot.n == 0 && b.diff.n == 0);
	end(&g);
}

Test(bookmark, what_was_said_comes_back)
{
	const struct bookmark said = { STR("20260308T040000Z"), STR("ab12") };
	struct bookmark b;
	struct fixture g;

	begin(&g);
	cr_assert(bookmark_save(g.dir, &said, &g.e) == 0, "%s", g.e.msg);
	cr_assert(bookmark_load(&g.a, g.dir, &b, &g.e) == 0, "%s", g.e.msg);
	cr_expect(str_eq(b.snapshot, said.snapshot) && str_eq(b.diff, said.diff));
	end(&g);
}

Test(bookmark, a_file_that_says_nothing_is_no_beginning)
{
	static const char *const texts[] = { "", "{", "[]", "{}", "{\"snapshot\":\"x\"}",
		"{\"snapshot\":1,\"diff_sha256\":\"ab\"}",
		"{\"snapshot\":\"\",\"diff_sha256\":\"ab\"}" };
	struct fixture g;

	begin(&g);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct bookmark b;

		save(&g, "imported.json", texts[i]);
		cr_expect(bookmark_load(&g.a, g.dir, &b, &g.e) == -1, "%s", texts[i]);
		cr_expect(g.e.kind == ERR_FAILED && g.e.advice[0] != '\0');
	}
	end(&g);
}

Test(bookmark, a_manifest_says_where_an_export_begins_and_ends)
{
	static const struct {
		const char *text, *since;
		bool is_own;
	} rows[] = {
		{ "{\"snapshot\":\"s\",\"diff_sha256\":\"d\"}", "", true },
		{ "{\"snapshot\":\"s\",\"since\":null,\"diff_sha256\":\"d\"}", "", false },
		{ "{\"snapshot\":\"s\",\"since\":\"r\",\"diff_sha256\":\"d\"}", "r", false },
	};
	struct fixture g;
	struct bookmark_export x;

	begin(&g);
	cr_expect(bookmark_export(&g.a, g.dir, &x, &g.e) == -1 && g.e.kind == ERR_USAGE);
	save(&g, "manifest.json", "{\"format\":1}");
	cr_expect(bookmark_export(&g.a, g.dir, &x, &g.e) == -1 && g.e.kind == ERR_USAGE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		save(&g, "manifest.json", rows[i].text);
		cr_assert(bookmark_export(&g.a, g.dir, &x, &g.e) == 0, "%s", g.e.msg);
		cr_expect(str_eq(x.since, str_c(rows[i].since)) && x.is_own == rows[i].is_own);
		cr_expect(str_eq(x.to.snapshot, STR("s")) && str_eq(x.to.diff, STR("d")));
	}
	end(&g);
}
