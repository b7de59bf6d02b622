/* num.h -- exact numbers: decimals by their digits, money in cents.
 *
 * No floating point anywhere.  A decimal is text in plain form: optional '-',
 * digits without needless zeros in front, optional '.' and digits without a
 * trailing zero; zero is "0" (never "-0").
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct arena;
struct buf;

/* A decimal has at most this many digits (docs/readings.md, "Fields"). */
#define DECIMAL_DIGITS 64
/* Magnitudes from here on are unreadable as money: 10^12 dollars, in cents. */
#define MONEY_LIMIT INT64_C(100000000000000)

/* decimal_is_number(s): s is [+-]?digits[.digits][e[+-]digits], nothing else. */
bool decimal_is_number(struct str s);

/*
 * decimal_plain(a, s, out):
 * The plain form of numeric text or of a JSON number's token.
 * Returns: true, or false if s is no number or needs over DECIMAL_DIGITS digits.
 */
bool decimal_plain(struct arena *a, struct str s, struct str *out);

/* decimal_cmp(a, b): the exact order of two numbers (decimal_is_number) of any size, by their
 * digits and exponents: 1, 1.0 and 10e-1 are the same; 1e999999 is no trouble. */
int decimal_cmp(struct str a, struct str b);

/* decimal_same(a, b): both are numbers, and of one value. */
bool decimal_same(struct str a, struct str b);

/*
 * decimal_floor(s, shift, rest):
 * The greatest integer not above the number ${s} times 10^${shift}, and whether the number lies
 * above it.  Beyond int64 it is the nearer end, so placed that every integer but INT64_MIN
 * compares with the two as with the number itself.
 */
int64_t decimal_floor(struct str s, unsigned shift, bool *rest);

/*
 * money_parse(s, cents):
 * Dollars in decimal text (decimal_is_number) to cents, half away from zero.
 * Returns: true, or false if no number, or it needs over DECIMAL_DIGITS digits in plain form, or
 *          its magnitude (before rounding) is 10^12 or more.
 */
bool money_parse(struct str s, int64_t *cents);

/* money_format(b, cents): "-12.30"; two decimals always; any int64. */
void money_format(struct buf *b, int64_t cents);

/* money_decimal(a, cents): the plain decimal ("-12.3"), for decimal_cmp. */
struct str money_decimal(struct arena *a, int64_t cents);

/* num_u64(s, out): digits only, no sign, no overflow. */
bool num_u64(struct str s, uint64_t *out);

#endif /* BASE_NUM_H */
