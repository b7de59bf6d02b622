/* Goal: every row of the state becomes a line of JSON and the same bytes again. */
#include <criterion/criterion.h>

#include "base/pack.h"
#include "bases/row_shape.h"
#include "bases/row_text.h"
#include "state/rows.h"

/* A key and a row of each table, as bytes that the shapes can say. */
static void
check(enum state_table table, struct buf *key, struct buf *row, const char *line)
{
	struct row_text x = { .table = TABLE_META };
	struct buf b = { 0 };
	struct err e = ERR_INIT;

	row_text_write(&b, table, buf_view(key), buf_view(row));
	cr_assert(b.n > 0 && b.p[b.n - 1] == '\n');
	if (line != NULL)
		cr_expect(str_eq(str_of(b.p, b.n - 1), str_c(line)), "%.*s", (int)b.n, b.p);
	cr_assert(row_text_read(&x, str_of(b.p, b.n - 1), &e) == 0, "%s", e.msg);
	cr_expect(x.table == table);
	cr_expect(str_eq(buf_view(&x.key), buf_view(key)));
	cr_expect(str_eq(buf_view(&x.row), buf_view(row)));
	row_text_release(&x);
	buf_release(&b);
	buf_release(key);
	buf_release(row);
}

Test(row_text, says_each_part_by_itself)
{
	struct buf key = { 0 }, row = { 0 };
	struct exported x = { .row = { 1, 0xfedcba9876543210 },
		.row_snapshot = 12,
		.known = 8191,
		.addresses = STR("\x06\x02"
		                 "a@b.c") };

	buf_z(&key, "C\"1\xc3\xa9");
	row_exported_pack(&row, &x);
	check(TABLE_EXPORTED, &key, &row,
	    "[\"exported\",[\"C\\\"1\xc3\xa9\"],[\"fedcba98765432100000000000000001\",12,8191,"
	    "[\"\\u0002a@b.c\"]]]");
}

Test(row_text, repeats_what_is_there_several_times)
{
	struct buf key = { 0 }, row = { 0 };
	struct contact_status s = { .takes_part = true, .due = INT64_MIN };

	buf_z(&key, "C1");
	row_contact_status_pack(&row, &s);
	row_membership_pack(&row, (struct membership){ 333, 1, 0 });
	row_membership_pack(&row, (struct membership){ UINT32_MAX, 7, 4 });
	check(TABLE_CONTACT_STATUS, &key, &row,
	    "[\"contact_status\",[\"C1\"],[1,\"\",-9223372036854775808,333,1,0,4294967295,7,4]]");
}

Test(row_text, knows_signs_and_empty_rows)
{
	struct buf key = { 0 }, row = { 0 };

	row_key_due(&key, -5, STR("C1"));
	check(TABLE_DUE, &key, &row, "[\"due\",[-5,\"C1\"],[]]");
	pack_key_u32(&key, UINT32_MAX);
	pack_u64(&row, UINT64_MAX);
	pack_i64(&row, INT64_MIN);
	check(TABLE_STATUSES, &key, &row,
	    "[\"statuses\",[4294967295],[18446744073709551615,-9223372036854775808]]");
}

Test(row_text, says_what_is_no_text_in_hexadecimal)
{
	struct buf key = { 0 }, row = { 0 };

	buf_add(&key, "\0\xff\xfe", 3);
	check(TABLE_NOTED, &key, &row, "[\"noted\",\"00fffe\",\"\"]");
	buf_z(&key, "o1");
	buf_add(&row, "\x80", 1);
	check(TABLE_SALES, &key, &row, "[\"sales\",\"6f31\",\"80\"]");
}

/* Bytes behind the last part, or a part that is cut, cannot be said part by part. */
Test(row_text, takes_any_bytes)
{
	for (size_t table = 0; table < TABLE_COUNT; table++)
		for (unsigned seed = 0; seed < 200; seed++) {
			struct buf key = { 0 }, row = { 0 };
			unsigned v = seed * 2654435761U + (unsigned)table;

			for (unsigned i = 0; i <= seed % 13; i++)
				buf_char(&key, (char)((v = v * 1103515245U + 12345U) >> 16));
			for (unsigned i = 0; i < seed % 37; i++)
				buf_char(&row, (char)((v = v * 1103515245U + 12345U) >> 16));
			check((enum state_table)table, &key, &row, NULL);
		}
}

Test(row_text, refuses_what_is_no_row)
{
	static const char *const lines[] = { "", "{}", "[]", "[\"due\",[1,\"a\"]]",
		"[\"nothing\",[1],[]]", "[\"due\",[1],[]]", "[\"due\",[1,\"a\"],[1]]",
		"[\"due\",[1,\"a\",2],[]]", "[\"due\",[1.5,\"a\"],[]]",
		"[\"statuses\",[4294967296],[1,1]]", "[\"statuses\",[1],[-1,1]]",
		"[\"noted\",\"0\",\"\"]", "[\"noted\",\"0g\",\"\"]", "[\"orders\",[\"a\"],[1]]",
		"[\"exported\",[\"a\"],[\"00\",1,1,[]]]",
		"[\"due\",[9223372036854775808,\"a\"],[]]" };
	struct row_text x = { .table = TABLE_META };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct err e = ERR_INIT;

		cr_expect(row_text_read(&x, str_c(lines[i]), &e) == -1, "%s", lines[i]);
		cr_expect(e.kind == ERR_DAMAGED);
	}
	row_text_release(&x);
}

/* A base is read by later versions: none of its rows may be bytes as this one packs them. */
Test(row_text, knows_every_table_that_records_do_not_tell)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		bool is_told = i == TABLE_WORDS || i == TABLE_BUYERS || i == TABLE_ORDERS ||
		               i == TABLE_SALES || i == TABLE_CREATED || i == TABLE_ORIGINS;

		cr_expect(
		    (row_shape_of((enum state_table)i) == NULL) == is_told, "%s", table_names()[i]);
	}
}
