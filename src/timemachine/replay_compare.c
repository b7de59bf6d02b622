#include "timemachine/replay_compare.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "bases/prune_list.h"
#include "json/read.h"
#include "record/compare.h"
#include "lib/gz.h"
#include "lib/csv.h"

#define FILE_LIMIT (UINT64_C(1) << 40)

struct comparison {
	const char *account, *replayed;
	struct arena a;
	struct str *taken; /* from the account's export, by a prune */
	size_t taken_n;
	struct err *e;
};

/* The two texts of one file, and where they first differ. */
struct difference {
	struct str was, is; /* the account's, the replay's */
	size_t at;
	unsigned line, column;
	struct str was_line, is_line;
};

static struct str
line_at(struct str text, size_t at)
{
	size_t from = at, to = at;

	while (from > 0 && text.p[from - 1] != '\n')
		from--;
	while (to < text.n && text.p[to] != '\n')
		to++;
	return str_of(text.p + from, to - from);
}

static struct difference
find_difference(struct str was, struct str is)
{
	struct difference d = { .was = was, .is = is };

	while (d.at < was.n && d.at < is.n && was.p[d.at] == is.p[d.at])
		d.at++;
	json_place(was, d.at, &d.line, &d.column);
	d.was_line = line_at(was, d.at);
	d.is_line = line_at(is, d.at);
	return d;
}

/* The first place in which two JSON texts differ; empty if they mean the same,
 * or are none. */
static struct str
json_field(struct arena *a, struct str was, struct str is)
{
	struct json x = JSON_INIT, y = JSON_INIT;
	struct json_fault fault;
	struct str field = { 0 };

	if (json_read(&x, was, &fault) && json_read(&y, is, &fault)) {
		size_t n;
		struct change *list = compare_list(a, &x, &y, &n);

		if (n > 0)
			field = list[0].path;
	}
	json_release(&x);
	json_release(&y);
	return field;
}

/* A line of a list of objects, without the comma after it. */
static struct str
strip_comma(struct str line)
{
	if (str_ends(line, STR(",")))
		line.n--;
	return line;
}

/* The column of the first cell that differs. */
static struct str
csv_field(struct arena *a, const struct difference *d)
{
	struct err ignored = ERR_INIT;
	struct csv_row *was, *is;
	size_t was_n, is_n;

	if (csv_rows(a, d->was, &was, &was_n, &ignored) < 0 ||
	    csv_rows(a, d->is, &is, &is_n, &ignored) < 0)
		return (struct str){ 0 };
	for (size_t i = 0; i < was_n && i < is_n; i++)
		for (size_t k = 0; k < was[i].n && k < is[i].n; k++)
			if (!str_eq(was[i].cells[k], is[i].cells[k]))
				return k < was[0].n ? was[0].cells[k] : (struct str){ 0 };
	return (struct str){ 0 };
}

static struct str
find_field(struct arena *a, struct str file, const struct difference *d)
{
	struct str field;

	if (str_ends(file, STR(".csv")))
		return csv_field(a, d);
	field = json_field(a, strip_comma(d->was_line), strip_comma(d->is_line));
	return field.n > 0 ? field : json_field(a, d->was, d->is);
}

static int
advise_verify(struct err *e)
{
	return err_advise(e, "The snapshots, the terms of the time, or this file were modified: "
	                     "'flowstory verify' says which.");
}

static int
compare_texts(struct comparison *g, struct str file, struct str was, struct str is)
{
	struct difference d;
	struct str field;

	if (str_eq(was, is))
		return 0;
	d = find_difference(was, is);
	field = find_field(&g->a, file, &d);
	if (d.at == was.n || d.at == is.n)
		err_set(g->e, ERR_DIFFERS, "%s ends first",
		    d.at == was.n ? "this file" : "the replay's");
	else if (field.n > 0)
		err_set(g->e, ERR_DIFFERS, "field '%.*s' differs from the replay", STR_ARG(field));
	else
		err_set(g->e, ERR_DIFFERS, "the line differs from the replay");
	err_file(g->e, str_z(&g->a, file));
	err_place(g->e, d.line, d.column);
	return advise_verify(g->e);
}

static int
fail_only_one(struct comparison *g, struct str file, bool is_ours)
{
	err_set(g->e, ERR_DIFFERS,
	    is_ours ? "not produced by the replay" : "missing, but produced by the replay");
	err_file(g->e, str_z(&g->a, file));
	return advise_verify(g->e);
}

