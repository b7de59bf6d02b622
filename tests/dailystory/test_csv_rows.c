/* Goal: each file of an export has the lines of the contract, is as large as
 * DailyStory takes, and is there only if it has to be. */
#include "dailystory/csv_rows.h"

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/file.h"
#include "dailystory/contact.h"
#include "json/read.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct fixture {
	char dir[64];
	struct arena a;
	struct export_dir o;
	struct membership_count list[2];
	struct membership_counts counts;
	struct csv_rows f;
	struct err e;
};

static void
fixture_begin(struct fixture *g, bool csv_bom)
{
	*g = (struct fixture){ .dir = "/tmp/flowstory-csv-rows-XXXXXX", .e = ERR_INIT };
	cr_assert(mkdtemp(g->dir) != NULL);
	g->list[0] = (struct membership_count){ .slug = STR("gold") };
	g->list[1] = (struct membership_count){ .slug = STR("vip") };
	g->counts = (struct membership_counts){ .list = g->list, .n = 2 };
	cr_assert(export_dir_begin(&g->o, file_join(&g->a, g->dir, "x"), FILE_QUICK, &g->e) == 0);
	cr_assert(csv_rows_begin(&g->f, &g->o, &g->counts, csv_bom, &g->e) == 0);
}

/* Everything written and visible. */
static void
finish(struct fixture *g)
{
	cr_assert(csv_rows_end(&g->f, &g->e) == 0, "%s", g->e.msg);
	cr_assert(export_dir_finish(&g->o, &g->e) == 0, "%s", g->e.msg);
	cr_assert(export_dir_commit(&g->o, NULL, &g->e) == 0, "%s", g->e.msg);
}

static void
fixture_end(struct fixture *g)
{
	struct err e = ERR_INIT;

	csv_rows_release(&g->f);
	export_dir_release(&g->o);
	cr_expect(dir_remove(g->dir, &e) == 0, "%s", e.msg);
	arena_release(&g->a);
}

static struct str
load(struct fixture *g, const char *path)
{
	struct str text;

	cr_assert(file_load(&g->a, file_join(&g->a, file_join(&g->a, g->dir, "x"), path), 1 << 30,
	              &text, &g->e) == 0,
	    "%s", g->e.msg);
	return text;
}

static void
expect_file(struct fixture *g, const char *path, const char *want)
{
	struct str text = load(g, path);

	cr_expect(str_eq(text, str_c(want)), "%s: %.*s", path, STR_ARG(text));
}

static void
expect_names(struct fixture *g, const char *want)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < g->o.n; i++) {
		buf_z(&b, i > 0 ? " " : "");
		buf_str(&b, g->o.files[i]->path);
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s", STR_ARG(buf_view(&b)));
	buf_release(&b);
}

static void
add_contact(struct fixture *g, const struct contact *c)
{
	struct buf csv = { 0 }, json = { 0 };

	contact_csv(&csv, c);
	contact_json(&json, c, contact_known(c));
	cr_assert(
	    csv_rows_contact(&g->f, buf_view(&csv), buf_view(&json), &g->e) == 0, "%s", g->e.msg);
	buf_release(&csv);
	buf_release(&json);
}

#define ALWAYS "events.jsonl opt-outs.csv quarantine.jsonl skipped.csv"

Test(csv_rows, an_empty_export_has_headers_and_no_contacts)
{
	struct fixture g;

	fixture_begin(&g, false);
	finish(&g);
	expect_names(&g, ALWAYS);
	expect_file(&g, "events.jsonl", "");
	expect_file(&g, "quarantine.jsonl", "");
	expect_file(&g, "skipped.csv", "fh_id,reason,detail\r\n");
	expect_file(
	    &g, "opt-outs.csv", "Email address,Mobile number,Email opt out,Text opt out\r\n");
	fixture_end(&g);
}

Test(csv_rows, a_byte_order_mark_is_for_csv_alone)
{
	struct fixture g;
	struct contact c = { 0 };

	fixture_begin(&g, true);
	add_contact(&g, &c);
	finish(&g);
	cr_expect(str_starts(load(&g, "contacts-0001.csv"), STR("\xef\xbb\xbf"
	                                                        "Email address,")));
	cr_expect(str_starts(load(&g, "skipped.csv"), STR("\xef\xbb\xbf"
	                                                  "fh_id,")));
	cr_expect(load(&g, "events.jsonl").n == 0);
	cr_expect(str_starts(load(&g, "contacts-0001.json"), STR("[\n{")));
	fixture_end(&g);
}

Test(csv_rows, json_contacts_are_an_array_an_object_a_line)
{
	struct fixture g;
	struct contact c = { 0 };

	fixture_begin(&g, false);
	c.cells[COLUMN_ID] = STR("1");
	add_contact(&g, &c);
	c.cells[COLUMN_ID] = STR("2");
	add_contact(&g, &c);
	finish(&g);
	expect_file(&g, "contacts-0001.json",
	    "[\n{\"extendedProperties\":{\"fh_id\":\"1\"}},\n"
	    "{\"extendedProperties\":{\"fh_id\":\"2\"}}\n]\n");
	cr_expect(g.f.contacts == 2);
	fixture_end(&g);
}

/* Contacts of about 1 MB each until there are three files of either kind. */
static void
fill(struct fixture *g)
{
	struct contact c = { 0 };
	char *text = arena_alloc(&g->a, 1000000);

	memset(text, 'x', 1000000);
	for (int i = 0; i < 17; i++) {
		/* of all sizes, so that ends fall everywhere */
		c.cells[COLUMN_CITY] = str_of(text, 999000 + (size_t)i * 37);
		c.cells[COLUMN_ID] = str_printf(&g->a, "%02d", i);
		add_contact(g, &c);
	}
}

