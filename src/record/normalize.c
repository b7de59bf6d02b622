#include "record/normalize.h"

#include <string.h>

#include "base/arena.h"
#include "base/timestamp.h"

#define EMAIL_MAX 254
#define LOCAL_MAX 64
#define LABEL_MAX 63
#define E164_MIN 8
#define E164_MAX 15
#define US_DIGITS 10
#define ZIP_DIGITS 5
#define DATE_LEN 10 /* YYYY-MM-DD */

static const struct {
	const char *name;
	const char *code;
} states[] = {
	{ "Alabama", "AL" },
	{ "Alaska", "AK" },
	{ "Arizona", "AZ" },
	{ "Arkansas", "AR" },
	{ "California", "CA" },
	{ "Colorado", "CO" },
	{ "Connecticut", "CT" },
	{ "Delaware", "DE" },
	{ "District of Columbia", "DC" },
	{ "Florida", "FL" },
	{ "Georgia", "GA" },
	{ "Hawaii", "HI" },
	{ "Idaho", "ID" },
	{ "Illinois", "IL" },
	{ "Indiana", "IN" },
	{ "Iowa", "IA" },
	{ "Kansas", "KS" },
	{ "Kentucky", "KY" },
	{ "Louisiana", "LA" },
	{ "Maine", "ME" },
	{ "Maryland", "MD" },
	{ "Massachusetts", "MA" },
	{ "Michigan", "MI" },
	{ "Minnesota", "MN" },
	{ "Mississippi", "MS" },
	{ "Missouri", "MO" },
	{ "Montana", "MT" },
	{ "Nebraska", "NE" },
	{ "Nevada", "NV" },
	{ "New Hampshire", "NH" },
	{ "New Jersey", "NJ" },
	{ "New Mexico", "NM" },
	{ "New York", "NY" },
	{ "North Carolina", "NC" },
	{ "North Dakota", "ND" },
	{ "Ohio", "OH" },
	{ "Oklahoma", "OK" },
	{ "Oregon", "OR" },
	{ "Pennsylvania", "PA" },
	{ "Puerto Rico", "PR" },
	{ "Rhode Island", "RI" },
	{ "South Carolina", "SC" },
	{ "South Dakota", "SD" },
	{ "Tennessee", "TN" },
	{ "Texas", "TX" },
	{ "Utah", "UT" },
	{ "Vermont", "VT" },
	{ "Virginia", "VA" },
	{ "Washington", "WA" },
	{ "West Virginia", "WV" },
	{ "Wisconsin", "WI" },
	{ "Wyoming", "WY" },
};

const char *
normalize_drop_name(enum normalize_drop d)
{
	static const char *const names[DROP_COUNT] = {
#define X(name, text) [name] = text,
		NORMALIZE_DROPS(X)
#undef X
	};
	return names[d];
}

static void
drop(unsigned *dropped, enum normalize_drop why)
{
	*dropped |= 1u << why;
}

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

/* The bytes from ${at} on. */
static struct str
tail(struct str s, size_t at)
{
	return str_of(s.p + at, s.n - at);
}

/* Bytes of the white space character that s (not empty) begins with, or 0. */
static size_t
space_len(struct str s)
{
	unsigned char c = (unsigned char)s.p[0];
	if (c > ' ' && c < 0x80)
		return 0;
	size_t n = utf8_len(s.p, s.n);
	return n > 0 && str_trim(str_of(s.p, n)).n == 0 ? n : 0;
}

/* Every run of white space becomes one space; the text is trimmed already. */
static struct str
squeeze_spaces(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		size_t space = space_len(tail(s, i));
		if (space == 0) {
			out[n++] = s.p[i++];
			continue;
		}
		if (out[n - 1] != ' ')
			out[n++] = ' ';
		i += space;
	}
	return str_of(out, n);
}

void
normalize_name(struct arena *a, struct str first_name, struct str last_name, struct str name,
    struct str *first, struct str *last)
{
	*first = first_name;
	*last = last_name;
	name = str_trim(name);
	if (first_name.n > 0 || last_name.n > 0 || name.n == 0)
		return;

	name = squeeze_spaces(a, name);
	const char *cut = memchr(name.p, ',', name.n);
	bool is_last_first = cut != NULL;
	if (cut == NULL)
		cut = memchr(name.p, ' ', name.n);
	if (cut == NULL) {
		*first = name;
		return;
	}
	size_t at = (size_t)(cut - name.p);
	struct str before = str_trim(str_of(name.p, at));
	struct str behind = str_trim(tail(name, at + 1));
	*first = is_last_first ? behind : before;
	*last = is_last_first ? before : behind;
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

static bool
is_domain(struct str s)
{
	size_t labels = 0;

	for (;;) {
		const char *dot = memchr(s.p, '.', s.n);
		size_t n = dot != NULL ? (size_t)(dot - s.p) : s.n;
		if (!is_label(str_of(s.p, n)))
			return false;
		labels++;
		if (dot == NULL)
			return labels >= 2;
		s = tail(s, n + 1);
	}
}

static bool
is_email(struct str s)
{
	const char *sign = memchr(s.p, '@', s.n);

	if (sign == NULL || s.n > EMAIL_MAX)
		return false;
	size_t at = (size_t)(sign - s.p);
	return is_local_part(str_of(s.p, at)) && is_domain(tail(s, at + 1));
}

struct str
normalize_email(
    struct arena *a, struct str email, const struct str *placeholders, size_t n, unsigned *dropped)
{
	const struct str none = { 0 };

