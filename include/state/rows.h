/* rows.h -- the rows and keys of the state, packed and unpacked.
 *
 * Unpacked text borrows from the row.  An unpacker returns false for a row that
 * cannot be: the state is broken, and the caller says so by state_broken.
 * Words, buyers and slugs are numbers of the state's dictionaries.
 */
#ifndef STATE_ROWS_H
#define STATE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/record.h"
#include "state/tables.h"
#include "lib/hash.h"

/* Where a version of a record was first read. */
struct place {
	uint32_t snapshot; /* its number */
	uint32_t page;     /* position in its manifest, 0-based */
	uint32_t index;    /* of the record in the page */
};

/* What is known of a record, of either kind. */
struct known_record {
	struct hash hash; /* of the text read last */
	struct place place;
	struct str fields; /* a customer's; record_unpack_customer reads them */
	uint32_t location; /* an order's: a word; 0: none was named */
	uint32_t buyer;    /* an order's; 0: a guest */
	int64_t created;   /* an order's: us */
};

/* What an order adds to its customer. */
struct sale {
	int64_t created, time; /* us; created is in the key */
	int64_t total;         /* cents */
	bool has_total, voided, undoes_sale;
	uint32_t status, type, budtender;
	uint32_t page_location; /* of the page it came with; 0: none was named */
	uint32_t own_location;  /* its locationId */
	struct str items;       /* packed pairs of product and category */
};

/* Where an order was made. */
static inline uint32_t
row_sale_location(const struct sale *s)
{
	return s->page_location != 0 ? s->page_location : s->own_location;
}

struct item_words {
	uint32_t product, category;
};

/* Membership in one segment. */
struct membership {
	uint32_t slug;  /* a word */
	uint32_t since; /* number of the snapshot it was entered with */
	uint32_t cause; /* enum cause of segment/, as a number */
};

/* Whether a customer is a contact, and of which segments a member.  The addresses they are written
 * with are those of their profile which they hold (dailystory/identity.h). */
struct contact_status {
	enum skipped_reason reason;
	struct str detail; /* who holds the address they share and do not hold, the email first;
	                    * row_detail shows it */
	int64_t due;       /* when to look again: time alone may change something then */
	bool takes_part;   /* none of the reasons that are told of a customer alone holds */
	bool holds_email;  /* of those who take part and share theirs; also of who is too long */
	bool holds_mobile;
	struct str memberships; /* packed, see row_membership_next */
};

/* row_is_contact(s): whether a row of theirs is written. */
static inline bool
row_is_contact(const struct contact_status *s)
{
	return s->reason == SKIPPED_NONE || s->reason == SKIPPED_SHARED_EMAIL ||
	       s->reason == SKIPPED_SHARED_MOBILE;
}

/* row_detail(s): the detail of the reason; a row that is too long has none. */
static inline struct str
row_detail(const struct contact_status *s)
{
	return s->reason == SKIPPED_TOO_LONG ? (struct str){ 0 } : s->detail;
}

/* What was written last for a customer; outlives the customer. */
struct exported {
	struct hash row;       /* of the contact's CSV row */
	uint32_t row_snapshot; /* 0: never, or they are no contact any more */
	uint32_t known;        /* bits: columns that ever had a value */
	struct str addresses; /* emails and mobiles ever exported, packed (dailystory/opt_outs.h) */
};

void row_record_pack(struct buf *b, enum entity entity, const struct known_record *k);
bool row_record_unpack(struct str row, enum entity entity, struct known_record *k);

void row_sale_pack(struct buf *b, const struct sale *s);
bool row_sale_unpack(struct str row, int64_t created, struct sale *s);
void row_item_pack(struct buf *b, struct item_words item);
/* row_item_next, row_membership_next: 1 an item, taken off the front; 0 the end; -1 broken. */
int row_item_next(struct str *items, struct item_words *out);

void row_contact_status_pack(struct buf *b, const struct contact_status *s);
bool row_contact_status_unpack(struct str row, struct contact_status *s);
void row_membership_pack(struct buf *b, struct membership m);
int row_membership_next(struct str *list, struct membership *out);

void row_exported_pack(struct buf *b, const struct exported *x);
bool row_exported_unpack(struct str row, struct exported *x);

/* An address that is owed an opt-out: by how many, since the snapshot of which number. */
void row_owed_pack(struct buf *b, uint64_t customers, uint32_t since);
bool row_owed_unpack(struct str row, uint64_t *customers, uint32_t *since);

/* Keys; each empties ${b} first. */
struct str row_key_sale(struct buf *b, uint32_t buyer, int64_t created, struct str order);
struct str row_key_created(struct buf *b, uint32_t location, int64_t created, struct str order);
struct str row_key_former(struct buf *b, uint32_t buyer, struct str order);
struct str row_key_due(struct buf *b, int64_t due, struct str customer);
struct str row_key_address(struct buf *b, struct str address, struct str customer);
/* Of a buyer: what the keys of their sales and former orders begin with. */
struct str row_key_number(struct buf *b, uint32_t number);

/* The keys of sales and of creation times have one shape.  Adding leaves what is in ${b}. */
void row_key_dated_add(struct buf *b, uint32_t number, int64_t created, struct str order);
bool row_key_dated_unpack(struct str key, uint32_t *number, int64_t *created, struct str *order);

#endif /* STATE_ROWS_H */
