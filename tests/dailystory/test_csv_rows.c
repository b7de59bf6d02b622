/* Goal: each file of an export has the lines of the contract, is as large as DailyStory takes, and
 * is there only if it has to be. */
#include "dailystory/csv_rows.h"

#include "dailystory/contact.h"
#include "json/read.h"
#include "support.h"

static struct membership_count segments[] = { { .slug = { "gold", 4 } }, { .slug = { "vip", 3 } } };
static const struct membership_counts counts = { .list = segments, .n = COUNT(segments) };

struct output {
	struct fixture x;
	struct csv_rows f;
};

static void
output_begin(struct output *g, bool csv_bom)
{
	fixture_begin(&g->x);
	cr_assert(export_dir_begin(&g->x.o, g->x.final, FILE_QUICK, &g->x.e) == 0);
	csv_rows_begin(&g->f, &g->x.o, &counts, csv_bom);
}

static void
output_commit(struct output *g)
{
	cr_assert(csv_rows_end(&g->f, &g->x.e) == 0, "%s", g->x.e.msg);
	fixture_commit(&g->x);
}

static void
output_end(struct output *g)
{
	csv_rows_release(&g->f);
	fixture_end(&g->x);
}

static void
add_contact(struct output *g, const struct contact *c)
{
	struct buf csv = { 0 }, json = { 0 };

	contact_csv(&csv, c);
	contact_json(&json, c, contact_known(c));
	cr_assert(csv_rows_contact(&g->f, buf_view(&csv), buf_view(&json), &g->x.e) == 0, "%s",
	    g->x.e.msg);
	buf_release(&csv);
	buf_release(&json);
}

Test(csv_rows, a_file_without_a_row_is_none)
{
	struct output g;

	output_begin(&g, false);
	output_commit(&g);
	expect_names(&g.x, g.x.final, "");
	for (int i = 0; i < CSV_ROWS_FILES; i++)
		cr_expect(csv_rows_count(&g.f, (enum csv_rows_file)i) == 0);
	output_end(&g);
}

Test(csv_rows, a_file_is_there_with_its_first_row)
{
	struct output g;

	output_begin(&g, false);
	cr_assert(csv_rows_events(&g.f, STR(""), 0, &g.x.e) == 0);
	cr_assert(csv_rows_opt_out(&g.f, STR("a@b.co,,True,\r\n"), &g.x.e) == 0);
	cr_assert(csv_rows_opt_out(&g.f, STR("c@b.co,,True,\r\n"), &g.x.e) == 0);
	output_commit(&g);
	expect_names(&g.x, g.x.final, "opt-outs.csv");
	expect_file(&g.x, "opt-outs.csv",
	    "Email address,Mobile number,Email opt out,Text opt out\r\n"
	    "a@b.co,,True,\r\nc@b.co,,True,\r\n");
	cr_expect(csv_rows_count(&g.f, CSV_ROWS_OPT_OUTS) == 2);
	output_end(&g);
}

Test(csv_rows, a_byte_order_mark_is_for_csv_alone)
{
	struct output g;
	struct contact c = { 0 };

	output_begin(&g, true);
	add_contact(&g, &c);
	cr_assert(csv_rows_skipped(&g.f, STR("1"), SKIPPED_UNDERAGE, STR(""), &g.x.e) == 0);
	cr_assert(csv_rows_events(&g.f, STR("{}\n"), 1, &g.x.e) == 0);
	output_commit(&g);
	cr_expect(str_starts(fixture_load(&g.x, "contacts-0001.csv"), STR("\xef\xbb\xbf"
	                                                                  "Email address,")));
	cr_expect(str_starts(fixture_load(&g.x, "skipped.csv"), STR("\xef\xbb\xbf"
	                                                            "fh_id,")));
	expect_file(&g.x, "events.jsonl", "{}\n");
	cr_expect(str_starts(fixture_load(&g.x, "contacts-0001.json"), STR("[\n{")));
	output_end(&g);
}

