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

	suppress_read(text, &w);
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
		{ "a@b.co\t+44 20 7946 0958", "a@b.co +442079460958" },
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
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_list(str_c(rows[i].text), rows[i].want);
}

Test(suppress, bytes_that_are_no_text_are_passed_over)
{
	expect_list(STR("\0\xff\xfe\na@b.co\n\xc3"), "a@b.co");
}
