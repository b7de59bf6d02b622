#include "base/near.h"

#define LONGEST 64

static size_t
smaller(size_t x, size_t y)
{
	return x < y ? x : y;
}

size_t
near_distance(struct str x, struct str y)
{
	size_t rows[3][LONGEST]; /* of x.p[i], and of the two letters before it */
	size_t *row = rows[0], *above = rows[1], *over = rows[2];

	if (x.n >= LONGEST || y.n >= LONGEST)
		return LONGEST;
	for (size_t k = 0; k <= y.n; k++)
		row[k] = k;
	for (size_t i = 1; i <= x.n; i++) {
		size_t *free = over;

		over = above;
		above = row;
		row = free;
		row[0] = i;
		for (size_t k = 1; k <= y.n; k++) {
			char a = ascii_lower(x.p[i - 1]), b = ascii_lower(y.p[k - 1]);

			row[k] =
			    smaller(above[k - 1] + (a != b), smaller(row[k - 1], above[k]) + 1);
			if (i > 1 && k > 1 && a == ascii_lower(y.p[k - 2]) &&
			    b == ascii_lower(x.p[i - 2]))
				row[k] = smaller(row[k], over[k - 2] + 1);
		}
	}
	return row[y.n];
}

const char *
near_find(struct str text, const char *(*names)(size_t i), size_t n)
{
	const char *nearest = NULL;
	size_t least = text.n / 3 + 2;

	for (size_t i = 0; i < n; i++) {
		size_t d = near_distance(text, str_c(names(i)));

		if (d < least) {
			least = d;
			nearest = names(i);
		}
	}
	return nearest;
}