static int
inflate(struct comparison *g, struct str file, struct str *text)
{
	struct gz_reader *gz = gz_reader_new();
	struct buf b = { 0 };
	int rc = gz_inflate(gz, *text, FILE_LIMIT, &b, g->e);

	*text = str_copy(&g->a, buf_view(&b));
	buf_release(&b);
	gz_reader_free(gz);
	if (rc == 0)
		return 0;
	g->e->kind = ERR_DIFFERS;
	err_file(g->e, str_z(&g->a, file));
	return advise_verify(g->e);
}

/* Returns 1 with the text, 0 if there is no such file, -1. */
static int
load_file(struct comparison *g, const char *root, struct str file, struct str *text)
{
	const char *path = file_join(&g->a, root, str_z(&g->a, file));
	struct err why = ERR_INIT;

	*text = (struct str){ 0 };
	if (file_load(&g->a, path, FILE_LIMIT, text, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*g->e = why;
		return -1;
	}
	if (str_ends(file, STR(".gz")) && inflate(g, file, text) < 0)
		return -1;
	return 1;
}

static int
compare_files(struct comparison *g, struct str file)
{
	struct str was, is;
	int has_was = load_file(g, g->account, file, &was);
	int has_is = has_was < 0 ? -1 : load_file(g, g->replayed, file, &is);

	if (has_is < 0)
		return -1;
	if (has_was != has_is)
		return fail_only_one(g, file, has_was);
	return compare_texts(g, file, was, is);
}

/* The names of files that either side has in the directory. */
static int
list_names(struct comparison *g, struct str dir, struct str **names, size_t *n)
{
	char *sub = str_z(&g->a, dir);
	struct str *was, *is;
	size_t was_n, is_n, kept = 0;

	if (dir_list(&g->a, file_join(&g->a, g->account, sub), &was, &was_n, g->e) < 0 ||
	    dir_list(&g->a, file_join(&g->a, g->replayed, sub), &is, &is_n, g->e) < 0)
		return -1;
	*names = arena_array(&g->a, was_n + is_n, sizeof(**names));
	for (size_t i = 0; i < was_n; i++)
		(*names)[i] = was[i];
	for (size_t i = 0; i < is_n; i++)
		(*names)[was_n + i] = is[i];
	if (was_n + is_n > 0)
		qsort(*names, was_n + is_n, sizeof(**names), str_order);
	for (size_t i = 0; i < was_n + is_n; i++)
		if (kept == 0 || !str_eq((*names)[kept - 1], (*names)[i]))
			(*names)[kept++] = (*names)[i];
	*n = kept;
	return 0;
}

/* A prune took the file, and says so. */
static bool
is_taken(const struct comparison *g, struct str dir, struct str name)
{
	bool is_list = str_ends(dir, STR("/segments"));

	if (str_eq(name, STR(PRUNE_LIST_EXPORT)))
		return true;
	for (size_t i = 0; i < g->taken_n; i++) {
		struct str taken = g->taken[i];

		if (is_list && str_starts(taken, STR("segments/")))
			taken = str_from(taken, 9);
		if (str_eq(taken, name))
			return true;
	}
	return false;
}

/* All but the manifest, which only repeats what the others say and is compared last. */
static int
compare_directory(struct comparison *g, struct str dir)
{
	static const char *const other[] = { "segments", "manifest.json" };
	struct str *names;
	size_t n;

	if (list_names(g, dir, &names, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!str_eq(names[i], str_c(other[0])) && !str_eq(names[i], str_c(other[1])) &&
		    !is_taken(g, dir, names[i]) &&
		    compare_files(
		        g, str_printf(&g->a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(names[i]))) < 0)
			return -1;
	return 0;
}

int
replay_compare(const char *account, const char *replayed, struct str id, struct err *e)
{
	struct comparison g = { .account = account, .replayed = replayed, .e = e };
	struct str dir = str_printf(&g.a, "exports/%.*s", STR_ARG(id));
	int rc;

	prune_list_taken(&g.a, file_join(&g.a, account, str_z(&g.a, dir)), &g.taken, &g.taken_n);
	rc = compare_files(&g, str_printf(&g.a, "diffs/%.*s.jsonl.gz", STR_ARG(id)));

	if (rc == 0)
		rc = compare_directory(&g, dir);
	if (rc == 0)
		rc = compare_directory(&g, str_printf(&g.a, "%.*s/segments", STR_ARG(dir)));
	if (rc == 0)
		rc = compare_files(&g, str_printf(&g.a, "%.*s/manifest.json", STR_ARG(dir)));
	arena_release(&g.a);
	return rc;
}
