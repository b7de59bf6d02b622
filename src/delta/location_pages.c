#include "delta/location_pages.h"

#include "base/arena.h"
#include "json/read.h"
#include "json/split.h"
#include "record/field.h"
#include "snapshot/page.h"
#include "state/location_names.h"

/* The names read, by id; what is read last counts. */
struct naming {
	struct state *s;
	const struct read_source *source;
	struct page_reader page;
	struct split scan;
	struct json json;
	struct arena a;
	struct intern ids;
	struct str *names; /* by number of ${ids} */
	size_t cap;
	bool *is_renamed; /* by word of the state; NULL: none is */
	size_t words;
	struct err *e;
};

static void
set_name(struct naming *g, struct str id, struct str name)
{
	uint32_t i = intern_add(&g->ids, id);

	g->names = mem_grow(g->names, i, &g->cap, sizeof(*g->names));
	g->names[i] = name;
}

/* A first pass takes the lesser ids, so that an importId goes before a locationId. */
static void
read_location(struct naming *g, struct str text, bool is_first_pass)
{
	struct str import, location, name;
	struct json_fault fault;
	const struct json *j = &g->json;
	bool has_import;

	if (!json_read(&g->json, text, &fault) || j->nodes[0].kind != JSON_OBJECT)
		return;
	if (field_id(&g->a, j, json_find(j, 0, STR("importId")), &import) == FIELD_IS_UNREADABLE ||
	    field_id(&g->a, j, json_find(j, 0, STR("locationId")), &location) ==
	        FIELD_IS_UNREADABLE ||
	    field_text(&g->a, j, json_find(j, 0, STR("locationName")), &name) ==
	        FIELD_IS_UNREADABLE)
		return;
	has_import = import.n > 0;
	name = str_copy(&g->a, name);
	if (is_first_pass && has_import && location.n > 0)
		set_name(g, location, name);
	else if (!is_first_pass && (has_import || location.n > 0))
		set_name(g, has_import ? import : location, name);
}

static int
read_page_names(struct naming *g, const struct manifest_page *p, bool is_first_pass)
{
	static const char *const members[] = { "locations", "data", NULL };

	if (page_load(&g->page, g->source->run->account, g->source->run->snapshot, p->path,
	        p->sha256, g->e) < 0 ||
	    split_page(&g->scan, g->page.text, members, NULL, g->e) < 0)
		return -1;
	for (size_t i = 0; i < g->scan.n; i++)
		read_location(g,
		    str_of(g->page.text.p + g->scan.records[i].at, g->scan.records[i].len),
		    is_first_pass);
	return 0;
}

static int
read_names(struct naming *g)
{
	const struct manifest *m = g->source->run->manifest;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < m->n; i++)
			if (m->pages[i].resource == RESOURCE_LOCATIONS &&
			    read_page_names(g, &m->pages[i], pass == 0) < 0)
				return -1;
	return 0;
}

static int
put_names(struct naming *g)
{
	struct state *s = g->s;

	for (uint32_t i = 1; i < g->ids.n; i++) {
		uint32_t location;
		int rc;

		if (dictionary_put(&s->words, s->txn, g->ids.texts[i], &location, g->e) < 0)
			return -1;
		rc = location_names_put(s, location, g->names[i], g->e);
		if (rc < 0)
			return -1;
		if (rc == 0)
			continue;
		if (location >= g->words) {
			g->is_renamed = mem_resize(g->is_renamed, location + 1, sizeof(bool));
			memset(g->is_renamed + g->words, 0, location + 1 - g->words);
			g->words = location + 1;
		}
		g->is_renamed[location] = true;
	}
	return 0;
}

static int
add_customer(struct naming *g, struct str key, struct str row, struct intern *customers)
{
	uint32_t buyer, location;
	int64_t created;
	struct str order, id;
	struct sale sale;

	if (!row_key_dated_unpack(key, &buyer, &created, &order) ||
	    !row_sale_unpack(row, created, &sale))
		return state_broken(g->e, "a sale's row");
	location = row_sale_location(&sale);
	if (buyer == 0 || location >= g->words || !g->is_renamed[location])
		return 0;
	if (dictionary_text(&g->s->buyers, g->s->txn, buyer, &id, g->e) < 0)
		return -1;
	(void)intern_add(customers, id);
	return 0;
}

/* All sales are walked: a location is renamed once in years. */
static int
add_customers(struct naming *g, struct intern *customers)
{
	struct kv_cursor *c;
	struct str key, row;
	int rc;

	if (g->is_renamed == NULL || g->s->totals.applied == 1)
		return 0;
	c = kv_all(g->s->txn, TABLE_SALES, g->e);
	while ((rc = kv_next(c, &key, &row, g->e)) > 0)
		if (add_customer(g, key, row, customers) < 0) {
			rc = -1;
			break;
		}
	kv_cursor_close(c);
	return rc;
}

int
location_pages_apply(
    struct state *s, const struct read_source *source, struct intern *customers, struct err *e)
{
	struct naming g = { .s = s, .source = source, .e = e };
	int rc = read_names(&g);

	if (rc == 0)
		rc = put_names(&g);
	if (rc == 0)
		rc = add_customers(&g, customers);
	page_reader_release(&g.page);
	split_release(&g.scan);
	json_release(&g.json);
	intern_release(&g.ids);
	mem_free(g.names);
	mem_free(g.is_renamed);
	arena_release(&g.a);
	return rc;
}
