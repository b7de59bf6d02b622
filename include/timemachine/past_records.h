/* past_records.h -- all that is and was known of one customer, read out of the pages.
 *
 * The state only tells where to look (state/versions.h, state/membership_history.h,
 * past_contacts.h); what is known comes from the records themselves.
 */
#ifndef TIMEMACHINE_PAST_RECORDS_H
#define TIMEMACHINE_PAST_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "profile/values.h"
#include "state/versions.h"
#include "state/membership_history.h"
#include "state/past_contacts.h"
#include "state/record_text.h"
#include "record/record.h"
#include "state/state.h"

struct arena;

/* A version of a record; text and fields are empty if it was not asked for. */
struct record_version {
	struct version v;
	struct source_page from;
	struct str text; /* the record as the page holds it */
	struct customer customer;
	struct order order;
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
	struct past_membership *memberships; /* until 0: a member now */
	size_t memberships_n;
	struct past_contact *statuses; /* until 0: the present one */
	size_t statuses_n;
};

struct past_records_source {
	const char *account;
	size_t jobs;
	uint32_t at; /* only versions in force with this snapshot are read; 0: all */
};

/*
 * past_records_load(a, s, source, id, out, e):
 * Returns: 1; 0 if neither a customer nor an order's customerId ever was this id; -1.
 * Errors:  ERR_DAMAGED if a page that is needed was modified.
 */
int past_records_load(struct arena *a, struct state *s, const struct past_records_source *source,
    struct str id, struct past_records *out, struct err *e) ERR_MUST;

/* past_records_at(r, number): the version in force with a snapshot; NULL. */
const struct record_version *past_records_at(const struct record_history *r, uint32_t number);

/* past_records_known_from(records): the number of the snapshot from which on the texts of all that
 * was in force are there; 0: no version is gone (record_text_is_gone). */
uint32_t past_records_known_from(const struct past_records *records);

/* past_records_order(records, i, number): order i's version, if it was the customer's then; NULL.
 */
const struct record_version *past_records_order(
    const struct past_records *records, size_t i, uint32_t number);

/* past_records_profile(a, s, records, settings, number, out, e):
 * With a snapshot: 1; 0 if there was no such customer; -1. */
int past_records_profile(struct arena *a, struct state *s, const struct past_records *records,
    const struct record_settings *settings, uint32_t number, struct profile *out,
    struct err *e) ERR_MUST;

/* past_records_membership(records, slug, number): in a segment, that with the snapshot; else the
 * last one that had ended by then; NULL. */
const struct past_membership *past_records_membership(
    const struct past_records *records, uint32_t slug, uint32_t number);

/* past_records_status(records, number): NULL if they were not known with that snapshot. */
const struct past_contact *past_records_status(const struct past_records *records, uint32_t number);

#endif /* TIMEMACHINE_PAST_RECORDS_H */
