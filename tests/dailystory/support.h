/* Goal: an export directory of a test's own, and what is in it. */
#ifndef TESTS_DAILYSTORY_SUPPORT_H
#define TESTS_DAILYSTORY_SUPPORT_H

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/file.h"
#include "dailystory/export_dir.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct fixture {
	char dir[64];
	struct arena a;
	char *final;
	struct export_dir o;
	struct err e;
};

static inline void
fixture_begin(struct fixture *g)
{
	*g = (struct fixture){ .dir = "/tmp/flowstory-export-XXXXXX", .e = ERR_INIT };
	cr_assert(mkdtemp(g->dir) != NULL);
	g->final = file_join(&g->a, g->dir, "final");
}

static inline void
fixture_end(struct fixture *g)
{
	struct err e = ERR_INIT;

	export_dir_release(&g->o);
	cr_expect(dir_remove(g->dir, &e) == 0, "%s", e.msg);
	arena_release(&g->a);
}

/* Everything written and visible. */
static inline void
fixture_commit(struct fixture *g)
{
	cr_assert(export_dir_finish(&g->o, &g->e) == 0, "%s", g->e.msg);
	cr_assert(export_dir_commit(&g->o, NULL, &g->e) == 0, "%s", g->e.msg);
}

static inline struct str
fixture_load(struct fixture *g, const char *path)
{
	struct str text;

	cr_assert(file_load(&g->a, file_join(&g->a, g->final, path), 1 << 30, &text, &g->e) == 0,
	    "%s", g->e.msg);
	return text;
}

static inline void
expect_file(struct fixture *g, const char *path, const char *want)
{
	struct str text = fixture_load(g, path);

	cr_expect(str_eq(text, str_c(want)), "%s: %.*s", path, STR_ARG(text));
}

/* The names in a directory, with a space between. */
static inline void
expect_names(struct fixture *g, const char *dir, const char *want)
{
	struct str *names;
	struct buf b = { 0 };
	size_t n;

	cr_assert(dir_list(&g->a, dir, &names, &n, &g->e) == 0);
	for (size_t i = 0; i < n; i++) {
		buf_z(&b, i > 0 ? " " : "");
		buf_str(&b, names[i]);
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%s: '%.*s', not '%s'", dir,
	    STR_ARG(buf_view(&b)), want);
	buf_release(&b);
}

#endif /* TESTS_DAILYSTORY_SUPPORT_H */
