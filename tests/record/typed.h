/* typed.h -- for the tests of what people type: marks that nobody sees, and what must come out. */
#ifndef TESTS_RECORD_TYPED_H
#define TESTS_RECORD_TYPED_H

#include <criterion/criterion.h>

#include "base/arena.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NBSP "\xc2\xa0"
#define ZWSP "\xe2\x80\x8b"
#define EM_SPACE "\xe2\x80\x83"
#define WIDE_SPACE "\xe3\x80\x80"
#define EN_DASH "\xe2\x80\x93"

static inline void
expect_text(struct str got, const char *want, const char *what)
{
	cr_expect(str_eq(got, str_c(want)), "%s: got '%.*s', want '%s'", what, STR_ARG(got), want);
}

#endif /* TESTS_RECORD_TYPED_H */
