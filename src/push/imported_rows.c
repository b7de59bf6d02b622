#include "push/imported_rows.h"

#include "base/file.h"
#include "base/interrupt.h"

#define LIMIT (UINT64_C(1) << 30)
#define CUSTOM STR("extendedProperties")

/* One file at work. */
struct reading {
	struct imported_rows *x;
	imported_rows_fn *fn;
	void *context;
	struct json j;
	struct arena a;
	struct err *e;
};

static int
fail_damaged(const char *path, struct err *e)
{
	err_set(e, ERR_FAILED, "%s is damaged", path);
	return err_advise(e, "See 'flowstory verify'.");
}

/* A row of somebody who is asked for, and whom no newer file had. */
static int
take_row(struct reading *g, const char *path, struct str line)
{
	struct json_fault ignored;
	struct str fh_id;
	uint32_t i;

	if (!json_read(&g->j, line, &ignored))
		return fail_damaged(path, g->e);
	i = json_find(&g->j, 0, CUSTOM);
	fh_id = i == 0 ? STR("") : json_find_text(&g->a, &g->j, i, "fh_id");
	i = intern_find(&g->x->asked, fh_id);
	if (i == 0 || g->x->is_found[i])
		return 0;
	g->x->is_found[i] = true;
	g->x->found_n++;
	return g->fn(g->context, fh_id, &g->j, g->e);
}

/* An array with a row on each line. */
static int
read_file(struct reading *g, const char *path)
{
	struct arena kept = { 0 };
	struct str text;
	int rc = file_load(&kept, path, LIMIT, &text, g->e);

	while (rc == 0 && text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end == NULL ? text.n : (size_t)(end - text.p);
		struct str line = str_of(text.p, n);

		text = str_from(text, end == NULL ? n : n + 1);
		if (str_ends(line, STR(",")))
			line.n--;
		if (str_starts(line, STR("{")))
			rc = take_row(g, path, line);
		arena_reset(&g->a);
	}
	arena_release(&kept);
	return rc;
}

/* The files that the export's manifest names. */
static int
read_listed(struct reading *g, struct arena *a, const char *dir, struct str manifest)
{
	struct json j = JSON_INIT;
	struct json_fault ignored;
	uint32_t list = 0;
	int rc = 0;

	if (json_read(&j, manifest, &ignored))
		list = json_find(&j, 0, STR("files"));
	if (list == 0 || j.nodes[list].kind != JSON_ARRAY)
		rc = fail_damaged(file_join(a, dir, "manifest.json"), g->e);
	for (uint32_t i = list + 1; rc == 0 && i < j.nodes[list].next; i = j.nodes[i].next) {
		struct str name = json_find_text(a, &j, i, "path");
		char *path = file_join(a, dir, str_z(a, name));

		if (!str_starts(name, STR("contacts-")) || !str_ends(name, STR(".json")))
			continue;
		if (file_exists(path))
			rc = read_file(g, path);
		else
			g->x->has_gaps = true;
	}
	json_release(&j);
	return rc;
}

static int
read_export(struct reading *g, struct str id)
{
	struct arena a = { 0 };
	char *dir = file_join(&a, file_join(&a, g->x->account, "exports"), str_z(&a, id));
	char *path = file_join(&a, dir, "manifest.json");
	struct str manifest;
	int rc = 0;

	if (!file_exists(path))
		g->x->has_gaps = true;
	else if (file_load(&a, path, LIMIT, &manifest, g->e) < 0)
		rc = -1;
	else
		rc = read_listed(g, &a, dir, manifest);
	arena_release(&a);
	return rc;
}

int
imported_rows_read(struct imported_rows *x, imported_rows_fn *fn, void *context, struct err *e)
{
	struct reading g = { .x = x, .fn = fn, .context = context, .e = e };
	int rc = 0;

	x->is_found = mem_zero(x->asked.n + 1, sizeof(*x->is_found));
	for (uint32_t k = x->number; rc == 0 && k > 0 && x->found_n + 1 < x->asked.n; k--) {
		struct applied row;
		int known = interrupt_check(e) < 0 ? -1 : state_applied(x->s, k, &row, e);

		if (known > 0)
			rc = read_export(&g, row.id);
		else
			x->has_gaps = true;
		rc = known < 0 ? -1 : rc;
	}
	json_release(&g.j);
	arena_release(&g.a);
	return rc;
}

void
imported_rows_release(struct imported_rows *x)
{
	mem_free(x->is_found);
	intern_release(&x->asked);
}
