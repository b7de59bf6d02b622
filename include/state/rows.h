/* rows.h -- the rows of the state, packed and unpacked.
 *
 * Unpacked text borrows from the row.  A row that cannot be read is a broken state: the
 * unpackers return false and the caller says state_broken.
 */
#ifndef STATE_ROWS_H
#define STATE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/record.h"
#include "state/tables.h"
#include "lib/sha256.h"

/* Where a version of a record was first read. */
struct place {
	uint32_t snapshot; /* its number */
	uint32_t page;     /* position in its manifest, 0-based */
	uint32_t index;    /* of the record in the page */
};

struct known_customer {
	struct hash hash; /* of the text read last */
	struct place place;
	struct str fields; /* record_unpack_customer reads them */
};

struct known_order {
	struct hash hash;
	struct place place;
	uint32_t location; /* a name's number; 0: none was named */
	int64_t created;   /* us */
	uint32_t buyer;    /* number; 0: a guest's */
};

/* What an order adds to its customer; words are numbers of names. */
struct sale {
	int64_t created, time; /* us; created is in the key */
	int64_t total;         /* cents */
	bool has_total, voided, undoes_sale;
	uint32_t status, type, budtender;
	struct str items; /* packed pairs of product and category */
};

struct item_words {
	uint32_t product, category;
};

/* Membership in one segment. */
struct membership {
	uint32_t slug;  /* a name's number */
	uint32_t since; /* number of the snapshot it was entered with */
	uint32_t cause; /* enum cause of segment/, as a number */
};

/* How a customer stands towards DailyStory. */
struct contact_status {
	enum skipped_reason reason;
	struct str detail;      /* SKIPPED_DUPLICATE: the fh_id kept instead */
	int64_t due;            /* when to look again, for time alone may have changed something */
	uint32_t dropped;       /* bits of enum normalize_drop */
	bool is_eligible;       /* in TABLE_EMAILS */
	struct str memberships; /* packed, see row_membership_next */
};

/* What was written last for a customer; outlives the customer. */
struct exported {
	struct hash row;       /* of the contact's CSV row */
	uint32_t row_snapshot; /* 0: never */
	uint32_t known;        /* bits: columns that ever had a value */
	struct hash opt_out;
	uint32_t opt_out_snapshot;
};

void known_customer_pack(struct buf *b, const struct known_customer *k);
bool known_customer_unpack(struct str row, struct known_customer *k);
void known_order_pack(struct buf *b, const struct known_order *k);
bool known_order_unpack(struct str row, struct known_order *k);

void row_sale_pack(struct buf *b, const struct sale *s);
bool row_sale_unpack(struct str row, int64_t created, struct sale *s);
void row_item_pack(struct buf *b, struct item_words item);
/* item_next: 1 an item (taken off the front), 0 the end, -1 broken. */
int row_item_next(struct str *items, struct item_words *out);

void row_contact_status_pack(struct buf *b, const struct contact_status *s);
bool row_contact_status_unpack(struct str row, struct contact_status *s);
void row_membership_pack(struct buf *b, struct membership m);
int row_membership_next(struct str *list, struct membership *out);

void row_exported_pack(struct buf *b, const struct exported *x);
bool row_exported_unpack(struct str row, struct exported *x);

/* Keys behind what is in ${b} already. */
void row_key_dated_add(struct buf *b, uint32_t buyer, int64_t created, struct str order);
bool row_key_dated_unpack(struct str key, uint32_t *buyer, int64_t *created, struct str *order);
void row_key_dated_add(struct buf *b, uint32_t location, int64_t created, struct str order);

/* Keys; each empties ${b} first. */
struct str row_key_sale(struct buf *b, uint32_t buyer, int64_t created, struct str order);
/* key_number of the buyer is what the keys of all their sales and former orders begin with. */
struct str row_key_former(struct buf *b, uint32_t buyer, struct str order);
struct str row_key_created(struct buf *b, uint32_t location, int64_t created, struct str order);
struct str row_key_due(struct buf *b, int64_t due, struct str customer);
struct str row_key_email(struct buf *b, struct str email, struct str customer);
struct str row_key_number(struct buf *b, uint32_t number);

#endif /* STATE_ROWS_H */
