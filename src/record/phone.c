#include "record/phone.h"

#include "base/arena.h"

#define E164_MIN 8
#define E164_MAX 15
#define US_DIGITS 10
#define CODE_MAX 3 /* digits of a country code */

static bool
is_letter(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

/* Bytes of the hyphen or dash that s begins with, or 0: - U+2010-2015 2212 FE58 FE63 FF0D. */
static size_t
dash_len(struct str s)
{
	const unsigned char *u = (const unsigned char *)s.p;

	if (s.n >= 1 && u[0] == '-')
		return 1;
	if (s.n < 3)
		return 0;
	if (u[0] == 0xe2)
		return (u[1] == 0x80 && u[2] >= 0x90 && u[2] <= 0x95) ||
		               (u[1] == 0x88 && u[2] == 0x92)
		           ? 3
		           : 0;
	if (u[0] != 0xef)
		return 0;
	return (u[1] == 0xb9 && (u[2] == 0x98 || u[2] == 0xa3)) || (u[1] == 0xbc && u[2] == 0x8d)
	           ? 3
	           : 0;
}

size_t
phone_between(struct str s)
{
	size_t n;

	if (s.n == 0)
		return 0;
	if (memchr("().-/ ", s.p[0], 6) != NULL)
		return 1;
	n = str_space(s);
	return n > 0 ? n : dash_len(s);
}

static bool
starts_nocase(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq_nocase(str_of(s.p, prefix.n), prefix);
}

static bool
ends_nocase(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq_nocase(str_from(s, s.n - suffix.n), suffix);
}

static struct str
cut_front(struct str s)
{
	if (starts_nocase(s, STR("tel:")))
		return str_from(s, 4);
	return str_starts(s, STR("'")) ? str_from(s, 1) : s;
}

/* White space alone: a mark would be cut with it at an end, but not here. */
static struct str
cut_space_behind(struct str s)
{
	for (size_t n = 1; n <= 3 && n <= s.n; n++)
		if (str_space(str_from(s, s.n - n)) == n) {
			s.n -= n;
			n = 0;
		}
	return s;
}

/* An extension's digits and the word before them. */
static struct str
cut_extension(struct str s)
{
	static const struct str words[] = { { ";ext=", 5 }, { "extension", 9 }, { "ext.", 4 },
		{ "ext", 3 }, { "x", 1 }, { "#", 1 } };
	struct str front = s;

	while (front.n > 0 && ascii_digit(front.p[front.n - 1]))
		front.n--;
	front = cut_space_behind(front);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (ends_nocase(front, words[i]))
			return str_of(front.p, front.n - words[i].n);
	return s;
}

/* Letters and white space in a pair of brackets: "(cell)". */
static struct str
cut_brackets(struct str s, char open)
{
	bool has_letter = false;

	for (size_t i = s.n - 1; i > 0; i--) {
		struct str at = str_from(s, i - 1);

		if (at.p[0] == open)
			return has_letter ? str_of(s.p, i - 1) : s;
		has_letter = has_letter || is_letter(at.p[0]);
		/* inside a character of several bytes the next step tells */
		if (!is_letter(at.p[0]) && (unsigned char)at.p[0] < 0x80 && str_space(at) == 0)
			return s;
		if ((unsigned char)at.p[0] >= 0xc0 && str_space(at) == 0)
			return s;
	}
	return s;
}

static struct str
cut_behind(struct str s)
{
	char last = s.n > 0 ? s.p[s.n - 1] : '\0';

	if (ascii_digit(last))
		return cut_extension(s);
	if (last == ',' || last == ';' || last == '.')
		return str_of(s.p, s.n - 1);
	if (last == ')' || last == ']' || last == '}')
		return cut_brackets(s, last == ')' ? '(' : last == ']' ? '[' : '{');
	while (s.n > 0 && is_letter(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Without what may stand before and after a number, as often as it stands there. */
static struct str
bare_number(struct str s)
{
	size_t before;

	do {
		before = s.n;
		s = cut_behind(cut_front(str_trim(s)));
	} while (s.n < before);
	return s;
}

/* A number taken apart. */
struct number {
	char digits[E164_MAX + 1];
	size_t n; /* may be more than there is room for */
	bool has_plus;
	bool has_zero_read; /* the first (0) after a country code was looked at */
};

static void
add_digit(struct number *x, char c)
{
	if (x->n <= E164_MAX)
		x->digits[x->n] = c;
	x->n++;
}

/* Whether the first "(0)" after a country code stands here, to be read over. */
static bool
is_zero_over(struct number *x, struct str s)
{
	if (!x->has_plus || x->n == 0 || x->has_zero_read || !str_starts(s, STR("(0)")))
		return false;
	x->has_zero_read = true;
	return x->n <= CODE_MAX && !(x->n == 1 && x->digits[0] == '1');
}

/* Returns: whether there is nothing but what a number may hold. */
static bool
take_apart(struct str s, struct number *x)
{
	size_t n;

	*x = (struct number){ .has_plus = str_starts(s, STR("+")) };
	if (x->has_plus)
		s = str_from(s, 1);
	while (s.n > 0) {
		if (is_zero_over(x, s)) {
			s = str_from(s, 3);
		} else if (ascii_digit(s.p[0])) {
			add_digit(x, s.p[0]);
			s = str_from(s, 1);
		} else {
			n = phone_between(s);
			if (n == 0)
				return false;
			s = str_from(s, n);
		}
	}
	return x->n > 0;
}

static bool
is_one_digit(const char *digits)
{
	for (size_t i = 1; i < US_DIGITS; i++)
		if (digits[i] != digits[0])
			return false;
	return true;
}

/* Area code and exchange begin with 2 to 9. */
static bool
is_us_number(const char *digits)
{
	return digits[0] >= '2' && digits[3] >= '2';
}

struct str
phone_read(struct arena *a, struct str text, const struct phone_rules *rules, enum drop_reason *why)
{
	const struct str none = { 0 };
	struct number x;
	struct str found = none;
	bool has_one, is_us_length, is_ten;
	const char *local;

	*why = DROPPED_REASONS;
	if (text.n == 0)
		return none;
	*why = DROPPED_UNREADABLE;
	if (!take_apart(bare_number(text), &x))
		return none;
	has_one = x.n == US_DIGITS + 1 && x.digits[0] == '1';
	is_ten = x.n - has_one == US_DIGITS;
	is_us_length = has_one || (is_ten && !x.has_plus);
	local = x.digits + has_one;
	if (is_ten && is_one_digit(local)) {
		*why = DROPPED_PLACEHOLDER;
		return none;
	}
	if (is_us_length && is_us_number(local) && (x.has_plus || !rules->is_abroad))
		found = str_printf(a, "+1%.*s", US_DIGITS, local);
	else if (x.has_plus && x.n >= E164_MIN && x.n <= E164_MAX && x.digits[0] >= '2')
		found = str_printf(a, "+%.*s", (int)x.n, x.digits);
	for (size_t i = 0; i < rules->n; i++)
		if (found.n > 0 && str_eq(found, rules->placeholders[i])) {
			*why = DROPPED_PLACEHOLDER;
			return none;
		}
	if (found.n > 0)
		*why = DROPPED_REASONS;
	return found;
}
