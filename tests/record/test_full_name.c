/* Goal: a name as a shop typed it becomes first and last name, and a suffix is neither. */
#include "record/full_name.h"

#include <criterion/criterion.h>

#include "base/arena.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NBSP "\xc2\xa0"
#define ZWSP "\xe2\x80\x8b"
#define EM_SPACE "\xe2\x80\x83"
#define WIDE_SPACE "\xe3\x80\x80"
#define EN_DASH "\xe2\x80\x93"

static void
expect_text(struct str got, const char *want, const char *what)
{
	cr_expect(str_eq(got, str_c(want)), "%s: got '%.*s', want '%s'", what, STR_ARG(got), want);
}

Test(full_name, it_is_split)
{
	static const struct {
		const char *name, *first, *last;
	} cases[] = {
		{ "", "", "" },
		{ "Jane Doe", "Jane", "Doe" },
		{ "One", "One", "" },
		{ "Ana Maria de la Cruz", "Ana", "Maria de la Cruz" },
		{ "A  B   C", "A", "B C" },
		{ "Doe, Jane", "Jane", "Doe" },
		{ "Doe,Jane", "Jane", "Doe" },
		{ "Doe ,  Jane   Ann", "Jane Ann", "Doe" },
		{ "García Márquez, José", "José", "García Márquez" },
		{ ", Jane", "Jane", "" },
		{ ",Jane", "Jane", "" },
		{ "Doe,", "Doe", "" },
		{ "Doe ,", "Doe", "" },
		{ ",", "", "" },
		{ ", ,", "", "" },
		{ "Doe,, Jane", "Jane", "Doe" },
		{ "Doe, Jane,", "Jane", "Doe" },
		{ "A, B, C", "B, C", "A" },
		{ ",,Jane ,Ann", "Jane, Ann", "" },
		{ "Jane" NBSP "Doe", "Jane", "Doe" },
		{ "J " EM_SPACE NBSP " van" WIDE_SPACE "Doe", "J", "van Doe" },
		{ "Doe," NBSP "Jane", "Jane", "Doe" },
		{ " Jane Doe ", "Jane", "Doe" }, /* not cleaned before */
		{ "Jane" ZWSP "Doe", "Jane" ZWSP "Doe", "" },
		{ "Jane" EN_DASH "Doe", "Jane" EN_DASH "Doe", "" },
		{ "Doe，Jane", "Doe，Jane", "" },
		{ "jANE dOE", "jANE", "dOE" },
		{ "🌿 🌵", "🌿", "🌵" },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str first, last;

		full_name_split(&a, str_c(cases[i].name), &first, &last);
		expect_text(first, cases[i].first, cases[i].name);
		expect_text(last, cases[i].last, cases[i].name);
	}
	arena_release(&a);
}

Test(full_name, suffixes_go_to_the_end_of_the_last_name)
{
	static const struct {
		const char *name, *first, *last;
	} cases[] = {
		{ "Doe, Jane, Jr.", "Jane", "Doe Jr." },
		{ "Doe, Jane Jr.", "Jane", "Doe Jr." },
		{ "John Smith Jr.", "John", "Smith Jr." },
		{ "John Smith, Jr.", "John", "Smith Jr." },
		{ "John Smith, Jr., MD", "John", "Smith Jr. MD" },
		{ "Smith Jr., John", "John", "Smith Jr." }, /* not at the end: as it is */
		{ "Jane Doe M.D. PhD", "Jane", "Doe M.D. PhD" },
		{ "Smith, Jr., John M.D.", "John", "Smith Jr. M.D." },
		{ "Smith, John M.D., Jr.", "John", "Smith M.D. Jr." },
		{ "Bo III", "Bo", "III" },
		{ "Ann Jr.", "Ann", "Jr." },
		{ "Anna Do", "Anna", "Do" },
		{ "D.D.S. Hugo v", "D.D.S.", "Hugo v" },
		{ "Nguyen, Do", "Nguyen", "Do" },
		{ "V, Ed", "Ed", "V" },
		{ "Jr.", "Jr.", "" },
		{ "Jr, Sr", "Jr", "Sr" },
		{ "MD, PhD", "MD", "PhD" },
		{ ", Jr.", "Jr.", "" },
		{ ", Jr., MD", "Jr.", "MD" },
		{ ", Jr. MD", "Jr.", "MD" },
		{ "Sr Sr Sr", "Sr", "Sr Sr" },
		{ "Doe, Jr. Jane", "Jr. Jane", "Doe" },
		{ "Doe, Jane, Esquire", "Jane, Esquire", "Doe" },
		{ "John Smith .", "John", "Smith ." },
		{ "John Smith J.R.", "John", "Smith J.R." },
		{ "Doe, J,R", "J, R", "Doe" },
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str first, last;

		full_name_split(&a, str_c(cases[i].name), &first, &last);
		expect_text(first, cases[i].first, cases[i].name);
		expect_text(last, cases[i].last, cases[i].name);
	}
	arena_release(&a);
}
