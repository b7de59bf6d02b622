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
struct segment_set;

/* column, CSV header, DailyStory field (JSON name), label in its import screen, type to create
 * there, the rules' field whose value it is (empty: no rule can ask for it) */
#define CONTACT_COLUMNS(X)                                                                         \
	X(COLUMN_EMAIL, "Email address", "email", "Email address", "Text", "email")                \
	X(COLUMN_MOBILE, "Mobile number", "mobilePhone", "Mobile number", "Text", "mobile")        \
	X(COLUMN_FIRST_NAME, "First name", "firstName", "First name", "Text", "first_name")        \
	X(COLUMN_LAST_NAME, "Last name", "lastName", "Last name", "Text", "last_name")             \
	X(COLUMN_ADDRESS, "Address", "address", "Address", "Text", "")                             \
	X(COLUMN_CITY, "City", "city", "City", "Text", "city")                                     \
	X(COLUMN_STATE, "State", "region", "State", "Text", "state")                               \
	X(COLUMN_POSTAL, "Postal code", "postalCode", "Postal code", "Text", "postal_code")        \
	X(COLUMN_BIRTHDATE, "Birthdate", "dateOfBirth", "Birthdate", "Date/Time", "birthdate")     \
	X(COLUMN_GEO, "Geo code", "geoCode", "Geo code", "Text", "")                               \
	X(COLUMN_ID, "fh_id", "fh_id", "Id", "Text", "fh_id")                                      \
	X(COLUMN_CUST_TYPE, "fh_cust_type", "fh_cust_type", "Customer Type", "Text",               \
	    "fh_cust_type")                                                                        \
	X(COLUMN_IS_LOYAL, "fh_isloyal", "fh_isloyal", "Is Loyalty Member", "True/False",          \
	    "fh_isloyal")                                                                          \
	X(COLUMN_POINTS, "fh_points", "fh_points", "Loyalty Points", "Number", "fh_points")        \
	X(COLUMN_PRODUCTS, "fh_products", "fh_products", "Products", "List", "fh_products")        \
	X(COLUMN_CATEGORIES, "fh_categories", "fh_categories", "Categories", "List",               \
	    "fh_categories")                                                                       \
	X(COLUMN_MED_ID, "fh_med_id", "fh_med_id", "Medical Id", "Text", "fh_med_id")              \
	X(COLUMN_BUDTENDER, "fh_last_budtender", "fh_last_budtender", "Last Budtender", "Text",    \
	    "fh_last_budtender")                                                                   \
	X(COLUMN_SPENT, "fh_total_spent", "fh_total_spent", "Total Spent", "Number",               \
	    "fh_total_spent")                                                                      \
	X(COLUMN_ORDERS, "fh_total_orders", "fh_total_orders", "Total Orders", "Number",           \
	    "fh_total_orders")                                                                     \
	X(COLUMN_ORDERTYPE, "fh_last_ordertype", "fh_last_ordertype", "Last Order Type", "Text",   \
	    "fh_last_ordertype")                                                                   \
	X(COLUMN_ORDERSTATUS, "fh_last_orderstatus", "fh_last_orderstatus", "Last Order Status",   \
	    "Text", "fh_last_orderstatus")                                                         \
	X(COLUMN_ORDERDATE, "fh_last_orderdate", "fh_last_orderdate", "Last Order Date",           \
	    "Date/Time", "fh_last_orderdate")

enum contact_column {
#define X(column, header, field, label, type, rule_field) column,
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
 * others that are empty are left out.  An email or a mobile number is never "": it would be taken
 * from the contact, who may be known by it alone. */
void contact_json(struct buf *b, const struct contact *c, uint32_t known);

/* contact_is_member(c, known, column): whether contact_json names the column. */
bool contact_is_member(const struct contact *c, uint32_t known, enum contact_column column);

/* contact_field(column): its name in JSON; those from COLUMN_ID on are extended properties. */
const char *contact_field(enum contact_column column);

/* contact_fields(b, rules): the rows of fields.csv, one a column, with CRLF: how it is mapped, and
 * whether a rule asks for it, so that DailyStory has to index it. */
void contact_fields(struct buf *b, const struct segment_set *rules);

/* contact_cell(b, s): a text cell; one that a spreadsheet would run as a formula gets a quote. */
void contact_cell(struct buf *b, struct str s);

/* contact_id(a, id): an id as exported text (cleaned). */
struct str contact_id(struct arena *a, struct str id);

#endif /* DAILYSTORY_CONTACT_H */
