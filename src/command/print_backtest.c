#include "command/print_backtest.h"

#include "base/arena.h"
#include "base/timestamp.h"
#include "command/json_out.h"
#include "command/print_table.h"
#include "lib/json_writer.h"
#include "timemachine/base_backtest.h"
#include "timemachine/segment_sizes.h"

#define COLUMNS 8 /* with the one that ends the list */

struct table {
	bool by_snapshot;
	struct print_table_column columns[COLUMNS];
	struct doc *json;          /* NULL: text */
	struct arena a;            /* the row's */
	struct str label;          /* a day or a snapshot */
	struct segment_size *list; /* so far */
	size_t n;
};

static void
show_row(const struct table *t, const struct segment_size *x)
{
	print_table_row(t->columns, t->json,
	    (const struct print_table_cell[]){ CELL_TEXT(t->label), CELL_TEXT(x->slug),
	        CELL(x->members), CELL(x->contacts), CELL(x->entered), CELL(x->left),
	        CELL_TEXT(x->slug) });
}

static void
end_rows(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		show_row(t, &t->list[i]);
	t->n = 0;
	arena_reset(&t->a);
}

static struct str
label_of(struct table *t, struct str id)
{
	struct buf b = { 0 };
	struct str label;
	int64_t at;

	if (t->by_snapshot || !timestamp_parse_id(id, &at))
		return id;
	day_format(&b, timestamp_day(at));
	label = str_copy(&t->a, buf_view(&b));
	buf_release(&b);
	return label;
}

/* Rules may have changed since the snapshot before: new segments are added, and those that are
 * gone stay in the day. */
static void
add_sizes(struct table *t, const struct segment_size *now, size_t n)
{
	struct segment_size *list = arena_zero(&t->a, t->n + n, sizeof(*list));
	size_t kept = t->n;

	for (size_t i = 0; i < t->n; i++)
		list[i] = t->list[i];
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < kept && !str_eq(list[k].slug, now[i].slug))
			k++;
		if (k == kept) {
			list[kept++] = now[i];
			continue;
		}
		list[k].members = now[i].members;
		list[k].contacts = now[i].contacts;
		list[k].entered += now[i].entered;
		list[k].left += now[i].left;
	}
	t->list = list;
	t->n = kept;
}

static int
add_snapshot(struct table *t, const char *root, struct str id, struct err *e)
{
	struct str label = label_of(t, id);
	struct segment_size *now;
	size_t n;

	if (t->n > 0 && !str_eq(label, t->label)) {
		end_rows(t);
		label = label_of(t, id);
	}
	t->label = label;
	if (segment_sizes_load(&t->a, root, id, &now, &n, e) < 0)
		return -1;
	add_sizes(t, now, n);
	return 0;
}

/* The table begins; ${label} is what a row is for. */
static void
begin(struct table *t, const char *label, bool json)
{
	const struct print_table_column columns[COLUMNS] = {
		{ label, label, -16, NULL },
		{ "segment", NULL, 0, NULL },
		{ "members", "members", 9, NULL },
		{ "contacts", "contacts", 9, NULL },
		{ "entered", "entered", 8, NULL },
		{ "left", "left", 8, NULL },
		{ NULL, "segment", 0, NULL },
	};

	*t = (struct table){ .json = json ? doc_array() : NULL };
	memcpy(t->columns, columns, sizeof(columns));
	if (!json)
		print_table_headings(t->columns);
}

static void
end(struct table *t, bool is_whole)
{
	if (is_whole && t->json != NULL)
		json_out_print(t->json);
	else
		doc_free(t->json);
	arena_release(&t->a);
}

int
print_backtest(
    const char *root, const struct str *ids, size_t n, bool by_snapshot, bool json, struct err *e)
{
	struct table t;
	int rc = 0;

	begin(&t, by_snapshot ? "snapshot" : "day", json);
	t.by_snapshot = by_snapshot;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_snapshot(&t, root, ids[i], e);
	if (rc == 0)
		end_rows(&t);
	end(&t, rc == 0);
	return rc;
}

void
print_backtest_bases(const struct base_backtest *b, bool json)
{
	struct table t;

	begin(&t, "base", json);
	for (size_t i = 0; i < b->n; i++) {
		t.label = b->list[i].base;
		for (size_t k = 0; k < b->rules_n; k++)
			show_row(&t, &b->list[i].list[k]);
	}
	end(&t, true);
}
