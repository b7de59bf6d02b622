/* dossier.h -- everything that is and was known of one customer, read out of the pages that hold it.
 *
 * The state only says where to look (history.h, passage.h); what is said comes from the records themselves.
 */
#ifndef LEDGER_DOSSIER_H
#define LEDGER_DOSSIER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "ledger/history.h"
#include "ledger/passage.h"
#include "ledger/quote.h"
#include "ledger/record.h"
#include "ledger/state.h"

struct arena;

/* A version; what it says is there if it was asked for. */
struct dossier_version {
	struct version v;
	struct source_page from;
	struct str text;          /* the record as it lies in the page */
	struct customer customer; /* of a customer's record */
	struct order order;       /* of an order's */
};

struct dossier_record {
	enum entity entity;
	struct str id;
	struct dossier_version *list; /* oldest first */
	size_t n;
};

struct dossier {
	struct str id;
	struct dossier_record customer;
	struct dossier_record *orders; /* by id; that are or were theirs */
	size_t orders_n;
	struct passage *stays;         /* in segments; until 0: a member now */
	size_t stays_n;
	struct past_standing *standings; /* the last one is until 0 if they are known now */
	size_t standings_n;
};

struct dossier_source {
	const char *account;
	size_t jobs;
	uint32_t at; /* only versions in force with this snapshot are read; 0: all */
};

/*
 * dossier_load(a, s, source, id, out, e):
 * Returns: 1; 0 if neither a customer nor an order's customerId ever was this id; -1.
 * Errors:  ERR_DAMAGED if a page that is needed is not what it was.
 */
int dossier_load(struct arena *a, struct state *s,
    const struct dossier_source *source, struct str id, struct dossier *out,
    struct err *e) ERR_MUST;

/* dossier_at(r, number): the version in force with a snapshot; NULL. */
const struct dossier_version *dossier_at(const struct dossier_record *r,
    uint32_t number);

/* dossier_order(d, i, number): order i's version, if it was the customer's then; NULL. */
const struct dossier_version *dossier_order(const struct dossier *d, size_t i,
    uint32_t number);

/* dossier_profile(a, s, d, settings, number, out, e): with a snapshot: 1; 0 if there was no such customer; -1. */
int dossier_profile(struct arena *a, struct state *s, const struct dossier *d,
    const struct ledger_settings *settings, uint32_t number,
    struct profile *out, struct err *e) ERR_MUST;

/* dossier_stay(d, slug, number): the stay in a segment that a snapshot falls into, else the last one that
 * ended by then; NULL. */
const struct passage *dossier_stay(const struct dossier *d, uint32_t slug,
    uint32_t number);

/* dossier_standing(d, number): NULL if they were not known with that snapshot. */
const struct past_standing *dossier_standing(const struct dossier *d,
    uint32_t number);

#endif /* LEDGER_DOSSIER_H */
