/* Goal: whatever shape a suppression list has, the addresses and numbers in it
 * are found as customers' own are written. */
#include "dailystory/suppress.h"

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The words of the list, parted by spaces. */
static void
expect_list(struct str text, const char *want)
{
	struct intern w = { 0 };
	struct buf b = { 0 };

	(void)suppress_read(text, &w);
	for (uint32_t i = 1; i < w.n; i++) {
		buf_z(&b, i > 1 ? " " : "");
		buf_str(&b, w.texts[i]);
	}
	cr_expect(str_eq(buf_view(&b), str_c(want)), "%.*s: '%.*s'", STR_ARG(text),
	    STR_ARG(buf_view(&b)));
	buf_release(&b);
	intern_release(&w);
}

Test(suppress, entries_are_found_in_every_shape_of_list)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "a@b.co", "a@b.co" },
		{ "a@b.co\nc@d.co\n", "a@b.co c@d.co" },
		{ "a@b.co\r\nc@d.co\r\n", "a@b.co c@d.co" },
		{ "a@b.co\rc@d.co", "a@b.co c@d.co" },
		{ "a@b.co,(303) 555-1234", "a@b.co +13035551234" },
		{ "a@b.co;303.555.1234", "a@b.co +13035551234" },
		/* rather too much than too little */
		{ "a@b.co\t+44 20 7946 0958", "a@b.co +44207946 +442079460958 +12079460958" },
		{ "\"a@b.co\",\"(303) 555-1234\"\n", "a@b.co +13035551234" },
		{ "\" a@b.co \"", "a@b.co" },
		{ "  A@B.CO  ", "a@b.co" },
		{ "\xef\xbb\xbf"
		  "a@b.co\n",
		    "a@b.co" },
		{ "\xef\xbb\xbf", "" },
		{ "email,phone\na@b.co,\n,3035551234", "a@b.co +13035551234" },
		{ "a@b.co\na@b.co", "a@b.co" },
		{ "none@none.com", "none@none.com" },
		{ "\"\n\"\n,,\n", "" },
		{ "no one", "" },
		{ "Ann Lee <ann@x.co>, tel 303 555 1234!", "ann@x.co +13035551234" },
		{ "'a@b.co'", "'a@b.co a@b.co" },
		{ "12 (303) 555-1234 3", "+13035551234" },
		{ "13035551234 3035551235", "+13035551234 +13035551235" },
		{ "a@@b.co .c@d.co. @ x@", "c@d.co" },
		{ "1234567", "" },
		{ "303\u2010555\u20131234", "+13035551234" },
		{ "(303)\u00a0555\u22121234\u2003x", "+13035551234" },
		{ "303_555_1234", "" },
		/* a plus apart from its number */
		{ "+ 49 30 123456", "+4930123456" },
		{ "+(49)\u00a030123456", "+4930123456" },
		{ "+ - 4930123456", "+4930123456" },
		{ "+x 4930123456", "" },
		/* marks that nobody sees */
		{ "+49\u200e30\u202c123456", "+4930123456" },
		{ "a@b.c\u200bo", "a@b.c a@b.co" },
		{ "a@b.co\u200bc@d.co", "a@b.co c@d.co a@b.coc b.coc@d.co" },
		/* what stands before an address as people list them */
		{ "-a@b.co", "-a@b.co a@b.co" },
		{ "%+_a@b.co", "%+_a@b.co a@b.co" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_list(str_c(rows[i].text), rows[i].want);
}

Test(suppress, a_mark_says_that_a_list_is_utf16)
{
	expect_list(STR("\xff\xfe"
	                "a\0@\0b\0.\0c\0o\0\n\0"),
	    "a@b.co");
	expect_list(STR("\xfe\xff"
	                "\0a\0@\0b\0.\0c\0o"),
	    "a@b.co");
	/* half a pair, a whole one, half a unit */
	expect_list(STR("\xff\xfe"
	                "\x3d\xd8 \0a\0@\0b\0.\0c\0o\0 \0\x3d\xd8\x00\xde\n"),
	    "a@b.co");
}

Test(suppress, a_list_with_zero_bytes_is_no_text)
{
	cr_expect(suppress_is_text(STR("")));
	cr_expect(suppress_is_text(STR("a@b.co\n")));
	cr_expect(suppress_is_text(STR("\xff\xfe"
	                               "a\0")));
	cr_expect(!suppress_is_text(STR("a\0@\0b")));
	cr_expect(!suppress_is_text(STR("\xff\xfe"
	                                "\0\0")));
}

Test(suppress, lines_without_an_address_are_counted)
{
	struct intern w = { 0 };
	struct suppress_unread u = suppress_read(STR("a@b.co\r\n\r\nname\rb@b.co\nnobody"), &w);

	cr_expect(u.lines == 2 && u.first == 3, "%zu, first %zu", u.lines, u.first);
	intern_release(&w);
}

Test(suppress, bytes_that_are_no_text_are_passed_over)
{
	expect_list(STR("\0\xff\xfe\na@b.co\n\xc3"), "a@b.co");
}

Test(suppress, what_is_written_is_sorted_and_normalised)
{
	struct intern w = { 0 };
	struct buf b = { 0 };

	suppress_write(&b, &w);
	cr_expect(b.n == 0);
	(void)intern_add(&w, STR("+3035551235"));
	(void)suppress_read(STR("Z@b.co\n'a@b.co'\n303 555 1234, Z@B.CO"), &w);
	suppress_write(&b, &w);
	cr_expect(
	    str_eq(buf_view(&b), str_c("'a@b.co\n+13035551234\n+3035551235\na@b.co\nz@b.co\n")),
	    "%.*s", STR_ARG(b));
	buf_release(&b);
	intern_release(&w);
}
