/* Goal: an export directory appears whole or not at all, and one that is there already is replaced
 * only by another. */
#include "dailystory/export_dir.h"

#include <sys/stat.h>

#include "support.h"

static void
begin(struct fixture *g, const char *final)
{
	cr_assert(export_dir_begin(&g->o, final, FILE_DURABLE, &g->e) == 0, "%s", g->e.msg);
}

static struct export_file *
file_of(struct fixture *g, const char *path, const char *text)
{
	struct export_file *f = export_dir_open(&g->o, str_c(path));

	cr_assert(export_dir_row(&g->o, f, str_c(text), &g->e) == 0, "%s", g->e.msg);
	return f;
}

/* An export of two files, the second of ${text}, at g->final. */
static bool export(struct fixture *g, const char *text)
{
	bool replaced = true;

	begin(g, g->final);
	file_of(g, "b.csv", "b");
	file_of(g, "segments/a.csv", text);
	cr_assert(export_dir_finish(&g->o, &g->e) == 0, "%s", g->e.msg);
	cr_assert(export_dir_commit(&g->o, &replaced, &g->e) == 0, "%s", g->e.msg);
	export_dir_release(&g->o);
	return replaced;
}

Test(export_dir, nothing_is_seen_before_the_commit)
{
	struct fixture g;
	bool replaced;

	fixture_begin(&g);
	begin(&g, g.final);
	file_of(&g, "b.csv", "b");
	cr_assert(export_dir_finish(&g.o, &g.e) == 0);
	cr_expect(!dir_exists(g.final));
	cr_assert(export_dir_commit(&g.o, &replaced, &g.e) == 0, "%s", g.e.msg);
	cr_expect(!replaced);
	expect_names(&g, g.final, "b.csv");
	expect_file(&g, "b.csv", "b");
	export_dir_release(&g.o);
	expect_names(&g, g.dir, "final");
	fixture_end(&g);
}

Test(export_dir, what_is_given_up_leaves_nothing)
{
	struct fixture g;

	fixture_begin(&g);
	begin(&g, g.final);
	file_of(&g, "segments/a.csv", "a");
	cr_assert(export_dir_finish(&g.o, &g.e) == 0);
	file_of(&g, "c.csv", "c");
	export_dir_release(&g.o);
	expect_names(&g, g.dir, "");
	fixture_end(&g);
}

Test(export_dir, files_are_sorted_counted_and_hashed)
{
	struct fixture g;
	struct export_file *f;

	fixture_begin(&g);
	begin(&g, g.final);
	f = file_of(&g, "z.csv", "row\r\n");
	cr_assert(export_dir_text(&g.o, f, STR("more"), &g.e) == 0);
	file_of(&g, "segments/x.csv", "x");
	(void)export_dir_open(&g.o, STR("empty.jsonl"));
	cr_assert(export_dir_finish(&g.o, &g.e) == 0);
	cr_assert(g.o.n == 3);
	cr_expect(str_eq(g.o.files[0]->path, STR("empty.jsonl")));
	cr_expect(str_eq(g.o.files[1]->path, STR("segments/x.csv")));
	cr_expect(g.o.files[2] == f);
	cr_expect(f->rows == 1 && f->bytes == 9);
	cr_expect(strcmp(f->sha256.hex, sha256_of(STR("row\r\nmore")).hex) == 0);
	cr_assert(export_dir_commit(&g.o, NULL, &g.e) == 0, "%s", g.e.msg);
	expect_names(&g, g.final, "empty.jsonl segments z.csv");
	expect_file(&g, "empty.jsonl", "");
	fixture_end(&g);
}

Test(export_dir, a_large_file_is_written_in_pieces)
{
	struct fixture g;
	struct buf want = { 0 };
	struct export_file *f;
	struct str text;

	fixture_begin(&g);
	begin(&g, g.final);
	f = export_dir_open(&g.o, STR("a.csv"));
	for (int i = 0; i < 100000; i++) {
		struct buf row = { 0 };

		buf_printf(&row, "row %d\r\n", i);
		buf_str(&want, buf_view(&row));
		cr_assert(export_dir_row(&g.o, f, buf_view(&row), &g.e) == 0);
		buf_release(&row);
	}
	fixture_commit(&g);
	cr_expect(f->rows == 100000 && f->bytes == want.n);
	text = fixture_load(&g, "a.csv");
	cr_expect(str_eq(text, buf_view(&want)));
	cr_expect(strcmp(f->sha256.hex, sha256_of(buf_view(&want)).hex) == 0);
	buf_release(&want);
	fixture_end(&g);
}

