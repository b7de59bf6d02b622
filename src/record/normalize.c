#include "record/normalize.h"

#include <string.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "record/email.h"
#include "record/full_name.h"

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

/* A country's name without points: "U.S.A." is "usa". */
static struct str
country_name(struct arena *a, struct str country)
{
	char *out = arena_bytes(a, country.p, country.n);
	size_t n = 0;

	for (size_t i = 0; i < country.n; i++)
		if (country.p[i] != '.')
			out[n++] = country.p[i];
	return str_trim(str_of(out, n));
}

enum normalize_country
normalize_country(struct arena *a, struct str country)
{
	static const struct {
		const char *name;
		enum normalize_country country;
	} names[] = {
		{ "", COUNTRY_US },
		{ "us", COUNTRY_US },
		{ "usa", COUNTRY_US },
		{ "united states", COUNTRY_US },
		{ "united states of america", COUNTRY_US },
		{ "ca", COUNTRY_CANADA },
		{ "can", COUNTRY_CANADA },
		{ "canada", COUNTRY_CANADA },
	};
	struct str name = country_name(a, country);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq_nocase(name, str_c(names[i].name)))
			return names[i].country;
	return COUNTRY_OTHER;
}

void
normalize_name(struct arena *a, struct str first_name, struct str last_name, struct str name,
    struct str *first, struct str *last)
{
	*first = first_name;
	*last = last_name;
	if (first_name.n == 0 && last_name.n == 0)
		full_name_split(a, name, first, last);
}

struct str
normalize_email(
    struct arena *a, struct str email, const struct str *placeholders, size_t n, unsigned *dropped)
{
	enum drop_reason why;
	struct str out = email_read(a, email, placeholders, n, &why);

	if (why != DROPPED_REASONS)
		drop(dropped,
		    why == DROPPED_PLACEHOLDER ? DROP_EMAIL_PLACEHOLDER : DROP_EMAIL_INVALID);
	return out;
}

struct str
normalize_phone(
    struct arena *a, struct str phone, const struct phone_rules *rules, unsigned *dropped)
{
	enum drop_reason why;
	struct str out = phone_read(a, phone, rules, &why);

	if (why != DROPPED_REASONS)
		drop(dropped,
		    why == DROPPED_PLACEHOLDER ? DROP_MOBILE_PLACEHOLDER : DROP_MOBILE_INVALID);
	return out;
}

struct str
normalize_mobile(struct arena *a, struct str phone, unsigned *dropped)
{
	const struct phone_rules rules = { .n = 0 };

	return normalize_phone(a, phone, &rules, dropped);
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
normalize_postal(struct arena *a, struct str zip, enum normalize_country country)
{
	if (country != COUNTRY_US)
		return zip;
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
	                                   timestamp_parse_wide(s, &us));
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
