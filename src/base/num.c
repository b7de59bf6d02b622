#include "base/num.h"

#include <assert.h>
#include <stddef.h>

#include "base/arena.h"

/* Exponents saturate here: no text has digits enough to bring such a number back into range. */
#define EXPONENT_FAR INT64_C(100000000000000000)

/* MONEY_LIMIT has one digit more before the point. */
#define MONEY_WHOLE_DIGITS 12

#define INT64_DIGITS 19

/*
 * A number taken apart: 0.DDD times ten to the power of (point + exponent),
 * where DDD is whole followed by fraction, which neither begins nor ends with
 * a zero; of zero both are empty.
 */
struct number {
	struct str whole, fraction;
	struct str exponent; /* digits */
	int64_t point;
	bool negative, exponent_negative;
};

static struct str
take_digits(struct str *s)
{
	struct str out = { s->p, 0 };

	while (out.n < s->n && ascii_digit(s->p[out.n]))
		out.n++;
	if (out.n > 0) /* an absent text is no place to count from */
		s->p += out.n;
	s->n -= out.n;
	return out;
}

/* One of two bytes in front is taken away. */
static bool
take_either(struct str *s, char x, char y, char *taken)
{
	if (s->n == 0 || (s->p[0] != x && s->p[0] != y))
		return false;
	*taken = s->p[0];
	s->p++;
	s->n--;
	return true;
}

static bool
split(struct str s, struct number *out)
{
	char c = '+', e = '+';

	*out = (struct number){ .fraction = STR(""), .exponent = STR("") };
	take_either(&s, '+', '-', &c);
	out->negative = c == '-';
	out->whole = take_digits(&s);
	if (out->whole.n == 0)
		return false;
	if (take_either(&s, '.', '.', &c)) {
		out->fraction = take_digits(&s);
		if (out->fraction.n == 0)
			return false;
	}
	if (take_either(&s, 'e', 'E', &c)) {
		take_either(&s, '+', '-', &e);
		out->exponent_negative = e == '-';
		out->exponent = take_digits(&s);
		if (out->exponent.n == 0)
			return false;
	}
	return s.n == 0;
}

static size_t
zeros_in_front(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == '0')
		n++;
	return n;
}

static struct str
without_zeros_behind(struct str s)
{
	while (s.n > 0 && s.p[s.n - 1] == '0')
		s.n--;
	return s;
}

static bool
read_number(struct str s, struct number *out)
{
	size_t zeros;

	if (!split(s, out))
		return false;
	zeros = zeros_in_front(out->whole);
	out->whole = str_of(out->whole.p + zeros, out->whole.n - zeros);
	out->point = (int64_t)out->whole.n;
	out->fraction = without_zeros_behind(out->fraction);
	if (out->whole.n == 0) {
		zeros = zeros_in_front(out->fraction);
		out->fraction = str_of(out->fraction.p + zeros, out->fraction.n - zeros);
		out->point = -(int64_t)zeros;
	}
	if (out->fraction.n == 0)
		out->whole = without_zeros_behind(out->whole);
	return true;
}

static size_t
digit_count(const struct number *x)
{
	return x->whole.n + x->fraction.n;
}

static char
digit(const struct number *x, size_t i)
{
	return i < x->whole.n ? x->whole.p[i] : x->fraction.p[i - x->whole.n];
}

/* The i-th digit after the point of 0.DDD, without end. */
static char
digit_or_zero(const struct number *x, size_t i)
{
	return i < digit_count(x) ? digit(x, i) : '0';
}

/* Where the point of the plain form is: digits before it. */
static int64_t
plain_point(const struct number *x)
{
	int64_t e = 0;

	for (size_t i = 0; i < x->exponent.n && e < EXPONENT_FAR; i++)
		e = e * 10 + (x->exponent.p[i] - '0');
	return x->exponent_negative ? x->point - e : x->point + e;
}

