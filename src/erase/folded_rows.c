#include "erase/folded_rows.h"

#include "erase/folded_gather.h"
#include "erase/folded_text.h"
#include "erase/redact_order.h"
#include "lib/csv.h"

#define BOM STR("\xef\xbb\xbf")
#define NO_COLUMN SIZE_MAX

/* ---- CSV */

/* Where the columns are that tell whose a row is. */
struct columns {
	size_t fh_id, detail, entity, id, field, value, email, mobile;
};

static size_t
find_column(const struct csv_row *head, const char *name)
{
	for (size_t i = 0; i < head->n; i++)
		if (str_eq(head->cells[i], str_c(name)))
			return i;
	return NO_COLUMN;
}

static struct columns
find_columns(const struct csv_row *head)
{
	return (struct columns){ find_column(head, "fh_id"), find_column(head, "detail"),
		find_column(head, "entity"), find_column(head, "id"), find_column(head, "field"),
		find_column(head, "value"), find_column(head, "Email address"),
		find_column(head, "Mobile number") };
}

static struct str
cell(const struct csv_row *row, size_t column)
{
	return column < row->n ? row->cells[column] : (struct str){ 0 };
}

/* An opt-out has an address and no id. */
static bool
lists_address(const struct folded_rows *g, const struct csv_row *row, const struct columns *c)
{
	const struct gather *all = g->names->gather;

	return folded_gather_lists(all, g->snapshot, cell(row, c->email)) ||
	       folded_gather_lists(all, g->snapshot, cell(row, c->mobile));
}

/* The field of a dropped value, as a pointer into its record: whether it may stay. */
static bool
may_stay(struct folded_rows *g, const struct csv_row *row, const struct columns *c)
{
	struct str path = str_printf(&g->a, "/%.*s", STR_ARG(cell(row, c->field)));
	struct buf kept = { 0 };
	bool may = redact_order_member(&g->a, path, STR("0"), &kept);

	buf_release(&kept);
	return may && !redact_tells(g->names->r, cell(row, c->value));
}

static bool
is_dropped_of_them(struct folded_rows *g, const struct csv_row *row, const struct columns *c)
{
	if (!str_eq(cell(row, c->entity), STR("order")))
		return folded_names_shows(g->names, cell(row, c->id));
	if (!folded_names_ordered(g->names, cell(row, c->id)))
		return false;
	return folded_names_removes(g->names, cell(row, c->id)) || !may_stay(g, row, c);
}

static bool
goes(struct folded_rows *g, const struct csv_row *row, const struct columns *c)
{
	if (c->fh_id != NO_COLUMN)
		return folded_names_shows(g->names, cell(row, c->fh_id));
	if (c->entity != NO_COLUMN)
		return is_dropped_of_them(g, row, c);
	return lists_address(g, row, c);
}

/* Cells were written by csv_cell, so they come out with their bytes. */
static void
put_row(struct folded_rows *g, const struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++) {
		if (i > 0)
			buf_char(&g->out, ',');
		csv_cell(&g->out, row->cells[i]);
	}
	buf_z(&g->out, "\r\n");
}

static int
take_csv(struct folded_rows *g, struct str text, struct err *e)
{
	bool has_bom = str_starts(text, BOM);
	struct columns c;
	struct csv_row *rows;
	size_t n;

	if (has_bom)
		buf_str(&g->out, BOM);
	if (csv_rows(&g->a, str_from(text, has_bom ? BOM.n : 0), &rows, &n, e) < 0 || n == 0) {
		e->kind = ERR_DAMAGED;
		return n == 0 ? err_set(e, ERR_DAMAGED, "it has no header") : -1;
	}
	c = find_columns(&rows[0]);
	put_row(g, &rows[0]);
	for (size_t i = 1; i < n; i++) {
		if (goes(g, &rows[i], &c)) {
			g->gone++;
			continue;
		}
		if (folded_names_shows(g->names, cell(&rows[i], c.detail))) {
			rows[i].cells[c.detail] = (struct str){ 0 };
			g->is_changed = true;
		}
		g->rows++;
		put_row(g, &rows[i]);
	}
	return 0;
}

