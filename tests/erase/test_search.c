/* Goal: a text is found however it is written, and nothing is taken for it. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "erase/search.h"

static const struct {
	enum search_kind kind;
	const char *text, *in;
	bool is_there;
} cases[] = {
	{ SEARCH_EMAIL, "ann@example.com", "x ANN@Example.com y", true },
	{ SEARCH_EMAIL, "Ann@Example.COM", "\"ann@example.com\"", true },
	{ SEARCH_EMAIL, "ann@example.com", "joann@example.com", false },
	{ SEARCH_EMAIL, "ann@example.com", "x.ann@example.com", false },
	{ SEARCH_EMAIL, "ann@example.com", "ann@example.com.au", false },
	{ SEARCH_EMAIL, "ann@example.com", "ann@example.community", false },
	{ SEARCH_EMAIL, "ann@example.com", "write to ann@example.com.", true },
	{ SEARCH_EMAIL, "ann@example.com", "?u=ann%40example.com&x", true },
	{ SEARCH_EMAIL, "ann@example.com", "?u=%61nn%40example%2ecom", true },
	{ SEARCH_EMAIL, "ann@example.com", "\"\\u0061nn\\u0040example.com\"", true },
	{ SEARCH_EMAIL, "ann@example.com", "\"\\\\u0061nn@example.com\"", true },
	{ SEARCH_EMAIL, "ann@example.com", "\"\\\\\\\\u0061nn@example.com\"", true },
	{ SEARCH_EMAIL, "ann@example.com", "\"mailto:ann%2540example.com\"", true },
	{ SEARCH_EMAIL, "ann%b@example.com", "ann%b@example.com", true },
	{ SEARCH_PHONE, "+13035550147", "3035550147", true },
	{ SEARCH_PHONE, "+13035550147", "13035550147", true },
	{ SEARCH_PHONE, "+13035550147", "+1 (303) 555.0147", true },
	{ SEARCH_PHONE, "+13035550147", "303-555-0147", true },
	{ SEARCH_PHONE, "+13035550147", "303/555/0147", true },
	{ SEARCH_PHONE, "+13035550147", "80202 303 555 0147", true },
	{ SEARCH_PHONE, "+13035550147", "23035550147", false },
	{ SEARCH_PHONE, "+13035550147", "213035550147", false },
	{ SEARCH_PHONE, "+13035550147", "30355501479", false },
	{ SEARCH_PHONE, "+13035550147", "303,555,0147", false },
	{ SEARCH_PHONE, "+13035550147", "(303) - 555 - 0147", true },
	{ SEARCH_PHONE, "+13035550147", "303\u00a0555\u20110147", true },
	{ SEARCH_PHONE, "+13035550147", "303 \u2013 555 \u2212 0147", true },
	{ SEARCH_PHONE, "+13035550147", "\"303\\u2011555\\u20110147\"", true },
	{ SEARCH_PHONE, "+13035550147", "(303)\t555\r\n0147", true },
	{ SEARCH_PHONE, "+13035550147", "0013035550147", true },
	{ SEARCH_PHONE, "+441632960123", "00441632960123", true },
	{ SEARCH_PHONE, "+13035550147", "303\u20ac555\u20ac0147", false },
	{ SEARCH_PHONE, "+13035550147", "303         555 0147", false },
	{ SEARCH_PHONE, "+441632960123", "+44 1632 960123", true },
	{ SEARCH_ID, "c00007abc", "\"c00007abc\"", true },
	{ SEARCH_ID, "c00007abc", "customer-c00007abc.json", true },
	{ SEARCH_ID, "c00007abc", "old-c00007abc.json", false },
	{ SEARCH_ID, "c00007abc", "\"C00007ABC\"", false },
	{ SEARCH_ID, "c00007abc", "xc00007abc", false },
	{ SEARCH_ID, "a/b~c12345", "\"a\\/b~c12345\"", true },
	{ SEARCH_ID, "id-\xef\xbf\xbd-x", "\"id-\\ud800-x\"", true }, /* half a pair */
	{ SEARCH_ID, "id-\xf0\x9f\x98\x80-x", "\"id-\\uD83D\\ude00-x\"", true },
	{ SEARCH_ID, "1234", "1234", false }, /* too short to be told from any number */
	{ SEARCH_NAME, "Ann Bee", "\"ann BEE\"", true },
	{ SEARCH_NAME, "Ann Bee", "Joann Bee", false },
	{ SEARCH_NAME, "Ann Bee", "Ann Beech", false },
	{ SEARCH_NAME, "Ann", "Ann", false }, /* one word is anybody's */
	{ SEARCH_MED_ID, "MED-77123", "med-77123", true },
	{ SEARCH_MED_ID, "MED-77123", "MED-771234", false },
	{ SEARCH_TEXT, "anything", "manyTHINGanythings", true },
	{ SEARCH_TEXT, "anything", "any thing", false },
};

ParameterizedTestParameters(search, texts)
{
	static size_t row[sizeof(cases) / sizeof(cases[0])];

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		row[i] = i;
	return cr_make_param_array(size_t, row, sizeof(row) / sizeof(row[0]));
}

ParameterizedTest(size_t *r, search, texts)
{
	struct search s = { 0 };

	search_add(&s, cases[*r].kind, str_c(cases[*r].text));
	cr_expect_eq(search_has(&s, str_c(cases[*r].in)), cases[*r].is_there, "'%s' in '%s'",
	    cases[*r].text, cases[*r].in);
	search_release(&s);
}

struct first {
	size_t n, at;
};

static void
note_first(void *context, size_t which, size_t at)
{
	struct first *x = context;

	(void)which;
	if (x->n++ == 0)
		x->at = at;
}

Test(search, a_place_behind_escapes_is_that_of_the_raw_text)
{
	struct search s = { 0 };
	struct first x = { 0 };

	search_add(&s, SEARCH_EMAIL, STR("ann@example.com"));
	search_run(&s, STR("[\"\\u00e9\\u00e9\\u00e9 \\u0061nn@example.com\"]"), SEARCH_FORM_TEXT,
	    note_first, &x);
	cr_expect_eq(x.n, 1);
	cr_expect_eq(x.at, 21);
	search_release(&s);
}

Test(search, in_a_row_a_text_is_known_by_its_length)
{
	struct search s = { 0 };
	struct first x = { 0 };

	search_add(&s, SEARCH_EMAIL, STR("ann@example.com"));
	search_run(&s,
	    STR("\x0f"
	        "ann@example.comc00007"),
	    SEARCH_FORM_ROW, note_first, &x);
	cr_expect_eq(x.n, 1, "behind its length, in front of an id");
	search_run(&s,
	    STR("\x12"
	        "joann@example.comc"),
	    SEARCH_FORM_ROW, note_first, &x);
	cr_expect_eq(x.n, 1, "the end of a longer one");
	search_release(&s);
}

Test(search, every_place_is_told)
{
	struct search s = { 0 };
	struct first x = { 0 };

	search_add(&s, SEARCH_EMAIL, STR("ann@example.com"));
	search_add(&s, SEARCH_EMAIL, STR("ANN@example.com"));
	cr_expect_eq(s.n, 1, "once");
	search_run(&s, STR("ann@example.com ann@example.com"), SEARCH_FORM_TEXT, note_first, &x);
	cr_expect_eq(x.n, 2);
	cr_expect_not(search_has(&s, (struct str){ 0 }));
	search_release(&s);
}
