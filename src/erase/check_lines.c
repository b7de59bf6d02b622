#include "erase/check_lines.h"

#include "lib/csv.h"

#define OPT_OUTS "/opt-outs.csv"

bool
check_lines_are(struct str file)
{
	return (str_starts(file, STR("diffs/")) && str_ends(file, STR(FOLDED_DIFF))) ||
	       (str_starts(file, STR("exports/")) &&
	           (str_ends(file, STR("/dropped.csv")) || str_ends(file, STR(OPT_OUTS))));
}

static void
look(struct check_lines *g, struct str text)
{
	search_run(g->search, text, SEARCH_FORM_TEXT, g->found, g->context);
}

static bool
is_own_field(struct str field)
{
	return str_eq(field, STR("email")) || str_eq(field, STR("phone"));
}

static void
look_at_changes(struct check_lines *g, uint32_t list)
{
	const struct json_node *n = g->json.nodes;

	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next) {
		struct str path;

		if (n[i].kind != JSON_OBJECT)
			continue;
		path = json_find_text(&g->a, &g->json, i, "path");
		if (path.n == 0 || !is_own_field(str_from(path, 1)))
			continue;
		look(g, json_find_text(&g->a, &g->json, i, "before"));
		look(g, json_find_text(&g->a, &g->json, i, "after"));
	}
}

static int
take_diff_line(void *context, struct str line, struct err *e)
{
	struct check_lines *g = context;
	struct json_fault ignored;
	uint32_t list;

	(void)e;
	if (!search_has(g->search, line))
		return 0;
	arena_reset(&g->a);
	if (!json_read(&g->json, line, &ignored) || g->json.nodes[0].kind != JSON_OBJECT ||
	    !str_eq(json_find_text(&g->a, &g->json, 0, "entity"), STR("customer")) ||
	    g->is_gone(g->context, json_find_text(&g->a, &g->json, 0, "id")))
		return 0;
	list = json_find(&g->json, 0, STR("changes"));
	if (list != 0 && g->json.nodes[list].kind == JSON_ARRAY)
		look_at_changes(g, list);
	return 0;
}

/* entity,id,field,value,reason */
static void
take_dropped(struct check_lines *g, struct str text)
{
	struct err ignored = ERR_INIT;
	struct csv_row *rows;
	size_t n;

	arena_reset(&g->a);
	if (csv_rows(&g->a, text, &rows, &n, &ignored) < 0)
		return;
	for (size_t i = 1; i < n; i++)
		if (rows[i].n == 5 && str_eq(rows[i].cells[0], STR("customer")) &&
		    is_own_field(rows[i].cells[2]) && !g->is_gone(g->context, rows[i].cells[1]))
			look(g, rows[i].cells[3]);
}

/* An email or a number comes first. */
static void
take_opt_outs(struct check_lines *g, struct str snapshot, struct str text)
{
	struct err ignored = ERR_INIT;
	struct csv_row *rows;
	size_t n;

	arena_reset(&g->a);
	if (g->folded == NULL || csv_rows(&g->a, text, &rows, &n, &ignored) < 0)
		return;
	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < 2 && k < rows[i].n; k++)
			if (folded_keeps(g->folded, snapshot, rows[i].cells[k]))
				look(g, rows[i].cells[k]);
}

/* The snapshot of an export's file. */
static struct str
snapshot_of(struct str file)
{
	struct str s = str_from(file, STR("exports/").n);
	const char *end = memchr(s.p, '/', s.n);

	return str_of(s.p, end == NULL ? s.n : (size_t)(end - s.p));
}

void
check_lines_take(struct check_lines *g, const char *path, struct str file)
{
	struct err ignored = ERR_INIT;

	if (folded_text_load(&g->text, path, &ignored) < 0)
		return;
	if (str_ends(file, STR(OPT_OUTS)))
		take_opt_outs(g, snapshot_of(file), buf_view(&g->text.text));
	else if (str_ends(file, STR(".csv")))
		take_dropped(g, buf_view(&g->text.text));
	else
		(void)!folded_text_lines(buf_view(&g->text.text), take_diff_line, g, &ignored);
}

void
check_lines_release(struct check_lines *g)
{
	folded_text_release(&g->text);
	json_release(&g->json);
	arena_release(&g->a);
}
