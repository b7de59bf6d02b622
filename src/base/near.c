#include "base/near.h"

#define LONGEST 64

size_t
near_distance(struct str x, struct str y)
{
	size_t row[LONGEST];

	if (x.n >= LONGEST || y.n >= LONGEST)
		return LONGEST;
	for (size_t k = 0; k <= y.n; k++)
		row[k] = k;
	for (size_t i = 0; i < x.n; i++) {
		size_t corner = row[0]++;

		for (size_t k = 0; k < y.n; k++) {
			size_t best = corner + (ascii_lower(x.p[i]) != ascii_lower(y.p[k]));

			corner = row[k + 1];
			best = corner + 1 < best ? corner + 1 : best;
			row[k + 1] = row[k] + 1 < best ? row[k] + 1 : best;
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
