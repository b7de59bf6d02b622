/* place.h -- for tests: each works in a directory of its own; a worker is one process. */
#ifndef TESTS_BASE_PLACE_H
#define TESTS_BASE_PLACE_H

#include <criterion/criterion.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char place[] = "/tmp/flowstory-base-XXXXXX";

/* TestSuite(x, .init = place_enter, .fini = place_leave) */
static inline void
place_enter(void)
{
	cr_assert_not_null(mkdtemp(place));
	cr_assert_eq(chdir(place), 0);
}

static inline void
place_leave(void)
{
	struct err e = ERR_INIT;

	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(dir_remove(place, &e), 0, "%s", e.msg);
}

static inline mode_t
mode_of(const char *path)
{
	struct stat st;

	cr_assert_eq(lstat(path, &st), 0, "%s", path);
	return st.st_mode & 07777;
}

#endif /* TESTS_BASE_PLACE_H */