Test(csv_rows, contacts_are_split_before_eight_million_bytes)
{
	static const char *const kinds[] = { "csv", "json" };
	struct fixture g;

	fixture_begin(&g, false);
	fill(&g);
	finish(&g);
	for (size_t k = 0; k < 2; k++) {
		uint64_t rows = 0;

		for (int i = 1; i <= 3; i++) {
			struct str path = str_printf(&g.a, "contacts-%04d.%s", i, kinds[k]);
			const struct export_file *f = export_dir_find(&g.o, path);
			struct str text = load(&g, str_z(&g.a, path));
			struct json j = JSON_INIT;
			struct json_fault fault;

			cr_assert(f != NULL);
			cr_expect(text.n == f->bytes && f->bytes <= 8000000, "%zu bytes", text.n);
			if (i < 3)
				cr_expect(f->bytes > 7000000, "no earlier");
			if (k == 0)
				cr_expect(str_starts(text, STR("Email address,")));
			else
				cr_expect(
				    json_read(&j, text, &fault) && j.nodes[0].count == f->rows);
			json_release(&j);
			rows += f->rows;
		}
		cr_expect(rows == 17);
	}
	fixture_end(&g);
}

Test(csv_rows, a_file_may_have_exactly_eight_million_bytes)
{
	struct buf head = { 0 };
	size_t row = COLUMN_COUNT - 1 + 2; /* commas and CRLF of an empty one */

	contact_header(&head);
	for (size_t more = 0; more < 2; more++) {
		size_t n = EXPORT_FILE_LIMIT - head.n - 2 * row + more;
		struct contact empty = { 0 }, c = { 0 };
		struct fixture g;
		char *city;

		fixture_begin(&g, false);
		city = arena_alloc(&g.a, n);
		memset(city, 'x', n);
		c.cells[COLUMN_CITY] = str_of(city, n);
		add_contact(&g, &empty);
		add_contact(&g, &c);
		finish(&g);
		cr_expect((export_dir_find(&g.o, STR("contacts-0002.csv")) == NULL) == (more == 0),
		    "%zu more", more);
		if (more == 0)
			cr_expect(export_dir_find(&g.o, STR("contacts-0001.csv"))->bytes ==
			          EXPORT_FILE_LIMIT);
		fixture_end(&g);
	}
	buf_release(&head);
}

Test(csv_rows, segments_have_a_file_only_if_somebody_moved)
{
	struct fixture g;
	struct contact c = { 0 };
	struct buf b = { 0 };
	struct str row;

	fixture_begin(&g, false);
	c.cells[COLUMN_EMAIL] = STR("=a@b.co");
	c.cells[COLUMN_MOBILE] = STR("+13035551234");
	c.cells[COLUMN_ID] = STR("-1");
	contact_segment_csv(&b, &c);
	row = buf_view(&b);
	cr_assert(csv_rows_segment(&g.f, CSV_ROWS_ENTERED, 1, row, &g.e) == 0);
	cr_assert(csv_rows_segment(&g.f, CSV_ROWS_LEFT, 0, row, &g.e) == 0);
	cr_assert(csv_rows_segment(&g.f, CSV_ROWS_MEMBERS, 0, row, &g.e) == 0);
	cr_assert(csv_rows_segment(&g.f, CSV_ROWS_MEMBERS, 0, row, &g.e) == 0);
	finish(&g);
	expect_names(&g, "events.jsonl opt-outs.csv quarantine.jsonl "
	                 "segments/gold-left.csv segments/gold.csv "
	                 "segments/vip-entered.csv skipped.csv");
	expect_file(&g, "segments/gold.csv",
	    "Email address,Mobile number,fh_id\r\n"
	    "'=a@b.co,+13035551234,'-1\r\n"
	    "'=a@b.co,+13035551234,'-1\r\n");
	buf_release(&b);
	fixture_end(&g);
}

Test(csv_rows, skipped_customers_are_listed_with_their_reason)
{
	struct fixture g;

	fixture_begin(&g, false);
	cr_assert(csv_rows_skipped(&g.f, STR("a,1"), STANDING_SUPPRESSED, STR(""), &g.e) == 0);
	cr_assert(csv_rows_skipped(&g.f, STR("=b"), STANDING_DUPLICATE, STR("@c\td"), &g.e) == 0);
	finish(&g);
	expect_file(&g, "skipped.csv",
	    "fh_id,reason,detail\r\n\"a,1\",suppressed,\r\n"
	    "'=b,duplicate-email,'@c d\r\n");
	fixture_end(&g);
}

Test(csv_rows, quarantined_records_are_listed_with_their_place)
{
	struct fixture g;
	struct manifest_page page = { .path = STR("p.json") };
	struct manifest m = { .pages = &page, .n = 1 };
	struct quarantined q = {
		.index = 7, .entity = ENTITY_ORDER, .reason = STR("no object (byte 3)")
	};

	fixture_begin(&g, false);
	cr_assert(csv_rows_quarantined(&g.f, &m, &q, &g.e) == 0);
	q.has_id = true;
	q.id = STR("a\nb");
	q.entity = ENTITY_CUSTOMER;
	cr_assert(csv_rows_quarantined(&g.f, &m, &q, &g.e) == 0);
	finish(&g);
	expect_file(&g, "quarantine.jsonl",
	    "{\"page\":\"p.json\",\"index\":7,\"entity\":\"order\","
	    "\"reason\":\"no object (byte 3)\"}\n"
	    "{\"page\":\"p.json\",\"index\":7,\"entity\":\"customer\","
	    "\"id\":\"a\\nb\",\"reason\":\"no object (byte 3)\"}\n");
	fixture_end(&g);
}
