/* A rule's numbers are digested once, when the file is read, so that comparing
 * one with a profile touches digits alone and needs neither memory nor floats.
 */
#include "rule_internal.h"

#include "base/arena.h"

/* Exponents stop here: far beyond every profile, far from overflow. */
#define POINT_LIMIT INT64_C(1000000000000000)

static int64_t
read_exponent(struct str s)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	int64_t v = 0;

	for (size_t i = 0; i < s.n && v < POINT_LIMIT; i++)
		if (ascii_digit(s.p[i]))
			v = v * 10 + (s.p[i] - '0');
	if (v > POINT_LIMIT)
		v = POINT_LIMIT;
	return negative ? -v : v;
}

struct number
number_read(struct arena *a, struct str token)
{
	struct number n = { .negative = token.n > 0 && token.p[0] == '-' };
	char *digits = arena_alloc(a, token.n + 1);
	size_t from = 0, to = 0, i = n.negative ? 1 : 0;
	bool in_fraction = false;

	for (; i < token.n && (token.p[i] | 32) != 'e'; i++) {
		if (token.p[i] == '.') {
			in_fraction = true;
		} else {
			digits[to++] = token.p[i];
			n.point += in_fraction ? 0 : 1;
		}
	}
	while (to > 0 && digits[to - 1] == '0')
		to--;
	while (from < to && digits[from] == '0')
		from++;
	if (from == to)
		return (struct number){ .digits = str_of(digits, 0) };
	n.point -= (int64_t)from;
	if (i < token.n)
		n.point += read_exponent(str_of(token.p + i + 1, token.n - i - 1));
	n.digits = str_of(digits + from, to - from);
	return n;
}

/* -1, 0, 1: what a number's sign says. */
static int
sign_of(const struct number *n)
{
	return n->digits.n == 0 ? 0 : n->negative ? -1 : 1;
}

int
number_cmp(const struct number *a, const struct number *b)
{
	int sign = sign_of(a);

	if (sign != sign_of(b))
		return sign < sign_of(b) ? -1 : 1;
	if (a->point != b->point)
		return a->point < b->point ? -sign : sign;
	return sign * str_cmp(a->digits, b->digits);
}

/* The digit after ${*i} in plain text, the point skipped; behind the end zeros
 * without end. */
static char
next_digit(struct str plain, size_t *i)
{
	if (*i < plain.n && plain.p[*i] == '.')
		++*i;
	return *i < plain.n ? plain.p[(*i)++] : '0';
}

/* The order of the digits of two values whose first digits weigh the same. */
static int
digits_cmp(struct str plain, size_t i, struct str digits)
{
	for (size_t k = 0; k < digits.n || i < plain.n; k++) {
		char theirs = k < digits.n ? digits.p[k] : '0';
		char ours = next_digit(plain, &i);

		if (ours != theirs)
			return ours < theirs ? -1 : 1;
	}
	return 0;
}

int
number_cmp_plain(struct str plain, const struct number *n)
{
	bool negative = plain.n > 0 && plain.p[0] == '-';
	size_t first = negative ? 1 : 0;
	size_t whole = first;
	int64_t point;
	int sign;

	while (whole < plain.n && plain.p[whole] != '.')
		whole++;
	point = (int64_t)(whole - first);
	for (; first < plain.n && (plain.p[first] == '0' || plain.p[first] == '.'); first++)
		point -= plain.p[first] == '0' ? 1 : 0;
	sign = first == plain.n ? 0 : negative ? -1 : 1;

	if (sign != sign_of(n))
		return sign < sign_of(n) ? -1 : 1;
	if (sign == 0)
		return 0;
	if (point != n->point)
		return point < n->point ? -sign : sign;
	return sign * digits_cmp(plain, first, n->digits);
}

int64_t
number_floor(const struct number *n, unsigned shift, bool *rest)
{
	int64_t whole_digits = n->point + (int64_t)shift;
	int64_t v = 0;
	bool beyond = whole_digits > 19;

	/* Built downwards below zero, for INT64_MIN has no positive twin. */
	for (int64_t k = 0; k < whole_digits && !beyond; k++) {
		int digit = k < (int64_t)n->digits.n ? n->digits.p[k] - '0' : 0;

		beyond = __builtin_mul_overflow(v, 10, &v) ||
		         __builtin_add_overflow(v, n->negative ? -digit : digit, &v);
	}
	*rest = n->digits.n > 0 && whole_digits < (int64_t)n->digits.n;
	if (*rest && n->negative && !beyond)
		beyond = __builtin_sub_overflow(v, 1, &v);
	if (!beyond)
		return v;
	*rest = !n->negative;
	return n->negative ? INT64_MIN : INT64_MAX;
}