/* ---- Lines */

static bool
read_object(struct folded_rows *g, struct str line)
{
	struct json_fault ignored;

	arena_reset(&g->a);
	return json_read(&g->json, line, &ignored) && g->json.nodes[0].kind == JSON_OBJECT;
}

static int
unreadable(struct err *e)
{
	return err_set(e, ERR_DAMAGED, "a line of it cannot be read");
}

static int
take_event(void *context, struct str line, struct err *e)
{
	struct folded_rows *g = context;

	if (!read_object(g, line))
		return unreadable(e);
	if (folded_names_shows(g->names, json_find_text(&g->a, &g->json, 0, "fh_id"))) {
		g->gone++;
		return 0;
	}
	g->rows++;
	buf_str(&g->out, line);
	buf_char(&g->out, '\n');
	return 0;
}

/* A record that could not be read: theirs goes, and a page may be called otherwise now. */
static int
take_quarantined(void *context, struct str line, struct err *e)
{
	struct folded_rows *g = context;
	struct str page, now;
	uint32_t at;

	if (!read_object(g, line))
		return unreadable(e);
	if (!str_eq(json_find_text(&g->a, &g->json, 0, "entity"), STR("order")) &&
	    folded_names_is(g->names, json_find_text(&g->a, &g->json, 0, "id"))) {
		g->gone++;
		return 0;
	}
	g->rows++;
	at = json_find(&g->json, 0, STR("page"));
	page = json_find_text(&g->a, &g->json, 0, "page");
	now = folded_names_page(g->names, g->snapshot, page);
	if (at == 0 || str_eq(now, page)) {
		buf_str(&g->out, line);
	} else {
		g->is_changed = true;
		buf_add(&g->out, line.p, g->json.nodes[at].at);
		buf_json(&g->out, now);
		buf_str(&g->out, str_from(line, g->json.nodes[at].at + g->json.nodes[at].len));
	}
	buf_char(&g->out, '\n');
	return 0;
}

/* One contact a line, between the brackets of the array. */
static int
take_contact(void *context, struct str line, struct err *e)
{
	struct folded_rows *g = context;
	struct str contact = str_ends(line, STR(",")) ? str_of(line.p, line.n - 1) : line;
	uint32_t more;

	if (line.n <= 1)
		return 0;
	if (!read_object(g, contact))
		return unreadable(e);
	more = json_find(&g->json, 0, STR("extendedProperties"));
	if (more != 0 && g->json.nodes[more].kind == JSON_OBJECT &&
	    folded_names_shows(g->names, json_find_text(&g->a, &g->json, more, "fh_id"))) {
		g->gone++;
		return 0;
	}
	buf_z(&g->out, g->rows++ > 0 ? ",\n" : "[\n");
	buf_str(&g->out, contact);
	return 0;
}

int
folded_rows_take(struct folded_rows *g, struct str path, struct str text, struct err *e)
{
	int rc;

	arena_reset(&g->a);
	buf_reset(&g->out);
	g->rows = g->gone = 0;
	g->is_changed = false;
	if (str_ends(path, STR(".csv"))) {
		rc = take_csv(g, text, e);
	} else if (str_ends(path, STR(".jsonl"))) {
		rc = folded_text_lines(
		    text, str_eq(path, STR("events.jsonl")) ? take_event : take_quarantined, g, e);
	} else {
		rc = folded_text_lines(text, take_contact, g, e);
		buf_z(&g->out, "\n]\n");
	}
	g->is_changed = g->is_changed || g->gone > 0;
	return rc;
}

void
folded_rows_release(struct folded_rows *g)
{
	buf_release(&g->out);
	json_release(&g->json);
	arena_release(&g->a);
}
