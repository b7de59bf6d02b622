/* exact.h -- for tests: a copy in memory of exactly its size, so that a step beyond is seen. */
#ifndef TESTS_JSON_EXACT_H
#define TESTS_JSON_EXACT_H

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static inline struct str
exact(struct str s)
{
	char *p = malloc(s.n > 0 ? s.n : 1);

	cr_assert(p != NULL);
	memcpy(p, s.p, s.n);
	return str_of(p, s.n);
}

/* What exact made. */
static inline void
drop(struct str s)
{
	free((void *)(uintptr_t)s.p);
}

#endif /* TESTS_JSON_EXACT_H */
