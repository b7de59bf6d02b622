#include "command/print_changes.h"

#include <stdio.h>

#include "base/arena.h"

#define PATH_WIDTH 32
#define VALUE_MOST 200 /* bytes */

/* Cut between characters; nothing in it can steer a terminal. */
static void
print_value(struct arena *a, struct str v)
{
	size_t n;

	if (v.p == NULL) {
		printf("nothing");
		return;
	}
	v = str_clean(a, v);
	n = v.n;
	if (n > VALUE_MOST) {
		n = VALUE_MOST;
		while (n > 0 && ((unsigned char)v.p[n] & 0xc0) == 0x80)
			n--;
	}
	printf("%.*s%s", (int)n, v.p, n < v.n ? "..." : "");
}

void
print_changes(const struct diff_records *c, int indent)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		struct str path = str_clean(&a, c->list[i].path);

		printf("%*s%-*.*s  ", indent, "", PATH_WIDTH, STR_ARG(path));
		print_value(&a, c->list[i].before);
		printf(" -> ");
		print_value(&a, c->list[i].after);
		putchar('\n');
		arena_reset(&a);
	}
	arena_release(&a);
}
