/* Goal: the distance of two words is how many letters are wrong. */
#include "base/near.h"

#include <criterion/criterion.h>

Test(near, it_counts_letters)
{
	static const struct {
		const char *x, *y;
		size_t distance;
	} rows[] = {
		{ "", "", 0 },
		{ "", "abc", 3 },
		{ "abc", "", 3 },
		{ "process", "process", 0 },
		{ "Process", "process", 0 },
		{ "proces", "process", 1 },
		{ "porcess", "process", 1 },
		{ "pORcess", "process", 1 },
		{ "stauts", "status", 1 },
		{ "abcd", "badc", 2 },
		{ "ca", "abc", 3 },
		{ "ab", "ba", 1 },
		{ "supress", "suppress", 1 },
		{ "kitten", "sitting", 3 },
		{ "0123456789012345678901234567890123456789012345678901234567890123", "x", 64 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t d = near_distance(str_c(rows[i].x), str_c(rows[i].y));

		cr_expect(d == rows[i].distance, "%s %s: %zu", rows[i].x, rows[i].y, d);
	}
}

static const char *
name_at(size_t i)
{
	static const char *const names[] = { "limit_shared", "limit", "jobs", "a" };

	return names[i];
}

Test(near, the_nearest_is_found_not_the_first_or_the_last)
{
	static const struct {
		const char *text, *nearest;
	} rows[] = {
		{ "limits", "limit" },
		{ "limit_share", "limit_shared" },
		{ "job", "jobs" },
		{ "Jobs", "jobs" },
		{ "colour", NULL },
		{ "", "a" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *found = near_find(str_c(rows[i].text), name_at, 4);

		cr_expect(rows[i].nearest == NULL
		              ? found == NULL
		              : found != NULL && str_eq(str_c(found), str_c(rows[i].nearest)),
		    "%s: %s", rows[i].text, found == NULL ? "none" : found);
	}
}
