/* quoted.h -- for tests: JSON written with ' for ", so that it can be read. */
#ifndef TESTS_SUPPORT_QUOTED_H
#define TESTS_SUPPORT_QUOTED_H

#include "base/arena.h"
#include "base/str.h"

static inline struct str
quoted(struct arena *a, const char *text)
{
	char *out = str_z(a, str_c(text));

	for (char *p = out; *p != '\0'; p++)
		*p = *p == '\'' ? '"' : *p;
	return str_c(out);
}

#endif /* TESTS_SUPPORT_QUOTED_H */
