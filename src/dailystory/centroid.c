#include "dailystory/centroid.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define CODE_LEN 5
#define DECIMALS 4

/* centroid_table.S: a header, then lines "80202,39.7491,-104.9946,Denver,CO" sorted by code. */
extern const char centroid_table[] __attribute__((visibility("hidden")));
extern const uint64_t centroid_table_size __attribute__((visibility("hidden")));

/* Where the line of byte p begins; the header's end stops the search. */
static const char *
line_start(const char *p)
{
	while (p[-1] != '\n')
		p--;
	return p;
}

static const char *
line_end(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	assert(newline != NULL);
	return newline;
}

/* The line of a code without its newline, or {0}. */
static struct str
find_line(const char *code)
{
	const char *end = centroid_table + centroid_table_size;
	const char *lo = line_end(centroid_table, end) + 1;
	const char *hi = end;

	while (lo < hi) {
		const char *line = line_start(lo + (hi - lo) / 2);
		int order = memcmp(line, code, CODE_LEN);
		if (order > 0) {
			hi = line;
			continue;
		}
		const char *stop = line_end(line, end);
		if (order == 0)
			return str_of(line, (size_t)(stop - line));
		lo = stop + 1;
	}
	return (struct str){ 0 };
}

/* The text up to the next comma; both are taken off the line. */
static struct str
next_field(struct str *line)
{
	const char *comma = memchr(line->p, ',', line->n);
	assert(comma != NULL);
	struct str field = str_of(line->p, (size_t)(comma - line->p));
	line->p += field.n + 1;
	line->n -= field.n + 1;
	return field;
}

/* The table omits zeros at the end: 40.732 is 40.7320, 40 is 40.0000. */
static struct str
four_decimals(struct arena *a, struct str degrees)
{
	const char *point = memchr(degrees.p, '.', degrees.n);
	size_t whole = point == NULL ? degrees.n : (size_t)(point - degrees.p);
	size_t have = point == NULL ? 0 : degrees.n - whole - 1;

	assert(have <= DECIMALS);
	if (have == DECIMALS)
		return degrees;
	return str_printf(a, "%.*s%s%.*s", STR_ARG(degrees), point == NULL ? "." : "",
	    (int)(DECIMALS - have), "0000");
}

bool
centroid_find(struct arena *a, struct str postal_code, struct str *lat, struct str *lon)
{
	if (postal_code.n != CODE_LEN)
		return false;
	struct str line = find_line(postal_code.p);
	if (line.n == 0)
		return false;
	next_field(&line);
	*lat = four_decimals(a, next_field(&line));
	*lon = four_decimals(a, next_field(&line));
	return true;
}
