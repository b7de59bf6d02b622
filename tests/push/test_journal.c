/* Goal: what was noted is read again; a torn end is cut off, a bad line anywhere else is an error.
 */
#include "push/desk.h"

#include <stdio.h>

#include "push/journal.h"

static const struct journal_field fields[] = { { { "email", 5 }, 0x0123456789abcdefU },
	{ { "fh_points", 9 }, 7 } };

static struct journal_line
line(uint64_t n)
{
	return (struct journal_line){ .n = n,
		.at = NOW,
		.fh_id = STR("c\"1"),
		.op = JOURNAL_CONTACT,
		.dsid = STR("ds0123456789abcdef"),
		.fields = fields,
		.fields_n = 2,
		.snapshot = STR("20261123T040000Z"),
		.http = 200,
		.tries = 2,
		.ms = 31 };
}

static void
write_lines(struct desk *d, uint64_t first, uint64_t n, const struct journal_place *place)
{
	struct journal j = JOURNAL_INIT;

	cr_assert(journal_open(&j, d->dir, place, &desk_host, &d->e) == 0, "%s", d->e.msg);
	for (uint64_t i = first; i < first + n; i++) {
		struct journal_line x = line(i);

		cr_assert(journal_append(&j, &x, &d->e) == 0, "%s", d->e.msg);
	}
	journal_close(&j);
}

/* How many lines there are after that place; -1: an error. */
static int
read_lines(struct desk *d, const struct journal_place *from, struct journal_place *end, bool *torn)
{
	struct journal_reader r;
	struct journal_line x;
	struct arena a = { 0 };
	int n = 0, rc = journal_read_open(&r, d->dir, from, &d->e);

	cr_assert(rc == 1, "%d %s", rc, d->e.msg);
	while ((rc = journal_read_next(&r, &a, &x, &d->e)) > 0)
		n++;
	*end = r.place;
	*torn = r.is_torn;
	journal_read_close(&r);
	arena_release(&a);
	return rc < 0 ? -1 : n;
}

Test(journal, a_line_is_read_as_it_was_written)
{
	struct journal_line x = line(12), y;
	struct arena a = { 0 };
	struct buf b = { 0 };

	x.salt = STR("0123456789abcdef");
	journal_line_write(&b, &x);

	cr_assert(journal_line_read(&a, str_of(b.p, b.n - 1), &y));
	cr_expect(y.n == 12 && y.at == NOW && y.op == JOURNAL_CONTACT && y.http == 200);
	cr_expect(str_eq(y.fh_id, x.fh_id) && str_eq(y.dsid, x.dsid) && y.fields_n == 2);
	cr_expect(str_eq(y.salt, x.salt));
	cr_expect(y.fields[0].hash == fields[0].hash && str_eq(y.fields[1].key, fields[1].key));
	buf_release(&b);
	arena_release(&a);
}

Test(journal, no_byte_of_a_line_can_be_another)
{
	struct journal_line x = line(12), y;
	struct arena a = { 0 };
	struct buf b = { 0 };

	x.salt = STR("0123456789abcdef");
	journal_line_write(&b, &x);
	for (size_t i = 0; i + 1 < b.n; i++) {
		b.p[i] ^= 1;
		cr_expect(!journal_line_read(&a, str_of(b.p, b.n - 1), &y), "byte %zu", i);
		b.p[i] ^= 1;
	}
	buf_release(&b);
	arena_release(&a);
}

Test(journal, cut_at_every_byte_it_keeps_the_lines_that_are_whole)
{
	const struct journal_place begin = { 0 };
	struct desk d = desk_new();
	struct journal_place end, after;
	struct str text;
	bool torn;

	write_lines(&d, 1, 3, &begin);
	text = desk_load(&d, "journal-000001.jsonl");
	for (size_t n = text.n; n > 0; n--) {
		size_t whole = 0;
		int lines;

		for (size_t i = 0; i < n; i++)
			whole += text.p[i] == '\n';
		cr_assert(
		    file_save(desk_path(&d, "journal-000001.jsonl"), str_of(text.p, n), &d.e) == 0);
		lines = read_lines(&d, &begin, &end, &torn);
		cr_expect(lines == (int)whole, "%zu bytes: %d lines", n, lines);
		cr_expect(torn == (n != end.offset), "%zu bytes", n);
		/* What is appended then begins where the whole lines end. */
		write_lines(&d, whole + 1, 1, &end);
		cr_expect(read_lines(&d, &begin, &after, &torn) == (int)whole + 1 && !torn);
	}
	desk_end(&d);
}

Test(journal, a_bad_line_before_the_last_is_an_error)
{
	const struct journal_place begin = { 0 };
	struct desk d = desk_new();
	struct journal_place end;
	struct str text;
	char *bytes;
	bool torn;

	write_lines(&d, 1, 3, &begin);
	text = desk_load(&d, "journal-000001.jsonl");
	bytes = arena_bytes(&d.a, text.p, text.n);
	bytes[text.n / 2] ^= 1;
	cr_assert(
	    file_save(desk_path(&d, "journal-000001.jsonl"), str_of(bytes, text.n), &d.e) == 0);

	cr_expect(read_lines(&d, &begin, &end, &torn) == -1);
	cr_expect(strstr(d.e.msg, "journal-000001.jsonl: line 2") != NULL, "%s", d.e.msg);
	desk_end(&d);
}

Test(journal, a_torn_end_of_a_file_that_is_not_the_last_is_an_error)
{
	const struct journal_place begin = { 0 }, second = { .file = 2 };
	struct desk d = desk_new();
	struct journal_place end;
	struct str text;
	bool torn;

	write_lines(&d, 1, 2, &begin);
	write_lines(&d, 3, 1, &second);
	cr_expect(read_lines(&d, &begin, &end, &torn) == 3 && end.file == 2);
	text = desk_load(&d, "journal-000001.jsonl");
	cr_assert(file_save(desk_path(&d, "journal-000001.jsonl"), str_of(text.p, text.n - 1),
	              &d.e) == 0);
	cr_expect(read_lines(&d, &begin, &end, &torn) == -1);
	desk_end(&d);
}

Test(journal, a_place_is_known_again_only_in_the_same_journal)
{
	const struct journal_place begin = { 0 };
	struct desk d = desk_new();
	struct journal_reader r;
	struct journal_place end;
	bool torn;

	write_lines(&d, 1, 3, &begin);
	cr_assert(read_lines(&d, &begin, &end, &torn) == 3);
	write_lines(&d, 4, 2, &end);
	cr_expect(read_lines(&d, &end, &end, &torn) == 2);
	end.crc ^= 1;
	cr_expect(journal_read_open(&r, d.dir, &end, &d.e) == 0, "another line ends there");
	journal_read_close(&r);
	end = (struct journal_place){ .file = 1, .offset = 1 << 20, .crc = 1 };
	cr_expect(journal_read_open(&r, d.dir, &end, &d.e) == 0, "the file is shorter");
	journal_read_close(&r);
	desk_end(&d);
}