	if (email.n == 0)
		return none;
	if (!is_email(email)) {
		drop(dropped, DROP_EMAIL_INVALID);
		return none;
	}
	for (size_t i = 0; i < n; i++) {
		if (str_eq_nocase(email, placeholders[i])) {
			drop(dropped, DROP_EMAIL_PLACEHOLDER);
			return none;
		}
	}
	return str_lower(a, email);
}

/* Ten digits have the form of a North American number. */
static bool
is_us_number(const char *digits)
{
	return digits[0] >= '2' && digits[3] >= '2';
}

/*
 * The digits of a phone, and whether a plus leads them.
 * Returns: how many, or 0 if anything else is among them or they are too many.
 */
static size_t
phone_digits(struct str phone, char *digits, bool *has_plus)
{
	size_t n = 0;

	*has_plus = phone.p[0] == '+';
	for (size_t i = *has_plus; i < phone.n; i++) {
		char c = phone.p[i];
		if (ascii_digit(c) && n < E164_MAX)
			digits[n++] = c;
		else if (memchr(" ().-/", c, 6) == NULL)
			return 0;
	}
	return n;
}

struct str
normalize_mobile(struct arena *a, struct str phone, unsigned *dropped)
{
	char digits[E164_MAX] = { 0 };
	bool has_plus;

	if (phone.n == 0)
		return (struct str){ 0 };
	size_t n = phone_digits(phone, digits, &has_plus);
	bool has_country = n == US_DIGITS + 1 && digits[0] == '1';
	bool is_good;
	if (has_plus && digits[0] != '1')
		is_good = n >= E164_MIN && digits[0] != '0';
	else if (has_country)
		is_good = is_us_number(digits + 1);
	else
		is_good = !has_plus && n == US_DIGITS && is_us_number(digits);
	if (!is_good) {
		drop(dropped, DROP_MOBILE_INVALID);
		return (struct str){ 0 };
	}
	bool lacks_country = !has_plus && !has_country;
	return str_printf(a, "+%s%.*s", lacks_country ? "1" : "", (int)n, digits);
}

struct str
normalize_address(struct arena *a, struct str street1, struct str street2)
{
	if (street1.n == 0)
		return street2;
	if (street2.n == 0)
		return street1;
	return str_printf(a, "%.*s, %.*s", STR_ARG(street1), STR_ARG(street2));
}

struct str
normalize_state(struct arena *a, struct str state)
{
	if (state.n == 2 && is_letter(state.p[0]) && is_letter(state.p[1]))
		return str_upper(a, state);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (str_eq_nocase(state, str_c(states[i].name)))
			return str_c(states[i].code);
	return state;
}

/* Same length as the form, a digit wherever the form has 0. */
static bool
fits(struct str s, const char *form)
{
	for (size_t i = 0; i < s.n; i++)
		if (form[i] == '0' ? !ascii_digit(s.p[i]) : s.p[i] != form[i])
			return false;
	return form[s.n] == '\0';
}

/* A US code, which needs no upper case but perhaps zeros or a cut. */
static bool
is_zip(struct str s)
{
	static const char *const forms[] = { "00000", "00000-0000", "000000000", "0000", "000" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (fits(s, forms[i]))
			return true;
	return false;
}

struct str
normalize_postal(struct arena *a, struct str zip)
{
	if (!is_zip(zip))
		return str_upper(a, zip);
	if (zip.n >= ZIP_DIGITS)
		return str_of(zip.p, ZIP_DIGITS);
	return str_printf(a, "%.*s%.*s", ZIP_DIGITS - (int)zip.n, "00", STR_ARG(zip));
}

/* M/D/YYYY, as people write it here. */
static bool
american_day(struct str s, int32_t *day)
{
	const char *slash = s.n > 0 ? memchr(s.p, '/', s.n) : NULL;
	size_t month = slash != NULL ? (size_t)(slash - s.p) : 0;
	size_t date = s.n >= month + 6 ? s.n - month - 6 : 0; /* two slashes and the year */
	char iso[] = "0000-00-00";

	if (month < 1 || month > 2 || date < 1 || date > 2 || s.p[month + 1 + date] != '/')
		return false;
	memcpy(iso, s.p + s.n - 4, 4);
	memcpy(iso + 7 - month, s.p, month);
	memcpy(iso + 10 - date, s.p + month + 1, date);
	return day_parse(str_of(iso, DATE_LEN), day);
}

/* The day of a date or of a time. */
static bool
read_day(struct str s, int32_t *day)
{
	int64_t us;

	return american_day(s, day) || (s.n >= DATE_LEN && day_parse(str_of(s.p, DATE_LEN), day) &&
	                                   timestamp_parse(s, &us));
}

int32_t
normalize_birthdate(struct str birthdate, unsigned *dropped)
{
	int32_t day;

	if (birthdate.n == 0)
		return DAY_NONE;
	if (!read_day(birthdate, &day)) {
		drop(dropped, DROP_BIRTHDATE_UNREADABLE);
		return DAY_NONE;
	}
	if (day < day_of(1900, 1, 1)) {
		drop(dropped, DROP_BIRTHDATE_1900);
		return DAY_NONE;
	}
	return day;
}
