/* Goal: a name as a shop typed it becomes first and last name, and a suffix is neither. */
#include "record/full_name.h"
#include "record/typed.h"

struct name_case {
	const char *name, *first, *last;
};

static void
expect_names(const struct name_case *list, size_t n)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct str first, last;

		full_name_split(&a, str_c(list[i].name), &first, &last);
		expect_text(first, list[i].first, list[i].name);
		expect_text(last, list[i].last, list[i].name);
	}
	arena_release(&a);
}

Test(full_name, it_is_split)
{
	static const struct name_case cases[] = {
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

	expect_names(cases, COUNT(cases));
}

Test(full_name, suffixes_go_to_the_end_of_the_last_name)
{
	static const struct name_case cases[] = {
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

	expect_names(cases, COUNT(cases));
}
