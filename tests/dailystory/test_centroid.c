/* Goal: every code of the shipped table is found with its own coordinates, no
 * other code is found, and what comes out always has four decimals. */
#include "dailystory/centroid.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

#define TABLE "src/dailystory/us_zip_centroids.csv"
#define ROWS 41488
#define CODES 100000 /* 00000 to 99999 */

/* The table read the plain way: one line after another, degrees in
 * ten-thousandths by their digits. */
struct row {
	char code[6];
	long lat, lon;
};

static long
ten_thousandths(const char *text)
{
	long value = 0;
	int decimals = -1; /* none seen, not even the point */

	for (const char *p = text + (*text == '-'); *p != '\0'; p++) {
		if (*p == '.') {
			cr_assert(decimals < 0, "two points in '%s'", text);
			decimals = 0;
			continue;
		}
		cr_assert(*p >= '0' && *p <= '9', "'%s'", text);
		value = value * 10 + (*p - '0');
		decimals += decimals >= 0;
	}
	cr_assert(decimals <= 4, "more than four decimals: '%s'", text);
	for (int i = decimals < 0 ? 0 : decimals; i < 4; i++)
		value *= 10;
	return *text == '-' ? -value : value;
}

static size_t
read_table(struct row *rows)
{
	char line[256], lat[32], lon[32];
	size_t n = 0;
	FILE *f = fopen(TABLE, "r");

	cr_assert_not_null(f, "run in the top directory");
	cr_assert_not_null(fgets(line, sizeof(line), f));
	cr_assert_str_eq(line, "zip,latitude,longitude,city,state\n");
	while (fgets(line, sizeof(line), f) != NULL) {
		cr_assert_lt(n, (size_t)ROWS, "more rows than known");
		int got = sscanf(line, "%5[0-9],%31[-.0-9],%31[-.0-9],", rows[n].code, lat, lon);
		cr_assert_eq(got, 3, "row %zu: %s", n, line);
		rows[n].lat = ten_thousandths(lat);
		rows[n].lon = ten_thousandths(lon);
		n++;
	}
	fclose(f);
	return n;
}

/* -?digits.dddd and nothing else. */
static bool
has_four_decimals(struct str s)
{
	size_t i = s.n > 0 && s.p[0] == '-';
	size_t digits = 0;

	while (i + digits < s.n && ascii_digit(s.p[i + digits]))
		digits++;
	i += digits;
	if (digits == 0 || s.n != i + 5 || s.p[i] != '.')
		return false;
	for (i++; i < s.n; i++)
		if (!ascii_digit(s.p[i]))
			return false;
	return true;
}

static long
value(struct arena *a, struct str s)
{
	cr_assert(has_four_decimals(s), "'%.*s'", STR_ARG(s));
	return ten_thousandths(str_z(a, s));
}

Test(centroid, the_table_is_sorted_without_repeats)
{
	struct row *rows = malloc(ROWS * sizeof(*rows));
	size_t n = read_table(rows);

	cr_expect_eq(n, (size_t)ROWS, "%zu rows", n);
	for (size_t i = 1; i < n; i++)
		cr_expect_lt(strcmp(rows[i - 1].code, rows[i].code), 0, "%s before %s",
		    rows[i - 1].code, rows[i].code);
	free(rows);
}

Test(centroid, every_code_there_is_agrees_with_a_plain_read)
{
	struct row *rows = malloc(ROWS * sizeof(*rows));
	size_t n = read_table(rows), found = 0;
	struct arena a = { 0 };

	for (unsigned code = 0; code < CODES; code++) {
		char text[8];
		struct str lat = { 0 }, lon = { 0 };
		snprintf(text, sizeof(text), "%05u", code);
		bool is_known = found < n && strcmp(rows[found].code, text) == 0;
		bool is_found = centroid_find(&a, str_c(text), &lat, &lon);
		cr_expect_eq(is_found, is_known, "%s", text);
		if (!is_known || !is_found)
			continue;
		cr_expect_eq(value(&a, lat), rows[found].lat, "%s", text);
		cr_expect_eq(value(&a, lon), rows[found].lon, "%s", text);
		found++;
		arena_reset(&a);
	}
	cr_expect_eq(found, n, "%zu of %zu found", found, n);
	arena_release(&a);
	free(rows);
}

Test(centroid, degrees_are_padded_to_four_decimals)
{
	static const struct {
		const char *code, *lat, *lon;
	} cases[] = {
		{ "80202", "39.7491", "-104.9946" }, /* as it stands */
		{ "07102", "40.7320", "-74.1765" },
		{ "00501", "40.8154", "-73.0451" }, /* the first row */
		{ "01007", "42.2751", "-72.4110" },
		{ "96898", "19.2836", "166.6419" },  /* east of Greenwich */
		{ "99950", "55.3422", "-131.6478" }, /* the last row */
	};
	struct arena a = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str lat = { 0 }, lon = { 0 };
		cr_expect(centroid_find(&a, str_c(cases[i].code), &lat, &lon), "%s", cases[i].code);
		cr_expect(
		    str_eq(lat, str_c(cases[i].lat)), "%s: %.*s", cases[i].code, STR_ARG(lat));
		cr_expect(
		    str_eq(lon, str_c(cases[i].lon)), "%s: %.*s", cases[i].code, STR_ARG(lon));
	}
	arena_release(&a);
}

Test(centroid, what_is_no_known_code_is_not_found)
{
	static const char *const absent[] = { "", "8", "8020", "802022", "80202-1234", "00000",
		"00500", "00502", "00545", "99951", "99999", "zip,l", "ZIP,L", "8020a", "80202,",
		"0202,", " 8020", "\n8020", "39.74", "-104.", "SW1A1", ",CO\n8", "/0202", ":0202",
		"\xef\xbc\x98\xef\xbc" };
	struct arena a = { 0 };

	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
		struct str lat = STR("lat"), lon = STR("lon");
		cr_expect_not(centroid_find(&a, str_c(absent[i]), &lat, &lon), "'%s'", absent[i]);
		cr_expect(str_eq(lat, STR("lat")) && str_eq(lon, STR("lon")),
		    "'%s' left its results alone", absent[i]);
	}
	struct str lat, lon;
	cr_expect_not(centroid_find(&a, (struct str){ 0 }, &lat, &lon), "absent text");
	arena_release(&a);
}

Test(centroid, the_attribution_names_source_and_licence)
{
	cr_expect_not_null(strstr(CENTROID_ATTRIBUTION, "GeoNames"));
	cr_expect_not_null(strstr(CENTROID_ATTRIBUTION, "CC BY 4.0"));
}
