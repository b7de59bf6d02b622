#include "record/email.h"

#include "base/arena.h"

#define EMAIL_MAX 254
#define LOCAL_MAX 64
#define LABEL_MAX 63

static bool
is_letter(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

static bool
is_letter_or_digit(char c)
{
	return is_letter(c) || ascii_digit(c);
}

static bool
is_local_part(struct str s)
{
	static const char marks[] = "!#$%&'*+/=?^_`{|}~-";
	char before = '.';

	if (s.n == 0 || s.n > LOCAL_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool is_mark = memchr(marks, c, sizeof(marks) - 1) != NULL;

		if (c == '.' ? before == '.' : !is_mark && !is_letter_or_digit(c))
			return false;
		before = c;
	}
	return before != '.';
}

static bool
is_label(struct str s)
{
	if (s.n == 0 || s.n > LABEL_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool is_inner = i > 0 && i + 1 < s.n;

		if (!is_letter_or_digit(s.p[i]) && !(s.p[i] == '-' && is_inner))
			return false;
	}
	return true;
}

/* Letters only, or an encoded name. */
static bool
is_last_label(struct str s)
{
	size_t letters = 0;

	if (s.n >= 4 && str_eq_nocase(str_of(s.p, 4), STR("xn--")))
		return true;
	while (letters < s.n && is_letter(s.p[letters]))
		letters++;
	return letters == s.n;
}

static bool
is_domain(struct str s)
{
	for (size_t labels = 1;; labels++) {
		const char *dot = memchr(s.p, '.', s.n);
		size_t n = dot != NULL ? (size_t)(dot - s.p) : s.n;

		if (!is_label(str_of(s.p, n)))
			return false;
		if (dot == NULL)
			return labels >= 2 && is_last_label(s);
		s = str_from(s, n + 1);
	}
}

bool
email_is_sound(struct str s)
{
	const char *sign = s.n > 0 ? memchr(s.p, '@', s.n) : NULL;
	size_t at;

	if (sign == NULL || s.n > EMAIL_MAX)
		return false;
	at = (size_t)(sign - s.p);
	return is_local_part(str_of(s.p, at)) && is_domain(str_from(s, at + 1));
}

static struct str
cut_marks_behind(struct str s)
{
	s = str_trim(s);
	while (s.n > 0 && memchr(",;.", s.p[s.n - 1], 3) != NULL)
		s = str_trim(str_of(s.p, s.n - 1));
	return s;
}

static struct str
cut_quotes(struct str s)
{
	bool quoted = s.n > 1 && s.p[0] == s.p[s.n - 1] && (s.p[0] == '"' || s.p[0] == '\'');

	return quoted ? str_of(s.p + 1, s.n - 2) : s;
}

/* Of "Jane <jane@x.com>" what is inside. */
static struct str
cut_to_brackets(struct str s)
{
	if (s.n == 0 || s.p[s.n - 1] != '>')
		return s;
	for (size_t i = s.n - 1; i > 0; i--)
		if (s.p[i - 1] == '<')
			return str_of(s.p + i, s.n - 1 - i);
	return s;
}

/* Without what people and programs put round an address, as often as it stands there. */
static struct str
peel(struct str s)
{
	static const struct str scheme = { "mailto:", 7 };
	size_t before;

	do {
		before = s.n;
		s = cut_to_brackets(cut_quotes(cut_marks_behind(s)));
		if (s.n >= scheme.n && str_eq_nocase(str_of(s.p, scheme.n), scheme))
			s = str_from(s, scheme.n);
	} while (s.n < before);
	return s;
}

/* Take what comes before the next of two bytes off the front. */
static struct str
take_part(struct str *rest)
{
	size_t n = 0;
	struct str part;

	while (n < rest->n && rest->p[n] != ',' && rest->p[n] != ';')
		n++;
	part = str_of(rest->p, n);
	*rest = str_from(*rest, n < rest->n ? n + 1 : n);
	return part;
}

/* Take a word off the front; empty at the end. */
static struct str
take_word(struct str *rest)
{
	struct str word;
	size_t space, n = 0;

	while (rest->n > 0 && (space = str_space(*rest)) > 0)
		*rest = str_from(*rest, space);
	while (n < rest->n && str_space(str_from(*rest, n)) == 0)
		n++;
	word = str_of(rest->p, n);
	*rest = str_from(*rest, n);
	return word;
}

/* Several words, each with a sign of its own. */
static bool
is_listed_by_spaces(struct str part)
{
	size_t words = 0;

	for (struct str word; (word = take_word(&part)).n > 0; words++)
		if (memchr(word.p, '@', word.n) == NULL)
			return false;
	return words > 1;
}

/* The search for the address that counts. */
struct candidates {
	const struct str *placeholders;
	size_t n;
	bool has_sound;
	struct str found;
};

/* Returns: whether it is the one. */
static bool
try_candidate(struct candidates *x, struct str candidate)
{
	candidate = peel(candidate);
	if (!email_is_sound(candidate))
		return false;
	x->has_sound = true;
	for (size_t i = 0; i < x->n; i++)
		if (str_eq_nocase(candidate, x->placeholders[i]))
			return false;
	x->found = candidate;
	return true;
}

static bool
try_part(struct candidates *x, struct str part)
{
	if (!is_listed_by_spaces(part))
		return try_candidate(x, part);
	for (struct str word; (word = take_word(&part)).n > 0;)
		if (try_candidate(x, word))
			return true;
	return false;
}

struct str
email_read(struct arena *a, struct str text, const struct str *placeholders, size_t n,
    enum drop_reason *why)
{
	struct candidates x = { .placeholders = placeholders, .n = n };

	*why = DROPPED_REASONS;
	if (text.n == 0)
		return (struct str){ 0 };
	while (text.n > 0)
		if (try_part(&x, take_part(&text)))
			return str_lower(a, x.found);
	*why = x.has_sound ? DROPPED_PLACEHOLDER : DROPPED_UNREADABLE;
	return (struct str){ 0 };
}
