/* tables.h -- of the generator: words that people and goods are made of.
 *
 * Every text is ready to stand in a JSON string.  Mail domains and the 555
 * exchange belong to nobody; postal codes are real ones.
 */
#ifndef TABLES_H
#define TABLES_H

#include <stdint.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct place {
	const char *zip, *city, *state, *full; /* state: two letters, name */
	uint16_t area;                         /* of its telephones */
};

/* A group of goods: ${sizes} are the ways it is sold. */
struct group {
	const char *category, *type, *noun;
	const char *size[3];
	uint16_t price[3]; /* cents, of the cheapest brand */
	uint8_t share;     /* goods of 100 */
};

struct deal {
	const char *name, *type;
	uint16_t percent, pennies;
};

struct site {
	const char *name, *street, *city, *zip;
};

/* Names; behind a bar the form in an email address, if it is not the name's letters. */
extern const char *const table_first[64];
extern const char *const table_last[80];
extern const struct place table_place[48];
extern const struct group table_group[9];
extern const struct deal table_deal[6];
extern const struct site table_site[8];
extern const char *const table_strain[40];
extern const char *const table_brand[16];
extern const char *const table_street[16];
extern const char *const table_mail[4];
extern const char *const table_no_mail[4];

#endif /* TABLES_H */