Test(export_dir, only_the_owner_may_read)
{
	struct fixture g;
	struct stat st;
	mode_t before = umask(0);

	fixture_begin(&g);
	export(&g, "a");
	umask(before);
	cr_assert(stat(g.final, &st) == 0);
	cr_expect((st.st_mode & 0777) == 0700);
	cr_assert(stat(file_join(&g.a, g.final, "segments"), &st) == 0);
	cr_expect((st.st_mode & 0777) == 0700);
	cr_assert(stat(file_join(&g.a, g.final, "b.csv"), &st) == 0);
	cr_expect((st.st_mode & 0777) == 0600);
	fixture_end(&g);
}

Test(export_dir, an_equal_export_is_left_as_it_is)
{
	struct fixture g;
	struct stat before, after;

	fixture_begin(&g);
	cr_expect(!export(&g, "a"), "there was none");
	cr_assert(stat(g.final, &before) == 0);
	cr_expect(!export(&g, "a"), "the same");
	cr_assert(stat(g.final, &after) == 0);
	cr_expect(before.st_ino == after.st_ino);
	expect_names(&g, g.dir, "final");
	fixture_end(&g);
}

Test(export_dir, one_that_differs_is_replaced_whole)
{
	struct fixture g;

	fixture_begin(&g);
	export(&g, "a");
	cr_expect(export(&g, "b"), "another text");
	expect_file(&g, "segments/a.csv", "b");
	expect_names(&g, g.dir, "final");
	cr_assert(file_save(file_join(&g.a, g.final, "more"), STR(""), &g.e) == 0);
	cr_expect(export(&g, "b"), "a file too many");
	expect_names(&g, g.final, "b.csv segments");
	cr_assert(file_save(file_join(&g.a, g.final, "segments/more"), STR(""), &g.e) == 0);
	cr_expect(export(&g, "b"), "below as well");
	cr_assert(dir_remove(file_join(&g.a, g.final, "b.csv"), &g.e) == 0);
	cr_expect(export(&g, "b"), "a file too few");
	cr_assert(dir_remove(file_join(&g.a, g.final, "segments"), &g.e) == 0);
	cr_expect(export(&g, "b"), "a directory too few");
	expect_names(&g, g.dir, "final");
	fixture_end(&g);
}

Test(export_dir, without_leave_nothing_is_replaced)
{
	struct fixture g;

	fixture_begin(&g);
	export(&g, "a");
	begin(&g, g.final);
	file_of(&g, "x", "x");
	cr_assert(export_dir_finish(&g.o, &g.e) == 0);
	cr_expect(export_dir_commit(&g.o, NULL, &g.e) == -1);
	expect_names(&g, g.final, "b.csv segments");
	export_dir_release(&g.o);
	expect_names(&g, g.dir, "final");
	fixture_end(&g);
}

Test(export_dir, slashes_behind_a_name_are_no_name)
{
	struct fixture g;

	fixture_begin(&g);
	begin(&g, str_z(&g.a, str_printf(&g.a, "%s//", g.final)));
	file_of(&g, "x", "x");
	fixture_commit(&g);
	expect_names(&g, g.dir, "final");
	fixture_end(&g);
}

Test(export_dir, what_an_earlier_run_left_is_swept_away)
{
	struct fixture g;

	fixture_begin(&g);
	begin(&g, g.final);
	file_of(&g, "old", "x");
	cr_assert(export_dir_finish(&g.o, &g.e) == 0);
	{
		struct export_dir again;

		cr_assert(export_dir_begin(&again, g.final, FILE_DURABLE, &g.e) == 0);
		expect_names(&g, again.dir, "");
		export_dir_release(&again);
	}
	fixture_end(&g);
}

Test(export_dir, nowhere_is_counted_and_hashed_but_not_written)
{
	struct fixture g;
	struct export_file *f;

	fixture_begin(&g);
	cr_assert(export_dir_begin(&g.o, g.final, FILE_NOWHERE, &g.e) == 0);
	f = file_of(&g, "segments/x.csv", "x");
	cr_assert(export_dir_finish(&g.o, &g.e) == 0);
	cr_expect(f->rows == 1);
	cr_expect(strcmp(f->sha256.hex, sha256_of(STR("x")).hex) == 0);
	cr_expect(export_dir_find(&g.o, STR("segments/x.csv")) == f);
	cr_expect(export_dir_find(&g.o, STR("x.csv")) == NULL);
	cr_assert(export_dir_commit(&g.o, NULL, &g.e) == 0);
	expect_names(&g, g.dir, "");
	fixture_end(&g);
}
