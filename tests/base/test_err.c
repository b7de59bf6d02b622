/* Goal: an error keeps its address and its words, and cannot drive a terminal.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

Test(err, kinds_have_the_contracts_exit_status)
{
	static const struct {
		enum err_kind kind;
		int status;
		const char *name;
	} rows[] = {
		{ ERR_NONE, 0, "none" },
		{ ERR_FAILED, 1, "failed" },
		{ ERR_IO, 1, "io" },
		{ ERR_MEMORY, 1, "memory" },
		{ ERR_INTERNAL, 1, "internal" },
		{ ERR_DIFFERS, 1, "differs" },
		{ ERR_USAGE, 2, "usage" },
		{ ERR_SETTINGS, 2, "settings" },
		{ ERR_DAMAGED, 4, "damaged" },
		{ ERR_LATE, 4, "late" },
		{ ERR_BREAKER, 5, "breaker" },
		{ ERR_BUSY, 75, "busy" },
		{ ERR_INTERRUPTED, 130, "interrupted" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect_eq(
		    err_status(rows[i].kind), rows[i].status, "status of %s", rows[i].name);
		cr_expect_str_eq(err_name(rows[i].kind), rows[i].name);
	}
}

Test(err, set_returns_minus_one_and_forgets_what_was)
{
	struct err e = ERR_INIT;
	int rc;

	err_sys(&e, ENOENT, "old");
	err_file(&e, "old");
	err_record(&e, 7);
	err_byte(&e, 8);
	err_place(&e, 9, 10);
	err_advise(&e, "Old.");
	rc = err_set(&e, ERR_USAGE, "new %d", 5);

	cr_expect_eq(rc, -1, "the return value");
	cr_expect_eq(e.kind, ERR_USAGE, "kind");
	cr_expect_eq(e.sys, 0, "sys");
	cr_expect_str_eq(e.msg, "new 5");
	cr_expect_str_eq(e.file, "");
	cr_expect_str_eq(e.advice, "");
	cr_expect_eq(e.record, -1, "record");
	cr_expect_eq(e.at, ERR_NOWHERE, "byte");
	cr_expect_eq(e.line + e.column, 0u, "place");
}

Test(err, set_may_quote_the_error_it_replaces)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_FAILED, "inner");
	err_set(&e, ERR_DAMAGED, "outer of %s", e.msg);

	cr_expect_str_eq(e.msg, "outer of inner");
}

Test(err, sys_names_the_systems_reason)
{
	struct err e = ERR_INIT;

	cr_expect_eq(err_sys(&e, ENOENT, "cannot open '%s'", "x"), -1);

	cr_expect_eq(e.kind, ERR_IO, "kind");
	cr_expect_eq(e.sys, ENOENT, "sys");
	cr_expect_str_eq(e.msg, "cannot open 'x': No such file or directory");
	err_sys(&e, 99999, "odd");
	cr_expect_str_eq(e.msg, "odd: system error 99999");
}

Test(err, sys_keeps_the_reason_however_long_the_text)
{
	struct err e = ERR_INIT;
	char path[5000];

	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	err_sys(&e, ENOSPC, "cannot write '%s'", path);

	cr_expect_eq(strlen(e.msg), sizeof(e.msg) - 1, "it fills the field");
	cr_expect(str_ends(str_c(e.msg), STR("p: No space left on device")), "%s", e.msg);
}

Test(err, wrap_puts_context_in_front_and_leaves_the_rest)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_DAMAGED, "bad amount");
	err_byte(&e, 17);
	err_wrap(&e, "record '%s'", "C1");
	cr_expect_eq(err_wrap(&e, "snapshot %d", 3), -1);

	cr_expect_str_eq(e.msg, "snapshot 3: record 'C1': bad amount");
	cr_expect_eq(e.kind, ERR_DAMAGED, "kind");
	cr_expect_eq(e.at, 17u, "byte");
}

Test(err, the_first_address_is_kept)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_DAMAGED, "x");
	cr_expect_eq(err_file(&e, "a"), -1);
	cr_expect_eq(err_record(&e, 0), -1);
	cr_expect_eq(err_byte(&e, 0), -1);
	cr_expect_eq(err_place(&e, 1, 1), -1);
	err_file(&e, "b");
	err_record(&e, 5);
	err_byte(&e, 5);
	err_place(&e, 5, 5);

	cr_expect_str_eq(e.file, "a");
	cr_expect_eq(e.record, 0, "record");
	cr_expect_eq(e.at, 0u, "byte");
	cr_expect_eq(e.line, 1u, "line");
	cr_expect_eq(e.column, 1u, "column");
}

Test(err, the_last_advice_is_kept)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_LATE, "x");
	err_advise(&e, "First.");
	cr_expect_eq(err_advise(&e, "Run %s.", "it"), -1);

	cr_expect_str_eq(e.advice, "Run it.");
}

Test(err, control_bytes_and_broken_text_become_question_marks)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "a\033[2Jb", "a?[2Jb" },
		{ "line\nline\r\t", "line?line??" },
		{ "del\177", "del?" },
		{ "c1 \xc2\x9b", "c1 ?" },
		{ "nbsp \xc2\xa0.", "nbsp \xc2\xa0." },
		{ "h\xc3\xa9llo \xf0\x9f\x8c\xbf", "h\xc3\xa9llo \xf0\x9f\x8c\xbf" },
		{ "bad \xff\xc3", "bad ??" },
		{ "\xed\xa0\x80", "???" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = ERR_INIT;

		err_set(&e, ERR_FAILED, "%s", rows[i].in);
		cr_expect_str_eq(e.msg, rows[i].out, "row %zu: %s", i, e.msg);
		err_file(&e, rows[i].in);
		cr_expect_str_eq(e.file, rows[i].out, "row %zu: file", i);
		err_advise(&e, "%s", rows[i].in);
		cr_expect_str_eq(e.advice, rows[i].out, "row %zu: advice", i);
	}
}

Test(err, long_text_is_cut_between_characters)
{
	for (size_t shift = 0; shift < 4; shift++) {
		struct err e = ERR_INIT;
		struct buf b = { 0 };

		buf_add(&b, "abc", shift);
		for (size_t i = 0; i < 400; i++)
			buf_z(&b, "\xe2\x82\xac");
		buf_char(&b, '\0');
		err_set(&e, ERR_FAILED, "%s", b.p);

		cr_expect(utf8_valid(str_c(e.msg)), "shift %zu", shift);
		cr_expect_geq(strlen(e.msg), sizeof(e.msg) - 3, "shift %zu", shift);
		err_wrap(&e, "%s", "ab");
		cr_expect(utf8_valid(str_c(e.msg)), "wrapped %zu", shift);
		buf_release(&b);
	}
}

Test(err, text_that_shrinks_by_cleaning_still_fills_the_field)
{
	struct err e = ERR_INIT;
	struct buf b = { 0 };

	for (size_t i = 0; i < 1000; i++)
		buf_z(&b, "\xc2\x80");
	buf_char(&b, '\0');
	err_set(&e, ERR_FAILED, "%s", b.p);

	cr_expect_eq(strlen(e.msg), sizeof(e.msg) - 1, "length %zu", strlen(e.msg));
	buf_release(&b);
}

static void
expect_format(const struct err *e, const char *text)
{
	char out[1024];
	size_t n = err_format(e, out, sizeof(out));

	cr_expect_str_eq(out, text, "got: %s", out);
	cr_expect_eq(n, strlen(text), "length of: %s", text);
}

Test(err, format_leaves_out_what_is_not_known)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_DAMAGED, "bad");
	expect_format(&e, "bad");
	err_byte(&e, 17);
	expect_format(&e, "byte 17: bad");
	err_record(&e, 3);
	expect_format(&e, "record 3: byte 17: bad");
	err_file(&e, "p.json");
	expect_format(&e, "p.json: record 3: byte 17: bad");
	err_advise(&e, "Do it.");
	expect_format(&e, "p.json: record 3: byte 17: bad\nDo it.");
}

Test(err, format_puts_line_and_column_behind_the_file)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_SETTINGS, "unknown key 'x'");
	err_place(&e, 12, 5);
	expect_format(&e, "line 12:5: unknown key 'x'");
	err_file(&e, "flowstory.json");
	expect_format(&e, "flowstory.json:12:5: unknown key 'x'");
}

Test(err, format_fits_every_size_and_is_terminated)
{
	struct err e = ERR_INIT;
	char whole[256], out[256];
	size_t n;

	err_set(&e, ERR_DAMAGED, "bad");
	err_file(&e, "p.json");
	err_record(&e, 3);
	err_byte(&e, 17);
	err_advise(&e, "Do it.");
	n = err_format(&e, whole, sizeof(whole));

	for (size_t cap = 1; cap <= n + 2; cap++) {
		size_t want = cap - 1 < n ? cap - 1 : n;
		size_t got;

		memset(out, '#', sizeof(out));
		got = err_format(&e, out, cap);
		cr_expect_eq(got, want, "cap %zu", cap);
		cr_expect_eq(out[got], '\0', "cap %zu", cap);
		cr_expect_eq(out[cap], '#', "cap %zu", cap);
		cr_expect_eq(memcmp(out, whole, got), 0, "cap %zu", cap);
	}
	cr_expect_eq(err_format(&e, out, 0), 0u, "no room at all");
}
