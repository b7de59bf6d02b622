/* past_records.h -- everything that is and was known of one customer, read out of the pages that
 * hold it.
 *
 * The state only says where to look (history.h, membership_history.h); what is said comes from the
 * records themselves.
 */
#ifndef TIMEMACHINE_PAST_RECORDS_H
#define TIMEMACHINE_PAST_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "profile/values.h"
#include "state/versions.h"
#include "state/membership_history.h"
#include "state/record_text.h"
#include "record/record.h"
#include "state/state.h"

struct arena;

/* A version; what it says is there if it was asked for. */
struct record_version {
	struct version v;
	struct source_page from;
	struct str text;          /* the record as it lies in the page */
	struct customer customer; /* of a customer's record */
	struct order order;       /* of an order's */
};

/* All versions of a record. */
struct record_history {
	enum entity entity;
	struct str id;
	struct record_version *list; /* oldest first */
	size_t n;
};

struct past_records {
	struct str id;
	struct record_history customer;
	struct record_history *orders; /* by id; that are or were theirs */
	size_t orders_n;
	struct past_membership *stays; /* in segments; until 0: a member now */
	size_t stays_n;
	struct past_status *standings; /* the last one is until 0 if they are known now */
	size_t standings_n;
};

struct past_records_source {
	const char *account;
	size_t jobs;
	uint32_t at; /* only versions in force with this snapshot are read; 0: all */
};

/*
 * past_records_load(a, s, source, id, out, e):
 * Returns: 1; 0 if neither a customer nor an order's customerId ever was this id; -1.
 * Errors:  ERR_DAMAGED if a page that is needed is not what it was.
 */
int past_records_load(struct arena *a, struct state *s, const struct past_records_source *source,
    struct str id, struct past_records *out, struct err *e) ERR_MUST;

/* past_records_at(r, number): the version in force with a snapshot; NULL. */
const struct record_version *past_records_at(const struct record_history *r, uint32_t number);

/* past_records_order(records, i, number): order i's version, if it was the customer's then; NULL.
 */
const struct record_version *past_records_order(
    const struct past_records *records, size_t i, uint32_t number);

/* past_records_profile(a, s, records, settings, number, out, e):
 * With a snapshot: 1; 0 if there was no such customer; -1. */
int past_records_profile(struct arena *a, struct state *s, const struct past_records *records,
    const struct record_settings *settings, uint32_t number, struct profile *out,
    struct err *e) ERR_MUST;

/* past_records_stay(records, slug, number): the stay in a segment that a snapshot falls into, else
 * the last one that ended by then; NULL. */
const struct past_membership *past_records_stay(
    const struct past_records *records, uint32_t slug, uint32_t number);

/* past_records_standing(records, number): NULL if they were not known with that snapshot. */
const struct past_status *past_records_standing(
    const struct past_records *records, uint32_t number);

#endif /* TIMEMACHINE_PAST_RECORDS_H */
