/* contact.h -- a contact: a profile's values as columns of DailyStory's import, and their formats.
 *
 * Contract section 7.  The columns are one table, so that the CSV header, the JSON names and
 * fields.csv agree.
 */
#ifndef DAILYSTORY_CONTACT_H
#define DAILYSTORY_CONTACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "profile/values.h"

struct arena;

/* column, CSV header, DailyStory field (JSON name), type, may be segmented there */
#define CONTACT_COLUMNS(X)                                                                         \
	X(COLUMN_EMAIL, "Email address", "email", "Text", true)                                    \
	X(COLUMN_MOBILE, "Mobile number", "mobilePhone", "Text", true)                             \
	X(COLUMN_FIRST_NAME, "First name", "firstName", "Text", true)                              \
	X(COLUMN_LAST_NAME, "Last name", "lastName", "Text", true)                                 \
	X(COLUMN_ADDRESS, "Address", "address", "Text", true)                                      \
	X(COLUMN_CITY, "City", "city", "Text", true)                                               \
	X(COLUMN_STATE, "State", "region", "Text", true)                                           \
	X(COLUMN_POSTAL, "Postal code", "postalCode", "Text", true)                                \
	X(COLUMN_BIRTHDATE, "Birthdate", "dateOfBirth", "Date/Time", true)                         \
	X(COLUMN_LATITUDE, "Latitude", "geoCode", "Number", false)                                 \
	X(COLUMN_LONGITUDE, "Longitude", "geoCode", "Number", false)                               \
	X(COLUMN_ID, "fh_id", "fh_id", "Text", false)                                              \
	X(COLUMN_CUST_TYPE, "fh_cust_type", "fh_cust_type", "Text", true)                          \
	X(COLUMN_IS_LOYAL, "fh_isloyal", "fh_isloyal", "True/False", true)                         \
	X(COLUMN_POINTS, "fh_points", "fh_points", "Number", true)                                 \
	X(COLUMN_PRODUCTS, "fh_products", "fh_products", "List", true)                             \
	X(COLUMN_CATEGORIES, "fh_categories", "fh_categories", "List", true)                       \
	X(COLUMN_MED_ID, "fh_med_id", "fh_med_id", "Text", false)                                  \
	X(COLUMN_BUDTENDER, "fh_last_budtender", "fh_last_budtender", "Text", true)                \
	X(COLUMN_SPENT, "fh_total_spent", "fh_total_spent", "Number", true)                        \
	X(COLUMN_ORDERS, "fh_total_orders", "fh_total_orders", "Number", true)                     \
	X(COLUMN_ORDERTYPE, "fh_last_ordertype", "fh_last_ordertype", "Text", true)                \
	X(COLUMN_ORDERSTATUS, "fh_last_orderstatus", "fh_last_orderstatus", "Text", true)          \
	X(COLUMN_ORDERDATE, "fh_last_orderdate", "fh_last_orderdate", "Date/Time", true)

enum contact_column {
#define X(column, header, field, type, segmentable) column,
	CONTACT_COLUMNS(X)
#undef X
	COLUMN_COUNT
};

/* The values of one contact; absent is empty. */
struct contact {
	struct str cells[COLUMN_COUNT];
};

/* contact_make(a, p, as_of, separator, out): the values, in a or borrowed from the profile. */
void contact_make(struct arena *a, const struct profile *p, int64_t as_of, struct str separator,
    struct contact *out);

/* contact_known(c): the columns that hold a value, one bit for each. */
uint32_t contact_known(const struct contact *c);

/* contact_header(b): the CSV header with CRLF; contact_csv: a row with CRLF. */
void contact_header(struct buf *b);
void contact_csv(struct buf *b, const struct contact *c);

/* contact_segment_csv: the contact's row in any file of a segment; contact_opt_out_csv: an
 * address in opt-outs.csv, an email or a mobile. */
void contact_segment_csv(struct buf *b, const struct contact *c);
void contact_opt_out_csv(struct buf *b, struct str address, bool is_email);

/* contact_json(b, c, known): an object on one line: columns in ${known} that are empty now are "",
 * others that are empty are left out. */
void contact_json(struct buf *b, const struct contact *c, uint32_t known);

/* contact_fields(b): fields.csv. */
void contact_fields(struct buf *b);

/* contact_cell(b, s): a text cell; one that a spreadsheet would run as a formula gets a quote. */
void contact_cell(struct buf *b, struct str s);

/* contact_id(a, id): an id as exported text (cleaned). */
struct str contact_id(struct arena *a, struct str id);

#endif /* DAILYSTORY_CONTACT_H */
