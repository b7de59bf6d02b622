/* record.h -- a customer or an order, read strictly from a record's text.
 *
 * Contract section 3.
 *
 * Invariants
 *
 *   - What cannot be read is never guessed.  A field that decides quarantines the record, and the
 *     first fault says why; any other is as if it were missing, and listed among the drops.
 *   - Emails, phones and birthdates that cannot be used are listed, too, as of taken_at.
 *   - Text is cleaned (str_clean) but not normalised; that is done when a profile is made.
 *   - Text is borrowed from the arena or from the record's text.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/drops.h"
#include "record/fast_outline.h"
#include "record/outline.h"
#include "record/field.h"
#include "record/schema.h"

struct arena;

/* -- Shapes -- */

/* The settings that decide what a record counts for. */
struct record_settings {
	const struct str *completed_statuses; /* lower case */
	size_t completed_n;
	const struct str *placeholder_emails; /* lower case */
	size_t placeholder_n;
	const struct str *placeholder_mobiles; /* E.164, as a phone field is read */
	size_t placeholder_mobiles_n;
	struct str breaker_percent; /* plain decimal, 0 .. 100 */
};

enum entity {
	ENTITY_CUSTOMER,
	ENTITY_ORDER,
	ENTITIES
};
const char *record_entity_name(enum entity e);

/* A customer's fields as they came: cleaned, not normalised. */
struct customer {
	struct str id;
	struct str type, name, first_name, last_name, phone, email;
	struct str street1, street2, city, state, zip, med_id;
	struct str birth_date; /* as text, whatever it says */
	struct str points;     /* plain decimal */
	struct str country;
	enum tri is_loyal, email_consent, text_consent;
	/* The flag is there and cannot be read: the last known answer stays (contract, section 3);
	 * whoever writes the state puts it in place of the consent, which is TRI_ABSENT here. */
	bool email_consent_unread, text_consent_unread;
	int64_t created; /* us, TIMESTAMP_NONE */
	struct record_drops drops;
};

struct order_item {
	struct str product, category; /* either may be absent */
};

struct order {
	struct str id;
	struct str customer;     /* empty: a guest sale */
	struct str status, type; /* lower case */
	struct str budtender;
	struct str location; /* locationId; which page it came with may say another */
	int64_t created;     /* us: createdAt, else completedOn */
	int64_t time;        /* us: completedOn, else createdAt */
	int64_t total;       /* cents, 0 without has_total */
	bool has_total;
	bool voided;      /* by the flag or by the status */
	bool undoes_sale; /* a refund, whatever its total: originalSaleId names another sale,
	                   * and no goods have a positive totalPrice */
	struct order_item *items; /* goods: neither voided nor given back */
	size_t items_n;
	struct record_drops drops;
};

/* -- Reading -- */

/* Why a record is quarantined. */
struct record_fault {
	const char *what; /* "a repeated key", or NULL: ${field} cannot be read */
	const char *field;
	size_t at; /* byte in the record's text */
	bool has_id;
	struct str id;
};

/* What reading needs beside the text, the same for all records that one reader reads. */
struct record_reader {
	const struct schema *schema;
	const struct record_settings *settings;
	int64_t taken_at; /* of the snapshot in which the version was first read: what lies more
	                   * than a day after it is no time of an order */
	struct fast_outline fast;
	bool strict;      /* for tests: without the fast path; the result is the same */
	struct outline o; /* of the record read last */
	struct schema_unknown unknown; /* the same */
};

/*
 * record_read_customer, record_read_order(r, a, text, out, f):
 * Returns: true, or false with ${f} filled.
 */
bool record_read_customer(struct record_reader *r, struct arena *a, struct str text,
    struct customer *out, struct record_fault *f);
bool record_read_order(struct record_reader *r, struct arena *a, struct str text, struct order *out,
    struct record_fault *f);

void record_reader_release(struct record_reader *r);

/* -- What an order counts as (contract, section 3) -- */

struct order_kind {
	bool completed, purchase; /* a completed order that is no purchase is a refund */
};
struct order_kind record_order_kind(const struct record_settings *settings, struct str status,
    bool voided, bool undoes_sale, int64_t total);

/* -- As bytes: all of a customer but the id -- */

void record_pack_customer(struct buf *b, const struct customer *c);
bool record_unpack_customer(struct str row, struct customer *c);

#endif /* RECORD_RECORD_H */