Test(csv_rows, json_contacts_are_an_array_an_object_a_line)
{
	struct output g;
	struct contact c = { 0 };

	output_begin(&g, false);
	c.cells[COLUMN_ID] = STR("1");
	add_contact(&g, &c);
	c.cells[COLUMN_ID] = STR("2");
	add_contact(&g, &c);
	output_commit(&g);
	expect_file(&g.x, "contacts-0001.json",
	    "[\n{\"extendedProperties\":{\"fh_id\":\"1\"}},\n"
	    "{\"extendedProperties\":{\"fh_id\":\"2\"}}\n]\n");
	cr_expect(g.f.contacts == 2);
	output_end(&g);
}

/* Contacts of about 1 MB each until there are three files of either kind. */
static void
fill(struct output *g)
{
	struct contact c = { 0 };
	char *text = arena_alloc(&g->x.a, 1000000);

	memset(text, 'x', 1000000);
	for (int i = 0; i < 17; i++) {
		/* of all sizes, so that ends fall everywhere */
		c.cells[COLUMN_CITY] = str_of(text, 999000 + (size_t)i * 37);
		c.cells[COLUMN_ID] = str_printf(&g->x.a, "%02d", i);
		add_contact(g, &c);
	}
}

Test(csv_rows, contacts_are_split_before_eight_million_bytes)
{
	static const char *const kinds[] = { "csv", "json" };
	struct output g;

	output_begin(&g, false);
	fill(&g);
	output_commit(&g);
	for (size_t k = 0; k < 2; k++) {
		uint64_t rows = 0;

		for (int i = 1; i <= 3; i++) {
			struct str path = str_printf(&g.x.a, "contacts-%04d.%s", i, kinds[k]);
			const struct export_file *f = export_dir_find(&g.x.o, path);
			struct str text = fixture_load(&g.x, str_z(&g.x.a, path));
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
	output_end(&g);
}

Test(csv_rows, a_file_may_have_exactly_eight_million_bytes)
{
	struct buf head = { 0 };
	size_t row = COLUMN_COUNT - 1 + 2; /* commas and CRLF of an empty one */

	contact_header(&head);
	for (size_t more = 0; more < 2; more++) {
		size_t n = EXPORT_FILE_LIMIT - head.n - 2 * row + more;
		struct contact empty = { 0 }, c = { 0 };
		struct output g;
		char *city;

		output_begin(&g, false);
		city = arena_alloc(&g.x.a, n);
		memset(city, 'x', n);
		c.cells[COLUMN_CITY] = str_of(city, n);
		add_contact(&g, &empty);
		add_contact(&g, &c);
		output_commit(&g);
		cr_expect(
		    (export_dir_find(&g.x.o, STR("contacts-0002.csv")) == NULL) == (more == 0),
		    "%zu more", more);
		if (more == 0)
			cr_expect(export_dir_find(&g.x.o, STR("contacts-0001.csv"))->bytes ==
			          EXPORT_FILE_LIMIT);
		output_end(&g);
	}
	buf_release(&head);
}

/* A row of so many bytes, quotes and line end included. */
static struct str
row_of(struct arena *a, size_t n)
{
	char *text = arena_alloc(a, n);

	memset(text, 'x', n);
	return str_of(text, n);
}

Test(csv_rows, a_row_is_too_long_if_it_makes_a_file_too_long_alone)
{
	struct arena a = { 0 };
	struct buf head = { 0 };
	size_t csv, json = EXPORT_FILE_LIMIT - 5; /* "[\n" and "\n]\n" */

	contact_header(&head);
	csv = EXPORT_FILE_LIMIT - head.n;
	cr_expect(!csv_rows_is_too_long(STR("x"), STR("x"), true));
	for (size_t more = 0; more < 2; more++) {
		struct str c = row_of(&a, csv + more), marked = row_of(&a, csv - 3 + more);
		struct str j = row_of(&a, json + more);

		cr_expect(csv_rows_is_too_long(c, STR("x"), false) == (more == 1));
		cr_expect(csv_rows_is_too_long(marked, STR("x"), true) == (more == 1));
		cr_expect(csv_rows_is_too_long(STR("x"), j, true) == (more == 1));
	}
	buf_release(&head);
	arena_release(&a);
}

Test(csv_rows, the_longest_row_has_a_file_of_its_own)
{
	struct output g;
	struct str j;

	output_begin(&g, false);
	j = row_of(&g.x.a, EXPORT_FILE_LIMIT - 5);
	cr_assert(csv_rows_contact(&g.f, STR("x\r\n"), STR("{}"), &g.x.e) == 0);
	cr_assert(csv_rows_contact(&g.f, STR("x\r\n"), j, &g.x.e) == 0);
	cr_assert(csv_rows_contact(&g.f, STR("x\r\n"), STR("{}"), &g.x.e) == 0);
	output_commit(&g);
	expect_names(&g.x, g.x.final,
	    "contacts-0001.csv contacts-0001.json contacts-0002.json contacts-0003.json");
	cr_expect(fixture_load(&g.x, "contacts-0002.json").n == EXPORT_FILE_LIMIT);
	expect_file(&g.x, "contacts-0003.json", "[\n{}\n]\n");
	output_end(&g);
}

Test(csv_rows, dropped_fields_are_listed_and_counted_by_reason)
{
	static const struct apply_drop drops[] = {
		{ ENTITY_CUSTOMER, { "c\t1", 3 },
		    { { "birthDate", 9 }, { "=1,2", 4 }, DROPPED_OUT_OF_RANGE } },
		{ ENTITY_CUSTOMER, { "c2", 2 },
		    { { "email", 5 }, { "none@none.com", 13 }, DROPPED_PLACEHOLDER } },
		{ ENTITY_ORDER, { "-7", 2 },
		    { { "itemsInCart/0/category", 22 }, { "[1,{}]", 6 }, DROPPED_UNREADABLE } },
	};
	struct output g;

	output_begin(&g, false);
	for (size_t i = 0; i < COUNT(drops); i++)
		cr_assert(csv_rows_dropped(&g.f, &drops[i], &g.x.e) == 0);
	output_commit(&g);
	expect_file(&g.x, "dropped.csv",
	    "entity,id,field,value,reason\r\n"
	    "customer,c 1,birthDate,\"'=1,2\",out-of-range\r\n"
	    "customer,c2,email,none@none.com,placeholder\r\n"
	    "order,'-7,itemsInCart/0/category,\"[1,{}]\",unreadable\r\n");
	for (size_t i = 0; i < DROPPED_REASONS; i++)
		cr_expect(g.f.dropped[i] == 1);
	output_end(&g);
}

Test(csv_rows, segments_have_a_file_only_if_somebody_moved)
{
	struct output g;
	const struct identity_addresses addresses = { STR("=a@b.co"), STR("+13035551234") };
	struct contact c = { 0 };
	struct buf b = { 0 };
	struct str row;

	output_begin(&g, false);
	c.cells[COLUMN_EMAIL] = STR("=a@b.co");
	c.cells[COLUMN_MOBILE] = STR("+13035551234");
	c.cells[COLUMN_ID] = STR("-1");
	contact_segment_csv(&b, &c);
	row = buf_view(&b);
	cr_assert(csv_rows_passage(&g.f, CSV_ROWS_ENTERED, 1, STR("-1\t"), &addresses, CAUSE_MOVED,
	              STR("2026-11-23T04:00:00Z"), &g.x.e) == 0);
	cr_assert(csv_rows_passage(&g.f, CSV_ROWS_LEFT, 0, STR("1"), &addresses, CAUSE_CLOCK,
	              STR("2026-11-23T04:00:00Z"), &g.x.e) == 0);
	cr_assert(csv_rows_segment(&g.f, 0, row, &g.x.e) == 0);
	cr_assert(csv_rows_segment(&g.f, 0, row, &g.x.e) == 0);
	output_commit(&g);
	expect_names(&g.x, file_join(&g.x.a, g.x.final, "segments"),
	    "gold-left.csv gold.csv vip-entered.csv");
	expect_file(&g.x, "segments/gold.csv",
	    "Email address,Mobile number,fh_id\r\n"
	    "'=a@b.co,+13035551234,'-1\r\n"
	    "'=a@b.co,+13035551234,'-1\r\n");
	expect_file(&g.x, "segments/vip-entered.csv",
	    "Email address,Mobile number,fh_id,Cause,At\r\n"
	    "'=a@b.co,+13035551234,'-1,moved,2026-11-23T04:00:00Z\r\n");
	expect_file(&g.x, "segments/gold-left.csv",
	    "Email address,Mobile number,fh_id,Cause,At\r\n"
	    "'=a@b.co,+13035551234,1,clock,2026-11-23T04:00:00Z\r\n");
	buf_release(&b);
	output_end(&g);
}

Test(csv_rows, who_is_gone_and_who_moved_are_listed_with_their_addresses)
{
	const struct identity_addresses x = { STR("a@b.co"), STR("") };
	const struct identity_addresses y = { STR("=a@b.co"), STR("+13035551234") };
	struct output g;

	output_begin(&g, false);
	cr_assert(csv_rows_gone(&g.f, STR("=1"), &x, "removed", &g.x.e) == 0);
	cr_assert(csv_rows_moved(&g.f, STR("2"), &x, &y, &g.x.e) == 0);
	output_commit(&g);
	expect_file(&g.x, "gone.csv",
	    "Email address,Mobile number,fh_id,reason\r\n"
	    "a@b.co,,'=1,removed\r\n");
	expect_file(&g.x, "moved.csv",
	    "fh_id,Old email address,Old mobile number,New email address,New mobile number\r\n"
	    "2,a@b.co,,'=a@b.co,+13035551234\r\n");
	output_end(&g);
}

Test(csv_rows, skipped_customers_are_listed_with_their_reason)
{
	struct output g;

	output_begin(&g, false);
	cr_assert(csv_rows_skipped(&g.f, STR("a,1"), SKIPPED_SUPPRESSED, STR(""), &g.x.e) == 0);
	cr_assert(
	    csv_rows_skipped(&g.f, STR("=b"), SKIPPED_DUPLICATE_EMAIL, STR("@c\td"), &g.x.e) == 0);
	output_commit(&g);
	expect_file(&g.x, "skipped.csv",
	    "fh_id,reason,detail\r\n\"a,1\",suppressed,\r\n"
	    "'=b,duplicate-email,'@c d\r\n");
	output_end(&g);
}

Test(csv_rows, quarantined_records_are_listed_with_their_place)
{
	struct output g;
	struct manifest_page page = { .path = STR("p.json") };
	struct manifest m = { .pages = &page, .n = 1 };
	struct quarantined q = {
		.index = 7, .entity = ENTITY_ORDER, .reason = STR("no object (byte 3)")
	};

	output_begin(&g, false);
	cr_assert(csv_rows_quarantined(&g.f, &m, &q, &g.x.e) == 0);
	q.has_id = true;
	q.id = STR("a\nb");
	q.entity = ENTITY_CUSTOMER;
	cr_assert(csv_rows_quarantined(&g.f, &m, &q, &g.x.e) == 0);
	output_commit(&g);
	expect_file(&g.x, "quarantine.jsonl",
	    "{\"page\":\"p.json\",\"index\":7,\"entity\":\"order\","
	    "\"reason\":\"no object (byte 3)\"}\n"
	    "{\"page\":\"p.json\",\"index\":7,\"entity\":\"customer\","
	    "\"id\":\"a\\nb\",\"reason\":\"no object (byte 3)\"}\n");
	output_end(&g);
}