/* Whether the plain form needs no more digits than a number may have. */
static bool
is_short(const struct number *x)
{
	size_t count = digit_count(x);
	int64_t point = plain_point(x);

	if (count == 0)
		return true;
	if (point <= 0) /* a zero before the point, more after it */
		return (int64_t)count + 1 - point <= DECIMAL_DIGITS;
	return count <= DECIMAL_DIGITS && point <= DECIMAL_DIGITS;
}

/* The digit that is worth ten to the power of ${place}; 0 before all. */
static int
exponent_digit(const struct number *x, size_t place)
{
	int d;

	if (place >= x->exponent.n)
		return 0;
	d = x->exponent.p[x->exponent.n - 1 - place] - '0';
	return x->exponent_negative ? -d : d;
}

/*
 * The order of the exponent of x and that of y plus ${gap}, however long they are.  From the
 * greatest place down the difference so far is kept; the places left add less than 2 to it in its
 * own unit, so once it is far beyond every possible gap it cannot come back.
 */
static int
exponent_cmp(const struct number *x, const struct number *y, int64_t gap)
{
	size_t place = x->exponent.n > y->exponent.n ? x->exponent.n : y->exponent.n;
	int64_t difference = 0;

	while (place-- > 0) {
		difference = difference * 10 + exponent_digit(x, place) - exponent_digit(y, place);
		if (difference > EXPONENT_FAR || difference < -EXPONENT_FAR)
			return difference < 0 ? -1 : 1;
	}
	return (difference > gap) - (difference < gap);
}

/* -1, 0, 1 */
static int
sign_of(const struct number *x)
{
	return digit_count(x) == 0 ? 0 : x->negative ? -1 : 1;
}

static int
number_cmp(const struct number *x, const struct number *y)
{
	size_t n = digit_count(x) > digit_count(y) ? digit_count(x) : digit_count(y);
	int sign = sign_of(x), order;

	if (sign != sign_of(y))
		return sign < sign_of(y) ? -1 : 1;
	if (sign == 0)
		return 0;
	order = exponent_cmp(x, y, y->point - x->point);
	for (size_t i = 0; i < n && order == 0; i++)
		order = digit_or_zero(x, i) - digit_or_zero(y, i);
	return order < 0 ? -sign : order > 0 ? sign : 0;
}

bool
decimal_is_number(struct str s)
{
	struct number x;

	return split(s, &x);
}

static size_t
put_zeros(char *out, size_t n)
{
	memset(out, '0', n);
	return n;
}

/* Digits alone, no zero in front: as nearly all quantities and points come. */
static bool
is_plain_integer(struct str s)
{
	struct str rest = s;

	return s.n > 0 && s.n <= DECIMAL_DIGITS && s.p[0] != '0' && take_digits(&rest).n == s.n;
}

bool
decimal_plain(struct arena *a, struct str s, struct str *out)
{
	char text[DECIMAL_DIGITS + 2]; /* sign and point */
	struct number x;
	size_t n = 0, count;
	int64_t point;

	if (is_plain_integer(s)) {
		*out = str_copy(a, s);
		return true;
	}
	if (!read_number(s, &x) || !is_short(&x))
		return false;
	count = digit_count(&x);
	point = plain_point(&x);
	if (count == 0) {
		*out = STR("0");
		return true;
	}
	if (x.negative)
		text[n++] = '-';
	if (point <= 0) {
		text[n++] = '0';
		text[n++] = '.';
		n += put_zeros(text + n, (size_t)-point);
	}
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && (int64_t)i == point)
			text[n++] = '.';
		text[n++] = digit(&x, i);
	}
	if (point > (int64_t)count)
		n += put_zeros(text + n, (size_t)point - count);
	*out = str_of(arena_bytes(a, text, n), n);
	return true;
}

int
decimal_cmp(struct str a, struct str b)
{
	struct number x, y;
	bool is_sound = read_number(a, &x);

	is_sound = read_number(b, &y) && is_sound;
	assert(is_sound);
	return number_cmp(&x, &y);
}

