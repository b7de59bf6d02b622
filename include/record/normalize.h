/* normalize.h -- names, email addresses, phone numbers, addresses and birthdates in one form.
 *
 * Contract section 4, "Standard fields"; docs/readings.md, "Profiles".  Text comes in
 * cleaned (str_clean), absent is empty.  Results lie in the arena or are borrowed.
 */
#ifndef RECORD_NORMALIZE_H
#define RECORD_NORMALIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/phone.h"

struct arena;

/* Why a profile lacks a value: its bit, and what a person is told. */
#define NORMALIZE_DROPS(X)                                                                         \
	X(DROP_EMAIL_INVALID, "unreadable")                                                        \
	X(DROP_EMAIL_PLACEHOLDER, "placeholder")                                                   \
	X(DROP_MOBILE_INVALID, "unreadable")                                                       \
	X(DROP_MOBILE_PLACEHOLDER, "placeholder")                                                  \
	X(DROP_BIRTHDATE_UNREADABLE, "unreadable")                                                 \
	X(DROP_BIRTHDATE_1900, "out-of-range")                                                     \
	X(DROP_BIRTHDATE_FUTURE, "out-of-range")                                                   \
	X(DROP_POSTAL_UNKNOWN, "postal-code-unknown")

enum normalize_drop {
#define X(name, text) name,
	NORMALIZE_DROPS(X)
#undef X
	DROP_COUNT
};
const char *normalize_drop_name(enum normalize_drop d);

/* What the forms of phones and postal codes hang on; no country counts as the US. */
enum normalize_country {
	COUNTRY_US,
	COUNTRY_CANADA,
	COUNTRY_OTHER
};
enum normalize_country normalize_country(struct arena *a, struct str country);

/* A full name is split only if both of its parts are absent. */
void normalize_name(struct arena *a, struct str first_name, struct str last_name, struct str name,
    struct str *first, struct str *last);

/* The address of an email field (email_read); {0} with the reason's bit in *dropped if there is
 * none.  Empty: {0} and no reason.  Without placeholders it reads an entry of the setting
 * placeholder_emails. */
struct str normalize_email(
    struct arena *a, struct str email, const struct str *placeholders, size_t n, unsigned *dropped);

/* The number of a phone field in E.164 (phone_read), or {0} with the reason's bit. */
struct str normalize_phone(
    struct arena *a, struct str phone, const struct phone_rules *rules, unsigned *dropped);

/* The same of a customer without country, and without placeholders: an entry of the setting
 * placeholder_mobiles, of a suppression list, of a command's line. */
struct str normalize_mobile(struct arena *a, struct str phone, unsigned *dropped);

struct str normalize_address(struct arena *a, struct str street1, struct str street2);
struct str normalize_state(struct arena *a, struct str state);
struct str normalize_postal(struct arena *a, struct str zip, enum normalize_country country);

/* Days since 1970-01-01 or DAY_NONE; one in the future is judged later, by the snapshot's time. */
int32_t normalize_birthdate(struct str birthdate, unsigned *dropped);

#endif /* RECORD_NORMALIZE_H */
