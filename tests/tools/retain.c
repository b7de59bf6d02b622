/* retain.c -- what a retention keeps of histories: retain <LINES
 *
 * A line is RETENTION, a tab, the floor in seconds since 1970, and for each applied snapshot a tab,
 * its id and two letters: t if its pages are there, b if a base is.  Printed is a line each: the
 * position of the horizon, and for each snapshot a tab and letters: d dropped, h horizon, p pinned,
 * 0 to 3 the periods, k a base there or to be made.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "bases/retention.h"

static void
print(const struct retention_snapshot *list, size_t n, size_t horizon)
{
	printf("%zu", horizon);
	for (size_t i = 0; i < n; i++) {
		putchar('\t');
		if (list[i].is_dropped)
			putchar('d');
		if (list[i].is_horizon)
			putchar('h');
		if (list[i].is_pinned)
			putchar('p');
		for (int p = 0; p < RETENTION_PERIODS; p++)
			if (list[i].is_of[p])
				printf("%d", p);
		if (list[i].is_base)
			putchar('k');
	}
	putchar('\n');
}

/* Words of the line, one at a time. */
static bool
next(char **rest, char **word)
{
	*word = *rest;
	if (*rest == NULL)
		return false;
	*rest = strchr(*rest, '\t');
	if (*rest != NULL)
		*(*rest)++ = '\0';
	return true;
}

static int
answer(char *line)
{
	struct arena a = { 0 };
	struct retention_snapshot *list = arena_zero(&a, strlen(line) / 4 + 1, sizeof(*list));
	struct retention r;
	size_t n = 0, horizon;
	const char *why;
	char *word, *floor;

	if (!next(&line, &word) || !retention_parse(&a, str_c(word), &r, &why) ||
	    !next(&line, &floor))
		return -1;
	for (; next(&line, &word); n++) {
		list[n].id = str_of(word, 16);
		list[n].is_there = strchr(word + 16, 't') != NULL;
		list[n].has_base = strchr(word + 16, 'b') != NULL;
		if (!timestamp_parse_id(list[n].id, &list[n].as_of))
			return -1;
	}
	retention_plan(&r, strtoll(floor, NULL, 10) * TIMESTAMP_SECOND, list, n, &horizon);
	print(list, n, horizon);
	arena_release(&a);
	return 0;
}

int
main(void)
{
	static char line[1 << 20];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (answer(line) < 0) {
			fprintf(stderr, "retain: what is this? %s\n", line);
			return 2;
		}
	}
	return 0;
}