bool
decimal_same(struct str a, struct str b)
{
	struct number x, y;

	return read_number(a, &x) && read_number(b, &y) && number_cmp(&x, &y) == 0;
}

int64_t
decimal_floor(struct str s, unsigned shift, bool *rest)
{
	struct number x;
	bool is_number = read_number(s, &x), beyond;
	int64_t v = 0, point;

	assert(is_number);
	*rest = false;
	if (digit_count(&x) == 0)
		return 0;
	point = plain_point(&x) + (int64_t)shift;
	beyond = point > INT64_DIGITS;
	/* Built downwards below zero, since INT64_MIN has no positive twin. */
	for (int64_t i = 0; i < point && !beyond; i++) {
		int d = digit_or_zero(&x, (size_t)i) - '0';

		beyond = __builtin_mul_overflow(v, 10, &v) ||
		         __builtin_add_overflow(v, x.negative ? -d : d, &v);
	}
	*rest = point < (int64_t)digit_count(&x);
	if (*rest && x.negative && !beyond)
		beyond = __builtin_sub_overflow(v, 1, &v);
	if (!beyond)
		return v;
	*rest = !x.negative;
	return x.negative ? INT64_MIN : INT64_MAX;
}

/* Dollars and at most two digits of cents, without an exponent: as nearly all money comes. */
static bool
plain_cents(struct str s, int64_t *cents)
{
	bool is_negative = s.n > 0 && s.p[0] == '-';
	size_t i = is_negative, behind = 0;
	int64_t v = 0;

	for (; i < s.n && i < MONEY_WHOLE_DIGITS && ascii_digit(s.p[i]); i++)
		v = v * 10 + (s.p[i] - '0');
	if (i == is_negative)
		return false;
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && behind < 2 && ascii_digit(s.p[i]); i++, behind++)
			v = v * 10 + (s.p[i] - '0');
	if (i < s.n || s.p[i - 1] == '.')
		return false;
	v *= behind == 0 ? 100 : behind == 1 ? 10 : 1;
	*cents = is_negative ? -v : v;
	return true;
}

bool
money_parse(struct str s, int64_t *cents)
{
	struct number x;
	int64_t point, magnitude = 0;

	if (plain_cents(s, cents))
		return true;
	if (!read_number(s, &x) || !is_short(&x))
		return false;
	point = plain_point(&x);
	if (digit_count(&x) > 0 && point > MONEY_WHOLE_DIGITS)
		return false;
	/* In cents the point is two digits on; below 0.1 cent nothing rounds.
	 */
	point += 2;
	if (digit_count(&x) > 0 && point >= 0) {
		for (size_t i = 0; i < (size_t)point; i++)
			magnitude = magnitude * 10 + (digit_or_zero(&x, i) - '0');
		if (digit_or_zero(&x, (size_t)point) >= '5')
			magnitude++;
	}
	*cents = x.negative ? -magnitude : magnitude;
	return true;
}

static uint64_t
magnitude_of(int64_t cents)
{
	return cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
}

void
money_format(struct buf *b, int64_t cents)
{
	uint64_t m = magnitude_of(cents);
	char fraction[3] = { '.', (char)('0' + m / 10 % 10), (char)('0' + m % 10) };

	if (cents < 0)
		buf_char(b, '-');
	buf_u64(b, m / 100);
	buf_add(b, fraction, sizeof(fraction));
}

struct str
money_decimal(struct arena *a, int64_t cents)
{
	uint64_t m = magnitude_of(cents);
	const char *sign = cents < 0 ? "-" : "";
	unsigned long long whole = m / 100;
	unsigned fraction = (unsigned)(m % 100);

	if (fraction == 0)
		return str_printf(a, "%s%llu", sign, whole);
	if (fraction % 10 == 0)
		return str_printf(a, "%s%llu.%u", sign, whole, fraction / 10);
	return str_printf(a, "%s%llu.%02u", sign, whole, fraction);
}

bool
num_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_digit(s.p[i]) || __builtin_mul_overflow(v, UINT64_C(10), &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	*out = v;
	return true;
}
